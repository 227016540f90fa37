"""The verbatim check: do these words stand in that text, and where? Pure.

A quotation is sought as it is, then in the normal form of both (`normal.py`), then with its ellipses as gaps and its
bracketed insertions as words that the source has otherwise. What is found in none of these ways differs: then the
passage that comes nearest is shown with the words that differ, in both.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from itertools import accumulate
from typing import Literal

from statements.capture.normal import ELLIPSIS, Normal, bare, normal_form
from statements.capture.structure import paragraphs

How = Literal["exact", "normalised", "ellipsis", "insertion", "paragraphs", "differs", "absent"]

# An ellipsis stands for at most so many characters of the source: a few paragraphs, never half a report.
LONGEST_GAP = 3000
# A bracketed insertion stands for at most so many: a clause.
LONGEST_REPLACED = 160
# Parts of a quotation between two gaps are tried in so many places before it is given up.
MOST_TRIES = 2000
# Words found in more places than this tell little of where a quotation stands.
MOST_PLACES = 400
# Below this share of words in common, no passage is near enough to be called the one that was meant.
NEAR_ENOUGH = 0.34
_GAP = re.compile(rf"\s*{ELLIPSIS}\s*|\[[^\][]*\]")
# “[T]he” and “govern[ing]”: brackets that stand for letters of the first or the last word.
_IN_FIRST_WORD = re.compile(r"\[[^\][]+\](?=\w)")
_IN_LAST_WORD = re.compile(r"(?<=\w)\[[^\][]*\]$")
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
# As in the W3C Web Annotation TextQuoteSelector: enough on both sides to tell one place from another.
CONTEXT = 64


@dataclass(frozen=True, slots=True)
class Difference:
    """Words that differ: spans in the quotation and in the source, one of them empty where words are only missing."""

    quoted: tuple[int, int]
    source: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quotation stands in a source: `start` to `end` in characters of the source's text, and how.

    For "differs" it is the nearest passage, with the differences; for "absent" there is none and both are 0.
    """

    how: How
    start: int = 0
    end: int = 0
    differences: tuple[Difference, ...] = field(default=())

    @property
    def found(self) -> bool:
        """Whether the quoted words stand in the source."""
        return self.how not in {"differs", "absent"}


@dataclass(frozen=True, slots=True)
class Anchor:
    """The W3C TextQuoteSelector of a place: its words, and those before and after."""

    exact: str
    prefix: str
    suffix: str


def _most_votes(votes: Counter[int], slack: int) -> int:
    """Return the place with most votes at most `slack` from it; of several that with most of its own, else the first.

    Sums up to each place make it one pass, however wide the slack.
    """
    places = sorted(votes)
    up_to = [0, *accumulate(votes[place] for place in places)]

    def near(place: int) -> int:
        return up_to[bisect_right(places, place + slack)] - up_to[bisect_left(places, place - slack)]

    return max(places, key=lambda place: (near(place), votes[place], -place))


class SourceText:
    """The text of a source, prepared once for any number of quotations."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def normal(self) -> Normal:
        """The normal form of the text."""
        return normal_form(self.text)

    @cached_property
    def paragraphs(self) -> list[tuple[int, int]]:
        """The paragraphs of the text."""
        return paragraphs(self.text)

    def anchor(self, place: Place) -> Anchor:
        """Return the words at `place` with so much around them as tells the place from others."""
        start, end = place.start, place.end
        return Anchor(self.text[start:end], self.text[max(0, start - CONTEXT) : start], self.text[end : end + CONTEXT])

    def locate(self, quotation: str, *, near: int = 0) -> Place:
        """Return where `quotation` stands; of several equal passages the one at or after `near`, else the first.

        A quotation without a single word is absent.
        """
        quoted = quotation.strip()
        if not any(char.isalnum() for char in quoted):
            return Place("absent")
        start = _find_whole(self.text, quoted, near)
        if start >= 0:
            return Place("exact", start, start + len(quoted))
        wanted = normal_form(quoted)
        needle = wanted.text.strip(f" {ELLIPSIS}")
        if not needle:
            return Place("absent")
        return self._in_normal_form(needle, near) or self._with_gaps(needle) or self._nearest(wanted)

    def _in_normal_form(self, needle: str, near: int) -> Place | None:
        start = _find_whole(self.normal.text, needle, self.normal.place_of(near))
        return self._place("normalised", start, start + len(needle)) if start >= 0 else None

    def _place(self, how: How, start: int, end: int) -> Place:
        first, last = self.normal.raw_span(start, end)
        if how == "normalised" and _PARAGRAPH.search(self.text, first, last):
            how = "paragraphs"
        return Place(how, first, last)

    def _with_gaps(self, needle: str) -> Place | None:
        parts, gaps = split_at_gaps(needle)
        edges = (bool(_IN_FIRST_WORD.match(needle)), bool(_IN_LAST_WORD.search(needle)))
        if not any(char.isalnum() for part in parts for char in part) or not (gaps or any(edges)):
            return None
        how: How = "insertion" if any(edges) or any(gap != ELLIPSIS for gap in gaps) else "ellipsis"
        found = next(self._chains(parts, gaps, edges), None)
        return self._place(how, *found) if found else None

    def _chains(self, parts: list[str], gaps: list[str], edges: tuple[bool, bool]) -> Iterator[tuple[int, int]]:
        """Yield spans of the normal form in which `parts` stand in order, with what the gaps between them allow.

        `edges` says whether the first and the last word are known in part only.
        """
        text = self.normal.text
        tries = iter(range(MOST_TRIES))

        def follow(at: int, end: int) -> Iterator[int]:
            if at == len(parts):
                if edges[1] != _ends_whole(text, end):
                    yield end
                return
            gap = gaps[at - 1]
            limit = end + (LONGEST_GAP if gap == ELLIPSIS else LONGEST_REPLACED) + len(parts[at])
            for start in _occurrences(text, parts[at], end, limit, tries):
                stop = start + len(parts[at])
                ends_open = at + 1 == len(parts) or gaps[at] != ELLIPSIS
                if self._fits(end, start, gap) and (ends_open or _ends_whole(text, stop)):
                    yield from follow(at + 1, stop)

        for start in _occurrences(text, parts[0], 0, len(text), tries):
            stop = start + len(parts[0])
            ends_open = not gaps or gaps[0] != ELLIPSIS
            if edges[0] != _starts_whole(text, start) and (ends_open or _ends_whole(text, stop)):
                for last in follow(1, stop):
                    yield _whole_words(text, start, last)

    def _fits(self, end: int, start: int, gap: str) -> bool:
        """Whether the source may have `end` to `start` where the quotation has `gap`."""
        text = self.normal.text
        between = text[end:start]
        if gap == ELLIPSIS:
            return bool(between) and not (between[-1].isalnum() and text[start].isalnum())
        if ELLIPSIS in between and ELLIPSIS not in gap:
            return False
        # Brackets inside a word stand for letters of it, brackets between words for words.
        joined_before = end > 0 and text[end - 1].isalnum() and between[:1].isalnum()
        joined_after = between[-1:].isalnum() and text[start : start + 1].isalnum()
        if joined_before or joined_after:
            return " " not in between
        return True

    def _nearest(self, wanted: Normal) -> Place:
        """Return the passage that shares most words with the quotation, by votes of its rarer words."""
        words, starts = wanted.words
        votes: Counter[int] = Counter()
        known = {number: self.normal.places_of.get(bare(word), []) for number, word in enumerate(words)}
        rare = sorted((len(places), number) for number, places in known.items() if places)
        for many, number in rare[:40]:
            if many > MOST_PLACES and votes:
                break
            for place in known[number][:MOST_PLACES]:
                votes[place - number] += 1
        if not votes:
            return Place("absent")
        slack = max(3, len(words) // 4)
        best = _most_votes(votes, slack)
        source_words, source_starts = self.normal.words
        first = max(0, best - slack)
        window = source_words[first : best + len(words) + slack]
        matcher = SequenceMatcher(None, [bare(word) for word in words], [bare(word) for word in window], autojunk=False)
        blocks = [block for block in matcher.get_matching_blocks() if block.size]
        if sum(block.size for block in blocks) < max(1, NEAR_ENOUGH * len(words)):
            return Place("absent")
        # Words beside the quotation belong to the passage as far as the quotation has words there too.
        low = max(0, blocks[0].b - blocks[0].a)
        high = min(len(window), blocks[-1].b + blocks[-1].size + len(words) - blocks[-1].a - blocks[-1].size)
        return self._differing(wanted, words, starts, (first + low, first + high), source_words, source_starts)

    def _differing(
        self,
        wanted: Normal,
        words: list[str],
        starts: list[int],
        among: tuple[int, int],
        source_words: list[str],
        source_starts: list[int],
    ) -> Place:
        low, high = among
        theirs = source_words[low:high]
        opcodes = SequenceMatcher(None, [bare(word) for word in words], [bare(word) for word in theirs], False)
        changes = [code for code in opcodes.get_opcodes() if code[0] != "equal"]
        if not changes:  # the words are the same: it is the punctuation that differs
            changes = SequenceMatcher(None, words, theirs, autojunk=False).get_opcodes()
        differences = []
        for kind, a, b, c, d in changes:
            if kind != "equal":
                differences.append(
                    Difference(
                        _span(wanted, words, starts, a, b),
                        _span(self.normal, source_words, source_starts, low + c, low + d),
                    )
                )
        start, end = _span(self.normal, source_words, source_starts, low, high)
        return Place("differs", start, end, tuple(differences))


def _find_whole(text: str, needle: str, near: int) -> int:
    """Return where `needle` stands in `text` as whole words: “form” does not stand in “reform”. -1 where nowhere."""
    for origin in (near, 0) if near else (0,):
        start = text.find(needle, origin)
        while start >= 0:
            if _starts_whole(text, start) and _ends_whole(text, start + len(needle)):
                return start
            start = text.find(needle, start + 1)
    return -1


def _occurrences(text: str, part: str, start: int, limit: int, tries: Iterator[int]) -> Iterator[int]:
    """Yield where `part` stands between `start` and `limit`, as long as there are `tries`."""
    at = text.find(part, start, limit)
    while at >= 0 and next(tries, None) is not None:
        yield at
        at = text.find(part, at + 1, limit)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span widened to whole words."""
    while not _starts_whole(text, start):
        start -= 1
    while not _ends_whole(text, end):
        end += 1
    return start, end


def _starts_whole(text: str, start: int) -> bool:
    return start == 0 or not (text[start - 1].isalnum() and text[start].isalnum())


def _ends_whole(text: str, end: int) -> bool:
    return end >= len(text) or not (text[end - 1].isalnum() and text[end].isalnum())


def _span(form: Normal, words: list[str], starts: list[int], first: int, last: int) -> tuple[int, int]:
    """Return the raw span of the words `first` up to `last`; an empty one before `first` where there is no word."""
    if first < last:
        return form.raw_span(starts[first], starts[last - 1] + len(words[last - 1]))
    if first < len(words):
        at = form.raw_span(starts[first], starts[first] + len(words[first]))[0]
    else:
        at = form.raw_span(starts[-1], starts[-1] + len(words[-1]))[1] if words else 0
    return at, at


def split_at_gaps(needle: str) -> tuple[list[str], list[str]]:
    """Return the literal parts of a quotation in normal form and the gaps between them: "…", or what was in brackets.

    Brackets and ellipses at its ends are left out.
    """
    parts: list[str] = []
    gaps: list[str] = []
    at = 0
    for found in _GAP.finditer(needle):
        text = needle[at : found.start()]
        gap = ELLIPSIS if ELLIPSIS in found.group() else found.group()
        at = found.end()
        # Spaces beside an insertion belong to it: the source may have other words there, or none.
        literal = text.strip()
        if literal:
            parts.append(literal)
            gaps.append(gap)
        elif parts:
            gaps[-1] = ELLIPSIS if ELLIPSIS in (gap, gaps[-1]) else gap
    last = needle[at:].strip()
    if last:
        parts.append(last)
    elif gaps:
        gaps.pop()
    return parts, gaps
