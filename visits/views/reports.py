"""The form by which anybody reports an error or a danger, without an account and without being known."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from statements.feeds import site_address
from visits.models import Report
from visits.networks import networks
from visits.report_actions import own_path, reviewers, take_report
from visits.report_forms import ReportForm

log = logging.getLogger(__name__)
# So many from one address, from its network, and from all together: a flood from some networks is stopped there, and
# keeps nobody else from reporting a danger. Of an address a hash is counted in memory, and forgotten.
LIMITS = {"address": "5/h/key", "network": "15/h/key", "everybody": "2000/h/key", "mail": "60/h/key"}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show the form, with the page that it was reached from; a post stores it and tells the reviewers by its id."""
    if request.method != "POST":
        initial = {"page": own_path(request.GET.get("page", ""))}
        return _shown(request, ReportForm(initial=initial), sent="sent" in request.GET)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _shown(request, form, status=400)
    if not form.is_trapped():
        if not _may_send(request):
            form.add_error(None, _("Too many reports come in at this moment. Keep your text and try again in an hour."))
            return _shown(request, form, status=429)
        given = {name: form.cleaned_data[name] for name in ("kind", "page", "text", "contact")}
        _tell(request, take_report(**given))
    return redirect(f"{reverse('report')}?sent")


def _shown(request: HttpRequest, form: ReportForm, *, sent: bool = False, status: int = 200) -> HttpResponse:
    context = {"form": form, "sent": sent, "otherwise": settings.REPORT_OTHERWISE}
    return render(request, "visits/report.html", context, status=status)


def _may_send(request: HttpRequest) -> bool:
    narrow, wide = networks(get_adapter().get_client_ip(request))
    keys = {"address": narrow, "network": wide, "everybody": ""}
    return all(_counted(request, kind, key) for kind, key in keys.items())


def _counted(request: HttpRequest, kind: str, key: str = "") -> bool:
    return ratelimit.consume(request, app="visits.reports", action=kind, config=LIMITS, key=key) is not None


def _tell(request: HttpRequest, taken: Report) -> None:
    """Tell the reviewers that a report waits, by its id alone: mails lie on machines of others.

    Of a flood they get so many; every report stands on the desk, dangers first.
    """
    if not _counted(request, "mail"):
        return
    link = site_address(request) + reverse("desk_reports")
    mail = EmailMessage(
        subject=_("A report waits: %(id)s") % {"id": taken.public_id},
        body=_("Report %(id)s waits at the desk: %(link)s") % {"id": taken.public_id, "link": link},
        bcc=reviewers(),
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        # The report is stored, and stands on the desk.
        log.warning("The mail on report %s could not be sent: %s", taken.public_id, type(error).__name__)
