"""Where an invitation leads: its person chooses a password, and signs in with it."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from visits import invitation_actions as actions
from visits.invitation_forms import AcceptForm


@sensitive_post_parameters("password1", "password2")
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Make the account that a link is for. One that was used, withdrawn or ran out is like one that never was."""
    found = actions.open_invitation(token)
    if found is None:
        return _void(request)
    form = AcceptForm(found, request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.accept(token=token, password=form.cleaned_data["password1"])
        except ValidationError as error:
            form.add_error(None, error)
            status = HTTPStatus.CONFLICT
        else:
            return _made(request) if made is not None else _void(request)
    return render(request, "account/invitation.html", {"form": form, "invitation": found}, status=status)


def _void(request: HttpRequest) -> HttpResponse:
    return render(request, "account/invitation_void.html", status=404)


def _made(request: HttpRequest) -> HttpResponse:
    # Whoever was signed in here is somebody else.
    logout(request)
    messages.success(request, gettext("Your account is made: sign in with it."))
    return redirect("account_login")
