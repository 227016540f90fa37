"""oEmbed by the rules of oembed.com: 200, 501, 404 and 401, and never a word of what is hidden."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.cast import Cast, again, signed_in
from tests.statements.test_embedding import frames
from visits import actions
from visits.models import Redirect, Visit

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
CARDS = ("visit_detail", "visit_positions", "visit_commitments", "visit_sources", "visit_history", "visit_corrections")


def asked(address: str, client: Client | None = None, **more: object) -> Any:
    return (client or Client()).get(reverse("oembed"), {"url": address, **more})


def told(address: str, **more: object) -> dict[str, Any]:
    answer = asked(address, **more)
    assert answer.status_code == 200, address
    found: dict[str, Any] = json.loads(answer.content)
    return found


@pytest.fixture
def said() -> Any:
    person = make.person(name="Cy Quill", slug="cy-quill")
    return make.statement(
        visit=make.visit(title="Paperland"), speakers=(make.speaker(person=person),), texts=(make.text("Never."),)
    )


def test_the_page_of_a_statement_has_a_card(said: Any) -> None:
    found = told(SITE + said.get_absolute_url())
    assert found["title"] == "Cy Quill asserts, 17 August 2022"
    assert (found["author_name"], found["author_url"]) == ("Cy Quill", f"{SITE}/people/cy-quill/")
    (one,) = frames(found["html"])
    assert one["src"] == f"{SITE}/embed/statements/{said.public_id}/"
    assert Client().get(one["src"]).status_code == 200
    assert found["thumbnail_url"] == f"{SITE}/pictures/statements/{said.public_id}.png"
    assert Client().get(found["thumbnail_url"]).headers["Content-Type"] == "image/png"


@pytest.mark.parametrize("name", CARDS)
def test_each_page_of_a_visit_has_the_card_of_the_visit(name: str, said: Any) -> None:
    found = told(SITE + reverse(name, args=[said.visit.slug]))
    (one,) = frames(found["html"])
    assert one["src"] == f"{SITE}/embed/visits/{said.visit.slug}/"


def test_a_card_and_an_address_with_a_question_or_a_place_find_the_same(said: Any) -> None:
    plain = told(SITE + said.get_absolute_url())
    for address in (f"/embed/statements/{said.public_id}/", f"{said.get_absolute_url()}?utm=x#proof"):
        assert told(SITE + address) == plain
    assert told(f"https://TESTSERVER{said.get_absolute_url()}") == plain


def test_pages_lead_to_the_answer_in_both_formats(said: Any) -> None:
    for row in (said, said.visit):
        html = Client().get(row.get_absolute_url()).content.decode()
        for kind, form in (("application/json+oembed", "json"), ("text/xml+oembed", "xml")):
            address = f"{SITE}/oembed?url={quote(SITE + row.get_absolute_url(), safe='')}&amp;format={form}"
            assert f'<link rel="alternate" type="{kind}" href="{address}" title="' in html
            answer = Client().get(address.replace("&amp;", "&"))
            assert answer.headers["Content-Type"].split(";")[0] == kind.replace("+oembed", "")
            if form == "xml":
                values = {child.tag: child.text for child in ET.fromstring(answer.content)}  # noqa: S314
                assert values["title"] == told(SITE + row.get_absolute_url())["title"]


@pytest.mark.parametrize("form", ["yaml", "", "JSON", "json,xml", "\x1f"])
def test_a_format_that_is_not_spoken_is_501_whatever_is_asked_about(form: str, said: Any) -> None:
    answers = [asked(SITE + path, format=form) for path in (said.get_absolute_url(), "/desk/", "/nothing/")]
    assert [answer.status_code for answer in answers] == [501] * 3
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://elsewhere.example/visits/x/",
        "http://testserver.elsewhere.example/visits/x/",
        "http://elsewhere.example@testserver:99/visits/x/",
        "//testserver/visits/x/",
        "/visits/x/",
        "visits",
        "javascript:alert(1)",
        "ftp://testserver/visits/x/",
        "http://[",
        "http://testserver",
        "http://testserver/",
        "http://testserver/visits/",
        "http://testserver/people/",
        "http://testserver/nothing/of/this/kind",
        "http://testserver/visits/never-was/",
        "http://testserver/statements/neverwas12345678/",
        "http://testserver/visits/" + "a" * 3000 + "/",
        "http://testserver/fr/visits/x/",
        "\ud83d",
    ],
)
def test_what_has_no_card_is_404_with_the_same_bytes(address: str) -> None:
    address = address.encode("utf-8", "replace").decode()
    answer = asked(address)
    assert answer.status_code == 404
    assert answer.content == b"there is no card of this address\n"


@pytest.mark.parametrize(
    "path", ["/desk/", "/admin/", "/searches/", "/admin/visits/visit/", "/accounts/password/change/"]
)
def test_a_page_that_asks_for_signing_in_is_401_for_everybody(path: str, people: Cast) -> None:
    for person in people:
        answer = asked(SITE + path, signed_in(person))
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"]
        assert path.encode() not in answer.content


def test_without_an_address_one_is_asked_for() -> None:
    assert Client().get("/oembed").status_code == 400
    assert Client().get("/oembed", {"url": ""}).status_code == 400


@pytest.mark.parametrize("width", [1, 200, 320, 559])
@pytest.mark.parametrize("height", [None, 100, 300])
def test_a_card_keeps_to_the_room_there_is(width: int, height: int | None, said: Any) -> None:
    for row in (said, said.visit):
        more = {"maxwidth": width, **({"maxheight": height} if height else {})}
        found = told(SITE + row.get_absolute_url(), **more)
        (one,) = frames(found["html"])
        assert (one["width"], one["height"]) == (str(found["width"]), str(found["height"]))
        assert found["width"] <= width and found["height"] <= (height or 10**6)
        assert "thumbnail_url" not in found


@pytest.mark.parametrize("bound", ["0", "-5", "many", "1.5", "٣٠٠", "9" * 400, ""])
def test_a_bound_that_is_no_number_bounds_nothing(bound: str, said: Any) -> None:
    address = SITE + said.get_absolute_url()
    assert told(address, maxwidth=bound, maxheight=bound) == told(address)


@pytest.mark.parametrize("kind", ["visit", "statement"])
def test_hidden_withdrawn_and_missing_are_the_same_404(kind: str, people: Cast) -> None:
    withdrawn = getattr(make, kind)()
    actions.withdraw(record=again(withdrawn), by=people.reviewer, note="A mistake.")
    rows = [getattr(make, kind)(**make.draft()), getattr(make, kind)(**make.internal()), withdrawn]
    missing = asked(f"{SITE}/{kind}s/neverwas12345678/")
    for row in rows:
        for person in people:
            answer = asked(SITE + row.get_absolute_url(), signed_in(person))
            assert (answer.status_code, answer.content) == (404, missing.content)
        assert dict(asked(SITE + row.get_absolute_url()).headers) == dict(missing.headers)
    for person in (people.editor, people.reviewer):
        assert signed_in(person).get(rows[0].get_absolute_url()).status_code == 200


def test_what_is_hidden_beside_a_record_changes_no_answer(said: Any, people: Cast) -> None:
    addresses = [SITE + row.get_absolute_url() for row in (said, said.visit)]
    before = [asked(address).content for address in addresses]
    make.statement(visit=said.visit, links=(("retracts", said),), **make.internal())
    make.meeting(visit=said.visit, **make.internal())
    for person in people:
        assert [asked(address, signed_in(person)).content for address in addresses] == before
    make.statement(visit=said.visit, links=(("retracts", said),))
    assert told(addresses[0])["title"] == "Cy Quill asserts, 17 August 2022 (retracted)"


def test_a_private_individual_is_not_named() -> None:
    nobody = make.person(name="Private Canary", private=True)
    said = make.statement(speakers=(make.speaker(person=nobody, side="affected"), make.speaker(label="a farmer")))
    answer = asked(SITE + said.get_absolute_url())
    assert b"Canary" not in answer.content
    assert json.loads(answer.content)["author_name"] == "private individual, a farmer"
    assert "author_url" not in json.loads(answer.content)


def test_an_old_address_of_a_visit_finds_its_card_as_long_as_it_is_everybodys(said: Any) -> None:
    visit = said.visit
    Redirect(old_path="/visits/once/", new_path=visit.get_absolute_url()).save()
    assert told(f"{SITE}/visits/once/") == told(SITE + visit.get_absolute_url())
    Visit.objects.filter(pk=visit.pk).update(workflow="draft")
    assert asked(f"{SITE}/visits/once/").content == asked(f"{SITE}/visits/never/").content


def test_the_address_of_the_site_is_ours_too(said: Any, settings: Any) -> None:
    settings.SITE_ADDRESS = "https://visits.example"
    found = told(f"https://visits.example{said.get_absolute_url()}")
    assert found["provider_url"] == "https://visits.example/"
    assert 'src="https://visits.example/embed/' in found["html"]
    assert "testserver" not in json.dumps(found)


def test_a_language_is_that_of_the_page_that_is_asked_about(said: Any, settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("fr", "French")]
    found = told(f"{SITE}/fr{said.get_absolute_url()}")
    assert f'src="{SITE}/fr/embed/statements/' in found["html"]
    assert found["title"] == "Cy Quill asserts, 17 août 2022"
    assert f'src="{SITE}/embed/statements/' in told(SITE + said.get_absolute_url())["html"]


def test_programs_of_other_sites_may_read_it_and_it_sets_no_cookie(said: Any, people: Cast) -> None:
    for client in (Client(), signed_in(people.editor)):
        answer = asked(SITE + said.get_absolute_url(), client)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert not answer.cookies


def test_a_retraction_is_there_at_the_next_request_from_the_cache_of_pages(said: Any, settings: Any) -> None:
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = {"default": {**memory, "LOCATION": "default"}, "pages": {**memory, "LOCATION": "pages"}}
    caches["pages"].clear()
    key = said.public_id
    addresses = [
        f"/oembed?url={quote(SITE + said.get_absolute_url())}",
        f"/embed/statements/{key}/",
        f"/embed/visits/{said.visit.slug}/",
        f"/pictures/statements/{key}.png",
    ]
    first = [Client().get(address) for address in addresses]
    second = [Client().get(address) for address in addresses]
    assert [answer.content for answer in first] == [answer.content for answer in second]
    assert all("ETag" in answer.headers for answer in second)
    # Out of the cache too, a card may be framed, and says so.
    for answer in (first[1], second[1], first[2], second[2]):
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers
    for answer in (second[0], second[3]):
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
    make.statement(visit=said.visit, links=(("retracts", said),))
    third = [Client().get(address).content for address in addresses]
    assert not set(third) & {answer.content for answer in second}
    caches["pages"].clear()
