"""Small files of every kind that is taken in, made in the test."""

from __future__ import annotations

import io
from collections.abc import Sequence

import docx
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

LINE = 14


def pdf(pages: Sequence[Sequence[str]], *, password: str | None = None, **facts: str) -> bytes:
    """Return a PDF with these lines a page; an empty one leaves a gap. `facts` are Title, Author, CreationDate."""
    writer = PdfWriter()
    font = DictionaryObject({
        NameObject("/Type"): NameObject("/Font"),
        NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Helvetica"),
        NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
    })  # fmt: skip
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        drawn = [
            b"BT /F1 11 Tf 50 %d Td (%s) Tj ET" % (800 - LINE * number, line.encode("cp1252"))
            for number, line in enumerate(lines)
            if line
        ]
        stream.set_data(b"\n".join(drawn))
        page[NameObject("/Contents")] = stream
    if facts:
        writer.add_metadata({f"/{name}": value for name, value in facts.items()})
    if password is not None:
        writer.encrypt(password, owner_password="somebody else", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word(paragraphs: Sequence[str], **facts: str) -> bytes:
    """Return a DOCX with these paragraphs."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    for name, value in facts.items():
        setattr(document.core_properties, name, value)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Le ministre dément | Le Courrier</title>
<meta property="og:site_name" content="Le Courrier"><meta name="author" content="Anne Martin">
<meta property="article:published_time" content="2022-08-17T23:30:00+07:00">
<link rel="canonical" href="/articles/ministre"></head>
<body><nav><a href="/">Accueil</a> <a href="/x">Politique</a></nav>
<article><h1>Le ministre dément</h1>
<p>Le ministre a dit que <b>« tout »</b> allait
bien, selon un communiqué publié mercredi par ses services.</p>
<p>Un villageois, qui a demandé à ne pas être nommé, a dit le contraire au journal.</p>
<ul><li>Premier point de la liste</li><li>Second point</li></ul>
<p>Fin.</p></article>
<script>alert("never text")</script><footer>© Le Courrier</footer></body></html>"""
PAGE_PARAGRAPHS = [
    "Le ministre dément",
    "Le ministre a dit que « tout » allait bien, selon un communiqué publié mercredi par ses services.",
    "Un villageois, qui a demandé à ne pas être nommé, a dit le contraire au journal.",
    "Premier point de la liste",
    "Second point",
    "Fin.",
]

LETTER = """From: Press Office <press@ministry.example>
To: list@example.org
Subject: =?utf-8?q?Read-out_of_the_meeting_=E2=80=93_16_August?=
Date: Tue, 16 Aug 2022 23:10:00 +0700
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="part"

--part
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

{plain}

--part
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: 8bit

<html><body><div><p>The Minister said: “All is well.”</p>
<p>She thanked the expert &amp; his team.</p></div></body></html>

--part--
"""


def letter(plain: str) -> bytes:
    """Return an EML with a plain version and a page."""
    return LETTER.format(plain=plain).replace("\n", "\r\n").encode()
