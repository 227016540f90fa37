"""Lists of names as Atom feeds: who comes up, when, and that nothing of what is hidden moves them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from statements import name_feeds
from statements.models import Citation, MeetingTopic
from statements.name_feeds import latest_names
from statements.vocabulary_exports import filters_of_list
from tests import factories as make
from tests.cast import Cast, again, signed_in
from tests.statements.test_entry_feeds import bytes_of, read
from visits import actions
from visits.models import Country, Person, VisitExpert, VisitLeg, VisitMandate

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAMES = ("people", "organisations", "countries", "mandates", "topics", "sources")
HOUR = timedelta(hours=1)


def told(name: str, query: str = "") -> dict[str, str]:
    """Return title and moment of each entry of a feed, the latest first."""
    return {entry.title: entry.updated for entry in read(f"/{name}.atom{query}").entries}


@pytest.fixture
def record(people: Cast) -> dict[str, Any]:
    """Return a visit at noon, a meeting an hour and a statement two hours later, and the names that they bear."""
    here = make.country(name="Paperland", region="Asia")
    term = make.term(person=make.person(name="Ada Known"), mandate=make.mandate(scope="ink"))
    topic, ministry = make.topic(name="Water", slug="water"), make.organisation(name="Ministry of Ink", country=here)
    source = make.source(title="A letter", published_at=DAY)
    visit = make.visit(
        title="Paperland", legs=(VisitLeg(country=here),), mandates=(term.mandate,), experts=((term, ()),),
        published_at=DAY,
    )  # fmt: skip
    meeting = make.meeting(visit=visit, published_at=DAY + HOUR)
    make.participant(meeting=meeting, organisation=ministry)
    MeetingTopic.objects.create(meeting=meeting, topic=topic)
    said = make.statement(
        visit=visit, speakers=(make.speaker(person=term.person, side="mandate_holder"),), topics=(topic,),
        citations=(Citation(source=source),), published_at=DAY + 2 * HOUR,
    )  # fmt: skip
    return {
        "country": here, "term": term, "topic": topic, "ministry": ministry, "source": source, "visit": visit,
        "meeting": meeting, "said": said,
    }  # fmt: skip


def at(hours: int) -> str:
    return (DAY + hours * HOUR).isoformat()


def test_a_name_comes_up_when_something_that_leads_to_it_is_published(record: dict[str, Any]) -> None:
    assert told("people") == {"Ada Known": at(2)}
    assert told("organisations") == {"Ministry of Ink": at(1)}
    assert told("countries") == {str(record["country"]): at(2)}
    assert told("mandates") == {str(record["term"].mandate): at(2)}
    assert told("topics") == {"Water": at(2)}
    assert told("sources") == {str(record["source"]): at(2)}
    make.participant(
        meeting=make.meeting(visit=record["visit"], published_at=DAY + 5 * HOUR), organisation=record["ministry"]
    )
    assert told("organisations") == {"Ministry of Ink": at(5)}
    assert told("countries") == {str(record["country"]): at(5)}


def test_whoever_travels_on_a_published_visit_comes_up_with_it(people: Cast) -> None:
    term = make.term(person=make.person(name="Bea Travels"))
    make.visit(experts=((term, ()),), published_at=DAY)
    make.visit(experts=((make.term(person=make.person(name="Canary Travels")), ()),), **make.internal())
    # Who holds a mandate is known; nothing was published of them.
    make.term(person=make.person(name="Cem Waits"))
    assert told("people") == {"Bea Travels": at(0)}


def test_an_entry_tells_what_the_file_of_the_list_holds(record: dict[str, Any]) -> None:
    person = record["term"].person
    (entry,) = read("/people.atom").entries
    assert entry.id == entry.link == f"http://testserver/people/{person.slug}/"
    assert "published" not in entry
    assert record["term"].mandate.name in entry.summary
    (country,) = read("/countries.atom").entries
    assert country.link == f"http://testserver/countries/{record['country'].iso3.lower()}/"
    assert "Asia" in country.summary
    assert "Holders: Ada Known" in read("/mandates.atom").entries[0].summary
    # Kinds and sides as people read them.
    (source,) = read("/sources.atom").entries
    assert f"Kind: {record['source'].get_kind_display()}" in source.summary
    for name in NAMES:
        feed = read(f"/{name}.atom").feed
        assert feed.link.startswith("http://testserver/")
        assert Client().get(feed.link).status_code == 200, name


def test_what_is_hidden_neither_comes_up_nor_moves_anything(record: dict[str, Any], people: Cast) -> None:
    feeds = {name: bytes_of(f"/{name}.atom") for name in NAMES}
    marks = {name: Client().get(f"/{name}.atom").headers["ETag"] for name in NAMES}
    inside = make.compartment(members=(people.member,))
    for fields in (make.internal(), make.draft(), make.confidential(inside)):
        late = {**fields, "published_at": DAY + 9 * HOUR} if "published_at" not in fields else fields
        visit = make.visit(title="Hidden", legs=(VisitLeg(country=record["country"]),), **late)
        VisitMandate.objects.create(visit=visit, mandate=record["term"].mandate)
        meeting = make.meeting(visit=record["visit"], **late)
        make.participant(meeting=meeting, organisation=record["ministry"])
        make.participant(meeting=meeting, person=make.person(name="Canary Person"))
        MeetingTopic.objects.create(meeting=meeting, topic=make.topic(name="Canary Topic"))
        source = make.source(title="Canary source", **late)
        for cited in (source, record["source"]):
            make.statement(
                visit=record["visit"], topics=(record["topic"],), citations=(Citation(source=cited),),
                speakers=(
                    make.speaker(person=record["term"].person, side="mandate_holder"),
                    make.speaker(organisation=make.organisation(name="Canary Office")),
                ), **late,
            )  # fmt: skip
    for name in NAMES:
        assert bytes_of(f"/{name}.atom") == feeds[name], name
        assert Client().get(f"/{name}.atom").headers["ETag"] == marks[name]
        # The same to whoever may see more: feed readers keep it elsewhere.
        assert bytes_of(f"/{name}.atom", signed_in(people.member)) == feeds[name], name
    # They would have come up.
    for model in (type(record["visit"]), type(record["meeting"]), type(record["said"]), type(record["source"])):
        model._base_manager.update(workflow="published", visibility="public", compartment=None)
    for name in NAMES:
        assert bytes_of(f"/{name}.atom") != feeds[name], name


def test_whoever_may_not_be_named_is_in_no_feed(record: dict[str, Any]) -> None:
    private = make.person(name="Canary Private", private=True)
    unnamed = make.person(name="Canary Unnamed")
    make.participant(meeting=record["meeting"], person=private)
    make.participant(meeting=record["meeting"], person=unnamed, named_publicly=False)
    assert set(told("people")) == {"Ada Known"}
    assert b"Canary" not in bytes_of("/people.atom")
    assert b"Canary" not in bytes_of("/people.atom?q=canary")
    Person.objects.filter(pk=private.pk).update(private=False)
    assert set(told("people")) == {"Ada Known", "Canary Private"}


def test_a_name_that_leaves_takes_its_entry_along(record: dict[str, Any], people: Cast) -> None:
    said = again(record["said"])
    actions.change_workflow(record=said, to="withdrawn", by=people.reviewer, note="Asked for.")
    assert told("sources") == {}
    assert told("topics") == {"Water": at(1)}


def test_lists_are_narrowed_by_the_filters_of_their_files(record: dict[str, Any]) -> None:
    other = make.organisation(name="Elsewhere", side="civil_society")
    make.participant(meeting=record["meeting"], organisation=other)
    assert set(told("organisations")) == {"Ministry of Ink", "Elsewhere"}
    code = record["country"].iso3
    assert set(told("organisations", f"?country={code.lower()}")) == {"Ministry of Ink"}
    assert read(f"/organisations.atom?country={code}").feed.id.endswith(f"?country={code.lower()}")
    assert told("people", "?q=nobody") == {}
    slug = record["term"].mandate.slug
    assert set(told("people", f"?mandate={slug}")) == {"Ada Known"}
    assert told("people", f"?mandate={make.mandate().slug}") == {}
    for query in ("?side=flying", "?contry=khm", "?parent=nobody"):
        answer = Client().get(f"/organisations.atom{query}")
        assert answer.status_code == 400
        wrong = {"?side=flying": "flying", "?contry=khm": "contry", "?parent=nobody": "nobody"}[query]
        assert f"“{wrong}”" in answer.content.decode()


def test_fifty_come_and_the_latest_first(record: dict[str, Any]) -> None:
    for number in range(55):
        make.participant(
            meeting=make.meeting(visit=record["visit"], published_at=DAY + (number + 3) * HOUR),
            organisation=make.organisation(name=f"Office {number}"),
        )
    found = list(told("organisations"))
    assert len(found) == 50
    assert (found[0], found[-1]) == ("Office 54", "Office 5")
    assert len(latest_names("countries", Country.objects.all(), 1)) == 1


@pytest.mark.parametrize("looked_at", [1, 2, 3, 5, 8])
def test_however_few_are_looked_at_the_same_come(
    looked_at: int, record: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    term, other = record["term"], make.term()
    for number in range(4):
        visit = make.visit(
            legs=(VisitLeg(country=make.country()),), mandates=(other.mandate,), experts=((other, ()),),
            published_at=DAY + (3 * number) * HOUR,
        )  # fmt: skip
        make.participant(
            meeting=make.meeting(visit=visit, published_at=DAY + (3 * number + 1) * HOUR),
            organisation=make.organisation(),
        )
        make.statement(
            visit=visit, topics=(make.topic(), record["topic"]), speakers=(make.speaker(person=term.person),),
            citations=(Citation(source=make.source(published_at=DAY)),), published_at=DAY + (3 * number + 2) * HOUR,
        )  # fmt: skip
    for name in NAMES:
        rows = filters_of_list(name, QueryDict(), AnonymousUser()).narrowed()
        for most in (1, 3, 50):
            monkeypatch.setattr(name_feeds, "LOOKED_AT", 1000)
            whole = latest_names(name, rows, most)
            assert len(whole) >= min(most, 2)
            monkeypatch.setattr(name_feeds, "LOOKED_AT", looked_at)
            assert latest_names(name, rows, most) == whole, (name, most)


def test_whoever_has_it_is_told_so_until_something_is_published(record: dict[str, Any]) -> None:
    for name in NAMES:
        first = Client().get(f"/{name}.atom")
        with CaptureQueriesContext(connection) as asked:
            answer = Client().get(f"/{name}.atom", headers={"If-None-Match": first.headers["ETag"]})
        assert answer.status_code == 304
        assert len(asked) <= 3
    with time_machine.travel(DAY + 9 * HOUR, tick=False):
        draft = make.meeting(visit=record["visit"], **make.draft())
        make.participant(meeting=draft, organisation=record["ministry"])
        actions.change_workflow(record=again(draft), to="published", by=make.user(role="admin"))
    later = Client().get("/organisations.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    assert told("organisations") == {"Ministry of Ink": at(9)}


@pytest.mark.parametrize(
    ("name", "number"),
    [("people", 11), ("organisations", 15), ("countries", 9), ("mandates", 11), ("topics", 11), ("sources", 14)],
)
def test_feeds_cost_as_many_queries_for_one_name_as_for_three(name: str, number: int, record: dict[str, Any]) -> None:
    def asked() -> int:
        bytes_of(f"/{name}.atom")
        with CaptureQueriesContext(connection) as queries:
            bytes_of(f"/{name}.atom")
        return len(queries)

    one = asked()
    for _ in range(2):
        term = make.term()
        visit = make.visit(legs=(VisitLeg(country=make.country()),), mandates=(term.mandate,))
        VisitExpert.objects.create(visit=visit, term=term)
        make.statement(
            visit=visit, topics=(make.topic(),), citations=(Citation(source=make.source()),),
            speakers=(make.speaker(person=term.person), make.speaker(organisation=make.organisation())),
        )  # fmt: skip
    assert len(told(name)) >= 3
    assert asked() == one == number


def test_pages_of_lists_tell_of_their_feeds(record: dict[str, Any]) -> None:
    for page, feed in (
        ("/people/", "/people.atom"), ("/countries/", "/countries.atom"), ("/mandates/", "/mandates.atom"),
        ("/topics/", "/topics.atom"),
    ):  # fmt: skip
        told_there = Client().get(page).content.decode()
        assert told_there.count(f'href="{feed}"') == 2, page
