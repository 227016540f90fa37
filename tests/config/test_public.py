"""The list of public pages is the whole truth: what it names is open, everything else asks for signing in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.views import APIView

from config.public import PUBLIC_ENDPOINTS, PUBLIC_PAGES


def patterns(within: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every pattern below `within` with its whole address."""
    for entry in within.url_patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, address)
        else:
            yield address, entry


def outside_the_admin() -> list[tuple[str, URLPattern]]:
    """Return the patterns of the site but for the admin, which guards itself."""
    return [(address, entry) for address, entry in patterns(get_resolver()) if not address.startswith("admin/")]


def endpoint_of(entry: URLPattern) -> type[APIView] | None:
    """Return the view of the API at an address; None of a page. The middleware asks none of them to sign in."""
    found = getattr(entry.callback, "cls", None)
    return found if isinstance(found, type) and issubclass(found, APIView) else None


def is_open(entry: URLPattern) -> bool:
    """Whether LoginRequiredMiddleware lets everybody through to the page."""
    return endpoint_of(entry) is None and not getattr(entry.callback, "login_required", True)


def test_the_site_has_exactly_the_patterns_that_are_counted_here():
    assert len(outside_the_admin()) == 208
    assert len(PUBLIC_PAGES) == 98
    assert len(PUBLIC_ENDPOINTS) == 27


def test_every_pattern_has_a_name_of_its_own():
    names = [entry.name for _address, entry in outside_the_admin()]
    assert None not in names
    assert len(set(names)) == len(names)


def test_exactly_the_listed_pages_are_open_without_signing_in():
    assert {entry.name for _address, entry in outside_the_admin() if is_open(entry)} == PUBLIC_PAGES | {
        # Pages about the API.
        "api_docs",
        "api_schema",
    }


def test_exactly_the_listed_endpoints_of_the_api_are_read_without_a_token(db):
    opened, asked = set(), 0
    for _address, entry in outside_the_admin():
        if endpoint_of(entry) is not None:
            address = reverse(entry.name, kwargs=dict.fromkeys(entry.pattern.converters, "nothing"))
            opened |= {entry.name} if Client().get(address).status_code != 401 else set()
            asked += 1
            for method in ("post", "patch", "delete"):
                answer = getattr(Client(), method)(address, {}, content_type="application/json")
                assert answer.status_code in {401, 405}, (method, address)
    assert asked == 32
    # Where nothing is read, another method is told: an address takes posts alone.
    posts = {name for name in opened if name.endswith(("_steps", "_workflow"))}
    assert len(posts) == 6
    assert opened - posts == PUBLIC_ENDPOINTS - {"api_docs", "api_schema"}


def test_of_the_admin_only_the_way_in_is_open():
    opened = {address for address, entry in patterns(get_resolver()) if address.startswith("admin/") and is_open(entry)}
    assert opened == {"admin/login/"}


def test_the_middleware_that_asks_for_signing_in_is_on(settings):
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE


FORMS = {
    "account_login": (),
    "account_logout": (),
    "account_reset_password": (),
    "account_reset_password_from_key": ("1", "none"),
    "invitation": ("none",),
    "mfa_authenticate": (),
    "mfa_login_webauthn": (),
    "report": (),
}
# Takes a post from whoever holds a signed address, without the token of a form: programs of mail servers send it.
SIGNED = {"saved_search_stop"}
# An address of each page with parts: nothing stands there, which an answer to a form must not tell.
PARTS = {
    "slug": "nothing-of-this-name",
    "public_id": "nothing-of-this-name",
    "iso3": "xxx",
    "key": "none",
    "form": "csv",
    "kind": "visits",
    "into": "pdf",
    "sha256": "none",
}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_public_page_answers_nothing_but_reading_and_looks_for_no_row(method, db, django_assert_num_queries):
    # As a browser of a stranger sends it: without the token of a form.
    client = Client(enforce_csrf_checks=True)
    asked = 0
    for _address, entry in outside_the_admin():
        if entry.name in PUBLIC_PAGES.difference(FORMS) - SIGNED:
            address = reverse(entry.name, kwargs={name: PARTS[name] for name in entry.pattern.converters})
            with django_assert_num_queries(0):
                answer = getattr(client, method)(address)
            assert (answer.status_code, answer.content) == (405, b""), address
            assert answer.headers["Allow"] == "GET, HEAD", address
            asked += 1
    assert asked == 89


def test_a_form_without_its_token_is_still_refused(db):
    for name, args in FORMS.items():
        assert Client(enforce_csrf_checks=True).post(reverse(name, args=args)).status_code == 403


@pytest.mark.parametrize(("method", "status"), [("post", 404), ("put", 405), ("patch", 405), ("delete", 405)])
def test_a_signed_address_takes_posts_alone_and_without_its_signature_none(method, status, db):
    for name in SIGNED:
        assert getattr(Client(enforce_csrf_checks=True), method)(reverse(name, args=["forged"])).status_code == status
