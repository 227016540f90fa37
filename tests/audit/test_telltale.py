"""A word that stands in one field is found in every disguise in which it could leave, and where it is not it is not."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import pickle
import quopri
import zipfile
from email.message import EmailMessage
from urllib.parse import quote

import openpyxl
import pytest
from docx import Document
from icalendar import Calendar, Event
from PIL import Image, PngImagePlugin

from tests.audit.telltale import new_words, words_in

WORD = "canarybdfx"
SAID = f"They told us: {WORD} was there."


def _zip(content: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("notes.txt", content)
    return file.getvalue()


def _workbook(content: str) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append([content])
    book.save(file)
    return file.getvalue()


def _document(content: str) -> bytes:
    document, file = Document(), io.BytesIO()
    document.core_properties.author = content
    document.save(file)
    return file.getvalue()


def _pdf(content: str) -> bytes:
    from weasyprint import HTML

    return HTML(string=f"<p>{content}</p>").write_pdf()


def _pdf_property(content: str) -> bytes:
    from weasyprint import HTML

    return HTML(string=f"<title>{content}</title><p>Nothing.</p>").write_pdf()


def _picture(content: str) -> bytes:
    file, told = io.BytesIO(), PngImagePlugin.PngInfo()
    told.add_text("Comment", content, zip=True)
    Image.new("RGB", (2, 2)).save(file, "png", pnginfo=told)
    return file.getvalue()


def _calendar(content: str) -> bytes:
    calendar, event = Calendar(), Event()
    event.add("summary", f"{'x' * 58} {content}")
    calendar.add_component(event)
    return calendar.to_ical()


def _mail(content: str) -> bytes:
    mail = EmailMessage()
    mail.set_content(f"Grüße, {content}", cte="base64")
    return mail.as_bytes()


def _tagged(content: str) -> str:
    return content.replace(WORD, f"<mark>{WORD[:4]}</mark>{WORD[4:]}")


DISGUISES = {
    "plain": str,
    "capitals": str.upper,
    "entities": lambda text: "".join(f"&#x{ord(letter):x};" for letter in text),
    "entities twice": lambda text: html.escape("".join(f"&#{ord(letter)};" for letter in text)),
    "marked": _tagged,
    "address": lambda text: "".join(f"%{ord(letter):02X}" for letter in text),
    "address twice": lambda text: quote("".join(f"%{ord(letter):02x}" for letter in text)),
    "JSON": lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64, one letter on": lambda text: base64.b64encode(f".{text}".encode()),
    "base64, two letters on": lambda text: base64.b64encode(f"..{text}".encode()),
    "base64 within a word": lambda text: b"abc" + base64.urlsafe_b64encode(text.encode()),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16")),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big end": lambda text: text.encode("utf-16-be"),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()).replace(b"canary", b"=63=61=6E=61=72=79"),
    "mail": _mail,
    "gzip": lambda text: gzip.compress(text.encode()),
    "kept": lambda text: pickle.dumps({"body": gzip.compress(text.encode())}),
    "ZIP": _zip,
    "ZIP in a ZIP": lambda text: _zip_of(_zip(text)),
    "workbook": _workbook,
    "Word": _document,
    "PDF": _pdf,
    "PDF, title": _pdf_property,
    "picture": _picture,
    "calendar": _calendar,
    "base64 in JSON": lambda text: json.dumps({"file": base64.b64encode(_zip(text)).decode()}),
}


def _zip_of(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("inner.zip", content)
    return file.getvalue()


@pytest.mark.parametrize("name", DISGUISES)
def test_a_word_is_found_in_each_disguise_and_not_where_it_is_not(name):
    disguise = DISGUISES[name]
    assert words_in(disguise(SAID)) == {WORD}
    assert words_in(disguise("They told us: nobody was there.")) == set()


def test_no_two_fields_have_the_same_word():
    words = [word for _number, word in zip(range(3000), new_words(), strict=False)]
    assert len(set(words)) == 3000
    assert all(words_in(word) == {word} for word in words[:50])
