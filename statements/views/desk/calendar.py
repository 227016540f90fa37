"""A calendar of planned meetings at the desk: handed in, previewed row by row, taken in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from statements.calendar_forms import CalendarForm
from statements.views.desk.access import desk_page, editor_of
from visits.choices import MeetingStatus
from visits.models import Meeting, Visit
from visits.planned.comparing import Outcome, Row
from visits.planned_actions import rows_of, take_in

_FIELDS = {field.name: field.verbose_name for field in Meeting._meta.fields}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def desk_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand in a calendar; see what it would do; take in what is ticked. The page alone keeps the file."""
    editor = editor_of(request)
    visit = get_object_or_404(Visit.objects.visible_to(editor), slug=slug)
    if request.method != "POST":
        return _page(request, visit, CalendarForm())
    form = CalendarForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, visit, form, status=400)
    if "take" in request.POST:
        ticked = set(request.POST.getlist("row"))
        try:
            taken = take_in(visit=visit, events=form.events, tokens=ticked, by=editor)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return _page(request, visit, form, status=400)
        number = sum(taken.values())
        if number:
            told = ngettext("%(n)d meeting was taken in.", "%(n)d meetings were taken in.", number) % {"n": number}
            messages.success(request, told)
        if number == len(ticked) and number:
            return redirect(visit)
        messages.warning(request, _("Some rows are no longer as they were shown: look at them again."))
    return _page(request, visit, form)


def _page(request: HttpRequest, visit: Visit, form: CalendarForm, status: int = 200) -> HttpResponse:
    rows: list[Row] = []
    if form.is_bound and form.is_valid():
        rows = rows_of(visit=visit, events=form.events, by=editor_of(request))
    context = {
        "section": "desk",
        "visit": visit,
        "form": form,
        "kept": form.cleaned_data["kept"] if rows else "",
        "rows": [_shown(row) for row in rows],
        "counts": [(label, sum(row.outcome == outcome for row in rows)) for outcome, label in _labels()],
        "any": any(row.outcome in {Outcome.NEW, Outcome.CHANGED} for row in rows),
    }
    return render(request, "desk/calendar.html", context, status=status)


def _labels() -> list[tuple[Outcome, str]]:
    return [
        (Outcome.NEW, _("new")),
        (Outcome.CHANGED, _("changed")),
        (Outcome.SAME, _("same")),
        (Outcome.WRONG, _("left as it is")),
    ]


def _shown(row: Row) -> dict[str, Any]:
    """Return a row for the page: its label, when and where, and each change with the name of its field."""
    planned = row.planned
    hours = f"{planned.starts_at:%H:%M}" if planned.starts_at else ""
    if planned.ends_at:
        hours += f"–{planned.ends_at:%H:%M}"
    return {
        "row": row,
        "label": dict(_labels())[row.outcome],
        "ticked": row.outcome in {Outcome.NEW, Outcome.CHANGED},
        "when": " ".join(part for part in (planned.date.replace("/", " – "), hours, planned.time_zone) if part),
        "changes": [
            (_FIELDS[change.name], _told(change.name, change.old), _told(change.name, change.new))
            for change in row.changes
        ],
    }


def _told(name: str, value: Any) -> str:
    if name == "status":
        return str(MeetingStatus(value).label)
    return f"{value:%H:%M}" if hasattr(value, "hour") else str(value or "")
