"""Addresses of the desk; each part of it stands in a module of its own."""

from django.urls import path

from statements.views.desk import home, sources

urlpatterns = [
    path("", home.desk_home, name="desk_home"),
    path("sources/new/", sources.source_new, name="desk_source_new"),
]
