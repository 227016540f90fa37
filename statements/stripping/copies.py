"""The door: the bytes of a stored file to a copy that may be published, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass

from statements.intake.decoding import decode
from statements.intake.failures import IntakeError
from statements.intake.kinds import FileKind, kind_of


class NoCopy(Exception):
    """No copy of this file can be published: its kind tells too much of people, or it could not be read."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The bytes of a copy, the type they were checked to have, and the ending of its name."""

    data: bytes
    media_type: str
    ending: str


_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "jpg": "image/jpeg",
    "png": "image/png",
}


def copy_of(data: bytes) -> Copy:
    """Return the copy of a file that may be published; the same bytes give the same copy. Raises NoCopy."""
    # Each kind brings a large library, which a process that only shows pages never needs.
    from statements.stripping import pages, pdf, pictures, word

    kind = pictures.kind_of_picture(data)
    if kind:
        return _copy(kind, pictures.stripped(data))
    try:
        found = kind_of(data)
        if found == FileKind.PDF:
            return _copy("pdf", pdf.stripped(data))
        if found == FileKind.DOCX:
            return _copy("docx", word.stripped(data))
        if found == FileKind.HTML:
            return _copy("html", pages.stripped(decode(data)))
        if found == FileKind.TEXT:
            return _copy("txt", decode(data).replace("\0", "").encode())
    except IntakeError as error:
        raise NoCopy(str(error)) from error
    # The header of a letter is made of names and machines: nothing would be left of it.
    raise NoCopy(found)


def _copy(ending: str, data: bytes | None) -> Copy:
    if data is None:
        raise NoCopy(ending)
    return Copy(data, _TYPES[ending], ending)


def type_of(ending: str) -> str:
    """Return the media type of a copy with this ending; raise KeyError where there is none."""
    return _TYPES[ending]
