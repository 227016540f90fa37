"""What differs between two versions: words that went and came, fields that changed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, GONE, NEW = "same", "gone", "new"
# Words with the spaces before them, so that the pieces joined again are the text.
_WORD = re.compile(r"\s*\w+|\s*[^\w\s]|\s+$")
# Comparing costs up to the product of both lengths: a longer middle is told as replaced whole.
LONGEST = 4_000
# So many words of an unchanged stretch are shown on each side of a change.
AROUND = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words: `kind` is same, gone (of the old text only) or new (of the new text only)."""

    kind: str
    text: str


def split(text: str) -> list[str]:
    """Return the words and signs of `text`, each with the spaces before it; joined they are the text."""
    return _WORD.findall(text)


def words(old: str, new: str) -> list[Piece]:
    """Return the stretches of two texts in reading order, what went before what came in its place."""
    before, after = split(old), split(new)
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    middle = (before[start : len(before) - end], after[start : len(after) - end])
    found = [(SAME, before[:start]), *_middle(*middle), (SAME, before[len(before) - end :])]
    return _joined((kind, "".join(part)) for kind, part in found if part)


def _middle(before: list[str], after: list[str]) -> list[tuple[str, list[str]]]:
    if len(before) > LONGEST or len(after) > LONGEST:
        return [(GONE, before), (NEW, after)]
    found = []
    for tag, a, b, c, d in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append((SAME, before[a:b]))
        else:
            found += [(GONE, before[a:b]), (NEW, after[c:d])]
    return found


def _joined(pieces: Iterable[tuple[str, str]]) -> list[Piece]:
    """Return the pieces with neighbours of one kind joined."""
    found: list[Piece] = []
    for kind, text in pieces:
        if found and found[-1].kind == kind:
            found[-1] = Piece(kind, found[-1].text + text)
        else:
            found.append(Piece(kind, text))
    return found


def shortened(pieces: Iterable[Piece], around: int = AROUND) -> list[Piece]:
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
        found.append(Piece(SAME, f"{head} … {tail.lstrip()}"))
    return found


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field whose value changed, as text before and after, with the stretches of both."""

    field: str
    old: str
    new: str
    pieces: tuple[Piece, ...]


def fields(old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> list[FieldChange]:
    """Return the fields that differ, in the order of the later version; a version that is None has no values."""
    before, after = old or {}, new or {}
    names = list(dict.fromkeys([*after, *before]))
    return [
        FieldChange(
            name, before.get(name, ""), after.get(name, ""),
            tuple(shortened(words(before.get(name, ""), after.get(name, "")))),
        )
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]  # fmt: skip
