"""Visits as a calendar (RFC 5545): an event for a visit whose days are known, a note for any other. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from icalendar import Calendar, Event, Journal

from visits.partial_dates import parse

PRODUCT = "-//Vis-à-vis//Visits//EN"
# How often a program that follows the calendar asks for it again.
ASK_EVERY = timedelta(hours=12)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
# Of each status of a visit that of its event; a status that is not named here is TENTATIVE.
CONFIRMED = frozenset({"announced", "completed", "reported"})
CANCELLED = frozenset({"cancelled", "declined"})


class Said(NamedTuple):
    """What an event tells of a visit."""

    title: str
    status: str
    dates: str
    dates_kind: str
    purpose: str
    is_example: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A visit for the calendar: what it says, how often that has changed and when last.

    `void` is set where a postponed visit has no new dates: those it has are the old ones.
    """

    uid: str
    url: str
    said: Said
    sequence: int
    changed: datetime
    void: bool
    summary: str
    description: str


def changes(versions: Sequence[tuple[datetime, Said]]) -> tuple[int, datetime]:
    """Return how often what is said differs from the version before, and when it did last.

    `versions` are those that everybody could see, in their order; what happened between two of them is not told.
    """
    number, last = 0, versions[0][0] if versions else BEGINNING
    for (_moment, before), (moment, after) in pairwise(versions):
        if before != after:
            number, last = number + 1, moment
    return number, last


def status_of(entry: Entry) -> str:
    """Return the status of the event: TENTATIVE, CONFIRMED or CANCELLED.

    The old days of a postponed visit are cancelled; with new dates it is tentative on them.
    """
    status = entry.said.status
    if status in CANCELLED or (entry.void):
        return "CANCELLED"
    held = status == "unknown" and entry.said.dates_kind == "actual"
    return "CONFIRMED" if status in CONFIRMED or held else "TENTATIVE"


def component(entry: Entry) -> Event | Journal:
    """Return the event of a visit whose days are known, else a note without a day."""
    days = parse(entry.said.dates) if entry.said.dates else None
    status = status_of(entry)
    if days is not None and all(part.is_day for part in days.parts):
        made: Event | Journal = Event()
        made.add("dtstart", days.earliest)
        # The day after the last one, as the standard counts.
        made.add("dtend", days.latest + timedelta(days=1))
        made.add("status", status)
        # Whoever follows the calendar is not busy on these days.
        made.add("transp", "TRANSPARENT")
        made.add("location", _clean(entry.said.title))
    else:
        made = Journal()
        made.add("status", "CANCELLED" if status == "CANCELLED" else "FINAL")
    made.add("uid", entry.uid)
    made.add("dtstamp", entry.changed)
    made.add("last-modified", entry.changed)
    made.add("sequence", entry.sequence)
    made.add("summary", _clean(entry.summary))
    made.add("description", _clean(entry.description))
    made.add("url", entry.url)
    return made


def written(name: str, entries: Iterable[Entry], empty: Entry) -> Iterator[bytes]:
    """Yield a calendar, a visit after another. Without any it has the note `empty`: the standard asks for something."""
    head = Calendar()
    head.add("prodid", PRODUCT)
    head.add("version", "2.0")
    head.add("calscale", "GREGORIAN")
    head.add("method", "PUBLISH")
    head.add("name", _clean(name))
    head.add("x-wr-calname", _clean(name))
    head.add("refresh-interval", ASK_EVERY, {"value": "DURATION"})
    head.add("x-published-ttl", "PT12H")
    end = b"END:VCALENDAR\r\n"
    yield head.to_ical().removesuffix(end)
    any_entry = False
    for entry in entries:
        any_entry = True
        yield component(entry).to_ical()
    if not any_entry:
        yield component(empty).to_ical()
    yield end


def _clean(text: str) -> str:
    """Return a text without the signs that no calendar may hold."""
    return "".join(sign if sign == "\n" or (sign >= " " and sign != "\x7f") else " " for sign in text)
