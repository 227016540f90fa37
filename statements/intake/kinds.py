"""What a file is, by its content: its name is no more than a claim."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum

from statements.intake.decoding import decode, looks_binary
from statements.intake.failures import IntakeError, Reason


class FileKind(StrEnum):
    """What is read here."""

    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    EML = "eml"


EXTENSIONS = {
    "txt": FileKind.TEXT,
    "htm": FileKind.HTML,
    "html": FileKind.HTML,
    "xhtml": FileKind.HTML,
    "mht": FileKind.EML,
    "mhtml": FileKind.EML,
    "pdf": FileKind.PDF,
    "docx": FileKind.DOCX,
    "eml": FileKind.EML,
}
_HEADER = re.compile(
    r"^(?:from|to|date|subject|message-id|mime-version|received|return-path|delivered-to|content-type)\s*:", re.I
)
_FOLDED = re.compile(r"^(?:[\w-]+\s*:|\s+\S|>?From )")
_OPENS_PAGE = re.compile(
    # Atomic and possessive: a row of comments could otherwise be read in a great many ways.
    r"(?:<\?xml[^>]*>|(?><!--.*?-->)|\s)*+<(?:!doctype\s+html|html|head|body|article|meta|title)\b",
    re.I | re.S,
)
_MARKUP = re.compile(r"</(?:p|div|body|article|html|span|h1|h2|td|li|a)>", re.I)
_LOOKED_AT = 65536
_RTF, _OLE, _ZIP, _PDF = b"{\\rtf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"%PDF-"


def declared_kind(name: str) -> FileKind | None:
    """Return what the ending of a file's name claims; None where it claims nothing known here."""
    return EXTENSIONS.get(name.rsplit(".", 1)[-1].lower()) if "." in name else None


def kind_of(data: bytes) -> FileKind:
    """Return what `data` is. Raises IntakeError for what is not read here: wrong type, encrypted, old Word, empty."""
    if not data.strip():
        raise IntakeError(Reason.EMPTY)
    if _PDF in data[:1024]:
        return FileKind.PDF
    if data.startswith(_OLE):
        # Word keeps a protected DOCX inside the container of its old format.
        protected = "EncryptedPackage".encode("utf-16-le") in data
        raise IntakeError(Reason.ENCRYPTED if protected else Reason.OLD_WORD)
    if data.startswith(_ZIP):
        return _kind_of_zip(data)
    if data.lstrip().startswith(_RTF):
        raise IntakeError(Reason.OLD_WORD)
    if looks_binary(data):
        # Text of two bytes a character has zeros too; `decode` refuses what is no text at all.
        return _kind_of_text(decode(data)[:_LOOKED_AT])
    # What marks a page or a letter is in ASCII.
    return _kind_of_text(data[:_LOOKED_AT].decode("latin-1").removeprefix("ï»¿"))


def _kind_of_zip(data: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise IntakeError(Reason.UNREADABLE) from error
    if "word/document.xml" in names:
        return FileKind.DOCX
    raise IntakeError(Reason.OLD_WORD if {"mimetype", "content.xml"} <= names else Reason.WRONG_TYPE)


def _kind_of_text(text: str) -> FileKind:
    if _OPENS_PAGE.match(text):
        return FileKind.HTML
    if _is_letter(text):
        return FileKind.EML
    if text.lstrip().startswith("<") and _MARKUP.search(text):
        return FileKind.HTML
    return FileKind.TEXT


def _is_letter(text: str) -> bool:
    """Whether a text begins with the header of an electronic letter: three of its usual lines and no other."""
    usual = 0
    for line in text.lstrip("\r\n").splitlines()[:200]:
        if not line.strip():
            break
        if not _FOLDED.match(line):
            return False
        usual += bool(_HEADER.match(line))
    return usual >= 3
