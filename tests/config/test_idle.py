"""Whoever does nothing for half an hour is signed out, without losing a word; sessions are listed and ended."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.cast import name_on, signed_in
from tests.second_factor import signed_in_by_password, with_password

MINUTES = 30


def test_who_does_nothing_for_half_an_hour_is_signed_out_and_told(people, clock):
    client = signed_in(people.editor)
    assert name_on(client)
    clock(MINUTES - 1)
    assert name_on(client)
    clock(MINUTES)
    late = client.get("/desk/")
    assert late.headers["Location"] == "/accounts/login/?next=/desk/"
    again = signed_in(people.editor)
    assert name_on(again)
    clock(MINUTES)
    html = again.get("/").content.decode()
    assert "You were signed out, since nothing happened for a while." in html
    assert "Signed in as" not in html
    assert "You were signed out" not in again.get("/").content.decode()


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(people, clock):
    client = signed_in(people.editor)
    assert name_on(client)
    for _beat in range(MINUTES - 1):
        clock(1)
        assert client.post(reverse("desk_presence", args=["source:new"])).status_code == 200
    clock(1)
    assert client.post(reverse("desk_presence", args=["source:new"])).status_code == 302
    assert not name_on(client)


def test_typing_keeps_somebody_signed_in(people, clock):
    client = signed_in(people.editor)
    for _word in range(MINUTES * 3):
        clock(1)
        assert client.get(reverse("account_stay")).status_code == 204
    assert name_on(client)


def test_a_form_that_comes_too_late_is_given_back_with_all_that_was_typed(people, clock):
    client = signed_in(people.editor)
    assert name_on(client)
    clock(MINUTES + 1)
    sent = {"title": "A title", "text": "What took me an hour to type, & more."}
    late = client.post(reverse("desk_source_new"), sent, headers={"origin": "http://testserver"})
    assert late.status_code == 403
    assert "What took me an hour to type, &amp; more." in late.content.decode()
    # Nor does it leave the device on which it may be kept.
    assert "Clear-Site-Data" not in late.headers
    assert not name_on(client)


def test_activity_is_written_down_once_a_minute(people, clock, django_assert_num_queries):
    client = signed_in(people.reader)
    client.get(reverse("account_stay"))
    with django_assert_num_queries(2):
        client.get(reverse("account_stay"))
    clock(2)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("account_stay"))
    assert sum("UPDATE" in query["sql"] for query in asked) == 1


def test_the_page_of_the_signed_in_carries_the_warning_and_that_of_others_does_not(people):
    html = signed_in(people.reader).get("/").content.decode()
    assert 'data-idle="30"' in html
    assert "js/idle.js" in html
    assert 'data-idle="30"' in signed_in(people.admin).get("/admin/").content.decode()
    for address in ("/", "/accounts/login/"):
        assert "idle" not in Client().get(address).content.decode()


def test_sessions_are_listed_and_ended_one_by_one(people):
    member = with_password(people.member)
    mine, other, third = (signed_in_by_password(member) for _session in range(3))
    stranger = signed_in_by_password(with_password(people.editor))
    html = mine.get(reverse("account_sessions")).content.decode()
    assert html.count("since ") == 3
    assert html.count("<strong>this one</strong>") == 1
    keys = [part.partition('"')[0] for part in html.split('name="session" value="')[1:]]
    assert len(keys) == 4 and keys[3] == "others"
    assert other.session.session_key not in html
    # Nobody ends another's.
    stranger.post(reverse("account_sessions"), {"session": keys[1]})
    assert all(name_on(client) for client in (mine, other, third, stranger))
    mine.post(reverse("account_sessions"), {"session": keys[1]})
    assert name_on(mine) and sorted([name_on(other), name_on(third)]) == [False, True]
    mine.post(reverse("account_sessions"), {"session": "others"})
    assert name_on(mine) and not name_on(other) and not name_on(third) and name_on(stranger)
    ended = mine.post(reverse("account_sessions"), {"session": keys[0]})
    assert ended.headers["Location"] == reverse("account_login")
    assert not name_on(mine)


def test_nothing_but_the_public_pages_may_be_stored(people):
    visit = factories.visit(workflow="published", visibility="public")
    for address in ("/", "/visits/", f"/visits/{visit.slug}/", "/nowhere", "/visits.csv", "/statements/feed/"):
        assert "no-store" not in Client().get(address).headers.get("Cache-Control", ""), address
        assert signed_in(people.admin).get(address).headers["Cache-Control"] == "private, no-store", address
    for address in (
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/invitation/none/",
        "/accounts/2fa/authenticate/",
        "/accounts/inactive/",
        "/desk/",
        "/admin/",
        "/admin/login/",
        "/searches/",
        "/accounts/2fa/",
    ):
        assert "no-store" in Client().get(address).headers["Cache-Control"], address
