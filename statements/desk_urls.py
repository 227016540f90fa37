"""Addresses of the desk; each part of it stands in a module of its own."""

from django.urls import path

from statements.views.desk import home

urlpatterns = [
    path("", home.desk_home, name="desk_home"),
]
