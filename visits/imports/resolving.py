"""What a name in a cell means: one, several candidates, or none. Pure: names in, keys out.

Names are compared folded: case, accents, punctuation and runs of spaces aside. Old names, variants and codes stand in
the index like any other name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process

from visits.folding import fold
from visits.imports.kinds import Candidate

# Names so like are offered as candidates, and so many of them.
_LIKE, _MOST = 80, 6
# No name is longer.
_LONGEST = 200
# What parts the entries of a cell for sure; and what may part them, or be part of a name.
# Neither takes the white space around it: with a run of it before them, that takes the square of the run.
_PARTS = re.compile(r"[;|\n]")
_MAY_PART = re.compile(r",|/|&|\b(?:and|et|y|und)\b", re.I)
# A longer text, or one of more parts, is no list of names.
_LONGEST_PARTED, _MOST_PARTS = 500, 8
# How lists of the UN and of ISO turn names round: “Tanzania (United Republic of)”, “Korea, Republic of”.
_TURNED = re.compile(r"(?P<last>[^,()]+)[,(](?P<first>[^,()]+)\)?")
_THE = re.compile(r"the ", re.I)


@dataclass(frozen=True, slots=True)
class Found:
    """What a name means: the keys of which it is a name, else those whose names are like it.

    `former` is a State that several followed: it is known by this name, and `near` are those that followed it.
    """

    text: str
    keys: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    former: bool = False

    @property
    def key(self) -> str:
        """Return the one key that it means; "" where it is none or several."""
        return self.keys[0] if len(self.keys) == 1 else ""

    @property
    def may_be(self) -> tuple[str, ...]:
        """Return what the name stands for, one or several; () where nobody has it, whatever is like it."""
        return self.near if self.former else self.keys


class Names:
    """An index of what things are called. `labels` tells namesakes apart."""

    def __init__(self, entries: Iterable[tuple[str, str, Iterable[str]]] = ()) -> None:
        self.labels: dict[str, str] = {}
        self._by_name: dict[str, dict[str, None]] = defaultdict(dict)
        self._former: dict[str, tuple[str, ...]] = {}
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

    def add_former(self, names: Iterable[str], keys: Sequence[str]) -> None:
        """Note the names of what was, with the keys of what is there now; names that stand here already stay.

        Of several none is meant by such a name alone, also where the others are not on record.
        """
        present = tuple(key for key in keys if key in self.labels)
        for name in names:
            folded = fold(name)
            if present and folded and folded not in self._by_name:
                if len(keys) == 1:
                    self._by_name[folded][keys[0]] = None
                else:
                    self._former[folded] = present
        self._near.clear()

    def find(self, text: str) -> Found:
        """Return what `text` means."""
        for form in self.forms(text):
            folded = fold(form)
            keys = tuple(self._by_name.get(folded, ()))
            if form in keys:
                # A key, letter by letter, goes before a name that merely reads like it.
                keys = (form,)
            if keys:
                return Found(text, keys)
            if folded in self._former:
                return Found(text, (), self._former[folded], former=True)
        return Found(text, (), self._like(fold(text)))

    def forms(self, text: str) -> Iterator[str]:
        """Yield `text`, and the other ways in which the names that stand here are written."""
        yield text

    def candidates(self, keys: Iterable[str]) -> tuple[Candidate, ...]:
        """Return keys with what people call them."""
        return tuple(Candidate(key, self.labels[key]) for key in keys)

    def like(self, folded: str) -> tuple[str, ...]:
        """Return the folded names that are like one, the most like first."""
        if not folded or len(folded) > _LONGEST:
            return ()
        if folded not in self._near:
            choices = [*self._by_name, *self._former]
            best = process.extract(folded, choices, scorer=fuzz.token_sort_ratio, score_cutoff=_LIKE, limit=_MOST)
            self._near[folded] = tuple(name for name, _score, _place in best)
        return self._near[folded]

    def _like(self, folded: str) -> tuple[str, ...]:
        names = self.like(folded)
        keys = dict.fromkeys(key for name in names for key in self._by_name.get(name) or self._former[name])
        return tuple(keys)[:_MOST]


class CountryNames(Names):
    """An index of names of countries: with and without “the”, turned round, with “&” for “and”."""

    def add(self, key: str, label: str, names: Iterable[str]) -> None:
        """Note a country under all its names."""
        called = list(names)
        super().add(key, label, [*called, *(name[match.end() :] for name in called if (match := _THE.match(name)))])

    def forms(self, text: str) -> Iterator[str]:
        """Yield `text` as it is written and as names of countries are written elsewhere."""
        yield text
        if len(text) > _LONGEST:
            return
        plain = " ".join(text.replace("&", " and ").split())
        turned = _TURNED.fullmatch(plain)
        for form in (plain, f"{turned['first'].strip()} {turned['last']}") if turned else (plain,):
            yield form
            if match := _THE.match(form):
                yield form[match.end() :]


def entries_of(text: str) -> list[str]:
    """Return the entries of a cell that are parted for sure: “Elina Steinerte; Leigh Toomey”."""
    return [part for part in map(str.strip, _PARTS.split(text)) if part]


def find_several(text: str, names: Names, others: Names | None = None) -> list[Found]:
    """Return what each entry of a cell means: one name, or several that are parted by “and”, commas or slashes.

    Bosnia and Herzegovina stays one. Where some of the parts are names and others are not, those that are not stand
    by themselves; where none is, or all together are like one name, the text stays whole. What is a name in `others`
    is not parted either, nor known here.
    """
    return [found for entry in entries_of(text) for found in _parted(entry, names, others)]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A way to read a text as names, and what speaks against it: how unsure it is, and of how many pieces."""

    unsure: int = 0
    pieces: int = 0
    found: tuple[Found, ...] = ()

    def better(self, other: _Reading | None) -> bool:
        """Whether this is the better reading of the same text."""
        return other is None or (self.unsure, self.pieces) < (other.unsure, other.pieces)


def _parted(text: str, names: Names, others: Names | None) -> list[Found]:
    whole = names.find(text)
    text = " ".join(text.split())
    if len(text) > _LONGEST_PARTED or _is_known(whole, others):
        return [whole]
    signs = [(0, 0), *(match.span() for match in _MAY_PART.finditer(text)), (len(text), len(text))]
    if not 2 < len(signs) <= _MOST_PARTS + 1:
        return [whole]
    pieces = [text[begin:end].strip() for (_sign, begin), (end, _next) in pairwise(signs)]
    # From the end: the best reading of the rest of the text from each piece on, that with a longer part first.
    readings = [_Reading()]
    for first in range(len(pieces) - 1, -1, -1):
        if not pieces[first]:
            # Two signs on end: “Kenya, and Uganda”.
            readings.insert(0, readings[0])
            continue
        best: _Reading | None = None
        for last in range(len(pieces), first, -1):
            if not pieces[last - 1]:
                continue
            part = names.find(text[signs[first][1] : signs[last][0]].strip())
            unsure = _unsure(part, pieces[first:last], names, others)
            rest = readings[last - first - 1]
            if unsure is not None:
                open_pieces = rest.pieces + (sum(map(bool, pieces[first:last])) if unsure else 0)
                reading = _Reading(rest.unsure + unsure, open_pieces, (part, *rest.found))
                best = reading if reading.better(best) else best
        readings.insert(0, best or _Reading())
    nothing_known = readings[0].pieces == sum(map(bool, pieces))
    return [whole] if nothing_known else list(readings[0].found)


def _is_known(part: Found, others: Names | None) -> bool:
    return bool(part.may_be) or (others is not None and bool(others.find(part.text).keys))


def _unsure(part: Found, pieces: list[str], names: Names, others: Names | None) -> int | None:
    """Return how unsure it is that a part is one name, None where it is none: several pieces, like no name together.

    Pieces that are like one name together (Bosnia and Hercegovina) are it sooner than that one of them is a name.
    """
    if _is_known(part, others):
        return 0
    if len(pieces) == 1:
        return 2
    folded = [fold(piece) for piece in pieces if piece]
    like = names.like(fold(part.text))
    return 1 if any(all(fuzz.partial_ratio(piece, name) >= _LIKE for piece in folded) for name in like) else None


def common(found: Sequence[str], other: Sequence[str]) -> list[str]:
    """Return the keys in both, in the order of the first."""
    return [key for key in found if key in other]
