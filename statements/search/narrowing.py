"""Typed filters (speaker:, country:, topic:, year:) on each kind of record; names are found as the search does it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from statements.models import Citation, MeetingTopic, SearchKind, Statement, StatementSpeaker, StatementTopic
from statements.querysets import proof_gate
from statements.search.analyser import analyse
from statements.search.finding import entries
from statements.search.query import Narrowing, Part, Query, conditions_of
from visits.days import in_years, year_asked
from visits.models import Meeting, VisitLeg

if TYPE_CHECKING:
    from visits.access import Reading


def narrowed(rows: QuerySet[Any], kind: str, query: Query, reader: Reading) -> QuerySet[Any]:
    """Return those of the visible `rows` of a kind that pass the typed filters; of a kind that has none, no row.

    A filter reads no row that the reader may not see.
    """
    if not query.filters:
        return rows
    ways = {
        SearchKind.STATEMENT: _of_statement,
        SearchKind.VISIT: _of_visit,
        SearchKind.MEETING: _of_meeting,
        SearchKind.SOURCE: _of_source,
    }
    way = ways.get(SearchKind(kind))
    if way is None:
        return rows.none()
    for one in query.filters:
        condition = way(one, reader)
        rows = rows.exclude(condition) if one.without else rows.filter(condition)
    return rows


def _ids(kind: SearchKind, value: str, reader: Reading) -> QuerySet[Any]:
    """Return the ids of what has every word of `value` among its names."""
    words = Query(value, groups=tuple((part,) for part in _parts(value)))
    return entries(kind, conditions_of(words), reader).values("record")


def _parts(value: str) -> Iterable[Part]:
    # What has no letter is no condition.
    return [Part(word) for word in value.split() if analyse(word)]


def _in_years(column: str, one: Narrowing) -> Q:
    """Return the condition that a partial date can lie in the years."""
    return in_years(column, *map(year_asked, one.years))


def _to_country(one: Narrowing, reader: Reading) -> QuerySet[Any]:
    """Return the ids of the visits with a leg in a country of this name."""
    return VisitLeg.objects.filter(country__in=_ids(SearchKind.COUNTRY, one.value, reader)).values("visit_id")


def _of_statement(one: Narrowing, reader: Reading) -> Q:
    if one.name == "year":
        return _in_years("date", one)
    if one.name == "country":
        return Q(visit__isnull=False, visit__in=_to_country(one, reader))
    if one.name == "topic":
        return Q(pk__in=_on_topic(StatementTopic, one.value, reader).values("statement_id"))
    organisations = _ids(SearchKind.ORGANISATION, one.value, reader)
    mandates = _ids(SearchKind.MANDATE, one.value, reader)
    spoken = StatementSpeaker.objects.filter(
        Q(person__in=_ids(SearchKind.PERSON, one.value, reader))
        | Q(organisation__in=organisations)
        | Q(office__organisation__in=organisations)
        | Q(mandate__in=mandates)
        | Q(term__mandate__in=mandates)
    )
    return Q(pk__in=spoken.values("statement_id"))


def _on_topic(model: Any, value: str, reader: Reading) -> QuerySet[Any]:
    """Return the rows of `model` that name a topic of these words, or one below it."""
    topics = _ids(SearchKind.TOPIC, value, reader)
    return model.objects.filter(Q(topic__in=topics) | Q(topic__parent__in=topics) | Q(topic__parent__parent__in=topics))


def _said(one: Narrowing, reader: Reading) -> QuerySet[Any]:
    return Statement.objects.visible_to(reader).filter(_of_statement(one, reader))


def _of_visit(one: Narrowing, reader: Reading) -> Q:
    if one.name == "year":
        return _in_years("dates", one)
    if one.name == "country":
        return Q(pk__in=_to_country(one, reader))
    condition = Q(pk__in=_said(one, reader).filter(visit__isnull=False).values("visit_id"))
    if one.name == "topic":
        touched = _on_topic(MeetingTopic, one.value, reader).filter(meeting__in=Meeting.objects.visible_to(reader))
        condition |= Q(pk__in=touched.values("meeting__visit_id"))
    return condition


def _of_meeting(one: Narrowing, reader: Reading) -> Q:
    if one.name == "year":
        return _in_years("date", one)
    if one.name == "country":
        return Q(visit__in=_to_country(one, reader))
    condition = Q(pk__in=_said(one, reader).filter(meeting__isnull=False).values("meeting_id"))
    if one.name == "topic":
        condition |= Q(pk__in=_on_topic(MeetingTopic, one.value, reader).values("meeting_id"))
    return condition


def _of_source(one: Narrowing, reader: Reading) -> Q:
    if one.name == "year":
        return _in_years("published", one)
    cited = Citation.objects.filter(proof_gate(reader), source__isnull=False, statement__in=_said(one, reader))
    return Q(pk__in=cited.values("source_id"))
