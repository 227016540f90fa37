"""An item in the words of a citation style, by the rules of `styles.toml`. Pure.

Citations are plain text: styles set some titles in italics, which a copied line cannot carry. Words of titles stay as
printed; no style's capitals are put on them.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

from visits.citing.dates import in_style
from visits.citing.item import Item

with (Path(__file__).parent / "styles.toml").open("rb") as _file:
    STYLES: dict[str, dict[str, Any]] = tomllib.load(_file)

# Signs that part; at the ends of what the record holds they would be doubled by those of a style.
_PARTING = " ,;:"
_INITIALS = re.compile(r"(?:^|[\s(.])\w\.$")
# Words that keep their small letters in a heading.
_SMALL = frozenset({"by", "of", "the"})
# Quotation marks within a title, in pairs: of two kinds, the second not to be taken for an apostrophe.
_DOUBLE = re.compile(r"“([^“”]*)”|\"([^\"]*)\"")
_SINGLE = re.compile(r"(?<!\w)‘([^‘’]*(?:’\w[^‘’]*)*)’(?!\w)")


class Told(NamedTuple):
    """A citation in one style."""

    style: str
    name: str
    text: str


def all_styles(item: Item) -> list[Told]:
    """Return the item in every style, in their order."""
    return [Told(key, style["name"], cite(item, key)) for key, style in STYLES.items()]


def cite(item: Item, key: str) -> str:
    """Return the item as a citation in the style of this key."""
    style = STYLES[key]
    item = _as_author(item, style)
    values = _values(item, style)
    forms = style["forms"] if values["authors"] else {**style["forms"], **style.get("anonymous", {})}
    text = ""
    for piece in forms[item.form]:
        text = _joined(text, _first_told(piece, values))
    if text.endswith(item.url) and item.url and not style.get("stop_after_url", True):
        return text
    return _ended(text, inside=style.get("inside", False))


def _as_author(item: Item, style: dict[str, Any]) -> Item:
    if item.form in style.get("publisher_as_author", ()) and not item.authors and item.publisher:
        return replace(item, authors=(item.publisher,), publisher="")
    return item


def _values(item: Item, style: dict[str, Any]) -> dict[str, str]:
    issued = in_style(item.issued, style["dates"]) or style.get("undated", "")
    tells_reading = style["accessed"] == "always" or item.changing or not item.issued
    accessed = in_style(item.accessed, "month_day" if style["dates"] == "year_first" else style["dates"])
    accessed = accessed if tells_reading and item.url else ""
    genre = _trimmed(item.genre)
    return {
        "authors": _names([_trimmed(name) for name in item.authors], style["authors"]),
        "title": _title(item.title, style.get("quotes", "")),
        "container": _trimmed(item.container),
        "publisher": _trimmed(item.publisher),
        "number": _trimmed(item.number),
        "genre": genre,
        "Genre": genre[:1].upper() + genre[1:],
        "heading": " ".join(word if word in _SMALL else word[:1].upper() + word[1:] for word in genre.split()),
        "issued": issued,
        "year": item.issued[:4] or style.get("undated", ""),
        "standing": _trimmed(item.standing),
        "reported": _title(item.reported, style.get("quotes", "")),
        "url": item.url,
        "accessed": accessed,
        "where": f"Retrieved {accessed}, from {item.url}" if accessed else item.url,
    }


def _trimmed(text: str) -> str:
    """Return what the record holds without the signs at its ends that a style would double."""
    return text.strip(_PARTING).lstrip(". ")


def _title(text: str, quotes: str) -> str:
    """Return a title as it stands within the style's signs, without the full stop of a sentence."""
    text = _trimmed(text)
    # The full stop of initials (U.S.) is part of the word.
    if text.endswith(".") and not text.endswith("..") and not _INITIALS.search(text):
        text = text[:-1].rstrip(_PARTING)
    return _requoted(text, quotes)


def _names(names: list[str], rule: dict[str, Any]) -> str:
    names = [name for name in names if name]
    if len(names) > rule["most"]:
        return ", ".join(names[: rule["first"]]) + rule["others"] + (names[-1] if rule.get("last") else "")
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + rule["and" if len(names) == 2 else "and_three"] + names[-1]


def _requoted(text: str, quotes: str) -> str:
    """Return a title that is to stand in quotation marks with those in it changed for the other kind."""
    if not quotes:
        return text
    opened, closed = quotes[0], quotes[1]
    if opened == "“":
        return _SINGLE.sub(rf"{opened}\1{closed}", re.sub(r"\"([^\"]*)\"", r"“\1”", text))
    return _DOUBLE.sub(lambda found: f"{opened}{found[1] or found[2] or ''}{closed}", text)


def _first_told(piece: Any, values: dict[str, str]) -> str:
    for part in piece if isinstance(piece, list) else [piece]:
        fields = [name for _text, name, _format, _conversion in Formatter().parse(part) if name]
        if all(values[name] for name in fields):
            return str(part.format(**values))
    return ""


def _joined(text: str, piece: str) -> str:
    """Return `text` with `piece` after it: nothing is parted from nothing, and no full stop follows another."""
    if not text:
        return piece.lstrip(" ,.")
    if piece[:1] == "." and re.search(r"[.?!…]$", text):
        piece = piece[1:]
    return text + piece


def _ended(text: str, *, inside: bool) -> str:
    if not re.search(r"[.?!…][”’]?$", text):
        text += "."
    return re.sub(r"”([,.])", r"\1”", text) if inside else text
