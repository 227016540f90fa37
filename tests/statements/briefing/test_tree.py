"""The description of a briefing, and what its writers make of any text: everything escaped, nothing left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import lxml.etree
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from statements.briefing import web, word
from statements.briefing.tree import (
    Briefing,
    Facts,
    Heading,
    Listing,
    Paragraph,
    Run,
    Table,
    run,
    runs,
    runs_right_to_left,
    with_ties,
)
from tests.statements.briefing import texts

ARABIC, KHMER = "لم تُمنع أي مسيرة", "ការជួបជុំត្រូវបានហាមឃាត់"
NASTY = '<script>alert(1)</script> & "quotes" \x00\x0b\ud800 ￿ end'


def briefing(**fields) -> Briefing:
    """Return a briefing with one block of every kind."""
    table = Table(
        "By topic",
        ("Topic", "■ State"),
        (
            (
                (Paragraph(runs(run("Assembly", style="strong"))),),
                (Paragraph(runs("denies 1: ", run("1", href="#statement-1"))),),
            ),
        ),
    )
    given = {
        "title": "Briefing: A",
        "language": "en",
        "paper": "a4",
        "made": date(2026, 1, 2),
        "header": "Vis-à-vis",
        "page_word": "Page",
        "blocks": (
            Heading(1, runs("Briefing: A")),
            Facts((("Status", runs("held, ", run("page", href="https://example.org/?a=1&b=2"))),)),
            Heading(2, runs("Positions")),
            table,
            Heading(3, runs("1. Somebody"), "statement-1"),
            Paragraph(runs(run(ARABIC, language="ar", style="words")), "words"),
            Paragraph(runs(run(KHMER, language="km", style="words")), "words"),
            Paragraph((run("Sources: paraphrase"), Run(note=1), run("; paraphrase"), Run(note=2)), "small"),
            Listing((runs("first"), runs("second"))),
            Heading(2, runs("Sources")),
        ),
        "notes": (runs("Note one, ", run("there", href="https://example.org/one")), runs("Note two")),
    }  # fmt: skip
    return Briefing(**{**given, **fields})


def part(file: bytes, name: str) -> lxml.etree._Element:
    """Return a part of a Word document."""
    with ZipFile(BytesIO(file)) as package:
        return lxml.etree.fromstring(package.read(name))


def test_page_and_word_document_hold_the_same_text_under_the_same_headings():
    html = f"<main>{web.body(briefing())}</main>"
    assert texts.of_page(html) == texts.of_word(word.written(briefing()))
    assert [title for title, _text in texts.of_page(html)] == ["Briefing:A", "Positions", "Sources"]
    assert texts.of_page(html)[2][1] == "1Noteone,there2Notetwo"


def test_no_text_is_taken_for_markup_or_breaks_a_document():
    nasty = runs(NASTY)
    made = briefing(
        title=run(NASTY).text,
        blocks=(
            Heading(1, nasty),
            Paragraph(nasty),
            Facts(((run(NASTY).text, nasty),)),
            Listing((nasty,)),
            Table(run(NASTY).text, (run(NASTY).text, "b"), (((Paragraph(nasty),), (Paragraph(nasty),)),)),
        ),
        notes=(nasty,),
    )
    html = web.body(made)
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; ") == 10
    assert '"quotes"' not in html.replace("&quot;", "")
    with ZipFile(BytesIO(word.written(made))) as package:
        assert sum(b"alert(1)" in package.read(name) for name in package.namelist()) == 4
    assert texts.of_page(f"<main>{html}</main>") == texts.of_word(word.written(made))


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "http://[x", ""]
)
def test_what_is_no_web_address_makes_no_link(href):
    made = briefing(blocks=(Heading(1, runs("A")), Paragraph(runs(run("words", href=href)))), notes=())
    assert "<a" not in web.body(made)
    assert part(word.written(made), "word/document.xml").find(f".//{qn('w:hyperlink')}") is None


@pytest.mark.parametrize("language", ["\x01", "en\x0b", "\ud800", 'en"/><w:x', "e", "a language", "en\n"])
def test_what_is_no_language_is_not_said_in_the_document(language):
    made = briefing(blocks=(Heading(1, runs("A")), Paragraph(runs(run("words", language=language)))), notes=())
    assert list(part(word.written(made), "word/document.xml").iter(qn("w:lang"))) == []


def test_words_say_their_language_and_direction():
    html, body = web.body(briefing()), part(word.written(briefing()), "word/document.xml")
    assert f'<span lang="ar" dir="rtl">{ARABIC}</span>' in html
    assert f'<span lang="km" dir="auto">{KHMER}</span>' in html
    paragraphs = {"".join(p.itertext(qn("w:t"))): p for p in body.iter(qn("w:p"))}
    assert paragraphs[ARABIC].find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None
    assert paragraphs[ARABIC].find(f".//{qn('w:rtl')}") is not None
    assert paragraphs[KHMER].find(f".//{qn('w:rtl')}") is None
    assert [lang.get(qn("w:bidi")) for lang in body.iter(qn("w:lang"))] == ["ar", "km"]


@pytest.mark.parametrize(
    ("language", "found"),
    [("ar", True), ("ar-EG", True), ("fa", True), ("en", False), ("km", False), ("az-Arab", True), ("ar-Latn", False),
     ("", False)],
)  # fmt: skip
def test_right_to_left_is_read_off_the_language_or_its_script(language, found):
    assert runs_right_to_left(language) is found


def test_word_has_real_headings_and_a_table_whose_head_is_repeated():
    document = Document(BytesIO(word.written(briefing())))
    styles = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith(("Title", "Heading"))]
    assert styles == [("Title", "Briefing: A"), ("Heading 1", "Positions"), ("Heading 2", "1. Somebody"),
                      ("Heading 1", "Sources")]  # fmt: skip
    facts, board = document.tables
    assert facts.rows[0].cells[0].text == "Status"
    assert [cell.text for cell in board.rows[0].cells] == ["Topic", "■ State"]
    assert board.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None


def test_links_within_the_document_lead_to_their_headings():
    body = part(word.written(briefing()), "word/document.xml")
    places = [place.get(qn("w:name")) for place in body.iter(qn("w:bookmarkStart"))]
    anchors = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"))]
    assert places == anchors == ["statement-1"]
    html = web.body(briefing())
    assert 'href="#statement-1"' in html
    assert 'id="statement-1"' in html


def test_notes_are_real_endnotes_numbered_in_figures():
    file = word.written(briefing())
    with ZipFile(BytesIO(file)) as package:
        kinds, links = package.read("[Content_Types].xml"), package.read("word/_rels/endnotes.xml.rels")
    assert b"wordprocessingml.endnotes+xml" in kinds
    assert b"https://example.org/one" in links
    notes = part(file, "word/endnotes.xml")
    assert [(note.get(qn("w:id")), note.get(qn("w:type"))) for note in notes] == [
        ("-1", "separator"), ("0", "continuationSeparator"), ("1", None), ("2", None),
    ]  # fmt: skip
    body = part(file, "word/document.xml")
    assert [mark.get(qn("w:id")) for mark in body.iter(qn("w:endnoteReference"))] == ["1", "2"]
    for name in ("word/settings.xml", "word/document.xml"):
        (told,) = part(file, name).iter(qn("w:endnotePr"))
        assert told.find(qn("w:numFmt")).get(qn("w:val")) == "decimal"


def test_word_names_no_person_and_no_moment_and_is_the_same_file_each_time():
    file = word.written(briefing())
    assert file == word.written(briefing())
    assert file != word.written(briefing(title="Briefing: B"))
    properties = Document(BytesIO(file)).core_properties
    assert (properties.author, properties.last_modified_by) == ("Vis-à-vis", "Vis-à-vis")
    assert (properties.title, properties.comments, properties.keywords) == ("Briefing: A", "", "")
    assert properties.created == properties.modified
    assert properties.created.isoformat() == "2026-01-02T00:00:00+00:00"
    with ZipFile(BytesIO(file)) as package:
        assert {info.date_time for info in package.infolist()} == {word.FIRST_DAY}
        assert not any(b"python-docx" in package.read(name) for name in package.namelist())


@pytest.mark.parametrize(("paper", "size"), [("a4", (Mm(210), Mm(297))), ("letter", (Mm(215.9), Mm(279.4)))])
def test_word_has_the_paper_a_running_header_and_page_numbers(paper, size):
    document = Document(BytesIO(word.written(replace(briefing(), paper=paper))))
    (section,) = document.sections
    # Word counts in twentieths of a point.
    assert abs(section.page_width - size[0]) < 1000
    assert abs(section.page_height - size[1]) < 1000
    assert section.header.paragraphs[0].text == "Vis-à-vis · Briefing: A"
    codes = [code.text for code in section.footer._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]


def test_length_counts_every_printed_text_once():
    small = briefing(
        blocks=(Heading(1, runs("ab")), Listing((runs("cd"),)), Facts((("e", runs("f")),))), notes=(runs("gh"),)
    )
    assert small.length() == 8
    table = Table("ab", ("c",), (((Paragraph(runs("d")),),),))
    assert briefing(blocks=(table,), notes=()).length() == 4


def test_lines_that_lead_to_words_and_tell_of_them_are_tied_and_no_others():
    words, small, warning = (
        Paragraph(runs("w"), "words"),
        Paragraph(runs("s"), "small"),
        Paragraph(runs("!"), "warning"),
    )
    blocks = [Heading(2, runs("h")), small, warning, words, small, words, small, small, Paragraph(runs("p")),
              Heading(2, runs("h")), Listing((runs("i"),)), Heading(3, runs("last"))]  # fmt: skip
    tied = [one for _block, one in with_ties(blocks)]
    assert tied == [True, True, True, True, False, True, True, False, False, True, False, False]
    assert [block for block, _tied in with_ties(blocks)] == blocks
    assert list(with_ties([])) == []
