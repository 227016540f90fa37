"""Removals: what was asked for, what goes with it, and the second person's confirmation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from statements.review_forms import FindRemovalForm
from statements.views.desk.access import desk_page, editor_of
from statements.views.desk.drafts import Drafting, drafting
from statements.views.desk.review import words_of
from visits.access import Permission
from visits.drafts import settle
from visits.erasure import going_with
from visits.models import RemovalRequest, User
from visits.models.base import heading_of
from visits.removal_actions import (
    ask_removal,
    confirm_removal,
    decline_removal,
    find_record,
    open_requests,
    removable,
)

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """An open request, the title of the record that it is about, and what goes with that, in numbers of rows that the
    reader may see.
    """

    request: RemovalRequest
    title: str
    kind: str
    url: str
    going: list[tuple[str, int]]
    mine: bool


def _asked(request: RemovalRequest, reviewer: User) -> Asked | None:
    record = find_record(kind=request.kind, public_id=request.public_id, user=reviewer)
    if record is None:
        return None
    counts: Counter[Any] = Counter()
    for rows in going_with(record):
        counts[rows.model] += rows.model.objects.visible_to(reviewer).filter(pk__in=rows).count()
    url = getattr(record, "get_absolute_url", str)()
    return Asked(
        request=request,
        title=heading_of(record, reviewer),
        kind=str(record._meta.verbose_name),
        url=url if url.startswith("/") else "",
        going=[(_name(model, number), number) for model, number in counts.items() if number],
        mine=request.asked_by_id == reviewer.pk,
    )


def _name(model: Any, number: int) -> str:
    """Return what so many rows are called; the languages in use have one name for one row and one for several."""
    return str(model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Permission.PUBLISH)
def removals(request: HttpRequest) -> HttpResponse:
    """Open requests for records that the reviewer may see; asking for another by its kind and public id."""
    if request.method == "POST":
        return _ask(request)
    return _shown(request)


DRAFT = "removal:new"


def _shown(request: HttpRequest, sent: FindRemovalForm | None = None, status: int = 200) -> HttpResponse:
    reviewer = editor_of(request)
    form = sent or FindRemovalForm(kinds=_kinds())
    draft = Drafting(key=DRAFT, version=None, offers=[]) if sent else drafting(request, DRAFT, form)
    # Past the gate first: how many requests for hidden records there are cuts nothing off.
    found = [_asked(row, reviewer) for row in open_requests(user=reviewer, most=SHOWN)]
    asked = [row for row in found if row is not None]
    context = {"section": "desk", "asked": asked, "form": form, "draft": draft}
    return render(request, "desk/removals.html", context, status=status)


def _kinds() -> list[tuple[str, str]]:
    return sorted((kind, str(model._meta.verbose_name)) for kind, model in removable().items())


def _ask(request: HttpRequest) -> HttpResponse:
    reviewer = editor_of(request)
    form = FindRemovalForm(request.POST, kinds=_kinds())
    if form.is_valid():
        given = form.cleaned_data
        record = find_record(user=reviewer, kind=given["kind"], public_id=given["public_id"])
        try:
            if record is None:
                raise ValidationError(_("There is no such record."))
            ask_removal(record=record, reason=given["reason"], by=reviewer)
        except ValidationError as error:
            form.add_error(None, words_of(error))
        else:
            settle(by=reviewer, key=DRAFT, fields=request.POST)
            messages.success(request, _("Asked: another reviewer has to confirm the removal."))
            return redirect("removals")
    return _shown(request, form, status=400)


@require_POST
@desk_page(Permission.PUBLISH)
def removal_answer(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Confirm or decline an open request; one for a record that the reviewer may not see answers as a missing one."""
    reviewer = editor_of(request)
    rows = RemovalRequest.objects.filter(kind=kind, public_id=public_id, done_at=None, declined_at=None)
    found = rows.select_related("asked_by").first()
    if found is None or find_record(kind=kind, public_id=public_id, user=reviewer) is None:
        raise Http404
    try:
        if request.POST.get("answer") == "confirm":
            confirm_removal(request=found, by=reviewer)
            messages.success(request, _("Removed and erased."))
        elif request.POST.get("answer") == "decline":
            decline_removal(request=found, by=reviewer)
            messages.success(request, _("The request is closed; nothing was removed."))
    except ValidationError as error:
        messages.error(request, words_of(error))
    except PermissionDenied:
        messages.error(request, _("Who asked for this may no longer do so: ask anew."))
    return redirect("removals")
