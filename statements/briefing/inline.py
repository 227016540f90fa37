"""Runs of a briefing in a paragraph of Word: links, places to lead to, languages, marks of notes. Pure."""

from __future__ import annotations

from typing import Any, Protocol
from zlib import crc32

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor
from docx.text.run import Run as WordRun

from statements.briefing.tree import LANGUAGE_TAG, Run, Runs, runs_right_to_left
from statements.briefing.web import is_link

LINK = RGBColor(0x0A, 0x56, 0x84)
SOFT = RGBColor(0x55, 0x55, 0x55)


class Marks(Protocol):
    """What knows how a note is marked."""

    def mark(self, paragraph: Any, number: int) -> None:
        """Add the mark of a note to a paragraph."""


def add_runs(paragraph: Any, runs: Runs, notes: Marks | None = None, *, place: str = "") -> None:
    """Add runs to a paragraph of the document or of a note; `place` names it, so that links lead to it."""
    if place:
        _begin(paragraph, place)
    for run in runs:
        if run.note:
            if notes is not None:
                notes.mark(paragraph, run.note)
        elif is_link(run.href):
            _link(paragraph, run)
        else:
            _styled(paragraph.add_run(run.text), run)
    if place:
        _end(paragraph, place)


def _styled(made: WordRun, run: Run) -> None:
    if run.style == "strong":
        made.bold = True
    elif run.style == "soft":
        made.font.color.rgb = SOFT
    # What is stored past the forms may be no language, nor anything that XML takes.
    if LANGUAGE_TAG.fullmatch(run.language):
        _in_language(made, run.language)


def _in_language(made: WordRun, language: str) -> None:
    """Say in which language words are: for the speller, for fonts of other scripts, and for their direction."""
    properties = made._r.get_or_add_rPr()
    right_to_left = runs_right_to_left(language)
    if right_to_left:
        made.font.rtl = True
    tag = OxmlElement("w:lang")
    tag.set(qn("w:val"), language)
    # The languages of complex scripts have an attribute of their own; Word asks it for those alone.
    tag.set(qn("w:bidi"), language)
    properties.append(tag)


def marked_right_to_left(paragraph: Any) -> None:
    """Let a paragraph begin at the right."""
    paragraph._p.get_or_add_pPr().insert_element_before(
        OxmlElement("w:bidi"), "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing",
        "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap",
        "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
    )  # fmt: skip


def _link(paragraph: Any, run: Run) -> None:
    """Add a link to a place in the document or to a web address."""
    link = OxmlElement("w:hyperlink")
    if run.href.startswith("#"):
        link.set(qn("w:anchor"), run.href[1:])
    else:
        link.set(qn("r:id"), paragraph.part.relate_to(run.href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.append(link)
    inner = OxmlElement("w:r")
    link.append(inner)
    made = WordRun(inner, paragraph)
    made.text = run.text
    _styled(made, run)
    made.font.color.rgb, made.underline = LINK, True


def _begin(paragraph: Any, place: str) -> None:
    start = OxmlElement("w:bookmarkStart")
    start.set(qn("w:id"), _number(place))
    start.set(qn("w:name"), place)
    paragraph._p.append(start)


def _end(paragraph: Any, place: str) -> None:
    end = OxmlElement("w:bookmarkEnd")
    end.set(qn("w:id"), _number(place))
    paragraph._p.append(end)


def _number(place: str) -> str:
    """Return the number by which both ends of a place know each other: always the same for its name."""
    return str(crc32(place.encode()) & 0x7FFFFFFF)


def field(paragraph: Any, code: str) -> None:
    """Add what Word works out by itself, as the number of the page."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("value", "1"), ("end", "")):
        made = paragraph.add_run()
        if kind == "value":
            made.text = text
            continue
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        made._r.append(part)
