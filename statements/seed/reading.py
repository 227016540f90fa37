"""Rows of the data files as typed values, with every row that could not be resolved. Pure: no database.

`read_record()` gives everything at once. Nothing is dropped: what a row says that the record cannot hold is
listed in `unresolved`, with the file and the row.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from django.utils.text import slugify

from visits.folding import fold
from visits.imports.former_names import former_names

# The UN's short name; the file has none for this State, and its other names are the English or CLDR ones.
SHORT_NAMES = {"CIV": "Côte d'Ivoire"}
# Variant names that sources print and the files do not hold; old ones are in `former_names.csv`.
VARIANT_NAMES = {
    "VNM": ["Vietnam"],
    "VEN": ["Venezuela"],
    "RUS": ["The Russian Federation"],
    "GBR": ["United Kingdom"],
    "USA": ["United States"],
}
HOLDER_TITLES = {
    "SR": "Special Rapporteur",
    "IE": "Independent Expert",
    "WG": "Working Group",
    "REP": "Special Representative",
}
# " (the)", and the asterisks by which the UN list points to its footnotes.
_NAME_NOISE = re.compile(r"\s*\(the\)|\s*\*+")


@dataclass(frozen=True)
class Unresolved:
    """A row of which something stays open."""

    file: str
    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}, {self.row}: {self.what}"


@dataclass(frozen=True)
class CountryRow:
    """A country, its columns as the model names them, and its other names."""

    iso3: str
    values: dict[str, str]
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class MandateRow:
    """A mandate, its other names, and the titles that it had before: (title, holder kind, since, until)."""

    slug: str
    kind: str
    holder_kind: str
    name: str
    scope: str
    country: str
    established: tuple[int | None, str, str]
    aliases: tuple[str, ...]
    titles: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class TermRow:
    """Somebody's time as holder of the mandate with this slug."""

    mandate: str
    person: str
    since: str = ""
    until: str = ""
    order: int = 0
    source: str = ""


@dataclass
class Record:
    """All the data files, read."""

    countries: list[CountryRow] = field(default_factory=list)
    mandates: list[MandateRow] = field(default_factory=list)
    mandate_slugs: dict[str, str] = field(default_factory=dict)
    terms: list[TermRow] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of `visits/data`. Text stays text: Namibia's iso2 is "NA"."""
    text = (files("visits") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def readings_of(name: str) -> dict[str, Any]:
    """Return a TOML file of `visits/data`."""
    return tomllib.loads((files("visits") / "data" / f"{name}.toml").read_text(encoding="utf-8"))


def plain_name(text: str) -> str:
    """Return a name of the UN list without its "(the)" and its footnote marks."""
    return _NAME_NOISE.sub("", text).strip()


def single_spaced(text: str) -> str:
    """Return `text` with every run of spaces as one."""
    return " ".join(text.split())


def read_countries(rows: list[dict[str, str]]) -> list[CountryRow]:
    """Return all countries; the name shown is the UN's short one where there is one."""
    found = []
    for row in rows:
        iso3 = row["iso3"]
        name = SHORT_NAMES.get(iso3) or plain_name(row["un_short_en"]) or row["name_en"]
        others = [row["name_en"], row["cldr_en"], *VARIANT_NAMES.get(iso3, []), *_former(row)]
        values = {
            "iso2": row["iso2"],
            "m49": row["m49"],
            "name": name,
            "formal_name": plain_name(row["un_formal_en"]),
            **{f"name_{code}": row[f"name_{code}"] for code in ("fr", "es", "ar", "ru", "zh")},
            "region": row["m49_region"],
            "region_code": row["m49_region_code"],
            "subregion": row["m49_subregion"],
            "subregion_code": row["m49_subregion_code"],
            "languages": row["languages"],
        }
        found.append(CountryRow(iso3, values, _distinct(others, name)))
    return found


def _former(row: dict[str, str]) -> list[str]:
    """Return the names that a country had; what it is still called in French or Spanish is in columns of its own."""
    today = {fold(row["name_fr"]), fold(row["name_es"])}
    texts = [text for entry in former_names() if entry.country == row["iso3"] for text in entry.names]
    return [text for text in texts if fold(text) not in today]


def _distinct(names: list[str], shown: str) -> tuple[str, ...]:
    """Return the names that differ from the one shown and from each other, but for case and accents."""
    seen, kept = {fold(shown)}, []
    for name in names:
        if name and fold(name) not in seen:
            seen.add(fold(name))
            kept.append(name)
    return tuple(kept)


def country_index(countries: list[CountryRow]) -> dict[str, str]:
    """Return folded name → iso3 over the names and other names of all countries."""
    index: dict[str, str] = {}
    for country in countries:
        for name in (country.values["name"], *country.aliases):
            index.setdefault(fold(name), country.iso3)
    return index


def title_given(row: dict[str, str], spelling: dict[str, str]) -> str:
    """Return the title of a mandate where its row holds one: in its own column, or as the name it goes by.

    In the latter the kind of holder may be abbreviated ("SR on the situation …"). Without a title: "".
    """
    if row.get("full_title"):
        return row["full_title"]
    title = single_spaced(row["uhri_body"])
    for wrong, right in spelling.items():
        title = title.replace(wrong, right)
    form = row["form"]
    if title.startswith(HOLDER_TITLES[form]):
        return title
    return f"{HOLDER_TITLES[form]}{title.removeprefix(form)}" if title.startswith(f"{form} on ") else ""


def mandate_row(row: dict[str, str], readings: dict[str, Any], countries: dict[str, str]) -> MandateRow:
    """Return one mandate; its title in full where the row has it, else spelled from its short name."""
    body = single_spaced(row["uhri_body"])
    form = row["form"]
    iso3 = countries[fold(row["country"])] if row["country"] else ""
    if iso3:
        place = row["country"]
        scope, slug = place, slugify(place)
        spelled = f"{HOLDER_TITLES[form]} on the situation of human rights in {place}"
    else:
        short = body.removeprefix(f"{form} ")
        scope = readings["scope"].get(short, short[0].lower() + short[1:])
        slug = slugify(scope)
        spelled = f"{HOLDER_TITLES[form]} on {scope}"
    name = title_given(row, readings["spelling"]) or spelled
    year = row.get("established_year") or ""
    return MandateRow(
        slug=slug,
        kind="country" if iso3 else "thematic",
        holder_kind=form,
        name=name,
        scope=scope[0].upper() + scope[1:],
        country=iso3,
        established=(
            int(year) if year else None,
            row.get("established_by") or "",
            row.get("established_source") or "",
        ),
        aliases=_distinct([body], name),
        titles=(),
    )


def read_mandates(rows: list[dict[str, str]], countries: dict[str, str], record: Record) -> None:
    """Fill `record` with the mandates and with body → slug, the twice listed one merged and the missing added."""
    readings = readings_of("mandate_readings")
    later: dict[str, list[tuple[str, str, str, str]]] = {}
    for body, kept in readings["same"].items():
        later.setdefault(kept, []).append((body, "SR", "", ""))
        record.unresolved.append(Unresolved("mandates.csv", body, f"the same mandate as “{kept}”: merged into it"))
    for entry in readings["earlier"]:
        title = (entry["uhri_body"], entry["form"], entry["since"], entry["until"])
        later.setdefault(entry["mandate"], []).append(title)
    untitled = []
    for row in [*rows, *readings["missing"]]:
        body = single_spaced(row["uhri_body"])
        if body in readings["same"]:
            continue
        read = mandate_row(row, readings, countries)
        if not title_given(row, readings["spelling"]):
            untitled.append(body)
        if any(wrong in body for wrong in readings["spelling"]):
            record.unresolved.append(Unresolved("mandates.csv", body, f"misspelled: entered as “{read.name}”"))
        if row in readings["missing"]:
            record.unresolved.append(
                Unresolved("visits.csv", body, "a mandate that mandates.csv does not have: entered from its name here")
            )
        titles = tuple(later.get(body, ()))
        aliases = (*read.aliases, *(title[0] for title in titles))
        read = MandateRow(**{**read.__dict__, "titles": titles, "aliases": aliases})
        record.mandates.append(read)
        for name in (body, *(title[0] for title in titles)):
            record.mandate_slugs[name] = read.slug
    for body in untitled:
        record.unresolved.append(
            Unresolved(
                "mandates.csv",
                body,
                "no page gives the title in full: spelled from the short name",
            )
        )


def read_terms(rows: list[dict[str, str]], record: Record) -> None:
    """Fill `record` with the terms of mandate holders, in the order of the file."""
    for row in rows:
        record.terms.append(
            TermRow(
                mandate=record.mandate_slugs[single_spaced(row["uhri_body"])],
                person=row["mandate_holder"],
                since=row["from"],
                until=row["to"],
                order=int(row["order_seen"]),
                source=row["source"],
            )
        )


def read_record() -> Record:
    """Return countries, mandates and terms of the data files."""
    record = Record(countries=read_countries(rows_of("countries")))
    read_mandates(rows_of("mandates"), country_index(record.countries), record)
    read_terms(rows_of("mandate_holders"), record)
    return record
