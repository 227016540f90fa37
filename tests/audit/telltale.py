"""Words that stand nowhere but in one hidden field, and how they are found in whatever is served. Pure.

A word is found as it stands and as it leaves in disguise: as entities of HTML, in an address, escaped for JSON, cut by
marks of a search or by the folding of a calendar, as base64, quoted-printable or UTF-16, compressed, within a ZIP (so
in a workbook or a Word document), in the text, the streams and the properties of a PDF, in the texts of a picture.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import itertools
import quopri
import re
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote_plus

# Those of the sample begin alike (statements/seed/hidden.py).
WORD = re.compile(r"canary[-a-z0-9]*", re.IGNORECASE)
# Within each other, so many: a file in a file in an answer.
DEEPEST = 4
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_TAG = re.compile(r"<[^<>]{0,200}>")
_FOLD = re.compile(r"\r?\n[ \t]|=\r?\n|[\u00ad\u200b\u2060]")
# What begins a text in base64, by where in a group of three letters it begins.
_BEGINNINGS = tuple(
    base64.b64encode(b"\0" * shift + spelt)[start:end]
    for spelt in (b"canary", b"Canary", b"CANARY")
    for shift, start, end in ((0, 0, 8), (1, 2, 8), (2, 3, 10))
)
_WIDE = tuple(
    base64.b64encode(b"\0" * shift + "canary".encode(kind))[start:-4]
    for kind in ("utf-16-le", "utf-16-be")
    for shift, start in ((0, 0), (1, 2), (2, 3))
)

# What files that are packed begin with: gzip, ZIP, PDF, PNG.
_PACKED = (b"H4sI", b"UEsD", b"JVBERi", b"iVBORw")


def words_in(content: bytes | str, depth: int = 0) -> set[str]:
    """Return the words in `content`, in lower case, each whole."""
    raw = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    found = {word.lower().rstrip("-") for text in _readings(raw) for word in WORD.findall(text)}
    if depth < DEEPEST:
        for inner in _within(raw):
            found |= words_in(inner, depth + 1)
    return found


def _readings(raw: bytes) -> Iterator[str]:
    """Yield what the bytes say, read as each writing that keeps letters in their order."""
    plain = raw.decode("utf-8", "replace")
    # UTF-16 and UTF-32 of such letters are these letters with zeros between them.
    thinned = raw.replace(b"\0", b"").decode("latin-1") if b"\0" in raw else ""
    for text in filter(None, (plain, thinned)):
        yield text
        yield _FOLD.sub("", text)
        if "<" in text:
            yield _TAG.sub("", text)
        if "&" in text:
            once = html.unescape(text)
            yield once
            yield _TAG.sub("", html.unescape(once))
        if "%" in text:
            yield unquote_plus(unquote_plus(text))
        if "\\u" in text:
            yield _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)
        if "=" in text and re.search(r"=[0-9A-F]{2}", text):
            yield quopri.decodestring(text.encode("latin-1", "replace")).decode("utf-8", "replace")


def _within(raw: bytes) -> Iterator[bytes]:
    """Yield what is packed into the bytes."""
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            for name in packed.namelist():
                yield name.encode()
                yield packed.read(name)
    if raw.startswith(b"%PDF"):
        yield from _of_pdf(raw)
    if raw.startswith(b"\x89PNG"):
        yield from _of_picture(raw)
    for start in _places(raw, b"\x1f\x8b\x08"):
        yield from _inflated(raw[start:], 31)
    if any(beginning in raw for beginning in (*_BEGINNINGS, *_WIDE, *_PACKED)):
        for run in _BASE64.findall(raw):
            standard = run.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
            for shift in range(4):
                part = standard[shift:]
                with_end = part[: len(part) - (len(part) % 4 == 1)]
                try:
                    yield base64.b64decode(with_end + b"=" * (-len(with_end) % 4))
                except binascii.Error:
                    continue


def _places(raw: bytes, mark: bytes) -> Iterator[int]:
    start = raw.find(mark)
    while start >= 0:
        yield start
        start = raw.find(mark, start + 1)


def _inflated(raw: bytes, window: int) -> Iterator[bytes]:
    try:
        yield zlib.decompressobj(window).decompress(raw)
    except zlib.error:
        return


def _of_pdf(raw: bytes) -> Iterator[bytes]:
    """Yield streams, text and properties of a PDF."""
    from pypdf import PdfReader

    for stream in _STREAM.findall(raw):
        yield from _inflated(stream, 15)
    reader = PdfReader(io.BytesIO(raw))
    yield "\n".join(page.extract_text() for page in reader.pages).encode()
    yield repr(dict(reader.metadata or {})).encode()


def _of_picture(raw: bytes) -> Iterator[bytes]:
    from PIL import Image

    with Image.open(io.BytesIO(raw)) as picture:
        picture.load()
        yield repr(picture.info).encode()


# Letters of which no word of a language is made: no stem and no fold makes two of them one.
_LETTERS = "bcdfghjkmpqrtvwxz"


def new_words() -> Iterator[str]:
    """Yield words that nothing else says: “canarybbbx”, short enough for any field of text."""
    for letters in itertools.product(_LETTERS, repeat=3):
        yield f"canary{''.join(letters)}x"
