"""How often passwords and codes are tried: counted before anything is hashed, for each account and each address.

allauth has limits of its own, which a success wipes for the whole address, so that whoever has an account could go on
guessing at others; these it does not. What was not evaluated counts nowhere: a locked address uses up nobody's account.
Names of accounts are counted folded, and alike whether or not there is one.
"""

from __future__ import annotations

import time
import unicodedata
from typing import Any

from allauth.account.internal.userkit import get_user_by_username
from allauth.core.internal import ratelimit
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from config.even import wait_until_even
from visits.audit.changes import tell_unheard

# The address comes first: one that is locked asks for no account.
LIMIT = "10/15m/ip,10/15m/key"
# Of what is no longer looked at, the log is told once for an account, and of made-up names little for each address.
TOLD = "told"
LIMITS = {"password": LIMIT, "code": LIMIT, "code_first": LIMIT, TOLD: "10/15m/ip,1/15m/key"}
_GIVEN = "_second_factor_given"
# Seconds: a code that is refused before the password takes a whole number of these.
EVEN = 0.025


def count(request: HttpRequest, kind: str, key: str) -> ratelimit.RateLimitUsage | None:
    """Count a guess at what `key` names, taken back (`rollback`) if it was right; None where it is one too many."""
    counted = _counted(request, kind, folded(key))
    if counted is None:
        _tell(request, kind, key)
    return counted


def _counted(request: HttpRequest, kind: str, key: str) -> ratelimit.RateLimitUsage | None:
    about: dict[str, Any] = {"app": "config.guesses", "action": kind, "config": LIMITS, "key": key}
    if not ratelimit.consume(request, dry_run=True, **about):
        return None
    return ratelimit.consume(request, **about)


def _tell(request: HttpRequest, kind: str, key: str) -> None:
    """Log that guesses are no longer looked at; whether it is time for that does not depend on there being an account.

    A code after the password is told by itself: whoever sends it knows the password.
    """
    is_code = kind == "code"
    if _counted(request, TOLD, f"code {key}" if is_code else f"name {folded(key)}") is not None:
        tell_unheard({"pk": key} if is_code else {"username__iexact": key}, detail=": code" if is_code else "")


def folded(name: str) -> str:
    """Return a name as it is counted: databases find an account by it in more than one case and form."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def code_opens(request: HttpRequest, username: str, code: str) -> bool:
    """Whether `code` is one of the account's: its owner goes on, though others used up the guesses at its password.

    Each is counted, right or wrong: so many passwords are evaluated behind it at most.
    """
    if not code or count(request, "code_first", username) is None:
        return False
    begun = time.monotonic()
    user = get_user_by_username(username)
    rows = Authenticator.objects.filter(user_id=user.pk if user else None).exclude(type=Authenticator.Type.WEBAUTHN)
    for row in rows:
        if row.wrap().validate_code(code):
            row.user = user
            setattr(request, _GIVEN, row)
            return True
    # Looking at an app and at ten recovery codes takes a millisecond, which would tell who has them.
    wait_until_even(begun, EVEN)
    return False


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor, unless it was given before the password, in the same form."""

    def _should_handle(self, request: HttpRequest) -> bool:
        given = getattr(request, _GIVEN, None)
        if given is None or given.user_id != self.login.user.pk:
            return bool(super()._should_handle(request))
        post_authentication(request, given)
        return False
