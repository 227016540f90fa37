"""Where a row says that a visit went: countries by name or code, territories and regions that are no State."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from visits.imports.asking import Asking
from visits.imports.kinds import BOTH, TERRITORY, Candidate, Given, Problem
from visits.imports.known import Known
from visits.imports.resolving import Found, entries_of, find_several


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
    named = [entry for text in entries_of(row["country"]) for entry in _named(text, known, asking)]
    followed = {entry.near for entry in named if entry.former}
    for text in entries_of(row["countries"]):
        entry = known.codes.find(text)
        if entry.former and entry.near in followed:
            # Name and code of one State that several followed: which of them is asked once.
            continue
        # A column of codes may hold names after all.
        entry = entry if entry.may_be else known.countries.find(text)
        key = asking.settle("countries", entry, known.countries)
        found.countries += [key] if key else []
    by_code = list(found.countries)
    for entry in named:
        if by_code:
            asking.judged.problems += _beside(entry, by_code, known)
        else:
            _note(entry, found, known, asking)
    if not (found.countries or named or found.territories or row["id"] or asking.judged.asks):
        asking.judged.problems.append(Problem("country", "", _("No country is named.")))
    return found


def _named(text: str, known: Known, asking: Asking) -> list[Found]:
    """Return what an entry names, one or several; whole where it was answered as a whole."""
    if asking.answered("country", text):
        return [known.countries.find(text)]
    return find_several(text, known.countries, known.territories)


def _beside(entry: Found, by_code: list[str], known: Known) -> list[Problem]:
    """Return what is wrong with a name beside codes; of several that it may mean, they tell which."""
    if set(entry.may_be) & set(by_code):
        return []
    labels = known.countries.labels
    code = ", ".join(labels[iso3] for iso3 in by_code)
    if entry.may_be:
        told = _("The name is that of %(name)s, the code that of %(code)s.")
        told %= {"name": ", ".join(labels[key] for key in entry.may_be), "code": code}
    else:
        told = _("The record does not know this as a name of %(names)s: correct it, or enter it as an alias.")
        told %= {"names": code}
    return [Problem("country", entry.text[:80], told)]


def _note(entry: Found, found: Places, known: Known, asking: Asking) -> None:
    """Note the place that an entry names; what is no country for sure is asked."""
    known_as = () if entry.may_be else known.territories.find(entry.text).keys
    if known_as and asking.answered("country", entry.text) in {"", TERRITORY}:
        # Somebody has said before that this is no State.
        found.territories += [name for name in known_as[:1] if name not in found.territories]
        return
    ways = [Candidate(TERRITORY, _("a territory or region that is no State"))]
    if entry.former and len(entry.near) == 2:
        # Such a visit may have gone to both, and “Serbia and Montenegro” may be a list of two.
        ways.insert(0, Candidate(BOTH, _("both of them")))
    key = asking.settle("country", entry, known.countries, ways)
    if key == TERRITORY:
        found.territories.append(entry.text[:120])
        return
    keys = entry.near if key == BOTH else [key] if key else []
    found.countries += [key for key in keys if key not in found.countries]
