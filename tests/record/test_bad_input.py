"""Whatever is typed into an address gets a helpful page, never a fault of ours."""

from __future__ import annotations

import pytest
from django.test import Client

BAD = [
    ("/visits/?status=flying", 200, "is not understood as"),
    ("/visits/?kind=%F0%9F%98%80", 200, "is not understood as"),
    ("/visits/?year=0", 200, "is not understood as"),
    ("/visits/?year=99999999999999999999", 200, "is not understood as"),
    ("/visits/?year=-5", 200, "is not understood as"),
    ("/visits/?year=2022-13-45", 200, "is not understood as"),
    ("/visits/?year=NaN", 200, "is not understood as"),
    ("/visits/?year=2022.5", 200, "visits"),
    ("/visits/?country=zzz", 200, "No visit fits all of this"),
    ("/visits/?country=longer-than-a-code", 200, "is not understood as"),
    ("/visits/?mandate=%27%3B+drop+table", 200, "No visit fits all of this"),
    ("/visits/?topic=no-such-topic", 200, "No visit fits all of this"),
    ("/visits/?holder=nobody", 200, "No visit fits all of this"),
    ("/visits/?region=atlantis", 200, "No visit fits all of this"),
    ("/visits/?sort=sideways", 200, "is not understood as"),
    ("/visits/?page=1000000000", 200, "There is no such page"),
    ("/visits/?page=-1", 200, "There is no such page"),
    ("/visits/?page=abc", 200, "There is no such page"),
    ("/visits/?page=%F0%9F%98%80", 200, "There is no such page"),
    ("/visits/?page=" + "9" * 5000, 200, "There is no such page"),
    ("/visits/?q=%00", 400, "could not be read"),
    ("/visits/%00/", 400, "could not be read"),
    ("/visits/?q=" + "x" * 100_000, 400, "too long"),
    ("/visits/?q=" + "a+" * 3000, 200, "visits"),
    ("/visits/?q=%22%27%25_%5C", 200, "visits"),
    (
        "/visits/?q=%D8%A7%D9%84%20%E1%9E%81%E1%9F%92%E1%9E%98%E1%9F%82%E1%9E%9A",
        200,
        "No visit fits",
    ),
    ("/visits/?q=%ff%fe", 200, "visits"),
    ("/visits/?country=khm&country=jpn", 200, "visits"),
    ("/visits/?unknown=1", 200, "visits"),
    ("/search/?q=%00", 200, "Search"),
    ("/search/?q=" + "x" * 100_000, 200, "Only the first 400 characters"),
    ("/statements/?q=" + "x" * 100_000, 200, "Only the first 400 characters"),
    ("/search/?q=%22%27%25_%5C", 200, "no word to look for"),
    ("/search/?q=%F0%9F%98%80", 200, "no word to look for"),
    ("/statements/?topic=no-such-topic", 200, "No statement fits all of this"),
    ("/statements/?verdict=maybe", 200, "is not understood as"),
    ("/statements/?page=1000000000", 200, "There is no such page"),
    ("/positions/?topic=%F0%9F%98%80&country=zzz", 200, "it was left aside"),
    ("/positions/?topic=" + "a" * 3000, 200, "it was left aside"),
    ("/positions/?page=abc", 200, "Choose a topic, then a country or a mandate"),
    ("/positions/?topic=%00", 400, "could not be read"),
    ("/visits/no-such-visit/", 404, "nothing at this address"),
    ("/visits/" + "a" * 3000 + "/", 404, "nothing at this address"),
    ("/visits/no-such-visit/positions/", 404, "nothing at this address"),
    ("/meetings/aaaaaaaaaaaaaaaa/", 404, "nothing at this address"),
    ("/statements/aaaaaaaaaaaaaaaa/", 404, "nothing at this address"),
    ("/sources/aaaaaaaaaaaaaaaa/", 404, "nothing at this address"),
    ("/countries/zzz/", 404, "nothing at this address"),
    ("/countries/%F0%9F%98%80/", 404, "nothing at this address"),
    ("/mandates/none/", 404, "nothing at this address"),
    ("/people/none/", 404, "nothing at this address"),
    ("/people/?page=77777777", 200, "There is no such page"),
    ("/organisations/none/", 404, "nothing at this address"),
    ("/topics/none/", 404, "nothing at this address"),
    ("/topics/elections/?page=1e9", 200, "There is no such page"),
    ("/favicon.ico", 404, "nothing at this address"),
    ("/xx/visits/", 404, "nothing at this address"),
]


@pytest.mark.parametrize(("address", "status", "words"), BAD)
def test_bad_address_gets_a_helpful_page(address, status, words, db):
    response = Client().get(address)
    assert response.status_code == status
    html = response.content.decode()
    assert words in html
    assert "All visits" in html or "/visits/" in html


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_pages_are_only_read(method, db):
    assert getattr(Client(), method)("/visits/").status_code == 405


def test_a_form_from_elsewhere_is_answered_with_what_to_do(db):
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x", "password": "y"})
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()
