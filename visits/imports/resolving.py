"""What a name in a cell means: one, several candidates, or none. Pure: names in, keys out.

Names are compared folded: case, accents, punctuation and runs of spaces aside. Old names, variants and codes stand in
the index like any other name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from visits.folding import fold
from visits.imports.kinds import Candidate

# Names so like are offered as candidates, and so many of them.
_LIKE, _MOST = 80, 6
# What parts the entries of a cell for sure; and what may part them, or be part of a name.
_PARTS = re.compile(r"\s*(?:;|\||\n)\s*")
_MAY_PART = re.compile(r"\s*(?:,|/|&|\band\b|\bet\b|\by\b|\bund\b)\s*", re.I)
_MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Found:
    """What a name means: the keys of which it is a name, else those whose names are like it."""

    text: str
    keys: tuple[str, ...] = ()
    near: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return the one key that it means; "" where it is none or several."""
        return self.keys[0] if len(self.keys) == 1 else ""


class Names:
    """An index of what things are called. `labels` tells namesakes apart."""

    def __init__(self, entries: Iterable[tuple[str, str, Iterable[str]]] = ()) -> None:
        self.labels: dict[str, str] = {}
        self._by_name: dict[str, dict[str, None]] = defaultdict(dict)
        self._near: dict[str, tuple[str, ...]] = {}
        for key, label, names in entries:
            self.add(key, label, names)

    def add(self, key: str, label: str, names: Iterable[str]) -> None:
        """Note a key under all its names."""
        self.labels[key] = label
        for name in names:
            if folded := fold(name):
                self._by_name[folded][key] = None
        self._near.clear()

    def find(self, text: str) -> Found:
        """Return what `text` means."""
        folded = fold(text)
        keys = tuple(self._by_name.get(folded, ()))
        if text in keys:
            # A key, letter by letter, goes before a name that merely reads like it.
            keys = (text,)
        return Found(text, keys, () if keys else self._like(folded))

    def candidates(self, keys: Iterable[str]) -> tuple[Candidate, ...]:
        """Return keys with what people call them."""
        return tuple(Candidate(key, self.labels[key]) for key in keys)

    def _like(self, folded: str) -> tuple[str, ...]:
        if not folded or len(folded) > 200:
            return ()
        if folded not in self._near:
            choices = list(self._by_name)
            best = process.extract(folded, choices, scorer=fuzz.token_sort_ratio, score_cutoff=_LIKE, limit=_MOST)
            keys = dict.fromkeys(key for name, _score, _place in best for key in self._by_name[name])
            self._near[folded] = tuple(keys)[:_MOST]
        return self._near[folded]


def entries_of(text: str) -> list[str]:
    """Return the entries of a cell that are parted for sure: “Elina Steinerte; Leigh Toomey”."""
    return [part for part in _PARTS.split(text.strip()) if part]


def find_several(text: str, names: Names) -> list[Found]:
    """Return what each entry of a cell means: one name, or several that are parted by “and”, commas or slashes.

    A text is parted at such a sign only where every part is then a name: Bosnia and Herzegovina stays one.
    """
    return [found for entry in entries_of(text) for found in _parted(entry, names)]


def _parted(text: str, names: Names) -> list[Found]:
    whole = names.find(text)
    if whole.keys:
        return [whole]
    signs = [(0, 0), *(match.span() for match in _MAY_PART.finditer(text)), (len(text), len(text))]
    if not 2 < len(signs) <= _MOST_PARTS + 1:
        return [whole]
    # From the end: how the rest of the text after each sign can be read as names, if at all.
    reading: dict[int, list[Found]] = {len(signs) - 1: []}
    for first in range(len(signs) - 2, -1, -1):
        for last in range(len(signs) - 1, first, -1):
            part = text[signs[first][1] : signs[last][0]].strip()
            if last in reading and part and (found := names.find(part)).keys:
                reading[first] = [found, *reading[last]]
                break
    return reading.get(0) or [whole]


def common(found: Sequence[str], other: Sequence[str]) -> list[str]:
    """Return the keys in both, in the order of the first."""
    return [key for key in found if key in other]
