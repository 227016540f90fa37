"""Of all addresses of the site, only cards may be shown in frames of other sites."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from config.framing import FRAMED
from statements.models import Statement
from tests.framing import ancestors, framed_as_it_should, may_be_framed
from tests.record.conftest import ROLES
from tests.record.test_urls import addresses, client_of  # noqa: F401 - the fixture of every named address
from visits.models import Visit


@pytest.mark.parametrize("role", ROLES)
def test_of_all_named_addresses_only_cards_may_be_framed(role, people, addresses):  # noqa: F811
    client, framed, swept = client_of(role, people), set(), 0
    for name, address in addresses.items():
        asking = client_of(role, people) if name == "account_logout" else client
        # What is asked by GET and POST is looked at in test_urls.py, which sends the same requests.
        for method in ("head", "options"):
            answer = getattr(asking, method)(address)
            swept += 1
            if framed_as_it_should(name, method, answer):
                framed.add(name)
    assert framed == FRAMED
    assert swept == 524


ELSEWHERE = {
    "/nothing/of/this/kind/": 404,
    "/embed/": 404,
    "/embed/meetings/abc/": 404,
    "/embed": 404,
    "/embed/visits": 404,
    "/pictures/visits/never-was.png": 404,
    "/visits/?q=%00": 400,
    "/embed/visits/%00/": 400,
    "/oembed": 400,
    "/oembed?format=yaml": 501,
    "/oembed?url=http://testserver/desk/": 401,
    "/admin/login/": 302,
    "/static/nothing.css": 404,
}


@pytest.mark.parametrize(("address", "status"), ELSEWHERE.items())
def test_nothing_else_may_be_framed_whatever_it_answers(address, status, db):
    answer = Client().get(address)
    assert answer.status_code == status
    assert not may_be_framed(answer)


def test_static_files_may_not_be_framed_by_policy(db, settings):
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    for path in ("css/site.css", "css/embed.css", "icon.svg"):
        answer = Client().get(f"/static/{path}")
        assert answer.status_code == 200
        assert ancestors(answer) == "'none'"


def test_a_fault_of_ours_may_not_be_framed(db, monkeypatch):
    def breaks(*_parts):
        raise RuntimeError

    monkeypatch.setattr("statements.views.embeds.sheet_of", breaks)
    answer = Client(raise_request_exception=False).get("/embed/visits/cambodia-2022-08/")
    assert answer.status_code == 500
    assert not may_be_framed(answer)


def test_what_may_be_framed_takes_nothing_and_keeps_nothing(clients):
    everybody = AnonymousUser()
    visit = Visit.objects.visible_to(everybody).get(slug="cambodia-2022-08")
    said = Statement.objects.visible_to(everybody).of_visit(visit).first()
    for role in ROLES:
        for address in (f"/embed/visits/{visit.slug}/", f"/embed/statements/{said.public_id}/", "/embed/visits/never/"):
            answer = clients[role].get(address)
            policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
            assert policy == {
                "default-src": "'none'",
                "style-src": "'self'",
                "base-uri": "'none'",
                "form-action": "'none'",
                "frame-ancestors": "*",
            }
            assert not answer.cookies
            assert answer.headers["X-Robots-Tag"] == "noindex"
