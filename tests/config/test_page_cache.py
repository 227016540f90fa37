"""Public pages from the cache: fresh at the next request, the same for everybody, and never anybody's own."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from config import page_cache
from config.public import CACHED_PAGES, FILES, PUBLIC_PAGES, WAY_IN
from statements.models import StatementText
from tests import factories as make
from tests.cast import signed_in
from visits import actions
from visits.models import Alias, PublicationStamp

pytestmark = pytest.mark.django_db

MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


@pytest.fixture(autouse=True)
def kept(settings):
    """Turn the cache on, empty."""
    settings.CACHES = {"default": {**MEMORY, "LOCATION": "default"}, "pages": {**MEMORY, "LOCATION": "pages"}}
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def said():
    visit = make.visit()
    return make.statement(visit=visit, texts=(make.text("The dam is safe."),))


def page(said, client=None, **headers):
    return (client or Client()).get(said.get_absolute_url(), headers=headers)


def test_the_second_reader_costs_one_query_and_gets_the_same_bytes(said, django_assert_num_queries):
    first = page(said)
    with django_assert_num_queries(1):
        second = page(said)
    assert b"The dam is safe." in second.content
    assert first.content == second.content
    assert dict(first.headers) == dict(second.headers)


def test_what_a_page_says_of_itself_does_not_depend_on_the_cache(said, settings):
    kept = page(said)
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    afresh = page(said)
    assert kept.content == afresh.content
    assert dict(afresh.headers).items() <= dict(kept.headers).items() | {("Vary", afresh.headers["Vary"])}
    assert kept.headers.keys() - afresh.headers.keys() == {"ETag", "Cache-Control"}
    assert kept.headers["Cache-Control"] == "no-cache"
    assert {"Cookie", "Accept-Encoding"} <= {name.strip() for name in kept.headers["Vary"].split(",")}


def test_bodies_are_kept_compressed_and_given_as_the_reader_takes_them(said):
    plain = page(said)
    packed = page(said, **{"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed.headers["Content-Length"]) == len(packed.content) < len(plain.content) / 2
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_who_has_the_page_already_is_told_so(said, django_assert_num_queries):
    etag = page(said).headers["ETag"]
    with django_assert_num_queries(1):
        again = page(said, **{"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == etag and again.headers["Cache-Control"] == "no-cache"
    assert page(said, **{"If-None-Match": '"other"'}).status_code == 200
    assert page(said, **{"If-None-Match": "*"}).status_code == 304
    caches["pages"].clear()
    assert page(said, **{"If-None-Match": etag}).status_code == 304


def changes(said):
    """Yield what can be changed of a page about `said`, each with the words that it shows from then on."""
    visit, person = said.visit, said.speakers.first().person
    topic = make.topic(name="Old topic")
    country = visit.legs.first().country

    def words():
        text = StatementText.objects.get(statement=said)
        text.text = "The dam is unsafe."
        actions.save_part(part=text, by=None)

    def rename(row, name):
        def change():
            row.refresh_from_db()
            setattr(row, name, f"Changed {name} of a {row._meta.model_name}")
            actions.save_part(part=row, by=None)

        return change

    yield said.get_absolute_url(), words, "The dam is unsafe."
    yield said.get_absolute_url(), rename(person, "name"), "Changed name of a person"
    yield visit.get_absolute_url(), rename(country, "name"), "Changed name of a country"
    yield (
        visit.get_absolute_url(),
        lambda: make.meeting(visit=visit, title="A new meeting", **make.published()),
        "A new meeting",
    )
    yield (
        "/statements/",
        lambda: make.statement(visit=visit, texts=(make.text("A second claim."),), topics=(topic,)),
        "A second claim.",
    )
    yield "/topics/", rename(topic, "name"), "Changed name of a topic"
    yield (
        "/search/?q=nickname",
        lambda: actions.save_part(part=Alias(person=person, text="Nickname"), by=None),
        "Changed name of a person",
    )
    yield (
        visit.get_absolute_url(),
        lambda: actions.add_step(visit=visit, by=None, step=make.step("cancelled")),
        "ancelled",
    )


def test_a_published_change_is_there_at_the_next_request(said):
    seen = 0
    for address, change, words in changes(said):
        client = Client()
        assert words not in client.get(address).content.decode(), address
        assert words not in client.get(address).content.decode(), address
        change()
        assert words in client.get(address).content.decode(), (address, words)
        seen += 1
    assert seen == 8


def test_what_is_withdrawn_is_gone_at_the_next_request(said):
    assert page(said).status_code == 200
    reviewer = make.user(role="reviewer")
    said.refresh_from_db()
    actions.withdraw(record=said, by=reviewer, note="It was another dam.")
    assert page(said).status_code == 410
    assert b"The dam is safe." not in Client().get("/statements/").content


def test_what_is_hidden_changes_neither_bytes_nor_mark(said):
    addresses = ["/", "/statements/", "/people/", "/topics/", "/search/?q=dam", said.visit.get_absolute_url()]
    before = [Client().get(address) for address in addresses]
    make.statement(visit=said.visit, texts=(make.text("The dam is a hidden one."),), **make.draft())
    make.meeting(visit=said.visit, visibility="internal", workflow="published")
    make.person(name="Hidden person"), make.topic(name="Hidden topic")
    after = [Client().get(address) for address in addresses]
    assert [row.content for row in before] == [row.content for row in after]
    assert [row.headers["ETag"] for row in before] == [row.headers["ETag"] for row in after]


def test_who_is_signed_in_neither_fills_the_cache_nor_is_served_from_it(said, people):
    assert "no-store" in page(said, signed_in(people.editor)).headers["Cache-Control"]
    assert not caches["pages"]._cache
    page(said)
    own = page(said, signed_in(people.editor))
    assert "ETag" not in own.headers and b"Sign out" in own.content
    assert b"Sign out" not in page(said).content


def test_an_unknown_cookie_changes_nothing_and_a_message_is_its_readers_own(said, django_assert_num_queries):
    client = Client()
    page(said)
    client.cookies["csrftoken"] = "x" * 32
    client.cookies["other"] = "y"
    with django_assert_num_queries(1):
        page(said, client)
    client.cookies["messages"] = "z"
    assert "ETag" not in page(said, client).headers


@pytest.mark.parametrize(
    "address", ["/nothing/", "/accounts/login/", "/health/ready", "/statements/nothing/", "/desk/"]
)
def test_what_is_no_public_page_is_not_kept(address):
    Client().get(address)
    assert not caches["pages"]._cache


def test_what_is_kept_is_every_public_page_but_these():
    # A form carries a mark of its own for each who opens it.
    own = {"statement_feed", "saved_feed", "saved_search_stop", "suggest", "report"}
    files = FILES | {f"{kind}_briefing_file" for kind in ("visit", "country", "topic", "comparison")}
    assert {"visit_export", "visit_calendar", "statement_export", "person_popolo", "country_feed"} < FILES
    machine = {"health_live", "health_ready", "robots"}
    assert own | files | machine | WAY_IN == PUBLIC_PAGES - CACHED_PAGES
    assert len(CACHED_PAGES) == 38


def test_long_questions_and_other_methods_are_not_kept(said):
    Client().get("/search/", {"q": "x" * 600})
    Client().post(said.get_absolute_url())
    assert not caches["pages"]._cache
    assert Client().head(said.get_absolute_url()).headers["ETag"] == page(said).headers["ETag"]


def test_each_address_has_its_own_page():
    make.visit()
    pages = {Client().get(address).content for address in ("/visits/", "/visits/?sort=oldest", "/visits/?q=x")}
    assert len(pages) == 3
    assert Client().get("/visits/", headers={"host": "nobody.example"}).status_code == 400


def test_the_day_turns_at_midnight_utc(said, monkeypatch, django_assert_num_queries):
    for day, queries in ((10, None), (10, 1), (11, None)):
        monkeypatch.setattr(timezone, "now", lambda day=day: datetime(2026, 1, day, 23, 59, tzinfo=UTC))
        if queries:
            with django_assert_num_queries(queries):
                page(said)
        else:
            before = len(caches["pages"]._cache)
            page(said)
            assert len(caches["pages"]._cache) == before + 1


def test_another_version_of_the_program_keeps_pages_of_its_own(said, monkeypatch):
    page(said)
    monkeypatch.setattr(page_cache, "RELEASE", "another")
    page(said)
    assert len(caches["pages"]._cache) == 2


def test_a_new_stamp_empties_the_cache(said):
    client = Client()
    for address in ("/", "/visits/", "/topics/"):
        client.get(address)
    assert len(caches["pages"]._cache) == 3
    actions.raise_stamp()
    client.get("/")
    assert len(caches["pages"]._cache) == 1


def test_the_stamp_is_read_as_it_stands():
    PublicationStamp.objects.all().delete()
    assert page_cache.read_stamp() == "0"
    assert actions.raise_stamp() == 1
    first = page_cache.read_stamp()
    assert first.startswith("1 ")
    # The number comes again where a backup was restored; the moment does not.
    PublicationStamp.objects.all().delete()
    actions.raise_stamp()
    assert page_cache.read_stamp() != first


def test_what_was_built_while_something_was_published_is_not_kept(said, monkeypatch):
    stamps = iter(["5", "6"])
    monkeypatch.setattr(page_cache, "read_stamp", lambda: next(stamps))
    assert b"The dam is safe." in page(said).content
    assert not caches["pages"]._cache


@pytest.mark.parametrize("visibility", ["internal", "public"])
def test_the_number_of_meetings_that_are_only_counted_is_fresh(said, visibility):
    reviewer, address = make.user(role="reviewer"), said.visit.get_absolute_url()
    values = []
    # Fewer than five are not told of.
    for _n in range(5):
        make.meeting(visit=said.visit, published_as="count", workflow="published", visibility="internal")
    meeting = make.meeting(visit=said.visit, visibility=visibility, published_as="count", workflow="in_review")
    for step in (None, actions.publish, actions.withdraw):
        before = page_cache.read_stamp()
        if step is not None:
            meeting.refresh_from_db()
            step(record=meeting, by=reviewer)
            assert page_cache.read_stamp() != before
        values.append(Client().get(address).content)
    assert values[0] != values[1] != values[2]


def test_several_processes_share_a_table_of_pages(said, settings):
    table = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "pages"}
    settings.CACHES = {**settings.CACHES, "pages": table}
    call_command("createcachetable", verbosity=0)
    one, other = Client(), Client()
    assert page(said, one).content == page(said, other).content
    text = StatementText.objects.get(statement=said)
    text.text = "The dam is unsafe."
    actions.save_part(part=text, by=None)
    for client in (one, other):
        assert b"The dam is unsafe." in page(said, client).content
