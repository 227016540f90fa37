"""Addresses of `statements`."""

from django.urls import include, path, register_converter

from statements.briefing.answers import FormConverter
from statements.views import (
    briefing,
    commitment_list,
    comparing,
    corrections,
    embeds,
    entry_feeds,
    exports,
    feeds,
    files,
    oembed,
    pictures,
    popolo,
    saved_searches,
    search,
    statement,
    suggesting,
)

register_converter(FormConverter, "briefing")

# Lists that are taken as they are, and what is followed by itself.
LISTS = (
    ("person", "people"), ("organisation", "organisations"), ("country", "countries"), ("mandate", "mandates"),
    ("topic", "topics"), ("source", "sources"),
)  # fmt: skip
THINGS = {
    "visit": "visits/<slug:slug>/",
    "country": "countries/<slug:iso3>/",
    "mandate": "mandates/<slug:slug>/",
    "person": "people/<slug:slug>/",
    "organisation": "organisations/<slug:slug>/",
    "topic": "topics/<slug:slug>/",
}

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
    *(
        path(f"{name}.<form:form>", exports.vocabulary_export, {"name": name}, name=f"{kind}_export")
        for kind, name in LISTS
    ),
    *(
        path(f"{name}.atom", entry_feeds.name_atom, {"name": name, "kind": kind}, name=f"{kind}_atom")
        for kind, name in LISTS
    ),
    path("meetings.<form:form>", entry_feeds.meeting_export, name="meeting_export"),
    path("meetings.ics", entry_feeds.meeting_calendar, name="meeting_calendar"),
    path("commitments.ics", entry_feeds.commitment_calendar, name="commitment_calendar"),
    path("visits.atom", entry_feeds.visit_atom, name="visit_atom"),
    path("meetings.atom", entry_feeds.meeting_atom, name="meeting_atom"),
    path("statements.atom", feeds.statement_feed, name="statement_atom"),
    path("commitments.atom", entry_feeds.commitment_atom, name="commitment_atom"),
    path("corrections.atom", entry_feeds.correction_atom, name="correction_atom"),
    *(
        path(f"{at}feed.atom", entry_feeds.thing_feed, {"kind": kind}, name=f"{kind}_feed")
        for kind, at in THINGS.items()
    ),
    # Of a visit this is visit.ics.
    *(
        path(f"{at}calendar.ics", entry_feeds.thing_calendar, {"kind": kind}, name=f"{kind}_calendar")
        for kind, at in THINGS.items()
        if kind != "visit"
    ),
    path("files/<slug:sha256>/", files.source_file, name="source_file"),
    path("positions/", comparing.comparison, name="comparison"),
    path("corrections/", corrections.correction_list, name="correction_list"),
    path("visits/<slug:slug>/corrections/", corrections.visit_corrections, name="visit_corrections"),
    path("people.popolo.json", popolo.person_popolo, name="person_popolo"),
    path("topics/", statement.topic_list, name="topic_list"),
    path("topics/<slug:slug>/", statement.topic_detail, name="topic_detail"),
    # What other sites show of the record.
    path("oembed", oembed.oembed, name="oembed"),
    path("embed/visits/<slug:slug>/", embeds.embed_visit, name="embed_visit"),
    path("embed/statements/<slug:public_id>/", embeds.embed_statement, name="embed_statement"),
    path("pictures/site.png", pictures.picture_of_the_site, name="picture_of_the_site"),
    path("pictures/<slug:kind>/<slug:key>.png", pictures.picture, name="picture"),
    path("visits/<slug:slug>/briefing/", briefing.visit_briefing, name="visit_briefing"),
    path("visits/<slug:slug>/briefing.<briefing:into>", briefing.visit_briefing_file, name="visit_briefing_file"),
    path("countries/<slug:iso3>/briefing/", briefing.country_briefing, name="country_briefing"),
    path(
        "countries/<slug:iso3>/briefing.<briefing:into>", briefing.country_briefing_file, name="country_briefing_file"
    ),
    path("topics/<slug:slug>/briefing/", briefing.topic_briefing, name="topic_briefing"),
    path("topics/<slug:slug>/briefing.<briefing:into>", briefing.topic_briefing_file, name="topic_briefing_file"),
    path("positions/briefing/", briefing.comparison_briefing, name="comparison_briefing"),
    path("positions/briefing.<briefing:into>", briefing.comparison_briefing_file, name="comparison_briefing_file"),
]
