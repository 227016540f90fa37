"""Who said how much: statements by column, and by topic or country and column, as bars.

Every number is that of the list of statements under the same filters, and leads there; of very many statements, the
numbers are of the newest, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.http import QueryDict
from django.urls import reverse

from statements.facets import choices, having, latest_of, told
from statements.filters import StatementFilter
from visits.choices import COLUMN_SHAPES, Column
from visits.facets import Counted
from visits.filters import address_with

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
    """Bars by column, and by topic or country; `more` says how many of these are not drawn.

    `newest` is how many statements the numbers are of, where not of all.
    """

    sides: tuple[Line, ...]
    lines: tuple[Line, ...]
    more: int
    all: str
    newest: int = 0


def bars_of(by: By, user: User | AnonymousUser, **chosen: str) -> Bars:
    """Return the bars of the statements that pass the filters `chosen`, by column and by `by`; two queries.

    Of more than are counted, those of the newest are drawn.
    """
    data = QueryDict(mutable=True)
    data.update(chosen)
    ids = latest_of(StatementFilter(data, reader=user))
    number, many = told(ids)
    found = having(choices(user, ("column", by), ids=ids[:number]) if ids else ())
    columns = {value: statements for (value, _label), statements in found["column"].items()}
    lines = [
        (value, label, {column: len(said & statements) for column, said in columns.items() if said & statements})
        for (value, label), statements in found[by].items()
    ]
    numbers = {value: len(statements) for (value, _label), statements in found[by].items()}
    most = sorted(lines, key=lambda one: (-numbers[one[0]], one[1], one[0]))
    drawn = most[:MOST_LINES]
    longest = max((sum(counts.values()) for _value, _label, counts in drawn), default=0)
    in_all = {column: len(said) for column, said in columns.items()}
    return Bars(
        sides=tuple(_side(column, in_all, data) for column in Column if in_all.get(column.value)),
        lines=tuple(_line((value, label, numbers[value]), counts, longest, by, data) for value, label, counts in drawn),
        more=len(most) - len(drawn),
        all=_address(data),
        newest=number if many else 0,
    )


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
