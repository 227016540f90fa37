"""A form of the desk that was filled in on an old version: both texts, their differences, one form with both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst

from visits.called import TakenOut
from visits.conflict_words import in_words
from visits.conflicts import FieldConflict, Written, compare
from visits.models import Versioned


def conflicts_of(form: forms.Form, stored: Versioned, version: int | None) -> list[FieldConflict]:
    """Return the fields of a bound `form` that differ from what is stored now.

    `version` is that on which the form was based; `stored` is the row as it stands. Fields that are no columns of the
    row stay as they were typed.
    """
    base = stored.at_version(version)
    taken = TakenOut(stored, base, version)
    columns = {field.name for field in stored._meta.concrete_fields}
    found = compare(
        Written(
            name=name,
            label=capfirst(str(field.label or name)),
            base=None if base is None else _text(field, getattr(base, name, None)),
            mine=_text(field, form[name].value()),
            theirs=_text(field, getattr(stored, name)),
            prose=isinstance(field.widget, forms.Textarea),
            codes=taken.codes(name),
        )
        for name, field in form.fields.items()
        if name in columns and name != "version"
    )
    return [in_words(form.fields[conflict.name], conflict) for conflict in found]


def _text(field: forms.Field, value: Any) -> str:
    if value is None:
        return ""
    return str(field.prepare_value(value)).replace("\r\n", "\n")


def merged_data(form: forms.Form, conflicts: list[FieldConflict], version: int) -> Mapping[str, Any]:
    """Return what `form` was sent with both sides' words in it, based on the stored `version`: to be saved again."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    for conflict in conflicts:
        data[form.add_prefix(conflict.name)] = conflict.merged
    data[form.add_prefix("version")] = str(version)
    return data
