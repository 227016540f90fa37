"""How accounts come to be and are kept: by invitation only, their secrets sealed, opened again by the second factor."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from config.guesses import code_opens, count


class ClosedAccountAdapter(DefaultAccountAdapter):
    """No open sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: accounts are made by an admin."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether `url` may be led to; an address that cannot be read is not safe."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a guess at a password before it is hashed, or refuse it (config/guesses.py)."""
        name = credentials.get("username", "")
        self._login_failed_rl_usage = count(request, "password", name)
        if not self._login_failed_rl_usage and not code_opens(request, name, request.POST.get("code", "")):
            raise self.validation_error("too_many_login_attempts")

    def get_login_stages(self) -> list[str]:
        """Return what is asked for between the password and signing in."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "config.guesses.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways to confirm who one is: with a second factor set up, the password alone does not do.

        Else whoever knows the password would take the second factor away in a session that never gave it.
        """
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [way for way in ways if way["id"] != "reauthenticate"] or ways


class SealedMFAAdapter(DefaultMFAAdapter):
    """The secrets of authenticator apps and recovery codes stand in the database encrypted."""

    def encrypt(self, text: str) -> str:
        """Return `text` sealed with a key made of the site's secret key."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return what was sealed; keys that were replaced still open (SECRET_KEY_FALLBACKS)."""
        return _seal().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """Return what an authenticator app shows above the codes."""
        return "Vis-à-vis"

    def get_totp_label(self, user: Any) -> str:
        """Return by which name an authenticator app keeps the account."""
        return str(user.get_username())


def _seal() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac("config.accounts.seal", "", secret, algorithm="sha256").digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
