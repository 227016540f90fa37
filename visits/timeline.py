"""The timeline of a visit: dated rows in, sections out. Pure.

Every row appears exactly once: before the visit, on a day of it, after it, where no day is stated,
or, when the visit has no dates of its own, in one run by date. A date is never made more precise
than it is: what is known to the month stands on no day of that month.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Literal

from visits.partial_dates import PartialDate

RowKind = Literal["step", "meeting", "statement"]
SectionKind = Literal["before", "day", "fold", "after", "undated", "dated"]

_ONE_DAY = timedelta(days=1)
# A row that runs longer is named once, at its start: marks on each of its days would say nothing.
LONGEST_RUN = 31
# A ruler of more days than this is no navigation: it then names the days that hold something.
LONGEST_RULER = 62
_KIND_RANK = {"step": 0, "meeting": 1, "statement": 2}
_COLUMNS = ("holder", "state", "civil", "others")


@dataclass(frozen=True, slots=True)
class Row:
    """One visible row of a visit.

    `key` is unique in the visit. `column` is that of a statement; `meeting` is the key of the
    meeting in which it was made. `on_or_before` marks a date of publication: the row happened then
    or earlier. `order` parts rows of one date. `card` is what the page prints, of which this module
    knows nothing.
    """

    key: str
    kind: RowKind
    date: PartialDate | None = None
    column: str = ""
    meeting: str = ""
    on_or_before: bool = False
    order: int = 0
    card: Any = None


@dataclass(frozen=True, slots=True)
class Window:
    """The days of the visit. An open `start` or `end` is not known; `folds` says whether empty days
    are told.
    """

    start: PartialDate | None
    end: PartialDate | None
    folds: bool = True

    @property
    def days(self) -> tuple[date, date] | None:
        """Return first and last day where both are known to the day."""
        if self.start and self.end and self.start.parts[0].is_day and self.end.parts[1].is_day:
            return self.start.earliest, self.end.latest
        return None


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one date that belong together: steps, or a meeting and what was said in it, or what
    was said outside.
    """

    date: PartialDate | None = None
    on_or_before: bool = False
    steps: tuple[Row, ...] = ()
    meeting: Row | None = None
    holder: tuple[Row, ...] = ()
    state: tuple[Row, ...] = ()
    beside: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the rows in reading order."""
        meeting = (self.meeting,) if self.meeting else ()
        return (*self.steps, *meeting, *self.holder, *self.state, *self.beside)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the timeline: `first` to `last` is its day or run of days. A fold has no rows."""

    kind: SectionKind
    first: date | None = None
    last: date | None = None
    blocks: tuple[Block, ...] = ()
    continuing: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the rows in reading order."""
        return tuple(row for block in self.blocks for row in block.rows)


@dataclass(frozen=True, slots=True)
class RulerDay:
    """A day of the ruler: how many meetings, and statements in each column that has some."""

    day: date
    meetings: int = 0
    columns: tuple[tuple[str, int], ...] = ()
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """The sections in their order, and the days of the ruler."""

    sections: tuple[Section, ...]
    ruler: tuple[RulerDay, ...]


def build(rows: Iterable[Row], window: Window | None) -> Timeline:
    """Return the timeline of `rows` around `window`; None where the visit has no dates."""
    given = list(rows)
    meetings = {row.key: row for row in given if row.kind == "meeting"}
    placed = sorted((_effective(row, meetings) for row in given), key=lambda pair: _sort_key(*pair))
    parts: dict[tuple[str, date | None], list[tuple[Row, PartialDate | None, bool]]] = {}
    for row, (when, on_or_before) in placed:
        parts.setdefault(_place(when, on_or_before, window), []).append((row, when, on_or_before))
    running = _running(placed, window)
    days = {day for kind, day in parts if kind == "day" and day} | set(running)
    middle = [
        Section(
            "day",
            day,
            day,
            _blocks(parts.get(("day", day), []), by_date=False),
            tuple(running.get(day, ())),
        )
        for day in sorted(days)
    ]
    sections = [
        *_whole("dated", parts),
        *_whole("before", parts),
        *_with_folds(middle, window),
        *_whole("after", parts),
        *_whole("undated", parts),
    ]
    return Timeline(tuple(sections), _ruler(middle, window))


def _effective(row: Row, meetings: dict[str, Row]) -> tuple[Row, tuple[PartialDate | None, bool]]:
    """Return the row with the date it is placed by: a statement without a day of its own takes its
    meeting's.
    """
    vague = row.date is None or row.on_or_before or not row.date.parts[0].is_day
    meeting = meetings.get(row.meeting) if row.kind == "statement" else None
    if vague and meeting is not None and meeting.date is not None:
        return row, (meeting.date, meeting.on_or_before)
    return row, (row.date, row.on_or_before)


def _sort_key(row: Row, placed: tuple[PartialDate | None, bool]) -> tuple[Any, ...]:
    when, on_or_before = placed
    bounds = (when.earliest, when.latest) if when else (date.max, date.max)
    return (*bounds, on_or_before, _KIND_RANK[row.kind], row.order, row.key)


def _place(  # noqa: PLR0911 - one answer per rule, in the order in which they bind
    when: PartialDate | None, on_or_before: bool, window: Window | None
) -> tuple[str, date | None]:
    """Return the section of a date: its kind, and the day where it is a day."""
    if window is None:
        return ("dated" if when else "undated"), None
    if when is None:
        return "undated", None
    if window.start and when.latest < window.start.earliest:
        return "before", None
    if on_or_before:
        return "undated", None
    if window.end and when.earliest > window.end.latest:
        return "after", None
    if not when.parts[0].is_day:
        return "undated", None
    if window.start and when.earliest < window.start.earliest:
        return "before", None
    return "day", when.earliest


def _running(
    placed: Sequence[tuple[Row, tuple[PartialDate | None, bool]]], window: Window | None
) -> dict[date, list[Row]]:
    """Return for each day of the visit the meetings that go on from an earlier day."""
    found: dict[date, list[Row]] = {}
    within = window.days if window else None
    if within is None:
        return found
    for row, (when, on_or_before) in placed:
        if row.kind != "meeting" or when is None or on_or_before or not (when.days and 1 < when.days <= LONGEST_RUN):
            continue
        day = max(when.earliest + _ONE_DAY, within[0])
        while day <= min(when.latest, within[1]):
            found.setdefault(day, []).append(row)
            day += _ONE_DAY
    return found


def _blocks(rows: list[tuple[Row, PartialDate | None, bool]], *, by_date: bool) -> tuple[Block, ...]:
    """Return the rows as blocks; `by_date`, each block says of which date it is."""
    if not by_date:
        return tuple(_blocks_of_date([row for row, _when, _before in rows], None, False))
    found: list[Block] = []
    for (when, on_or_before), group in groupby(rows, key=lambda item: item[1:]):
        found += _blocks_of_date([row for row, _when, _before in group], when, on_or_before)
    return tuple(found)


def _blocks_of_date(rows: list[Row], when: PartialDate | None, on_or_before: bool) -> list[Block]:
    """Return steps, then each meeting with what was said in it, then what was said outside."""
    said: dict[str, list[Row]] = {row.key: [] for row in rows if row.kind == "meeting"}
    outside: list[Row] = []
    for row in rows:
        if row.kind == "statement":
            said.get(row.meeting, outside).append(row)
    found = []
    steps = tuple(row for row in rows if row.kind == "step")
    if steps:
        found.append(Block(when, on_or_before, steps=steps))
    found += [_said_block(said[row.key], when, on_or_before, row) for row in rows if row.kind == "meeting"]
    if outside:
        found.append(_said_block(outside, when, on_or_before, None))
    return found


def _said_block(rows: list[Row], when: PartialDate | None, on_or_before: bool, meeting: Row | None) -> Block:
    return Block(
        when,
        on_or_before,
        meeting=meeting,
        holder=tuple(row for row in rows if row.column == "holder"),
        state=tuple(row for row in rows if row.column == "state"),
        beside=tuple(row for row in rows if row.column not in {"holder", "state"}),
    )


def _whole(kind: SectionKind, parts: dict[tuple[str, date | None], list[Any]]) -> list[Section]:
    rows = parts.get((kind, None))
    return [Section(kind, blocks=_blocks(rows, by_date=True))] if rows else []


def _with_folds(sections: list[Section], window: Window | None) -> list[Section]:
    """Return the days with a fold for each run of days between, before and after them that holds
    nothing.
    """
    within = window.days if window and window.folds else None
    if within is None:
        return sections
    found: list[Section] = []
    free = within[0]
    for section in sections:
        day = section.first or free
        if free < day:
            found.append(Section("fold", free, day - _ONE_DAY))
        found.append(section)
        free = day + _ONE_DAY
    if free <= within[1]:
        found.append(Section("fold", free, within[1]))
    return found


def _ruler(sections: list[Section], window: Window | None) -> tuple[RulerDay, ...]:
    """Return every day of the visit, or only those that hold something where they are too many or
    not known.
    """
    held = {section.first: section for section in sections if section.first}
    days: Iterable[date] = held
    within = window.days if window else None
    if within and (within[1] - within[0]).days < LONGEST_RULER:
        days = (within[0] + _ONE_DAY * number for number in range((within[1] - within[0]).days + 1))
    return tuple(_ruler_day(day, held.get(day)) for day in days)


def _ruler_day(day: date, section: Section | None) -> RulerDay:
    if section is None:
        return RulerDay(day)
    rows = section.rows
    meetings = sum(row.kind == "meeting" for row in rows) + len(section.continuing)
    counts = ((name, sum(row.kind == "statement" and row.column == name for row in rows)) for name in _COLUMNS)
    return RulerDay(
        day,
        meetings,
        tuple((name, count) for name, count in counts if count),
        recorded=True,
    )
