"""How long something has waited, as of a day. Pure: whole calendar years and months, or days, counted from a date that
may be known to the month or year only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from visits.partial_dates import PartialDate


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait of `years` and `months`, and of `days` where it is shorter than a month; `days_in_all` counts all.

    `at_least` says that the day from which it counts is not known: it is the last that it can have been.
    """

    years: int
    months: int
    days: int
    days_in_all: int
    at_least: bool


def wait_since(since: PartialDate, today: date) -> Wait:
    """Return how long it is from `since` to the day `today`, and nothing where `since` lies ahead."""
    begun = min(since.latest, today)
    whole = (today.year - begun.year) * 12 + today.month - begun.month
    # A month is over at its day; one that began on the 31st is over at the first of the month after a shorter one.
    if today.day < begun.day:
        whole -= 1
    years, months = divmod(whole, 12)
    passed = (today - begun) // timedelta(days=1)
    return Wait(years, months, 0 if whole else passed, passed, at_least=since.earliest != since.latest)
