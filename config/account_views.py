"""Pages of one's own account for which allauth has no view, or one whose address would tell a primary key."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from smtplib import SMTPException
from typing import Any

from allauth.account.views import PasswordResetView
from allauth.core import context
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.http import require_http_methods, require_safe

from config.even import wait_until_even
from config.guesses import EVEN

logger = logging.getLogger(__name__)
_edit = passkeys.EditWebAuthnView.as_view(success_url=reverse_lazy("mfa_index"))
_remove = passkeys.RemoveWebAuthnView.as_view(success_url=reverse_lazy("mfa_index"))


class _PasswordReset(PasswordResetView):
    """Asks for an address, and sends the link once the answer has left: it takes as long for one without account."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer at an even moment: of an address that is known the database is asked one question less."""
        begun = time.monotonic()
        response: HttpResponse = super().post(request, *args, **kwargs)
        wait_until_even(begun, EVEN)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        send, form.save = form.save, lambda _request: None
        response = super().form_valid(form)
        if response.status_code == HTTPStatus.FOUND:
            response._resource_closers.append(partial(self._send, send))
        return response

    def _send(self, send: Callable[[HttpRequest], object]) -> None:
        with context.request_context(self.request):
            try:
                send(self.request)
            except (OSError, SMTPException) as error:
                # Nobody waits for this any more. The fault itself would name an address.
                logger.error("the mail of a password reset could not be sent: %s", type(error).__name__)


password_reset = login_not_required(_PasswordReset.as_view())


@require_safe
def totp_picture(request: HttpRequest) -> HttpResponse:
    """The secret that is being set up as a picture for an authenticator app: an address, since no page holds data."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(picture, content_type="image/svg+xml")


def edit_passkey(request: HttpRequest, key: str) -> HttpResponseBase:
    """Give a passkey of the person another name."""
    return _edit(request, pk=_passkey(request, key).pk)


def remove_passkey(request: HttpRequest, key: str) -> HttpResponseBase:
    """Take a passkey of the person away."""
    return _remove(request, pk=_passkey(request, key).pk)


def key_of(row: Any) -> str:
    """Return by what an address names a passkey or session of the person."""
    return salted_hmac(f"config.account_views.{row._meta.model_name}", str(row.pk)).hexdigest()[:20]


def _passkey(request: HttpRequest, key: str) -> Authenticator:
    mine = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.WEBAUTHN)
    for passkey in mine:
        if constant_time_compare(key_of(passkey), key):
            return passkey
    raise Http404


@require_safe
def stay(request: HttpRequest) -> HttpResponse:
    """Count as activity: a page says by this that somebody types, or wants to stay."""
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """All sessions of the person; a post ends one, or all but this one."""
    user = authenticated_user(request)
    rows = UserSession.objects.purge_and_list(user)
    if request.method == "POST":
        asked = request.POST.get("session", "")
        ended = [
            row for row in rows if asked in (key_of(row), "others") and not (asked == "others" and row.is_current())
        ]
        end_sessions(request, ended)
        return redirect("account_sessions" if request.user.is_authenticated else "account_login")
    rows.sort(key=lambda row: (not row.is_current(), -row.created_at.timestamp()))
    return render(request, "account/sessions.html", {"sessions": rows})
