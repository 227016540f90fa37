"""Where the words of a query stand in a text, for showing: by the places of the analyser. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from statements.search.analyser import analyse, has_phrase
from statements.search.query import Conditions, Phrase

# A run of a text, and whether it is what was asked for.
Run = tuple[str, bool]
ELLIPSIS = "…"


def spans_of(text: str, language: str, phrases: Iterable[Phrase]) -> list[tuple[int, int]]:
    """Return from where to where one of `phrases` stands in `text`, in order and without overlaps."""
    terms = analyse(text, language)
    places = [(term.exact, term.other) for term in terms]
    standing: dict[str, list[int]] = defaultdict(list)
    for at, forms in enumerate(places):
        for form in dict.fromkeys(forms):
            standing[form].append(at)
    hit = set()
    for phrase in set(phrases):
        # A pair of syllables reaches over the next place.
        reach = len(phrase) + (phrase[-1].startswith("b") and phrase[-1] != "")
        for at in standing.get(phrase[0], ()):
            if has_phrase(places, phrase, at):
                hit |= set(range(at, min(at + reach, len(terms))))
    spans: list[tuple[int, int]] = []
    for at in sorted(hit):
        start, end = terms[at].start, terms[at].end
        if spans and (at - 1 in hit) and _joins(text[spans[-1][1] : start]):
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _joins(between: str) -> bool:
    """Whether two marked words are marked as one: nothing but spaces stands between them."""
    return not between.strip()


def mark(text: str, language: str, conditions: Conditions, *, most: int = 0) -> list[Run]:
    """Return `text` in runs, those asked for marked; of more than `most` characters only what is around the first."""
    phrases = [phrase for group in conditions.groups for phrase in group]
    spans = spans_of(text, language, phrases) if phrases else []
    first, last = _window(text, spans, most)
    runs: list[Run] = [(ELLIPSIS, False)] if first else []
    at = first
    for start, end in spans:
        if start < first or end > last:
            continue
        if start > at:
            runs.append((text[at:start], False))
        runs.append((text[start:end], True))
        at = end
    if at < last:
        runs.append((text[at:last], False))
    return [*runs, (ELLIPSIS, False)] if last < len(text) else runs


def _window(text: str, spans: list[tuple[int, int]], most: int) -> tuple[int, int]:
    """Return the part of a long text that is shown: from a word well before the first mark."""
    if not most or len(text) <= most:
        return 0, len(text)
    start = max(0, spans[0][0] - most // 3) if spans else 0
    start = min(start, len(text) - most)
    if start:
        space = text.find(" ", start, start + 30)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + most)
    if end < len(text):
        space = text.rfind(" ", start, end)
        # A word longer than that is cut.
        end = space if space > end - 30 else end
    return start, end
