"""What differed in a choice, in the words of the choice: nobody reads the values of the database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from visits.admin_names import NOT_OPEN, plain_id
from visits.conflicts import FieldConflict
from visits.differences import word_diff


def in_words(field: forms.Field, conflict: FieldConflict) -> FieldConflict:
    """Return the conflict of a choice with what is chosen in words; a row that is hidden is not named."""
    if isinstance(field, forms.BooleanField):
        words = {"on": _("yes"), "": _("no")}
    elif isinstance(field, forms.ModelChoiceField):
        keys = [key for key in (conflict.mine, conflict.theirs) if plain_id(key) is not None]
        rows: Any = field.queryset
        words = dict.fromkeys(keys, str(NOT_OPEN)) | {str(row.pk): str(row) for row in rows.filter(pk__in=keys)}
    elif isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        words = {str(value): str(label) for value, label in choices if not isinstance(label, list | tuple)}
    else:
        return conflict
    mine, theirs = (words.get(value, value) or "—" for value in (conflict.mine, conflict.theirs))
    return replace(conflict, mine=mine, theirs=theirs, runs=tuple(word_diff(theirs, mine)))
