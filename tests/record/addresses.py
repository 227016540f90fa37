"""Every address of the site that shows a record: lists, tabs and permanent addresses, hidden rows included."""

from __future__ import annotations

from django.urls import reverse

from statements.models import Statement, Topic
from visits.models import Country, Mandate, Meeting, Organisation, Person, Source, Visit

LISTS = ("home", "visit_list", "country_list", "mandate_list", "person_list", "topic_list")
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
            "sort=changed",
            "page=2",
            "country=khm&year=2022&status=completed&topic=elections&sort=place",
        )
    ]
    return found


def record_addresses() -> list[str]:
    """Return the permanent addresses of all rows, whoever may see them."""
    found = [reverse(tab, args=[visit.slug]) for visit in Visit._base_manager.all() for tab in TABS]
    for name, model, key in (
        ("meeting_detail", Meeting, "public_id"),
        ("source_detail", Source, "public_id"),
        ("statement_detail", Statement, "public_id"),
        ("mandate_detail", Mandate, "slug"),
        ("person_detail", Person, "slug"),
        ("organisation_detail", Organisation, "slug"),
        ("topic_detail", Topic, "slug"),
    ):
        found += [reverse(name, args=[value]) for value in model._base_manager.values_list(key, flat=True)]
    found += [reverse("country_detail", args=[iso3.lower()]) for iso3 in Country.objects.values_list("iso3", flat=True)]
    return found
