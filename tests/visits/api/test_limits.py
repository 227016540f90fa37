"""How often the API answers, and to whose scripts."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from tests import factories as make
from tests.cast import signed_in
from tests.visits.api.test_tokens import bearing
from visits.api.resource import ROOT
from visits.token_actions import make_token

VISITS = f"{ROOT}visits/"


@pytest.fixture
def limits(settings):
    """Set limits that a test can reach, and count from nothing."""
    cache.clear()
    settings.API_LIMITS = {"stranger": "3/hour", "reader": "4/hour", "writer": "2/hour"}
    yield
    cache.clear()


def statuses(client: Client, times: int, **request: str) -> list[int]:
    """Return what so many requests are answered with."""
    return [client.get(VISITS, **request).status_code for _time in range(times)]


def test_an_address_is_answered_so_often_and_told_when_to_come_back(limits, db):
    assert statuses(Client(), 5) == [200, 200, 200, 429, 429]
    answer = Client().get(VISITS)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert statuses(Client(), 1, REMOTE_ADDR="192.0.2.7") == [200]


def test_a_network_of_ipv6_is_one_address(limits, db):
    for number in range(3):
        assert statuses(Client(), 1, REMOTE_ADDR=f"2001:db8::{number}") == [200]
    assert statuses(Client(), 1, REMOTE_ADDR="2001:db8::ffff:1") == [429]
    assert statuses(Client(), 1, REMOTE_ADDR="2001:db8:0:1::1") == [200]


def test_who_asks_is_not_taken_from_what_a_stranger_writes(limits, db):
    assert statuses(Client(headers={"x-forwarded-for": "192.0.2.1"}), 3) == [200, 200, 200]
    assert statuses(Client(headers={"x-forwarded-for": "192.0.2.2"}), 1) == [429]


def test_readers_and_tokens_have_limits_of_their_own(limits, people):
    assert statuses(Client(), 4)[-1] == 429
    _token, secret = make_token(by=people.editor, name="script")
    assert statuses(bearing(secret), 5) == [200, 200, 200, 200, 429]
    assert statuses(signed_in(people.member), 5) == [200, 200, 200, 200, 429]
    writing = [bearing(secret).post(f"{ROOT}topics/", {}, content_type="application/json") for _time in range(3)]
    assert [answer.status_code for answer in writing] == [400, 400, 429]


def test_what_is_counted_names_nobody(limits, people):
    Client().get(VISITS, REMOTE_ADDR="192.0.2.7")
    kept = " ".join(str(key) for key in cache._cache)
    assert "api-stranger-" in kept
    assert "192.0.2.7" not in kept


def test_scripts_of_other_sites_read_what_is_public_and_send_nobody_along(db):
    make.visit()
    answer = Client().get(VISITS, headers={"origin": "https://elsewhere.example.org"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    problem = Client().get(f"{VISITS}nothing/")
    assert problem.headers["Access-Control-Allow-Origin"] == "*"


def test_a_browser_is_told_that_other_sites_may_not_write(db):
    asked = {"origin": "https://elsewhere.example.org", "access-control-request-method": "POST"}
    answer = Client().options(VISITS, headers=asked)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "authorization" not in answer.headers["Access-Control-Allow-Headers"].lower()
    wrote = Client().post(VISITS, {}, content_type="application/json", headers=asked)
    assert "Access-Control-Allow-Origin" not in wrote.headers


def test_other_pages_are_open_to_no_script(db):
    assert "Access-Control-Allow-Origin" not in Client().get("/visits/").headers


def test_a_session_reads_and_never_writes(people):
    client = signed_in(people.editor)
    draft = make.visit(**make.draft())
    assert client.get(f"{VISITS}{draft.slug}/").status_code == 200
    assert Client().get(f"{VISITS}{draft.slug}/").status_code == 404
    body = {"name": "Anything"}
    assert client.post(f"{ROOT}topics/", body, content_type="application/json").status_code == 401


def test_what_somebody_signed_in_reads_is_kept_nowhere(people):
    make.visit()
    answer = signed_in(people.reader).get(VISITS)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers
    assert "Authorization" in answer.headers["Vary"]
