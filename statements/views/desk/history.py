"""Who changed what when in a record, restoring one of its versions, and undoing the last action."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from statements.views.desk.access import desk_page, editor_of
from visits.actions import require, require_for_change
from visits.history_actions import restore_version
from visits.models import StaleVersion, User, Versioned
from visits.models.base import heading_of
from visits.undo import SESSION_KEY, offered, undo, what_was_done
from visits.version_cards import told_versions, version_cards
from visits.versions import History, key_of, kinds, seen
from visits.views.rows import page_of_rows

VERSIONS_PER_PAGE = 20


def _record(kind: str, key: str, user: User) -> Versioned:
    """Return the record that an address names, or raise Http404: for a hidden one as for a missing one."""
    model = kinds().get(kind)
    if model is None:
        raise Http404
    name = "slug" if "slug" in model.PERMANENT else "public_id"
    found: Versioned | None = seen(model, user).filter(**{name: key}).first()
    if found is None:
        raise Http404
    return found


def _may_restore(record: Versioned, user: User) -> bool:
    try:
        require(user, record.WRITTEN_WITH)
        require_for_change(record, user)
    except PermissionDenied:
        return False
    return True


def _page(request: HttpRequest, record: Versioned, status: int = HTTPStatus.OK) -> HttpResponse:
    """Return the history of a record, newest version first."""
    history = History(record, request.user)
    told = told_versions(history)
    page, moved = page_of_rows(request, told[::-1], VERSIONS_PER_PAGE)  # type: ignore[arg-type]
    address = getattr(record, "get_absolute_url", None)
    context = {
        "section": "desk",
        "record": record,
        "title": heading_of(record, editor_of(request)),
        "kind": record._meta.model_name,
        "kind_label": capfirst(str(record._meta.verbose_name)),
        "key": key_of(record),
        "address_of_record": address() if address else "",
        "cards": version_cards(history, told, list(page.object_list)),
        "may_restore": _may_restore(record, editor_of(request)),
        "page": page,
        "page_moved": moved,
        "address": "?",
    }
    return render(request, "desk/history.html", context, status=status)


@require_safe
@desk_page()
def desk_history(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The versions of a record with its parts, with the words that changed."""
    return _page(request, _record(kind, key, editor_of(request)))


@require_POST
@desk_page()
def desk_restore(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Write an earlier version again as a new one; refused where somebody has saved since the page was read."""
    editor = editor_of(request)
    record = _record(kind, key, editor)
    to, version = (_number(request.POST.get(name, "")) for name in ("to", "version"))
    try:
        done = restore_version(record=record, to=to, by=editor, version=version)
    except ValidationError as error:
        for words in error.messages:
            messages.error(request, words)
        stale = isinstance(error, StaleVersion)
        status = HTTPStatus.CONFLICT if stale else HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(request, _record(kind, key, editor), status)
    messages.success(request, _("Version %(number)d was restored.") % {"number": to})
    for words in done.left:
        messages.warning(request, _("Not restored: %(what)s") % {"what": words})
    return redirect("desk_history", kind=kind, key=key)


def _number(text: str) -> int:
    """Return a number from a form; what is none is a version that never was."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@require_POST
@desk_page()
def desk_undo(request: HttpRequest) -> HttpResponse:
    """Take back what the last form of this person has done, unless somebody has changed it since."""
    offer = offered(request)
    request.session.pop(SESSION_KEY, None)
    request.no_undo = True  # type: ignore[attr-defined]
    if offer is None or request.POST.get("token") != offer["token"]:
        messages.error(request, _("There is nothing to undo any more."))
        return redirect("desk_home")
    editor = editor_of(request)
    what = what_was_done(offer, editor)
    try:
        undo(rows=offer["rows"], by=editor)
    except ValidationError as error:
        refused: dict[str, Any] = {"section": "desk", "what": what, "reasons": error.messages}
        return render(request, "desk/undo_refused.html", refused, status=HTTPStatus.CONFLICT)
    messages.success(request, _("Undone: %(what)s") % {"what": what})
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    # What was entered is gone: its own page would be missing.
    return redirect(back if safe and not offer["entered"] else reverse("desk_home"))
