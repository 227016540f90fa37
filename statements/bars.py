"""Who said how much: statements by column, and by topic or country and column, as bars.

Every number is that of the list of statements under the same filters, and leads there; all come from one query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Case, CharField, F, QuerySet, TextField, Value, When
from django.http import QueryDict
from django.urls import reverse

from statements.filters import StatementFilter
from statements.models import StatementSpeaker, StatementTopic
from statements.querysets import StatementQuerySet
from visits.choices import COLUMN_SHAPES, Column, Side, column_of
from visits.facets import Counted, by_filter, counting
from visits.filters import address_with
from visits.pieces import union

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User

# So many topics or countries are drawn, those with most statements; the list of statements has them all.
MOST_LINES = 10
By = Literal["topic", "country"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A column in a bar: its number, the list of these statements, and its place in per cent."""

    column: str
    label: str
    shape: str
    count: int
    url: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """A bar. `count` is the number of statements; a joint one stands in the segment of each of its sides."""

    label: str
    count: int
    url: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars by column, and by topic or country; `more` says how many of these are not drawn."""

    sides: tuple[Line, ...]
    lines: tuple[Line, ...]
    more: int
    all: str


def bars_of(by: By, user: User | AnonymousUser, **chosen: str) -> Bars:
    """Return the bars of the statements that pass the filters `chosen`, by column and by `by`; one query."""
    data = QueryDict(mutable=True)
    data.update(chosen)
    filters = StatementFilter(data, reader=user)
    counted = by_filter(filters.read(_counted, by))
    in_all = {value: count for value, _label, count in counted["column"]}
    in_line: dict[str, dict[str, int]] = {}
    for value, column, count in counted["both"]:
        in_line.setdefault(value, {})[column] = count
    most = sorted(counted[by], key=lambda one: (-one[2], one[1], one[0]))
    drawn = most[:MOST_LINES]
    longest = max((sum(in_line.get(value, {}).values()) for value, _label, _count in drawn), default=0)
    return Bars(
        sides=tuple(_side(column, in_all, data) for column in Column if in_all.get(column.value)),
        lines=tuple(_line(one, in_line.get(one[0], {}), longest, by, data) for one in drawn),
        more=len(most) - len(drawn),
        all=_address(data),
    )


def _counted(filters: StatementFilter, by: By) -> QuerySet[Any]:
    rows = filters.narrowed(but="column")
    said = StatementSpeaker.objects.filter(statement__in=rows.order_by().values("pk"))
    nothing = Value("", output_field=TextField())
    return union(
        [
            counting("column", said, column_in("side"), nothing, "statement_id"),
            _lines(by, filters.narrowed(but=by)),
            _both(by, filters),
        ]
    )


def _lines(by: By, rows: StatementQuerySet) -> QuerySet[Any]:
    """Return rows of (filter, topic or country, its name, number of statements)."""
    if by == "topic":
        found = StatementTopic.objects.filter(statement__in=rows.order_by().values("pk"))
        return counting(by, found, F("topic__slug"), F("topic__name"), "statement_id")
    there = rows.order_by().filter(visit__legs__country__isnull=False)
    return counting(by, there, F("visit__legs__country__iso3"), F("visit__legs__country__name"))


def column_in(side: str) -> Case:
    """Return the column of the side that the path `side` leads to."""
    ways = (
        When(**{f"{side}__in": [one.value for one in Side if column_of(one) == column]}, then=Value(column.value))
        for column in Column
    )
    return Case(*ways, default=Value(""), output_field=CharField())


def _both(by: By, filters: StatementFilter) -> QuerySet[Any]:
    """Return rows of (filter, topic or country, column, number of statements)."""
    rows = filters.narrowed()
    if by == "topic":
        found = StatementTopic.objects.filter(statement__in=rows.values("pk"))
        return counting("both", found, F("topic__slug"), column_in("statement__speakers__side"), "statement_id")
    there = rows.filter(visit__legs__country__isnull=False)
    return counting("both", there, F("visit__legs__country__iso3"), column_in("speakers__side"))


def _side(column: Column, counts: dict[str, int], data: QueryDict) -> Line:
    """Return the bar of a column, as long as its share of the longest one."""
    segment = _segment(column, counts[column.value], 0, max(counts.values()), data)
    return Line(segment.label, segment.count, segment.url, (segment,))


def _line(one: Counted, counts: dict[str, int], longest: int, by: By, data: QueryDict) -> Line:
    """Return the bar of a topic or country, its columns beside each other in the order of every screen."""
    value, label, count = one
    here = data.copy()
    here[by] = value.lower() if by == "country" else value
    segments: list[Segment] = []
    before = 0
    for column in Column:
        if number := counts.get(column.value, 0):
            segments.append(_segment(column, number, before, longest, here))
            before += number
    return Line(label.strip(), count, _address(here), tuple(segments))


def _segment(column: Column, count: int, before: int, longest: int, data: QueryDict) -> Segment:
    start, end = (round(100 * number / longest, 2) for number in (before, before + count))
    return Segment(
        column=column.value,
        label=str(column.label),
        shape=COLUMN_SHAPES[column],
        count=count,
        url=_address(data, column=column.value),
        start=start,
        width=round(end - start, 2),
    )


def _address(data: QueryDict, **changes: str) -> str:
    return reverse("statement_list") + address_with(data, **changes)
