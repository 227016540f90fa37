"""Pictures without what cameras and programs write beside them: place, time, owner, thumbnails, comments.

The picture itself is not encoded anew: a JPEG and a PNG are rows of segments, of which those that draw stay.
"""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, UnidentifiedImageError

_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
# JFIF and Adobe's mark tell how colours are stored; without them a picture looks otherwise.
_DRAWING = {0xE0, 0xEE}
_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"acTL", b"fcTL", b"fdAT", b"pHYs"}
# As Pillow numbers it; a picture whose camera was turned is drawn upright first.
_ORIENTATION = 0x0112
MAX_PIXELS = 60_000_000
_QUALITY = 92


def kind_of_picture(data: bytes) -> str:
    """Return "jpg" or "png" by the first bytes, "" for anything else."""
    return "jpg" if data.startswith(_JPEG) else "png" if data.startswith(_PNG) else ""


def stripped(data: bytes, *, within: bool = False) -> bytes | None:
    """Return a JPEG or PNG without what is written beside the picture; None where it is none or cannot be read.

    `within` a document, nobody turns it as its camera was held.
    """
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            if not within and picture.format == "JPEG" and picture.getexif().get(_ORIENTATION, 1) != 1:
                data = _upright(picture)
            elif picture.format == "PNG":
                picture.verify()
            else:
                picture.load()
        return _jpeg(data) if data.startswith(_JPEG) else _png(data)
    # SyntaxError is what Pillow says of a broken PNG; the others of files that were made to break it.
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, IndexError,
            TypeError, KeyError, struct.error, zlib.error, MemoryError, OverflowError):  # fmt: skip
        return None


def _upright(picture: Image.Image) -> bytes:
    from PIL import ImageOps

    out = io.BytesIO()
    ImageOps.exif_transpose(picture).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _jpeg(data: bytes) -> bytes:
    """Return the segments of a JPEG that draw; what comes after its end is gone too."""
    out, at = [data[:2]], 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker")
        mark = data[at + 1]
        if mark == 0xFF:
            at += 1
            continue
        if mark == 0xD9:
            return b"".join([*out, b"\xff\xd9"])
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + length
        comment = mark == 0xFE or (0xE0 <= mark <= 0xEF and mark not in _DRAWING)
        if not comment:
            # JFIF has room for a thumbnail: its head alone is kept.
            out.append(_jfif(data[at:end]) if mark == 0xE0 else data[at:end])
        at = end
        if mark == 0xDA:
            end = _end_of_scan(data, at)
            out.append(data[at:end])
            at = end


def _jfif(segment: bytes) -> bytes:
    """Return a JFIF segment without its thumbnail, nothing for another of the same mark (JFXX holds only one)."""
    if not segment[4:].startswith(b"JFIF\0") or len(segment) < 18:
        return b""
    return b"\xff\xe0\x00\x10" + segment[4:16] + b"\0\0"


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where the next marker stands: within a scan 0xFF is followed by 0 or a restart."""
    while True:
        at = data.index(b"\xff", at)
        if data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
            at += 2
        elif data[at + 1] == 0xFF:
            at += 1
        else:
            return at


def _png(data: bytes) -> bytes:
    """Return the chunks of a PNG that draw."""
    out, at = [_PNG], len(_PNG)
    while True:
        length, name = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if end > len(data):
            raise ValueError("cut short")
        if name in _CHUNKS:
            out.append(data[at:end])
        if name == b"IEND":
            return b"".join(out)
        at = end
