"""The text of a briefing by its sections, out of each form: what stands under which heading, without spaces.

Marks of notes and their numbers are part of it, so that a note that is marked elsewhere is another text.
"""

from __future__ import annotations

import re
import unicodedata
from io import BytesIO
from typing import Any

import lxml.html
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from pypdf import PdfReader

Sections = list[tuple[str, str]]


def squeezed(text: str) -> str:
    """Return a text without spaces and soft breaks, in one form of its letters."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def of_page(html: str) -> Sections:
    """Return the sections of the page to print."""
    (main,) = lxml.html.fromstring(html).iter("main")
    found: list[tuple[str, list[str]]] = []
    for block in main:
        text = squeezed(block.text_content())
        if block.tag in ("h1", "h2"):
            found.append((text, []))
        else:
            found[-1][1].append(text)
    return [(title, "".join(texts)) for title, texts in found]


def of_word(file: bytes) -> Sections:
    """Return the sections of a Word document; its notes stand in the last one."""
    document = Document(BytesIO(file))
    found: list[tuple[str, list[str]]] = []
    for block in document.element.body:
        style = block.find(f"{qn('w:pPr')}/{qn('w:pStyle')}") if block.tag == qn("w:p") else None
        named = style.get(qn("w:val")) if style is not None else ""
        if named in ("Title", "Heading1"):
            found.append((squeezed(_words(block)), []))
        elif block.tag in (qn("w:p"), qn("w:tbl")):
            found[-1][1].append(squeezed(_words(block)))
    found[-1][1].append(squeezed("".join(notes_of_word(document))))
    return [(title, "".join(texts)) for title, texts in found]


def notes_of_word(document: Any) -> list[str]:
    """Return the notes of a document, each with its number."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.ENDNOTES)
    root = lxml.etree.fromstring(part.blob)
    notes = {int(note.get(qn("w:id"))): note for note in root}
    return [f"{number}{_words(note)}" for number, note in sorted(notes.items()) if number > 0]


def _words(element: Any) -> str:
    found = []
    for part in element.iter(qn("w:t"), qn("w:br"), qn("w:endnoteReference")):
        found.append(part.get(qn("w:id")) if part.tag == qn("w:endnoteReference") else part.text or " ")
    return "".join(found)


_FOOT = re.compile(r"Page \d+ / \d+")


def of_pdf(file: bytes, titles: list[str]) -> Sections:
    """Return the sections of a PDF, whose headings are `titles` in their order."""
    pages = []
    for page in PdfReader(BytesIO(file)).pages:
        lines = page.extract_text().splitlines()
        kept = [line for line in lines if not line.startswith("Vis-à-vis") and not _FOOT.fullmatch(line.strip())]
        pages.append("\n".join(kept))
    # The dots before the items of a list are drawn after them.
    rest = squeezed("\n".join(pages)).replace("•", "")
    found, places = [], []
    start = 0
    for title in titles:
        place = rest.index(title, start)
        places.append(place)
        start = place + len(title)
    for number, (title, place) in enumerate(zip(titles, places, strict=True)):
        end = places[number + 1] if number + 1 < len(places) else len(rest)
        found.append((title, rest[place + len(title) : end]))
    return found
