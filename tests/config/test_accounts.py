"""The way in and out: every page of it, for every kind of account, in the look of the site and never a fault."""

from __future__ import annotations

from collections import Counter

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from tests.scripts import scripts_of

PASSWORD = "a long enough password"
KINDS = ("anonymous", "with a password", "without a password", "closed")


# Stand in for the parts of addresses: nothing of the person is called so.
PARTS = {"key": "nothing-of-this-name", "token": "none", "uidb36": "1"}


def account_addresses() -> list[str]:
    """Return every address below /accounts/ that is routed."""
    within = [entry for entry in get_resolver().url_patterns if isinstance(entry, URLResolver)]
    (accounts,) = (entry for entry in within if str(entry.pattern) == "accounts/")
    return [
        reverse(entry.name, kwargs={name: PARTS[name] for name in entry.pattern.regex.groupindex})
        for entry in accounts.url_patterns
    ]


@pytest.fixture
def people(db):
    """Return the accounts by kind; the limits of attempts start anew, and again for whoever comes next."""
    cache.clear()
    make = get_user_model().objects.create_user
    found = {
        "with a password": make("usual", password=PASSWORD, role="member"),
        "without a password": make("bare", password=None, role="member"),
        "closed": make("closed", password=PASSWORD, role="member", is_active=False),
    }
    assert not found["without a password"].has_usable_password()
    yield found
    cache.clear()


def client_of(kind: str, people) -> Client:
    """Return a client signed in as an account of this kind."""
    client = Client(raise_request_exception=False)
    if kind in people:
        client.force_login(people[kind], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_every_page_of_the_way_in_answers_every_kind_of_account_in_the_look_of_the_site(people):
    swept, shown, answered = 0, 0, Counter()
    fields = {"login": "closed", "password": PASSWORD, "oldpassword": PASSWORD, "password1": "x", "password2": "y"}
    for kind in KINDS:
        for address in account_addresses():
            for method, sent in (("get", {}), ("post", {}), ("post", fields)):
                answer = getattr(client_of(kind, people), method)(address, sent, follow=True)
                swept += 1
                where = (kind, method, address, answer.redirect_chain)
                # No other person's passkey and no picture of a secret is there; who has no password confirms nothing.
                assert answer.status_code in {200, 204, 403, 404, 405}, where
                answered[answer.status_code] += 1
                if answer.status_code not in {204, 405} and answer.headers["Content-Type"].startswith("text/html"):
                    shown += 1
                    html = answer.content.decode()
                    assert answer.templates[0].origin.name.startswith(f"{settings.BASE_DIR}/templates/"), where
                    assert html.count('<main class="wrap" id="main"') == html.count("<h1>") == 1, where
                    assert [name for name in scripts_of(html) if name != "idle"] in (
                        ["suggest"],
                        ["suggest", "passkey"],
                    ), where
    assert swept == 27 * 3 * len(KINDS)
    assert shown == swept - answered[405] - answered[204]
    assert answered == {200: 233, 204: 2, 403: 9, 404: 36, 405: 44}


def test_whoever_has_no_password_is_led_to_setting_one_and_then_signs_in_with_it(people):
    client = client_of("without a password", people)
    led = client.get(reverse("account_change_password"), follow=True)
    assert led.redirect_chain == [(reverse("account_set_password"), 302)]
    assert "Set a password" in led.content.decode()
    new = {"password1": "quite another long one", "password2": "quite another long one"}
    assert client.post(reverse("account_set_password"), new).status_code == 302
    done = Client().post(reverse("account_login"), {"login": "bare", "password": "quite another long one"})
    assert done.status_code == 302
    # Whoever has one changes it.
    usual = client_of("with a password", people).get(reverse("account_set_password"))
    assert usual.headers["Location"] == reverse("account_change_password")


def test_a_closed_account_is_told_so_only_with_its_password(people):
    led = Client().post(reverse("account_login"), {"login": "closed", "password": PASSWORD}, follow=True)
    assert "This account is closed" in led.content.decode()
    wrong = Client().post(reverse("account_login"), {"login": "closed", "password": "wrong"})
    assert "not correct" in wrong.content.decode()


def test_too_many_attempts_are_told_so_in_the_look_of_the_site(people):
    # By many names, so that the limit of the address binds and not that of an account.
    for number in range(40):
        answer = Client().post(reverse("account_login"), {"login": f"nobody-{number}", "password": "wrong"})
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert "Too many attempts" in answer.content.decode()
    assert "<main" in answer.content.decode()
