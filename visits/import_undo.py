"""Undoing an import as a whole: what it entered is taken out, what it changed is set back, or nothing of it is.

Steps are append-only: one that was added to a visit on record is voided, one that was voided is entered anew. A source
that such a step names stays.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from visits import undo
from visits.access import Permission
from visits.actions import add_step, clean_and_save, raise_stamp, require, void_step
from visits.after_save import refresh, take_out, together
from visits.imports.gathering import acting
from visits.imports.kinds import kind_named
from visits.models import (
    ImportBatch,
    ImportRow,
    ImportState,
    Source,
    StaleVersion,
    User,
    Visit,
    VisitExpert,
    VisitLeg,
    VisitMandate,
    VisitStep,
)
from visits.told import tells_of

_OF_STEP = ("kind", "actor", "mandate_id", "leg_id", "date", "date_basis", "proposed", "proposed_basis")
_TOLD_BY_STEP = ("reason", "document", "source_id", "note")


def undo_import(*, batch: ImportBatch, by: User | None) -> None:
    """Take back all that an import wrote.

    Raises ValidationError where somebody has changed, published or used something of it since: nothing is undone.
    """
    require(by, Permission.EDIT_RECORD)
    if batch.state != ImportState.DONE:
        raise ValidationError(_("This list is not written, or undone already."))
    kind = kind_named(batch.kind)
    with transaction.atomic(durable=True), acting(by):
        if not ImportBatch.objects.filter(pk=batch.pk, state=ImportState.DONE).update(state=ImportState.UNDONE):
            raise StaleVersion
        told = any(tells_of(model, ids) for model, ids in _there(batch).items())
        with together():
            if kind is not None and kind.undo is not None:
                kind.undo(batch=batch, by=by)
            else:
                take_back_writes(batch, by)
        if told:
            raise_stamp()
        stored = ImportBatch.objects.get(pk=batch.pk)
        stored.undone_at = timezone.now()
        clean_and_save(stored)


def _noted(batch: ImportBatch) -> list[tuple[str, int]]:
    """Return (model, history id) of what an import has noted, in the order in which it wrote."""
    noted = ImportRow.objects.filter(batch=batch).order_by("number").values_list("writes", flat=True)
    return [(label, key) for writes in noted for label, key in writes]


def _there(batch: ImportBatch) -> dict[Any, set[int]]:
    """Return by model the ids of the rows that an import wrote, as far as its history is there."""
    written: dict[str, set[int]] = defaultdict(set)
    for label, key in _noted(batch):
        written[label].add(key)
    found: dict[Any, set[int]] = {}
    for label, keys in written.items():
        model, every = apps.get_model(label), sorted(keys)
        history = model.history.model.objects
        found[model] = set()
        for start in range(0, len(every), 500):
            found[model] |= {*history.filter(pk__in=every[start : start + 500]).values_list("id", flat=True)}
    return found


def take_back_writes(batch: ImportBatch, by: User | None) -> None:
    """Take back the history rows that an import has noted."""
    _take_back(_writes(batch), by)


def _writes(batch: ImportBatch) -> list[tuple[Any, Any]]:
    """Return the (model, history row) that an import caused, in the order in which it did."""
    found = _noted(batch)
    rows: dict[tuple[str, int], Any] = {}
    for label in {label for label, _key in found}:
        history = apps.get_model(label).history.model
        keys = [key for other, key in found if other == label]
        for start in range(0, len(keys), 500):
            rows |= {(label, row.history_id): row for row in history.objects.filter(pk__in=keys[start : start + 500])}
    if len(rows) < len(set(found)):
        raise ValidationError(_("Something of this import has been removed since: it cannot be undone as a whole."))
    return [(apps.get_model(label), rows[label, key]) for label, key in found]


def _take_back(written: list[tuple[Any, Any]], by: User | None) -> None:
    first: dict[tuple[Any, int], Any] = {}
    last: dict[tuple[Any, int], Any] = {}
    for model, stored in written:
        first.setdefault((model, stored.id), stored)
        last.pop((model, stored.id), None)
        last[model, stored.id] = stored
    for pair in [pair for pair in last if _only_touched(first[pair], last[pair])]:
        # A whole whose part was entered: its version alone has changed, and others may have written to it since.
        del first[pair], last[pair]
    entered = {key for (model, key), stored in first.items() if model is Visit and stored.history_type == "+"}
    _check_latest(last)
    for key in entered:
        _take_out_visit(key, by)
    # Backwards as they were first written, so that whatever names a row goes before it; steps first, for they put a
    # visit's dates back.
    rest = [pair for pair in reversed(first) if not _of_entered(first[pair], entered)]
    for model, key in [pair for pair in rest if pair[0] is VisitStep]:
        _take_back_step(model.objects.get(pk=key), by)
    for model, key in [pair for pair in rest if pair[0] is not VisitStep]:
        _take_back_row(model, first[model, key], by)


def _only_touched(first: Any, last: Any) -> bool:
    """Whether an import has changed nothing of a row but its version."""
    if first.history_type != "~":
        return False
    model = type(first).instance_type
    before = model.history.model.objects.filter(id=first.id, history_id__lt=first.history_id)
    old = before.order_by("-history_id").first()
    fields = [entry.attname for entry in model._meta.concrete_fields if entry.name not in {"version", "changed_at"}]
    return old is not None and all(getattr(old, name) == getattr(last, name) for name in fields)


def _of_entered(stored: Any, entered: set[int]) -> bool:
    """Whether a row is a visit that the import entered, or a part of one."""
    model = type(stored).instance_type
    return (model is Visit and stored.id in entered) or getattr(stored, "visit_id", None) in entered


def _check_latest(last: dict[tuple[Any, int], Any]) -> None:
    """Raise where somebody has changed one of the rows since, or taken it out."""
    for (model, key), stored in last.items():
        history = model.history.model.objects.filter(id=key)
        if history.order_by("-history_id").values_list("history_id", flat=True).first() != stored.history_id:
            told = _("“%(what)s” was changed since: the import cannot be undone as a whole.")
            raise ValidationError(told % {"what": f"{model._meta.verbose_name} {getattr(stored, 'slug', '')}".strip()})


def _take_out_visit(key: int, by: User | None) -> None:
    """Take out a visit that the import entered, with its parts; raise where others have built on it."""
    steps = VisitStep.objects.filter(visit_id=key)
    steps.filter(voids__isnull=False).delete()
    steps.delete()
    for part in (VisitExpert, VisitMandate, VisitLeg):
        for row in part.objects.filter(visit_id=key):
            take_out(row)
    _out(Visit.objects.get(pk=key), by)


def _out(row: Any, by: User | None) -> None:
    told = _("“%(what)s” is used elsewhere since: the import cannot be undone as a whole.") % {"what": str(row)[:120]}
    if undo.others_rest_on(row, by):
        raise ValidationError(told)
    try:
        take_out(row)
    except ProtectedError as error:
        raise ValidationError(told) from error


def _take_back_step(step: VisitStep, by: User | None) -> None:
    reason = _("the import that told so was undone")
    if step.voids is not None:
        told = {name: getattr(step.voids, name) for name in (*_OF_STEP, *_TOLD_BY_STEP)}
        add_step(visit=step.visit, by=by, step=VisitStep(**told))
    elif not VisitStep.objects.filter(voids=step).exists():
        void_step(step=step, by=by, reason=reason)


def _take_back_row(model: Any, stored: Any, by: User | None) -> None:
    row = model._base_manager.filter(pk=stored.id).first()
    if row is None:
        raise StaleVersion
    if stored.history_type != "+":
        undo.take_back(model, stored, by)
        if model is Visit:
            # Its status and dates are those that its steps give now.
            from visits.actions import refresh_visit

            refresh_visit(Visit.objects.get(pk=stored.id))
        return
    if model is Source:
        # A voided step goes on naming the page that told of it.
        try:
            with transaction.atomic():
                take_out(row)
        except ProtectedError:
            refresh(set())
        return
    _out(row, by)
