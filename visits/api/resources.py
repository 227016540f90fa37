"""The resources of `visits`, each described once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from visits.api import entering, filters, linked
from visits.api.kinds import MEETINGS, OFFICES, ORGANISATIONS, PEOPLE, SOURCES, office_mark
from visits.api.resource import Resource, Sort, by_key, by_parent, register
from visits.api.vocabulary import COUNTRIES, MANDATES
from visits.days import Day
from visits.exports.visits import VISITS
from visits.filters import VisitFilter
from visits.models import Meeting, Source, Visit

# Before all moments: what was never published comes last where the latest comes first.
NEVER = datetime(1900, 1, 1, tzinfo=UTC)
PUBLISHED = Sort(Coalesce(F("published_at"), Value(NEVER)), descending=True)


def days(column: str) -> dict[str, Sort]:
    """Return the orders by a partial date; what has none comes first among the oldest, last among the newest."""
    return {
        "newest": Sort(Day(f"{column}_latest"), descending=True),
        "oldest": Sort(Day(f"{column}_earliest")),
        "published": PUBLISHED,
    }


def thin(kind: str, letter: str = "a") -> Any:
    """Return how the keys of what belongs to a row are read from its thin rows."""
    return lambda row: [getattr(piece, letter) for piece in row.all(kind)]


def paged(kind: str, page: str) -> Any:
    """Return how the keys of those are read who have a page of a kind: person, organisation or mandate."""
    return lambda row: [piece.c for piece in row.all(kind) if piece.b == page]


register(
    Resource(
        name="visits",
        about=_("Visits of mandate holders, from their request to their follow-up."),
        kind=VISITS,
        rows=Visit.objects.visible_to,
        key="slug",
        also="public_id",
        filters=lambda data, reader, today: VisitFilter(data, reader=reader),
        filter_class=VisitFilter,
        sorts={**days("dates"), "place": Sort("title")},
        linked=linked.visit,
        expansions={
            "countries": by_key("countries", thin("country")),
            "mandates": by_key("mandates", thin("mandate")),
            "sources": by_key("sources", thin("source")),
            "follows": by_key("visits", thin("follows")),
        },
        writer=entering.VISITS,
    )
)
register(
    Resource(
        name="meetings",
        about=_("Meetings on visits, with who took part as far as they may be named."),
        kind=MEETINGS,
        rows=Meeting.objects.visible_to,
        key="public_id",
        filters=filters.MeetingFilter,
        filter_class=filters.MeetingFilter,
        sorts=days("date"),
        linked=linked.meeting,
        expansions={
            "visit": by_key("visits", lambda row: [row.record.visit.slug]),
            "topics": by_key("topics", thin("meeting_topic")),
            "people": by_key("people", paged("participant", "person")),
            "organisations": by_key("organisations", paged("participant", "organisation")),
        },
        writer=entering.MEETINGS,
    )
)
register(
    Resource(
        name="sources",
        about=_("Sources: what was read, heard or received. Stored texts and files are not handed out."),
        kind=SOURCES,
        rows=Source.objects.visible_to,
        key="public_id",
        filters=filters.SourceFilter,
        filter_class=filters.SourceFilter,
        sorts=days("published"),
        linked=linked.source,
        expansions={
            "relays": by_key("sources", thin("relay")),
            "citations": by_parent("citations", "source_id"),
        },
        writer=entering.SOURCES,
    )
)
register(
    Resource(
        name="people",
        about=_("People who met or spoke, as far as they have a page; private individuals have none."),
        kind=PEOPLE,
        rows=filters.PersonFilter.rows,
        key="slug",
        filters=filters.PersonFilter,
        filter_class=filters.PersonFilter,
        sorts={"name": Sort("name")},
        linked=linked.person,
        expansions={
            "offices": by_parent("offices", "person_id"),
            "mandates": by_key("mandates", thin("term")),
        },
        writer=entering.PEOPLE,
    )
)
register(
    Resource(
        name="organisations",
        about=_("Ministries, parties, organisations, newspapers, courts: whatever speaks or employs."),
        kind=ORGANISATIONS,
        rows=filters.OrganisationFilter.rows,
        key="slug",
        filters=filters.OrganisationFilter,
        filter_class=filters.OrganisationFilter,
        sorts={"name": Sort("name")},
        linked=linked.organisation,
        expansions={
            "parent": by_key("organisations", thin("parent")),
            "country": by_key("countries", lambda row: [row.record.country.iso3] if row.record.country else []),
            "offices": by_parent("offices", "organisation_id"),
        },
        writer=entering.ORGANISATIONS,
    )
)
register(
    Resource(
        name="offices",
        about=_("Who held which office in which organisation, and when. The key changes with what the row says."),
        kind=OFFICES,
        rows=filters.OfficeFilter.rows,
        key="person__slug",
        mark=office_mark,
        filters=filters.OfficeFilter,
        filter_class=filters.OfficeFilter,
        sorts={"person": Sort("person__slug")},
        linked=linked.membership,
        expansions={
            "person": by_key("people", lambda row: [row.record.person.slug]),
            "organisation": by_key("organisations", thin("organisation")),
        },
        writer=entering.OFFICES,
    )
)
register(
    Resource(
        name="mandates",
        about=_("Mandates of the Special Procedures, thematic or for a country, with who held them."),
        kind=MANDATES,
        rows=filters.MandateFilter.rows,
        key="slug",
        filters=filters.MandateFilter,
        filter_class=filters.MandateFilter,
        sorts={"scope": Sort("scope")},
        linked=linked.mandate,
        expansions={
            "country": by_key("countries", lambda row: [row.record.country.iso3] if row.record.country else []),
            "people": by_key("people", thin("term")),
        },
        writer=entering.MANDATES,
    )
)
register(
    Resource(
        name="countries",
        about=_("States and territories of the M49 standard."),
        kind=COUNTRIES,
        rows=filters.CountryFilter.rows,
        key="iso3",
        read_key=str.upper,
        filters=filters.CountryFilter,
        filter_class=filters.CountryFilter,
        sorts={"code": Sort("iso3"), "name": Sort("name")},
        linked=linked.country,
        expansions={"mandates": by_parent("mandates", "country_id")},
        writer=entering.COUNTRIES,
    )
)
