"""A file goes out only where its source says so: as an attachment of checked type, a copy that tells of nobody."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from statements import publishing
from statements.stripping.copies import NoCopy, copy_of
from tests import factories as make
from tests.cast import signed_in
from tests.statements.intake.files import PAGE, letter, pdf, word
from visits import actions
from visits.models import Source
from visits.stored_files import digest, keeping

pytestmark = pytest.mark.django_db

CANARY = "Canary-7391"
HELD = b"Words of a release.\n"


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    """Return the folder for files of this test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def stored(data: bytes = HELD, **facts) -> Source:
    """Return a source with a file, public and publishable unless told otherwise, that a visit rests on."""
    with keeping(data) as name:
        defaults = {"stored_file": name, "sha256": digest(data), "publishable": True}
        return make.source(traced_by=make.visit(), **{**defaults, **facts})


def address(source: Source) -> str:
    """Return the address of the copy of a source's file."""
    copy = publishing.published(source)
    assert copy is not None
    return reverse("source_file", args=[copy.sha256])


def photograph(kind: str = "JPEG") -> bytes:
    """Return a picture that tells who took it, and where."""
    exif = Image.Exif()
    exif[0x013B], exif[0x010E] = f"{CANARY} photographer", CANARY
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, kind, exif=exif, comment=CANARY.encode())
    return out.getvalue()


def telling_pdf() -> bytes:
    """Return a PDF with an author, properties, a script, a remark and a photograph."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf([["Words of a release"]], Author=CANARY, Producer=CANARY)))
    script = DictionaryObject({
        NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(f"app.alert('{CANARY}')"),
    })  # fmt: skip
    writer.root_object[NameObject("/OpenAction")] = script
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    writer.add_attachment("list.txt", CANARY.encode())
    remark = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Text"),
        NameObject("/T"): TextStringObject(CANARY), NameObject("/M"): TextStringObject(CANARY),
        NameObject("/Contents"): TextStringObject("A remark"),
    })  # fmt: skip
    writer.add_annotation(0, {**remark, NameObject("/Rect"): writer.pages[0].mediabox})
    pages = io.BytesIO()
    Image.open(io.BytesIO(photograph())).save(pages, "PDF")
    writer.append(io.BytesIO(pages.getvalue()))
    for found in writer._objects:
        if isinstance(found, DictionaryObject) and found.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
            found._data = photograph()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def telling_word() -> bytes:
    """Return a DOCX with an author, a comment, a tracked change, a photograph, a macro and an outer template."""
    document = docx.Document(io.BytesIO(word(["Words of a release"], author=CANARY, last_modified_by=CANARY)))
    document.add_comment(document.paragraphs[0].runs, text="A comment", author=CANARY, initials="CNY7391")
    document.add_picture(io.BytesIO(photograph()))
    out = io.BytesIO()
    document.save(out)
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                part = part.replace(b"<w:r>", f'<w:ins w:id="9" w:author="{CANARY}"><w:r>'.encode(), 1)
                part = part.replace(b"</w:r>", b"</w:r></w:ins>", 1)
            if name == "word/_rels/document.xml.rels":
                outer = f'<Relationship Id="rId99" Type="x/attachedTemplate" TargetMode="External" Target="http://{CANARY}/"/>'
                part = part.replace(b"</Relationships>", f"{outer}</Relationships>".encode())
            new.writestr(name, part)
        new.writestr("word/vbaProject.bin", CANARY)
        new.writestr("docProps/custom.xml", f"<x>{CANARY}</x>")
    return changed.getvalue()


def said_by(data: bytes) -> str:
    """Return all that a file says: its bytes, those of the parts within it, and unpacked ones."""
    parts = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts += [archive.read(name) for name in archive.namelist()]
    if data.startswith(b"%PDF"):
        writer = PdfWriter(clone_from=io.BytesIO(data))
        for one in writer._objects:
            parts.append(repr(one).encode())
            if hasattr(one, "get_data"):
                parts.append(one.get_data())
    return "".join(part.decode("latin-1") + part.decode("utf-16-be", "ignore") for part in parts)


@pytest.mark.parametrize(
    ("data", "ending"),
    [(telling_pdf, "pdf"), (telling_word, "docx"), (photograph, "jpg"), (lambda: photograph("PNG"), "png"),
     (lambda: PAGE.replace("Anne Martin", CANARY).replace("<nav>", f"<!-- {CANARY} --><nav>").encode(), "html")],
)  # fmt: skip
def test_a_copy_says_nothing_of_its_makers_and_the_same_words(data, ending):
    original = data()
    assert CANARY in said_by(original)
    copy = copy_of(original)
    assert copy.ending == ending
    assert CANARY not in said_by(copy.data)
    assert "CNY7391" not in said_by(copy.data)
    assert copy_of(original) == copy
    if ending == "pdf":
        assert "Words of a release" in PdfReader(io.BytesIO(copy.data)).pages[0].extract_text()
        assert len(PdfReader(io.BytesIO(copy.data)).pages) == 2
    elif ending == "docx":
        found = docx.Document(io.BytesIO(copy.data))
        assert found.paragraphs[0]._p.xml.count("Words of a release") == 1
        assert len(found.inline_shapes) == 1
    elif ending == "html":
        assert "Le ministre a dit" in copy.data.decode()
        assert "alert" not in copy.data.decode()
    else:
        assert Image.open(io.BytesIO(copy.data)).size == (40, 30)
        assert not Image.open(io.BytesIO(copy.data)).getexif()


@pytest.mark.parametrize(
    "data", [letter("Words."), b"\x7fELF\0\0", b"%PDF-1.7 broken", b"\xff\xd8\xff broken", b"PK\3\4"]
)
def test_what_tells_too_much_or_cannot_be_read_has_no_copy(data):
    with pytest.raises(NoCopy):
        copy_of(data)


def test_a_copy_is_an_attachment_in_a_sandbox(people):
    source = stored(telling_pdf())
    response = Client().get(address(source))
    data = b"".join(response.streaming_content)
    copy = publishing.published(source)
    assert (response.status_code, digest(data)) == (200, copy.sha256)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{copy.sha256[:16]}.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert address(source) in Client().get(source.get_absolute_url()).content.decode()
    assert Client(headers={"if-none-match": response.headers["ETag"]}).get(address(source)).status_code == 304


def test_the_original_stays_as_it_was_and_its_sum_is_told_nowhere(media: Path):
    data = telling_word()
    source = stored(data)
    assert (media / source.stored_file.name).read_bytes() == data
    assert source.sha256 not in Client().get(source.get_absolute_url()).content.decode()
    assert Client().get(reverse("source_file", args=[source.sha256])).status_code == 404


def hidden(source: Source, **facts) -> None:
    Source.objects.filter(pk=source.pk).update(**facts)


@pytest.mark.parametrize(
    "facts",
    [{"publishable": False}, {"visibility": "internal"}, {"workflow": "draft"}, {"workflow": "in_review"},
     {"workflow": "withdrawn"}, {"workflow": "removed"}],
)  # fmt: skip
def test_what_is_hidden_answers_as_what_is_not_there(facts, people):
    source = stored()
    there = address(source)
    assert Client().get(there).status_code == 200
    hidden(source, **facts)
    nowhere = reverse("source_file", args=["0" * 64])
    answers, asked = [], []
    for one in (there, nowhere):
        with CaptureQueriesContext(connection) as captured:
            answers.append(Client().get(one))
        asked.append([query["sql"].split("WHERE")[0] for query in captured])
    assert asked[0] == asked[1] != []
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content.replace(b"0" * 64, there.split("/")[2].encode())
    assert answers[0].headers.items() == answers[1].headers.items()


def test_a_member_gets_what_is_published_to_members_and_nobody_a_source_that_leads_nowhere(people):
    source = stored(visibility="internal")
    assert signed_in(people.member).get(address(source)).status_code == 200
    assert Client().get(address(source)).status_code == 404
    with keeping(b"Another.") as name:
        alone = make.source(stored_file=name, sha256=digest(b"Another."), publishable=True)
    assert Client().get(address(alone)).status_code == 404


def test_two_originals_of_one_copy_are_each_seen_by_their_own_readers(people, media: Path):
    first, second = stored(photograph()), stored(photograph() + b"after the end", visibility="internal")
    assert first.sha256 != second.sha256
    assert address(first) == address(second)
    assert Client().get(address(first)).status_code == 200
    actions.withdraw(record=first, by=people.reviewer)
    assert signed_in(people.member).get(address(second)).status_code == 200
    assert Client().get(address(second)).status_code == 404


def copies(media: Path) -> list[Path]:
    return [path for path in (media / "published").rglob("*") if path.is_file()]


@pytest.mark.django_db(transaction=True)
def test_a_copy_is_made_at_publishing_and_goes_with_it(people, media: Path):
    source = stored(workflow="draft")
    assert copies(media) == []
    actions.publish(record=source, by=people.reviewer)
    assert len(copies(media)) == 3
    actions.withdraw(record=source, by=people.reviewer)
    assert copies(media) == []


@pytest.mark.django_db(transaction=True)
def test_a_copy_is_taken_away_with_what_was_removed_and_with_the_word_that_it_may_be_published(people, media: Path):
    from visits.erasure import erase_record

    source = stored()
    source.publishable = False
    actions.save_record(record=source, by=people.reviewer)
    assert copies(media) == []
    source.publishable = True
    actions.save_record(record=source, by=people.reviewer)
    assert len(copies(media)) == 3
    actions.remove(record=source, by=people.reviewer, second=people.admin)
    with transaction.atomic():
        erase_record(source)
    assert copies(media) == []


def test_after_a_restore_copies_are_made_anew_and_those_of_nobody_go(media: Path):
    from django.core.management import call_command

    source, gone = stored(), stored(b"Another.\n")
    there, lost = address(source), address(gone)
    publishing.forget({source.sha256})
    hidden(gone, publishable=False)
    out = io.StringIO()
    call_command("publish_files", stdout=out)
    assert out.getvalue() == "1 made, 1 taken away.\n"
    assert address(source) == there
    assert Client().get(there).status_code == 200
    assert not publishing.originals_of(lost.split("/")[2])
