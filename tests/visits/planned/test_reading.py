"""Calendars of Outlook, of Google and of nobody: what is read, and what is refused with which words."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.visits.planned.calendars import GOOGLE, OUTLOOK, calendar, event, lines
from visits.planned.reading import LARGEST, CalendarError, Planned, read

PHNOM_PENH = "Asia/Phnom_Penh"


def test_a_calendar_of_outlook_is_read_in_the_zone_that_windows_means() -> None:
    assert read(lines(OUTLOOK)) == [
        Planned(
            uid="040000008200E00074C5B7101A82E008",
            title="Ministry of the Interior",
            sequence=2,
            date="2026-03-02",
            starts_at=time(9, 30),
            ends_at=time(10, 30),
            time_zone="Asia/Bangkok",
            place="Ministry, room 4",
            note="Bring the file.\nAsk for the list.",
        )
    ]


def test_a_calendar_of_google_is_read_where_it_takes_place() -> None:
    meeting, cancelled = read(lines(GOOGLE))
    assert (meeting.date, meeting.starts_at, meeting.ends_at) == ("2026-03-03", time(9), time(10))
    assert (meeting.time_zone, meeting.status) == (PHNOM_PENH, "planned")
    # The day after the last one, as the standard counts.
    assert (cancelled.date, cancelled.starts_at, cancelled.time_zone) == ("2026-03-04/2026-03-05", None, "")
    assert cancelled.status == "cancelled"


@pytest.mark.parametrize(
    ("start", "zone", "date", "starts", "told"),
    [
        (":20260302T093000Z", "", "2026-03-02", time(9, 30), "UTC"),
        (":20260302T200000Z", PHNOM_PENH, "2026-03-03", time(3), PHNOM_PENH),
        (":20260302T093000", PHNOM_PENH, "2026-03-02", time(9, 30), PHNOM_PENH),
        (";TZID=Europe/Paris:20260702T093000", PHNOM_PENH, "2026-07-02", time(9, 30), "Europe/Paris"),
        (";TZID=Europe/London:20260102T093000", PHNOM_PENH, "2026-01-02", time(9, 30), "Europe/London"),
        (";VALUE=DATE:20260302", "", "2026-03-02", None, ""),
    ],
)
def test_times_are_told_where_they_were_meant(start: str, zone: str, date: str, starts: time | None, told: str) -> None:
    (found,) = read(calendar(event("1", start)), zone=zone)
    assert (found.date, found.starts_at, found.time_zone, found.wrong) == (date, starts, told, ())


@pytest.mark.parametrize(
    ("lines_of_event", "told"),
    [
        ("DTSTART:20260302T093000Z\nSUMMARY:x", "no UID"),
        ("UID:1\nDTSTART:20260302T093000Z", "no title"),
        ("UID:1\nSUMMARY:x", "begins cannot be read"),
        ("UID:1\nSUMMARY:x\nDTSTART:soon", "begins cannot be read"),
        (event("1", ":20260302T093000"), "without a known time zone"),
        (event("1", ";TZID=Nowhere/Here:20260302T093000"), "without a known time zone"),
        (event("1", ":20260302T093000Z", "DTEND:2026"), "ends cannot be read"),
        (event("1", ":20260302T093000Z", "DTEND:20260302T083000Z"), "ends before"),
        (event("1", ":20260302T093000Z", "DTEND:20260303T083000Z"), "another day"),
        (event("1", ":20260302T093000Z", "RRULE:FREQ=DAILY;COUNT=3"), "repeats"),
        (event("1", ":20260302T093000Z", "RECURRENCE-ID:20260302T093000Z"), "repeats"),
        (event("1", ":20260302T093000Z", "RRULE:FREQ=WEEKLY"), "repeats: enter each meeting by itself"),
        (event("1", ":00010101T000000Z"), "in the year 1: meetings are between 1901 and 2198"),
        (event("1", ";VALUE=DATE:99991231"), "in the year 9999: meetings are between"),
        (event("1", ";VALUE=DATE:20260302", "DTEND;VALUE=DATE:99991231"), "in the year 9999"),
        (event("1", ":20260302T093000Z", title="x" * 201), "longer than 200"),
        (event("1", ":20260302T093000Z", f"LOCATION:{'x' * 161}"), "longer than 160"),
        (event("x" * 256), "too long a one"),
    ],
)
def test_an_event_that_makes_no_meeting_says_why(lines_of_event: str, told: str) -> None:
    (found,) = read(calendar(lines_of_event))
    assert told in " ".join(found.wrong)


def test_of_two_versions_of_an_event_the_later_one_counts() -> None:
    first, second = event("1", title="First"), event("1", ":20260302T093000Z", "SEQUENCE:1", title="Second")
    assert [row.title for row in read(calendar(first, second))] == ["Second"]
    assert [row.title for row in read(calendar(second, first))] == ["Second"]
    assert [row.title for row in read(calendar(first, first))] == ["First"]
    assert "twice" in read(calendar(first, event("1", title="Other")))[0].wrong[0]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no calendar"),
        (b"Dear editor", "no calendar"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "no calendar"),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "no calendar"),
        (b"\xff\xfe", "no UTF-8"),
        (b"x" * (LARGEST + 1), "larger than 1 MB"),
        (calendar(event(), head="METHOD:REPLY\n"), "answer to an invitation"),
        (calendar(*(event(str(n)) for n in range(501))), "more than 500"),
    ],
)
def test_what_is_no_calendar_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(CalendarError, match=told):
        read(data)


def test_a_calendar_that_cancels_cancels_all_of_it() -> None:
    assert [row.status for row in read(calendar(event(), head="METHOD:CANCEL\n"))] == ["cancelled"]


NAMES = st.sampled_from(
    ["UID", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "DURATION", "STATUS", "TZID", "BEGIN", "END"]
)


@given(st.lists(st.tuples(NAMES, st.text(st.characters(exclude_categories=["Cs"]), max_size=12)), max_size=8))
def test_whatever_is_in_it_a_calendar_is_read_or_refused(given_lines: list[tuple[str, str]]) -> None:
    try:
        rows = read(calendar("\n".join(f"{name}:{value}" for name, value in given_lines)), zone=PHNOM_PENH)
    except CalendarError:
        return
    assert all(row.wrong or (row.uid and row.title and row.date) for row in rows)
