"""Where a row says that a visit went: countries by name or code, territories and regions that are no State."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from visits.imports.asking import Asking
from visits.imports.kinds import TERRITORY, Candidate, Given, Problem
from visits.imports.known import Known
from visits.imports.resolving import entries_of, find_several


@dataclass(slots=True)
class Places:
    """Countries by iso3, and territories by what they are called."""

    countries: list[str] = field(default_factory=list)
    territories: list[str] = field(default_factory=list)

    def title(self, known: Known) -> str:
        """Return what the places are called together: “Thailand and Bangladesh”."""
        names = [*(known.countries.labels[iso3] for iso3 in self.countries), *self.territories]
        if len(names) < 2:
            return "".join(names)
        return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def read_places(row: Given, known: Known, asking: Asking) -> Places:
    """Return the places that a row names; what is none is asked, and a name beside another's code is wrong."""
    found = Places(territories=entries_of(row["territories"]))
    problems = asking.judged.problems
    for entry in (known.codes.find(text) for text in entries_of(row["countries"])):
        # A column of codes may hold names after all.
        key = entry.key or asking.settle("countries", known.countries.find(entry.text), known.countries)
        found.countries += [key] if key else []
    by_code = list(found.countries)
    named = find_several(row["country"], known.countries)
    for entry in named:
        if by_code and not entry.keys:
            told = _("The record does not know this as a name of %(names)s: correct it, or enter it as an alias.")
            names = ", ".join(known.countries.labels[iso3] for iso3 in by_code)
            problems.append(Problem("country", entry.text[:80], told % {"names": names}))
            continue
        known_as = () if entry.keys else known.territories.find(entry.text).keys
        if known_as and asking.answered("country", entry.text) in {"", TERRITORY}:
            # Somebody has said before that this is no State.
            found.territories += [name for name in known_as[:1] if name not in found.territories]
            continue
        way = Candidate(TERRITORY, _("a territory or region that is no State"))
        key = asking.settle("country", entry, known.countries, [way])
        if key == TERRITORY:
            found.territories.append(entry.text[:120])
        elif key and by_code and key not in by_code:
            told = _("The name is that of %(name)s, the code that of %(code)s.")
            code = ", ".join(known.countries.labels[iso3] for iso3 in by_code)
            labels = {"name": known.countries.labels[key], "code": code}
            problems.append(Problem("country", entry.text[:80], told % labels))
        elif key and key not in found.countries:
            found.countries.append(key)
    if not (found.countries or named or found.territories or row["id"] or asking.judged.asks):
        problems.append(Problem("country", "", _("No country is named.")))
    return found
