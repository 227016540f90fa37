"""The words inside quotation marks, and what the verbatim check says of all of them together. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import get_args

from statements.capture.marks import MARK, pair
from statements.capture.structure import paragraphs
from statements.capture.verbatim import How, Place, SourceText

# From the most faithful to the least: of several quoted parts the least faithful speaks for the whole.
FAITH = get_args(How)
Run = tuple[str, bool]
# At most so much of the text around a passage is kept: one sentence, and never a column of one.
LONGEST_CONTEXT = 300
_SENTENCE_END = re.compile(r"[.!?…][”\"’»)\]]*\s+(?=[^\sa-z])")


@dataclass(frozen=True, slots=True)
class Judged:
    """How quoted words stand in a source and where, and, where they differ, both wordings in runs (words, differs)."""

    how: How
    start: int = 0
    end: int = 0
    quoted: tuple[Run, ...] = field(default=())
    source: tuple[Run, ...] = field(default=())

    @property
    def found(self) -> bool:
        """Whether all the quoted words stand in the source."""
        return self.how not in {"differs", "absent"}


def quoted_parts(text: str) -> list[str]:
    """Return what stands inside the quotation marks of `text`, each outermost quotation by itself."""
    if not MARK.search(text):
        return []
    return [text[quote.inner_start : quote.inner_end].strip() for quote in pair(text, paragraphs(text))]


def judge(source: SourceText, parts: Sequence[str], *, near: int = 0) -> Judged:
    """Say how `parts` stand in `source`, one after the other from `near`; without any they are absent."""
    places: list[tuple[str, Place]] = []
    at = near
    for part in (part.strip() for part in parts):
        place = source.locate(part, near=at)
        places.append((part, place))
        at = place.start if place.how != "absent" else at
    if not places:
        return Judged("absent")
    how = max((place.how for _part, place in places), key=FAITH.index)
    standing = [place for _part, place in places if place.how != "absent"]
    start = min((place.start for place in standing), default=0)
    end = max((place.end for place in standing), default=0)
    quoted: list[Run] = []
    theirs: list[Run] = []
    for part, place in places:
        if place.found:
            continue
        spans = [difference.quoted for difference in place.differences]
        quoted += _runs(part, 0, len(part), spans) if place.how == "differs" else [(part, True)]
        if place.how == "differs":
            theirs += _runs(source.text, place.start, place.end, [found.source for found in place.differences])
    return Judged(how, start, end, tuple(quoted), tuple(theirs))


def _runs(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> list[Run]:
    """Return `text[start:end]` cut at the borders of `spans`, each run with whether it lies in one."""
    runs: list[Run] = []
    at = start
    for span in spans:
        first, last = max(span[0], at), min(span[1], end)
        if first >= last:
            continue
        if first > at:
            runs.append((text[at:first], False))
        runs.append((text[first:last], True))
        at = last
    if at < end:
        runs.append((text[at:end], False))
    return runs


def context(text: str, start: int, end: int, spans: Sequence[tuple[int, int]] | None = None) -> tuple[str, str]:
    """Return the words before and after `text[start:end]`: to the borders of their sentence, or one sentence where
    the passage begins or ends with its own; never past the paragraph. `spans` are the paragraphs, if they are known.
    """
    spans = paragraphs(text) if spans is None else spans
    first = max((begin for begin, last in spans if begin <= start <= last), default=start)
    final = min((last for begin, last in spans if begin <= end <= last), default=end)
    before, after = text[first:start], text[end:final]
    ends = [found.end() for found in _SENTENCE_END.finditer(before)]
    if ends:
        # A passage that begins a sentence is shown with the one before it.
        cut = ends[-1] if before[ends[-1] :].strip(' “"‘«') else (ends[-2] if len(ends) > 1 else 0)
        before = before[cut:]
    stop = _SENTENCE_END.search(after)
    if stop:
        after = after[: stop.end()].rstrip()
    if len(before) > LONGEST_CONTEXT:
        before = before[-LONGEST_CONTEXT:].partition(" ")[2]
    if len(after) > LONGEST_CONTEXT:
        after = after[:LONGEST_CONTEXT].rpartition(" ")[0]
    return before, after
