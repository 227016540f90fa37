"""Reports of errors and dangers, as reviewers read and answer them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from statements.views.desk.access import desk_page, editor_of
from statements.views.desk.review import telling
from visits.access import Permission
from visits.models import Report, ReportState
from visits.report_actions import mark_report

# So many are shown, dangers first, then the oldest.
SHOWN = 100


@require_safe
@desk_page(Permission.PUBLISH)
def reports(request: HttpRequest) -> HttpResponse:
    """What waits, dangers first; how many are done."""
    rows = Report.objects.visible_to(request.user)
    waiting = rows.waiting().select_related("seen_by")[:SHOWN]
    context = {"section": "desk", "waiting": waiting, "done": rows.filter(state=ReportState.DONE).count()}
    return render(request, "desk/reports.html", context)


@require_POST
@desk_page(Permission.PUBLISH)
def report_answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say that a report was seen, or is done."""
    found = Report.objects.visible_to(request.user).waiting().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    with telling(request, _("Noted.")):
        mark_report(report=found, state=request.POST.get("state", ""), by=editor_of(request))
    return redirect("desk_reports")
