"""What merging a duplicate into the row that is kept would move, or why it cannot be done; nothing is written here.

The relations are found in the models, whichever app they stand in. What the person may not see changes nothing in what
they are told: it moves along unseen, and where it cannot (the kept topic has its like), it stays where it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from visits import actions
from visits.access import Role
from visits.choices import Workflow
from visits.models import Consent, MergeKind, Person, ProtectedName, Record, User, Versioned
from visits.traces import traced
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
    """A row that names the duplicate, by which fields; `hidden` from the person, or `removed` and seen by nobody.

    It goes (`dropped`) where the kept one has the same, or stays (`left`) where that cannot be told to the person.
    """

    row: Any
    fields: list[Any]
    dropped: bool = False
    left: bool = False
    hidden: bool = False
    removed: bool = False
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What a merge would do, or why it cannot be done by this person.

    `swapped` are records at the kept row, hidden from the person, that make place for one that moves: they go to the
    duplicate. Where something stays there or goes there, the duplicate `stays` for those who see that, and for nobody
    else: a row that only hidden rows name is hidden.
    """

    kept: Any
    gone: Any
    moves: list[Move] = field(default_factory=list)
    swapped: list[Move] = field(default_factory=list)
    stays: bool = False
    name: str = ""
    filled: dict[str, Any] = field(default_factory=dict)
    hidden: bool = False
    needs_publish: bool = False
    problems: list[str] = field(default_factory=list)


def plan_merge(kept: Any, gone: Any, by: User | None) -> Plan:
    """Return what merging `gone` into `kept` would move; `by` None sees everything."""
    plan = Plan(kept, gone)
    kind = kind_of(kept)
    _check_pair(plan, by)
    plan.hidden = seen(type(kept), by).filter(pk__in=[kept.pk, gone.pk]).count() < 2
    moves: dict[tuple[Any, int], Move] = {}
    for entry in relations(type(kept)):
        if entry.model is ProtectedName:
            # Protected people are not merged at all.
            continue
        rows = list(with_whole(entry.model).filter(**{entry.name: gone.pk}).order_by("pk"))
        visible = set(seen(entry.model, by).filter(**{entry.name: gone.pk}).values_list("pk", flat=True))
        for row in rows:
            if entry.model is type(kept) and row.pk == kept.pk:
                continue
            move = moves.setdefault((entry.model, row.pk), Move(row, [], removed=is_removed(row)))
            move.fields.append(entry)
            move.hidden = row.pk not in visible
    for move in moves.values():
        _resolve(plan, move, by)
    plan.moves = [move for move in moves.values() if not move.left]
    plan.stays = len(plan.moves) < len(moves) or bool(plan.swapped)
    told = [move.row for move in plan.moves if not (move.hidden or move.removed)]
    plan.needs_publish = any(_refused(row, by) for row in (kept, gone, *told))
    if kind in NAMES:
        plan.name = gone.name
    plan.filled = _filled(kept, gone)
    return plan


def with_whole(model: type[Any]) -> models.QuerySet[Any]:
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


def _check_people(kept: Person, gone: Person, by: User | None) -> str:
    """Return why two people cannot be merged, "" where they can.

    Who is protected, and who consented to what, is for few to know: to the others it is one sentence for either.
    """
    protected = ProtectedName.objects.filter(person__in=[kept, gone])
    uses = Consent.objects.filter(person=gone).values("use")
    consents = Consent.objects.filter(person=kept, use__in=uses)
    for rows, reason in (
        (protected, _("A protected person is not merged: the other one would be told with it.")),
        (consents, _("Both have a consent to the same use: see to it first that they say the same.")),
    ):
        if seen(rows.model, by).filter(pk__in=rows).exists():
            return reason
    return _("These two cannot be merged here: ask a reviewer.") if protected.exists() or consents.exists() else ""


def _check_pair(plan: Plan, by: User | None) -> None:
    kept, gone = plan.kept, plan.gone
    if type(kept) is not type(gone) or kept.pk == gone.pk:
        raise NotMergeable(_("Choose two different rows."))
    if isinstance(kept, Person):
        reason = _check_people(kept, gone, by)
        if reason:
            plan.problems.append(reason)
    if _known_in_rooms_only(gone) and not _known_in_rooms_only(kept) and _named(kept):
        plan.problems.append(
            _(
                "Only confidential rows name the duplicate, and its names would be told to all who see the one that"
                " stays: name that one in these rows instead."
            )
        )
    if getattr(kept, "private", None) != getattr(gone, "private", None):
        plan.problems.append(_("One of the two is a private individual: say first whether both are."))
    if isinstance(kept, Record):
        if (kept.visibility, kept.compartment_id) != (gone.visibility, gone.compartment_id):
            plan.problems.append(_("Bring both to the same visibility first."))
        if kept.workflow != gone.workflow and gone.workflow not in {Workflow.DRAFT, Workflow.IN_REVIEW}:
            plan.problems.append(_("Keep the one that has come further: the other was told publicly."))


def _no_insider() -> User:
    """Return an editor who is named in no compartment."""
    return User(role=Role.EDITOR)


def _known_in_rooms_only(row: Any) -> bool:
    """Whether only those see a row who are named in a compartment. A record says so itself, by its visibility."""
    return not isinstance(row, Record) and not seen(type(row), _no_insider()).filter(pk=row.pk).exists()


def _named(row: Any) -> bool:
    """Whether some row names it that is not confidential."""
    return bool(type(row)._base_manager.filter(traced(_no_insider()), pk=row.pk).exists())


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
        if isinstance(row, Record):
            for other in rivals(row, rule, same):
                _collide(plan, move, other, by)
        elif rule.condition is None:
            move.dropped = move.dropped or same.exists()
        elif getattr(row, "preferred", False) and same.filter(rule.condition).exists():
            # Of two preferred names that of the kept one stays so.
            move.changes["preferred"] = [True, False]
    ends = [getattr(row, end, None) for end in ("source_id", "original_id")]
    if hasattr(row, "original_id") and [after.get("source_id", ends[0])] == [after.get("original_id", ends[1])]:
        move.dropped = True


def rivals(row: Any, rule: models.UniqueConstraint, same: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Return those of `same`, rows in one place with `row`, beside which `rule` forbids it to stand."""
    if rule.condition is None:
        return same
    bound = type(row)._base_manager.filter(rule.condition, pk=row.pk).exists()
    return same.filter(rule.condition) if bound else same.none()


def _collide(plan: Plan, move: Move, other: Any, by: User | None) -> None:
    """Say what becomes of a record whose place at the kept row is taken by `other`.

    People join two that they see. What is hidden from the person is neither told nor lost: it stays with the duplicate.
    """
    removed = is_removed(other)
    if move.hidden or move.removed:
        move.left = True
    elif removed or not seen(type(other), by).filter(pk=other.pk).exists():
        ways = {entry.attname: [plan.kept.pk, plan.gone.pk] for entry in move.fields}
        plan.swapped.append(Move(other, move.fields, hidden=True, removed=removed, changes=ways))
    else:
        plan.problems.append(
            _("Both have a %(kind)s of their own (%(row)s): join these first.")
            % {"kind": move.row._meta.verbose_name, "row": move.row}
        )


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
        raise NotMergeable(_("Merging these needs somebody who may see both."), code="hidden")
    if plan.problems:
        raise NotMergeable(plan.problems)
    if plan.needs_publish:
        raise PermissionDenied(_("Published rows would move: a reviewer has to merge these."))
