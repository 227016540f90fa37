"""Bytes of a text to characters: by its mark, as UTF-8 where it is, else as what it most likely is."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from statements.intake.failures import IntakeError, Reason

# The longest first: the mark of UTF-16 begins that of UTF-32.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]+encoding\s*=\s*[\"']([\w.:-]+)", re.I)
# What Windows-1252 makes of the letters of other alphabets; in western texts these stand beside digits or nowhere.
_ODD = re.compile(r"[¤¦¨¯²³´¶·¸¹ºª¼½¾¿¡¬±×÷ØÐÞðþý¥£¢](?=[^\W\d_])|(?<=[^\W\d_])[¤¦¨¯²³´¶¸¹¼½¾¿¡¬±×÷ÐÞ¥£¢]")
_WORK = 200_000


def decode(data: bytes, declared: str = "") -> str:
    """Return the characters of `data`. `declared` names an encoding from outside, such as a header of HTTP.

    Raises IntakeError (wrong type) where the bytes are no text.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data, name)
    wide = _wide_without_mark(data)
    if wide:
        return _strictly(data, wide)
    if looks_binary(data):
        raise IntakeError(Reason.WRONG_TYPE)
    for name in ("utf-8", declared, _declared(data)):
        text = _tried(data, name)
        if text is not None:
            return text
    return _guessed(data)


def looks_binary(data: bytes) -> bool:
    """Whether the first kilobytes hold bytes that no text has."""
    head = data[:8192]
    odd = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
    return b"\x00" in head or odd * 50 > len(head)


def _wide_without_mark(data: bytes) -> str:
    """Return which UTF-16 the bytes are where nearly each second one of the beginning is zero; else ""."""
    head = data[:2000]
    pairs = len(head) // 2
    if pairs < 4:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > pairs * 0.7 and even < pairs * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > pairs * 0.7 and odd < pairs * 0.05 else ""


def _strictly(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise IntakeError(Reason.UNREADABLE) from error


def _declared(data: bytes) -> str:
    found = _DECLARED.search(data[:4096])
    return (found[1] or found[2]).decode("ascii") if found else ""


def _tried(data: bytes, name: str) -> str | None:
    """Return `data` in the encoding `name`, or None where there is no such encoding or the bytes are not in it."""
    # What is declared as Latin-1 is Windows-1252 wherever a browser reads it.
    name = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252"}.get(name.lower(), name)
    if not name:
        return None
    try:
        if codecs.lookup(name)._is_text_encoding:
            return data.decode(name)
    except (LookupError, UnicodeDecodeError, ValueError):
        pass
    return None


def _guessed(data: bytes) -> str:
    """Return `data` as Windows-1252 where that reads like a western text, else as what its bytes most look like."""
    western = _tried(data, "cp1252")
    if western is not None:
        letters = [char for char in western[:_WORK] if char.isalpha()]
        foreign = sum(char > "\x7f" for char in letters)
        if foreign * 4 < len(letters) and not _ODD.search(western[:_WORK]):
            return western
    best = from_bytes(data[:_WORK]).best()
    text = _tried(data, best.encoding) if best is not None else None
    if text is not None:
        return text
    if western is not None:
        return western
    raise IntakeError(Reason.UNREADABLE)
