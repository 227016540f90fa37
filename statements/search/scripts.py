"""Characters as the search takes them: what a word is, which scripts write without spaces, what is the same letter.

Pure. The classes are those of Unicode's general categories; the ranges of scripts are those of its blocks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import chain

# Written without spaces between words: Thai, Lao, Burmese, Khmer, Tai, kana and Chinese characters.
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1950, 0x19FF), (0x1A20, 0x1AAF), (0x3005, 0x3007),
    (0x3041, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF), (0xFF66, 0xFF9D), (0x1B000, 0x1B16F), (0x20000, 0x3FFFF),
)  # fmt: skip
# Marks that say how a letter sounds, and may be left out in writing: of Latin, Greek and Cyrillic, Hebrew and Arabic,
# and those that only choose a glyph. Marks of Indic scripts, of Khmer, Thai and kana are letters and stay.
_OPTIONAL_MARKS = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670),
    (0x06D6, 0x06DC), (0x06DF, 0x06E8), (0x06EA, 0x06ED), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xE0100, 0xE01EF),
)  # fmt: skip
# Invisible within a word: soft hyphen, joiners, marks of direction; and the stroke that lengthens Arabic words.
_INVISIBLE = "\u00ad\u0640\u061c\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff"
# The next letter is written under this sign: both are one syllable.
_STACKING = "\u1039\u17d2\u1a60"
# Letters by category, that in Thai, Lao and half-width kana follow the letter they belong to as a mark does.
_FOLLOWING = "\u0e30\u0e32\u0e33\u0e45\u0eb0\u0eb2\u0eb3\uff9e\uff9f"
# Letters of their own to Unicode, which people type by their nearest plain one.
_PLAIN = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n",
    "ə": "a", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ھ": "ه", "ہ": "ه",
}  # fmt: skip
# All that is written today; behind it, the marks that choose a glyph.
_WRITTEN, _LAST, _GLYPHS = range(0x20000), 0x40000, range(0xE0100, 0xE01F0)


def _ranges(ranges: Iterable[Sequence[int]]) -> str:
    """Return ranges, each by its first and last, as the inside of a class of a regular expression."""
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


def _class(codes: Iterable[int]) -> str:
    """Return characters, in ascending order, as the inside of a class of a regular expression."""
    found: list[list[int]] = []
    for code in codes:
        if found and code == found[-1][1] + 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return _ranges(found)


def _classes() -> tuple[str, str, str]:
    """Return the classes of what begins a syllable, of what follows in it, and of what words are made of.

    One byte a character: sets of them took thirty megabytes in each process, of which half were never given back.
    """
    kinds = bytearray(b"L" * _LAST)
    kinds[: len(_WRITTEN)] = "".join(unicodedata.category(chr(code))[0] for code in _WRITTEN).encode()
    starts = bytearray(_LAST)
    for first, last in _UNSPACED:
        starts[first : last + 1] = (kind in b"LN" for kind in kinds[first : last + 1])
    for code in (*map(ord, _FOLLOWING), *_DIGITS):
        starts[code] = False
    following, hidden = {ord(char) for char in _FOLLOWING}, {ord(char) for char in _INVISIBLE}
    written = [code for code in _WRITTEN if kinds[code] in b"M" or code in following or code in hidden]
    words = (code for code in _WRITTEN if (kinds[code] in b"LMN" and not starts[code]) or code in hidden)
    return (
        _class(code for code in range(_LAST) if starts[code]),
        _class([*written, *_GLYPHS]),
        _class(chain(words, _GLYPHS)),
    )


_DIGITS = [code for code in _WRITTEN if unicodedata.category(chr(code)) == "Nd"]
_starts, _follow, _words = _classes()
_CLUSTER = f"[{_starts}](?:[{_STACKING}][{_starts}]|[{_follow}])*"
# A token: a syllable of a script without spaces, or else a word.
TOKEN = re.compile(f"(?P<cluster>{_CLUSTER})|[{_words}]+")
# What may stand between two syllables without parting them: spaces, also those of no width.
GAP = re.compile(r"[\s\u200b]*")
_DROPPED = re.compile(f"[{_ranges(_OPTIONAL_MARKS)}{_class(sorted(map(ord, _INVISIBLE)))}]+")
_SAME = str.maketrans({**_PLAIN, **{chr(code): str(unicodedata.digit(chr(code))) for code in _DIGITS if code > 0x7F}})


def fold(text: str) -> str:
    """Return `text` with case, accents and forms of the same letter aside; folding twice is folding once."""
    if text.isascii():
        return text.lower()
    for _once_more in range(2):
        bare = _DROPPED.sub("", unicodedata.normalize("NFKD", text))
        text = bare.casefold().translate(_SAME)
    # What folding a letter brought with it is dropped as well.
    return unicodedata.normalize("NFKC", _DROPPED.sub("", unicodedata.normalize("NFKD", text)))


def is_word(text: str) -> bool:
    """Whether a letter or a figure stands in `text`: marks alone are no word."""
    return any(char.isalnum() for char in text)
