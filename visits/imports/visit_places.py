"""Where a row says that a visit went: countries by name or code, territories and regions that are no State."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from visits.imports.asking import Asking
from visits.imports.kinds import BOTH, TERRITORY, Candidate, Given, Problem
from visits.imports.known import Known
from visits.imports.parting import find_several
from visits.imports.resolving import Found, entries_of


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
    # What the codes may mean.
    coded: dict[str, None] = {}
    for text in entries_of(row["countries"]):
        entry = known.codes.find(text)
        # A column of codes may hold names after all.
        entry = entry if entry.may_be else known.countries.find(text)
        if entry.former and (same := _same(entry, named)):
            # The name says which of those that followed, or the same State: that is asked once.
            named.remove(same)
            _note(same, found, known, asking)
            coded.update(dict.fromkeys(entry.near))
            continue
        keys = _settled("countries", entry, found, known, asking)
        coded.update(dict.fromkeys(keys or entry.may_be))
    for entry in named:
        if coded:
            asking.judged.problems += _beside(entry, list(coded), known)
        else:
            _note(entry, found, known, asking)
    if not (found.countries or row["country"] or found.territories or row["id"] or asking.judged.asks):
        asking.judged.problems.append(Problem("country", "", _("No country is named.")))
    return found


def _named(text: str, known: Known, asking: Asking) -> list[Found]:
    """Return what an entry names, one or several; whole where it was answered as a whole."""
    found = find_several(text, known.countries, known.territories)
    if len(found) > 1 and asking.answered("country", text):
        return [known.countries.find(text)]
    return found


def _same(code: Found, named: list[Found]) -> Found | None:
    """Return the name of the State that several followed whose code this is, or of one that followed it."""
    return next((entry for entry in named if entry.may_be and set(entry.may_be) <= set(code.near)), None)


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
    way = Candidate(TERRITORY, _("a territory or region that is no State"))
    if _settled("country", entry, found, known, asking, way) == [TERRITORY]:
        found.territories.append(entry.text[:120])


def _settled(field: str, entry: Found, found: Places, known: Known, asking: Asking, *ways: Candidate) -> list[str]:
    """Return the countries that an entry means, noted, or the way that was chosen; [] where that is asked now.

    A visit to a State that two followed may have gone to both, and “Serbia and Montenegro” may be a list of two.
    """
    if entry.both:
        first, last = (known.countries.labels[iso3] for iso3 in entry.both)
        ways = (Candidate(BOTH, _("both, %(first)s and %(last)s") % {"first": first, "last": last}), *ways)
    key = asking.settle(field, entry, known.countries, ways)
    keys = list(entry.both) if key == BOTH else [key] if key else []
    found.countries += [iso3 for iso3 in keys if iso3 != TERRITORY and iso3 not in found.countries]
    return keys
