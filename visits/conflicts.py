"""A form that was filled in on an old version of its record: what each side wrote, and both in one. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from visits.differences import Clash, Run, merge, with_kept, word_diff


@dataclass(frozen=True, slots=True)
class Written:
    """One field as text: as it stood when the form was opened (None: not known), as typed, and as stored now."""

    name: str
    label: str
    base: str | None
    mine: str
    theirs: str
    # Whether the words of both may be brought together; a date or a choice is one side's or the other's.
    prose: bool = False
    # Where a name was taken out of the field since: the code names by which it was replaced. The base is then the text
    # as it was written anew, and what was sent holds the name, whatever else was changed in it.
    codes: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field in which what was typed and what is stored differ. `merged` is what is proposed to be saved."""

    name: str
    label: str
    mine: str
    theirs: str
    merged: str
    runs: tuple[Run, ...]
    clashes: tuple[Clash, ...]
    # Whether both sides changed the field in ways of which only one is in `merged`.
    clashing: bool
    # Whether a name was taken out meanwhile: `merged` is the stored text, and `mine` is without the name.
    taken_out: bool = False


def compare(fields: Iterable[Written]) -> list[FieldConflict]:
    """Return the fields whose typed and stored values differ, each with the value that keeps both where it can."""
    return [_conflict(field) for field in fields if field.mine != field.theirs]


def _conflict(field: Written) -> FieldConflict:
    if field.codes is not None:
        return _taken_out(field, field.codes)
    merged = field.mine
    clashes: tuple[Clash, ...] = ()
    if field.base is not None and field.base == field.mine:
        merged = field.theirs
    elif field.prose and field.base is not None:
        both = merge(field.base, field.mine, field.theirs)
        merged, clashes = both.text, both.clashes
    one_sided = field.base in (field.mine, field.theirs)
    return FieldConflict(
        name=field.name,
        label=field.label,
        mine=field.mine,
        theirs=field.theirs,
        merged=merged,
        runs=tuple(word_diff(field.theirs, field.mine)),
        clashes=clashes,
        clashing=not one_sided and (bool(clashes) or not field.prose or field.base is None),
    )


def _taken_out(field: Written, codes: Collection[str]) -> FieldConflict:
    """Return the conflict of a field out of which a name was taken: the stored text stands, whatever was typed."""
    mine = with_kept(field.theirs if field.base is None else field.base, field.mine, codes)
    return FieldConflict(
        name=field.name,
        label=field.label,
        mine=mine,
        theirs=field.theirs,
        merged=field.theirs,
        runs=tuple(word_diff(field.theirs, mine)),
        clashes=(),
        clashing=False,
        taken_out=True,
    )
