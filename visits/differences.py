"""What differs between two texts, word by word, and three-way merging of edits. Pure.

A word is taken with the spaces before it, so that the words joined again are the text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate

SAME, OUT, IN = "same", "out", "in"
_WORD = re.compile(r"\s*\w+|\s*[^\w\s]|\s+$")
# Comparing costs up to the product of both lengths: a longer middle counts as replaced whole.
LONGEST = 4_000

# One edit: base[a:b] became new[c:d].
Edit = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of words: in both texts (`same`), of the old alone (`out`) or of the new alone (`in`)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A passage that two people changed in different ways."""

    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Two edits of one text brought together; where they clash, `text` has the words of `mine`."""

    text: str
    clashes: tuple[Clash, ...]

    @property
    def clean(self) -> bool:
        """Whether both edits are in the text whole."""
        return not self.clashes


def split(text: str) -> list[str]:
    """Return the words and signs of `text`, each with the spaces before it; joined they are the text."""
    return _WORD.findall(text)


def edits(old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    """Return where `new` differs from `old`, in reading order; no two edits touch."""
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    if not before and not after:
        return []
    if not before or not after or max(len(before), len(after)) > LONGEST:
        return [(start, start + len(before), start, start + len(after))]
    found = SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()
    return [(a + start, b + start, c + start, d + start) for tag, a, b, c, d in found if tag != "equal"]


def word_diff(old: str, new: str) -> list[Run]:
    """Return the runs from `old` to `new`: `same` and `out` joined are the old text, `same` and `in` the new one."""
    before, after = split(old), split(new)
    runs: list[Run] = []
    at = 0
    for a, b, c, d in edits(before, after):
        _add(runs, SAME, before[at:a])
        _add(runs, OUT, before[a:b])
        _add(runs, IN, after[c:d])
        at = b
    _add(runs, SAME, before[at:])
    return runs


def _add(runs: list[Run], kind: str, words: Sequence[str]) -> None:
    if words:
        runs.append(Run(kind, "".join(words)))


def old_text(runs: Iterable[Run]) -> str:
    """Return the text from which `runs` lead."""
    return "".join(run.text for run in runs if run.kind != IN)


def new_text(runs: Iterable[Run]) -> str:
    """Return the text to which `runs` lead."""
    return "".join(run.text for run in runs if run.kind != OUT)


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Return both edits of `base` in one text. Edits that touch or overlap and are not the same are clashes."""
    words, own, other = split(base), split(mine), split(theirs)
    sides = ((own, edits(words, own)), (other, edits(words, other)))
    parts: list[str] = []
    clashes: list[Clash] = []
    at = 0
    for low, high in _regions(sides[0][1], sides[1][1]):
        parts += words[at:low]
        before = "".join(words[low:high])
        ours, others = (_of_region(words, new, changed, low, high) for new, changed in sides)
        if ours != others and before not in (ours, others):
            clashes.append(Clash(base=before, mine=ours, theirs=others))
        parts.append(others if ours == before else ours)
        at = high
    return Merge(text="".join([*parts, *words[at:]]), clashes=tuple(clashes))


def with_kept(base: str, text: str, kept: Collection[str]) -> str:
    """Return `text` as edited from `base`, but for the edits that touch a passage of the base in `kept`."""
    words, own = split(base), split(text)
    ends = list(accumulate(map(len, words), initial=0))
    held = [match.span() for passage in kept for match in re.finditer(re.escape(passage), base)]
    parts: list[str] = []
    at = 0
    for a, b, c, d in edits(words, own):
        if not any(ends[a] <= end and start <= ends[b] for start, end in held):
            parts += [*words[at:a], *own[c:d]]
            at = b
    return "".join([*parts, *words[at:]])


def _regions(first: Iterable[Edit], second: Iterable[Edit]) -> list[tuple[int, int]]:
    """Return the stretches of the base that either side changed; those that touch are one."""
    found: list[tuple[int, int]] = []
    for a, b, _c, _d in sorted([*first, *second]):
        if found and a <= found[-1][1]:
            found[-1] = (found[-1][0], max(b, found[-1][1]))
        else:
            found.append((a, b))
    return found


def _of_region(words: Sequence[str], new: Sequence[str], changed: Iterable[Edit], low: int, high: int) -> str:
    """Return what one side made of the stretch of the base from `low` to `high`."""
    parts: list[str] = []
    at = low
    for a, b, c, d in changed:
        if low <= a and b <= high:
            parts += [*words[at:a], *new[c:d]]
            at = b
    return "".join([*parts, *words[at:high]])
