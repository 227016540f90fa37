"""Removing what endangers somebody: one person asks, another confirms, then it is erased.

What goes is found by `erasure`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.core.cache import caches
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from visits.access import Permission
from visits.actions import remove, require
from visits.audit.log import note
from visits.erasure import erase_record
from visits.kept_removals import keep
from visits.models import AuditKind, Record, RemovalRequest, User


def removable() -> dict[str, type[Record]]:
    """Return the models whose records can be removed, by kind: the name of the model."""
    return {
        model._meta.model_name or "": model
        for model in apps.get_models()
        if issubclass(model, Record) and not model.__name__.startswith("Historical")
    }


def find_record(*, kind: str, public_id: str, user: User) -> Record | None:
    """Return the record of this kind and id where `user` may see it."""
    model = removable().get(kind)
    if model is None:
        return None
    found: Record | None = model._default_manager.visible_to(user).filter(public_id=public_id).first()  # type: ignore[attr-defined]
    return found


def of_visible(rows: QuerySet[RemovalRequest], *, user: User) -> list[int]:
    """Return the keys of those requests, in their order, whose records `user` may see."""
    asked = defaultdict[str, list[str]](list)
    for kind, public_id in rows.values_list("kind", "public_id"):
        asked[kind].append(public_id)
    models, shown = removable(), set[tuple[str, str]]()
    for kind in asked.keys() & models.keys():
        there = models[kind]._default_manager.visible_to(user).filter(public_id__in=asked[kind])  # type: ignore[attr-defined]
        shown |= {(kind, public_id) for public_id in there.values_list("public_id", flat=True)}
    return [pk for pk, *named in rows.values_list("pk", "kind", "public_id") if tuple(named) in shown]


def open_requests(*, user: User, most: int) -> list[RemovalRequest]:
    """Return the open requests for records that `user` may see, the oldest first, `most` of these."""
    rows = RemovalRequest.objects.filter(done_at=None, declined_at=None).order_by("asked_at", "id")
    keys = of_visible(rows, user=user)
    return list(rows.filter(pk__in=keys[:most]).select_related("asked_by"))


@transaction.atomic
def ask_removal(*, record: Record, reason: str, by: User) -> RemovalRequest:
    """Ask that `record` be removed; another person has to confirm."""
    require(by, Permission.PUBLISH)
    if not reason.strip():
        raise ValidationError(_("Say whom it endangers and how: the second person has only these words."))
    kind = record._meta.model_name or ""
    open_ones = RemovalRequest.objects.filter(kind=kind, public_id=record.public_id)
    if open_ones.filter(done_at=None, declined_at=None).exists():
        raise ValidationError(_("Somebody has asked for this already: confirm it on the page of removals."))
    note(AuditKind.REMOVAL, by=by, row=record, detail="asked")
    return RemovalRequest.objects.create(kind=kind, public_id=record.public_id, asked_by=by, reason=reason.strip())


def _claim(request: RemovalRequest, **state: Any) -> None:
    """Close an open request; raise ValidationError where somebody else has closed it since."""
    rows = RemovalRequest.objects.filter(pk=request.pk, done_at=None, declined_at=None)
    if not rows.update(**state):
        raise ValidationError(_("This request is closed already."))


@transaction.atomic
def confirm_removal(*, request: RemovalRequest, by: User) -> list[tuple[str, str]]:
    """Remove and erase the record of `request` as its second person; return what was erased.

    Of the reason nothing stays either. Raises PermissionDenied where `by` may not see the record.
    """
    record = find_record(kind=request.kind, public_id=request.public_id, user=by)
    if record is None:
        raise PermissionDenied(_("Your role does not allow this."))
    now = timezone.now()
    remove(record=record, by=request.asked_by, second=by)
    _claim(request, second=by, done_at=now, reason="")
    note(AuditKind.REMOVAL, by=by, row=record, detail=f"confirmed, {request.asked_by_id} had asked")
    erased = erase_record(record)
    # Pages kept before are reached no more, but their bytes are not to lie about either.
    transaction.on_commit(caches["pages"].clear)
    transaction.on_commit(caches["briefings"].clear)
    # Robust: what is removed is removed; the next removal, or `repeat_removals`, writes the whole list.
    transaction.on_commit(keep, robust=True)
    others = [row for row in erased if row != (request.kind, request.public_id)]
    same = {"asked_by": request.asked_by, "second": by, "done_at": now}
    for kind, public_id in others:
        # An open request for what has gone with it is answered by this one.
        mine = RemovalRequest.objects.filter(kind=kind, public_id=public_id, done_at=None, declined_at=None)
        if not mine.exclude(asked_by=by).update(second=by, done_at=now, reason=""):
            mine.delete()
            RemovalRequest.objects.create(kind=kind, public_id=public_id, **same)
    return erased


@transaction.atomic
def decline_removal(*, request: RemovalRequest, by: User) -> None:
    """Close a request without removing anything: the second person declines, or who asked takes it back."""
    require(by, Permission.PUBLISH)
    second = None if by.pk == request.asked_by_id else by
    # Whatever becomes of the record, words about a danger are kept no longer than somebody has to decide on them.
    _claim(request, second=second, declined_at=timezone.now(), reason="")
    note(AuditKind.REMOVAL, by=by, row=request, detail="declined" if second else "taken back")
