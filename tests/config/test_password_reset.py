"""A forgotten password is set anew by mail; it opens nothing that a second factor guards, and tells of no account."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from config.account_views import password_reset
from config.guesses import EVEN
from tests.second_factor import PASSWORD, code_of, set_up_app, signed_in_by_password, with_password
from visits.models import User

NEW = "quite another long one"


@pytest.fixture(autouse=True)
def member(people) -> User:
    """Return a member with a password and an address."""
    cache.clear()
    found = with_password(people.member)
    found.email = "member@example.org"
    found.save()
    return found


def asked(address: str) -> Client:
    """Return a client that has asked for a link."""
    client = Client()
    done = client.post(reverse("account_reset_password"), {"email": address})
    assert done.headers["Location"] == reverse("account_reset_password_done")
    return client


def link() -> str:
    """Return the path of the link in the last mail."""
    return re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)[1]


def test_a_reset_never_skips_the_second_factor(member, settings):
    settings.REQUIRE_MFA = True
    secret = set_up_app(member)
    open_before = signed_in_by_password(member)
    open_before.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    client = asked("Member@Example.org")
    path = link()
    led = client.get(path, follow=True)
    # The key stands in no address that a page could pass on.
    assert led.redirect_chain[-1][0].endswith("-set-password/")
    done = client.post(led.redirect_chain[-1][0], {"password1": NEW, "password2": NEW}, follow=True)
    assert "The password is set" in done.content.decode()
    assert "Signed in as" not in client.get("/").content.decode()
    cache.clear()
    client.post(reverse("account_login"), {"login": member.username, "password": NEW})
    assert "Signed in as" not in client.get("/").content.decode()
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert "Signed in as" in client.get("/").content.decode()
    # Sessions that were open are over.
    assert "Signed in as" not in open_before.get("/").content.decode()
    # The link opens once.
    assert "This link opens nothing" in Client().get(path, follow=True).content.decode()


def test_a_link_opens_for_an_hour(member):
    asked("member@example.org")
    path = link()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=59)):
        assert "A new password" in Client().get(path, follow=True).content.decode()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
        assert "This link opens nothing" in Client().get(path, follow=True).content.decode()


def test_with_and_without_account_the_answer_is_the_same_and_the_mail_goes_afterwards(member):
    bodies = {}
    for address in ("member@example.org", "nobody@example.org"):
        client = Client()
        answer = client.post(reverse("account_reset_password"), {"email": address})
        bodies[address] = (answer.status_code, answer.headers["Location"], answer.content, client.get("/").content)
    assert len(set(bodies.values())) == 1
    assert [message.to for message in mail.outbox] == [["member@example.org"]]


def test_the_mail_is_sent_after_the_answer(member, rf, settings):
    from django.contrib.sessions.backends.db import SessionStore

    request = rf.post(reverse("account_reset_password"), {"email": "member@example.org"})
    request.session = SessionStore()
    answer = password_reset(request)
    assert mail.outbox == []
    answer.close()
    assert len(mail.outbox) == 1


def test_the_answer_comes_at_an_even_moment_whoever_is_asked_for(member, rf):
    from allauth.account.models import EmailAddress
    from django.contrib.sessions.backends.db import SessionStore

    EmailAddress.objects.filter(user=member, email=member.email).update(verified=True)
    quickest = {}
    for address in (member.email, "nobody@example.org") * 4:
        cache.clear()
        request = rf.post(reverse("account_reset_password"), {"email": address})
        request.session = SessionStore()
        begun = time.perf_counter()
        password_reset(request)
        quickest[address] = min(quickest.get(address, 9), time.perf_counter() - begun)
    assert all(EVEN <= seconds < 2 * EVEN for seconds in quickest.values()), quickest


def test_closed_accounts_get_no_link(member):
    User.objects.filter(pk=member.pk).update(is_active=False)
    asked("member@example.org")
    assert mail.outbox == []


def test_no_more_than_some_links_a_minute(member):
    for _number in range(5):
        asked("member@example.org")
    refused = Client().post(reverse("account_reset_password"), {"email": "member@example.org"})
    assert refused.status_code == 429
    assert len(mail.outbox) == 5


def test_the_old_password_opens_until_another_is_chosen(member):
    asked("member@example.org")
    assert "Signed in as" in signed_in_by_password(member).get("/").content.decode()
    assert member.check_password(PASSWORD)
