"""A quotation beside the passage of its source: the words before, the passage itself, the words after. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from statements.capture.verbatim import Place, SourceText

# So many characters of the source are shown on either side: enough to judge a passage by, never the whole source.
AROUND = 420
# A word longer than this is cut: a text without spaces has none to stop at.
LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class Passage:
    """Where quoted words stand. `pieces` are (text, whether it differs) of the source, `quoted` of the quotation.

    `how` is that of `verbatim.Place`; for "absent" all texts are empty but the quotation.
    """

    how: str
    before: str = ""
    pieces: tuple[tuple[str, bool], ...] = ()
    after: str = ""
    quoted: tuple[tuple[str, bool], ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the quoted words do not stand there as quoted."""
        return self.how in {"differs", "absent"}


def passage_of(source: SourceText, exact: str, prefix: str = "") -> Passage:
    """Return the passage of `exact`; `prefix`, the words before it, tells which of several equal passages is meant."""
    near = source.text.find(prefix + exact) if prefix else -1
    place = source.locate(exact, near=near + len(prefix) if near >= 0 else 0)
    if place.how == "absent":
        return Passage("absent", quoted=((exact, False),))
    text = source.text
    return Passage(
        how=place.how,
        before=text[_start(text, place) : place.start],
        pieces=_cut(text, place.start, place.end, (difference.source for difference in place.differences)),
        after=text[place.end : _end(text, place)],
        quoted=_cut(exact, 0, len(exact), (difference.quoted for difference in place.differences)),
    )


def _cut(text: str, start: int, end: int, spans: Iterable[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """Return `text` from `start` to `end` in pieces, those in `spans` marked."""
    found: list[tuple[str, bool]] = []
    at = start
    for first, last in sorted(spans):
        if first >= last:
            continue
        found += [(text[at:first], False), (text[first:last], True)]
        at = last
    found.append((text[at:end], False))
    return tuple(piece for piece in found if piece[0])


def _start(text: str, place: Place) -> int:
    """Return where the words before a place begin: at a word, or at the beginning of a paragraph."""
    if place.start <= AROUND:
        return 0
    low = place.start - AROUND
    paragraph = text.find("\n\n", low, place.start)
    if 0 <= paragraph < place.start - 2:
        return paragraph + 2
    space = text.find(" ", low, low + LONGEST_WORD)
    return space + 1 if space >= 0 else low


def _end(text: str, place: Place) -> int:
    """Return where the words after a place end: at a word, or at the end of a paragraph."""
    if place.end + AROUND >= len(text):
        return len(text)
    high = place.end + AROUND
    paragraph = text.rfind("\n\n", place.end, high)
    if paragraph > place.end:
        return paragraph
    space = text.rfind(" ", high - LONGEST_WORD, high)
    return space if space >= 0 else high
