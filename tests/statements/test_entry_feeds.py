"""Visits, meetings, commitments and what a page is about, as Atom feeds and calendars: what, when and to whom."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.feedgenerator import Atom1Feed
from icalendar import Calendar

from statements.models import MeetingTopic
from tests import factories as make
from tests.cast import Cast, again, signed_in
from visits import actions
from visits.exports import answers
from visits.exports.calendar import Entry, component, seen
from visits.models import MandateTerm, Visit, VisitLeg

ATOM = "{http://www.w3.org/2005/Atom}"
DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
# RFC 3339, as RFC 4287 asks for it.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
LISTS = ("visits", "meetings", "commitments")


def bytes_of(address: str, client: Client | None = None) -> bytes:
    answer = (client or Client()).get(address)
    assert answer.status_code == 200, address
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def read(address: str, client: Client | None = None) -> Any:
    """Return a feed as feedparser reads it, having looked at what RFC 4287 asks of feeds and entries."""
    text = bytes_of(address, client)
    root = ET.fromstring(text)  # noqa: S314 - our own words
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.iter(f"{ATOM}entry")):
        # Section 4.1: exactly one of each, an author on the feed, and no two alternates of a type and language.
        for name in ("id", "title", "updated"):
            found = element.findall(f"{ATOM}{name}")
            assert len(found) == 1, (name, address)
            assert found[0].text
        assert MOMENT.fullmatch(element.findtext(f"{ATOM}updated", ""))
        assert re.match(r"https?://[^\s]+$", element.findtext(f"{ATOM}id", ""))
        alternates = [link for link in element.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    selves = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert selves == [root.findtext(f"{ATOM}id")]
    feed = feedparser.parse(text)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    ids = [entry.id for entry in feed.entries]
    assert len(set(ids)) == len(ids) == len(list(root.iter(f"{ATOM}entry")))
    updated = [entry.updated_parsed for entry in feed.entries]
    assert updated == sorted(updated, reverse=True)
    assert feed.feed.updated_parsed == (max(updated) if updated else datetime(1970, 1, 1, tzinfo=UTC).timetuple()) or (
        not updated and feed.feed.updated == "1970-01-01T00:00:00+00:00"
    )
    return feed


def calendar(address: str, client: Client | None = None) -> Any:
    """Return a calendar as icalendar reads it, having looked at what RFC 5545 asks for."""
    text = bytes_of(address, client)
    assert text.startswith(b"BEGIN:VCALENDAR\r\n")
    assert text.endswith(b"\r\nEND:VCALENDAR\r\n")
    assert max(map(len, text.split(b"\r\n"))) <= 75
    found = Calendar.from_ical(text)
    assert not found.errors
    parts = found.events + found.walk("VJOURNAL")
    assert parts
    assert len({str(one["UID"]) for one in parts}) == len(parts)
    zones = [str(zone["TZID"]) for zone in found.walk("VTIMEZONE")]
    assert len(set(zones)) == len(zones)
    for one in parts:
        assert not one.errors
        assert one["DTSTAMP"].dt.utcoffset() == timedelta(0)
        assert int(one["SEQUENCE"]) >= 0
        start, end = one.get("DTSTART"), one.get("DTEND")
        if start is not None and "TZID" in start.params:
            # Section 3.2.19: each zone named is described.
            assert str(start.params["TZID"]) in zones
        if end is not None:
            assert type(end.dt) is type(start.dt)
            assert end.dt > start.dt
    return found


def by_uid(address: str) -> dict[str, Any]:
    found = calendar(address)
    return {str(one["UID"]).partition("-")[0]: one for one in found.events + found.walk("VJOURNAL")}


@pytest.fixture
def record(people: Cast) -> dict[str, Any]:
    """Return a visit with a meeting, a statement and a commitment, and the things that they belong to."""
    with time_machine.travel(DAY, tick=False):
        here, term, topic = make.country(name="Paperland"), make.term(), make.topic(name="Water", slug="water")
        ministry = make.organisation(name="Ministry of Ink", side="government")
        visit = make.visit(
            title="Paperland", legs=(VisitLeg(country=here),), experts=((term, ()),),
            steps=("announced 2022-01-10 > 2022-08-15/2022-08-26",),
        )  # fmt: skip
        meeting = make.meeting(visit=visit, title="Ministry of Ink", date="2022-08-16", status="held", place="Inkville")
        make.participant(meeting=meeting, organisation=ministry)
        make.participant(meeting=meeting, person=term.person, side="mandate_holder")
        MeetingTopic.objects.create(meeting=meeting, topic=topic)
        said = make.statement(
            visit=visit, act="commits", topics=(topic,),
            speakers=(make.speaker(organisation=ministry), make.speaker(person=term.person, side="mandate_holder"),
                      make.speaker(mandate=term.mandate, term=term, side="mandate_holder")),
        )  # fmt: skip
        promise = make.commitment(statement=said, what="Open the dam", due="2022-10-31", by_whom=ministry)
    return {
        "visit": visit, "meeting": meeting, "said": said, "promise": promise, "topic": topic, "term": term,
        "ministry": ministry, "country": here,
        "things": {
            "visit": f"/visits/{visit.slug}/", "country": f"/countries/{here.iso3.lower()}/",
            "mandate": f"/mandates/{term.mandate.slug}/", "person": f"/people/{term.person.slug}/",
            "organisation": f"/organisations/{ministry.slug}/", "topic": "/topics/water/",
        },
    }  # fmt: skip


def things(record: dict[str, Any]) -> list[tuple[str, str]]:
    """Return feed and calendar of each thing."""
    return [
        (f"{path}feed.atom", f"{path}visit.ics" if kind == "visit" else f"{path}calendar.ics")
        for kind, path in record["things"].items()
    ]


def test_each_thing_has_a_feed_and_a_calendar_of_all_that_belongs_to_it(record: dict[str, Any]) -> None:
    visit, meeting = record["visit"], record["meeting"]
    said = f"http://testserver/statements/{record['said'].public_id}/"
    wanted = {
        f"http://testserver/visits/{visit.slug}/": "Country visit: Paperland",
        f"http://testserver/meetings/{meeting.public_id}/": "Meeting: Ministry of Ink",
        f"{said}#commitment-{record['promise'].public_id}": "Commitment due: Open the dam",
    }
    for feed, ics in things(record):
        found = {entry.id: entry.title for entry in read(feed).entries}
        assert {key: title for key, title in found.items() if key != said} == wanted, feed
        assert said in found
        parts = by_uid(ics)
        assert {name: str(one["SUMMARY"]) for name, one in parts.items()} == {
            "visit": "Country visit: Paperland",
            "meeting": "Meeting: Ministry of Ink",
            "commitment": "Commitment due: Open the dam",
        }, ics
        assert {str(one["URL"]) for one in parts.values()} == set(wanted)
    assert {one.id for name in LISTS for one in read(f"/{name}.atom").entries} == set(wanted)
    assert {str(one["URL"]) for name in LISTS for one in calendar(f"/{name}.ics").events} == set(wanted)


def test_what_belongs_to_another_is_in_no_feed_of_a_thing(record: dict[str, Any]) -> None:
    before = {address: bytes_of(address) for pair in things(record) for address in pair}
    other = make.statement(act="commits", visit=make.visit(title="Elsewhere"))
    make.meeting(visit=other.visit)
    make.commitment(statement=other)
    assert {address: bytes_of(address) for address in before} == before
    assert len(read("/visits.atom").entries) == 2


def changed(row: Any, hours: int, **fields: Any) -> None:
    row = again(row)
    for name, value in fields.items():
        setattr(row, name, value)
    with time_machine.travel(DAY + timedelta(hours=hours), tick=False):
        actions.save_record(record=row, by=None)


def stored(row: Any, hours: int, **fields: Any) -> None:
    """Save a row by itself: the actions keep children as closed as their visit, and history tells what once was."""
    row = again(row)
    for name, value in fields.items():
        setattr(row, name, value)
    with time_machine.travel(DAY + timedelta(hours=hours), tick=False):
        row.save()


def told(name: str) -> tuple[int, datetime, str, str]:
    """Return sequence, stamp and status of the one event of a list, and when its feed says it was updated."""
    (one,) = calendar(f"/{name}.ics").events
    (entry,) = read(f"/{name}.atom").entries
    return int(one["SEQUENCE"]), one["DTSTAMP"].dt, str(one["STATUS"]), entry.updated


@pytest.mark.parametrize("status", ["postponed", "cancelled", "refused"])
def test_what_becomes_of_a_meeting_is_announced_under_the_same_id(status: str, record: dict[str, Any]) -> None:
    before, (first,) = told("meetings"), read("/meetings.atom").entries
    assert before == (0, DAY, "CONFIRMED", "2026-03-02T12:00:00+00:00")
    changed(record["meeting"], 5, status=status)
    assert told("meetings") == (1, DAY + timedelta(hours=5), "CANCELLED", "2026-03-02T17:00:00+00:00")
    (second,) = read("/meetings.atom").entries
    assert (second.id, second.published) == (first.id, first.published)
    assert second.title == f"{status.capitalize()}: Ministry of Ink"
    changed(record["meeting"], 6, status="held", date="2022-08-18")
    assert told("meetings")[:3] == (2, DAY + timedelta(hours=6), "CONFIRMED")
    assert calendar("/meetings.ics").events[0]["DTSTART"].dt == date(2022, 8, 18)


def test_a_postponement_and_a_cancellation_of_a_visit_are_told_by_its_feed(record: dict[str, Any]) -> None:
    with time_machine.travel(DAY + timedelta(hours=3), tick=False):
        actions.add_step(visit=again(record["visit"]), by=None, step=make.step("postponed 2022-07-01"))
    (entry,) = read("/visits.atom").entries
    assert (entry.title, entry.updated) == ("Postponed: Paperland", "2026-03-02T15:00:00+00:00")
    with time_machine.travel(DAY + timedelta(hours=4), tick=False):
        actions.add_step(visit=again(record["visit"]), by=None, step=make.step("cancelled 2022-07-02"))
    (entry,) = read("/visits.atom").entries
    assert (entry.title, entry.updated) == ("Cancelled: Paperland", "2026-03-02T16:00:00+00:00")


def test_what_became_of_a_commitment_is_told(record: dict[str, Any]) -> None:
    assert told("commitments") == (0, DAY, "CONFIRMED", "2026-03-02T12:00:00+00:00")
    (one,) = calendar("/commitments.ics").events
    assert (one["DTSTART"].dt, one["DTEND"].dt) == (date(2022, 10, 31), date(2022, 11, 1))
    changed(record["promise"], 2, state="kept")
    assert told("commitments")[:2] == (1, DAY + timedelta(hours=2))
    assert read("/commitments.atom").entries[0].title == "kept: Open the dam"
    # Of a month no day is made.
    changed(record["promise"], 3, due="2022-10")
    (note,) = calendar("/commitments.ics").walk("VJOURNAL")
    assert "DTSTART" not in note
    assert "Due: October 2022" in str(note["DESCRIPTION"])


def test_nothing_is_updated_by_what_is_not_public(record: dict[str, Any], people: Cast) -> None:
    addresses = [address for pair in things(record) for address in pair]
    addresses += [f"/{name}.{form}" for name in LISTS for form in ("atom", "ics")] + ["/corrections.atom"]
    before = {address: bytes_of(address) for address in addresses}
    closed = make.compartment(members=(people.member,))
    visit, topic = again(record["visit"]), record["topic"]
    changed(visit, 1, note="canary")
    changed(record["meeting"], 1, note="canary")
    changed(record["said"], 1, note="canary")
    with time_machine.travel(DAY + timedelta(hours=1), tick=False):
        make.participant(meeting=again(record["meeting"]), named_publicly=False)
        make.note(meeting=again(record["meeting"]), author=people.editor)
        for state in (make.internal(), make.draft(), make.confidential(closed)):
            hidden = make.meeting(visit=again(visit), title="Canary", **state)
            make.participant(meeting=hidden, organisation=record["ministry"])
            MeetingTopic.objects.create(meeting=hidden, topic=topic)
            said = make.statement(
                visit=again(visit), topics=(topic,), texts=(make.text("canary"),),
                speakers=(make.speaker(organisation=record["ministry"]),), **state,
            )  # fmt: skip
            make.commitment(statement=said, what="Canary", **state)
            make.visit(title="Canary", legs=(VisitLeg(country=record["country"]),), **state)
        # The public learns that it was, and no more.
        make.meeting(visit=again(visit), title="Canary", **{**make.published(), "published_as": "count"})
    for person in people:
        client = signed_in(person)
        for address in addresses:
            assert bytes_of(address, client) == before[address], (address, person)


def test_what_happens_behind_a_closed_visit_is_told_once_when_it_is_open_again(record: dict[str, Any]) -> None:
    before = {name: told(name) for name in ("meetings", "commitments")}
    stored(record["visit"], 1, visibility="internal")
    assert read("/meetings.atom").entries == read("/commitments.atom").entries == []
    for hours, title in enumerate(("Canary", "Canary again", "Ministry of Ink and Paper"), 2):
        stored(record["meeting"], hours, title=title)
        stored(record["promise"], hours, what=title)
    stored(record["visit"], 9, visibility="public")
    for name, (number, *_rest) in before.items():
        after = told(name)
        assert after[:2] == (number + 1, DAY + timedelta(hours=9)), name
        assert b"Canary" not in bytes_of(f"/{name}.ics")
    # Opened without a change, it says what it said.
    stored(record["visit"], 10, visibility="internal")
    stored(record["visit"], 11, visibility="public")
    assert told("meetings")[:2] == (1, DAY + timedelta(hours=9))


def test_versions_that_everybody_could_see_are_those_of_open_parents() -> None:
    moments = [DAY + timedelta(hours=number) for number in range(8)]
    own = [(moments[0], "a"), (moments[2], "b"), (moments[4], None), (moments[6], "c")]
    parent = [(moments[1], False), (moments[3], True), (moments[5], False), (moments[7], True)]
    assert seen(own) == [(moments[0], "a"), (moments[2], "b"), (moments[6], "c")]
    assert seen(own, parent) == [(moments[0], "a"), (moments[3], "b"), (moments[7], "c")]
    assert seen(own, [(moments[0], False)]) == []


@pytest.mark.parametrize(
    ("zone", "day", "starts", "utc"),
    [
        ("Asia/Phnom_Penh", "2022-08-16", time(9, 30), datetime(2022, 8, 16, 2, 30, tzinfo=UTC)),
        ("Europe/Zurich", "2022-07-01", time(9), datetime(2022, 7, 1, 7, tzinfo=UTC)),
        ("Europe/Zurich", "2022-12-01", time(9), datetime(2022, 12, 1, 8, tzinfo=UTC)),
        ("America/New_York", "2024-03-10", time(23), datetime(2024, 3, 11, 3, tzinfo=UTC)),
        ("Asia/Kathmandu", "2022-08-16", time(0, 15), datetime(2022, 8, 15, 18, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_told_in_the_zone_of_the_place(zone: str, day: str, starts: time, utc: datetime, db: None) -> None:
    made = make.meeting(date=day, starts_at=starts, ends_at=time(23, 30), time_zone=zone)
    found = calendar("/meetings.ics")
    (one,) = found.events
    assert str(one["DTSTART"].params["TZID"]) == zone
    assert one["DTSTART"].dt == utc
    assert one["DTSTART"].dt.replace(tzinfo=None) == datetime.combine(date.fromisoformat(day), starts)
    # The description of the zone alone gives the same moment: whoever knows no names of zones reads it so.
    (described,) = found.walk("VTIMEZONE")
    assert described.to_tz().utcoffset(one["DTSTART"].dt.replace(tzinfo=None)) == one["DTSTART"].dt.utcoffset()
    assert one["DTEND"].dt == datetime.combine(date.fromisoformat(day), time(23, 30), ZoneInfo(zone))
    assert str(one["UID"]) == f"meeting-{made.public_id}@vis-a-vis"


def test_a_zone_is_described_once_and_one_that_nobody_knows_not_at_all(db: None) -> None:
    visit = make.visit()
    for zone in ("Asia/Phnom_Penh", "Asia/Phnom_Penh", "Europe/Zurich", "Moon/Base", "/etc/passwd"):
        make.meeting(visit=visit, date="2022-08-16", starts_at=time(9), ends_at=time(9), time_zone=zone)
    found = calendar("/meetings.ics")
    assert sorted(str(zone["TZID"]) for zone in found.walk("VTIMEZONE")) == ["Asia/Phnom_Penh", "Europe/Zurich"]
    whole = [one for one in found.events if not isinstance(one["DTSTART"].dt, datetime)]
    assert len(whole) == 2
    assert any("09:00–09:00 (Moon/Base)" in str(one["DESCRIPTION"]) for one in whole)
    # An end that is no later than the beginning is none.
    assert all("DTEND" not in one for one in found.events if one not in whole)


def test_a_meeting_of_which_only_the_month_is_known_is_a_note(db: None) -> None:
    make.meeting(date="2022-08")
    make.meeting(date="", status="planned")
    found = calendar("/meetings.ics")
    assert found.events == []
    assert ["DTSTART" in note for note in found.walk("VJOURNAL")] == [False, False]


@pytest.mark.parametrize("kind", ["visit", "country", "mandate", "person", "organisation", "topic"])
def test_a_hidden_thing_answers_like_one_that_never_was(kind: str, people: Cast) -> None:
    inner = {"visibility": "internal", "workflow": "published"}
    topic, person = make.topic(), make.person()
    organisation = make.organisation()
    visit = make.visit(**inner)
    make.statement(visit=visit, topics=(topic,), speakers=(make.speaker(person=person),), **make.internal())
    make.statement(visit=visit, speakers=(make.speaker(organisation=organisation),), **make.internal())
    hidden = {
        "visit": f"/visits/{visit.slug}/", "person": f"/people/{person.slug}/", "topic": f"/topics/{topic.slug}/",
        "organisation": f"/organisations/{organisation.slug}/",
    }.get(kind)  # fmt: skip
    missing = {
        "visit": "/visits/none/", "country": "/countries/xxx/", "mandate": "/mandates/none/", "person": "/people/none/",
        "organisation": "/organisations/none/", "topic": "/topics/none/",
    }[kind]  # fmt: skip
    client = signed_in(people.member)
    for end in ("feed.atom", "visit.ics" if kind == "visit" else "calendar.ics"):
        wanted = Client().get(missing + end)
        assert wanted.status_code == 404
        if hidden:
            page = client.get(hidden)
            assert page.status_code == 200
            assert "feed.atom" not in page.content.decode()
            answer = Client().get(hidden + end)
            assert (answer.status_code, answer.content) == (404, wanted.content)
            assert client.get(hidden + end).status_code == 404


def test_a_calendar_that_breaks_off_has_no_end(record: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = answers.written

    def broken(entries: Iterable[Entry]) -> Iterator[Entry]:
        yield next(iter(entries))
        raise OperationalError

    addresses = [f"/{name}.ics" for name in LISTS] + [ics for _feed, ics in things(record)]
    monkeypatch.setattr(answers, "written", lambda name, entries, empty: whole(name, broken(entries), empty))
    for address in addresses:
        taken = b""
        with pytest.raises(OperationalError):
            for block in Client().get(address).streaming_content:
                taken += block
        assert taken.count(b"BEGIN:VCALENDAR") == 1, address
        assert re.search(rb"END:(VEVENT|VJOURNAL)\r\n$", taken), address
        assert b"END:VCALENDAR" not in taken
        with pytest.raises(ValueError, match="no components"):
            Calendar.from_ical(taken)


def test_a_feed_is_written_whole_before_it_leaves(record: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = [f"/{name}.atom" for name in (*LISTS, "statements")] + [feed for feed, _ics in things(record)]
    for address in (*addresses, "/corrections.atom"):
        assert not Client().get(address).streaming, address
    whole = Atom1Feed.add_item_elements

    def broken(self: Atom1Feed, handler: Any, item: Any) -> None:
        whole(self, handler, item)
        raise OperationalError

    monkeypatch.setattr(Atom1Feed, "add_item_elements", broken)
    for address in addresses:
        answer = Client(raise_request_exception=False).get(address)
        assert answer.status_code == 500, address
        assert b"<feed" not in answer.content


def test_what_has_no_filters_takes_none_and_says_so(record: dict[str, Any], people: Cast) -> None:
    hidden = make.visit(title="Canary", **make.internal())
    found = ["/corrections.atom", "/people.popolo.json", *(address for pair in things(record) for address in pair)]
    # What is hidden and what is missing are refused alike.
    unseen = [f"/visits/{slug}/{end}" for slug in (hidden.slug, "none") for end in ("feed.atom", "visit.ics")]
    for address in [*found, *unseen]:
        for client in (Client(), signed_in(people.member)):
            for query, name in (("topic=water", "topic"), ("x", "x"), ("x=1&page=1", "x")):
                answer = client.get(f"{address}?{query}")
                assert answer.status_code == 400, (address, query)
                assert f"“{name}” is not understood here." in answer.content.decode()
                assert "Canary" not in answer.content.decode()
                assert "ETag" not in answer.headers
    for address in found:
        first = Client().get(address)
        assert first.status_code == 200
        assert Client().get(address, headers={"if-none-match": first.headers["ETag"]}).status_code == 304


def test_filters_are_those_of_the_list_in_the_one_form_they_have(record: dict[str, Any]) -> None:
    make.statement(act="commits")
    make.commitment()
    make.meeting()
    country, nothing = record["country"].iso3, make.country().iso3
    for name in LISTS:
        found = read(f"/{name}.atom?country={country}&page=2")
        assert found.feed.id == f"http://testserver/{name}.atom?country={country.lower()}"
        assert len(found.entries) == 1
        assert len(calendar(f"/{name}.ics?country={country}").events) == 1
        assert read(f"/{name}.atom?country={nothing}").entries == []
        for form in ("atom", "ics"):
            assert Client().get(f"/{name}.{form}?country=xxx").status_code == 400
    assert len(read("/commitments.atom?state=open&overdue=yes").entries) == 2
    assert len(read("/meetings.atom?status=planned&year=2022").entries) == 0
    assert Client().get("/meetings.atom?year=never").status_code == 400


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("visit={visit}", 1), ("visit={other}", 0), ("mandate={mandate}", 1), ("person={person}", 1),
        ("person={speaker}", 0), ("organisation={organisation}", 1), ("topic=water", 1), ("topic=oil", 0), ("", 2),
        ("visit=none", None), ("person=none", None), ("organisation=none", None), ("topic=none", None),
        ("kind=official_meeting", 2), ("status=held", 2), ("year=2022", 2), ("year=1999", 0),
    ],
)  # fmt: skip
def test_meetings_are_narrowed(query: str, number: int | None, record: dict[str, Any]) -> None:
    make.meeting()
    term: MandateTerm = record["term"]
    # On record, and of no meeting.
    speaker = make.person()
    make.statement(speakers=(make.speaker(person=speaker),), topics=(make.topic(slug="oil"),))
    query = query.format(visit=record["visit"].slug, mandate=term.mandate.slug, person=term.person.slug,
                         organisation=record["ministry"].slug, other=make.visit().slug,
                         speaker=speaker.slug)  # fmt: skip
    if number is None:
        for form in ("json", "csv", "jsonl", "xlsx", "atom", "ics"):
            answer = Client().get(f"/meetings.{form}?{query}")
            assert (answer.status_code, "“none” names nothing here." in answer.content.decode()) == (400, True)
        return
    for form in ("json", "csv", "jsonl"):
        assert bytes_of(f"/meetings.{form}?{query}").count(b"http://testserver/meetings/") == number
    assert len(read(f"/meetings.atom?{query}").entries) == number


def test_corrections_are_a_feed(record: dict[str, Any]) -> None:
    from statements.models import Erratum

    with time_machine.travel(DAY, tick=False):
        actions.save_part(part=Erratum(statement=again(record["said"]), text="It was <Tuesday>."), by=None)
    (entry,) = read("/corrections.atom").entries
    assert entry.updated == "2026-03-02T00:00:00+00:00"
    assert entry.id.startswith("http://testserver/corrections/?entry=erratum-")
    assert "&lt;Tuesday&gt;" in entry.summary or "<Tuesday>" in entry.summary
    assert "Erratum" in entry.title


def test_the_latest_that_changed_come_first_and_fifty_of_them(db: None) -> None:
    with time_machine.travel(DAY, tick=False):
        rows = [make.visit(title=f"Place {n}", published_at=DAY + timedelta(minutes=n)) for n in range(53)]
    changed(rows[0], 5, title="Renamed")
    entries = read("/visits.atom").entries
    assert len(entries) == 50
    assert entries[0].title == "Country visit: Renamed"
    # What was written past the history is told by its publication.
    Visit.history.all().delete()
    assert read("/visits.atom").entries[0].title == "Country visit: Place 52"


def test_whoever_has_it_already_is_told_so_by_one_query(record: dict[str, Any]) -> None:
    addresses = [address for pair in things(record) for address in pair] + [f"/{name}.atom" for name in LISTS]
    for address in [*addresses, "/corrections.atom", "/statements.atom"]:
        first = Client().get(address)
        b"".join(first.streaming_content) if first.streaming else None
        with CaptureQueriesContext(connection) as asked:
            again_ = Client().get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again_.status_code, again_.headers["ETag"]) == (304, first.headers["ETag"]), address
        assert len(asked) <= 3
    changed(record["meeting"], 1, status="cancelled")
    assert Client().get("/meetings.atom", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_feed_costs_as_many_queries_for_one_row_as_for_three(record: dict[str, Any]) -> None:
    addresses = [address for pair in things(record) for address in pair]
    addresses += [f"/{name}.{form}" for name in LISTS for form in ("atom", "ics")] + ["/corrections.atom"]

    def asked() -> dict[str, int]:
        found = {}
        for address in addresses:
            bytes_of(address)
            with CaptureQueriesContext(connection) as queries:
                bytes_of(address)
            found[address] = len(queries)
        return found

    before = asked()
    for _number in range(2):
        said = make.statement(visit=again(record["visit"]), topics=(record["topic"],))
        make.commitment(statement=said)
        make.meeting(visit=again(record["visit"]))
        make.visit(legs=(VisitLeg(country=record["country"]),))
    assert asked() == before


def test_pages_name_the_feed_and_the_calendar_of_what_they_show(record: dict[str, Any]) -> None:
    for path, (feed, ics) in zip(record["things"].values(), things(record), strict=True):
        page = Client().get(path).content.decode()
        for address, kind in ((feed, "application/atom+xml"), (ics, "text/calendar")):
            link = rf'<link rel="alternate" type="{re.escape(kind)}" title="[^"]+"\s+href="{address}">'
            assert re.search(link, page), (path, address)
            assert re.search(rf'<a href="{address}"', page), (path, address)
    for name in ("visits", "commitments"):
        page = Client().get(f"/{name}/?country=khm&page=1").content.decode()
        for form, kind in (("atom", "application/atom+xml"), ("ics", "text/calendar")):
            address = rf"/{name}\.{form}\?country=khm"
            assert re.search(rf'<link rel="alternate" type="{re.escape(kind)}" title="[^"]+" href="{address}">', page)
            assert re.search(rf'<a href="{address}"', page)
    assert 'href="/corrections.atom"' in Client().get("/corrections/").content.decode()


def test_an_entry_of_one_day_may_have_times_and_one_of_several_has_none() -> None:
    entry = Entry("u", "https://x.example/", "2022-08-15/2022-08-16", "CONFIRMED", 0, DAY, "S", "D",
                  starts=time(9), ends=time(10), zone="UTC")  # fmt: skip
    assert component(entry)["DTSTART"].dt == date(2022, 8, 15)
