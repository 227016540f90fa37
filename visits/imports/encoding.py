"""In which of the encodings of spreadsheets a file is written. Pure; memory is that of one block.

A mark at the beginning decides, then zeros at every second place (UTF-16), then whether all of it is UTF-8. What is
left was saved by an old program, as Windows-1252 or as Mac Roman: in one of the two its signs beyond ASCII look like
letters within words. Libraries that guess are wrong where a file holds few of these.
"""

from __future__ import annotations

import codecs
from functools import lru_cache
from typing import BinaryIO

BLOCK = 64 * 1024
# As Python names them, in the order in which pages offer them.
ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252",
    "mac_roman": "Mac Roman",
}
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_LETTERS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüÿœßšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŸŒŠŽ")
_BETWEEN_WORDS = frozenset("“”‘’«»–—…‹›€•\xa0°§")


def guess_encoding(file: BinaryIO) -> str:
    """Return the encoding of `file`, one of ENCODINGS; the file is read from its beginning and left there."""
    file.seek(0)
    head = file.read(BLOCK)
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            file.seek(0)
            return name
    name = _wide(head) or ("utf-8-sig" if _is_utf8(file) else _eight_bits(file))
    file.seek(0)
    return name


def _wide(head: bytes) -> str:
    """Return which UTF-16 the bytes are where every second one of the beginning is mostly zero; else ""."""
    head = head[:2000]
    pairs = len(head) // 2
    if pairs < 2:
        return ""
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if odd > pairs * 0.4 and even < pairs * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > pairs * 0.4 and odd < pairs * 0.05 else ""


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while block := file.read(BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _eight_bits(file: BinaryIO) -> str:
    windows = mac = 0
    before = b""
    file.seek(0)
    while block := file.read(BLOCK):
        # The last sign of a block is looked at with the next one.
        block = before + block
        windows += _score(block, "cp1252")
        mac += _score(block, "mac_roman")
        before = block[-1:]
    return "mac_roman" if mac > windows else "cp1252"


def _score(block: bytes, encoding: str) -> int:
    """Return how much the bytes beyond ASCII look like letters and signs where such stand."""
    found = 0
    for place, byte in enumerate(block):
        if byte < 0x80:
            continue
        before = _sign(block[place - 1], encoding) if place else " "
        after = _sign(block[place + 1], encoding) if place + 1 < len(block) else " "
        found += _likelihood(_sign(byte, encoding), before, after)
    return found


def _likelihood(sign: str, before: str, after: str) -> int:
    within = before.isalpha() and after.isalpha()
    if sign in _LETTERS:
        # No word has a capital within, unless it is all capitals.
        if sign.isupper() and before.isalpha() and (before.islower() or after.islower()):
            return -3
        return 3 if before.isalpha() or after.isalpha() else 0
    if sign == "’":
        return 2
    if sign in _BETWEEN_WORDS:
        return -2 if within else 1
    return -3


@lru_cache(maxsize=512)
def _sign(byte: int, encoding: str) -> str:
    return bytes([byte]).decode(encoding, errors="replace")
