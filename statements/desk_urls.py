"""Addresses of the desk; each part of it stands in a module of its own."""

from django.urls import path

from statements.views.desk import history, home, merge

urlpatterns = [
    path("", home.desk_home, name="desk_home"),
    path("history/<slug:kind>/<slug:key>/", history.desk_history, name="desk_history"),
    path("history/<slug:kind>/<slug:key>/restore/", history.desk_restore, name="desk_restore"),
    path("undo/", history.desk_undo, name="desk_undo"),
    path("merge/", merge.desk_merges, name="desk_merges"),
    path("merge/undo/<slug:public_id>/", merge.desk_merge_undo, name="desk_merge_undo"),
    path("merge/<slug:kind>/", merge.desk_merge, name="desk_merge"),
]
