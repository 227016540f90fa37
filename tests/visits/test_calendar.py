"""Visits as a calendar: read back by its own library, held to RFC 5545, and silent about what is hidden."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from tests import factories as make
from tests.cast import Cast, again, signed_in
from visits import actions
from visits.exports.calendar import BEGINNING, Entry, Said, changes, component
from visits.models import Visit, VisitLeg

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def content(address: str = "/visits.ics", client: Client | None = None) -> bytes:
    answer = (client or Client()).get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return b"".join(answer.streaming_content)


def read(address: str = "/visits.ics", client: Client | None = None) -> Any:
    """Return a calendar as its library reads it, without a fault, having looked at what the standard asks of it."""
    text = content(address, client)
    assert text.startswith(b"BEGIN:VCALENDAR\r\n")
    assert text.endswith(b"\r\nEND:VCALENDAR\r\n")
    lines = text.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    calendar = Calendar.from_ical(text)
    assert not calendar.errors
    assert (calendar["VERSION"], calendar["METHOD"], calendar["CALSCALE"]) == ("2.0", "PUBLISH", "GREGORIAN")
    assert calendar["PRODID"]
    found = calendar.events + calendar.walk("VJOURNAL")
    assert found
    assert len({str(one["UID"]) for one in found}) == len(found)
    for one in found:
        assert not one.errors
        assert one["DTSTAMP"].dt.utcoffset() == timedelta(0)
    return calendar


def event(address: str = "/visits.ics", client: Client | None = None) -> Any:
    """Return the one event of a calendar."""
    calendar = read(address, client)
    assert not calendar.walk("VJOURNAL")
    (one,) = calendar.events
    return one


def shown(one: Any) -> tuple[int, str, str]:
    return int(one["SEQUENCE"]), str(one["STATUS"]), str(one["SUMMARY"])


def test_a_visit_is_an_event_of_whole_days_that_ends_the_day_after(db: None) -> None:
    with time_machine.travel(DAY, tick=False):
        visit = make.visit(title="Paperland; and, Ink\\land", purpose="To look.\nAnd to hear " + "ប្រទេស" * 30)
    one = event()
    assert (one["DTSTART"].dt, one["DTEND"].dt) == (date(2022, 8, 15), date(2022, 8, 27))
    assert b"DTSTART;VALUE=DATE:20220815\r\n" in content()
    assert str(one["UID"]) == f"visit-{visit.public_id}@vis-a-vis"
    assert str(one["URL"]) == f"http://testserver/visits/{visit.slug}/"
    assert str(one["SUMMARY"]) == "Country visit: Paperland; and, Ink\\land"
    assert str(one["LOCATION"]) == visit.title
    assert str(one["DESCRIPTION"]) == f"Status: completed\n15–26 August 2022 (held)\n{visit.purpose}"
    assert (str(one["STATUS"]), str(one["TRANSP"])) == ("CONFIRMED", "TRANSPARENT")
    assert one["DTSTAMP"].dt == one["LAST-MODIFIED"].dt == DAY


STATUSES = [
    (("requested 2022-01 > 2022-08-15/2022-08-26",), "TENTATIVE"),
    (("accepted 2022-01 > 2022-08-15/2022-08-26",), "TENTATIVE"),
    (("dates_agreed 2022-01 > 2022-08-15/2022-08-26",), "TENTATIVE"),
    (("announced 2022-01 > 2022-08-15/2022-08-26",), "CONFIRMED"),
    (("announced 2022-01 > 2022-08-15/2022-08-26", "suspended 2022-08"), "TENTATIVE"),
    (("announced 2022-01 > 2022-08-15/2022-08-26", "cancelled 2022-08"), "CANCELLED"),
    (("requested 2022-01 > 2022-08-15/2022-08-26", "declined 2022-02"), "CANCELLED"),
    (("started 2022-08-15", "ended 2022-08-26", "report 2023"), "CONFIRMED"),
]


@pytest.mark.parametrize(("steps", "status"), STATUSES, ids=lambda value: str(value)[:40])
def test_the_status_of_a_visit_is_that_of_its_event(steps: tuple[str, ...], status: str, db: None) -> None:
    make.visit(steps=steps)
    one = event()
    assert str(one["STATUS"]) == status
    assert one["DTSTART"].dt == date(2022, 8, 15)


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (("announced 2022-01 > 2022-08",), "August 2022 (planned)"),
        (("announced 2022-01 > 2022-08-15/2022-09",), "15 August 2022 – September 2022 (planned)"),
        (("accepted 2022-01",), "No dates are recorded."),
    ],
)
def test_dates_that_are_not_known_to_the_day_are_a_note_and_no_event(
    steps: tuple[str, ...], told: str, db: None
) -> None:
    visit = make.visit(steps=steps)
    for address in ("/visits.ics", f"/visits/{visit.slug}/visit.ics"):
        calendar = read(address)
        assert calendar.events == []
        (note,) = calendar.walk("VJOURNAL")
        assert "DTSTART" not in note
        assert "DTEND" not in note
        assert str(note["STATUS"]) == "FINAL"
        assert told in str(note["DESCRIPTION"])


def test_a_start_alone_is_one_day(db: None) -> None:
    make.visit(steps=("started 2022-08-15",))
    one = event()
    assert (one["DTSTART"].dt, one["DTEND"].dt) == (date(2022, 8, 15), date(2022, 8, 16))
    assert "only the start is known" in str(one["DESCRIPTION"])


def test_a_postponement_is_announced_and_new_dates_bring_the_same_event_back(db: None) -> None:
    visit = make.visit(title="Paperland", steps=("announced 2022-01-10 > 2022-08-15/2022-08-26",))
    first = event()
    assert shown(first)[1:] == ("CONFIRMED", "Country visit: Paperland")
    postponed = actions.add_step(visit=visit, by=None, step=make.step("postponed 2022-07-01"))
    second = event()
    assert shown(second)[1:] == ("CANCELLED", "Postponed: Paperland")
    assert second["DTSTART"].dt == date(2022, 8, 15)
    assert "These were its dates; new ones are not recorded." in str(second["DESCRIPTION"])
    actions.add_step(visit=again(visit), by=None, step=make.step("dates_proposed 2022-07-05 > 2023-01-10/2023-01-12"))
    third = event()
    assert shown(third)[1:] == ("TENTATIVE", "Postponed: Paperland")
    assert third["DTSTART"].dt == date(2023, 1, 10)
    assert "These are its new dates." in str(third["DESCRIPTION"])
    # Once more: status and dates of the visit stay as they are, and still the event is told anew.
    actions.add_step(visit=again(visit), by=None, step=make.step("postponed 2022-07-09"))
    fourth = event()
    assert shown(fourth)[1:] == ("CANCELLED", "Postponed: Paperland")
    assert fourth["DTSTART"].dt == date(2023, 1, 10)
    actions.add_step(visit=again(visit), by=None, step=make.step("announced 2022-09-01 > 2023-03-01/2023-03-03"))
    fifth = event()
    assert shown(fifth)[1:] == ("CONFIRMED", "Country visit: Paperland")
    actions.void_step(step=again(postponed), by=None, reason="Typed twice.")
    events = [first, second, third, fourth, fifth, event()]
    numbers = [int(one["SEQUENCE"]) for one in events]
    assert numbers == sorted(set(numbers))
    assert len({str(one["UID"]) for one in events}) == 1
    assert [one["DTSTAMP"].dt for one in events] == sorted(one["DTSTAMP"].dt for one in events)


def test_a_cancellation_is_announced(db: None) -> None:
    visit = make.visit(title="Paperland", steps=("announced 2022-01-10 > 2022-08-15/2022-08-26",))
    before = event()
    actions.add_step(visit=visit, by=None, step=make.step("cancelled 2022-07-01"))
    after = event()
    assert shown(after)[1:] == ("CANCELLED", "Cancelled: Paperland")
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_the_sequence_rises_with_what_is_public_and_with_nothing_else(people: Cast) -> None:
    with time_machine.travel(DAY, tick=False):
        visit = make.visit(title="Paperland", steps=("announced 2022-01-10 > 2022-08-15/2022-08-26",))
    before, stamped = content(), event()

    def changed(**fields: Any) -> None:
        row = again(visit)
        for name, value in fields.items():
            setattr(row, name, value)
        with time_machine.travel(DAY + timedelta(days=1), tick=False):
            actions.save_record(record=row, by=None)

    # A note of editors, a public step that changes nothing of the event, and whatever happens to hidden rows.
    changed(note="Canary note")
    changed(duration_as_reported="ten days")
    actions.add_step(visit=again(visit), by=None, step=make.step("press_conference 2022-08-16", note="canary"))
    make.meeting(visit=again(visit), **make.draft())
    make.visit(**make.internal())
    assert content() == before
    # While it is closed to the public, much is written and taken back; of that nothing is told.
    changed(visibility="internal")
    for title in ("Canary land", "Canary island", "Paperland"):
        changed(title=title)
    changed(visibility="public")
    assert content() == before
    # What was written while it was closed is told once it is open again, as one change, of that moment.
    changed(visibility="internal")
    for title in ("Canary land", "Canary island", "Inkland"):
        changed(title=title)
    with time_machine.travel(DAY + timedelta(days=9), tick=False):
        row = again(visit)
        row.visibility = "public"
        actions.save_record(record=row, by=None)
    one = event()
    assert int(one["SEQUENCE"]) == int(stamped["SEQUENCE"]) + 1
    assert one["DTSTAMP"].dt == DAY + timedelta(days=9)
    assert b"anary" not in content()


def test_a_leg_that_tells_the_days_more_exactly_changes_the_event(db: None) -> None:
    leg = VisitLeg(country=make.country(), dates="2022-08")
    visit = make.visit(steps=("started 2022-08-15", "ended 2022-08"), legs=(leg,))
    (note,) = read().walk("VJOURNAL")
    row = again(leg)
    row.dates = "2022-08-15/2022-08-20"
    actions.save_part(part=row, by=None)
    one = event()
    assert one["DTEND"].dt == date(2022, 8, 21)
    assert int(one["SEQUENCE"]) > int(note["SEQUENCE"])
    assert str(one["UID"]) == str(note["UID"]) == f"visit-{visit.public_id}@vis-a-vis"


def test_a_visit_without_a_history_is_told_as_it_stands(db: None) -> None:
    visit = make.visit()
    Visit.history.all().delete()
    one = event()
    assert int(one["SEQUENCE"]) == 0
    assert one["DTSTAMP"].dt == visit.published_at.replace(microsecond=0)


def test_a_calendar_holds_what_is_public_whoever_asks(people: Cast) -> None:
    closed = make.compartment(members=(people.member,))
    visit = make.visit(title="Paperland")
    hidden = [
        make.visit(title="Canary", **fields)
        for fields in (
            make.internal(),
            make.draft(),
            make.confidential(closed),
            {**make.published(), "workflow": "withdrawn"},
        )
    ]
    wanted = content()
    assert b"Canary" not in wanted
    missing = Client().get("/visits/nothing-of-this-name/visit.ics")
    for person in people:
        client = signed_in(person)
        assert content(client=client) == wanted
        assert content(f"/visits/{visit.slug}/visit.ics", client)
        for row in hidden:
            answer = client.get(f"/visits/{row.slug}/visit.ics")
            assert answer.status_code == 404
            if person is people.anonymous:
                assert answer.content == missing.content


def test_filters_are_those_of_the_list_and_an_empty_one_says_so(db: None) -> None:
    here = make.country()
    make.visit(title="Paperland", legs=(VisitLeg(country=here),))
    make.visit(title="Elsewhere")
    assert [str(one["LOCATION"]) for one in read(f"/visits.ics?country={here.iso3.lower()}").events] == ["Paperland"]
    assert [str(one["LOCATION"]) for one in read("/visits.ics?sort=place").events] == ["Elsewhere", "Paperland"]
    assert Client().get("/visits.ics?year=never").status_code == 400
    assert Client().get("/visits.ics?country=xxx").status_code == 400
    empty = read(f"/visits.ics?country={make.country().iso3}")
    assert empty.events == []
    (note,) = empty.walk("VJOURNAL")
    assert str(note["SUMMARY"]) == "Nothing fits all of this"
    assert Client().get("/visits.ics?q=%00").status_code == 400


def test_a_program_that_asks_again_is_told_that_nothing_has_changed(people: Cast) -> None:
    visit = make.visit()
    for address in ("/visits.ics", f"/visits/{visit.slug}/visit.ics"):
        first = Client().get(address)
        b"".join(first.streaming_content)
        mark = first.headers["ETag"]
        assert first.headers["Cache-Control"] == "no-cache"
        make.visit(**make.internal())
        unchanged = Client().get(address, headers={"if-none-match": mark})
        assert (unchanged.status_code, unchanged.content, unchanged.headers["ETag"]) == (304, b"", mark)
        head = Client().head(address)
        assert (head.headers["ETag"], head.headers["Content-Type"]) == (mark, "text/calendar; charset=utf-8")
        make.visit()
        changed = Client().get(address, headers={"if-none-match": mark})
        assert changed.status_code == 200


def test_queries_are_three_for_each_chunk(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            read()
        return len(queries)

    counts = []
    for _number in range(3):
        make.visit(steps=("announced 2022-01 > 2022-08-15/2022-08-26", "postponed 2022-07"))
        counts.append(asked())
    # The stamp, the ids; visits, their history, their postponements.
    assert counts == [5, 5, 5]
    monkeypatch.setattr("visits.exports.events.CHUNK", 2)
    assert asked() == 2 + 2 * 3


def test_the_page_of_a_public_visit_leads_to_its_entry_and_that_of_a_hidden_one_to_none(people: Cast) -> None:
    visit, hidden = make.visit(), make.visit(**make.internal())
    client = signed_in(people.member)
    assert f'href="/visits/{visit.slug}/visit.ics"' in client.get(f"/visits/{visit.slug}/").content.decode()
    assert "visit.ics" not in client.get(f"/visits/{hidden.slug}/").content.decode()
    page = Client().get("/visits/?country=khm&page=1").content.decode()
    assert 'href="/visits.ics?country=khm"' in page


def test_changes_are_counted_between_versions_that_follow_each_other() -> None:
    one = Said("A", "announced", "2022-08-15", "planned", "", False)
    two = one._replace(title="B")
    moments = [DAY + timedelta(hours=number) for number in range(5)]
    assert changes([]) == (0, BEGINNING)
    assert changes([(moments[0], one)]) == (0, moments[0])
    versions = list(zip(moments, [one, one, two, two, one], strict=True))
    assert changes(versions[:2]) == (0, moments[0])
    assert changes(versions[:4]) == (1, moments[2])
    assert changes(versions) == (2, moments[4])


def test_signs_that_no_calendar_may_hold_become_spaces() -> None:
    one = component(
        Entry("u", "https://x.example/", "2022-08-15", "CONFIRMED", 0, DAY, "S\x07", "D\x7f\nE", place="A\x00\x0bB")
    )
    found = Calendar.from_ical(b"BEGIN:VCALENDAR\r\n" + one.to_ical() + b"END:VCALENDAR\r\n").events[0]
    assert (str(found["LOCATION"]), str(found["SUMMARY"]), str(found["DESCRIPTION"])) == ("A  B", "S ", "D \nE")
