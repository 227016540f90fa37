"""What belongs to a visit, person, country, mandate, organisation or topic, as everybody may see it, to be followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from statements.commitment_events import commitment_entries, latest_commitments
from statements.commitment_filters import BY_DUE_DATE
from statements.models import Commitment, MeetingTopic, Statement, Topic
from visits.exports.calendar import Entry
from visits.exports.events import entries_of, latest_of
from visits.exports.meeting_events import latest_meetings, meeting_entries
from visits.filters import about
from visits.meeting_filters import LATEST_MEETINGS
from visits.models import (
    Country,
    Mandate,
    Meeting,
    Organisation,
    Participant,
    Person,
    Visit,
    VisitExpert,
)
from visits.querysets import LATEST_VISITS

EVERYBODY = AnonymousUser()


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to be followed: its name, the path of its page, and the public rows that belong to it."""

    name: str
    path: str
    visits: QuerySet[Any]
    meetings: QuerySet[Any]
    statements: Any
    commitments: QuerySet[Any]

    def happenings(self, site: str, language: str) -> Iterator[Entry]:
        """Yield what has a date: the visits, latest first, then their meetings and what was promised."""
        visits = self.visits.order_by(*LATEST_VISITS).values_list("pk", flat=True)
        meetings = self.meetings.order_by(*LATEST_MEETINGS).values_list("pk", flat=True)
        commitments = self.commitments.order_by(*BY_DUE_DATE).values_list("pk", flat=True)
        return chain(
            entries_of(visits.iterator(), site, language),
            meeting_entries(meetings.iterator(), site, language),
            commitment_entries(commitments.iterator(), site, language),
        )

    def latest(self, most: int, site: str, language: str) -> list[Entry]:
        """Return the `most` visits, meetings and commitments that changed last, the latest first."""
        found = chain(
            entries_of(latest_of(self.visits, most), site, language),
            meeting_entries(latest_meetings(self.meetings, most), site, language),
            commitment_entries(latest_commitments(self.commitments, most), site, language),
        )
        return newest(found, most)


def newest(entries: Any, most: int) -> list[Entry]:
    """Return the entries that changed last, each once, the latest first."""
    by_uid = {entry.uid: entry for entry in entries}
    return sorted(by_uid.values(), key=lambda entry: (entry.updated, entry.uid), reverse=True)[:most]


def thing_of(kind: str, key: str) -> Thing | None:
    """Return the thing of a kind (“country”) whose address has this key; None where everybody sees none."""
    return _WAYS[kind](key)


def _rows() -> tuple[Any, Any, Any, Any]:
    visible = (model.objects.visible_to(EVERYBODY) for model in (Visit, Meeting, Statement, Commitment))
    return tuple(visible)  # type: ignore[return-value]


def _of_visits(found: Any, visits: Any, said: Any = None) -> Thing:
    """Return a thing to which visits belong, with all that is of them; or what was `said` alone."""
    _visits, meetings, statements, commitments = _rows()
    mine = visits.order_by().values("pk")
    return Thing(
        str(found), found.get_absolute_url(), visits, meetings.filter(visit__in=mine),
        statements.filter(visit__in=mine) if said is None else said, commitments.filter(visit__in=mine),
    )  # fmt: skip


def _visit(key: str) -> Thing | None:
    visits = _rows()[0].filter(slug=key)
    found = visits.first()
    return _of_visits(found, visits) if found else None


def _country(key: str) -> Thing | None:
    found = Country.objects.filter(iso3=key.upper()).first()
    return _of_visits(found, _rows()[0].of_country(found)) if found else None


def _mandate(key: str) -> Thing | None:
    found = Mandate.objects.filter(slug=key).first()
    if found is None:
        return None
    visits, _meetings, said, _commitments = _rows()
    return _of_visits(found, visits.of_mandate(found), said.spoken_by(mandate=found, term__mandate=found))


def _person(key: str) -> Thing | None:
    found = Person.objects.visible_to(EVERYBODY).with_a_page().filter(slug=key).first()
    if found is None:
        return None
    visits = _rows()[0].filter(pk__in=VisitExpert.objects.filter(term__person=found).values("visit_id"))
    return _of_somebody(found, visits, _rows()[2].spoken_by(person=found), person=found)


def _organisation(key: str) -> Thing | None:
    found = Organisation.objects.visible_to(EVERYBODY).filter(slug=key).first()
    if found is None:
        return None
    said = _rows()[2].voiced_by(organisation=found)
    visits = _rows()[0].filter(pk__in=said.values("visit_id"))
    thing = _of_somebody(found, visits, said, organisation=found)
    commitments = Commitment.objects.visible_to(EVERYBODY)
    promised = commitments.filter(Q(by_whom=found) | Q(statement__in=said.order_by().values("pk")))
    return Thing(thing.name, thing.path, visits, thing.meetings, said, promised)


def _of_somebody(found: Any, visits: Any, said: Any, **who: Any) -> Thing:
    """Return a thing that speaks and takes part: the meetings are those at which it may be named."""
    _visits, meetings, _said, commitments = _rows()
    part = Participant.objects.visible_to(EVERYBODY).filter(**who)
    return Thing(
        str(found), found.get_absolute_url(), visits, meetings.filter(pk__in=part.values("meeting_id")), said,
        commitments.filter(statement__in=said.order_by().values("pk")),
    )  # fmt: skip


def _topic(key: str) -> Thing | None:
    found = Topic.objects.visible_to(EVERYBODY).filter(slug=key).first()
    if found is None:
        return None
    visits, meetings, statements, commitments = _rows()
    said = statements.of_topic(found)
    touched = MeetingTopic.objects.filter(topic=found).values("meeting_id")
    return Thing(
        found.name, found.get_absolute_url(), visits.filter(about(EVERYBODY, topic=found)),
        meetings.filter(pk__in=touched), said, commitments.filter(statement__in=said.order_by().values("pk")),
    )  # fmt: skip


_WAYS: dict[str, Callable[[str], Thing | None]] = {
    "visit": _visit,
    "country": _country,
    "mandate": _mandate,
    "person": _person,
    "organisation": _organisation,
    "topic": _topic,
}
