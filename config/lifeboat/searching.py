"""The search of a copy: which terms a page has, and where static/js/offline_search.js looks them up. Pure.

A browser that opened a page from a disk may load scripts and nothing else: the index is made of scripts. They are
small, each for the terms that begin with the same two letters, so that a search of a large record loads little.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from itertools import groupby, islice
from typing import Any

# Letters of their own to Unicode, which people type by their nearest plain one.
PLAIN = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ß": "ss", "ς": "σ",
}  # fmt: skip
# Written without spaces between words: every two letters that stand side by side are a term.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
MOST_LETTERS = 64
# So many pages that may be found stand in one file.
PAGES = 200
_PLAIN = str.maketrans(PLAIN)
_RUN = re.compile(r"[^\W_]+")
_PIECE = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
# What is said on every page, and what only shows how a page is cited.
_ASIDE = {"nav", "form", "svg", "script", "style"}
_LONGEST_ABOUT = 240


@dataclass(frozen=True, slots=True)
class Document:
    """A page that may be found: its kind, title, description, and terms as (shard, term, whether it is titled so)."""

    kind: str
    title: str
    about: str
    terms: tuple[tuple[str, str, bool], ...]


def fold(text: str) -> str:
    """Return `text` in small letters without accents, as offline_search.js does."""
    if text.isascii():
        return text.lower()
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not _is_mark(char))
    return bare.lower().translate(_PLAIN)


@lru_cache(maxsize=10_000)
def _is_mark(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind[0] == "M" or kind == "Cf"


def terms_of(text: str) -> set[str]:
    """Return the terms of a text."""
    found: set[str] = set()
    for run in _RUN.findall(fold(text)):
        for piece in [run] if run.isascii() else _PIECE.findall(run):
            if _UNSPACED.match(piece) and len(piece) > 1:
                found.update(piece[at : at + 2] for at in range(len(piece) - 1))
            else:
                found.add(piece[:MOST_LETTERS])
    return found


def shard_of(term: str) -> str:
    """Return the name of the file in which a term stands: its first two letters, as numbers."""
    return "-".join(f"{ord(char):x}" for char in term[:2])


def document_of(kind: str, html: str) -> Document:
    """Return what the search knows of a page as it stands in the copy."""
    page = _Text()
    page.feed(html)
    page.close()
    title = " ".join("".join(page.title).split()).removesuffix(" · Vis-à-vis")
    titled = terms_of(title)
    terms = sorted(titled | terms_of(" ".join(page.text)))
    about = page.about if len(page.about) <= _LONGEST_ABOUT else f"{page.about[:_LONGEST_ABOUT].rsplit(' ', 1)[0]} …"
    return Document(kind, title, about, tuple((shard_of(term), term, term in titled) for term in terms))


class _Text(HTMLParser):
    """Reads title, description, and what stands in the middle of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.title: list[str] = []
        self.text: list[str] = []
        self.about = ""
        self._in_title = self._in_main = False
        self._aside, self._depth = "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._aside:
            self._depth += tag == self._aside
        elif tag in _ASIDE or (tag == "details" and "cite" in (dict(attrs).get("class") or "").split()):
            self._aside, self._depth = tag, 1
        elif tag == "meta" and ("name", "description") in attrs:
            self.about = " ".join((dict(attrs).get("content") or "").split())
        elif tag == "title":
            self._in_title = True
        elif tag == "main":
            self._in_main = True

    def handle_endtag(self, tag: str) -> None:
        if self._aside:
            self._depth -= tag == self._aside
            self._aside = self._aside if self._depth else ""
        elif tag == "title":
            self._in_title = False
        elif tag == "main":
            self._in_main = False

    def handle_data(self, data: str) -> None:
        if self._aside:
            return
        if self._in_title:
            self.title.append(data)
        elif self._in_main:
            self.text.append(data)


def script(what: str, name: str, value: Any) -> bytes:
    """Return a file of the index: a script that hands over `value`."""
    # What is read as a script may not end within it; the same signs are taken out of what is written into pages.
    told = json.dumps([what, name, value], ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"offlineSearch(...{told});\n".encode()


def files_of(
    documents: Iterable[tuple[str, str, str, str]], terms: Iterable[tuple[str, str, int, int]], kinds: dict[str, str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the index by their names; one of them is in memory at a time.

    `terms` are (shard, term, document, titled) in this order; `kinds` are what kinds of pages are called, the first in
    the order in which they are shown.
    """
    number, rows = 0, iter(documents)
    while block := list(islice(rows, PAGES)):
        yield f"pages-{number}.js", script("pages", str(number), block)
        number += 1
    shards = []
    for shard, of_shard in groupby(terms, key=lambda row: row[0]):
        shards.append(shard)
        told = {}
        for term, of_term in groupby(of_shard, key=lambda row: row[1]):
            found: tuple[list[int], list[int]] = ([], [])
            for _shard, _term, document, titled in of_term:
                found[0 if titled else 1].append(document)
            told[term] = found
        yield f"terms-{shard}.js", script("terms", shard, told)
    yield "head.js", script("head", "", {"shards": shards, "block": PAGES, "kinds": kinds, "plain": PLAIN})
