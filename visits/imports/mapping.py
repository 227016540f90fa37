"""Which column of a file is which field: guessed by their names, corrected by a person. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from visits.folding import fold
from visits.imports.kinds import Field, Kind
from visits.imports.refusals import Refused

# A name so like that of a field is a slip of the keyboard.
_LIKE = 88


def guess_columns(names: Sequence[str], kind: Kind) -> dict[str, str]:
    """Return the field of each column of a file, "" where none fits; the same names first, then like ones."""
    free = {entry.name: entry for entry in kind.fields}
    found = dict.fromkeys(names, "")
    for name in names:
        field = next((entry for entry in free.values() if fold(name) in _called(entry)), None)
        if field is not None:
            found[name] = field.name
            if not field.several:
                del free[field.name]
    # A column that is merely called like a field of several is none of it beside one that is called so.
    free = {name: entry for name, entry in free.items() if name not in found.values()}
    for name in names:
        if found[name] or len(fold(name)) < 4:
            continue
        scores = [(max(fuzz.ratio(fold(name), called) for called in _called(entry)), entry) for entry in free.values()]
        score, best = max(scores, key=lambda pair: pair[0], default=(0, None))
        if best is not None and score >= _LIKE:
            found[name] = best.name
            if not best.several:
                del free[best.name]
    return found


def _called(field: Field) -> set[str]:
    return {fold(name) for name in (field.name, str(field.label), *field.aliases)}


def check_columns(columns: Mapping[str, str], kind: Kind) -> dict[str, str]:
    """Return the mapping without columns that are left aside; raise Refused for one that cannot be."""
    chosen: dict[str, str] = {}
    for column, name in columns.items():
        if not name:
            continue
        field = kind.field(name)
        if field is None:
            raise Refused(_("“%(name)s” is no field of this list.") % {"name": name[:40]})
        other = next((taken for taken, known in chosen.items() if known == name), None)
        if other is not None and not field.several:
            told = _("Columns “%(first)s” and “%(second)s” are both read as %(field)s.")
            raise Refused(told % {"first": other, "second": column, "field": field.label})
        chosen[column] = name
    missing = [entry for entry in kind.fields if entry.required and entry.name not in chosen.values()]
    if missing:
        told = _("No column is read as %(field)s, without which nothing can be entered.")
        raise Refused(told % {"field": ", ".join(str(entry.label) for entry in missing)})
    return chosen


def fits(columns: Mapping[str, str], names: Sequence[str]) -> bool:
    """Whether a kept mapping is of a file with these columns."""
    return bool(columns) and set(columns) <= set(names)
