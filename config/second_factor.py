"""The second factor of a session: without it, whoever has a role sees what everybody sees.

It is asked once for each request, where the person of the request becomes known; `visits.access.role_of` says the rest,
and with it every gate, permission and page. An authenticator app or passkey that is taken away counts no longer, in any
session.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.signals import authentication_step_completed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase

from visits.access import needs_second_factor, withhold
from visits.models import User

Handler = Callable[[HttpRequest], HttpResponseBase]


def withhold_until_given(get_response: Handler) -> Handler:
    """Withhold the role of a person whose session lacks a second factor, where `REQUIRE_MFA` asks for one."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if (
            settings.REQUIRE_MFA
            and isinstance(user, User)
            and needs_second_factor(user)
            and not is_given(request, user)
        ):
            withhold(user, until="mfa_reauthenticate" if is_mfa_enabled(user) else "mfa_index")
        return get_response(request)

    return middleware


def is_given(request: HttpRequest, user: User) -> bool:
    """Whether this session was opened or confirmed by a second factor that the person still has."""
    given = [record["id"] for record in get_authentication_records(request, user) if record["method"] == "mfa"]
    return bool(given) and Authenticator.objects.filter(user_id=user.pk, pk__in=given).exists()


@receiver(authenticator_added)
def take_as_given(request: HttpRequest, user: User, authenticator: Authenticator, **_more: Any) -> None:
    """Take a factor that was just set up as given: that showed its code or key. It ends the person's other sessions.

    A session that was opened before by somebody with the password alone is over with it.
    """
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        end_other_sessions(request, user)


@receiver(authentication_step_completed)
def give_another_token(request: HttpRequest, reauthenticated: bool = False, **_more: Any) -> None:
    """Give a session another token where its person has confirmed who they are, as signing in does.

    Whoever had got hold of the token before would go on with all that the confirmation opened.
    """
    if not reauthenticated:
        return
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)
