"""How to cite a statement: plain words and two exchange formats. Pure: a reference in, text out."""

from __future__ import annotations

from dataclasses import dataclass

SITE = "Vis-à-vis"
OPENING = "“‘«„([{-–/"
CLOSING = "”’»)]}.,;:!?…-–/"
# From here on in Unicode most scripts of Asia part no words: Thai, Lao, Khmer, Chinese.
SPACELESS = "\u0e00"


@dataclass(frozen=True, slots=True)
class Reference:
    """What a citation of a statement's page tells; `day` is the date in words, `iso` as the record holds it."""

    who: str
    act: str
    day: str
    iso: str
    source: str
    address: str
    key: str

    @property
    def title(self) -> str:
        """Return what the page is called."""
        return f"{self.who} {self.act}"


def in_context(before: str, exact: str, after: str) -> tuple[str, str]:
    """Return the words before and after a quotation with the spaces that a form took off their ends.

    A space is put back between two words, and after or before punctuation that a space belongs to; none in a script
    that writes no spaces.
    """
    if before and exact and _spaced(before[-1], exact[0]) and before[-1] not in OPENING:
        before += " "
    if after and exact and _spaced(exact[-1], after[0]) and after[0] not in CLOSING:
        after = f" {after}"
    return before, after


def _spaced(left: str, right: str) -> bool:
    # Signs other than letters and figures belong to every script.
    return not any(sign.isspace() or (sign.isalnum() and sign >= SPACELESS) for sign in (left, right))


def plain(reference: Reference) -> str:
    """Return the citation as a sentence for a footnote."""
    told = [f"{reference.who}, {reference.day}" if reference.day else reference.who, reference.source, SITE]
    return f"{'. '.join(part for part in told if part)}, {reference.address}"


def bibtex(reference: Reference) -> str:
    """Return the citation as a BibTeX entry; the year is left out where none is known."""
    fields = {
        "author": "{" + _tex(reference.who) + "}",
        "title": _tex(reference.title),
        "year": reference.iso[:4],
        "date": reference.iso,
        "note": _tex(f"As reported in: {reference.source}") if reference.source else "",
        "organization": _tex(SITE),
        "url": reference.address,
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{visavis-{reference.key},\n" + ",\n".join(lines) + "\n}"


def ris(reference: Reference) -> str:
    """Return the citation in the RIS format: tags in the order that readers of it expect."""
    # RIS knows no intervals: their start is told, as year/month/day/ with what is not known left empty.
    day = reference.iso.partition("/")[0]
    fields = [
        ("TY", "ELEC"),
        ("AU", reference.who),
        ("TI", reference.title),
        ("PY", day[:4]),
        ("DA", "/".join([*day.split("-"), "", "", ""][:4]) if day else ""),
        ("T2", reference.source),
        ("PB", SITE),
        ("UR", reference.address),
    ]
    return "\n".join([f"{tag}  - {_one_line(value)}" for tag, value in fields if value] + ["ER  - "])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _tex(text: str) -> str:
    """Return `text` with the characters escaped that TeX reads as commands."""
    signs = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "".join(signs.get(sign, f"\\{sign}" if sign in "&%$#_{}" else sign) for sign in _one_line(text))
