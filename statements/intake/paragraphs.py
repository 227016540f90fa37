"""The one form of every stored text: each paragraph a line, one blank line between two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# Line separators of all systems; form feeds, vertical tabs and paragraph separators part paragraphs.
_LINE_ENDS = re.compile(r"\r\n?|\x85|\u2028")
_BREAKS = re.compile(r"[\f\v\u2029]+")
# Control characters say nothing here, and a NUL is refused by PostgreSQL.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t]+")
_BLANK_LINES = re.compile(r"\n\s*\n")
_ENDS_SENTENCE = re.compile(r"[.!?…:;。؟။៕][\"”’»)\]]*$")
_BROKEN = re.compile(r"(\w*[^\W\d_])(-|\u2010|\u00ad)$")
# Such a part of a word keeps its hyphen wherever the line ends.
_PREFIXES = frozenset(
    {
        *("all", "anti", "co", "counter", "cross", "ex", "half", "mid", "multi", "non", "pan", "post", "pre", "pro"),
        *("quasi", "self", "semi", "vice", "well"),
    }
)
_WORD = re.compile(r"\w[\w'’]*")
# Texts with hard line ends are set this wide; a longer line was ended by its author.
_NARROW, _WIDE = 40, 110


def clean(text: str) -> str:
    """Return `text` with line feeds as its only line ends, without control characters and with single spaces."""
    text = _BREAKS.sub("\n\n", _LINE_ENDS.sub("\n", text))
    return _BLANKS.sub(" ", _CONTROLS.sub("", text))


def join(paragraphs: Iterable[str]) -> str:
    """Return paragraphs as one text, each a line; empty ones are left out."""
    lines = (_BLANKS.sub(" ", clean(paragraph).replace("\n", " ")).strip() for paragraph in paragraphs)
    return "\n\n".join(line for line in lines if line)


def tidy(text: str) -> str:
    """Return a text that a person edited, with one blank line between paragraphs and their own lines as they are."""
    blocks = _BLANK_LINES.split(clean(text))
    return "\n\n".join(block.strip() for block in blocks if block.strip())


def split(text: str) -> list[str]:
    """Return the paragraphs of a plain text: parted by blank lines, or by line ends where those are not typesetting.

    Lines that were ended by the width of a page are joined again, and words that were broken there.
    """
    cleaned = clean(text).strip("\n")
    blocks = [block for block in _BLANK_LINES.split(cleaned) if block.strip()]
    lines = [line.strip() for block in blocks for line in block.split("\n")]
    width = _width(lines)
    if not width:
        return [line for line in lines if line]
    known = {word.casefold() for word in re.findall(r"\w+-\w+", cleaned)}
    found: list[str] = []
    for block in blocks:
        # Where nothing parts the paragraphs but their last lines, the end of a sentence counts for more.
        found += _unwrap([line.strip() for line in block.split("\n")], width, known, strict=len(blocks) == 1)
    return found


def _width(lines: Sequence[str]) -> int:
    """Return at how many characters lines were ended, or 0 where paragraphs are whole lines."""
    lengths = sorted(len(line) for line in lines if len(line) > _NARROW)
    if len(lengths) < 2 or lengths[int(len(lengths) * 0.9)] > _WIDE:
        return 0
    return max(length for length in lengths if length <= _WIDE)


def _unwrap(lines: Sequence[str], width: int, known: set[str], *, strict: bool) -> list[str]:
    """Return the lines of a block with those joined that end only because the next word would not have fitted."""
    found: list[list[str]] = []
    runs_on = False
    for number, line in enumerate(lines):
        if not line:
            continue
        if runs_on:
            # Only the line before is looked at: a paragraph may be as long as the text.
            found[-1][-1:] = _mended(found[-1][-1], line, known)
        else:
            found.append([line])
        following = lines[number + 1] if number + 1 < len(lines) else ""
        runs_on = bool(following) and _runs_on(line, following, width, strict=strict)
    return ["".join(pieces) for pieces in found]


def _runs_on(line: str, following: str, width: int, *, strict: bool) -> bool:
    """Whether `line` ends only because the first word of `following` would not have fitted."""
    if _BROKEN.search(line) and following[:1].islower():
        return True
    needed = len(line) + 1 + len(following.split(" ", 1)[0])
    ends = _ENDS_SENTENCE.search(line) is not None
    if following[:1].islower() and not ends:
        return len(line) >= _NARROW
    return needed > width if strict and ends else needed > width * 0.85


def _mended(line: str, following: str, known: set[str]) -> list[str]:
    """Return a line as it goes on in the next, and that one.

    A word broken at the end is mended, unless the text has it with its hyphen elsewhere.
    """
    broken = _BROKEN.search(line)
    rest = _WORD.match(following)
    if broken is None or rest is None or not following[0].islower():
        return [line + " ", following]
    kept = broken[1].casefold() in _PREFIXES or f"{broken[1]}-{rest[0]}".casefold() in known
    if broken[2] != "\u00ad" and kept:
        return [line, following]
    return [line[: broken.start(2)], following]
