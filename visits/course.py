"""The course of visits over the years: requests, visits, postponements, refusals and reports, on lines. Pure.

A line is that of a mandate or a country; events come in, marks with their places go out.

An event whose date is not recorded has no place on the axis and is told apart; every event is told once on its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from visits.axis import Axis, axis_over
from visits.partial_dates import PartialDate

EventKind = Literal["request", "postponed", "stopped", "visit", "report"]
# Which steps are marked, and how. A visit is marked by its dates, whatever its steps.
STEP_MARKS: dict[str, EventKind] = {
    "requested": "request",
    "invited": "request",
    "postponed": "postponed",
    "suspended": "postponed",
    "declined": "stopped",
    "cancelled": "stopped",
    "report": "report",
}
_RANK: dict[EventKind, int] = {"request": 0, "postponed": 1, "visit": 2, "stopped": 3, "report": 4}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a line. `card` is what the page prints, of which this module knows nothing."""

    key: str
    lane: str
    kind: EventKind
    date: PartialDate | None = None
    order: int = 0
    card: Any = None


@dataclass(frozen=True, slots=True)
class Mark:
    """An event with its place, in per cent of the axis: from `start` to `end` is when it can have been."""

    event: Event
    start: float
    end: float

    @property
    def middle(self) -> float:
        """Return the place between both ends."""
        return round((self.start + self.end) / 2, 2)

    @property
    def width(self) -> float:
        """Return the length of the mark."""
        return round(self.end - self.start, 2)


@dataclass(frozen=True, slots=True)
class Lane:
    """A line with its marks in the order of their dates."""

    key: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """The axis (None where no event has a date), the lines with a mark, and the events without a date."""

    axis: Axis | None
    lanes: tuple[Lane, ...]
    undated: tuple[Event, ...]


def in_order(events: Iterable[Event]) -> list[Event]:
    """Return events by their dates; one of no date comes last, and of one date as a visit goes on."""
    return sorted(events, key=_order)


def _order(event: Event) -> tuple[Any, ...]:
    when = event.date
    bounds = (0, when.earliest.toordinal(), when.latest.toordinal()) if when else (1, 0, 0)
    return (*bounds, _RANK[event.kind], event.order, event.key)


def build(events: Iterable[Event], lanes: Sequence[str]) -> Course:
    """Return the course of `events` on lines in the order of `lanes`, which names the line of every event."""
    given = in_order(events)
    dated = [(event, event.date) for event in given if event.date is not None]
    axis = axis_over(when for _event, when in dated)
    marks: dict[str, list[Mark]] = {lane: [] for lane in lanes}
    if axis is not None:
        for event, when in dated:
            marks[event.lane].append(Mark(event, *axis.span_of(when)))
    return Course(
        axis=axis,
        lanes=tuple(Lane(key, tuple(found)) for key, found in marks.items() if found),
        undated=tuple(event for event in given if event.date is None),
    )
