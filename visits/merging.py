"""Merging a duplicate into the row that is kept: everything that names the duplicate is moved, and can be moved back.

What moves and what hinders it says `merge_plan`. Rows that the person may not see move along, unchecked and untold;
what hangs on removed records moves without a trace in history.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from visits import actions, admin_drafts, drafts
from visits.access import Permission
from visits.after_save import after_save, keys_of, refresh, take_out, written
from visits.merge_plan import NAMES, Move, NotMergeable, Plan, check_plan, kind_of, plan_merge
from visits.models import Merge, Record, Redirect, RemovalRequest, User, Versioned, Visit, VisitStep
from visits.models.base import check_no_cycle
from visits.told import tells
from visits.versions import seen


@transaction.atomic
def merge_records(*, kept: Any, gone: Any, by: User | None, versions: tuple[int, int] | None = None) -> Merge:
    """Move all that names `gone` to `kept`, keep its names and addresses, and take it out.

    `versions` are those of `kept` and `gone` as the person read them. Raises NotMergeable, StaleVersion and
    PermissionDenied; then nothing was written.
    """
    actions.require(by, Permission.EDIT_VOCABULARY)
    for row, version in zip((kept, gone), versions or (None, None), strict=True):
        actions.check_version(row, version)
    plan = plan_merge(kept, gone, by)
    check_plan(plan)
    told = tells(kept) or tells(gone)
    log = Merge(kind=kind_of(kept), kept=kept.pk, gone=gone.pk, kept_name=str(kept), gone_name=str(gone), by=by)
    changed: list[Any] = []
    dropped: list[Any] = [[gone._meta.label, values_of(gone)]]
    touched: list[Touched] = []
    for move in plan.swapped:
        park(move.row, dict.fromkeys(move.changes, NOWHERE))
    for move in plan.moves:
        if move.dropped:
            dropped.append([move.row._meta.label, values_of(move.row)])
            touched.append(Touched(move.row, move.hidden))
            take_out(move.row)
    for move in plan.moves:
        if not move.dropped:
            changed.append(_moved(move))
            touched += [] if move.removed else [Touched(move.row, move.hidden)]
    # A parent that was the duplicate is changed before the duplicate goes.
    if plan.filled:
        changed.append(
            [kept._meta.label, kept.pk, {name: [plain(kept, name), value] for name, value in plan.filled.items()}]
        )
        change(kept, plan.filled)
    else:
        kept.save()
    swapped = [_moved(move) for move in plan.swapped]
    touched += [Touched(move.row, True) for move in plan.swapped if not move.removed]
    old, new = _path(gone), _path(kept)
    drafts.carry_key(*(admin_drafts.key_of(type(row), row.pk) for row in (gone, kept)))
    if isinstance(gone, Record):
        drafts.carry(gone.public_id, kept.public_id)
        changed += _carry_request(kept, gone)
    if not plan.stays:
        take_out(type(gone)._base_manager.get(pk=gone.pk))
    created = [*_keep_name(plan), *_redirect(old, new, changed)]
    log.changes = {"created": created, "changed": changed, "dropped": dropped, "swapped": swapped, "stays": plan.stays}
    log.save()
    after_moving([Touched(kept), *touched], by, told=told or tells(kept))
    return log


@dataclass(frozen=True, slots=True)
class Touched:
    """A row that was moved, dropped or brought back; what is hidden from the person is not checked before them."""

    row: Any
    hidden: bool = False


# No row has this id: what is about to change places with another names it meanwhile, within the transaction.
NOWHERE = 0


def park(row: Any, values: dict[str, Any]) -> None:
    """Set columns of a row past version and history, within a change of places."""
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def _moved(move: Move) -> list[Any]:
    """Move a row; return what the log keeps of it."""
    values = {name: new for name, (_old, new) in move.changes.items()}
    change(move.row, values, quietly=move.removed, hidden=move.hidden)
    told = {name: [old, getattr(move.row, name)] for name, (old, _new) in move.changes.items()}
    return [move.row._meta.label, move.row.pk, move.changes if move.removed else told]


def _carry_request(kept: Any, gone: Any) -> list[Any]:
    """Let an open request to remove the duplicate ask for the kept one: it holds now what endangers somebody."""
    rows = RemovalRequest.objects.filter(kind=kept._meta.model_name, done_at=None, declined_at=None)
    asked = rows.filter(public_id=gone.public_id).first()
    if asked is None:
        return []
    standing = rows.filter(public_id=kept.public_id).first()
    if standing is None:
        rows.filter(pk=asked.pk).update(public_id=kept.public_id)
        return [[asked._meta.label, asked.pk, {"public_id": [gone.public_id, kept.public_id]}]]
    rows.filter(pk=standing.pk).update(reason=f"{standing.reason}\n\n{asked.reason}")
    rows.filter(pk=asked.pk).update(declined_at=timezone.now(), reason="")
    return []


def plain(row: Any, name: str) -> Any:
    """Return the value of a column as JSON takes it; a file is its name."""
    value = getattr(row, name)
    return str(value) if isinstance(row._meta.get_field(name), models.FileField) else value


def values_of(row: Any) -> dict[str, Any]:
    """Return all columns of a row."""
    return {entry.attname: plain(row, entry.attname) for entry in row._meta.concrete_fields}


def change(row: Any, values: dict[str, Any], *, quietly: bool = False, hidden: bool = False) -> None:
    """Set columns of a row and save it as a new version; `quietly` past its history, `hidden` without a word of it."""
    if quietly:
        type(row)._base_manager.filter(pk=row.pk).update(**values)
        return
    # Whose it was until now is indexed without it.
    left = keys_of([row])
    for name, value in values.items():
        setattr(row, name, value)
    if isinstance(row, VisitStep):
        # A step is never changed, but which row its source is was never what it said.
        super(VisitStep, row).save()
    elif hidden:
        _stand_alone(row, values)
        row.save()
        written(row)
    elif isinstance(row, Versioned):
        actions.clean_and_save(row)
    else:
        row.save(update_fields=list(values))
    refresh(left)


def _stand_alone(row: Any, values: dict[str, Any]) -> None:
    """Take a hidden row out from under the kept one where it would stand under itself: nobody may be told why not."""
    if "parent_id" in values:
        try:
            check_no_cycle(row)
        except ValidationError:
            row.parent_id = None


def _path(row: Any) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return str(row.get_absolute_url())


def _keep_name(plan: Plan) -> list[list[Any]]:
    """Keep the name of the duplicate as another name of the kept row, unless it has it."""
    kind = kind_of(plan.kept)
    if kind not in NAMES:
        return []
    label, relation, more = NAMES[kind]
    model: Any = apps.get_model(label)
    texts = model._base_manager.filter(**{relation: plan.kept}).values_list("text", flat=True)
    known = {text.casefold() for text in texts}
    created = []
    for text in dict.fromkeys([plan.gone.name, getattr(plan.gone, "short_name", "")]):
        taken = {*known, plan.kept.name.casefold(), getattr(plan.kept, "short_name", "").casefold()}
        if text and text.casefold() not in taken:
            row = model(text=text, **{relation: plan.kept}, **more)
            actions.clean_and_save(row)
            created.append([label, row.pk])
    return created


def _redirect(old: str, new: str, changed: list[Any]) -> list[list[Any]]:
    """Lead the old address, and those that led to it, to the new one; return what was created."""
    back = Redirect.objects.filter(old_path=new).first()
    if back is not None:
        raise NotMergeable(_("The address of the one that stays leads elsewhere already: keep the other one."))
    for row in Redirect.objects.filter(new_path=old):
        changed.append([Redirect._meta.label, row.pk, {"new_path": [old, new]}])
        change(row, {"new_path": new})
    standing = list(Redirect.objects.filter(old_path=old))
    for row in standing:
        changed.append([Redirect._meta.label, row.pk, {"new_path": [row.new_path, new]}])
        change(row, {"new_path": new})
    if standing:
        return []
    row = Redirect(old_path=old, new_path=new)
    actions.clean_and_save(row)
    return [[Redirect._meta.label, row.pk]]


def after_moving(touched: Iterable[Touched], by: User | None, *, told: bool) -> None:
    """Check what the moved rows belong to, give it a new version, and raise the stamp once where everybody is `told`.

    What is hidden from `by` is not checked, and changes no version that they may see.
    """
    touched = list(touched)
    for one in touched:
        # What rests on a row is found anew where it stands now: quoted words in another text.
        moved = type(one.row)._base_manager.filter(pk=one.row.pk).first()
        if moved is not None:
            with suppress(*[ValidationError] if one.hidden else []):
                after_save(moved, by)
    wholes: dict[tuple[Any, int], bool] = {}
    for one in touched:
        row = one.row
        if isinstance(row, Record) and not one.hidden:
            actions.check_parents(type(row)._base_manager.get(pk=row.pk), by=by)
        whole = getattr(row, row.PART_OF, None) if getattr(row, "PART_OF", "") else None
        while whole is not None:
            known = wholes.get((type(whole), whole.pk), True)
            wholes[type(whole), whole.pk] = known and one.hidden
            whole = getattr(whole, whole.PART_OF, None) if whole.PART_OF else None
    for (model, key), hidden in wholes.items():
        stands = model._base_manager.filter(pk=key).first()
        if stands is None or (hidden and seen(model, by).filter(pk=key).exists()):
            continue
        if isinstance(stands, Record) and not hidden:
            actions.check_parents(stands, by=by)
        if isinstance(stands, Visit) and not hidden:
            actions.check_visit(stands)
        stands.save()
        written(stands)
    if told:
        actions.raise_stamp()
