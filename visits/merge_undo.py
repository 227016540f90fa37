"""Taking a merge back: the duplicate returns with all that named it; and forgetting merges of what is erased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from visits import actions
from visits.access import Permission
from visits.after_save import take_out
from visits.history_actions import enter_again
from visits.merge_plan import NotMergeable, is_removed, kind_of, model_of, rivals, with_whole
from visits.merging import NOWHERE, Touched, after_moving, change, park, plain
from visits.models import Merge, User
from visits.told import tells
from visits.versions import seen


@dataclass(frozen=True, slots=True)
class Back:
    """A row that still holds what the merge wrote: what it held before, and who sees it (as in `merge_plan.Move`)."""

    row: Any
    values: dict[str, Any]
    hidden: bool
    removed: bool

    def move(self) -> None:
        """Give the row what it held before."""
        change(self.row, self.values, quietly=self.removed, hidden=self.hidden)


@transaction.atomic
def undo_merge(*, merge: Merge, by: User | None) -> Any:
    """Bring the duplicate back with all that named it, but for rows that were changed since; return it.

    Rows that `by` may not see go back with the others, and never hinder it.
    """
    actions.require(by, Permission.EDIT_VOCABULARY)
    now = timezone.now()
    if not Merge.objects.filter(pk=merge.pk, undone_at=None).update(undone_at=now, undone_by=by):
        raise NotMergeable(_("This merge has been undone already."))
    model = model_of(merge.kind)
    if not seen(model, by).filter(pk=merge.kept).exists():
        raise NotMergeable(_("The row that was kept is no longer there: undo first what became of it."))
    kept = model._base_manager.get(pk=merge.kept)
    told = tells(kept)
    back = _still_there(merge.changes["changed"], by)
    swapped = _still_there(merge.changes.get("swapped", []), by)
    for one in swapped:
        park(one.row, dict.fromkeys(one.values, NOWHERE))
    for label, key in merge.changes["created"]:
        for row in apps.get_model(label)._base_manager.filter(pk=key):
            take_out(row)
    gone, *parts = merge.changes["dropped"]
    stayed = model._base_manager.filter(pk=merge.gone).first() if merge.changes.get("stays") else None
    duplicate = stayed or _bring_back(*gone)
    touched = [Touched(duplicate)]
    for one in back:
        one.move()
    for one in swapped:
        # Where its place was taken since, it stays with the duplicate.
        if _is_taken(one):
            park(one.row, {name: getattr(one.row, name) for name in one.values})
        else:
            one.move()
    touched += [Touched(one.row, one.hidden) for one in (*back, *swapped) if not one.removed]
    touched += [part for label, values in parts if (part := _bring_part(label, values, by)) is not None]
    after_moving(touched, by, told=told or tells(kept) or tells(duplicate))
    merge.refresh_from_db()
    return duplicate


def merged_away(row: Any) -> set[int]:
    """Return the ids of what went up in `row` and was not parted again, directly or with others."""
    found, waiting = set[int](), {row.pk}
    while waiting:
        merges = Merge.objects.filter(kind=kind_of(row), kept__in=waiting, undone_at=None)
        waiting = set(merges.values_list("gone", flat=True)) - found - {row.pk}
        found |= waiting
    return found


def forget_merges(row: Any) -> set[str]:
    """Erase what merges hold of `row`, which is being erased: their log, and the history of what went up in it.

    Returns the names of the files that it held, and those which went up in it: no row may name them any more.
    """
    kind, model = kind_of(row), type(row)
    merges = Merge.objects.filter(kind=kind, kept=row.pk)
    files = set()
    for gone in set(merges.filter(undone_at=None).values_list("gone", flat=True)) - {row.pk}:
        files |= forget_merges(model(pk=gone))
        model.history.filter(id=gone).delete()
    for merge in (*merges, *Merge.objects.filter(kind=kind, gone=row.pk)):
        files |= {values["stored_file"] for _label, values in merge.changes["dropped"] if values.get("stored_file")}
        merge.delete()
    return files


def _still_there(changed: list[Any], by: User | None) -> list[Back]:
    """Return the rows that still hold what the merge wrote."""
    found = []
    for label, key, changes in changed:
        model: Any = apps.get_model(label)
        row = with_whole(model).filter(pk=key).first()
        values = {name: old for name, (old, new) in changes.items() if row is not None and _same(row, name, new)}
        if row is None or not values:
            continue
        removed = is_removed(row)
        hidden = not seen(model, by).filter(pk=key).exists()
        if not removed and not hidden:
            actions.require_for_change(row, by)
        found.append(Back(row, values, hidden, removed))
    return found


def _is_taken(one: Back) -> bool:
    """Whether another row stands by now where this one stood before the merge."""
    for rule in one.row._meta.constraints:
        if isinstance(rule, models.UniqueConstraint):
            columns = [one.row._meta.get_field(name).attname for name in rule.fields]
            place = {column: one.values.get(column, getattr(one.row, column)) for column in columns}
            same = type(one.row)._base_manager.filter(**place).exclude(pk=one.row.pk)
            if rivals(one.row, rule, same).exists():
                return True
    return False


def _same(row: Any, name: str, value: Any) -> bool:
    entry = row._meta.get_field(name)
    return bool(plain(row, name) == (value if isinstance(entry, models.FileField) else entry.to_python(value)))


def _bring_back(label: str, values: dict[str, Any]) -> Any:
    """Enter a row again with its old id and values, but for whom it may name or not and who is erased since.

    Raises NotMergeable where its place was taken since.
    """
    model: Any = apps.get_model(label)

    class Stored:
        """The values as a history row has them."""

    stored: Any = Stored()
    for entry in model._meta.concrete_fields:
        value = values[entry.attname]
        if entry.is_relation and entry.null and not entry.related_model._base_manager.filter(pk=value).exists():
            value = None
        setattr(stored, entry.attname, value if isinstance(entry, models.FileField) else entry.to_python(value))
    try:
        with transaction.atomic():
            return enter_again(model, stored)
    except ValidationError as error:
        raise NotMergeable(error.messages) from error


def _bring_part(label: str, values: dict[str, Any], by: User | None) -> Touched | None:
    """Enter a part again that went as a double; None for one of a record that is erased, or hidden and full by now."""
    model: Any = apps.get_model(label)
    if not model.PART_OF:
        return Touched(_bring_back(label, values))
    relation = model._meta.get_field(model.PART_OF)
    wholes = relation.remote_field.model._base_manager.filter(pk=values[relation.attname])
    if not wholes.exists():
        return None
    hidden = not seen(relation.remote_field.model, by).filter(pk__in=wholes).exists()
    try:
        return Touched(_bring_back(label, values), hidden)
    except NotMergeable:
        if hidden:
            return None
        raise
