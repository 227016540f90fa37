"""Merging a duplicate into the row that is kept: everything that names the duplicate is moved, and can be moved back.

The relations are found in the models, whichever app they stand in. Rows that the person may not see are never moved
unseen: merging then needs somebody who may. What hangs on removed records moves along without a trace in history.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from visits import actions, drafts
from visits.access import Permission
from visits.after_save import after_save, keys_of, refresh, take_out, written
from visits.choices import Workflow
from visits.history_actions import enter_again
from visits.models import Merge, MergeKind, Record, Redirect, User, Versioned, Visit, VisitStep
from visits.versions import seen, told_fields

MODELS = {
    MergeKind.PERSON: "visits.Person",
    MergeKind.ORGANISATION: "visits.Organisation",
    MergeKind.TOPIC: "statements.Topic",
    MergeKind.SOURCE: "visits.Source",
}
# How a name of each kind is kept: the model of other names, its relation, and what else it takes.
NAMES: dict[str, tuple[str, str, dict[str, str]]] = {
    MergeKind.PERSON: ("visits.PersonName", "person", {"kind": "full"}),
    MergeKind.ORGANISATION: ("visits.Alias", "organisation", {}),
    MergeKind.TOPIC: ("statements.TopicAlias", "topic", {}),
}
# Decided for each row, and never taken over from its duplicate.
_OWN = {"name", "title", "short_name", "kind", "side", "parent", "private", "publishable", "published_basis"}
_STATE = {"workflow", "visibility", "compartment", "withdrawn_note"}
_FILE = ("stored_file", "sha256", "extracted_text")


class NotMergeable(ValidationError):
    """These two cannot be merged as they are; nothing was written."""


def model_of(kind: str) -> type[Any]:
    """Return the model of a kind; raises KeyError for a word that is none."""
    return apps.get_model(MODELS[MergeKind(kind)]) if kind in MergeKind.values else _no_kind(kind)


def _no_kind(kind: str) -> Any:
    raise KeyError(kind)


def kind_of(row: models.Model) -> str:
    """Return the kind of a row that can be merged."""
    return next(kind.value for kind, label in MODELS.items() if label == row._meta.label)


def relations(model: type[models.Model]) -> list[Any]:
    """Return every foreign key that leads to `model`, those of rows that others name first."""
    everything: list[Any] = list(model._meta.get_fields(include_hidden=True))
    found = [
        relation.field
        for relation in everything
        if relation.auto_created
        and (relation.one_to_many or relation.one_to_one)
        and not hasattr(relation.related_model, "history_type")
    ]
    pointed = {
        entry.remote_field.model for there in found for entry in there.model._meta.concrete_fields if entry.is_relation
    }
    return sorted(found, key=lambda entry: (entry.model not in pointed, entry.model._meta.label, entry.name))


@dataclass(slots=True)
class Move:
    """A row that names the duplicate: by which fields, and whether it goes because the kept one has the same."""

    row: Any
    fields: list[Any]
    dropped: bool = False
    removed: bool = False
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What a merge would do, or why it cannot be done by this person."""

    kept: Any
    gone: Any
    moves: list[Move] = field(default_factory=list)
    name: str = ""
    filled: dict[str, Any] = field(default_factory=dict)
    hidden: bool = False
    needs_publish: bool = False
    problems: list[str] = field(default_factory=list)


def plan_merge(kept: Any, gone: Any, by: User | None) -> Plan:
    """Return what merging `gone` into `kept` would move; `by` None sees everything."""
    plan = Plan(kept, gone)
    kind = kind_of(kept)
    _check_pair(plan)
    plan.hidden = seen(type(kept), by).filter(pk__in=[kept.pk, gone.pk]).count() < 2
    moves: dict[tuple[Any, int], Move] = {}
    for entry in relations(type(kept)):
        rows = list(_with_whole(entry.model).filter(**{entry.name: gone.pk}).order_by("pk"))
        visible = set(seen(entry.model, by).filter(**{entry.name: gone.pk}).values_list("pk", flat=True))
        for row in rows:
            if entry.model is type(kept) and row.pk == kept.pk:
                continue
            move = moves.setdefault((entry.model, row.pk), Move(row, [], removed=is_removed(row)))
            move.fields.append(entry)
            if row.pk not in visible and not move.removed:
                plan.hidden = True
    plan.moves = list(moves.values())
    for move in plan.moves:
        _resolve(plan, move, by)
    plan.needs_publish = any(
        _refused(row, by) for row in (kept, gone, *(move.row for move in plan.moves if not move.removed))
    )
    if kind in NAMES:
        plan.name = gone.name
    plan.filled = _filled(kept, gone)
    return plan


def _with_whole(model: type[Any]) -> models.QuerySet[Any]:
    """Return the rows with what they are part of, which says who may change them."""
    part_of = getattr(model, "PART_OF", "")
    return model._base_manager.select_related(part_of) if part_of else model._base_manager.all()


def _refused(row: Any, by: User | None) -> bool:
    try:
        actions.require_for_change(row, by)
    except PermissionDenied:
        return True
    return False


def is_removed(row: Any) -> bool:
    """Whether nobody can see a row, because it or what it belongs to was removed."""
    while isinstance(row, Versioned):
        if isinstance(row, Record):
            return any(one.workflow == Workflow.REMOVED for one in (row, *actions.parents_of(row)))
        row = getattr(row, row.PART_OF) if row.PART_OF else None
    return False


def _check_pair(plan: Plan) -> None:
    kept, gone = plan.kept, plan.gone
    if type(kept) is not type(gone) or kept.pk == gone.pk:
        raise NotMergeable(_("Choose two different rows."))
    if getattr(kept, "private", None) != getattr(gone, "private", None):
        plan.problems.append(_("One of the two is a private individual: say first whether both are."))
    if isinstance(kept, Record):
        if (kept.visibility, kept.compartment_id) != (gone.visibility, gone.compartment_id):
            plan.problems.append(_("Bring both to the same visibility first."))
        if kept.workflow != gone.workflow and gone.workflow not in {Workflow.DRAFT, Workflow.IN_REVIEW}:
            plan.problems.append(_("Keep the one that has come further: the other was told publicly."))


def _resolve(plan: Plan, move: Move, by: User | None) -> None:
    """Say what moving a row changes in it, and whether the kept one has the same already."""
    row, after = move.row, {entry.attname: plan.kept.pk for entry in move.fields}
    move.changes = {name: [getattr(row, name), value] for name, value in after.items()}

    def value_of(name: str) -> Any:
        column = row._meta.get_field(name).attname
        return after.get(column, getattr(row, column))

    for rule in row._meta.constraints:
        if not isinstance(rule, models.UniqueConstraint) or not set(after) & {
            row._meta.get_field(name).attname for name in rule.fields
        }:
            continue
        same = type(row)._base_manager.filter(**{name: value_of(name) for name in rule.fields}).exclude(pk=row.pk)
        if rule.condition is None:
            move.dropped = move.dropped or same.exists()
        elif getattr(row, "preferred", False) and same.filter(rule.condition).exists():
            # Of two preferred names that of the kept one stays so.
            move.changes["preferred"] = [True, False]
    ends = [getattr(row, end, None) for end in ("source_id", "original_id")]
    if hasattr(row, "original_id") and [after.get("source_id", ends[0])] == [after.get("original_id", ends[1])]:
        move.dropped = True
    if move.dropped and isinstance(row, Record):
        if seen(type(row), by).filter(pk=row.pk).exists():
            plan.problems.append(
                _("Both have a %(kind)s of their own (%(row)s): join these first.")
                % {"kind": row._meta.verbose_name, "row": row}
            )
        else:
            plan.hidden = True


def _filled(kept: Any, gone: Any) -> dict[str, Any]:
    """Return by column what the kept row lacks and its duplicate has; both notes are kept, one under the other."""
    found = {}
    for told in told_fields(type(kept)):
        if told.name in {*_OWN, *_STATE, *_FILE, "note"}:
            continue
        if getattr(kept, told.attname) in (None, "", False) and getattr(gone, told.attname) not in (None, "", False):
            found[told.attname] = getattr(gone, told.attname)
    if "published" in found:
        found["published_basis"] = gone.published_basis
    notes = [kept.note, gone.note]
    if isinstance(kept, Record):
        if not kept.stored_file and not kept.extracted_text:  # type: ignore[attr-defined]
            found |= {name: str(getattr(gone, name)) for name in _FILE if getattr(gone, name)}
        url = getattr(gone, "url", "")
        notes.append(" ".join(part for part in (gone.title, url if url != getattr(kept, "url", "") else "") if part))
    note = "\n\n".join(part for part in dict.fromkeys(notes) if part)
    if note != kept.note:
        found["note"] = note
    if getattr(kept, "parent_id", None) == gone.pk:
        found["parent_id"] = gone.parent_id if gone.parent_id != kept.pk else None
    return found


def check_plan(plan: Plan) -> None:
    """Raise where the plan cannot be carried out by this person."""
    if plan.hidden:
        raise NotMergeable(
            _("Merging these needs somebody who may see everything that names the duplicate."), code="hidden"
        )
    if plan.problems:
        raise NotMergeable(plan.problems)
    if plan.needs_publish:
        raise PermissionDenied(_("Published rows would move: a reviewer has to merge these."))


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
    log = Merge(kind=kind_of(kept), kept=kept.pk, gone=gone.pk, kept_name=str(kept), gone_name=str(gone), by=by)
    changed: list[Any] = []
    dropped: list[Any] = [[gone._meta.label, values_of(gone)]]
    touched: list[Any] = []
    for move in plan.moves:
        if move.dropped:
            dropped.append([move.row._meta.label, values_of(move.row)])
            touched.append(move.row)
            take_out(move.row)
    for move in plan.moves:
        if not move.dropped:
            changed.append([move.row._meta.label, move.row.pk, move.changes])
            _change(move.row, {name: new for name, (_old, new) in move.changes.items()}, quietly=move.removed)
            touched += [] if move.removed else [move.row]
    # A parent that was the duplicate is changed before the duplicate goes.
    if plan.filled:
        changed.append(
            [kept._meta.label, kept.pk, {name: [plain(kept, name), value] for name, value in plan.filled.items()}]
        )
        _change(kept, plan.filled)
    else:
        kept.save()
    old, new = _path(gone), _path(kept)
    if isinstance(gone, Record):
        drafts.carry(gone.public_id, kept.public_id)
    take_out(type(gone)._base_manager.get(pk=gone.pk))
    created = [*_keep_name(plan), *_redirect(old, new, changed)]
    log.changes = {"created": created, "changed": changed, "dropped": dropped}
    log.save()
    after_moving([kept, *touched])
    return log


def plain(row: Any, name: str) -> Any:
    """Return the value of a column as JSON takes it; a file is its name."""
    value = getattr(row, name)
    return str(value) if isinstance(row._meta.get_field(name), models.FileField) else value


def values_of(row: Any) -> dict[str, Any]:
    """Return all columns of a row."""
    return {entry.attname: plain(row, entry.attname) for entry in row._meta.concrete_fields}


def _change(row: Any, values: dict[str, Any], *, quietly: bool = False) -> None:
    """Set columns of a row and save it as a new version; `quietly` past its history."""
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
    elif isinstance(row, Versioned):
        actions.clean_and_save(row)
    else:
        row.save(update_fields=list(values))
    refresh(left)


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
        _change(row, {"new_path": new})
    standing = Redirect.objects.filter(old_path=old).first()
    if standing is not None:
        changed.append([Redirect._meta.label, standing.pk, {"new_path": [standing.new_path, new]}])
        _change(standing, {"new_path": new})
        return []
    row = Redirect(old_path=old, new_path=new)
    actions.clean_and_save(row)
    return [[Redirect._meta.label, row.pk]]


def after_moving(rows: Iterable[Any]) -> None:
    """Check what the moved rows belong to, give it a new version, and raise the stamp once."""
    wholes: dict[tuple[Any, int], Any] = {}
    rows = list(rows)
    for row in rows:
        # What rests on a row is found anew where it stands now: quoted words in another text.
        moved = type(row)._base_manager.filter(pk=row.pk).first()
        if moved is not None:
            after_save(moved)
    for row in rows:
        if isinstance(row, Record):
            stands = type(row)._base_manager.get(pk=row.pk)
            actions.check_parents(stands)
        whole = getattr(row, row.PART_OF, None) if getattr(row, "PART_OF", "") else None
        while whole is not None:
            wholes[type(whole), whole.pk] = whole
            whole = getattr(whole, whole.PART_OF, None) if whole.PART_OF else None
    for model, key in wholes:
        stands = model._base_manager.filter(pk=key).first()
        if stands is None:
            continue
        if isinstance(stands, Record):
            actions.check_parents(stands)
        if isinstance(stands, Visit):
            actions.check_visit(stands)
        stands.save()
        written(stands)
    actions.raise_stamp()


@transaction.atomic
def undo_merge(*, merge: Merge, by: User | None) -> Any:
    """Bring the duplicate back with all that named it, but for rows that were changed since; return it."""
    actions.require(by, Permission.EDIT_VOCABULARY)
    now = timezone.now()
    if not Merge.objects.filter(pk=merge.pk, undone_at=None).update(undone_at=now, undone_by=by):
        raise NotMergeable(_("This merge has been undone already."))
    model = model_of(merge.kind)
    if not seen(model, by).filter(pk=merge.kept).exists():
        raise NotMergeable(_("The row that was kept is no longer there: undo first what became of it."))
    back = _still_there(merge.changes["changed"], by)
    for label, key in merge.changes["created"]:
        for row in apps.get_model(label)._base_manager.filter(pk=key):
            take_out(row)
    gone, *parts = merge.changes["dropped"]
    duplicate = _bring_back(*gone)
    touched = [duplicate]
    for row, values, quietly in back:
        _change(row, values, quietly=quietly)
        touched += [] if quietly else [row]
    for label, values in parts:
        touched.append(_bring_back(label, values))
    after_moving(touched)
    merge.refresh_from_db()
    return duplicate


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


def _still_there(changed: list[Any], by: User | None) -> list[tuple[Any, dict[str, Any], bool]]:
    """Return the rows that still hold what the merge wrote, with what they held before it; and if past history."""
    found = []
    for label, key, changes in changed:
        model: Any = apps.get_model(label)
        row = _with_whole(model).filter(pk=key).first()
        values = {name: old for name, (old, new) in changes.items() if row is not None and _same(row, name, new)}
        if row is None or not values:
            continue
        removed = is_removed(row)
        if not removed and not seen(model, by).filter(pk=key).exists():
            raise NotMergeable(
                _("Undoing this needs somebody who may see everything that names the duplicate."), code="hidden"
            )
        if not removed:
            actions.require_for_change(row, by)
        found.append((row, values, removed))
    return found


def _same(row: Any, name: str, value: Any) -> bool:
    entry = row._meta.get_field(name)
    return bool(plain(row, name) == (value if isinstance(entry, models.FileField) else entry.to_python(value)))


def _bring_back(label: str, values: dict[str, Any]) -> Any:
    """Enter a row again with its old id and values; raises NotMergeable where its place was taken since."""
    model: Any = apps.get_model(label)

    class Stored:
        """The values as a history row has them."""

    stored: Any = Stored()
    for entry in model._meta.concrete_fields:
        value = values[entry.attname]
        setattr(stored, entry.attname, value if isinstance(entry, models.FileField) else entry.to_python(value))
    try:
        with transaction.atomic():
            return enter_again(model, stored)
    except ValidationError as error:
        raise NotMergeable(error.messages) from error
