"""Reports of errors and dangers, as reviewers read and answer them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from statements.views.desk.access import desk_page, editor_of
from statements.views.desk.review import telling
from visits.access import Permission
from visits.models import Report, ReportState
from visits.report_actions import finish_reports, mark_report
from visits.views.rows import page_of_rows

PER_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Permission.PUBLISH)
def reports(request: HttpRequest) -> HttpResponse:
    """What waits, dangers first, then the oldest; how many are done. A post says that those ticked are done.

    A flood may bury a report under hundreds: every page of them is reached, and many are done at once.
    """
    if request.method == "POST" and (ticked := request.POST.getlist("report")[:PER_PAGE]):
        done = finish_reports(public_ids=ticked, by=editor_of(request))
        told = ngettext("%(n)d report is done.", "%(n)d reports are done.", done)
        messages.success(request, told % {"n": done})
        return redirect("desk_reports")
    rows = Report.objects.visible_to(request.user)
    page, moved = page_of_rows(request, rows.waiting().select_related("seen_by"), PER_PAGE)
    context = {
        "section": "desk",
        "page": page,
        "page_moved": moved,
        "address": "?",
        "done": rows.filter(state=ReportState.DONE).count(),
        "nothing_ticked": request.method == "POST",
    }
    return render(request, "desk/reports.html", context, status=400 if request.method == "POST" else 200)


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
