"""Undoing the last action at the desk: the history rows of its request are taken back, the last one first.

What an action wrote is gathered while its request lasts and named in the session. It can be undone for a while, and
only as long as each row it wrote is still the latest of its object. Whatever is told for ever (steps, errata), or
has gone to the public, has ways of its own and is not offered.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CASCADE, ProtectedError, Q
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from simple_history.models import HistoricalRecords

from visits import actions, admin_drafts
from visits.after_save import after_save, keys_of, refresh, take_out
from visits.choices import Workflow
from visits.history_actions import enter_again
from visits.merge_plan import relations
from visits.models import (
    Compartment,
    CompartmentMember,
    Consent,
    Draft,
    Record,
    RemovalRequest,
    StaleVersion,
    User,
    Versioned,
    Visit,
    VisitStep,
)
from visits.models.base import heading_of
from visits.told import tells
from visits.versions import seen
from visits.workflow import permission_for

SESSION_KEY = "undo"
OFFERED_FOR = timedelta(minutes=15)
# More rows than this are an import or a merge, which are undone as a whole by ways of their own.
MOST_ROWS = 200
_NEVER = (VisitStep, User, Compartment, CompartmentMember, Consent)
Handler = Callable[[HttpRequest], HttpResponseBase]


def gather(sender: Any, instance: Any, history_instance: Any, **_more: Any) -> None:
    """Note a history row with the request that caused it; called for each by django-simple-history."""
    request = getattr(HistoricalRecords.context, "request", None)
    rows = getattr(request, "_undo_rows", None)
    if rows is not None and isinstance(instance, Versioned):
        rows.append((instance, history_instance))


def offer_undo(get_response: Handler) -> Handler:
    """Offer to undo what a form of the desk has done, until the next one does something."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST":
            return get_response(request)
        rows: list[Any] = []
        request._undo_rows = rows  # type: ignore[attr-defined]
        response = get_response(request)
        match = request.resolver_match
        at_the_desk = match is not None and match.route.startswith("desk/")
        if at_the_desk and rows and response.status_code < HTTPStatus.BAD_REQUEST:
            request.session.pop(SESSION_KEY, None)
            if not getattr(request, "no_undo", False) and _undoable(rows):
                request.session[SESSION_KEY] = _offer(rows)
        return response

    return middleware


def _offer(rows: list[Any]) -> dict[str, Any]:
    # The record itself tells best what was done; it is saved last.
    told = next((row for row, _stored in reversed(rows) if isinstance(row, Record)), rows[-1][0])
    return {
        "token": get_random_string(22),
        "at": timezone.now().isoformat(),
        # No words of the record: a session outlives what is removed.
        "of": [told._meta.label, told.pk],
        "entered": any(stored.history_type == "+" for _row, stored in rows),
        "rows": [[type(row)._meta.label, stored.history_id] for row, stored in rows],
    }


def offered(request: HttpRequest) -> dict[str, Any] | None:
    """Return what may be undone now: its token and what it was, or None."""
    found = request.session.get(SESSION_KEY)
    if not found:
        return None
    at = parse_datetime(found["at"])
    return found if at is not None and timezone.now() - at <= OFFERED_FOR else None


def what_was_done(offer: dict[str, Any], user: User) -> str:
    """Return what an offer is about in words, with its name where `user` may see it now; "" for a removed record."""
    label, key = offer["of"]
    model = apps.get_model(label)
    row = seen(model, user).filter(pk=key).first()
    kind = str(model._meta.verbose_name)
    if row is None:
        # Of what was removed since, nothing is left to go back to.
        return "" if issubclass(model, Record) else kind
    return f"{kind}: {heading_of(row, user)}"


def _undoable(rows: list[Any]) -> bool:
    """Whether each of the rows may be taken back, as far as that does not depend on the person."""
    if len(rows) > MOST_ROWS:
        return False
    return all(not isinstance(row, _NEVER) and not row.STAYS and _way_back(stored) for row, stored in rows)


def _way_back(stored: Any) -> bool:
    """Whether the workflow before a history row can be reached from the one in it."""
    workflow = getattr(stored, "workflow", None)
    if workflow is None:
        return True
    if stored.history_type != "~":
        return workflow in {Workflow.DRAFT, Workflow.IN_REVIEW}
    before = _previous(stored)
    return before is not None and (before.workflow == workflow or permission_for(workflow, before.workflow) is not None)


def _previous(stored: Any) -> Any:
    """Return the history row of the same object before this one, or None."""
    rows = type(stored).objects.filter(id=stored.id, history_id__lt=stored.history_id)
    return rows.order_by("-history_id").first()


@transaction.atomic
def undo(*, rows: list[list[Any]], by: User) -> None:
    """Take back the history rows named as [model, history id], in the order they were written.

    Raises StaleVersion where an object has been changed since, PermissionDenied where `by` may not change it now.
    """
    found = []
    for label, key in rows:
        model = apps.get_model(label)
        stored = model.history.model.objects.filter(history_id=key).first()
        if stored is None:
            raise StaleVersion
        found.append((model, stored))
    _check_latest(found)
    changed = dict.fromkeys((model, stored.id) for model, stored in found)
    there = [model._base_manager.filter(pk=key).first() for model, key in changed]
    told = any(row is not None and tells(row) for row in there)
    wholes: dict[tuple[Any, int], Any] = {}
    for model, stored in reversed(found):
        row = take_back(model, stored, by)
        wholes.pop((model, stored.id), None)
        if row is not None:
            wholes[model, stored.id] = row
    for (model, key), row in wholes.items():
        # What is derived from it is found anew: whether quoted words stand in a text.
        after_save(row, by)
        wholes[model, key] = model._base_manager.get(pk=key)
    _check_after(wholes, by)
    if told or any(tells(row) for row in wholes.values()):
        actions.raise_stamp()


def _check_latest(found: list[tuple[Any, Any]]) -> None:
    """Raise StaleVersion where somebody has written to one of the objects since."""
    last = {(model, stored.id): stored.history_id for model, stored in found}
    for (model, key), history_id in last.items():
        newest = model.history.model.objects.filter(id=key).order_by("-history_id").first()
        if newest is None or newest.history_id != history_id:
            raise StaleVersion


def take_back(model: Any, stored: Any, by: User | None) -> Any:
    """Undo one history row and return the row as it stands now, or None where it was not there before."""
    actions.require(by, model.WRITTEN_WITH)
    if stored.history_type == "-":
        row = enter_again(model, stored)
        actions.require_for_change(row, by)
        return row
    row = model._base_manager.filter(pk=stored.id).first()
    if row is None:
        raise StaleVersion
    actions.require_for_change(row, by)
    if stored.history_type == "+":
        if others_rest_on(row, by):
            raise StaleVersion
        try:
            take_out(row)
        except ProtectedError as error:
            raise StaleVersion from error
        return None
    old = _previous(stored)
    if old is None:
        raise StaleVersion
    _check_way(row, old, by)
    left = keys_of([row])
    for entry in model._meta.concrete_fields:
        if entry.name not in {"id", "version", *model.PERMANENT} and not getattr(entry, "auto_now", False):
            setattr(row, entry.attname, getattr(old, entry.attname))
    actions.clean_and_save(row)
    refresh(left)
    return row


def others_rest_on(row: Any, by: User | None) -> bool:
    """Whether somebody has begun something with a row that was entered, which taking it out would lose.

    Its own parts are out by then: they were entered after it.
    """
    hanging = (entry for entry in relations(type(row)) if entry.remote_field.on_delete is CASCADE)
    if any(entry.model._base_manager.filter(**{entry.name: row}).exists() for entry in hanging):
        return True
    of_it = Q(key=admin_drafts.key_of(type(row), row.pk))
    if isinstance(row, Record):
        of_it |= Q(key__endswith=f":{row.public_id}")
        asked = RemovalRequest.objects.filter(kind=row._meta.model_name, public_id=row.public_id)
        if asked.filter(done_at=None, declined_at=None).exists():
            return True
    return Draft.objects.filter(of_it).exclude(user=by).exists()


def _check_way(row: Any, old: Any, by: User | None) -> None:
    """Raise where `by` may not take a record back to the workflow that it had."""
    if not isinstance(row, Record) or row.workflow == old.workflow:
        return
    needed = permission_for(row.workflow, old.workflow)
    if needed is None:
        raise ValidationError(_("What is published is withdrawn, not undone."))
    actions.require(by, needed)


def _check_after(wholes: dict[tuple[Any, int], Any], by: User | None) -> None:
    """Raise ValidationError where what stands now breaks a rule across rows."""
    for (model, key), row in wholes.items():
        if isinstance(row, Record):
            stands = model._base_manager.get(pk=key)
            actions.check_parents(stands, by=by)
            stands.check_dependants(by)
            if isinstance(stands, Visit):
                actions.check_visit(stands)
