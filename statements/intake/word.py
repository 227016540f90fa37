"""The text of a Word document (DOCX): every paragraph that Word shows, in its order, footnotes last."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml.parser import parse_xml
from lxml import etree

from statements.intake.facts import Extracted, Suggestions, one_line
from statements.intake.failures import MAX_CHARACTERS, IntakeError, Reason
from statements.intake.kinds import FileKind
from statements.intake.paragraphs import join

# What the parts may grow to when unpacked: zipfile never unpacks more than the directory of the archive says.
MAX_UNPACKED = 120_000_000
MAX_XML = 40_000_000
MAX_PARTS = 5_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {f"{_W}br", f"{_W}cr"}
# Deleted words of tracked changes, and codes of fields, are not what the document says.
_UNREAD = {_FALLBACK, f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}pPr", f"{_W}rPr"}


def read(data: bytes) -> Extracted:
    """Return the text of a DOCX. Raises IntakeError: encrypted, unreadable, no text, too long."""
    try:
        _check_archive(data)
        document = docx.Document(io.BytesIO(data))
        trees = [document.element.body, *_notes(document)]
        text = join(paragraph for tree in trees for paragraph in _paragraphs(tree))
        suggestions = _suggest(document.core_properties)
    except (zipfile.BadZipFile, OpcError, etree.LxmlError, ValueError, KeyError, AttributeError, NotImplementedError,
            OSError, EOFError, RecursionError, TypeError) as error:  # fmt: skip
        raise IntakeError(Reason.UNREADABLE) from error
    if not text:
        raise IntakeError(Reason.NO_TEXT)
    if len(text) > MAX_CHARACTERS:
        raise IntakeError(Reason.TOO_LONG)
    return Extracted(text=text, kind=FileKind.DOCX, suggestions=suggestions)


def _check_archive(data: bytes) -> None:
    """Raise IntakeError where the archive is locked, or would fill the memory when unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    if any(part.flag_bits & 0x1 for part in parts):
        raise IntakeError(Reason.ENCRYPTED)
    xml = sum(part.file_size for part in parts if part.filename.lower().endswith((".xml", ".rels")))
    if len(parts) > MAX_PARTS or xml > MAX_XML or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise IntakeError(Reason.TOO_LONG)


def _notes(document: Any) -> Iterator[Any]:
    """Yield the trees of footnotes and endnotes."""
    for kind in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
        for relation in document.part.rels.values():
            if relation.reltype == kind and not relation.is_external:
                yield parse_xml(relation.target_part.blob)


def _paragraphs(tree: Any) -> Iterator[str]:
    """Yield the text of a tree, cut at paragraphs and line breaks; a text box inside a paragraph stands before it."""
    held: list[list[str]] = [[]]
    walker = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        if event == "start" and element.tag in _UNREAD:
            walker.skip_subtree()
        elif element.tag == f"{_W}p":
            if event == "start":
                held.append([])
            else:
                yield "".join(held.pop())
        elif event == "end" and element.tag == f"{_W}t":
            held[-1].append(element.text or "")
        elif event == "end" and element.tag == f"{_W}tab":
            held[-1].append(" ")
        elif event == "end" and element.tag == f"{_W}noBreakHyphen":
            held[-1].append("-")
        elif event == "end" and element.tag in _BREAKS:
            yield "".join(held[-1])
            held[-1] = []


def _suggest(told: Any) -> Suggestions:
    made = told.created
    return Suggestions(
        title=one_line(told.title, 300),
        author=one_line(told.author if told.author != "python-docx" else "", 160),
        published=made.date().isoformat() if isinstance(made, datetime) else "",
        language=(told.language or "").lower()[:12],
    )
