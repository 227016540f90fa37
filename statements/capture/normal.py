"""A text in its normal form for comparing quotations, with the way back to the text as it stands. Pure.

Two spellings of one passage have one normal form where they differ only in what typesetting does: which quotation
marks, dashes and spaces are used, hyphens that part a word at the end of a line, soft hyphens, line and paragraph
breaks, composed or decomposed accents. Every other character counts, capitals included.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

DOUBLE_MARKS = '"“”„‟«»〝〞＂″'
SINGLE_MARKS = "'‘’‚‛‹›`´′＇"
ELLIPSIS = "…"
DASH = "–"
# Seen by nobody: soft hyphens, zero-width spaces and joiners, marks of direction, the byte order mark.
_UNSEEN = [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
_SPACES = [
    0x09,
    0x0B,
    0x0C,
    0x0D,
    *range(0x1C, 0x20),
    0x85,
    0xA0,
    0x1680,
    *range(0x2000, 0x200B),
    0x202F,
    0x205F,
    0x3000,
]
_MARK, _APOSTROPHE, _HIDDEN = "\x01", "\x02", "\x03"
# One character for one character, so that places stay. Line ends stay apart until broken words are mended.
_KINDS = {
    **dict.fromkeys(map(ord, DOUBLE_MARKS), _MARK),
    **dict.fromkeys(map(ord, SINGLE_MARKS), _APOSTROPHE),
    **dict.fromkeys(map(ord, "‒–—―−⸺⸻"), DASH),
    **dict.fromkeys(map(ord, "‐‑"), "-"),
    **dict.fromkeys(_UNSEEN, _HIDDEN),
    **dict.fromkeys(_SPACES, " "),
    0x2028: "\n",
    0x2029: "\n",
}
_LOOSE = f"[ \n{_MARK}{_APOSTROPHE}{_HIDDEN}]*"
# A hyphen stands for a dash unless it joins two words: “—dijo Ochoa—” is retyped as “-dijo Ochoa-”.
_ODD = re.compile(
    rf"""
      (?P<apostrophe>(?<=[^\W_]){_APOSTROPHE}(?=[^\W_]))
    | (?P<broken>(?<=[^\W\d_])-[ {_HIDDEN}]*\n[ \n]*(?=[^\W\d_]))
    | (?P<dots>{_LOOSE}(?:[\[(]\ ?)?(?:…|\.(?:\ ?\.){{2,}})(?:\ ?[\])])?{_LOOSE})
    | (?P<dash>{_LOOSE}(?:{DASH}|--+|(?<!\w)-|-(?!\w)){_LOOSE})
    | (?P<hidden>{_HIDDEN}+)
    | (?P<loose>[ \n{_MARK}{_APOSTROPHE}{_HIDDEN}]+)
    """,
    re.VERBOSE,
)
# The normal form has no space before these, nor after those: French typesetting has one, English has none.
_CLOSES = frozenset(",.;:!?)]}%")
_OPENS = frozenset("([{")
_COMBINING = re.compile(r"(?s).[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u3099\u309a]*")


@dataclass(frozen=True)
class Normal:
    """The normal form of `raw` as runs: where each begins in `text`, and what it stands for in `raw`.

    A run as long as what it stands for was copied; any other was replaced as a whole.
    """

    raw: str
    text: str
    starts: tuple[int, ...]
    raw_spans: tuple[tuple[int, int], ...]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in `raw` of the span `start` to `end` in `text`, without spaces at its edges."""
        while start < end and self.text[start] == " ":
            start += 1
        while end > start and self.text[end - 1] == " ":
            end -= 1
        if start == end:
            return 0, 0
        return self._raw(start)[0], self._raw(end - 1)[1]

    def _raw(self, place: int) -> tuple[int, int]:
        """Return the span in `raw` of the one character at `place` in `text`."""
        run = bisect_right(self.starts, place) - 1
        first, last = self.raw_spans[run]
        following = self.starts[run + 1] if run + 1 < len(self.starts) else len(self.text)
        if following - self.starts[run] != last - first:
            return first, last
        at = first + place - self.starts[run]
        return at, at + 1

    def place_of(self, raw_place: int) -> int:
        """Return the place in `text` of what the character at `raw_place` of `raw` stands in."""
        if not self.starts:
            return 0
        run = max(0, bisect_right(self.raw_spans, (raw_place, len(self.raw))) - 1)
        first, last = self.raw_spans[run]
        following = self.starts[run + 1] if run + 1 < len(self.starts) else len(self.text)
        copied = following - self.starts[run] == last - first
        return min(self.starts[run] + (max(0, raw_place - first) if copied else 0), following)

    @cached_property
    def words(self) -> tuple[list[str], list[int]]:
        """Return the words of `text` and where each begins in it."""
        found = list(re.finditer(r"\S+", self.text))
        return [word.group() for word in found], [word.start() for word in found]

    @cached_property
    def places_of(self) -> dict[str, list[int]]:
        """Return for each word, without the punctuation around it, its numbers among the words of `text`."""
        places: dict[str, list[int]] = {}
        for number, word in enumerate(self.words[0]):
            places.setdefault(bare(word), []).append(number)
        return places


def bare(word: str) -> str:
    """Return `word` folded in case and without the punctuation around it."""
    return word.strip(".,;:!?()[]{}…–").casefold()


def normal_form(raw: str) -> Normal:
    """Return the normal form of `raw`."""
    if unicodedata.is_normalized("NFC", raw):
        return _build(raw)
    # Composed letter by letter, so that the way back is known.
    clusters = [(found.start(), found.end()) for found in _COMBINING.finditer(raw)]
    composed = [unicodedata.normalize("NFC", raw[start:end]) for start, end in clusters]
    origin = [span for span, letters in zip(clusters, composed, strict=True) for _letter in letters]
    form = _build("".join(composed))
    spans = [form._raw(place) for place in range(len(form.text))]
    return Normal(
        raw,
        form.text,
        tuple(range(len(form.text))),
        # A run of one that stands for one character is its own copy; any other stands for its cluster.
        tuple((origin[first][0], origin[last - 1][1]) for first, last in spans),
    )


def _build(raw: str) -> Normal:
    parts: list[str] = []
    starts: list[int] = []
    spans: list[tuple[int, int]] = []
    length = 0
    for run, first, last, replaced in _runs(raw):
        # What replaces a place brings its own spaces: never two in a row.
        doubled = replaced and bool(parts) and parts[-1][-1] == " "
        piece = run.removeprefix(" ") if doubled else run
        if piece:
            parts.append(piece)
            starts.append(length)
            spans.append((first, last))
            length += len(piece)
    return Normal(raw, "".join(parts), tuple(starts), tuple(spans))


def _runs(raw: str) -> Iterator[tuple[str, int, int, bool]]:
    """Yield the runs of the normal form with their spans in `raw`, and whether each replaces what stands there."""
    kinds = raw.translate(_KINDS)
    hyphenated = _hyphenated(kinds)
    at = 0
    for found in _ODD.finditer(kinds):
        start, end = found.span()
        piece = _replacement(found, hyphenated)
        if piece == kinds[start:end]:
            continue
        if at < start:
            yield kinds[at:start], at, start, False
        yield piece, start, end, True
        at = end
    if at < len(kinds):
        yield kinds[at:], at, len(kinds), False


def _replacement(found: re.Match[str], hyphenated: frozenset[str]) -> str:
    """Return what stands for an odd place in the normal form."""
    kinds, start, end = found.string, found.start(), found.end()
    match found.lastgroup:
        case "apostrophe":
            return "'"
        case "broken":
            return "-" if _broken_word(kinds, start, end) in hyphenated else ""
        case "dots":
            return f" {ELLIPSIS} "
        case "dash":
            return f" {DASH} "
        case "hidden":
            return ""
    if " " not in found.group() and "\n" not in found.group():
        return ""
    before = kinds[start - 1 : start]
    after = kinds[end : end + 1]
    return "" if after in _CLOSES or before in _OPENS else " "


def _hyphenated(kinds: str) -> frozenset[str]:
    """Return the words that stand with a hyphen within a line: a line that breaks one keeps the hyphen."""
    if not re.search(rf"-[ {_HIDDEN}]*\n", kinds):
        return frozenset()
    return frozenset(word.casefold() for word in re.findall(r"[^\W\d_]+-[^\W\d_]+", kinds))


def _broken_word(kinds: str, start: int, end: int) -> str:
    first, last = start, end
    while first > 0 and kinds[first - 1].isalpha():
        first -= 1
    while last < len(kinds) and kinds[last].isalpha():
        last += 1
    return f"{kinds[first:start]}-{kinds[end:last]}".casefold()
