"""Ten guesses in a quarter of an hour, for each account and each address, counted before hashing; the owner gets in."""

from __future__ import annotations

import re
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.guesses import EVEN, code_opens
from tests.second_factor import PASSWORD, code_of, set_up_app, with_password
from visits.models import AuditEntry, AuditKind, User

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def member(people) -> User:
    """Return a member with a password; guesses start anew."""
    cache.clear()
    yield with_password(people.member)
    cache.clear()


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """Return the passwords that were hashed, which is all that takes time."""
    seen: list[str] = []
    real = MD5PasswordHasher.encode

    def encode(self, password, salt):
        seen.append(password)
        return real(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    return seen


def tried(name: str, password: str, address: str, **more: str):
    """Return the answer to a password, sent from an address."""
    return Client(REMOTE_ADDR=address).post(reverse("account_login"), {"login": name, "password": password, **more})


def is_signed_in(answer) -> bool:
    """Whether the answer leads on, with no second factor asked for."""
    return answer.status_code == 302 and answer.headers["Location"] == "/"


def test_ten_guesses_at_an_account_are_hashed_from_wherever_they_come(member, hashed):
    names = [member.username, member.username.upper(), f" {member.username} ", member.username.title()]
    for number in range(40):
        answer = tried(names[number % 4], f"wrong {number}", f"10.0.0.{number}")
        assert answer.status_code == 200
    assert len(hashed) == 10
    assert "Too many failed login attempts" in answer.content.decode()
    # The right one is looked at no more than a wrong one.
    refused = tried(member.username, PASSWORD, "10.0.1.1")
    assert refused.status_code == 200
    assert len(hashed) == 10
    with time_machine.travel(time.time() + 15 * 60 + 1):
        assert is_signed_in(tried(member.username, PASSWORD, "10.0.1.1"))


def test_the_old_password_that_a_change_asks_for_counts_with_them(member, hashed):
    client = Client(REMOTE_ADDR="10.0.9.1")
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    new = "quite another long one"
    for number in range(6):
        tried(member.username, f"wrong {number}", f"10.0.0.{number}")
    for number in range(6):
        sent = {"oldpassword": f"wrong {number}", "password1": new, "password2": new}
        answer = client.post(reverse("account_change_password"), sent)
    assert "Too many failed login attempts" in answer.content.decode()
    assert len(hashed) == 10
    # What was right is no guess.
    cache.clear()
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post(reverse("account_change_password"), sent).status_code == 302
    hashed.clear()
    for number in range(12):
        tried(member.username, f"wrong {number}", f"10.0.0.{number}")
    assert len(hashed) == 10


def test_ten_guesses_from_an_address_are_hashed_whatever_the_account(member, hashed):
    for number in range(25):
        tried(f"nobody-{number}", "wrong", "10.0.0.1")
    assert len(hashed) == 10
    tried(member.username, PASSWORD, "10.0.0.1")
    assert len(hashed) == 10
    # What was refused there has used up nothing of the account.
    assert is_signed_in(tried(member.username, PASSWORD, "10.0.0.2"))


def test_many_other_addresses_push_no_count_out(member, hashed):
    for number in range(10):
        tried(member.username, "wrong", f"10.0.0.{number}")
    # Nothing is hashed for these, and each leaves a count of its own.
    for number in range(400):
        tried("", "", f"10.1.{number // 200}.{number % 200}")
    tried(member.username, "wrong", "10.0.1.1")
    assert len(hashed) == 10


def test_signing_in_between_gives_an_address_no_more_guesses(member, people, hashed):
    own = with_password(people.reader)
    secret = set_up_app(own)
    for number in range(30):
        tried(f"nobody-{number}", "wrong", "10.0.0.1")
        client = Client(REMOTE_ADDR="10.0.0.1")
        client.post(LOGIN, {"login": own.username, "password": PASSWORD})
        cache.delete(f"allauth.mfa.totp.used?user={own.pk}&code={code_of(secret)}")
        client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert hashed.count("wrong") == 10


def test_the_owner_gets_in_with_a_code_while_others_guess(member, hashed):
    secret = set_up_app(member)
    for number in range(12):
        tried(member.username, "wrong", f"10.0.0.{number}")
    assert len(hashed) == 10
    shown = tried(member.username, PASSWORD, "10.0.1.1").content.decode()
    assert 'name="code"' in shown
    # Neither without the code, nor with a wrong one is the password looked at.
    for code in ("", "000000"):
        assert not is_signed_in(tried(member.username, PASSWORD, "10.0.1.1", code=code))
    assert len(hashed) == 10
    # With the code it is, and a wrong one still opens nothing.
    assert not is_signed_in(tried(member.username, "wrong", "10.0.1.1", code=code_of(secret)))
    assert len(hashed) == 11
    codes = Authenticator.objects.get(user=member, type="recovery_codes").wrap().get_unused_codes()
    client = Client(REMOTE_ADDR="10.0.1.1")
    done = client.post(LOGIN, {"login": member.username, "password": PASSWORD, "code": codes[0]})
    assert is_signed_in(done)
    assert "Signed in as" in client.get("/").content.decode()


def test_the_code_counts_as_the_second_factor_of_that_session(member, settings):
    settings.REQUIRE_MFA = True
    secret = set_up_app(member)
    for number in range(10):
        tried(member.username, "wrong", f"10.0.0.{number}")
    client = Client(REMOTE_ADDR="10.0.1.1")
    client.post(LOGIN, {"login": member.username, "password": PASSWORD, "code": code_of(secret)})
    html = client.get("/").content.decode()
    assert "Signed in as" in html
    assert "You see what everybody sees" not in html


def test_another_persons_code_opens_nothing(member, people):
    secret = set_up_app(people.editor)
    set_up_app(member)
    for number in range(10):
        tried(member.username, "wrong", f"10.0.0.{number}")
    answer = tried(member.username, PASSWORD, "10.0.1.1", code=code_of(secret))
    assert not is_signed_in(answer)


def test_codes_before_the_password_are_counted_too(member, hashed):
    secret = set_up_app(member)
    for number in range(10):
        tried(member.username, "wrong", f"10.0.0.{number}")
    for number in range(10):
        tried(member.username, "wrong", f"10.0.1.{number}", code="000000")
    assert not is_signed_in(tried(member.username, PASSWORD, "10.0.2.1", code=code_of(secret)))
    assert len(hashed) == 10


def test_a_code_before_the_password_takes_as_long_for_an_account_without_an_app_and_for_none(member, rf):
    set_up_app(member)
    quickest = {}
    for name in (member.username, "nobody") * 4:
        cache.clear()
        begun = time.perf_counter()
        assert not code_opens(rf.post(LOGIN), name, "000000")
        quickest[name] = min(quickest.get(name, 9), time.perf_counter() - begun)
    assert all(EVEN <= seconds < 2 * EVEN for seconds in quickest.values()), quickest


def test_ten_codes_are_looked_at_after_the_password(member):
    secret = set_up_app(member)
    for number in range(11):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}")
        client.post(LOGIN, {"login": member.username, "password": PASSWORD})
        answer = client.post(reverse("mfa_authenticate"), {"code": "000000" if number < 10 else code_of(secret)})
        told = "Incorrect code" if number < 10 else "Too many failed login attempts"
        assert told in answer.content.decode()


def test_accounts_there_are_and_there_are_not_answer_alike_with_one_hash_and_the_same_queries(member, people, hashed):
    User.objects.filter(pk=people.reader.pk).update(is_active=False)
    people.editor.set_unusable_password()
    people.editor.save()
    hashed.clear()
    seen = set()
    for number, name in enumerate((member.username, "nobody", "cast-reader", "cast-editor")):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}")
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(LOGIN, {"login": name, "password": "wrong"})
        statements = tuple(re.split(r'[("]', query["sql"])[0] for query in asked)
        body = answer.content.decode().replace(name, "…")
        token = body.partition('csrfmiddlewaretoken" value="')[2].partition('"')[0]
        seen.add((statements, answer.status_code, body.replace(token, "…")))
    assert len(seen) == 1
    assert len(hashed) == 4


def not_looked_at() -> list[tuple]:
    """Return whose guesses the audit log says were no longer evaluated."""
    found = AuditEntry.objects.filter(kind=AuditKind.REFUSED, detail__startswith="not looked at").order_by("pk")
    return list(found.values_list("by", "detail"))


def test_that_guesses_are_no_longer_looked_at_is_logged_once_for_an_account_and_a_quarter_of_an_hour(member):
    for number in range(10):
        tried(member.username, "wrong", f"10.0.0.{number}")
    assert not_looked_at() == []
    for number in range(10, 40):
        tried(member.username.upper(), "wrong", f"10.0.0.{number}", code="000000")
    assert not_looked_at() == [(member.pk, "not looked at")]
    with time_machine.travel(time.time() + 15 * 60 + 1):
        for number in range(12):
            tried(member.username, "wrong", f"10.0.1.{number}")
        assert not_looked_at() == [(member.pk, "not looked at")] * 2
    assert "10.0." not in str(list(AuditEntry.objects.values_list()))


def test_an_address_writes_few_such_entries_whatever_names_it_makes_up_and_an_account_is_told_all_the_same(member):
    for number in range(60):
        tried(f"typed-{number}", "wrong", "10.0.0.1")
    assert not_looked_at() == [(None, "not looked at: no such account")] * 10
    # Somebody else's account is told of from another address.
    tried(member.username, "wrong", "10.0.0.1")
    for number in range(11):
        tried(member.username, "wrong", f"10.0.1.{number}")
    assert not_looked_at()[10:] == [(member.pk, "not looked at")]
    assert "typed" not in str(list(AuditEntry.objects.values_list()))


def test_codes_that_are_no_longer_looked_at_are_logged_too(member):
    set_up_app(member)
    for number in range(13):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}")
        client.post(LOGIN, {"login": member.username, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not_looked_at() == [(member.pk, "not looked at: code")]


def test_what_is_not_looked_at_costs_the_same_queries_for_an_account_and_for_none(member):
    for name in (member.username, "nobody"):
        for number in range(10):
            tried(name, "wrong", f"10.0.{len(name)}.{number}")
    for number in range(2):
        seen = set()
        for name in (member.username, "nobody"):
            with CaptureQueriesContext(connection) as asked:
                tried(name, "wrong", f"10.2.{len(name)}.{number}")
            seen.add(tuple(re.split(r'[("]', query["sql"])[0] for query in asked))
        assert len(seen) == 1


def test_behind_a_proxy_the_address_is_the_one_that_it_saw(member, hashed, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(12):
        # What comes before the last is whatever the guesser wrote.
        forged = {"X-Forwarded-For": f"10.9.9.{number}, 203.0.113.7"}
        Client(headers=forged).post(LOGIN, {"login": f"nobody-{number}", "password": "wrong"})
    assert len(hashed) == 10
    other = Client(headers={"X-Forwarded-For": "203.0.113.8"})
    assert is_signed_in(other.post(LOGIN, {"login": member.username, "password": PASSWORD}))
