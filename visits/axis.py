"""An axis of years, on which pictures place dates. Pure: places are percentages of its length."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from visits.partial_dates import FIRST_YEAR, LAST_YEAR, PartialDate

# More years than this between two names would leave too few of them.
_STEPS = (1, 2, 5, 10, 20, 50)
MOST_TICKS = 12


@dataclass(frozen=True, slots=True)
class Axis:
    """The days from 1 January of the year `first` to 31 December of the year `last`."""

    first: int
    last: int

    def start_of(self, day: date) -> float:
        """Return where `day` begins, in per cent; a day outside the axis stands at its nearer end."""
        return self._place((day - date(self.first, 1, 1)).days)

    def end_of(self, day: date) -> float:
        """Return where `day` ends, in per cent."""
        return self._place((day - date(self.first, 1, 1)).days + 1)

    def span_of(self, when: PartialDate) -> tuple[float, float]:
        """Return from where to where `when` can be: the whole year where only the year is known."""
        return self.start_of(when.earliest), self.end_of(when.latest)

    @property
    def ticks(self) -> tuple[tuple[int, float], ...]:
        """Return the years that are named, with the places where they begin: at most `MOST_TICKS` of them."""
        years = self.last - self.first + 1
        step = next((step for step in _STEPS if years <= step * MOST_TICKS), _STEPS[-1])
        named = range(-(-self.first // step) * step, self.last + 1, step)
        return tuple((year, self.start_of(date(year, 1, 1))) for year in named)

    def _place(self, days: int) -> float:
        whole = (date(self.last, 12, 31) - date(self.first, 1, 1)).days + 1
        return round(100 * min(max(days, 0), whole) / whole, 2)


def axis_over(dates: Iterable[PartialDate], *, before: int = 0, after: int = 0) -> Axis | None:
    """Return the axis of whole years that holds all `dates`, and so many years more; None for no dates."""
    found = list(dates)
    if not found:
        return None
    first = min(when.earliest for when in found).year - before
    last = max(when.latest for when in found).year + after
    return Axis(max(first, FIRST_YEAR), min(last, LAST_YEAR))
