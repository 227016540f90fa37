"""Which typeface shows a text, and how it falls into lines. Pure.

A text is shown whole by one face or not at all: a box in place of a letter would be put into somebody's mouth. The
faces stand beside this file with their licences; scripts that none of them holds (Chinese, for one) are left to those
who write on the poster to say otherwise.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL import ImageFont

FOLDER = Path(__file__).parent / "fonts"
Style = Literal["serif", "bold", "sans"]
# The first that holds every letter of a text shows it.
_FILES: dict[Style, tuple[str, ...]] = {
    "serif": ("DejaVuSerif.ttf", "DejaVuSans.ttf", "NotoSansKhmer-Regular.ttf"),
    "bold": ("DejaVuSerif-Bold.ttf", "DejaVuSans.ttf", "NotoSansKhmer-Regular.ttf"),
    "sans": ("DejaVuSans.ttf", "NotoSansKhmer-Regular.ttf"),
}
# Names no letter, but tells where a word may end in scripts that write no spaces.
BREAK = "\u200b"
# Stacks the next letter of Khmer under the last one.
COENG = "\u17d2"
DOTS = "…"


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as a face shows it: the face, and the text without signs that it lacks."""

    file: str
    text: str

    @property
    def right_to_left(self) -> bool:
        """Whether the text begins at the right: its first letter says so."""
        strong = (unicodedata.bidirectional(sign) for sign in self.text)
        return next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L"


def shapes() -> bool:
    """Whether letters can be joined, stacked and turned round on this machine."""
    from PIL import features

    return bool(features.check("raqm"))


def shown(text: str, style: Style) -> Shown | None:
    """Return how `text` is shown in `style`; None where no face holds all of its letters."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if not text or (not shapes() and any(_needs_shaping(sign) for sign in text)):
        return None
    for file in _FILES[style]:
        held = _held(file)
        if all(ord(sign) in held for sign in text if _is_letter(sign)):
            kept = "".join(sign for sign in text if ord(sign) in held or sign == BREAK)
            return Shown(file, " ".join(kept.split())) if kept.strip() else None
    return None


def face(file: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a face of the folder in a size."""
    from PIL import ImageFont

    layout = ImageFont.Layout.RAQM if shapes() else ImageFont.Layout.BASIC
    return ImageFont.truetype(str(FOLDER / file), size, layout_engine=layout)


def lines(found: Shown, size: int, width: int, most: int) -> tuple[list[str], bool]:
    """Return the text in at most `most` lines of `width` pixels, and whether all of it stands in them."""
    measured = face(found.file, size)
    rows, row = [], ""
    for piece in _pieces(found.text):
        if measured.getlength((row + piece).replace(BREAK, "").rstrip()) <= width:
            row += piece
            continue
        if row.strip():
            rows.append(row)
        row = piece.lstrip()
        while measured.getlength(row.replace(BREAK, "").rstrip()) > width:
            fits = _fitting(row, measured, width)
            rows.append(row[:fits])
            row = row[fits:]
    if row.strip():
        rows.append(row)
    cut = [row.replace(BREAK, "").strip() for row in rows]
    if len(cut) <= most:
        return cut, True
    last = cut[most - 1]
    while last and measured.getlength(last + DOTS) > width:
        last = last[: _cluster_before(last, len(last) - 1)].rstrip()
    return [*cut[: most - 1], last + DOTS], False


def _pieces(text: str) -> Iterator[str]:
    """Yield the parts of a text after each of which a line may end, with the space or break that ends them."""
    start = 0
    for place, sign in enumerate(text, 1):
        if sign in (" ", BREAK):
            yield text[start:place]
            start = place
    if start < len(text):
        yield text[start:]


def _fitting(row: str, measured: ImageFont.FreeTypeFont, width: int) -> int:
    """Return how many signs of a part without a break fit into `width`: at least one, and no letter taken apart."""
    low, high = 1, len(row)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measured.getlength(row[:middle]) <= width else (low, middle - 1)
    return _cluster_before(row, low) or low


def _cluster_before(text: str, place: int) -> int:
    """Return the last place up to `place` at which a letter with all that belongs to it has ended."""
    while 0 < place < len(text) and (
        unicodedata.category(text[place]).startswith("M") or text[place - 1] == COENG or text[place] == "\u200d"
    ):
        place -= 1
    return max(place, 0)


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


def _needs_shaping(sign: str) -> bool:
    return unicodedata.bidirectional(sign) in ("R", "AL") or unicodedata.category(sign).startswith("M")


@cache
def _held(file: str) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(FOLDER / file, lazy=True) as font:
        return frozenset(font.getBestCmap())
