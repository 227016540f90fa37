"""Partial dates: a year, a month, a day, or an interval between two of these. Pure.

The text form is ISO 8601 (`2022`, `2022-03`, `2022-03-05`, `2022-08-17/2022-08-19`). A partial date
is never made more precise than it is: March 2021 is thirty-one days, not the 1st.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from babel.dates import format_date, format_skeleton

Precision = Literal["year", "month", "day", "interval"]
FIRST_YEAR, LAST_YEAR = 1900, 2199
_PART = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_LOCALES = {"en": "en_GB"}


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as precise as it is known: `earliest` and `latest` are the first and last day it can
    be.
    """

    text: str
    earliest: date
    latest: date

    @property
    def precision(self) -> Precision:
        """Return how precise the date is."""
        if "/" in self.text:
            return "interval"
        return {4: "year", 7: "month"}.get(len(self.text), "day")  # type: ignore[return-value]

    @property
    def is_day(self) -> bool:
        """Whether the date is one day."""
        return self.precision == "day"

    @property
    def parts(self) -> tuple[PartialDate, PartialDate]:
        """Return start and end of an interval; a date that is none is both itself."""
        start, slash, end = self.text.partition("/")
        return (_part(start), _part(end)) if slash else (self, self)

    @property
    def days(self) -> int | None:
        """Return the number of days, counted inclusively; None where an end is not known to the
        day.
        """
        start, end = self.parts
        return count_inclusive(start.earliest, end.latest) if start.is_day and end.is_day else None

    def overlaps(self, other: PartialDate) -> bool:
        """Whether some day can be in both."""
        return self.earliest <= other.latest and other.earliest <= self.latest

    def __lt__(self, other: PartialDate) -> bool:
        return (self.earliest, self.latest, self.text) < (other.earliest, other.latest, other.text)

    def display(self, locale: str = "en") -> str:
        """Return the date in words at its precision: “15–26 August 2022”, “March 2021”."""
        return _display(self, _LOCALES.get(locale, locale), "MMMM")

    def display_short(self, locale: str = "en") -> str:
        """Return the date with the month shortened, such as “16 Aug 2022”."""
        return _display(self, _LOCALES.get(locale, locale), "MMM")


def parse(text: str) -> PartialDate:
    """Return the partial date that `text` writes; raise ValueError with a sentence for the person
    who typed it.
    """
    cleaned = text.strip()
    start_text, slash, end_text = cleaned.partition("/")
    start = _part(start_text)
    if not slash:
        return start
    end = _part(end_text)
    if end.latest < start.earliest:
        raise ValueError(f"“{cleaned}” ends before it starts.")
    return PartialDate(cleaned, start.earliest, end.latest)


@lru_cache(maxsize=4096)
def _part(text: str) -> PartialDate:
    match = _PART.fullmatch(text)
    if not match:
        raise ValueError(
            f"“{text[:40]}” is no date: write 2022, 2022-03, 2022-03-05 or an interval 2022-08-15/2022-08-26."
        )
    year = int(match[1])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"The year {year} is outside {FIRST_YEAR} to {LAST_YEAR}.")
    try:
        if match[2] is None:
            return PartialDate(text, date(year, 1, 1), date(year, 12, 31))
        month = int(match[2])
        if match[3] is None:
            last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 else 0
            return PartialDate(text, date(year, month, 1), date(year, month, last))
        day = date(year, month, int(match[3]))
    except ValueError as error:
        raise ValueError(f"“{text}” is not in the calendar.") from error
    return PartialDate(text, day, day)


def from_day(day: date) -> PartialDate:
    """Return one day as a partial date."""
    return _part(day.isoformat())


def between(start: PartialDate, end: PartialDate) -> PartialDate:
    """Return the interval from `start` to `end`, or the date itself where both are the same."""
    if start.text == end.text:
        return start
    return parse(f"{start.parts[0].text}/{end.parts[1].text}")


def span(dates: Iterable[PartialDate]) -> tuple[date, date] | None:
    """Return the first and last day that `dates` can include; None for no dates."""
    found = list(dates)
    if not found:
        return None
    return min(d.earliest for d in found), max(d.latest for d in found)


def count_inclusive(start: date, end: date) -> int:
    """Return the number of days from `start` to `end`, both counted."""
    return (end - start) // timedelta(days=1) + 1


@lru_cache(maxsize=8192)
def _display(value: PartialDate, locale: str, month: str) -> str:
    start, end = value.parts
    if start.text == end.text:
        return _one(start, locale, month)
    same_precision = start.precision == end.precision
    if same_precision and start.earliest.year == end.earliest.year:
        if start.is_day and start.earliest.month == end.earliest.month:
            return f"{start.earliest.day}–{_one(end, locale, month)}"
        if start.is_day:
            first = format_skeleton(f"{month}d", start.earliest, locale=locale)
            return f"{first} – {_one(end, locale, month)}"
        # Two months: two equal years are one text, which was answered above.
        return f"{format_date(start.earliest, month, locale=locale)}–{_one(end, locale, month)}"
    return f"{_one(start, locale, month)} – {_one(end, locale, month)}"


def _one(value: PartialDate, locale: str, month: str) -> str:
    if value.precision == "year":
        return value.text
    if value.is_day and month == "MMMM":
        # The skeleton with a day falls back to the short month in English; the long format does
        # not.
        return format_date(value.earliest, "long", locale=locale)
    return format_skeleton(f"y{month}d" if value.is_day else f"y{month}", value.earliest, locale=locale)
