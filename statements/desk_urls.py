"""Addresses of the desk; each part of it stands in a module of its own."""

from django.urls import path

from statements.views.desk import capture, home

urlpatterns = [
    path("", home.desk_home, name="desk_home"),
    path("sources/<str:public_id>/", capture.desk_capture, name="desk_capture"),
    path("sources/<str:public_id>/check/", capture.desk_capture_check, name="desk_capture_check"),
]
