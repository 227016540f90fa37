"""What is handed over becomes paragraphs and suggestions, or a refusal that says why."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.intake import pdf, word
from statements.intake.extraction import extract
from statements.intake.facts import Remark, Suggestions
from statements.intake.failures import MAX_BYTES, IntakeError, Reason
from statements.intake.kinds import FileKind
from tests.statements.intake import files


def refused(data: bytes, **more: object) -> Reason:
    """Return why `data` is not taken in."""
    with pytest.raises(IntakeError) as caught:
        extract(data, **more)  # type: ignore[arg-type]
    return caught.value.reason


def paragraphs(data: bytes, **more: object) -> list[str]:
    """Return the paragraphs of `data`."""
    return extract(data, **more).text.split("\n\n")  # type: ignore[arg-type]


WORDS = st.text(st.characters(categories=("L", "N", "P", "Sc"), exclude_characters="<"), min_size=1, max_size=12)
PARAGRAPH = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)


@settings(deadline=None)
@given(st.lists(PARAGRAPH, min_size=1, max_size=12), st.sampled_from(["\n\n", "\r\n\r\n", "\n \n\n"]))
def test_plain_paragraphs_come_out_as_they_went_in(given_paragraphs: list[str], between: str) -> None:
    data = between.join(given_paragraphs).encode()
    assert paragraphs(data, kind=FileKind.TEXT) == given_paragraphs


def test_lines_ended_by_the_width_of_a_page_are_joined_in_a_time_that_grows_with_the_text() -> None:
    words = "The minister said that all was well and that the matter was closed on"
    # Looking at the whole of a paragraph at each of its lines took minutes.
    assert extract((words + "\n").encode() * 30_000, kind=FileKind.TEXT).text == " ".join([words] * 30_000)


def test_a_word_broken_at_the_end_of_a_line_is_mended_and_a_compound_keeps_its_hyphen() -> None:
    wrapped = (
        "The commission said that this was a long-standing matter and that the non-\n"
        "violent movement had been treated unfairly by the authorities of the dis-\n"
        "trict, whose policy of detention was, in its view, as it said, a long-\n"
        "standing one."
    )
    assert paragraphs(wrapped.encode()) == [
        "The commission said that this was a long-standing matter and that the non-violent movement had been treated "
        "unfairly by the authorities of the district, whose policy of detention was, in its view, as it said, a "
        "long-standing one."
    ]


@settings(deadline=None)
@given(
    st.binary(max_size=600),
    st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", b"<html>", b"From: a\nTo: b\nDate: c\n"]),
)
def test_no_bytes_break_anything(tail: bytes, head: bytes) -> None:
    try:
        found = extract(head + tail)
    except IntakeError:
        return
    assert found.text.strip()
    assert "\x00" not in found.text


def test_an_article_page_gives_its_paragraphs_and_what_its_head_says() -> None:
    found = extract(files.PAGE.encode(), name="a.html", address="https://www.courrier.example/a?x=1")
    assert found.text.split("\n\n") == files.PAGE_PARAGRAPHS
    assert found.kind == FileKind.HTML
    assert found.suggestions == Suggestions(
        title="Le ministre dément",
        publisher="Le Courrier",
        author="Anne Martin",
        published="2022-08-17",
        language="fr",
        url="https://www.courrier.example/articles/ministre",
    )
    assert found.remarks == ()


def test_the_whole_of_a_page_has_what_stands_around_the_article_but_no_script() -> None:
    found = extract(files.PAGE.encode(), whole=True)
    assert "Accueil Politique" in found.text.split("\n\n")
    assert all(paragraph in found.text.split("\n\n") for paragraph in files.PAGE_PARAGRAPHS)
    assert "never text" not in found.text
    assert found.remarks == (Remark.WHOLE_PAGE,)


def test_a_pasted_fragment_is_read_without_a_page_around_it() -> None:
    data = "<p>He said: “No.”</p><div>She <i>agreed</i>.<br>Then they left.</div>".encode()
    assert paragraphs(data, kind=FileKind.HTML) == ["He said: “No.”", "She agreed.", "Then they left."]


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="windows-1251">', "cp1251"),
        ('<meta http-equiv="x" content="text/html; charset=koi8-r">', "koi8-r"),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_declares(head: str, encoding: str) -> None:
    page = f"<html><head>{head}</head><body><p>Министр сказал, что всё хорошо.</p></body></html>"
    assert "Министр сказал, что всё хорошо." in extract(page.encode(encoding)).text


def test_a_pdf_gives_paragraphs_over_lines_and_pages_without_page_numbers() -> None:
    data = files.pdf(
        [
            ["7", "The minister said “all” was well and that the mat-",
             "ter was closed. It went on for a whole line too", "and ended.", "",
             "The second begins here and it has another line",
             "that runs over to the page which follows and"],
            ["continues there.", "", "Third.", "– 8 –"],
        ],
        Title="Read-out", Author="Press Office", CreationDate="D:20220817100000Z",
    )  # fmt: skip
    found = extract(data, name="x.pdf")
    assert found.text.split("\n\n") == [
        "The minister said “all” was well and that the matter was closed. It went on for a whole line too and ended.",
        "The second begins here and it has another line that runs over to the page which follows and continues there.",
        "Third.",
    ]
    told = found.suggestions
    assert (told.title, told.author, told.published) == ("Read-out", "Press Office", "2022-08-17")
    assert found.remarks == ()


def test_pages_of_a_pdf_without_text_are_remarked_on_and_a_scan_is_refused() -> None:
    assert extract(files.pdf([["Words on the first page."], []])).remarks == (Remark.EMPTY_PAGES,)
    assert refused(files.pdf([[], []])) == Reason.NO_TEXT


def test_a_locked_pdf_is_refused_and_one_that_only_forbids_printing_is_read() -> None:
    assert refused(files.pdf([["Secret words."]], password="a word")) == Reason.ENCRYPTED
    assert paragraphs(files.pdf([["Open words."]], password="")) == ["Open words."]


def test_a_pdf_of_too_many_pages_or_too_much_work_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    assert refused(files.pdf([["a"], ["b"], ["c"]])) == Reason.TOO_LONG
    moments = iter(range(0, 10_000, 20))
    with pytest.raises(IntakeError) as caught:
        pdf.read(files.pdf([["a"], ["b"]]), clock=lambda: float(next(moments)))
    assert caught.value.reason == Reason.TOO_LONG


def test_a_broken_pdf_is_unreadable() -> None:
    assert refused(b"%PDF-1.7\nnothing of the kind") == Reason.UNREADABLE
    assert refused(files.pdf([["Words."]])[:200]) == Reason.UNREADABLE


def test_a_word_document_gives_paragraphs_tables_and_facts() -> None:
    import docx

    document = docx.Document(io.BytesIO(files.word(["First “one”.", "", "Second."], title="Reply", author="Mission")))
    document.add_table(rows=1, cols=2).rows[0].cells[1].text = "In a cell"
    broken = document.add_paragraph("Above")
    broken.add_run().add_break()
    broken.add_run("below\ttabbed")
    out = io.BytesIO()
    document.save(out)
    found = extract(out.getvalue(), name="reply.docx")
    assert found.text.split("\n\n") == ["First “one”.", "Second.", "In a cell", "Above", "below tabbed"]
    assert (found.suggestions.title, found.suggestions.author) == ("Reply", "Mission")


def test_tracked_changes_of_a_word_document_are_read_as_they_would_stand_when_accepted() -> None:
    data = rewritten(
        files.word(["KEPT"]),
        "word/document.xml",
        b"<w:t>KEPT</w:t></w:r>",
        b"<w:t>kept</w:t></w:r><w:ins w:id='1' w:author='a'><w:r><w:t xml:space='preserve'> added</w:t></w:r></w:ins>"
        b"<w:del w:id='2' w:author='a'><w:r><w:delText>gone</w:delText></w:r></w:del>",
    )
    assert paragraphs(data) == ["kept added"]


def rewritten(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return a DOCX with `old` in one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            held = before.read(name)
            assert name != part or old in held
            after.writestr(name, held.replace(old, new) if name == part else held)
    return out.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = rewritten(files.word(["KEPT"]), "word/document.xml", b"KEPT", b" " * (word.MAX_XML + 1))
    assert len(bomb) < 200_000
    monkeypatch.setattr("docx.Document", lambda _file: pytest.fail("unpacked"))
    assert refused(bomb) == Reason.TOO_LONG


def test_other_zips_old_word_and_locked_word_are_told_apart() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    assert refused(out.getvalue(), name="table.docx") == Reason.WRONG_TYPE
    assert refused(files.word(["x"])[:-40], name="cut.docx") == Reason.UNREADABLE
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
    assert refused(container + "WordDocument".encode("utf-16-le")) == Reason.OLD_WORD
    assert refused(container + "EncryptedPackage".encode("utf-16-le")) == Reason.ENCRYPTED
    assert refused(rb"{\rtf1 words}") == Reason.OLD_WORD


def test_a_letter_gives_its_plain_words_subject_sender_and_the_day_of_its_sender() -> None:
    plain = "The Minister said: =E2=80=9CAll is well.=E2=80=9D\n\nShe thanked the expert & his team."
    found = extract(files.letter(plain), name="m.eml")
    assert found.kind == FileKind.EML
    assert found.text == "The Minister said: “All is well.”\n\nShe thanked the expert & his team."
    told = found.suggestions
    assert told.title == "Read-out of the meeting – 16 August"
    assert (told.author, told.published) == ("Press Office", "2022-08-16")


def test_a_letter_whose_plain_words_only_point_to_its_page_gives_the_page() -> None:
    found = extract(files.letter("Open in a browser."))
    assert found.text == "The Minister said: “All is well.”\n\nShe thanked the expert & his team."


def test_a_locked_letter_is_refused_and_attachments_are_remarked_on() -> None:
    head = b"From: a@b.example\nTo: c@d.example\nSubject: x\nMIME-Version: 1.0\n"
    locked = head + b'Content-Type: multipart/encrypted; boundary="x"\n\n--x\nContent-Type: text/plain\n\nno\n--x--\n'
    assert refused(locked) == Reason.ENCRYPTED
    attached = (
        head + b'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\nWords of the letter.\n'
        b"--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\nno\n--x--\n"
    )
    found = extract(attached)
    assert found.text == "Words of the letter."
    assert found.remarks == (Remark.ATTACHMENTS,)


ENGLISH = "The minister said: “It isn’t so.” – He’d seen the café’s façade, and paid £5.\n\nShe said nothing."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_plain_text_is_read_in_any_usual_encoding(encoding: str) -> None:
    assert extract(ENGLISH.encode(encoding), name="a.txt").text == ENGLISH


def test_text_of_another_alphabet_is_not_read_as_western() -> None:
    russian = "Министр сказал, что все меры были временными и законными. Глава группы не согласился с этим. " * 3
    assert extract(russian.encode("cp1251")).text == russian.strip()
    polish = (
        "Minister powiedział, że środki były tymczasowe i zgodne z prawem. Działaczka się nie zgodziła z władzą. " * 3
    )
    assert extract(polish.encode("cp1250")).text == polish.strip()


@pytest.mark.parametrize("data", [b"", b"   \r\n\t \n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert refused(data, name="a.txt") == Reason.EMPTY


@pytest.mark.parametrize(
    "head",
    [b"MZ\x90\x00\x03\x00\x00\x00", b"\x7fELF\x02\x01\x01\x00", b"\x89PNG\r\n\x1a\n\x00", b"\xff\xd8\xff\xe0\x00\x10"],
)
@pytest.mark.parametrize("name", ["report.pdf", "report.txt", "report.docx"])
def test_what_is_no_document_is_refused_whatever_its_name_says(head: bytes, name: str) -> None:
    assert refused(head + bytes(range(256)) * 8, name=name) == Reason.WRONG_TYPE


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (files.PAGE.encode(), "report.pdf", FileKind.HTML),
        (files.PAGE.encode(), "report.txt", FileKind.HTML),
        (files.pdf([["Words."]]), "page.html", FileKind.PDF),
        (files.word(["Words."]), "page.PDF", FileKind.DOCX),
        (b"Only words.", "letter.eml", FileKind.TEXT),
    ],
)
def test_content_counts_and_a_name_that_says_otherwise_is_refused(data: bytes, name: str, kind: FileKind) -> None:
    with pytest.raises(IntakeError) as told:
        extract(data, name=name)
    assert (told.value.reason, told.value.detail) == (Reason.OTHER_NAME, kind)
    for silent in ("", "report", "report.unknown"):
        assert extract(data, name=silent).kind == kind


def test_an_oversized_file_is_refused() -> None:
    assert refused(b"a" * (MAX_BYTES + 1)) == Reason.OVERSIZED


def test_a_long_page_of_embedded_pictures_is_read() -> None:
    picture = '<img src="data:image/png;base64,' + "A" * 9_000_000 + '">'
    found = extract(files.PAGE.replace("<p>Fin", picture + "<p>Fin").encode())
    assert found.text.split("\n\n") == files.PAGE_PARAGRAPHS


@pytest.mark.parametrize(
    ("text", "title", "day", "language"),
    [
        ("Minister denies it\n\nPHNOM PENH, 17 August 2022 – He said that it was not so, and she said that it was, for "
         "the law had been read to them by the court on the day.", "Minister denies it", "2022-08-17", "en"),
        ("Il l’a dit le 3 mars 2021. Le ministre a dit que la loi est pour tous et que les droits de la personne sont "
         "dans le texte, mais il ne l’a pas montré aux journalistes.\n\nFin.", "", "2021-03-03", "fr"),
        ("Geneva, September 6, 2023.\n\nx", "", "2023-09-06", ""),
        ("31 February 2020\n\nx", "31 February 2020", "", ""),
    ],
)  # fmt: skip
def test_a_plain_text_suggests_what_its_first_lines_say(text: str, title: str, day: str, language: str) -> None:
    told = extract(text.encode(), kind=FileKind.TEXT).suggestions
    assert (told.title, told.published, told.language) == (title, day, language)
