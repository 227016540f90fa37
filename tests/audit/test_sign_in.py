"""Signing in tells nobody which accounts there are, not by its time either; guesses are evaluated ten times."""

from __future__ import annotations

import statistics
import time
from itertools import count

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.audit.figures import is_long
from tests.second_factor import with_password

pytestmark = pytest.mark.audit


def taken(names: list[str], rounds: int) -> dict[str, float]:
    """Return the seconds that a wrong password takes for each name, asked in turns from ever new addresses.

    Of many rounds their median; of few the quickest, which tells least of what else the machine does.
    """
    addresses = (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" for number in count(1))
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for _round in range(rounds):
        for name in names:
            # The limits have a test of their own.
            cache.clear()
            client = Client(REMOTE_ADDR=next(addresses))
            begun = time.perf_counter()
            client.post(reverse("account_login"), {"login": name, "password": "wrong"})
            seconds[name].append(time.perf_counter() - begun)
    middle = statistics.median if is_long() else min
    return {name: middle(times) for name, times in seconds.items()}


def test_an_account_that_there_is_not_takes_as_long_as_one_that_there_is(people, figure, settings):
    # As strong as in earnest: with the quick hasher of the tests the hash would not show.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    member = with_password(people.member)
    found = taken([member.username, "nobody"], 200 if is_long() else 7)
    figure("sign_in_time_ratio", max(found.values()) / min(found.values()))


def test_of_many_wrong_passwords_ten_are_evaluated(people, figure, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    cache.clear()
    member = with_password(people.member)
    evaluated = []
    real = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *about: evaluated.append(1) or real(self, *about))
    for number in range(200 if is_long() else 30):
        login = {"login": member.username, "password": f"wrong {number}"}
        Client(REMOTE_ADDR=f"10.0.0.{number}").post(reverse("account_login"), login)
    figure("sign_in_guesses", len(evaluated))
    cache.clear()
