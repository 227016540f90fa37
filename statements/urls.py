"""Addresses of `statements`."""

from django.urls import include, path

from statements.views import statement

urlpatterns = [
    path("desk/", include("statements.desk_urls")),
    path("statements/<slug:public_id>/", statement.statement_detail, name="statement_detail"),
    path("topics/", statement.topic_list, name="topic_list"),
    path("topics/<slug:slug>/", statement.topic_detail, name="topic_detail"),
]
