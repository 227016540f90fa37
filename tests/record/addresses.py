"""Every address of the site that shows a record: lists, tabs and permanent addresses, hidden rows included."""

from __future__ import annotations

import os

from django.urls import reverse

from statements.models import Statement, Topic
from visits.models import Country, Mandate, Meeting, Organisation, Person, Source, Visit

LISTS = ("home", "visit_list", "country_list", "mandate_list", "person_list", "topic_list", "statement_list", "search")
CITED = ("visit_cite", "meeting_cite", "source_cite", "statement_cite")
TABS = ("visit_detail", "visit_positions", "visit_commitments", "visit_sources", "visit_history")


def list_addresses() -> list[str]:
    """Return the lists, and the list of visits under each of its filters."""
    found = [reverse(name) for name in LISTS]
    visits = reverse("visit_list")
    found += [
        f"{visits}?{query}"
        for query in (
            "country=khm",
            "region=asia",
            "mandate=cambodia",
            "holder=vitit-muntarbhorn",
            "status=completed",
            "year=2022",
            "kind=official",
            "topic=civic-space",
            "q=cambodia",
            "q=canary",
            "sort=oldest",
            "sort=place",
            "sort=published",
            "page=2",
            "country=khm&year=2022&status=completed&topic=elections&sort=place",
        )
    ]
    statements, search = reverse("statement_list"), reverse("search")
    found += [
        f"{statements}?{query}"
        for query in (
            "q=canary",
            "q=-canary",
            "q=assembly&sort=relevance",
            "column=state&act=denies",
            "country=khm&year=2022&topic=elections",
            "language=km&source=news&verdict=match",
            "q=country:cambodia+speaker:canary",
            "organisation=royal-government-of-cambodia",
            "organisation=canary",
        )
    ]
    found += [f"{search}?q={words}" for words in ("canary", "cambodia", "-canary", "year:2022", "topic:canary")]
    found += [f"{search}?q=canary&kind={kind}" for kind in ("person", "organisation", "topic", "visit", "source")]
    commitments = reverse("commitment_list")
    found += [commitments]
    found += [
        f"{commitments}?{query}"
        for query in ("state=open", "overdue=yes", "overdue=no", "country=khm", "mandate=example-fair-markets")
    ]
    positions = reverse("comparison")
    found += [positions]
    found += [
        f"{path}{end}"
        for path in ("/countries/khm/briefing", "/topics/civic-space/briefing")
        for end in ("/", ".html", ".html?internal=yes", ".html?column=civil&topic=canary&language=km")
    ]
    comparing = "topic=civic-space&country=khm"
    found += [f"/positions/briefing{end}{comparing}" for end in ("/?", ".html?", ".html?internal=yes&")]
    found += [
        f"{positions}?{query}"
        for query in (
            "topic=civic-space",
            "country=khm",
            "mandate=cambodia",
            "topic=civic-space&country=khm",
            "topic=civic-space&country=khm&other=lao",
            "topic=elections&mandate=cambodia",
            "topic=economic-justice&mandate=example-fair-markets",
            "topic=canary&country=canary",
        )
    ]
    return found


# The short form of the sweep opens each of so many rows that are alike; `make sweep` opens all.
ONE_IN = 1 if os.environ.get("FULL_SWEEP") else 10


def record_addresses() -> list[str]:
    """Return the permanent addresses of rows, whoever may see them; of rows that are alike one in `ONE_IN`.

    Alike are visits without meeting and statement, sources that nobody cites, people who only held a mandate,
    countries and mandates without a statement, as long as they are public: whatever could leak is always there.
    """
    public = {"workflow": "published", "visibility": "public"}
    plain_visits = Visit._base_manager.filter(meetings=None, statements=None, **public)
    plain = {
        Visit: plain_visits.exclude(slug__contains="canary"),
        Source: Source._base_manager.filter(citations=None, texts=None, relays=None, relayed_by=None, **public),
        Person: Person._base_manager.filter(statementspeakers=None, offices=None, participations=None),
        Country: Country._base_manager.filter(legs__visit__statements=None),
        Mandate: Mandate._base_manager.filter(visit_mandates__visit__statements=None),
    }
    found = []
    for names, model, key in (
        (TABS, Visit, "slug"),
        (("meeting_detail",), Meeting, "public_id"),
        (("source_detail",), Source, "public_id"),
        (("statement_detail",), Statement, "public_id"),
        (("mandate_detail",), Mandate, "slug"),
        (("person_detail",), Person, "slug"),
        (("organisation_detail",), Organisation, "slug"),
        (("topic_detail",), Topic, "slug"),
        (("country_detail",), Country, "iso3"),
    ):
        alike = list(plain[model].order_by(key).values_list("pk", flat=True)) if model in plain else []
        left_out = {pk for number, pk in enumerate(alike) if number % ONE_IN}
        keys = [value for pk, value in model._base_manager.values_list("pk", key) if pk not in left_out]
        found += [reverse(name, args=[value.lower()]) for name in names for value in keys]
        cited = names[0].replace("_detail", "_cite")
        if model is Visit:
            found += [reverse("visit_briefing", args=[value]) for value in keys]
            found += [reverse("visit_briefing_file", args=[value, "html"]) + "?internal=yes" for value in keys]
        if cited in CITED:
            found += [reverse(cited, args=[value, "json"]) for value in keys]
    return found
