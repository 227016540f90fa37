"""Addresses of the desk; each part of it stands in a module of its own."""

from django.urls import path

from statements.views.desk import drafts, home, meetings, notes

urlpatterns = [
    path("", home.desk_home, name="desk_home"),
    path("drafts/<str:key>/", drafts.desk_draft, name="desk_draft"),
    path("presence/<str:key>/", drafts.desk_presence, name="desk_presence"),
    path("meetings/<slug:public_id>/", meetings.desk_meeting, name="desk_meeting"),
    path("visits/<slug:slug>/meetings/new/", meetings.desk_meeting_new, name="desk_meeting_new"),
    path("notes/preview/", notes.note_preview, name="note_preview"),
    path("notes/<slug:public_id>/", notes.desk_note, name="desk_note"),
    path("notes/<slug:public_id>/edit/", notes.desk_note_edit, name="desk_note_edit"),
]
