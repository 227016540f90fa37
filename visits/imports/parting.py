"""How a cell is parted that holds several names: at “and”, slashes and commas, not within brackets. Pure.

A comma parts less than the other signs: it stands within names too. “Congo, Dem. Rep.” is one, and so may be
“Hong Kong, China”.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from visits.imports.resolving import LIKE, Found, Names, entries_of

# What may part names, or be part of one. It does not take the white space around it, as that takes the square of it.
_SIGN = re.compile(r",|/|&|\b(?:and|et|y|und)\b", re.I)
# Among codes “AND” is Andorra.
_CODES, _SIGN_OF_CODES = re.compile(r"[A-Z]{3}(?: ?[,/&] ?[A-Z]{3})+"), re.compile(r"[,/&]")
# A longer text, or one of more parts, is no list of names.
_LONGEST, _MOST = 500, 8


def find_several(text: str, names: Names, others: Names | None = None) -> list[Found]:
    """Return what each entry of a cell means: one name, or several that are parted by “and”, commas or slashes.

    Bosnia and Herzegovina stays one. Where some of the parts are names and others are not, those that are not stand
    by themselves; where none is, or all together are like one name, the text stays whole. So does what commas part,
    unless each of its parts is a name or like one. What is a name in `others` is not parted either, nor known here.
    """
    return [found for entry in entries_of(text) for found in _parted(entry, names, others)]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a text as a name, with its place."""

    found: Found
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class _Reading:
    """A way to read a text as names, and what speaks against it: how unsure it is, and of how many pieces."""

    unsure: int = 0
    pieces: int = 0
    parts: tuple[_Part, ...] = ()

    def better(self, other: _Reading | None) -> bool:
        """Whether this is the better reading of the same text."""
        return other is None or (self.unsure, self.pieces) < (other.unsure, other.pieces)


def _parted(text: str, names: Names, others: Names | None) -> list[Found]:
    whole = names.find(text)
    text = " ".join(text.split())
    if len(text) > _LONGEST or _is_known(whole, others):
        return [whole]
    signs = [(0, 0), *_signs(text), (len(text), len(text))]
    if not 2 < len(signs) <= _MOST + 1:
        return [whole]
    reading, pieces = _best(text, signs, names, others)
    if reading.pieces == pieces:
        return [whole]
    found = [_together(text, run, names, others) for run in _runs(text, reading.parts)]
    if len(reading.parts) == 2 and len(found) == 1:
        first, second = reading.parts
        if first.found.key and second.found.key and names.may_be_within(first.found.key, second.found.key):
            # Where the first lies, or two: a visit to the second is not made up.
            keys = (first.found.key, second.found.key)
            return [Found(whole.text, (), keys, both=keys)]
    told = [entry for run in found for entry in run]
    if not any(_is_known(entry, others) for entry in told):
        before = [key for part in reading.parts for key in part.found.may_be]
        return [names.alike(whole.text, before)]
    return told


def _signs(text: str) -> list[tuple[int, int]]:
    """Return where the signs stand that may part a text; within brackets none does."""
    found, depth, at = [], 0, 0
    for match in (_SIGN_OF_CODES if _CODES.fullmatch(text) else _SIGN).finditer(text):
        between = text[at : match.start()]
        depth = max(0, depth + sum(between.count(sign) for sign in "([") - sum(between.count(sign) for sign in ")]"))
        at = match.end()
        if not depth:
            found.append(match.span())
    return found


def _best(text: str, signs: list[tuple[int, int]], names: Names, others: Names | None) -> tuple[_Reading, int]:
    """Return the best reading of a text that is parted by signs or is not, and the number of its pieces.

    From the end: the best reading of the rest of the text from each piece on, that with a longer part first.
    """
    pieces = [text[begin:end].strip() for (_sign, begin), (end, _next) in pairwise(signs)]
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
            begin, end = signs[first][1], signs[last][0]
            part = names.find(text[begin:end].strip())
            unsure = _unsure(part, pieces[first:last], names, others)
            rest = readings[last - first - 1]
            if unsure is not None:
                open_pieces = rest.pieces + (sum(map(bool, pieces[first:last])) if unsure else 0)
                parts = (_Part(part, begin, end), *rest.parts)
                reading = _Reading(rest.unsure + unsure, open_pieces, parts)
                best = reading if reading.better(best) else best
        readings.insert(0, best or _Reading())
    return readings[0], sum(map(bool, pieces))


def _runs(text: str, parts: tuple[_Part, ...]) -> list[list[_Part]]:
    """Return parts by runs that commas alone part: “Kenya, Peru and Chad” are two."""
    runs: list[list[_Part]] = []
    for part in parts:
        if runs and not text[runs[-1][-1].end : part.begin].strip(", "):
            runs[-1].append(part)
        else:
            runs.append([part])
    return runs


def _together(text: str, run: list[_Part], names: Names, others: Names | None) -> list[Found]:
    """Return what parts mean between which commas stand: each by itself where each is a name or like one, else all."""
    if len(run) == 1 or all(_is_known(part.found, others) or names.may_be_one_of(part.found) for part in run):
        return [part.found for part in run]
    before = [key for part in run for key in part.found.may_be]
    return [names.alike(text[run[0].begin : run[-1].end].strip(), before)]


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
    folded = [names.fold(piece) for piece in pieces if piece]
    like = names.like(names.fold(part.text))
    return 1 if any(all(fuzz.partial_ratio(piece, name) >= LIKE for piece in folded) for name in like) else None
