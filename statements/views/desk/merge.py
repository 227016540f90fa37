"""Merging duplicates: choose two, see what moves, merge; and take a merge back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from statements.views.desk.access import desk_page, editor_of
from visits.access import Permission
from visits.merge_choices import choice, found_by, suggested, visible_merges
from visits.merge_plan import NotMergeable, Plan, plan_merge
from visits.merge_undo import undo_merge
from visits.merging import merge_records
from visits.models import Merge, MergeKind, StaleVersion, User
from visits.versions import key_of, seen
from visits.views.rows import page_of_rows

FOUND = 50
SHOWN_OF_EACH = 20
MERGES_PER_PAGE = 100


@require_safe
@desk_page(Permission.EDIT_VOCABULARY)
def desk_merges(request: HttpRequest) -> HttpResponse:
    """What can be merged, and all merges, the newest first."""
    return _list(request)


def _list(request: HttpRequest, status: int = HTTPStatus.OK) -> HttpResponse:
    page, moved = page_of_rows(request, visible_merges(editor_of(request)), MERGES_PER_PAGE)
    context = {"section": "desk", "kinds": MergeKind.choices, "page": page, "page_moved": moved, "address": "?"}
    return render(request, "desk/merge_list.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Permission.EDIT_VOCABULARY)
def desk_merge(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose two rows of a kind; with two chosen, what merging them moves; posted, merge them."""
    if kind not in MergeKind.values:
        raise Http404
    editor, asked = editor_of(request), request.POST if request.method == "POST" else request.GET
    kept, gone = (choice(kind, asked.get(name, ""), editor) for name in ("kept", "gone"))
    if request.method == "POST":
        return _merge(request, kind, kept, gone, editor)
    if kept is not None and gone is not None and kept.pk != gone.pk:
        return _preview(request, kind, kept, gone)
    if asked.get("kept") or asked.get("gone"):
        messages.error(request, _("Choose two different rows: one that stays, and its duplicate."))
    words = asked.get("q", "").strip()[:200]
    context = {
        "section": "desk",
        "kind": kind,
        "kind_label": capfirst(str(MergeKind(kind).label)),
        "q": words,
        "found": [(key_of(row), str(row), row.get_absolute_url()) for row in found_by(kind, words, editor, FOUND)]
        if words
        else [],
        "suggested": [
            ((key_of(one), str(one)), (key_of(two), str(two)), round(score))
            for one, two, score in suggested(kind, editor)
        ],
    }
    return render(request, "desk/merge_choose.html", context)


def _preview(request: HttpRequest, kind: str, kept: Any, gone: Any, status: int = HTTPStatus.OK) -> HttpResponse:
    plan = plan_merge(kept, gone, editor_of(request))
    context = {
        "section": "desk",
        "kind": kind,
        "kept": kept,
        "gone": gone,
        "kept_key": key_of(kept),
        "gone_key": key_of(gone),
        "groups": moved_groups(plan, editor_of(request)),
        "name": plan.name,
        "filled": [capfirst(str(_field(kept, column).verbose_name)) for column in plan.filled],
        "needs_publish": plan.needs_publish,
        "problems": plan.problems,
        "possible": not (plan.hidden or plan.needs_publish or plan.problems),
    }
    return render(request, "desk/merge_preview.html", context, status=status)


def _field(row: Any, column: str) -> Any:
    return next(entry for entry in row._meta.concrete_fields if column in {entry.attname, entry.name})


def moved_groups(plan: Plan, user: User) -> list[tuple[str, int, int, list[tuple[str, str]]]]:
    """Return by kind of row: its name, how many move, how many go as doubles, and the first as (text, address).

    Only rows that the person may see are counted and named.
    """
    groups: dict[Any, list[Any]] = {}
    for move in plan.moves:
        groups.setdefault(type(move.row), []).append(move)
    told = []
    for model, moves in groups.items():
        visible = set(seen(model, user).filter(pk__in=[move.row.pk for move in moves]).values_list("pk", flat=True))
        mine = [move for move in moves if move.row.pk in visible]
        if mine:
            rows = _told(model, [move.row for move in mine[:SHOWN_OF_EACH]], user)
            label = capfirst(str(model._meta.verbose_name_plural))
            told.append((label, len(mine), sum(move.dropped for move in mine), rows))
    return sorted(told)


def _told(model: Any, rows: list[Any], user: User) -> list[tuple[str, str]]:
    """Return rows of one kind in words, each with the address of what it belongs to."""
    wholes = {row.pk: getattr(row, row.PART_OF) for row in rows if getattr(row, "PART_OF", "")}
    names = model.headings(rows, user)
    of_wholes = next(iter(wholes.values())).headings(wholes.values(), user) if wholes else {}
    told = []
    for row in rows:
        whole = wholes.get(row.pk)
        page = next((one for one in (row, whole) if one is not None and hasattr(one, "get_absolute_url")), None)
        words = names[row.pk] if whole is None else f"{names[row.pk]} · {of_wholes[whole.pk]}"
        told.append((words, page.get_absolute_url() if page else ""))
    return told


def _merge(request: HttpRequest, kind: str, kept: Any, gone: Any, editor: User) -> HttpResponse:
    if kept is None or gone is None:
        raise Http404
    versions = tuple(_number(request.POST.get(name, "")) for name in ("kept_version", "gone_version"))
    try:
        merge = merge_records(kept=kept, gone=gone, by=editor, versions=versions)  # type: ignore[arg-type]
    except (NotMergeable, ValidationError) as error:
        for words in error.messages:
            messages.error(request, words)
        if kept.pk == gone.pk:
            return redirect("desk_merge", kind=kind)
        status = HTTPStatus.CONFLICT if isinstance(error, StaleVersion) else HTTPStatus.UNPROCESSABLE_ENTITY
        kept, gone = (choice(kind, key_of(row), editor) for row in (kept, gone))
        return _preview(request, kind, kept, gone, status)
    request.no_undo = True  # type: ignore[attr-defined]
    messages.success(request, _("“%(gone)s” was merged into “%(kept)s”.") % _names(merge))
    return redirect("desk_merges")


def _names(merge: Merge) -> dict[str, str]:
    return {"gone": merge.gone_name, "kept": merge.kept_name}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@require_POST
@desk_page(Permission.EDIT_VOCABULARY)
def desk_merge_undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a merge back."""
    editor = editor_of(request)
    merge = get_object_or_404(visible_merges(editor), public_id=public_id)
    request.no_undo = True  # type: ignore[attr-defined]
    try:
        undo_merge(merge=merge, by=editor)
    except PermissionDenied:
        raise
    except ValidationError as error:
        for words in error.messages:
            messages.error(request, words)
        return _list(request, HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("The merge of “%(gone)s” into “%(kept)s” was undone.") % _names(merge))
    return redirect("desk_merges")
