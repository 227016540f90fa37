"""How much of a text is entered: which passages are still open, and what share of the quoted words is not. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from statements.capture.marks import pair
from statements.capture.structure import paragraphs

Span = tuple[int, int]
_WORD = re.compile(r"\w[\w’'-]*")
# What is left of a passage is offered again from so many words, and from this share of its words.
FEWEST_LEFT = 4
LEAST_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Coverage:
    """Quoted passages of a text and their words, and how many of either are entered or set aside."""

    passages: int
    entered: int
    words: int
    entered_words: int

    @property
    def share_open(self) -> int:
        """Return the share of the quoted words that are not yet entered, in percent; never 0 while one is left."""
        left = self.words - self.entered_words
        return 0 if not left else max(1, round(100 * left / self.words))


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a paragraph: "" (plain), "entered", "aside", "open" or "now"; `key` says which one."""

    text: str
    kind: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its runs, whose texts together are the paragraph's."""

    number: int
    start: int
    end: int
    runs: tuple[Run, ...] = field(default=())


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return `spans` in order, overlapping ones joined."""
    out: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def without(span: Span, covered: Sequence[Span]) -> list[Span]:
    """Return what is left of `span` outside `covered`, which is joined and in order."""
    left: list[Span] = []
    at = span[0]
    for start, end in covered:
        if end <= at or start >= span[1]:
            continue
        if start > at:
            left.append((at, start))
        at = max(at, end)
    if at < span[1]:
        left.append((at, span[1]))
    return left


def words_in(text: str, span: Span) -> int:
    """Return how many words begin in `text[span]`."""
    return sum(1 for _word in _WORD.finditer(text, *span))


def open_part(text: str, span: Span, covered: Sequence[Span]) -> Span | None:
    """Return what is still to enter of the passage `span`: all of it, its longest part left, or None where too little
    is.
    """
    left = without(span, covered)
    if left == [span]:
        return span
    best = max(left, key=lambda part: words_in(text, part), default=None)
    if best is None or words_in(text, best) < max(FEWEST_LEFT, LEAST_SHARE * words_in(text, span)):
        return None
    start, end = best
    while start < end and (text[start].isspace() or text[start] in '.,;:!?…”"’»)-–—'):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def quotations(text: str) -> list[Span]:
    """Return the outermost quotations of `text`, marks included."""
    return [(quote.start, quote.end) for quote in pair(text, paragraphs(text))]


def coverage(text: str, entered: Iterable[Span], aside: Iterable[Span] = ()) -> Coverage:
    """Count the quoted passages and words of `text`, and what of them is entered; what is set aside counts in neither.

    A passage counts as entered from half of its words on.
    """
    dropped, known = joined(aside), joined(entered)
    passages = done = words = done_words = 0
    for quotation in quotations(text):
        parts = without(quotation, dropped)
        count = sum(words_in(text, part) for part in parts)
        if not count:
            continue
        left = sum(words_in(text, rest) for part in parts for rest in without(part, known))
        passages, words, done_words = passages + 1, words + count, done_words + count - min(left, count)
        done += 2 * left <= count
    return Coverage(passages, done, words, done_words)


def marked(text: str, layers: Iterable[tuple[str, str, Span]]) -> list[Paragraph]:
    """Return the paragraphs of `text` cut into runs; of `layers` (kind, key, span) an earlier one lies on top."""
    kept = list(layers)
    out = []
    for number, (start, end) in enumerate(paragraphs(text)):
        near = [layer for layer in kept if layer[2][0] < end and layer[2][1] > start]
        borders = sorted({start, end, *(min(max(at, start), end) for layer in near for at in layer[2])})
        runs: list[Run] = []
        for first, last in itertools.pairwise(borders):
            top = next((layer for layer in near if layer[2][0] <= first and last <= layer[2][1]), None)
            kind, key = (top[0], top[1]) if top else ("", "")
            if runs and (runs[-1].kind, runs[-1].key) == (kind, key):
                runs[-1] = Run(runs[-1].text + text[first:last], kind, key)
            else:
                runs.append(Run(text[first:last], kind, key))
        out.append(Paragraph(number, start, end, tuple(runs)))
    return out


def paragraph_of(text: str, place: int) -> tuple[int, int]:
    """Return the number of the paragraph in which `place` lies, from 1, and where it begins; (1, 0) for none."""
    spans = paragraphs(text)
    return next(
        ((number, start) for number, (start, end) in enumerate(spans, start=1) if start <= place <= end), (1, 0)
    )
