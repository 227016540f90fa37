"""A poster as a picture: what a page is, in large letters, for where its address is shared. Pure.

Colours are those of the light pages. The picture has few of them, so that it is kept and sent as a small file.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from visits.posters.faces import Shown, Style, face, lines, shown

WIDTH, HEIGHT = 1200, 630
# A picture in an answer, and in what is kept of pages, is never larger.
LARGEST = 300_000
PAPER, INK, SOFT, LINE, ACCENT, WARN = "#fbfaf6", "#17212b", "#4f5c69", "#dad6cb", "#0a5684", "#75500b"
COLUMNS = {"state": "#573a9e", "holder": "#0a5684", "civil": "#0c634e", "others": "#75500b"}
BRAND = "Vis-à-vis"
_MARGIN, _BAND, _FOOT = 80, 24, 540
_ACROSS = WIDTH - _MARGIN - 64
# From the largest size that fits; at the smallest a text is cut.
_SIZES = (76, 68, 60, 54, 48, 43, 38)
_COLOURS = 48
# FreeType keeps one state for each face: two threads would write into each other's letters.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on a picture; whatever no face can show is left out of it.

    `mark` is said above the title, `quote` are somebody's words, `facts` are lines below, `notice` is what must be
    known first, `foot` is said beside our name. `column` colours the band at the side.
    """

    title: str
    mark: str = ""
    quote: str = ""
    facts: tuple[str, ...] = ()
    notice: str = ""
    foot: str = ""
    column: str = ""


def draw(poster: Poster) -> bytes:
    """Return a poster as a PNG of 1200 × 630 pixels."""
    from PIL import Image

    with _ONE_AT_A_TIME:
        sheet = _Sheet(poster)
        sheet.all()
        out = BytesIO()
        few = sheet.image.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(out, "PNG", optimize=True)
        return out.getvalue()


class _Sheet:
    """The paper, and how far down it is written on."""

    def __init__(self, poster: Poster) -> None:
        # Loaded with the first picture: most processes draw none.
        from PIL import Image, ImageDraw

        self.poster = poster
        self.image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
        self.pen = ImageDraw.Draw(self.image)
        self.colour = COLUMNS.get(poster.column, ACCENT)
        self.down = 56

    def all(self) -> None:
        poster = self.poster
        self.pen.rectangle((0, 0, _BAND, HEIGHT), fill=self.colour)
        self._line(poster.mark, "sans", 30, self.colour)
        if poster.notice:
            self._line(poster.notice, "sans", 30, WARN)
        facts = [found for text in poster.facts if (found := shown(text, "sans"))]
        room = _FOOT - 28 - self.down - 46 * len(facts)
        if poster.quote and (words := shown(poster.quote, "serif")):
            title = shown(poster.title, "bold")
            self._block(words, room - (60 if title else 0))
            if title:
                self._line(poster.title, "bold", 36, INK)
        elif title := shown(poster.title, "bold"):
            self._block(title, room)
        for found in facts:
            self._found(found, 30, SOFT)
        self._foot()

    def _block(self, found: Shown, room: int) -> None:
        """Write a text as large as it fits into `room` pixels, and cut it where it fits in no size."""
        for size in _SIZES:
            step = round(size * 1.32)
            rows, whole = lines(found, size, _ACROSS, max(1, room // step))
            if whole or size == _SIZES[-1]:
                break
        for row in rows:
            self._write(row, found, size, INK)
            self.down += step
        self.down += 18

    def _line(self, text: str, style: Style, size: int, colour: str) -> None:
        if found := shown(text, style):
            self._found(found, size, colour)

    def _found(self, found: Shown, size: int, colour: str) -> None:
        self._write(lines(found, size, _ACROSS, 1)[0][0], found, size, colour)
        self.down += round(size * 1.5)

    def _write(self, row: str, found: Shown, size: int, colour: str) -> None:
        at, anchor = (_MARGIN + _ACROSS, "ra") if found.right_to_left else (_MARGIN, "la")
        self.pen.text((at, self.down), row, font=face(found.file, size), fill=colour, anchor=anchor)

    def _foot(self) -> None:
        self.pen.line((_MARGIN, _FOOT, WIDTH - 64, _FOOT), fill=LINE, width=2)
        self.pen.text((_MARGIN, 563), BRAND, font=face("DejaVuSerif-Bold.ttf", 30), fill=INK, anchor="la")
        if found := shown(self.poster.foot, "sans"):
            row = lines(found, 22, _ACROSS - 260, 1)[0][0]
            self.pen.text((WIDTH - 64, 570), row, font=face(found.file, 22), fill=SOFT, anchor="ra")
