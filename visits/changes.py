"""What differs between two versions of a record: the fields that changed, with their words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from visits.differences import SAME, Run, split, word_diff

# So many words of an unchanged stretch are shown on each side of a change.
AROUND = 12


def shortened(pieces: Iterable[Run], around: int = AROUND) -> list[Run]:
    """Return the pieces with long unchanged stretches cut to `around` words beside each change."""
    given = list(pieces)
    found = []
    for place, piece in enumerate(given):
        parts = split(piece.text)
        first, last = place == 0, place == len(given) - 1
        kept = around * (2 - first - last) if len(given) > 1 else len(parts)
        if piece.kind != SAME or len(parts) <= kept:
            found.append(piece)
            continue
        head = "" if first else "".join(parts[:around])
        tail = "" if last else "".join(parts[-around:])
        found.append(Run(SAME, f"{head} … {tail.lstrip()}"))
    return found


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field whose value changed, as text before and after, with the stretches of both."""

    field: str
    old: str
    new: str
    pieces: tuple[Run, ...]


def fields(old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> list[FieldChange]:
    """Return the fields that differ, in the order of the later version; a version that is None has no values."""
    before, after = old or {}, new or {}
    names = list(dict.fromkeys([*after, *before]))
    return [
        FieldChange(
            name, before.get(name, ""), after.get(name, ""),
            tuple(shortened(word_diff(before.get(name, ""), after.get(name, "")))),
        )
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]  # fmt: skip
