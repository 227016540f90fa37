"""Of which stored rows everybody is told: only what changes in these raises the publication stamp.

The stamp is part of the marks (ETags) of files, feeds and answers of the API. Were it raised by what is hidden, whoever
asks often would learn that something was written, and when.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from visits.access import Role
from visits.choices import PublishedAs, Visibility, Workflow
from visits.classification import FieldClass
from visits.workflow import reaches_public
from visits.written import Anybody

EVERYBODY = Anybody(Role.NONE.value)
AT_ONCE = 500


def changes_public(record: Any) -> bool:
    """Whether a public page shows a record or a withdrawn one's note, or counts it: of some meetings the number."""
    published_as = getattr(record, "published_as", PublishedAs.FULL)
    if published_as == PublishedAs.NOT:
        return False
    counted = published_as == PublishedAs.COUNT
    return reaches_public(record.workflow, Visibility.PUBLIC if counted else record.visibility)


def tells(row: Any) -> bool:
    """Whether everybody may learn that a stored row changes: a record, a part of what they may see, or vocabulary."""
    if hasattr(row, "workflow"):
        return changes_public(row)
    whole = getattr(row, row.PART_OF, None) if getattr(row, "PART_OF", "") else None
    return (whole is None or tells(whole)) and _has_words(row) and is_told(row)


def tells_of(model: Any, ids: Collection[int]) -> bool:
    """Whether everybody may see one of many rows of a model, or what it is part of where it has no gate itself."""
    every = sorted(ids)
    for start in range(0, len(every), AT_ONCE):
        rows = model._default_manager.filter(pk__in=every[start : start + AT_ONCE])
        if hasattr(rows, "visible_to"):
            if rows.visible_to(EVERYBODY).exists():
                return True
        elif not getattr(model, "PART_OF", ""):
            return rows.exists()
        else:
            part_of = model._meta.get_field(model.PART_OF)
            if tells_of(part_of.related_model, set(rows.values_list(part_of.attname, flat=True)) - {None}):
                return True
    return False


def is_told(row: Any) -> bool:
    """Whether everybody may learn of a stored part of a public record, or of a row of the vocabulary.

    What can be hidden by itself is told where everybody may see it, or where a row names it that everybody may see.
    """
    if not row.hidden_alone():
        return True
    shown = type(row)._default_manager.visible_to(EVERYBODY).filter(pk=row.pk)
    return shown.exists() or any(rows.exists() for rows in _naming(row))


def is_read(row: Any) -> bool:
    """Whether everybody may read something of a stored row of any model: of a withdrawn record its note."""
    if getattr(row, "workflow", "") == Workflow.WITHDRAWN and getattr(row, "visibility", "") == Visibility.PUBLIC:
        return True
    rows: Any = type(row)._default_manager
    if hasattr(rows, "visible_to"):
        return bool(rows.visible_to(EVERYBODY).filter(pk=row.pk).exists())
    return _has_words(row)


def _has_words(row: Any) -> bool:
    """Whether a row holds words for everybody, as countries do, or nothing of theirs, as compartments."""
    classes = getattr(row, "FIELD_CLASSES", {})
    return any(kind == FieldClass.PUBLIC for name, kind in classes.items() if name not in ("id", "version"))


def _naming(row: Any) -> Iterator[Any]:
    """Yield the rows that name `row` and that everybody may see, those of one relation after another."""
    for relation in row._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        rows: Any = relation.related_model._default_manager
        if hasattr(rows, "visible_to"):
            yield rows.visible_to(EVERYBODY).filter(**{relation.field.name: row.pk})
