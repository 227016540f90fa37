"""Endnotes of a Word document, as a part of its package (ECMA-376, 17.11): python-docx has none of its own. Pure.

Endnotes and not footnotes: a statement with five sources would fill its page with notes, and page, PDF and Word
document are to hold the same text under the same headings.
"""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.story import StoryPart
from docx.shared import Pt
from docx.text.paragraph import Paragraph as WordParagraph

from statements.briefing.inline import add_runs
from statements.briefing.tree import Run, Runs

# The two rules that Word draws above notes; it asks for them by these numbers.
_RULES = ((-1, "separator"), (0, "continuationSeparator"))
# What stands before the settings of endnotes, in the order of the schema (CT_Settings), is all that comes before these.
_AFTER = (
    "w:compat", "w:docVars", "w:rsids", "m:mathPr", "w:attachedSchema", "w:themeFontLang", "w:clrSchemeMapping",
    "w:doNotIncludeSubdocsInStats", "w:shapeDefaults", "w:decimalSymbol", "w:listSeparator",
)  # fmt: skip


_AFTER_IN_SECTION = ("w:type", "w:pgSz", "w:pgMar", "w:paperSrc", "w:pgBorders", "w:lnNumType", "w:pgNumType", "w:cols")


class Endnotes:
    """The endnotes of a document, written whole; `mark` refers to one."""

    def __init__(self, document: Any, notes: tuple[Runs, ...]) -> None:
        part: Any = document.part
        self.text, self.reference = _styles(document)
        root = parse_xml(f"<w:endnotes {nsdecls('w', 'r')}/>")
        self.part = StoryPart(PackURI("/word/endnotes.xml"), CONTENT_TYPE.WML_ENDNOTES, root, part.package)
        part.relate_to(self.part, RELATIONSHIP_TYPE.ENDNOTES)
        for number, kind in _RULES:
            self._add(number, kind)
        for number, note in enumerate(notes, 1):
            self._note(number, note)
        _settings(document)

    def mark(self, paragraph: Any, number: int) -> None:
        """Add the mark of a note to a paragraph."""
        made = self._numbered(paragraph)
        reference = OxmlElement("w:endnoteReference")
        reference.set(qn("w:id"), str(number))
        made._r.append(reference)

    def _numbered(self, paragraph: Any) -> Any:
        """Return a new run in the style of marks, by its id: to look it up by its name each time is slow."""
        made = paragraph.add_run()
        made._r.style = self.reference
        return made

    def _add(self, number: int, kind: str = "") -> WordParagraph:
        note = OxmlElement("w:endnote")
        note.set(qn("w:id"), str(number))
        self.part.element.append(note)
        element = OxmlElement("w:p")
        note.append(element)
        paragraph = WordParagraph(element, self.part)
        if kind:
            note.set(qn("w:type"), kind)
            paragraph.add_run()._r.append(OxmlElement(f"w:{kind}"))
        return paragraph

    def _note(self, number: int, note: Runs) -> None:
        paragraph = self._add(number)
        element: Any = paragraph._p
        element.style = self.text
        self._numbered(paragraph)._r.append(OxmlElement("w:endnoteRef"))
        add_runs(paragraph, (Run(" "), *note))


def _styles(document: Any) -> tuple[str, str]:
    """Return the ids of the styles of a note and of its mark."""
    text = document.styles.add_style("endnote text", WD_STYLE_TYPE.PARAGRAPH)
    text.base_style, text.font.size = document.styles["Normal"], Pt(9)
    mark = document.styles.add_style("endnote reference", WD_STYLE_TYPE.CHARACTER)
    mark.font.superscript = True
    return text.style_id, mark.style_id


def _in_figures() -> Any:
    told, form = OxmlElement("w:endnotePr"), OxmlElement("w:numFmt")
    form.set(qn("w:val"), "decimal")
    told.append(form)
    return told


def _settings(document: Any) -> None:
    """Number the notes 1, 2, 3, in the settings and in the section, and name the two rules in the settings."""
    told = _in_figures()
    # Word reads the settings, LibreOffice the section.
    document.sections[0]._sectPr.insert_element_before(_in_figures(), *_AFTER_IN_SECTION)
    for number, _kind in _RULES:
        rule = OxmlElement("w:endnote")
        rule.set(qn("w:id"), str(number))
        told.append(rule)
    settings = document.settings.element
    after = next((child for child in settings if any(child.tag == qn(name) for name in _AFTER)), None)
    if after is None:
        settings.append(told)
    else:
        after.addprevious(told)
