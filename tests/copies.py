"""What a copy of the site must not have: links that lead nowhere, and words of hidden rows in any disguise."""

from __future__ import annotations

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.S)


class _Links(HTMLParser):
    """Reads what a page leads to and loads, and the ids within it."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action", "formaction") and value is not None:
                self.links.append((tag, value))
            if name == "id" and value:
                self.ids.add(value)


def links_of(path: Path) -> _Links:
    """Return the links and ids of a page."""
    found = _Links()
    found.feed(path.read_text())
    return found


def broken(folder: Path, site: str) -> tuple[list[tuple[str, str]], int]:
    """Return (page, link) of each link that leads to no file of the copy, and how many links were looked at.

    A link to `site` itself is one: the copy is for when that is gone. So is a script that is none of the search.
    """
    pages = {path.resolve(): links_of(path) for path in folder.rglob("*.html")}
    wrong, looked = [], 0
    for path, page in pages.items():
        for tag, link in page.links:
            parts = urlsplit(link)
            looked += 1
            if parts.scheme or parts.netloc or link.startswith("/"):
                # To the sources, and to nothing that the page loads by itself.
                if tag != "a" or f"{parts.scheme}://{parts.netloc}" == site or link.startswith("/"):
                    wrong.append((str(path), link))
                continue
            to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = to.is_file() and to.is_relative_to(folder.resolve())
            if there and parts.fragment and to in pages:
                there = unquote(parts.fragment) in pages[to].ids or parts.fragment == "top"
            if not there:
                wrong.append((str(path), link))
    return wrong, looked


def found_in(folder: Path, word: re.Pattern[str]) -> set[str]:
    """Return what fits `word` in names and contents of files, as it stands, encoded or packed; in small letters."""
    found: set[str] = set()
    for path in folder.rglob("*"):
        found |= {match.lower() for match in word.findall(path.relative_to(folder).as_posix())}
        if path.is_file():
            for data in _unpacked(path.read_bytes()):
                found |= {match.lower() for text in _read(data) for match in word.findall(text)}
    return found


def _unpacked(data: bytes) -> Iterator[bytes]:
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from _unpacked(archive.read(name))
    for part in [data] if data[:2] == b"\x1f\x8b" else _STREAM.findall(data):
        try:
            yield zlib.decompressobj(47).decompress(part)
        except zlib.error:
            continue


def _read(data: bytes) -> Iterator[str]:
    text = data.decode("utf-8", errors="replace")
    yield text
    if "&" in text or "%" in text:
        yield unquote(unescape(text))
    if b"\x00" in data:
        yield data.replace(b"\x00", b"").decode("latin-1")
    for piece in _BASE64.findall(data):
        for start in range(4):
            part = piece[start:].translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
            part = part[:-1] if len(part) % 4 == 1 else part
            yield base64.b64decode(part + b"=" * (-len(part) % 4)).decode("latin-1")
