"""Names that countries had, and States that are no more, with the countries that are there now.

Names stand beside them that lists write and countries never bore, as “USA” and “Vatican”. A name of one country alone
means that country. A State that several followed means none of them by itself: which of them a row is about, somebody
has to say. The facts are those of ISO 3166-3 and of the UN's list of its members.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from visits.folding import fold


@dataclass(frozen=True, slots=True)
class FormerName:
    """A country or State as it was called: its names, its codes of then ("": none of its own), who is there now."""

    names: tuple[str, ...]
    code: str
    countries: tuple[str, ...]
    code2: str = ""

    @property
    def country(self) -> str:
        """Return the one country that goes on, by iso3; "" where several followed."""
        return self.countries[0] if len(self.countries) == 1 else ""


def read_former_names(lines: Iterable[str]) -> tuple[FormerName, ...]:
    """Return the rows of a file of former names. Names in several languages that read alike stand once."""
    found = []
    for row in csv.DictReader(lines):
        texts = [row["name_en"], row["name_fr"], row["name_es"], *row["others"].split(";")]
        names: dict[str, str] = {}
        for text in filter(None, map(str.strip, texts)):
            names.setdefault(fold(text), text)
        countries = tuple(row["countries"].split())
        found.append(FormerName(tuple(names.values()), row["iso3_then"], countries, row.get("iso2_then") or ""))
    return tuple(found)


@cache
def former_names() -> tuple[FormerName, ...]:
    """Return the former names that come with the program."""
    text = (files("visits") / "data" / "former_names.csv").read_text(encoding="utf-8")
    return read_former_names(text.splitlines())
