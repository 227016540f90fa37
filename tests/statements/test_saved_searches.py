"""Searches that somebody keeps: theirs alone, a hundred at most, with nothing typed lost."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from statements import saved_search_actions as actions
from statements.feeds import own_path
from statements.models import SavedSearch
from statements.search_words import described, in_a_line
from tests import factories as make
from tests.cast import Cast, again, signed_in
from visits.models import VisitLeg

PAGE = "/searches/"


def saved(person: Any, query: str = "q=dam", **fields: Any) -> SavedSearch:
    return SavedSearch.objects.create(**{"user": person, "name": "Dams", "query": query, **fields})


def shown(answer: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", answer.content.decode()))


# Actions.


def test_a_search_is_kept_once_however_often_its_form_is_sent(people: Cast) -> None:
    for _n in range(2):
        actions.save_search(by=people.reader, name="Dams", query="q=dam", frequency="daily")
    (kept,) = SavedSearch.objects.all()
    assert (kept.user, kept.looked_on) == (people.reader, kept.told_until.date())
    with pytest.raises(ValidationError, match="already, as “Dams”"):
        actions.save_search(by=people.reader, name="Others", query="q=dam", frequency="daily")
    # Another's search is no obstacle.
    actions.save_search(by=people.member, name="Mine", query="q=dam", frequency="none")
    assert SavedSearch.objects.count() == 2


def test_a_hundred_are_kept_and_no_more(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert actions.MOST_SEARCHES == 100
    monkeypatch.setattr(actions, "MOST_SEARCHES", 2)
    saved(people.member)
    for n in range(2):
        actions.save_search(by=people.reader, name="Dams", query=f"year={2000 + n}", frequency="none")
    with pytest.raises(ValidationError, match="You have saved 2 searches"):
        actions.save_search(by=people.reader, name="Dams", query="year=2009", frequency="none")
    assert SavedSearch.objects.visible_to(people.reader).count() == 2


def test_mails_begin_with_what_is_published_after_they_were_chosen(people: Cast) -> None:
    search = saved(people.reader, told_until="2020-01-01T00:00:00Z")
    search = again(search)
    actions.change_search(search=search, by=people.reader, name="Dams", frequency="none")
    assert again(search).told_until.year == 2020
    actions.change_search(search=again(search), by=people.reader, name="Dams", frequency="weekly")
    begun = again(search)
    assert begun.told_until.year > 2020
    assert begun.looked_on == begun.told_until.date()
    actions.change_search(search=begun, by=people.reader, name="Dams and more", frequency="daily")
    assert (again(search).told_until, again(search).name) == (begun.told_until, "Dams and more")


def test_a_change_leaves_alone_what_a_mail_has_settled_meanwhile(people: Cast) -> None:
    search = saved(people.reader, frequency="daily")
    SavedSearch.objects.update(told_until="2030-01-01T00:00:00Z")
    actions.change_search(search=search, by=people.reader, name="Rivers", frequency="weekly")
    actions.renew_feed_address(search=search, by=people.reader)
    assert (again(search).told_until.year, again(search).name) == (2030, "Rivers")


def test_nobody_else_changes_a_search(people: Cast) -> None:
    search = saved(people.reader)
    for deed in (
        lambda: actions.change_search(search=search, by=people.admin, name="x", frequency="none"),
        lambda: actions.delete_search(search=search, by=people.admin),
        lambda: actions.renew_feed_address(search=search, by=people.admin),
    ):
        with pytest.raises(PermissionDenied):
            deed()
    assert again(search).feed_key == search.feed_key


def test_searches_go_with_their_account(people: Cast) -> None:
    person = make.user()
    saved(person)
    person.delete()
    assert not SavedSearch.objects.exists()


# Words.


def test_searches_are_told_in_words_by_one_query(people: Cast) -> None:
    country = make.country(iso3="QQA", name="Ruritania")
    water, inner = make.topic(slug="water", name="Clean water"), make.topic(slug="inner", name="Inner matter")
    ada = make.person(name="Ada Ink", slug="ada-ink")
    visit = make.visit(legs=(VisitLeg(country=country),), mandates=(make.mandate(slug="law", scope="Law"),))
    ministry = make.organisation(name="Ministry of Rivers", slug="rivers")
    make.statement(visit=visit, topics=(water,), speakers=(make.speaker(person=ada, side="government"),
                                                           make.speaker(organisation=ministry)))  # fmt: skip
    make.statement(topics=(inner,), **make.internal())
    asked = [
        "", "q=dam&act=denies&column=civil&verdict=match&year=2022", "topic=water&country=qqa&mandate=law&language=km",
        "speaker=person%3Aada-ink&topic=inner", "speaker=organisation%3Arivers", "speaker=mandate%3Alaw", "topic=gone",
        "organisation=rivers",
    ]  # fmt: skip
    with CaptureQueriesContext(connection) as found:
        lines = [in_a_line(words) for words in described(asked, people.reader)]
    assert len(found) == 1
    assert lines == [
        "All statements", "dam · Denies · Civil society · Quoted words match · 2022",
        "Clean water · Ruritania · Law · Khmer", "Ada Ink · no longer in the record", "Ministry of Rivers", "Law",
        "no longer in the record", "Ministry of Rivers",
    ]  # fmt: skip
    (words,) = described(["topic=inner&source=news"], people.member)
    assert words == [("Topic", "Inner matter"), ("Kind of source", "News")]
    with CaptureQueriesContext(connection) as found:
        described(["q=dam", "act=denies"], people.reader)
    assert len(found) == 0


# Pages.


def test_the_list_offers_to_save_the_search_to_whoever_is_signed_in(people: Cast) -> None:
    address = "/statements/?q=dam&act=denies&page=1"
    assert PAGE not in Client().get(address).content.decode()
    page = signed_in(people.outsider).get(address).content.decode()
    assert '<form class="kept" action="/searches/" method="post">' in page
    assert 'name="query" value="q=dam&amp;act=denies"' in page
    assert 'name="name" value="dam · Denies"' in page
    assert 'value="All statements"' in signed_in(people.outsider).get("/statements/").content.decode()


@pytest.mark.parametrize("role", ["outsider", "reader", "member", "editor", "reviewer", "admin"])
def test_everybody_who_is_signed_in_keeps_searches(role: str, people: Cast) -> None:
    client = signed_in(people.named(role))
    sent = {"name": " Dams\r\nBcc: x ", "query": "page=4&q=dam&act=sings", "frequency": "weekly"}
    answer = client.post(PAGE, sent, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    (kept,) = SavedSearch.objects.all()
    assert (kept.user, kept.name, kept.query) == (people.named(role), "Dams Bcc: x", "q=dam")
    page = shown(answer)
    assert "“Dams Bcc: x” is saved." in page
    assert '<a href="/statements/?q=dam">Dams Bcc: x</a>' in page
    assert '<option value="weekly" selected>' in page
    feed = own_path(kept) if role in {"member", "editor", "reviewer", "admin"} else "/statements/feed/?q=dam"
    assert f'value="http://testserver{feed}" readonly' in page
    assert Client().get(feed).status_code == 200


def test_nobody_who_is_not_signed_in_has_a_page(db: None) -> None:
    for method in ("get", "post"):
        answer = getattr(Client(), method)(PAGE)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/")


def test_what_cannot_be_saved_stands_on_the_page_as_it_was_typed(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_SEARCHES", 1)
    client = signed_in(people.reader)
    saved(people.reader)
    cases = {
        "You have saved 1 searches, and no more": {"name": "Rivers of all kinds", "query": "q=river"},
        "already, as “Dams”": {"name": "Rivers of all kinds", "query": "q=dam"},
        "at most 100 characters": {"name": "Rivers of all kinds" * 9, "query": "q=river"},
        "This field is required": {"name": "", "query": "q=river"},
        "not one of the available choices": {"name": "Rivers of all kinds", "query": "q=river", "frequency": "hourly"},
        "Null characters": {"name": "Rivers of all kinds\x00", "query": "q=river"},
    }
    for told, sent in cases.items():
        answer = client.post(PAGE, {"frequency": "daily", **sent})
        page = shown(answer)
        assert answer.status_code == 400
        assert told in page
        assert "This search is not saved yet" in page
        assert f'name="query" value="{sent["query"]}"' in page
        assert sent["name"].replace("\x00", "") in page.replace("\x00", "")
    assert '<option value="daily" selected>' in shown(client.post(PAGE, {"frequency": "daily", "query": "q=river"}))
    assert SavedSearch.objects.count() == 1


def test_a_search_is_renamed_gets_mails_another_feed_address_and_is_deleted(people: Cast) -> None:
    client, search = signed_in(people.member), saved(people.member)
    own = f"{PAGE}{search.public_id}/"
    page = shown(client.post(own, {"name": "Rivers", "frequency": "daily"}, follow=True))
    assert "“Rivers” is changed." in page
    assert (again(search).name, again(search).frequency) == ("Rivers", "daily")
    wrong = client.post(own, {"name": "R" * 101, "frequency": "weekly"})
    assert wrong.status_code == 400
    assert "R" * 101 in shown(wrong)
    assert again(search).name == "Rivers"
    old = own_path(again(search))
    page = shown(client.post(f"{own}address/", follow=True))
    assert "has a new address" in page
    assert old not in page
    assert Client().get(old).status_code == 404
    page = shown(client.post(f"{own}delete/", follow=True))
    assert "“Rivers” is deleted." in page
    assert "You have saved no search yet" in page
    assert not SavedSearch.objects.exists()


def test_anothers_search_answers_like_one_that_never_was(people: Cast) -> None:
    search = saved(people.member, name="Whose dams")
    sent = {"name": "Mine", "frequency": "daily"}
    for role in ("outsider", "reader", "admin"):
        client = signed_in(people.named(role))
        assert "Whose dams" not in shown(client.get(PAGE))
        for part in ("", "address/", "delete/"):
            missing = client.post(f"{PAGE}nosuchsearch1111/{part}", sent)
            theirs = client.post(f"{PAGE}{search.public_id}/{part}", sent)
            assert (theirs.status_code, theirs.content) == (404, missing.content)
    kept = again(search)
    assert (kept.name, kept.feed_key) == ("Whose dams", search.feed_key)


def test_the_page_says_where_mails_go_or_that_none_can(people: Cast) -> None:
    client = signed_in(people.reader)
    assert "No mail can be sent to you: your account has no e-mail address." in shown(client.get(PAGE))
    people.reader.email = "reader@example.org"
    people.reader.save()
    page = shown(client.get(PAGE))
    assert "Mails go to reader@example.org." in page
    assert "No mail can be sent" not in page


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_page_costs_the_same_queries_for_one_search_and_for_three(people: Cast) -> None:
    client = signed_in(people.member)
    counts = []
    for more in (1, 2):
        for _n in range(more):
            topic = make.topic()
            make.statement(topics=(topic,))
            saved(people.member, query=f"q=dam&topic={topic.slug}&country=khm")
        counts.append(queries(client, PAGE))
    # Session, person, searches, names.
    assert counts == [4, 4]


def test_pages_of_signed_in_people_lead_to_their_searches(people: Cast) -> None:
    assert f'<a href="{PAGE}">' in signed_in(people.outsider).get("/").content.decode()
    assert reverse("saved_searches") not in Client().get("/").content.decode()
