"""Mandates taken in from lists."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visits.actions import save_part
from visits.folding import fold
from visits.imports.asking import Asking
from visits.imports.kinds import ENTER, Answers, Candidate, Change, Field, Given, Judged, Kind, Problem
from visits.imports.known import Known
from visits.imports.mandate_names import (
    find_mandate,
    holder_of,
    mandate_called,
    one_of_several,
    scope_of,
    tells_enough,
)
from visits.models import Alias, Country, Mandate

if TYPE_CHECKING:
    from visits.models import User

_STORED = {"title": "name", "year": "established_year", "by": "established_by", "source": "established_source"}
_LONGEST = {"name": 300, "title": 300, "by": 200, "source": 500}


class MandateJudge:
    """Judges rows of a list of mandates."""

    def __init__(self, by: User | None, source: str) -> None:
        self.known = Known(by)
        self.by = by
        self.source = source

    def afresh(self) -> MandateJudge:
        """Return a judge that reads the record anew."""
        return MandateJudge(self.by, self.source)

    def judge(self, row: Given, answers: Answers) -> Judged:
        """Return what `row` is to the record. Nothing is written."""
        judged = Judged(row.number, about=row["title"] or row["name"])
        judged.problems += [Problem(name, row[name][:80], told) for name, told in row.problems.items()]
        _check(row, judged)
        if judged.problems:
            return judged
        asking = Asking(judged, answers)
        country = self._country(row, asking)
        mandate = self._mandate(row, asking)
        several = one_of_several(row["title"] or row["name"], self.known)
        if mandate is None and several is not None and not row["country"]:
            country = asking.settle("country", several, self.known.countries)
        judged.keys = (fold(row["name"]),)
        judged.found = mandate
        if mandate is not None:
            self._compare(row, judged, mandate)
        elif not judged.problems:
            names = ("name", "title", "holder", "country", "year", "by", "source")
            judged.changes += [Change(name, "", row[name]) for name in names if row[name]]
        if judged.changes and not judged.problems and not judged.waits:
            judged.write = partial(self._write, row, mandate, country)
        return judged

    def _country(self, row: Given, asking: Asking) -> str:
        if not row["country"]:
            return ""
        return asking.settle("country", self.known.countries.find(row["country"]), self.known.countries)

    def _mandate(self, row: Given, asking: Asking) -> Mandate | None:
        found = find_mandate(row["name"], self.known)
        if not found.keys and row["title"]:
            by_title = find_mandate(row["title"], self.known)
            found = by_title if by_title.keys else found
        enough = tells_enough(row["name"], self.known) or tells_enough(row["title"], self.known) or row["holder"]
        ways = [Candidate(ENTER, _("enter this mandate"))] if enough else []
        if not enough and not found.keys and not found.near:
            told = _(
                "The name does not tell who holds the mandate: begin with SR, IE or WG, or give the kind of holder."
            )
            asking.judged.problems.append(Problem("name", row["name"][:80], told))
            return None
        key = asking.settle("name", found, self.known.mandates, ways)
        return Mandate.objects.filter(slug=key).first() if key and key != ENTER else None

    def _compare(self, row: Given, judged: Judged, mandate: Mandate) -> None:
        for name, attribute in _STORED.items():
            before = str(getattr(mandate, attribute) or "")
            if row[name] and row[name] != before:
                judged.changes.append(Change(name, before, row[name]))
        if self.known.mandates.find(row["name"]).key != mandate.slug:
            judged.changes.append(Change("name", "", row["name"]))

    def _write(self, row: Given, mandate: Mandate | None, country: str, by: User | None) -> Mandate:
        if mandate is None:
            text = row["name"] if holder_of(row["name"]) else row["title"] or row["name"]
            mandate = mandate_called(text, self.known, title=row["title"])
            mandate.holder_kind = row["holder"].upper() or mandate.holder_kind
            if country:
                mandate.kind, mandate.country = "country", Country.objects.get(iso3=country)
                mandate.scope = mandate.country.name
            mandate.scope = row["scope"] or mandate.scope or scope_of(text, self.known)
        if row["title"]:
            mandate.name = row["title"]
        mandate.established_year = int(row["year"]) if row["year"] else mandate.established_year
        mandate.established_by = row["by"] or mandate.established_by
        mandate.established_source = row["source"] or mandate.established_source
        stored: Mandate = save_part(part=mandate, by=by)
        called = {fold(text) for text in (stored.slug, stored.name, stored.scope)}
        if fold(row["name"]) not in called and self.known.mandates.find(row["name"]).key != stored.slug:
            save_part(part=Alias(mandate=stored, text=row["name"]), by=by)
        self.known.note_mandate(stored, row["name"])
        return Mandate.objects.get(pk=stored.pk)


def _check(row: Given, judged: Judged) -> None:
    """Note what is wrong with single cells."""
    if not row["name"]:
        judged.problems.append(Problem("name", "", _("No name is given.")))
    for name, most in _LONGEST.items():
        if len(row[name]) > most:
            told = _("More than %(most)d characters.") % {"most": most}
            judged.problems.append(Problem(name, f"{row[name][:80]}…", told))
    if row["holder"] and row["holder"].upper() not in {"SR", "IE", "WG", "REP"}:
        told = _("Held by SR, IE, WG or REP.")
        judged.problems.append(Problem("holder", row["holder"][:80], told))
    year = row["year"]
    if year and not (year.isascii() and year.isdigit() and 1945 <= int(year) <= 2199):
        judged.problems.append(Problem("year", year[:80], _("This is no year of the United Nations.")))


def _records(user: User, keys: Sequence[str]) -> dict[str, Mandate]:
    return {mandate.slug: mandate for mandate in Mandate.objects.filter(slug__in=keys)}


MANDATES = Kind(
    "mandates",
    gettext_lazy("mandates"),
    (
        Field("name", gettext_lazy("name or short name"), ("uhri body", "mandate", "body"), required=True),
        Field("title", gettext_lazy("title in full"), ("full title",)),
        Field("holder", gettext_lazy("held by (SR, IE, WG, REP)"), ("form", "holder kind")),
        Field("scope", gettext_lazy("short name without the holder"), ()),
        Field("country", gettext_lazy("country"), ("state",)),
        Field("year", gettext_lazy("established in"), ("established year", "established", "year")),
        Field("by", gettext_lazy("established by"), ("resolution",)),
        Field("source", gettext_lazy("source"), ("established source", "source url", "url")),
    ),
    MandateJudge,
    records=_records,
)
