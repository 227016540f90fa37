"""Visits that wait for a next step, as a page lists them: since when, and for how long as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from statements.cards import show
from visits.actions import leg_dates
from visits.choices import VisitStatus
from visits.lifecycle import StepRow, reading
from visits.partial_dates import PartialDate, parse
from visits.pieces import Piece
from visits.waiting import Wait, wait_since

# A name and its page, "" for what has none.
Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class VisitParts:
    """A visit with what belongs to it, as thin rows: `visits.views.courses.read_parts` tells their columns."""

    visit: Piece
    steps: list[Piece]
    legs: list[Piece]
    mandates: list[Piece]


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A visit that waits for a next step, and how long it has."""

    title: str
    url: str
    status: str
    since: str
    waited: str
    days: int
    lanes: tuple[Named, ...]
    is_draft: bool
    visibility: str


def waiting_row(parts: VisitParts, lanes: tuple[Named, ...], today: date) -> WaitingRow:
    """Return a visit that waits, as of the day `today`; since when is read from its steps."""
    visit = parts.visit
    rows = [
        StepRow(
            kind=step.a,
            date=_date(step.b),
            order=step.order,
            proposed=_date(step.c),
            voided=bool(step.f or step.g),
            mandate=step.d,
        )
        for step in parts.steps
    ]
    now = reading(
        rows,
        today=today,
        legs=leg_dates(leg.e for leg in parts.legs),
        mandates=[piece.a for piece in parts.mandates],
    )
    since = now.waiting_since
    wait = wait_since(since, today) if since else None
    return WaitingRow(
        title=visit.b,
        url=reverse("visit_detail", args=[visit.a]),
        status=str(VisitStatus(visit.c).label),
        since=show(since.text) if since else "",
        waited=in_words(wait) if wait else "",
        days=wait.days_in_all if wait else -1,
        lanes=lanes,
        is_draft=visit.f != "published",
        visibility=visit.g,
    )


def _date(text: str) -> PartialDate | None:
    return parse(text) if text else None


def in_words(wait: Wait) -> str:
    """Return a wait in words: “4 years, 7 months”, “12 days”; "" for one of which no day is sure yet."""
    told = []
    if wait.years:
        told.append(ngettext("%(n)d year", "%(n)d years", wait.years) % {"n": wait.years})
    if wait.months:
        told.append(ngettext("%(n)d month", "%(n)d months", wait.months) % {"n": wait.months})
    if not told and wait.at_least and not wait.days:
        return ""
    if not told:
        told.append(ngettext("%(n)d day", "%(n)d days", wait.days) % {"n": wait.days})
    words = ", ".join(told)
    return gettext("at least %(wait)s") % {"wait": words} if wait.at_least else words
