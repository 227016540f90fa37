"""Planned meetings as a calendar that `reading` reads back, and calendar programs import. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

from visits.exports.calendar import LAST_RULES, add_span
from visits.partial_dates import parse
from visits.planned.reading import is_zone

PRODUCT = "-//Vis-à-vis//Planned meetings//EN"
_STATUSES = {"planned": "TENTATIVE", "held": "CONFIRMED"}


def uid_of(meeting: Any) -> str:
    """Return the UID of a meeting: the one it came with, else one made of its public id."""
    return str(meeting.calendar_uid or f"meeting-{meeting.public_id}@vis-a-vis")


def is_told(meeting: Any) -> bool:
    """Whether a meeting has known days, without which no calendar can hold it."""
    return bool(meeting.date) and all(part.is_day for part in parse(meeting.date).parts)


def written(meetings: Iterable[Any], *, at: datetime) -> bytes:
    """Return the calendar of meetings that have known days, by date and UID; it was made `at` that moment."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    rows = sorted(meetings, key=lambda row: (row.date, str(row.starts_at or ""), uid_of(row)))
    for zone in sorted({row.time_zone for row in rows if row.starts_at is not None and _named(row.time_zone)}):
        calendar.add_component(Timezone.from_tzid(zone, last_date=LAST_RULES))
    for row in rows:
        calendar.add_component(_event(row, at))
    return bytes(calendar.to_ical())


def _named(zone: str) -> bool:
    return zone != "UTC" and is_zone(zone)


def _event(meeting: Any, at: datetime) -> Event:
    event = Event()
    event.add("uid", uid_of(meeting))
    event.add("dtstamp", at)
    event.add("sequence", meeting.calendar_sequence)
    days = parse(meeting.date)
    zone = ZoneInfo(meeting.time_zone) if is_zone(meeting.time_zone) else None
    add_span(event, days, meeting.starts_at, meeting.ends_at, zone)
    event.add("summary", meeting.title)
    if meeting.place:
        event.add("location", meeting.place)
    if meeting.note:
        event.add("description", meeting.note)
    event.add("status", _STATUSES.get(meeting.status, "CANCELLED"))
    return event
