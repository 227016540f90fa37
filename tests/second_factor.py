"""Signing in as people do, with name, password and a code of an authenticator app."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from visits.models import User

PASSWORD = "a long enough password"


def with_password(person: User) -> User:
    """Give a person the password of the tests."""
    person.set_password(PASSWORD)
    person.save()
    return person


def set_up_app(person: User) -> str:
    """Give a person an authenticator app and recovery codes, as its page would; return the secret of the app."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return secret


def code_of(secret: str, steps: int = 0) -> str:
    """Return the code that an app shows now, or so many steps of 30 seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def signed_in_by_password(person: User, **headers: Any) -> Client:
    """Return a client that has sent name and password."""
    client = Client(**headers)
    client.post(reverse("account_login"), {"login": person.username, "password": PASSWORD})
    return client


def signed_in_with_both(person: User, secret: str, **headers: Any) -> Client:
    """Return a client that has sent name, password and code."""
    client = signed_in_by_password(person, **headers)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    return client
