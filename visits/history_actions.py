"""Restoring an earlier version of a record: its old values are written as a new version, through the same checks.

Workflow, visibility and the compartment have actions of their own and stay as they are; so do steps of a visit and
errata, which are never taken back. What could not be restored is said, and what is hidden from the person is neither
touched nor told of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, models, transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from visits import actions
from visits.letting_go import make_room, take_out_of
from visits.models import Record, User, Versioned, Visit, VisitStep
from visits.version_cards import told_versions
from visits.versions import History, Row, seen, told_fields

# What has actions of its own, or is derived from other rows.
NOT_RESTORED = {"workflow", "visibility", "compartment", "withdrawn_note", "status", "dates", "dates_kind"}
# Stands together: the text was read out of the file that has this hash.
FILE_FIELDS = ("stored_file", "sha256", "extracted_text")
# Rows that change places stand so far behind their place meanwhile.
ASIDE = 10_000


@dataclass(slots=True)
class Restored:
    """The record as it is after restoring, and in words what could not be restored."""

    record: Versioned
    left: list[str] = field(default_factory=list)


@transaction.atomic
def restore_version(*, record: Versioned, to: int, by: User | None, version: int | None = None) -> Restored:
    """Write the values of version `to` of `record` and its parts as a new version; `version` is the one just read.

    Raises ValidationError where `by` sees no such version, or where the old values break a rule of today.
    """
    actions.require(by, record.WRITTEN_WITH)
    actions.require_for_change(record, by)
    actions.check_version(record, version)
    history = History(record, by)
    wanted = next((version for version in told_versions(history) if version.number == to), None)
    if wanted is None or wanted.own.gone or not seen(type(record), by).filter(pk=record.pk).exists():
        raise ValidationError(_("There is no such version."))
    done = Restored(record)
    _restore_parts(history, to, done)
    _put(record, wanted.own, history, done)
    if isinstance(record, Record):
        actions.save_record(record=record, by=by)
    else:
        actions.save_part(part=record, by=by)
    if isinstance(record, Visit):
        actions.refresh_visit(record)
    return done


def _put(row: Any, old: Row, history: History, done: Restored) -> None:
    """Set the told fields of `row` to those of `old`, but for relations to what is gone or hidden."""
    for told in told_fields(old.model):
        if told.name in NOT_RESTORED or told.name in FILE_FIELDS:
            continue
        value = getattr(old.stored, told.attname)
        if told.is_relation:
            value = history.merged.get((told.remote_field.model, value), value)
        led = told.is_relation and value not in (None, getattr(row, told.attname))
        if led and history.labels.get((told.remote_field.model, value)) is None:
            done.left.append(_("“%(field)s”: what it named is no longer there.") % {"field": told.verbose_name})
            continue
        setattr(row, told.attname, value)
    if all(hasattr(row, name) for name in FILE_FIELDS):
        _put_file(row, old, done)


def _put_file(row: Any, old: Row, done: Restored) -> None:
    name = str(old.stored.stored_file or "")
    if name and name != str(row.stored_file or "") and not default_storage.exists(name):
        done.left.append(_("The stored file of that version is no longer there; file and text stay as they are."))
        return
    for file_field in FILE_FIELDS:
        setattr(row, file_field, getattr(old.stored, file_field))


def _restore_parts(history: History, to: int, done: Restored) -> None:
    """Bring the parts to what they were at version `to`: take out, change, enter again."""
    states = history.parts_at(to)
    models_of_parts = {row.model for version in history.versions for row in version.parts}
    # Whole before part: a leg before who travelled on it.
    for model in sorted(models_of_parts, key=lambda part: (_depth(part), part._meta.label)):
        then = {key: row for (kind, key), row in states.items() if kind is model}
        _restore_kind(history, model, then, done)


def _depth(model: type[Any]) -> int:
    """Return how many parts a part stands under, or names among its siblings."""
    whole = model._meta.get_field(model.PART_OF).remote_field.model
    return 1 + _depth(whole) if getattr(whole, "PART_OF", "") else 0


def _restore_kind(history: History, model: type[Any], then: dict[int, Row], done: Restored) -> None:
    known = {row.stored.id for version in history.versions for row in version.parts if row.model is model}
    now = {row.pk: row for row in model._base_manager.filter(pk__in=known)}
    open_now = {key: row for key, row in now.items() if not history.part_is_hidden(model, key)}
    if issubclass(model, VisitStep) or model.STAYS:
        stood = {key for key, row in then.items() if not row.gone}
        if stood != set(open_now):
            done.left.append(_("%(kind)s: never taken back.") % {"kind": _name(model)})
        return
    kept = {key: row for key, row in then.items() if row.open and not row.gone}
    for key, part in open_now.items():
        if key not in then or then[key].gone:
            _try(done, model, partial(take_out_of, part, history.user))
    changed = [(open_now[key], row) for key, row in kept.items() if key in open_now and _differs(open_now[key], row)]
    _set_aside(part for part, _row in changed)
    # Who gives up being the preferred one goes first.
    for part, row in sorted(changed, key=lambda pair: bool(getattr(pair[1].stored, "preferred", False))):
        _put(part, row, history, done)
        if not _try(done, model, partial(_write, part, history.user)):
            _set_back(part)
    for key, row in kept.items():
        if key not in now:
            _try(done, model, partial(enter_again, model, row.stored, history.user))


def _write(part: Any, by: User | None) -> None:
    make_room(part, by)
    actions.clean_and_save(part)


def _name(model: type[Any]) -> str:
    return str(model._meta.verbose_name).capitalize()


def _differs(part: Any, row: Row) -> bool:
    return any(getattr(part, told.attname) != getattr(row.stored, told.attname) for told in told_fields(row.model))


def _has_places(model: type[Any]) -> bool:
    rules = [rule for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)]
    return any("order" in rule.fields for rule in rules)


def _set_aside(parts: Iterable[Any]) -> None:
    """Free the places of rows that are about to change them; each is saved with its own right after."""
    for part in parts:
        if _has_places(type(part)):
            type(part)._base_manager.filter(pk=part.pk).update(order=F("order") + ASIDE)


def _set_back(part: Any) -> None:
    """Give a row that could not be changed its place again; raise ValidationError where another has taken it."""
    if _has_places(type(part)):
        try:
            with transaction.atomic():
                type(part)._base_manager.filter(pk=part.pk).update(order=F("order") - ASIDE)
        except IntegrityError as error:
            raise ValidationError(_("The order of that version cannot be restored.")) from error


def enter_again(model: type[Any], stored: Any, by: User | None = None) -> Any:
    """Return a row that was taken out, entered anew with its old id, as a version after all that it had."""
    row = model(**{entry.attname: getattr(stored, entry.attname) for entry in model._meta.concrete_fields})
    numbers = model.history.model.objects.filter(id=stored.id).values_list("version", flat=True)
    row.version = max(numbers, default=0) + 1
    _write(row, by)
    # What is set by the database when a row is entered was set long ago.
    stamps = {
        entry.attname: getattr(stored, entry.attname)
        for entry in model._meta.concrete_fields
        if getattr(entry, "auto_now_add", False)
    }
    if stamps:
        model._base_manager.filter(pk=row.pk).update(**stamps)
    return row


def _try(done: Restored, model: type[Any], act: Callable[[], Any]) -> bool:
    """Do it, or leave that one part as it is and say so; return whether it was done."""
    try:
        with transaction.atomic():
            act()
    except (ValidationError, ProtectedError) as error:
        words = " ".join(error.messages) if isinstance(error, ValidationError) else _("Other rows rest on it.")
        done.left.append(_("%(kind)s: %(why)s") % {"kind": _name(model), "why": words})
        return False
    return True
