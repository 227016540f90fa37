"""From when to when somebody held an office, as bars on an axis of years. Pure.

Dates are often known to the year only, or not at all: a bar says where it is sure, where it may be, and where an end is
open. An open end reaches to the end of the axis and beyond what is recorded; nothing is concluded from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from visits.axis import Axis, axis_over
from visits.partial_dates import PartialDate


@dataclass(frozen=True, slots=True)
class Holding:
    """An office or term: from, to, and a day on which somebody was seen in it. `card` is what the page prints."""

    key: str
    since: PartialDate | None = None
    until: PartialDate | None = None
    seen: PartialDate | None = None
    order: int = 0
    card: Any = None

    @property
    def dates(self) -> tuple[PartialDate, ...]:
        """Return the dates that are known."""
        return tuple(when for when in (self.since, self.until, self.seen) if when is not None)


@dataclass(frozen=True, slots=True)
class Bar:
    """A holding with its places, in per cent of the axis.

    From `start` to `end` it may have lasted, from `sure_start` to `sure_end` it did. Without `since` or `until` that
    end is open. `seen` is from where to where the day can be on which somebody was seen in office.
    """

    holding: Holding
    start: float
    end: float
    sure_start: float
    sure_end: float
    seen: tuple[float, float] | None

    @property
    def open_start(self) -> bool:
        """Whether it is not recorded since when."""
        return self.holding.since is None

    @property
    def open_end(self) -> bool:
        """Whether it is not recorded until when."""
        return self.holding.until is None

    @property
    def width(self) -> float:
        """Return the length of what it may have lasted."""
        return round(self.end - self.start, 2)

    @property
    def sure_width(self) -> float:
        """Return the length of what it did last, 0 where no day is sure."""
        return round(max(0.0, self.sure_end - self.sure_start), 2)

    @property
    def seen_at(self) -> float | None:
        """Return the middle of when somebody was seen in office."""
        return round(sum(self.seen) / 2, 2) if self.seen else None


@dataclass(frozen=True, slots=True)
class Tenures:
    """The axis (None where nothing is dated), the bars by their dates, and the holdings without a date."""

    axis: Axis | None
    bars: tuple[Bar, ...]
    undated: tuple[Holding, ...]


def build(holdings: Iterable[Holding]) -> Tenures:
    """Return the bars of `holdings`, those that began first first."""
    given = list(holdings)
    dated = sorted((holding for holding in given if holding.dates), key=_order)
    # A year before and after leaves room for an open end.
    spread = [when for holding in dated for when in holding.dates]
    axis = axis_over(
        spread,
        before=int(any(holding.since is None for holding in dated)),
        after=int(any(holding.until is None for holding in dated)),
    )
    return Tenures(
        axis=axis,
        bars=tuple(_bar(holding, axis) for holding in dated) if axis else (),
        undated=tuple(sorted((one for one in given if not one.dates), key=lambda one: (one.order, one.key))),
    )


def _order(holding: Holding) -> tuple[Any, ...]:
    first = min(holding.dates)
    return first.earliest, first.latest, holding.order, holding.key


def _bar(holding: Holding, axis: Axis) -> Bar:
    since, until, seen = holding.since, holding.until, holding.seen
    # Whoever was seen in office held it then, whether or not an end is recorded.
    sure_first = [when.latest for when in (since, seen) if when is not None]
    sure_last = [when.earliest for when in (until, seen) if when is not None]
    sure = (axis.start_of(min(sure_first)), axis.end_of(max(sure_last))) if sure_first and sure_last else (0.0, 0.0)
    return Bar(
        holding=holding,
        start=axis.start_of(since.earliest) if since else 0.0,
        end=axis.end_of(until.latest) if until else 100.0,
        sure_start=sure[0],
        sure_end=max(sure),
        seen=axis.span_of(seen) if seen else None,
    )
