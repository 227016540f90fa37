"""An item in the formats of reference managers: BibTeX, RIS, CSL-JSON, and the meta tags that Zotero reads. Pure."""

from __future__ import annotations

import json
import re
from typing import NamedTuple
from urllib.parse import quote

from visits.citing.item import Item, csl_json, notes


class Format(NamedTuple):
    """A format in which an item is downloaded."""

    label: str
    content_type: str


FORMATS = {
    "bib": Format("BibTeX", "application/x-bibtex; charset=utf-8"),
    "ris": Format("RIS", "application/x-research-info-systems; charset=utf-8"),
    "json": Format("CSL-JSON", "application/vnd.citationstyles.csl+json; charset=utf-8"),
}
_RIS_TYPES = {
    "article-newspaper": "NEWS",
    "report": "RPRT",
    "legislation": "STAT",
    "broadcast": "SOUND",
    "document": "GEN",
    "speech": "GEN",
}


def written(item: Item, form: str) -> str:
    """Return the item in one of `FORMATS`."""
    return {"bib": bibtex, "ris": ris, "json": csl}[form](item)


def csl(item: Item) -> str:
    """Return the item as a list of one in CSL-JSON."""
    return json.dumps([csl_json(item)], ensure_ascii=False, indent=2) + "\n"


def bibtex(item: Item) -> str:
    """Return the item as a BibTeX entry; names and titles stand in braces of their own and keep their letters."""
    kind = {"press": "article", "report": "techreport", "document": "techreport"}.get(item.form, "misc")
    institution = item.publisher or (item.authors[0] if item.authors else "")
    if kind == "techreport" and not institution:
        kind = "misc"
    where = {"article": "journal", "techreport": "institution"}.get(kind, "organization")
    told = [*notes(item), item.archive_url and f"Archived at {item.archive_url}"]
    fields = {
        "author": " and ".join("{" + _tex(name) + "}" for name in item.authors),
        "title": "{" + _tex(item.title) + "}",
        where: _tex(institution if kind == "techreport" else item.container or item.publisher),
        "year": item.issued[:4],
        "date": item.issued,
        "number": _tex(item.number),
        "type": _tex(item.genre),
        "note": _tex(". ".join(part for part in told if part)),
        "url": address(item.url),
        "urldate": item.accessed,
        "language": item.language,
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{kind}{{visavis-{item.id},\n" + ",\n".join(lines) + "\n}\n"


def ris(item: Item) -> str:
    """Return the item in the RIS format: a tag a line, lines end as on Windows, as its specification says."""
    fields = [
        ("TY", _RIS_TYPES.get(item.type, "ELEC")),
        # The format reads an asterisk in a name as the end of it.
        *(("AU", name.replace("*", "")) for name in item.authors),
        ("TI", item.title),
        ("T2", item.container),
        ("PB", item.publisher),
        ("PY", item.issued[:4]),
        ("DA", _slashed(item.issued)),
        ("M3", item.genre),
        # Where reference managers look for the number of a report.
        ("SN" if item.type == "report" else "M1", item.number),
        ("LA", item.language),
        ("UR", address(item.url)),
        ("Y2", _slashed(item.accessed)),
        *(("N1", note) for note in notes(item)),
        ("N1", f"Archived at: {address(item.archive_url)}" if item.archive_url else ""),
        ("ID", f"visavis-{item.id}"),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value.strip()]
    return "\r\n".join([*lines, "ER  - ", ""])


def highwire(item: Item) -> list[tuple[str, str]]:
    """Return the item as the names and contents of meta tags, as Highwire Press and Google Scholar read them."""
    kind = "citation_technical_report_institution" if item.type == "report" else "citation_publisher"
    publisher = item.publisher or item.container or (item.authors[0] if item.authors and item.type == "report" else "")
    tags = [
        # As publishers mark what was retracted: there is no tag of its own, and a title is always taken over.
        ("citation_title", f"[{item.standing}] {item.title}" if item.standing else item.title),
        *(("citation_author", name) for name in item.authors),
        ("citation_publication_date", item.issued.partition("/")[0].replace("-", "/")),
        (kind, publisher),
        ("citation_technical_report_number" if item.type == "report" else "citation_number", item.number),
        ("citation_language", item.language),
        ("citation_public_url", item.url),
    ]
    return [(name, content) for name, content in tags if content]


def address(url: str) -> str:
    """Return an address without the signs that end a value in one of the formats."""
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~._-")


def _slashed(date: str) -> str:
    """Return a date as year/month/day/ with what is not known left empty; of an interval its beginning."""
    day = date.partition("/")[0]
    return "/".join([*day.split("-"), "", "", ""][:4]) if day else ""


def _tex(text: str) -> str:
    """Return `text` with what TeX reads as commands. Braces are words: BibTeX counts escaped ones too."""
    signs = {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
    }
    text = re.sub(r"\s+", " ", text).strip()
    return "".join(signs.get(sign, f"\\{sign}" if sign in "&%$#_" else sign) for sign in text)
