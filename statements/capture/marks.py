"""Quotation marks: which open, which close, which are apostrophes. Only the outermost pairs are kept.

Everything is decided in one pass with look-ups in sorted lists, so that a text of nothing but marks stays linear.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

MARK = re.compile("[\"“”„«»‘’'‚‹›]|``|''")
_OPENERS = {"“": "”", "„": "“”", "«": "»", "‹": "›", "``": "''"}
_SINGLE = {"‘", "'", "‚"}
_BEFORE_OPENING = frozenset(" \t\r\n\u00a0\u202f([{—–-/‘“\"':")
_PUNCTUATION = frozenset('.,!?;:…”"»)')
_REOPENING = re.compile(r"[\s–—•*-]*")


@dataclass(frozen=True, slots=True)
class Quote:
    """An outermost quotation, marks included; `closed` is false where the closing mark is missing."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool = True


def pair(text: str, paragraphs: Sequence[tuple[int, int]]) -> list[Quote]:
    """Return the outermost quotations of `text` in order; one may run over paragraphs that reopen it."""
    found: list[Quote] = []
    carried: tuple[int, int, str] | None = None  # start, inner start, mark of a quotation still open
    for number, (start, end) in enumerate(paragraphs):
        following = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
        carried = _Paragraph(text, start, end, following).run(found, carried)
    return [q for q in found if any(c.isalnum() for c in text[q.inner_start : q.inner_end])]


class _Paragraph:
    """The pass over one paragraph."""

    def __init__(self, text: str, start: int, end: int, following: tuple[int, int] | None) -> None:
        self.text, self.start, self.end, self.following = text, start, end, following
        self.marks = [(m.start(), m.group()) for m in MARK.finditer(text, start, end)]
        self.strong, self.weak, self.opening = self._single_candidates()

    def _at(self, position: int) -> str:
        return self.text[position] if self.start <= position < self.end else " "

    def _opens(self, position: int, length: int = 1) -> bool:
        before, after = self._at(position - 1), self._at(position + length)
        return before in _BEFORE_OPENING and not after.isspace() and after not in ".,;!?)"

    def _single_candidates(self) -> tuple[list[int], list[int], list[int]]:
        """Return places where a single mark surely closes, may close (after a plural s), and opens.

        A mark inside double marks belongs to them, so it is counted only at the depth at which it stands.
        """
        strong, weak, opening = [], [], []
        depth = 0
        for position, mark in self.marks:
            if mark in ("“", "«", "„") or (mark == '"' and self._opens(position)):
                depth += 1
            elif mark in ("”", "»", '"'):
                depth = max(0, depth - 1)
            elif mark in ("’", "'", "‘"):
                before, after = self._at(position - 1), self._at(position + 1)
                if mark != "’" and self._opens(position):
                    opening.append(position)
                elif after.isalnum() or before.isspace() or depth:
                    continue
                elif before in "sSzx" and after.isspace() and self._at(position + 2).islower():
                    weak.append(position)
                else:
                    strong.append(position)
        return strong, weak, opening

    def _close_of_single(self, position: int) -> int | None:
        """Return where the single quotation opened at `position` closes: before the next one opens, if it can."""
        n = bisect_left(self.opening, position + 1)
        limit = self.opening[n] if n < len(self.opening) else self.end
        s, w = bisect_left(self.strong, position + 1), bisect_left(self.weak, position + 1)
        strong = self.strong[s] if s < len(self.strong) else None
        weak = self.weak[w] if w < len(self.weak) else None
        if strong is not None and (strong < limit or weak is None or weak > limit):
            return strong
        return weak if weak is not None and weak < limit else strong

    def _reopened(self, mark: str) -> bool:
        """Return whether the next paragraph opens with the same mark, which says that this quotation goes on."""
        if self.following is None:
            return False
        begin = _REOPENING.match(self.text, self.following[0], self.following[1])
        place = begin.end() if begin else self.following[0]
        return self.text[place : place + len(mark)] == mark or (mark == "«" and self.text[place : place + 1] == "»")

    def run(self, found: list[Quote], carried: tuple[int, int, str] | None) -> tuple[int, int, str] | None:
        """Add the quotations that end here; return the one that goes on in the next paragraph."""
        open_: tuple[int, int, str] | None = carried
        skip_to = self.start
        if carried is not None:
            begin = _REOPENING.match(self.text, self.start, self.end)
            skip_to = (begin.end() if begin else self.start) + len(carried[2])
        for position, mark in self.marks:
            if position < skip_to:
                continue
            if open_ is None:
                open_, skip_to = self._begin(found, position, mark)
            elif self._ends(open_[2], position, mark):
                found.append(Quote(open_[0], position + len(mark), open_[1], position))
                open_ = None
            elif mark == open_[2] and mark in "“«" and self._opens(position):
                # Opened again without having been closed: the closing mark was forgotten.
                found.append(Quote(open_[0], self._trimmed(position), open_[1], self._trimmed(position), False))
                open_ = (position, position + 1, mark)
        if open_ is None:
            return None
        if self._reopened(open_[2]):
            return open_
        if open_[2] not in _SINGLE:
            found.append(Quote(open_[0], self._trimmed(self.end), open_[1], self._trimmed(self.end), False))
        return None

    def _begin(self, found: list[Quote], position: int, mark: str) -> tuple[tuple[int, int, str] | None, int]:
        after = position + len(mark)
        if mark in _SINGLE:
            if not self._opens(position) or self._at(position + 1).isdigit():
                return None, after
            close = self._close_of_single(position)
            if close is None:
                return ((position, after, mark), after) if self._reopened(mark) else (None, after)
            found.append(Quote(position, close + 1, after, close))
            return None, close + 1
        if mark in _OPENERS:
            return (position, after, mark), after
        if (mark == '"' and self._opens(position)) or (mark == "''" and self._opens(position, 2)):
            return (position, after, mark), after
        return None, after

    def _ends(self, opened: str, position: int, mark: str) -> bool:
        if opened == '"':
            return mark == '"' and not (self._opens(position) and self._at(position - 1).isspace())
        if opened in _SINGLE:
            return position in (self.strong[-1:] or self.weak[-1:])
        if opened == "“" and mark == '"':
            return not self._opens(position)
        return mark in _OPENERS.get(opened, "''")

    def _trimmed(self, position: int) -> int:
        while position > self.start + 1 and self.text[position - 1].isspace():
            position -= 1
        return position
