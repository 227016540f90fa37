"""Taking out a part on which other rows rest: those that somebody sees keep it, those hidden from them let it go.

Whoever takes out a leg is refused where a row that they see names it. A refusal for the sake of a hidden row would tell
of it, and so would a leg that stays. So hidden rows name it no more, untold, as they move along where duplicates are
merged (docs/adr/0010). Nothing in them is lost: the internal note of the record says what it named, a place that was
left blank is that of the leg, and the history keeps the version before.
"""

from __future__ import annotations

from typing import Any

from django.db.models import PROTECT, RESTRICT, ProtectedError
from django.utils.translation import gettext as _

from visits.after_save import take_out, written
from visits.classification import FieldClass
from visits.merge_plan import is_removed, relations, with_whole
from visits.models import Record, User, VisitLeg
from visits.versions import seen


def _holding(model: type[Any]) -> list[Any]:
    """Return the foreign keys for whose sake a row of `model` cannot be deleted."""
    return [entry for entry in relations(model) if entry.remote_field.on_delete in {PROTECT, RESTRICT}]


def is_named(row: Any, by: User | None) -> bool:
    """Whether a row that `by` may see rests on `row`; None sees all."""
    return any(seen(entry.model, by).filter(**{entry.name: row.pk}).exists() for entry in _holding(type(row)))


def take_out_of(row: Any, by: User | None) -> None:
    """Delete `row`, a part of a record; raise ProtectedError where one that `by` may see rests on it."""
    if is_named(row, by):
        raise ProtectedError("Other rows rest on this one.", set())
    words = _("%(kind)s that was taken out of the record: %(row)s") % {
        "kind": str(row._meta.verbose_name).capitalize(), "row": row,
    }  # fmt: skip
    for entry in _holding(type(row)):
        for resting in with_whole(entry.model).filter(**{entry.name: row.pk}).order_by("pk"):
            if isinstance(row, VisitLeg) and getattr(resting, "place", None) == "":
                resting.place = str(row)[: resting._meta.get_field("place").max_length]
            let_go(resting, entry, words, by)
    take_out(row)


def let_go(resting: Any, entry: Any, words: str, by: User | None) -> None:
    """Have `resting`, which is hidden from `by`, name nothing by the foreign key `entry` any more; `words` say what.

    What cannot be without it, the member of a mission without the term, is kept by the note alone.
    """
    removed = is_removed(resting)
    record = _record_of(resting)
    if not entry.null:
        take_out(resting)
    elif removed:
        # Of what was removed nothing is written again.
        type(resting)._base_manager.filter(pk=resting.pk).update(**{entry.attname: None})
    else:
        setattr(resting, entry.name, None)
        if resting is record:
            _add_to_note(record, words)
        resting.save()
        written(resting)
    if removed or record is None or record is resting or seen(type(record), by).filter(pk=record.pk).exists():
        return
    # Another of its parts may have let go just now.
    record = type(record)._base_manager.get(pk=record.pk)
    _add_to_note(record, words)
    record.save()
    written(record)


def make_room(part: Any, by: User | None) -> None:
    """Have what is hidden from `by` be the preferred one no more where `part` is to be: of a whole only one is.

    Where two are visible, the rule of the database refuses it.
    """
    if not part.HIDDEN_ALONE or not getattr(part, "preferred", False):
        return
    whole = f"{part.PART_OF}_id"
    there = {whole: getattr(part, whole), "preferred": True}
    others = type(part)._base_manager.filter(**there).exclude(pk=part.pk)
    for other in others.exclude(pk__in=seen(type(part), by).filter(**there).values("pk")):
        other.preferred = False
        other.save()
        written(other)


def _record_of(row: Any) -> Any:
    """Return the record that `row` is or is a part of, None where it is none."""
    while row is not None and not isinstance(row, Record):
        row = getattr(row, row.PART_OF) if getattr(row, "PART_OF", "") else None
    return row


def _add_to_note(record: Any, words: str) -> None:
    if record.FIELD_CLASSES.get("note") == FieldClass.INTERNAL:
        record.note = "\n\n".join(part for part in (record.note, words) if part)
