"""Entries as a calendar (RFC 5545): an event for one whose days are known, a note for any other. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Calendar, Event, Journal, Timezone

from visits.partial_dates import PartialDate, parse

PRODUCT = "-//Vis-à-vis//Visits//EN"
# How often a program that follows the calendar asks for it again.
ASK_EVERY = timedelta(hours=12)
# The rules of a time zone are told until then.
LAST_RULES = date(2100, 1, 1)
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
    """Something for a calendar or feed: what it says, how often that has changed and when last.

    `status` is TENTATIVE, CONFIRMED or CANCELLED; `dates` a partial date, of one day there may be times
    in `zone`.
    """

    uid: str
    url: str
    dates: str
    status: str
    sequence: int
    changed: datetime
    summary: str
    description: str
    published: datetime = BEGINNING
    place: str = ""
    starts: time | None = None
    ends: time | None = None
    zone: str = ""

    @property
    def updated(self) -> datetime:
        """Return when the public last learned something of it: by a change, or as it was opened anew."""
        return max(self.changed, self.published)


def changes(versions: Sequence[tuple[datetime, Any]]) -> tuple[int, datetime]:
    """Return how often what is said differs from the version before, and when it did last.

    `versions` are those that everybody could see, in their order; what happened between two of them is not told.
    """
    number, last = 0, versions[0][0] if versions else BEGINNING
    for (_moment, before), (moment, after) in pairwise(versions):
        if before != after:
            number, last = number + 1, moment
    return number, last


def seen(own: Iterable[tuple[datetime, Any]], *parents: Iterable[tuple[datetime, bool]]) -> list[tuple[datetime, Any]]:
    """Return the versions that everybody could see of something that is as open as its `parents`.

    `own` are what it said, None while it was closed itself; `parents` are whether each was open. One of whom nothing
    is known was always open. What changed behind a closed parent is told at the moment when that is open again.
    """
    events = [(moment, 0, what) for moment, what in own]
    for number, parent in enumerate(parents, 1):
        events += [(moment, number, is_open) for moment, is_open in parent]
    closed: set[int] = set()
    said, found = None, []
    for moment, together in groupby(sorted(events, key=itemgetter(0)), key=itemgetter(0)):
        for _moment, number, what in together:
            if number == 0:
                said = what
            else:
                (closed.discard if what else closed.add)(number)
        if said is not None and not closed:
            found.append((moment, said))
    return found


def status_of(said: Said, *, void: bool) -> str:
    """Return the status of the event of a visit.

    The old days of a postponed visit are cancelled (`void`); with new dates it is tentative on them.
    """
    if said.status in CANCELLED or void:
        return "CANCELLED"
    held = said.status == "unknown" and said.dates_kind == "actual"
    return "CONFIRMED" if said.status in CONFIRMED or held else "TENTATIVE"


def known_zone(name: str) -> ZoneInfo | None:
    """Return the time zone of this name; None where there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None


def add_span(event: Event, days: PartialDate, starts: time | None, ends: time | None, zone: tzinfo | None) -> None:
    """Say from when until when an event is: by the clocks of `zone` on one day, or whole days."""
    if starts is not None and zone is not None and days.is_day:
        event.add("dtstart", datetime.combine(days.earliest, starts, zone))
        # The standard asks for an end after the beginning, or for none.
        if ends is not None and ends > starts:
            event.add("dtend", datetime.combine(days.earliest, ends, zone))
    else:
        event.add("dtstart", days.earliest)
        # The day after the last one, as the standard counts.
        event.add("dtend", days.latest + timedelta(days=1))


def component(entry: Entry) -> Event | Journal:
    """Return the event of what has a known day, else a note without a day."""
    days = parse(entry.dates) if entry.dates else None
    if days is not None and all(part.is_day for part in days.parts):
        event = Event()
        add_span(event, days, entry.starts, entry.ends, known_zone(entry.zone))
        made: Event | Journal = event
        made.add("status", entry.status)
        # Whoever follows the calendar is not busy on these days.
        made.add("transp", "TRANSPARENT")
        if entry.place:
            made.add("location", _clean(entry.place))
    else:
        made = Journal()
        made.add("status", "CANCELLED" if entry.status == "CANCELLED" else "FINAL")
    made.add("uid", entry.uid)
    made.add("dtstamp", entry.changed)
    made.add("last-modified", entry.changed)
    made.add("sequence", entry.sequence)
    made.add("summary", _clean(entry.summary))
    made.add("description", _clean(entry.description))
    made.add("url", entry.url)
    return made


def written(name: str, entries: Iterable[Entry], empty: Entry) -> Iterator[bytes]:
    """Yield a calendar, an entry after another. Without any it has the note `empty`: the standard asks for something.

    Each time zone is described before the first event that is told in it.
    """
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
    zones: set[str] = set()
    for entry in entries:
        any_entry = True
        made: Any = component(entry)
        zone = entry.zone if isinstance(made["DTSTART"].dt if "DTSTART" in made else None, datetime) else ""
        if zone and zone not in zones:
            zones.add(zone)
            yield Timezone.from_tzid(zone, last_date=LAST_RULES).to_ical()
        yield made.to_ical()
    if not any_entry:
        yield component(empty).to_ical()
    yield end


def _clean(text: str) -> str:
    """Return a text without the signs that no calendar may hold."""
    return "".join(sign if sign == "\n" or (sign >= " " and sign != "\x7f") else " " for sign in text)
