"""Calendars as programs write them."""

from __future__ import annotations

OUTLOOK = """BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:PUBLISH
BEGIN:VTIMEZONE
TZID:SE Asia Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0700
TZOFFSETTO:+0700
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
CLASS:PUBLIC
CREATED:20260110T080000Z
DESCRIPTION:Bring the file.\\nAsk for the list.
DTEND;TZID="SE Asia Standard Time":20260302T103000
DTSTAMP:20260110T080000Z
DTSTART;TZID="SE Asia Standard Time":20260302T093000
LOCATION:Ministry\\, room 4
PRIORITY:5
SEQUENCE:2
SUMMARY;LANGUAGE=en-us:Ministry of
  the Interior
TRANSP:OPAQUE
UID:040000008200E00074C5B7101A82E008
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
BEGIN:VALARM
TRIGGER:-PT15M
ACTION:DISPLAY
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""
GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:Mission
X-WR-TIMEZONE:Asia/Phnom_Penh
BEGIN:VEVENT
DTSTART:20260303T020000Z
DTEND:20260303T030000Z
DTSTAMP:20260110T080000Z
UID:abc123@google.com
LOCATION:
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:League for Rights
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260304
DTEND;VALUE=DATE:20260306
DTSTAMP:20260110T080000Z
UID:def456@google.com
STATUS:CANCELLED
SUMMARY:Province
END:VEVENT
END:VCALENDAR
"""


def lines(text: str) -> bytes:
    """Return a calendar with line ends as the standard has them."""
    return text.replace("\n", "\r\n").encode()


def calendar(*events: str, head: str = "") -> bytes:
    """Return a calendar of events, each of which is given by its lines."""
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    return lines(f"BEGIN:VCALENDAR\nPRODID:x\nVERSION:2.0\n{head}{body}END:VCALENDAR\n")


def event(uid: str = "1", start: str = ":20260302T093000Z", *more: str, title: str = "Ministry") -> str:
    """Return the lines of an event."""
    return "\n".join([f"UID:{uid}", f"DTSTART{start}", f"SUMMARY:{title}", *more])
