"""What the name of a mandate tells of it: who holds it, on what, and for which country. Pure but for the index."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from visits.choices import HolderKind, MandateKind
from visits.imports.known import Known
from visits.models import Country, Mandate
from visits.slugs import new_slug

if TYPE_CHECKING:
    from visits.imports.resolving import Found

_HOLDERS = {
    HolderKind.SR: re.compile(r"(?:SR|Special Rapporteur)\b", re.I),
    HolderKind.IE: re.compile(r"(?:IE|Independent Expert)\b", re.I),
    HolderKind.WG: re.compile(r"(?:WG|Working Group)\b", re.I),
    HolderKind.REP: re.compile(r"(?:REP|Special Representative|Representative)\b", re.I),
}
_SHORT = re.compile(r"(?:SR|IE|WG|REP)\b")
_COUNTRY = re.compile(r"\bhuman rights in (?:the )?(?P<of>.+?)(?: occupied since \d{4})?$", re.I)
_ON = re.compile(r"^(?:appointed by the Secretary-General )?(?:on |for )?(?:the )?(?:situation of )?", re.I)


def holder_of(text: str) -> str:
    """Return who holds a mandate of this name (SR, IE, WG, REP), "" where the name does not tell."""
    plain = " ".join(text.split())
    return next((kind.value for kind, form in _HOLDERS.items() if form.match(plain)), "")


def country_of(text: str, known: Known) -> str:
    """Return the country whose human rights the name speaks of, by iso3; "" for a thematic mandate."""
    found = _place_of(text, known)
    return found.key if found is not None else ""


def one_of_several(text: str, known: Known) -> Found | None:
    """Return the State that several followed, or the name of several, whose human rights the name speaks of.

    A mandate for it is no thematic one, and which country it is for is not told: “in the former Yugoslavia”.
    """
    found = _place_of(text, known)
    return found if found is not None and found.may_be and not found.key else None


def _place_of(text: str, known: Known) -> Found | None:
    match = _COUNTRY.search(" ".join(text.split()))
    return known.countries.find(match["of"]) if match else None


def find_mandate(text: str, known: Known) -> Found:
    """Return which mandate a name means; of those called alike only such as are for the same country, or for none.

    “SR on torture” and “Special Rapporteur on torture” are the mandate of that holder with that short name.
    """
    found = known.mandates.find(text)
    if not found.keys and (holder := holder_of(text)):
        short = known.mandates.find(f"{holder} {scope_of(text, known)}")
        found = replace(found, keys=short.keys)
    place = _place_of(text, known)
    countries = (place.may_be if place is not None else ()) or ("",)
    near = tuple(slug for slug in found.near if known.mandate_countries.get(slug, "") in countries)
    return replace(found, near=near)


def tells_enough(text: str, known: Known) -> bool:
    """Whether the name tells who holds the mandate, and on what."""
    return bool(holder_of(text)) and bool(scope_of(text, known)) and len(text) <= 300


def can_be_entered(text: str, known: Known) -> bool:
    """Whether a mandate can be entered by its name alone: who holds it, on what, and if so for which country."""
    return tells_enough(text, known) and one_of_several(text, known) is None


def scope_of(text: str, known: Known) -> str:
    """Return on what a mandate is: its country, or the words after who holds it."""
    iso3 = country_of(text, known)
    if iso3:
        return known.countries.labels[iso3]
    plain = " ".join(text.split())
    form = _HOLDERS[HolderKind(holder_of(plain))] if holder_of(plain) else None
    rest = form.sub("", plain, count=1).strip() if form else plain
    rest = _ON.sub("", rest).strip()
    return f"{rest[:1].upper()}{rest[1:]}"[:120]


def title_from(text: str) -> str:
    """Return the title in full that a short name stands for: “SR Torture” is “Special Rapporteur on torture”."""
    plain = " ".join(text.split())
    holder = holder_of(plain)
    if not holder or not _SHORT.match(plain):
        return plain[:300]
    rest = _SHORT.sub("", plain, count=1).strip()
    if not rest.lower().startswith(("on ", "for ", "of ")):
        # A capital within stays: names and abbreviations.
        rest = f"on {rest if rest[1:2].isupper() else rest[:1].lower() + rest[1:]}"
    return f"{HolderKind(holder).label} {rest}"[:300]


def mandate_called(text: str, known: Known, *, title: str = "") -> Mandate:
    """Return a mandate, not stored yet, as its name tells of it."""
    iso3 = country_of(title or text, known)
    scope = scope_of(text, known)
    return Mandate(
        slug=new_slug(scope[:80]),
        kind=MandateKind.COUNTRY if iso3 else MandateKind.THEMATIC,
        holder_kind=holder_of(text) or holder_of(title),
        name=title or title_from(text),
        scope=scope,
        country=Country.objects.get(iso3=iso3) if iso3 else None,
    )
