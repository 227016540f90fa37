"""A Word document without what it tells of its makers, and without macros, templates and embedded files."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile

from lxml import etree

from statements.intake.word import _check_archive as check_archive
from statements.stripping import pictures

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Words, their looks and their pictures; all else (properties, settings of printers, macros) is left out.
_KEPT = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels"
    r"|word/(?:document|styles|numbering|settings|fontTable|webSettings|footnotes|endnotes|comments|(?:header|footer)\d*)"
    r"\.xml|word/theme/[\w-]+\.xml|word/_rels/[\w-]+\.xml\.rels|word/media/[\w.-]+\.(?:jpe?g|png)",
    re.I,
)
# Who made a change, and when; Word numbers the sessions of its users (rsid).
_TELLING = re.compile(r"(?:author|initials|date|dateUtc|userId|providerId|rsid\w*|paraId|textId)\Z")
_SETTINGS_GONE = {f"{_W}{name}" for name in (
    "rsids", "attachedTemplate", "mailMerge", "docVars", "documentProtection", "writeProtection", "saveThroughXslt",
)}  # fmt: skip
_FIELD = re.compile(r"^\s*(?:DDE|DDEAUTO|INCLUDE\w*|AUTHOR|LASTSAVEDBY|USERNAME|USERINITIALS|USERADDRESS|FILENAME|"
                    r"DOCPROPERTY|MACROBUTTON|LINK|EMBED|IMPORT|DATABASE|TEMPLATE)\b", re.I)  # fmt: skip
# A zip knows no earlier day.
_DAY = (1980, 1, 1, 0, 0, 0)


def stripped(data: bytes) -> bytes | None:
    """Return the document with its words, looks and pictures; None where it cannot be read."""
    check_archive(data)
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            kept = {name: part for name in sorted(set(old.namelist())) if _KEPT.fullmatch(name)
                    for part in [_part(name, old.read(name))] if part is not None}  # fmt: skip
            for name, part in kept.items():
                new.writestr(zipfile.ZipInfo(name, _DAY), _led(name, part, set(kept)), zipfile.ZIP_DEFLATED)
    except (zipfile.BadZipFile, etree.LxmlError, ValueError, KeyError, NotImplementedError, OSError, EOFError,
            RecursionError, RuntimeError):  # fmt: skip
        return None
    return out.getvalue() if "word/document.xml" in kept else None


def _parsed(part: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
                             remove_pis=True)  # fmt: skip
    root = etree.fromstring(part, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document of Word declares no types")
    return root


def _part(name: str, part: bytes) -> bytes | None:
    """Return a part without what it tells of people; None where it is a picture that cannot be read."""
    if not name.lower().endswith((".xml", ".rels")):
        return pictures.stripped(part, within=True)
    root = _parsed(part)
    for element in list(root.iter(etree.Element)):
        for key in [key for key in element.attrib if _TELLING.match(etree.QName(key).localname)]:
            # Comments and changes have to say an author: they get an empty one.
            if key in {f"{_W}author", f"{_W}initials"}:
                element.set(key, "")
            elif key.startswith("{"):
                del element.attrib[key]
        if element.tag in _SETTINGS_GONE and element.getparent() is not None:
            element.getparent().remove(element)
        elif element.tag == f"{_W}instrText" and _FIELD.match(element.text or ""):
            element.text = ""
        elif element.tag == f"{_W}fldSimple" and _FIELD.match(element.get(f"{_W}instr") or ""):
            element.set(f"{_W}instr", "")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _led(name: str, part: bytes, kept: set[str]) -> bytes:
    """Return a part that leads to kept ones alone."""
    if name.endswith(".rels"):
        return _relations(name, part, kept)
    return _types(part, kept) if name.lower() == "[content_types].xml" else part


def _relations(name: str, part: bytes, kept: set[str]) -> bytes:
    """Return the relations of a part that lead to a kept one, or as a link to the web."""
    root = _parsed(part)
    folder = posixpath.dirname(posixpath.dirname(name))
    for relation in list(root.iter(_RELATIONS)):
        target = relation.get("Target", "")
        if relation.get("TargetMode") == "External":
            stays = relation.get("Type", "").endswith("/hyperlink") and target.startswith(("http://", "https://"))
        else:
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            stays = whole in kept
        if not stays:
            root.remove(relation)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _types(part: bytes, kept: set[str]) -> bytes:
    root = _parsed(part)
    for element in list(root):
        if element.get("PartName") and element.get("PartName", "").lstrip("/") not in kept:
            root.remove(element)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
