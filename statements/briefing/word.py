"""A briefing as a Word document: real headings, a table of positions, sources as endnotes. Pure.

python-docx writes the document; endnotes, which it does not know, are a part of their own in its package (`endnotes`).
The same briefing gives the same bytes: no moment and no name of a person stands in the file.
"""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from statements.briefing.endnotes import Endnotes
from statements.briefing.inline import add_runs, field, marked_right_to_left
from statements.briefing.tree import (
    Block,
    Briefing,
    Facts,
    Heading,
    Listing,
    Paragraph,
    Table,
    runs_right_to_left,
    with_ties,
)

PAPERS = {"a4": (Mm(210), Mm(297)), "letter": (Mm(215.9), Mm(279.4))}
MARGIN = Mm(22)
LABELS, FACTS = Mm(38), Mm(126)
# Zip files know no time before this.
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
# What every briefing is written by, in place of a person's name.
MAKER = "Vis-à-vis"
_PROGRAM = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    f"<Application>{MAKER}</Application></Properties>"
)
# Styles by their ids in the file: to look one up by its name costs more than to write its paragraph.
_STYLES = {"": "Normal", "words": "Quote", "small": "Small", "warning": "Warning"}
_HEADINGS = {1: "Title", 2: "Heading1", 3: "Heading2", 4: "Heading3"}


def written(briefing: Briefing) -> bytes:
    """Return the briefing as the bytes of a .docx file."""
    document = Document()
    _properties(document, briefing)
    _styles(document)
    _page(document, briefing)
    notes = Endnotes(document, briefing.notes)
    for block, tied in with_ties(briefing.blocks):
        _block(document, block, notes, tied=tied)
    _without_defaults(document)
    file = BytesIO()
    document.save(file)
    return _timeless(file.getvalue())


def _properties(document: Any, briefing: Briefing) -> None:
    properties, made = document.core_properties, datetime.combine(briefing.made, time.min)
    properties.title = briefing.title[:255]
    properties.author = properties.last_modified_by = MAKER
    properties.language = briefing.language
    properties.comments = properties.keywords = properties.category = properties.subject = ""
    properties.created = properties.modified = made
    properties.revision = 1


def _styles(document: Any) -> None:
    """Set the look; the headings stay Word's own, by which it makes outlines and tables of contents."""
    styles = document.styles
    styles["Normal"].font.name, styles["Normal"].font.size = "Cambria", Pt(10.5)
    styles["Normal"].paragraph_format.space_after = Pt(4)
    small = styles.add_style("Small", WD_STYLE_TYPE.PARAGRAPH)
    small.base_style, small.font.size = styles["Normal"], Pt(9)
    warning = styles.add_style("Warning", WD_STYLE_TYPE.PARAGRAPH)
    warning.base_style, warning.font.color.rgb = styles["Normal"], RGBColor(0x7A, 0x1F, 0x1F)
    quote = styles["Quote"]
    quote.font.italic, quote.font.color.rgb = False, RGBColor(0, 0, 0)
    quote.paragraph_format.left_indent = Mm(8)
    quote.paragraph_format.keep_together = True
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
        style = styles[name]
        style.font.name, style.font.color.rgb = "Calibri", RGBColor(0x0A, 0x3A, 0x5A)
        style.element.rPr.rFonts.set(qn("w:ascii"), "Calibri")
        # Fonts of the theme would win over the name.
        for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            style.element.rPr.rFonts.attrib.pop(qn(f"w:{attribute}"), None)
        # A heading never stands alone at the foot of a page; Word's own title would.
        style.paragraph_format.keep_with_next = True
    styles["Title"].font.size = Pt(20)


def _page(document: Any, briefing: Briefing) -> None:
    """Set paper, running header, and the number of each page."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = PAPERS[briefing.paper]
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    header = section.header.paragraphs[0]
    header.style = document.styles["Small"]
    header.add_run(f"{briefing.header} · {briefing.title}")
    footer = section.footer.paragraphs[0]
    footer.style = document.styles["Small"]
    footer.add_run(f"{briefing.page_word} ")
    field(footer, "PAGE")
    footer.add_run(" / ")
    field(footer, "NUMPAGES")


def _block(document: Any, block: Block, notes: Endnotes, *, tied: bool) -> None:
    if isinstance(block, Heading):
        add_runs(_added(document, _HEADINGS[block.level]), block.runs, notes, place=block.place)
    elif isinstance(block, Paragraph):
        paragraph = _added(document, _STYLES[block.style])
        if tied:
            paragraph.paragraph_format.keep_with_next = True
        _paragraph(paragraph, block, notes)
    elif isinstance(block, Facts):
        _facts(document, block, notes)
    elif isinstance(block, Listing):
        for item in block.items:
            add_runs(_added(document, "ListBullet"), item, notes)
    else:
        _table(document, block, notes)


def _added(document: Any, style: str) -> Any:
    """Return a new paragraph at the end, in the style of this id."""
    paragraph = document.add_paragraph()
    paragraph._p.style = style
    return paragraph


def _paragraph(paragraph: Any, block: Paragraph, notes: Endnotes) -> None:
    add_runs(paragraph, block.runs, notes)
    if any(runs_right_to_left(run.language) for run in block.runs if run.language):
        marked_right_to_left(paragraph)


def _facts(document: Any, facts: Facts, notes: Endnotes) -> None:
    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    for column, width in zip(table.columns, (LABELS, FACTS), strict=True):
        column.width = width
    for name, value in facts.rows:
        row = table.add_row()
        _undivided(row)
        label, told = row.cells
        label.width, told.width = LABELS, FACTS
        label.paragraphs[0].add_run(name).bold = True
        add_runs(told.paragraphs[0], value, notes)


def _table(document: Any, block: Table, notes: Endnotes) -> None:
    caption = _added(document, "Caption")
    caption.add_run(block.caption)
    caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=len(block.head))
    table.style = "Table Grid"
    for cell, name in zip(table.rows[0].cells, block.head, strict=True):
        cell.paragraphs[0]._p.style = "Small"
        cell.paragraphs[0].add_run(name).bold = True
    _each_page(table.rows[0])
    for row in block.rows:
        made = table.add_row()
        _undivided(made)
        for cell, paragraphs in zip(made.cells, row, strict=True):
            for place, paragraph in enumerate(paragraphs):
                here = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
                here._p.style = "Small"
                add_runs(here, paragraph.runs, notes)
    # A paragraph parts a table from what follows it: two tables beside each other would be one.
    _added(document, "Small")


def _undivided(row: Any) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _each_page(row: Any) -> None:
    """Repeat a row as the head of its table on every page."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))


def _without_defaults(document: Any) -> None:
    """Take away what the template of the library tells: the picture of a page, and the program it was made by."""
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/metadata/thumbnail"):
            del package.rels[key]
        elif relation.reltype.endswith("/extended-properties"):
            relation.target_part._blob = _PROGRAM.encode()


def _timeless(file: bytes) -> bytes:
    """Return a zip file without the moments at which its parts were written: the same parts are the same file."""
    again = BytesIO()
    with ZipFile(BytesIO(file)) as before, ZipFile(again, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = ZipInfo(name, date_time=FIRST_DAY)
            part.compress_type, part.external_attr = ZIP_DEFLATED, 0o600 << 16
            after.writestr(part, before.read(name))
    return again.getvalue()
