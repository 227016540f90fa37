"""Addresses of `statements`."""

from django.urls import include, path

from statements.views import (
    commitment_list,
    comparing,
    corrections,
    exports,
    feeds,
    saved_searches,
    search,
    statement,
    suggesting,
)

urlpatterns = [
    path("desk/", include("statements.desk_urls")),
    path("search/", search.search, name="search"),
    path("search/suggest/", suggesting.suggest, name="suggest"),
    path("statements/", search.statement_list, name="statement_list"),
    path("statements.<form:form>", exports.statement_export, name="statement_export"),
    path("statements/feed/", feeds.statement_feed, name="statement_feed"),
    path("statements/<slug:public_id>/", statement.statement_detail, name="statement_detail"),
    path("statements/<slug:public_id>/cite.<slug:form>", statement.statement_cite, name="statement_cite"),
    path("searches/", saved_searches.saved_searches, name="saved_searches"),
    # Tokens hold colons, which no public id does.
    path("searches/stop/<str:token>/", saved_searches.stop_mail, name="saved_search_stop"),
    path("searches/<slug:public_id>/", saved_searches.change, name="saved_search"),
    path("searches/<slug:public_id>/delete/", saved_searches.delete, name="saved_search_delete"),
    path("searches/<slug:public_id>/address/", saved_searches.renew_address, name="saved_search_address"),
    path("feeds/<slug:public_id>/<slug:key>/", feeds.saved_feed, name="saved_feed"),
    path("commitments/", commitment_list.commitment_list, name="commitment_list"),
    path("commitments.<form:form>", exports.commitment_export, name="commitment_export"),
    path("positions/", comparing.comparison, name="comparison"),
    path("corrections/", corrections.correction_list, name="correction_list"),
    path("visits/<slug:slug>/corrections/", corrections.visit_corrections, name="visit_corrections"),
    path("topics/", statement.topic_list, name="topic_list"),
    path("topics/<slug:slug>/", statement.topic_detail, name="topic_detail"),
]
