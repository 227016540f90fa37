"""Of which stored rows everybody is told: only what changes in these raises the publication stamp.

The stamp is part of the marks (ETags) of files, feeds and answers of the API. Were it raised by what is hidden, whoever
asks often would learn that something was written, and when.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from visits.access import Role
from visits.choices import Visibility, Workflow
from visits.classification import FieldClass
from visits.written import Anybody

EVERYBODY = Anybody(Role.NONE.value)


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
    # Without a gate: words for everybody, such as countries, or nothing of theirs, such as compartments.
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
