"""Addresses of `statements`."""

from django.urls import include, path

from statements.views import commitment_list, comparing, corrections, search, statement, suggesting

urlpatterns = [
    path("desk/", include("statements.desk_urls")),
    path("search/", search.search, name="search"),
    path("search/suggest/", suggesting.suggest, name="suggest"),
    path("statements/", search.statement_list, name="statement_list"),
    path("statements/<slug:public_id>/", statement.statement_detail, name="statement_detail"),
    path("commitments/", commitment_list.commitment_list, name="commitment_list"),
    path("positions/", comparing.comparison, name="comparison"),
    path("corrections/", corrections.correction_list, name="correction_list"),
    path("visits/<slug:slug>/corrections/", corrections.visit_corrections, name="visit_corrections"),
    path("topics/", statement.topic_list, name="topic_list"),
    path("topics/<slug:slug>/", statement.topic_detail, name="topic_detail"),
]
