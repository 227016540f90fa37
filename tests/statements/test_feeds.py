"""Searches as Atom feeds: what stands in them, for whom, when they are told anew, and at which address."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from statements.feeds import BEGINNING, own_path, readable
from statements.models import Citation, SavedSearch, Statement
from statements.saved_search_actions import renew_feed_address
from tests import factories as make
from tests.cast import Cast, again, signed_in
from visits import actions

FEED = "/statements/feed/"
ATOM = "{http://www.w3.org/2005/Atom}"
DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def read(answer: Any) -> ET.Element:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.content)  # noqa: S314 - our own words


def texts(feed: ET.Element, name: str) -> list[str]:
    """Return a part of each entry."""
    return [entry.findtext(f"{ATOM}{name}", "") for entry in feed.iter(f"{ATOM}entry")]


def links(element: ET.Element) -> dict[str, str]:
    return {link.get("rel", ""): link.get("href", "") for link in element.findall(f"{ATOM}link")}


def said(hours: int = 0, words: str = "The dam is safe.", **fields: Any) -> Statement:
    fields = {"published_at": DAY + timedelta(hours=hours), **fields}
    return make.statement(**{"texts": (make.text(words),), **fields})


def saved(person: Any, query: str = "q=dam", **fields: Any) -> SavedSearch:
    return SavedSearch.objects.create(**{"user": person, "name": "Dams", "query": query, **fields})


def test_a_feed_says_who_said_what_with_its_source_and_day(db: None) -> None:
    visit = make.visit(title="Paperland")
    source = make.source(title="The gazette", publisher="Gazette House")
    row = said(
        words="The <dam> is safe & sound.", visit=visit, act="denies", answers_text="it", date="2022-08-17",
        speakers=(make.speaker(person=make.person(name="Ada Ink"), side="government"),),
        citations=(Citation(source=source),), topics=(make.topic(name="Water & law"),),
    )  # fmt: skip
    feed = read(Client().get(FEED, {"q": "dam", "page": "2"}))
    assert feed.findtext(f"{ATOM}title") == "Statements: dam"
    assert links(feed) == {
        "alternate": "http://testserver/statements/?q=dam",
        "self": "http://testserver/statements/feed/?q=dam",
    }
    assert feed.findtext(f"{ATOM}id") == "http://testserver/statements/feed/?q=dam"
    assert feed.findtext(f"{ATOM}updated") == "2026-03-02T12:00:00+00:00"
    (entry,) = feed.findall(f"{ATOM}entry")
    address = f"http://testserver/statements/{row.public_id}/"
    assert entry.findtext(f"{ATOM}title") == "Ada Ink denies: The <dam> is safe & sound."
    assert (entry.findtext(f"{ATOM}id"), links(entry)) == (address, {"alternate": address})
    assert entry.findtext(f"{ATOM}published") == entry.findtext(f"{ATOM}updated") == "2026-03-02T12:00:00+00:00"
    summary = entry.findtext(f"{ATOM}summary", "")
    for part in ("The &lt;dam&gt; is safe &amp; sound.", "17 Aug 2022", ">The gazette</a>, Gazette House",
                 f'href="http://testserver{source.get_absolute_url()}"',
                 f'href="http://testserver{visit.get_absolute_url()}">Paperland</a>'):  # fmt: skip
        assert part in summary
    assert [one.get("term") for one in entry.findall(f"{ATOM}category")] == ["Water & law"]


@pytest.mark.parametrize(("kind", "word"), [("retracts", "retracted"), ("disowns", "disowned")])
def test_an_entry_says_that_its_statement_was_taken_back_in_every_feed(db: None, kind: str, word: str) -> None:
    row = said(speakers=(make.speaker(person=make.person(name="Ada Ink")),))
    addresses = (FEED, f"{row.visit.get_absolute_url()}feed.atom")
    told = f"<p>Since then: {word}</p>"
    for address in addresses:
        summaries = texts(read(Client().get(address)), "summary")
        assert summaries
        assert not any("Since then" in summary for summary in summaries)
    later = DAY + timedelta(days=9)
    with time_machine.travel(later, tick=False):
        said(hours=-1, words="Not so.", visit=row.visit, links=((kind, row),))
    for address in addresses:
        entries = {entry.findtext(f"{ATOM}id"): entry for entry in read(Client().get(address)).iter(f"{ATOM}entry")}
        entry = entries[f"http://testserver{row.get_absolute_url()}"]
        assert entry.findtext(f"{ATOM}title") == f"Ada Ink asserts ({word}): The dam is safe."
        assert entry.findtext(f"{ATOM}updated") == later.isoformat()
        summaries = [one.findtext(f"{ATOM}summary", "") for one in entries.values()]
        assert [told in summary for summary in summaries].count(True) == 1
        assert told in entry.findtext(f"{ATOM}summary", "")


def test_the_latest_fifty_stand_in_a_feed_newest_published_first(db: None) -> None:
    made = [said(n, visit=None) for n in range(51)]
    ids = texts(read(Client().get(FEED)), "id")
    assert ids == [f"http://testserver{row.get_absolute_url()}" for row in made[:0:-1]]


def test_an_empty_feed_says_the_same_at_every_time(db: None) -> None:
    bodies, marks = set(), []
    for moment in (DAY, DAY + timedelta(seconds=1), DAY + timedelta(days=400)):
        with time_machine.travel(moment, tick=False):
            answer = Client().get(FEED, {"q": "nothing"})
            assert read(answer).findtext(f"{ATOM}updated") == BEGINNING.isoformat()
            bodies.add(answer.content)
            marks.append(answer.headers["ETag"])
    assert len(bodies) == 1
    # A consent ends with a day: its mark is another one then, whatever it says.
    assert marks[0] == marks[1] != marks[2]


def test_filters_are_named_in_the_title_as_far_as_everybody_may_meet_them(db: None) -> None:
    topic, inner = make.topic(slug="water", name="Clean water"), make.topic(slug="inner", name="Secret matter")
    said(topics=(topic,))
    said(topics=(inner,), **make.internal())
    country = make.country(iso3="QQA", name="Ruritania")
    assert country.pk
    found = {
        query: read(Client().get(f"{FEED}?{query}")).findtext(f"{ATOM}title")
        for query in ("topic=water&act=denies", "country=qqa", "year=2022&language=km")
    }
    assert found == {
        "topic=water&act=denies": "Statements: Denies · Clean water",
        "country=qqa": "Statements: Ruritania",
        "year=2022&language=km": "Statements: 2022 · Khmer",
    }
    # What no filter understands is told; a feed of everything would be taken for what was meant.
    assert Client().get(f"{FEED}?act=sings").status_code == 400
    # What they may not meet is told as what there never was.
    hidden, none = (Client().get(f"{FEED}?topic={slug}") for slug in ("inner", "outer"))
    assert (hidden.status_code, none.status_code) == (400, 400)
    assert hidden.content == none.content.replace(b"outer", b"inner")
    assert b"Secret matter" not in hidden.content


def test_the_feed_tells_the_address_at_which_it_was_asked_for_and_one_id(db: None) -> None:
    said(act="asserts")
    marks = set()
    for path in (FEED, "/statements.atom"):
        answer = Client().get(f"{path}?page=2&sort=relevance&act=asserts")
        feed = read(answer)
        assert feed.findtext(f"{ATOM}id") == f"http://testserver{FEED}?act=asserts"
        (own,) = [one.get("href") for one in feed.findall(f"{ATOM}link") if one.get("rel") == "self"]
        assert own == f"http://testserver{path}?act=asserts"
        marks.add(answer.headers["ETag"])
    assert len(marks) == 2


def test_the_address_of_the_site_is_used_where_it_is_set(db: None, settings: Any) -> None:
    settings.SITE_ADDRESS = "https://record.example.org"
    row = said()
    assert texts(read(Client().get(FEED)), "id") == [f"https://record.example.org/statements/{row.public_id}/"]


@pytest.mark.parametrize("typed", ['"', "a" * 3000, "😀", "\x1b\x02law", "OR -", "\ufffe"])
def test_anything_typed_gives_a_feed(typed: str, db: None) -> None:
    said()
    read(Client().get(FEED, {"q": typed}))


def test_signs_that_no_document_may_carry_are_left_out(db: None) -> None:
    assert readable("a\x0bb\x00c\ud800d\uffffe\tf\n😀") == "a b c d e\tf\n😀"
    said(words="The dam\x0b is safe.")
    assert texts(read(Client().get(FEED)), "title")[0].endswith("The dam is safe.")


def conditional(client: Client, address: str, answer: HttpResponse) -> HttpResponse:
    found: HttpResponse = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    return found


def test_whoever_has_the_feed_already_is_told_so_by_one_query(db: None) -> None:
    row, client = said(), Client()
    first = client.get(f"{FEED}?q=dam")
    with CaptureQueriesContext(connection) as asked:
        second = conditional(client, f"{FEED}?q=dam", first)
    assert (second.status_code, second.content, second.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert len(asked) == 1
    # Compressed on its way, the stamp is a weak one.
    weak = client.get(f"{FEED}?q=dam", headers={"If-None-Match": f"W/{first.headers['ETag']}"})
    assert weak.status_code == 304
    assert conditional(client, f"{FEED}?q=law", first).status_code == 200
    row.act = "warns"
    actions.save_record(record=row, by=None)
    third = conditional(client, f"{FEED}?q=dam", first)
    assert third.status_code == 200
    assert third.headers["ETag"] != first.headers["ETag"]
    assert "warns" in texts(read(third), "title")[0]


QUERIES = ("", "q=dam", "topic=water", "q=secretword", "language=fr")


def test_hidden_rows_change_no_byte_of_a_public_feed(people: Cast) -> None:
    row = said(words="The dam is safe.", topics=(make.topic(slug="water"),))
    closed = make.compartment(members=(people.member,))
    topic, source, inner = make.topic(slug="other"), make.source(), make.visit(**make.internal())
    clients = [signed_in(person) for person in people]

    def answers() -> dict[str, set[tuple[bytes, str]]]:
        found = {query: [client.get(f"{FEED}?{query}") for client in clients] for query in QUERIES}
        return {query: {(one.content, one.headers["ETag"]) for one in some} for query, some in found.items()}

    def refusals() -> list[tuple[int, bytes]]:
        some = [client.get(f"{FEED}?topic=other") for client in clients]
        return [(one.status_code, re.sub(rb'value="[^"]{64}"', b"", one.content)) for one in some]

    before, refused = answers(), refusals()
    # Whoever asks, signed in or not, gets the same.
    assert [len(found) for found in before.values()] == [1] * len(QUERIES)
    assert {status for status, _content in refused} == {400}
    states = (make.internal(), make.confidential(closed), make.draft() | {"published_at": None})
    for state in (*({"visit": row.visit, **state} for state in states), {"visit": inner, **make.internal()}):
        secret = (make.text("A secretword on the dam."), make.text("Le barrage.", language="fr"))
        said(9, texts=secret, topics=(topic,), citations=(Citation(source=source),), **state)
    # A public statement of a visit that is not.
    Statement.objects.filter(visit=inner).update(visibility="public")
    assert Statement.objects.visible_to(people.member).search("secretword", people.member).count() == 3
    assert answers() == before
    assert refusals() == refused


def queries(address: str) -> int:
    Client().get(address)
    with CaptureQueriesContext(connection) as found:
        assert Client().get(address).status_code == 200
    return len(found)


def test_a_feed_costs_the_same_queries_for_one_row_and_for_three(people: Cast) -> None:
    own = own_path(saved(people.member))
    counts = []
    for more in (1, 2):
        for _n in range(more):
            said(topics=(make.topic(),))
            said(**make.internal())
        counts.append([queries(address) for address in (FEED, f"{FEED}?q=dam&act=asserts", own)])
    assert counts == [[3, 3, 5]] * 2


def test_a_members_own_feed_holds_public_rows_and_a_number(people: Cast) -> None:
    said(0)
    said(1, **make.internal())
    said(2, "A dam that nobody may read of.", **make.internal())
    search = saved(people.member)
    answer = Client().get(own_path(search))
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    feed = read(answer)
    assert feed.findtext(f"{ATOM}title") == "Dams"
    assert texts(feed, "title")[0] == "2 more statements for members fit"
    assert len(texts(feed, "title")) == 2
    assert b"nobody may read" not in answer.content
    guid = f"http://testserver/searches/{search.public_id}/"
    assert (feed.findtext(f"{ATOM}id"), texts(feed, "id")[0]) == (guid, f"{guid}#members")
    assert links(feed)["self"] == f"http://testserver{own_path(search)}"
    # What it asks for is saved: an address that asks for more is not taken for narrower.
    refused = Client().get(f"{own_path(search)}?topic=water")
    assert refused.status_code == 400
    assert "“topic” is not understood here." in refused.content.decode()
    assert Client().get(f"{own_path(search)[:-2]}xx/?topic=water").status_code == 404
    assert conditional(Client(), own_path(search), answer).status_code == 304
    # What only members see raises no stamp of the public's, and yet this feed is told anew.
    said(3, **make.internal())
    renewed = conditional(Client(), own_path(search), answer)
    assert texts(read(renewed), "title")[0] == "3 more statements for members fit"


def test_confidential_rows_change_no_byte_of_any_feed(people: Cast) -> None:
    closed = make.compartment(members=(people.member,))
    row, source = said(0), make.source()
    said(1, **make.internal())
    address = own_path(saved(people.member))
    before = Client().get(address)
    said(2, citations=(Citation(source=source),), visit=row.visit, **make.confidential(closed))
    said(3, citations=(Citation(source=source),), visit=row.visit, **{**make.draft(), "published_at": None})
    assert Statement.objects.visible_to(people.member).count() == 3
    after = Client().get(address)
    assert (after.content, after.headers["ETag"]) == (before.content, before.headers["ETag"])


@pytest.mark.parametrize("lost", ["role", "account", "key", "search", "wrong"])
def test_a_feed_whose_reader_may_not_read_it_answers_like_one_that_never_was(lost: str, people: Cast) -> None:
    said()
    search = saved(people.member)
    address = own_path(search)
    assert Client().get(address).status_code == 200
    person = people.member
    if lost == "role":
        type(person).objects.filter(pk=person.pk).update(role="reader")
    if lost == "account":
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    if lost == "key":
        renew_feed_address(search=search, by=person)
    if lost == "search":
        search.delete()
    if lost == "wrong":
        address = reverse("saved_feed", args=[search.public_id, "0" * 64])
    missing = Client().get(reverse("saved_feed", args=["nosuchsearch1111", "0" * 64]))
    answer = Client().get(address)
    assert answer.status_code == missing.status_code == 404
    assert answer.content == missing.content
    assert dict(answer.headers) == dict(missing.headers)


def test_a_renewed_address_is_another_and_opens(people: Cast) -> None:
    search = saved(people.member)
    old = own_path(search)
    renew_feed_address(search=search, by=people.member)
    new = own_path(again(search))
    assert new != old
    assert Client().get(new).status_code == 200


def test_the_key_does_not_stand_in_the_database(people: Cast) -> None:
    search = saved(people.member)
    key = own_path(search).split("/")[-2]
    assert len(key) == 64
    stored = SavedSearch.objects.filter(pk=search.pk).values().get()
    assert all(key not in str(value) for value in stored.values())


def test_the_list_names_its_feed(db: None) -> None:
    page = Client().get("/statements/?country=QQA&q=law&page=1").content.decode()
    assert (
        'type="application/atom+xml" title="Atom feed of this search" href="/statements/feed/?q=law&amp;country=qqa"'
        in page
    )
    assert '<a href="/statements/feed/?q=law&amp;country=qqa"' in page
