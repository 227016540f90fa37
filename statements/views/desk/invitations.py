"""The page on which admins invite people, send an invitation again, and withdraw it."""

from __future__ import annotations

from smtplib import SMTPException

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from statements.feeds import site_address
from statements.views.desk.access import desk_page, editor_of
from visits import invitation_actions as actions
from visits.access import Permission
from visits.invitation_forms import InvitationForm
from visits.models import Invitation


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Permission.MANAGE_USERS)
def invitations(request: HttpRequest) -> HttpResponse:
    """All who are expected; a post invites somebody."""
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            invitation, token = actions.invite(by=editor_of(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _sent(request, invitation, token)
    waiting = Invitation.objects.visible_to(request.user).waiting().select_related("invited_by")
    context = {"section": "desk", "waiting": waiting, "form": form, "now": timezone.now()}
    return render(request, "desk/invitations.html", context, status=400 if form.is_bound else 200)


@require_POST
@desk_page(Permission.MANAGE_USERS)
def invitation_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send an invitation again, with another link and its whole time."""
    invitation = _waiting(request, public_id)
    return _sent(request, invitation, actions.renew(invitation=invitation, by=editor_of(request)))


@require_POST
@desk_page(Permission.MANAGE_USERS)
def invitation_revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = _waiting(request, public_id)
    actions.revoke(invitation=invitation, by=editor_of(request))
    messages.success(request, gettext("The invitation of %(name)s is withdrawn.") % {"name": invitation.username})
    return redirect("desk_invitations")


def _waiting(request: HttpRequest, public_id: str) -> Invitation:
    found: Invitation | None = Invitation.objects.visible_to(request.user).waiting().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _sent(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Send the mail of an invitation and lead back, with a word on whether it left."""
    link = site_address(request) + reverse("invitation", args=[token])
    invitation.refresh_from_db()
    context = {"invitation": invitation, "link": link}
    mail = EmailMessage(
        subject=gettext("Your account at Vis-à-vis"),
        body=render_to_string("account/email/invitation.txt", context),
        to=[invitation.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except (OSError, SMTPException):
        told = gettext("The mail to %(name)s could not be sent: send it again, once the mail server answers.")
        messages.error(request, told % {"name": invitation.username})
    else:
        actions.mark_sent(invitation=invitation)
        messages.success(request, gettext("%(name)s is invited by mail.") % {"name": invitation.username})
    return redirect("desk_invitations")
