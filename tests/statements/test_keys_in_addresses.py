"""Addresses of files, feeds and calendars: a key that is not on record is told, and each wrong part once and in few."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from statements.feeds import own_path
from statements.models import SavedSearch
from tests import factories as make
from tests.cast import Cast, signed_in
from visits import actions

FILES = ("csv", "xlsx", "json", "jsonl")
FOLLOWED = {
    "visits": ("atom", "ics"), "meetings": ("atom", "ics"), "commitments": ("atom", "ics"), "statements": ("atom",),
    **dict.fromkeys(("people", "organisations", "countries", "mandates", "topics", "sources"), ("atom",)),
}  # fmt: skip
# Of each list the filters that name a row; of a speaker the kind stands before the key.
NAMING = {
    "visits": ("country", "region", "mandate", "holder", "topic"),
    "statements": ("topic", "country", "mandate", "speaker", "organisation"),
    "commitments": ("country", "mandate"),
    "meetings": ("visit", "country", "mandate", "person", "organisation", "topic"),
    "people": ("organisation", "mandate"),
    "organisations": ("country", "parent"),
    "countries": ("region",),
    "mandates": ("country",),
    "topics": ("parent",),
}


def told(value: str) -> str:
    return f"“{value}” names nothing here."


@pytest.mark.parametrize("kind", NAMING)
def test_a_key_that_is_not_on_record_is_told_and_no_empty_list_is_taken_for_an_answer(kind: str, db: None) -> None:
    make.visit()
    client = Client()
    for name in NAMING[kind]:
        value = "person:zzz" if name == "speaker" else "zzz"
        for end in (*FILES, *FOLLOWED[kind]):
            address = f"/{kind}.{end}?{name}={value}&page=1"
            for answer in (client.get(address), client.get(address, headers={"if-none-match": "*"})):
                assert answer.status_code == 400, address
                assert told(value) in answer.content.decode(), address
                assert answer.headers["X-Robots-Tag"] == "noindex"
                assert "ETag" not in answer.headers
            assert client.head(address).status_code == 400, address
        # A page has place for a note: it says that nothing fits.
        if kind in {"visits", "statements", "commitments"}:
            assert client.get(f"/{kind}/?{name}={value}").status_code == 200
    assert client.get("/statements/feed/?topic=zzz").status_code == 400


def test_several_keys_are_told_each_and_what_is_no_key_narrows_as_before(db: None) -> None:
    text = Client().get("/meetings.csv?country=xkx&topic=tpyo&year=1999").content.decode()
    assert told("xkx") in text
    assert told("tpyo") in text
    assert "1999" not in text
    for address in ("/sources.csv?language=zzz", "/sources.csv?symbol=zzz", "/people.csv?q=zzz", "/visits.csv?q=zzz"):
        assert Client().get(address).status_code == 200
    # What is not understood is told first, and nothing is looked for.
    text = Client().get("/meetings.csv?topic=tpyo&year=never").content.decode()
    assert "“never” is not understood" in text
    assert "tpyo" not in text


def test_a_hidden_key_and_a_missing_one_are_told_in_the_same_bytes(people: Cast) -> None:
    topic, person = make.topic(slug="canary"), make.person(slug="canary")
    organisation, visit = make.organisation(slug="canary"), make.visit(slug="canary", **make.internal())
    # What only members may see names them all.
    make.statement(
        visit=visit, topics=(topic,), **make.internal(),
        speakers=(make.speaker(person=person), make.speaker(organisation=organisation, side="civil_society")),
    )  # fmt: skip
    named: Any = {
        "visits": ("topic",), "statements": ("topic", "organisation", "speaker"), "topics": ("parent",),
        "meetings": ("visit", "person", "organisation", "topic"), "people": ("organisation",),
        "organisations": ("parent",),
    }  # fmt: skip
    for kind, names in named.items():
        for name in names:
            before = "organisation:" if name == "speaker" else ""
            for end in (*FILES, *FOLLOWED[kind]):
                address = f"/{kind}.{end}?{name}={before}"
                found, none = Client().get(f"{address}canary"), Client().get(f"{address}missed")
                assert (found.status_code, none.status_code) == (400, 400), address
                assert found.content == none.content.replace(b"missed", b"canary"), address
            # Whoever may see the row has a file; feeds and calendars are those of everybody.
            member = signed_in(people.member)
            assert member.get(f"/{kind}.json?{name}={before}canary").status_code == 200, (kind, name)
            for end in FOLLOWED[kind]:
                assert member.get(f"/{kind}.{end}?{name}={before}canary").status_code == 400, (kind, name)


def test_a_key_that_is_on_record_is_understood_in_any_case_that_its_filter_takes(db: None) -> None:
    here = make.country(region="Inkia")
    make.visit()
    for value in (here.iso3, here.iso3.lower()):
        for address in ("/visits.csv", "/visits.atom", "/meetings.ics", "/mandates.json", "/statements/feed/"):
            assert Client().get(f"{address}?country={value}").status_code == 200
    for value in ("Inkia", "inkia", "INKIA"):
        assert Client().get(f"/visits.ics?region={value}").status_code == 200
        assert Client().get(f"/countries.atom?region={value}").status_code == 200


def test_a_public_feed_whose_topic_is_gone_says_so_and_a_secret_one_is_empty(people: Cast) -> None:
    topic = make.topic(slug="water")
    told_of = make.statement(topics=(topic,))
    search = SavedSearch.objects.create(user=people.member, name="Water", query="topic=water")
    assert Client().get("/statements.atom?topic=water").content.count(b"<entry>") == 1
    assert Client().get(own_path(search)).content.count(b"<entry>") == 1
    actions.withdraw(record=told_of, by=people.reviewer, note="Not so.")
    assert Client().get("/statements.atom?topic=water").status_code == 400
    type(topic).objects.filter(pk=topic.pk).update(slug="rivers")
    followed = Client().get(own_path(search))
    assert followed.status_code == 200
    assert followed.content.count(b"<entry>") == 0


LISTS = [(kind, end) for kind, ends in FOLLOWED.items() for end in ("csv", *ends)]


@pytest.mark.parametrize(("kind", "end"), LISTS)
def test_of_many_names_that_are_no_filter_five_are_told(kind: str, end: str, db: None) -> None:
    for number, told_of, more in ((5, 5, ""), (6, 5, "And 1 more."), (900, 5, "And 895 more.")):
        text = Client().get(f"/{kind}.{end}?" + "&".join(f"x{one}=1" for one in range(number))).content.decode()
        assert text.count("is no filter of this list.") == told_of
        assert more in text
        assert ("more." in text) == bool(more)


def test_a_name_without_a_letter_is_left_aside_and_a_wrong_value_is_told_once(db: None) -> None:
    make.visit()
    for address in ("/visits.csv", "/visits.ics", "/visits.atom", "/statements/feed/", "/people.popolo.json"):
        for query in ("?&&&", "?=", "?&&&=&", "?=x&page=1"):
            assert Client().get(f"{address}{query}").status_code == 200, (address, query)
    for kind, name in (("visits", "status"), ("statements", "act")):
        for value in ("flying", "x" * 300):
            assert "is not understood as" in Client().get(f"/{kind}.csv?{name}={value}").content.decode()
            for other in (value, "swimming"):
                text = Client().get(f"/{kind}.csv?{name}={value}&{name}={other}").content.decode()
                assert text.count(f"“{name}” stands there more than once.") == 1
                assert "is not understood" not in text


def test_where_there_are_no_filters_nothing_is_called_one(people: Cast) -> None:
    visit = make.visit()
    search = SavedSearch.objects.create(user=people.member, name="Water", query="q=water")
    for address in (f"/visits/{visit.slug}/visit.ics", f"/visits/{visit.slug}/feed.atom", "/people.popolo.json",
                    "/corrections.atom", own_path(search)):  # fmt: skip
        text = Client().get(f"{address}?x=1").content.decode()
        assert "“x” is not understood here." in text, address
        assert "filter" not in text, address


def test_a_feed_is_for_no_index_and_its_head_reads_no_row(
    people: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    visit = make.visit()
    make.statement(visit=visit, act="commits")
    search = SavedSearch.objects.create(user=people.member, name="Water", query="q=water")
    addresses = [f"/{kind}.atom" for kind in FOLLOWED]
    addresses += ["/statements/feed/", "/corrections.atom", f"/visits/{visit.slug}/feed.atom", own_path(search)]
    for address in addresses:
        whole = Client().get(address)
        unchanged = Client().get(address, headers={"if-none-match": whole.headers["ETag"]})
        assert (whole.status_code, unchanged.status_code) == (200, 304)
        for answer in (whole, unchanged, Client().head(address)):
            assert answer.headers["X-Robots-Tag"] == "noindex", address
            assert answer.headers["ETag"] == whole.headers["ETag"], address

    def built(**_parts: Any) -> str:
        raise AssertionError("built")

    monkeypatch.setattr("statements.views.entry_feeds.atom_of", built)
    monkeypatch.setattr("statements.feeds.atom", built)
    for address in addresses:
        with pytest.raises(AssertionError, match="built"):
            Client().get(address)
        head = Client().head(address)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    with django_assert_max_num_queries(1):
        Client().head("/visits.atom")


def test_a_region_has_one_feed_and_one_id_however_it_is_written(db: None) -> None:
    make.country(region="Inkia")
    for kind in ("countries", "visits"):
        found = {Client().get(f"/{kind}.atom?region={value}").content for value in ("Inkia", "inkia", "INKIA")}
        assert len(found) == 1
        assert f"<id>http://testserver/{kind}.atom?region=inkia</id>".encode() in found.pop()
