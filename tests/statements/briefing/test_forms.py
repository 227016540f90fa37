"""The page, the PDF and the Word document of a briefing say the same, and can be opened by what people have."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client
from docx import Document
from PIL import Image
from pypdf import PdfReader

from statements.models import StatementText
from tests import factories as make
from tests.statements.briefing import texts
from tests.statements.briefing.rows import Rich
from tests.statements.briefing.test_tree import ARABIC, KHMER


def got(path: str) -> bytes:
    """Return what the public gets there."""
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content


@pytest.fixture
def rich(db) -> Rich:
    return Rich()


def test_page_pdf_and_word_hold_the_same_text_section_by_section(rich):
    page = texts.of_page(got(f"{rich.path}.html").decode())
    titles = [title for title, _text in page]
    assert [title.partition(":")[0] for title in titles] == [
        "Briefing", "Positions", "Statements", "Commitments", "Guaranteesofthetermsofreference", "Meetings", "Sources",
    ]  # fmt: skip
    assert all(text for _title, text in page)
    assert texts.of_word(got(f"{rich.path}.docx")) == page
    assert texts.of_pdf(got(f"{rich.path}.pdf"), titles) == page


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_the_pdf_has_its_paper_running_headers_page_numbers_and_tags(rich, paper, size):
    file = PdfReader(BytesIO(got(f"{rich.path}.pdf?paper={paper}")))
    assert len(file.pages) >= 2
    for number, page in enumerate(file.pages, 1):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == size
        text = page.extract_text()
        assert "Vis-à-vis · Briefing: Visit to Ruritania" in text
        assert f"Page {number} / {len(file.pages)}" in text
    assert file.metadata.author is None
    assert file.metadata.title.startswith("Briefing: Visit to Ruritania")
    # Who hears the page read aloud is told its headings and tables.
    assert file.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert file.trailer["/Root"]["/Lang"] == "en"


def test_headings_and_the_lines_around_words_stay_on_their_page(rich):
    html = got(f"{rich.path}.html").decode()
    quoted = re.findall(r"(<[^\n]*>)\n<blockquote([^>]*)>.*?</blockquote>\n(<\w+[^>]*>)", html)
    assert len(quoted) >= 3
    for before, own, after in quoted:
        assert re.match(r'<(h\d|p class="(small|warning) tied"|p class="small")', before), before
        assert ("tied" in own) == after.startswith('<p class="small'), (own, after)
    document = Document(BytesIO(got(f"{rich.path}.docx")))
    kept = [one.paragraph_format.keep_with_next for one in document.paragraphs]
    ids = [one.style.style_id for one in document.paragraphs]
    places = [place for place, name in enumerate(ids) if name == "Quote"]
    assert len(places) >= 3
    for place in places:
        assert kept[place] == (True if ids[place + 1] == "Small" else None)
        assert kept[place - 1] or ids[place - 1].startswith("Heading") or ids[place - 2] == "Quote"
    assert all(document.styles[name].paragraph_format.keep_with_next for name in ("Title", "Heading 1", "Heading 3"))


def test_the_parts_of_a_word_file_tell_of_no_other_program_and_nobody(rich):
    with ZipFile(BytesIO(got(f"{rich.path}.docx"))) as file:
        names = file.namelist()
        assert [name for name in names if "thumbnail" in name] == []
        told = file.read("docProps/app.xml").decode() + file.read("docProps/core.xml").decode()
        assert "Macintosh" not in told
        assert "python-docx" not in told
        assert "<Application>Vis-à-vis</Application>" in told
        assert "jpeg" not in file.read("_rels/.rels").decode()


def test_the_same_briefing_is_the_same_file(rich):
    # None is kept: each is made twice.
    for form in ("html", "pdf", "docx"):
        assert got(f"{rich.path}.{form}") == got(f"{rich.path}.{form}"), form


def test_words_in_other_scripts_stand_in_all_forms(rich):
    for language, words in (("ar", ARABIC), ("km", KHMER)):
        make.statement(visit=rich.visit, date="2022-08-21", texts=(make.text(words, language=language),))
    html = got(f"{rich.path}.html").decode()
    assert f'<span lang="ar" dir="rtl">{ARABIC}</span>' in html
    assert f'<span lang="km" dir="auto">{KHMER}</span>' in html
    word = "".join(text for _title, text in texts.of_word(got(f"{rich.path}.docx")))
    assert texts.squeezed(ARABIC) in word
    assert texts.squeezed(KHMER) in word
    pdf = got(f"{rich.path}.pdf")
    read = subprocess.run([_program("pdftotext"), "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    # A reader of PDF turns right-to-left words round again, and says so by marks of direction.
    told = texts.squeezed(re.sub("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", "", read))
    assert texts.squeezed(ARABIC) in told
    assert sorted(set(texts.squeezed(KHMER)) - set(told)) == []


def test_a_font_for_each_script_is_in_the_pdf(rich):
    make.statement(visit=rich.visit, texts=(make.text(KHMER, language="km"),))
    fonts = subprocess.run(
        [_program("pdffonts"), "-"], input=got(f"{rich.path}.pdf"), capture_output=True, check=True
    ).stdout.decode()
    assert re.search("Khmer|Noto", fonts), "fonts-khmeros or fonts-noto-core is needed"


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is needed: .ci/debian-packages.txt"
    return found


def test_word_is_opened_by_libreoffice_and_no_page_of_it_is_empty(rich, tmp_path: Path):
    """LibreOffice has a profile of its own here: one that somebody has open would refuse a second start."""
    make.statement(visit=rich.visit, texts=(make.text(ARABIC, language="ar"),))
    (tmp_path / "briefing.docx").write_bytes(got(f"{rich.path}.docx"))
    made = subprocess.run(
        [
            _program("soffice"), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
            "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "briefing.docx"),
        ],
        capture_output=True, timeout=180, check=False,
    )  # fmt: skip
    pdf = tmp_path / "briefing.pdf"
    assert pdf.exists(), made.stderr
    read = PdfReader(pdf)
    text = texts.squeezed("".join(page.extract_text() for page in read.pages))
    for words in (
        "Positions",
        "Nomarch“wasneverbanned”<b>here</b>.",
        "archivedcopy:https://archive.example/a",
        "Page1/",
    ):
        assert words in text, words
    # The notes are numbered in figures, and each stands at the end.
    assert re.search("Sources.*1“", text)
    subprocess.run([_program("pdftoppm"), "-r", "50", "-png", str(pdf), str(tmp_path / "page")], check=True)
    pictures = sorted(tmp_path.glob("page-*.png"))
    assert len(pictures) == len(read.pages) >= 2
    for picture in pictures:
        with Image.open(picture) as image:
            grey = image.convert("L")
            dark = sum(grey.histogram()[:128])
        # A page with nothing but its header and number has some three hundred dark dots.
        assert dark > 600, (picture.name, dark)


def test_chosen_languages_stand_beside_each_other_and_the_preferred_version_where_there_is_none(rich):
    html = got(f"{rich.path}.html?language=fr").decode()
    assert "Aucune marche." in html
    assert "was never banned” &lt;b&gt;here" not in html
    assert "The law will be changed." in html
    both = got(f"{rich.path}.html?language=fr&language=en").decode()
    assert both.index("was never banned” &lt;b&gt;here") < both.index("Aucune marche.")
    assert "French, our translation" in both
    assert StatementText.objects.filter(language="fr").count() == 1
