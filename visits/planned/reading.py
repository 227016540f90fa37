"""Reading the events of a calendar, as Google, Outlook and this program write them, as planned meetings. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _
from icalendar import Calendar, vDDDTypes
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from visits.partial_dates import FIRST_YEAR, LAST_YEAR

LARGEST = 1024 * 1024
MOST_EVENTS = 500
LONGEST_UID, LONGEST_TITLE, LONGEST_PLACE, LONGEST_ZONE = 255, 200, 160, 40
CANCELLED = "cancelled"
PLANNED = "planned"
# What repeats is one event for many meetings.
_REPEATING = ("RRULE", "RDATE", "EXRULE", "RECURRENCE-ID")


class CalendarError(ValueError):
    """A file that is no calendar, or none that can be taken in; its text says why."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An event as a meeting: `date` is a partial date; times are those of `time_zone`. `wrong` says what forbids it."""

    uid: str
    title: str
    sequence: int = 0
    date: str = ""
    starts_at: time | None = None
    ends_at: time | None = None
    time_zone: str = ""
    place: str = ""
    status: str = PLANNED
    note: str = ""
    wrong: tuple[str, ...] = field(default=())


class _Wrong(ValueError):
    """What is wrong with one event."""


def read(data: bytes, *, zone: str = "") -> list[Planned]:
    """Return the events of a calendar in the order of the file, of several with one UID the latest version.

    `zone` is where times count that are told without a zone, or in one that nobody knows by name. Raises CalendarError
    for what is no calendar as a whole; what is wrong with one event stands in it.
    """
    if len(data) > LARGEST:
        raise CalendarError(_("The calendar is larger than 1 MB."))
    try:
        calendar: Any = Calendar.from_ical(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CalendarError(_("The file is no UTF-8.")) from error
    # What a hostile file makes of the parser is a file that cannot be read.
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        raise CalendarError(_("The file is no calendar, or a broken one.")) from error
    if calendar.name != "VCALENDAR":
        raise CalendarError(_("The file is no calendar, or a broken one."))
    method = str(calendar.get("METHOD", "PUBLISH")).upper()
    if method not in {"PUBLISH", "REQUEST", "CANCEL"}:
        raise CalendarError(_("This is an answer to an invitation, no calendar of meetings."))
    events = calendar.walk("VEVENT")
    if len(events) > MOST_EVENTS:
        raise CalendarError(_("The calendar has more than %(most)d events.") % {"most": MOST_EVENTS})
    fallback = zone or _known(str(calendar.get("X-WR-TIMEZONE", "")))
    return _latest([_planned(event, fallback, cancelled=method == "CANCEL") for event in events])


def _latest(events: list[Planned]) -> list[Planned]:
    """Return each UID once: the version of the highest number, and a refusal where two have it."""
    found: dict[str, Planned] = {}
    for number, event in enumerate(events):
        key = event.uid or f"\x00{number}"
        before = found.get(key)
        if before is None or event.sequence > before.sequence:
            found[key] = event
        elif event.sequence == before.sequence and event != before:
            found[key] = _refused(before, _("Its UID stands twice in the file."))
    return list(found.values())


def _refused(event: Planned, reason: str) -> Planned:
    return Planned(uid=event.uid, title=event.title, sequence=event.sequence, wrong=(*event.wrong, reason))


def _planned(event: Any, zone: str, *, cancelled: bool) -> Planned:
    uid, title = _text(event, "UID"), " ".join(_text(event, "SUMMARY").split())
    wrong = []
    if not uid or len(uid) > LONGEST_UID:
        wrong.append(_("It has no UID, or too long a one."))
    if not title:
        wrong.append(_("It has no title."))
    if len(title) > LONGEST_TITLE:
        wrong.append(_("Its title is longer than %(most)d signs.") % {"most": LONGEST_TITLE})
    place = " ".join(_text(event, "LOCATION").split())
    if len(place) > LONGEST_PLACE:
        wrong.append(_("Its place is longer than %(most)d signs.") % {"most": LONGEST_PLACE})
    if any(name in event for name in _REPEATING):
        wrong.append(_("It repeats: enter each meeting by itself."))
    sequence = 0
    if "SEQUENCE" in event and isinstance(event["SEQUENCE"], int):
        sequence = max(0, min(event["SEQUENCE"], 2**31 - 1))
    when: dict[str, Any] = {}
    try:
        when = _when(event, zone)
    except _Wrong as error:
        wrong.append(str(error))
    if wrong:
        return Planned(uid=uid[:LONGEST_UID], title=title[:LONGEST_TITLE], sequence=sequence, wrong=tuple(wrong))
    gone = cancelled or _text(event, "STATUS").upper() == "CANCELLED"
    return Planned(
        uid=uid,
        title=title,
        sequence=sequence,
        place=place,
        status=CANCELLED if gone else PLANNED,
        note=_text(event, "DESCRIPTION").strip(),
        **when,
    )


def _text(event: Any, name: str) -> str:
    value = event.get(name, "")
    if isinstance(value, list):
        value = value[0]
    text = str(value).replace("\r\n", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or (sign >= " " and sign != "\x7f")).strip()


def _when(event: Any, zone: str) -> dict[str, Any]:
    """Return date, times and zone of an event; raise _Wrong for what a meeting cannot hold."""
    start, tzid = _moment(event, "DTSTART")
    if start is None:
        raise _Wrong(_("When it begins cannot be read."))
    _check_year(start)
    try:
        end = event.end
    except Exception as error:
        # The library raises its own classes, and those of whatever it meets.
        raise _Wrong(_("When it ends cannot be read.")) from error
    _check_year(end)
    if not isinstance(start, datetime):
        return _whole_days(start, end)
    name = _zone_of(start, tzid, zone)
    first, last = _there(start, name), _there(end, name)
    if last < first:
        raise _Wrong(_("It ends before it begins."))
    if last.date() != first.date():
        raise _Wrong(_("It ends on another day than it begins: enter it by hand."))
    ends = last.time() if last != first else None
    return {"date": first.date().isoformat(), "starts_at": first.time(), "ends_at": ends, "time_zone": name}


def _check_year(moment: Any) -> None:
    """Raise _Wrong for a year in which no meeting is: programs write 1 or 9999 for “none”."""
    if isinstance(moment, date) and not FIRST_YEAR < moment.year < LAST_YEAR:
        told = _("Its date is in the year %(year)d: meetings are between %(first)d and %(last)d.")
        raise _Wrong(told % {"year": moment.year, "first": FIRST_YEAR + 1, "last": LAST_YEAR - 1})


def _moment(event: Any, name: str) -> tuple[date | None, str]:
    value = event.get(name)
    # The library keeps what it cannot read as something that raises when it is asked.
    moment = value.dt if isinstance(value, vDDDTypes) else None
    if not isinstance(moment, date):
        return None, ""
    return moment, str(value.params.get("TZID", "")).strip('"')


def _whole_days(start: date, end: Any) -> dict[str, Any]:
    """Return the days of an all-day event; its end is the day after the last one, as the standard counts."""
    if isinstance(end, datetime) or not isinstance(end, date):
        raise _Wrong(_("When it ends cannot be read."))
    last = end - timedelta(days=1) if end > start else start
    if end < start:
        raise _Wrong(_("It ends before it begins."))
    return {"date": start.isoformat() if last == start else f"{start.isoformat()}/{last.isoformat()}"}


def _zone_of(start: datetime, tzid: str, zone: str) -> str:
    """Return the name of the time zone in which an event is told here."""
    named = _known(tzid) if tzid else ""
    if start.tzinfo is not None and start.utcoffset() == timedelta(0) and named in {"", "UTC"}:
        # Many programs tell every time in UTC: it is told where it takes place.
        return zone or "UTC"
    if named:
        return named
    if not zone:
        raise _Wrong(_("Its time is told without a known time zone: choose one."))
    return zone


def _known(name: str) -> str:
    """Return the name of a time zone of the IANA database, found also by what Windows calls it; "" for none."""
    name = WINDOWS_TO_OLSON.get(name, name)
    try:
        return name if name and len(name) <= LONGEST_ZONE and ZoneInfo(name) else ""
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return ""


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    return bool(name) and _known(name) == name


def _there(moment: datetime, zone: str) -> datetime:
    """Return a moment as the clocks tell it in `zone`; one without a zone is told there already."""
    if not isinstance(moment, datetime):
        raise _Wrong(_("When it ends cannot be read."))
    wanted: tzinfo = ZoneInfo(zone) if zone != "UTC" else UTC
    try:
        return (moment.replace(tzinfo=wanted) if moment.tzinfo is None else moment.astimezone(wanted)).replace(
            microsecond=0, tzinfo=None
        )
    except OverflowError as error:
        raise _Wrong(_("When it begins cannot be read.")) from error
