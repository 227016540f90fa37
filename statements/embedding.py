"""What other sites put into their pages to show a card of ours: the frame, its size, and oEmbed's answer. Pure.

oEmbed is told at https://oembed.com: our answers are of the type “rich”, version 1.0.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from math import ceil
from typing import Any
from xml.etree import ElementTree as ET

WIDEST = 560
# Below, lines of a card break that stand in one otherwise.
NARROW = 480
_LEAST, _MOST = 240, 720
TIMELINE = 560
# What a card shows is asked for anew at each opening; what stands beside it is not to outlive an hour.
CACHE_AGE = 60 * 60
FORMATS = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels of a frame or a picture."""

    width: int
    height: int


PICTURE = Size(1200, 630)


@dataclass(frozen=True, slots=True)
class Room:
    """The most that somebody has room for; None is no bound."""

    width: int | None = None
    height: int | None = None

    def fit(self, size: Size) -> Size:
        """Return a size cut to the room."""
        return Size(min(size.width, self.width or size.width), min(size.height, self.height or size.height))


BOUNDLESS = Room()


@dataclass(frozen=True, slots=True)
class Embed:
    """A card that other sites may show; addresses are whole."""

    title: str
    page: str
    frame: str
    picture: str
    size: Size
    author: str = ""
    author_page: str = ""

    @property
    def snippet(self) -> str:
        """Return the HTML to put into a page. The frame may open links and nothing else."""
        return frame(self.frame, self.title, self.size)


@dataclass(frozen=True, slots=True)
class Measure:
    """How much stands on a card: letters of the name, of the quotation and of each line below, and how many notices."""

    name: int
    quotation: int
    below: tuple[int, ...]
    notices: int = 0


def card_size(measure: Measure, room: Room) -> Size:
    """Return the size of a card. A frame cannot ask for room without a script: it is reckoned, on the safe side."""
    across = min(WIDEST, room.width or WIDEST)
    inner = max(across - 70, 60)
    # Frame, side, act, whose words they are, and our name below.
    height = 274 if across < NARROW else 230
    height += 22 * _lines(measure.name, 9.6, inner) + 27 * _lines(measure.quotation, 9, inner)
    height += sum(6 + 20 * _lines(letters, 7, inner) for letters in measure.below)
    height += (90 if across < NARROW else 60) * measure.notices
    return room.fit(Size(across, max(_LEAST, min(_MOST, height))))


def _lines(letters: int, each: float, across: int) -> int:
    return max(1, ceil(letters * each / across))


def timeline_size(room: Room) -> Size:
    """Return the size of a timeline, which scrolls in its frame."""
    return room.fit(Size(WIDEST, TIMELINE))


def frame(address: str, title: str, size: Size) -> str:
    """Return the element that shows a card."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="{size.width}" height="{size.height}" '
        'frameborder="0" loading="lazy" '
        # Of an origin of its own: only then its style sheets may be loaded. It has no script, and could run none.
        'sandbox="allow-popups allow-popups-to-escape-sandbox allow-same-origin"></iframe>'
    )


def document(embed: Embed, site: str, room: Room) -> dict[str, Any]:
    """Return oEmbed's answer to somebody who has so much room."""
    told: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": embed.title,
        "author_name": embed.author,
        "author_url": embed.author_page,
        "provider_name": "Vis-à-vis",
        "provider_url": f"{site}/",
        "cache_age": CACHE_AGE,
        "html": embed.snippet,
        "width": embed.size.width,
        "height": embed.size.height,
    }
    # A picture is not made smaller: where it is larger than the room, none is told of.
    if room.fit(PICTURE) == PICTURE:
        told |= {
            "thumbnail_url": embed.picture,
            "thumbnail_width": PICTURE.width,
            "thumbnail_height": PICTURE.height,
        }
    return {name: value for name, value in told.items() if value}


def written(told: dict[str, Any], form: str) -> bytes:
    """Return an answer in one of the formats."""
    if form == "json":
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    root = ET.Element("oembed")
    for name, value in told.items():
        ET.SubElement(root, name).text = str(value)
    head = b'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'
    return head + ET.tostring(root, encoding="utf-8")
