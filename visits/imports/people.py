"""People taken in from lists: their names, and when they held which mandate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visits.actions import save_part
from visits.addresses import last_part
from visits.folding import fold
from visits.imports.asking import Asking
from visits.imports.kinds import ENTER, Answers, Candidate, Change, Field, Given, Judged, Kind, Problem
from visits.imports.known import Known
from visits.imports.mandate_names import find_mandate
from visits.imports.resolving import entries_of
from visits.models import Mandate, MandateTerm, Person, PersonName
from visits.partial_dates import PartialDate, parse
from visits.slugs import new_slug

if TYPE_CHECKING:
    from visits.models import User

_YES = frozenset({"yes", "true", "1", "x", "oui"})
_NO = frozenset({"", "no", "false", "0", "non"})


@dataclass(frozen=True, slots=True)
class TermTold:
    """A mandate that a row says somebody held: its slug, from and until when, and where that is told.

    `again` says that the row names it more than once: then its beginning tells which term is meant.
    """

    mandate: str
    since: str = ""
    until: str = ""
    source: str = ""
    again: bool = False


class PersonJudge:
    """Judges rows of a list of people."""

    def __init__(self, by: User | None, source: str) -> None:
        self.known = Known(by)
        self.by = by
        self.source = source

    def afresh(self) -> PersonJudge:
        """Return a judge that reads the record anew."""
        return PersonJudge(self.by, self.source)

    def judge(self, row: Given, answers: Answers) -> Judged:
        """Return what `row` is to the record. Nothing is written."""
        judged = Judged(row.number, about=row["name"])
        judged.problems += [Problem(name, row[name][:80], told) for name, told in row.problems.items()]
        _check(row, judged)
        asking = Asking(judged, answers)
        told = self._terms_told(row, asking)
        person = self._person(row, asking)
        judged.keys = (repr((fold(row["name"]), row["id"], [(term.mandate, term.since) for term in told])),)
        if judged.problems:
            return judged
        judged.found = person
        if person is None:
            names = ("name", "names", "private", "mandate", "since", "until", "note")
            judged.changes += [Change(name, "", row[name]) for name in names if row[name]]
        else:
            self._compare(row, judged, person)
            on_record = [(term, self._term(term, person)) for term in told]
            for term, stored in on_record:
                self._compare_term(judged, term, stored)
            # Whoever was to be entered may have been by a row before: the tick is for the term too.
            new = [term.mandate for term, stored in on_record if stored is None]
            if new and not judged.waits and not asking.wants_entered("name", row["name"]):
                way = Candidate(ENTER, _("enter as holder of the mandate"))
                for mandate in new:
                    asking.choose("mandate", f"{row['name']} {mandate}", (), [way])
        if judged.changes and not judged.waits:
            judged.write = partial(self._write, row, person, told)
        return judged

    def _terms_told(self, row: Given, asking: Asking) -> list[TermTold]:
        """Return the mandates that a row names, each with the dates and the source at the same place of their cells."""
        if not row["mandate"]:
            return []
        texts = self._mandates_named(row["mandate"])
        cells = {name: _aligned(row[name], len(texts)) for name in ("since", "until", "source")}
        for name, entries in cells.items():
            if len(entries) != len(texts):
                told = _("As many entries as there are mandates are needed, parted alike.")
                asking.judged.problems.append(Problem(name, row[name][:80], told))
        if asking.judged.problems:
            return []
        keys = [self._mandate(text, asking) for text in texts]
        rows = zip(keys, *cells.values(), strict=True)
        return [
            TermTold(key, since, until, source, again=keys.count(key) > 1) for key, since, until, source in rows if key
        ]

    def _mandates_named(self, cell: str) -> list[str]:
        """Return the names of mandates in a cell; what is a name as a whole is one."""
        return [cell] if find_mandate(cell, self.known).keys else entries_of(cell)

    def _mandate(self, text: str, asking: Asking) -> str:
        found = find_mandate(text, self.known)
        if not (found.keys or found.near):
            told = _("No mandate is called so: enter it, or an alias of it, first.")
            asking.judged.problems.append(Problem("mandate", text[:80], told))
            return ""
        return asking.settle("mandate", found, self.known.mandates)

    def _person(self, row: Given, asking: Asking) -> Person | None:
        people = self.known.seen(Person.objects)
        if row["id"]:
            slug = last_part(row["id"])
            person: Person | None = people.filter(slug=slug).first()
            if person is None:
                asking.judged.problems.append(Problem("id", row["id"][:80], _("Nobody has this id or address.")))
            return person
        found = self.known.people.find(row["name"])
        key = asking.settle("name", found, self.known.people, [Candidate(ENTER, _("enter this person"))])
        return people.filter(slug=key).first() if key and key != ENTER else None

    @staticmethod
    def _term(told: TermTold, person: Person) -> MandateTerm | None:
        terms = list(MandateTerm.objects.filter(person=person, mandate__slug=told.mandate).order_by("pk"))
        same = next((term for term in terms if term.since == told.since), None)
        may_be_another = told.again or (len(terms) > 1 and told.since)
        return same if same is not None or may_be_another or not terms else terms[0]

    def _compare(self, row: Given, judged: Judged, person: Person) -> None:
        known = {fold(text) for text in person.names.values_list("text", flat=True)} | {fold(person.name)}
        told = judged.changes
        told += [Change("names", "", text) for text in entries_of(row["names"]) if fold(text) not in known]
        if fold(row["private"]) in _YES and not person.private:
            told.append(Change("private", "", row["private"]))
        if row["note"] and row["note"] not in person.note:
            told.append(Change("note", "", row["note"]))

    def _compare_term(self, judged: Judged, told: TermTold, term: MandateTerm | None) -> None:
        if term is None:
            judged.changes.append(Change("mandate", "", self.known.mandates.labels[told.mandate]))
        for name in ("since", "until"):
            before, after = getattr(term, name) if term is not None else "", getattr(told, name)
            if after and after != before:
                judged.changes.append(Change(name, before, after))

    def _write(self, row: Given, person: Person | None, terms: Sequence[TermTold], by: User | None) -> Person:
        private = fold(row["private"]) in _YES
        if person is None:
            made = Person(name=row["name"], slug=new_slug(row["name"]), private=private, note=row["note"])
            person = save_part(part=made, by=by)
            save_part(part=PersonName(person=person, text=row["name"], preferred=True), by=by)
            self.known.note_person(made)
        elif (private and not person.private) or (row["note"] and row["note"] not in person.note):
            person.private = person.private or private
            person.note = "\n".join(filter(None, [person.note, row["note"]]))
            save_part(part=person, by=by)
        known = {fold(text) for text in PersonName.objects.filter(person=person).values_list("text", flat=True)}
        for text in entries_of(row["names"]):
            if fold(text) not in known:
                save_part(part=PersonName(person=Person.objects.get(pk=person.pk), text=text), by=by)
        for told in terms:
            self._write_term(told, person, int(row["order"] or 0), by)
        return Person.objects.get(pk=person.pk)

    def _write_term(self, told: TermTold, person: Person, order: int, by: User | None) -> None:
        term = self._term(told, person)
        if term is None:
            whole = Mandate.objects.get(slug=told.mandate)
            term = MandateTerm(person=person, mandate=whole, order=order, source_note=told.source)
        elif all(getattr(told, name) in {"", getattr(term, name)} for name in ("since", "until")):
            return
        term.since, term.until = told.since or term.since, told.until or term.until
        save_part(part=term, by=by)


def _aligned(cell: str, number: int) -> list[str]:
    """Return the entries of a cell that stand beside so many others, empty ones too; of one alone it is the whole."""
    if number < 2:
        return [cell] * number
    return _parted(cell) if cell else [""] * number


def _parted(cell: str) -> list[str]:
    """Return the entries of a cell with the empty ones: parted by bars as in our own files, else as in others."""
    return [text.strip() for text in (cell.split("|") if "|" in cell else re.split(r"[;\n]", cell))]


def _check(row: Given, judged: Judged) -> None:
    """Note what is wrong with single cells."""
    told = []
    if not row["name"] and not row["id"]:
        told.append(Problem("name", "", _("No name is given.")))
    for name, most in (("name", 200), ("source", 500)):
        if len(max([row[name]] if name == "name" else _parted(row[name]), key=len)) > most:
            told.append(Problem(name, f"{row[name][:80]}…", _("More than %(most)d characters.") % {"most": most}))
    if any(len(text) > 200 for text in entries_of(row["names"])):
        told.append(Problem("names", f"{row['names'][:80]}…", _("More than %(most)d characters.") % {"most": 200}))
    if row["order"] and not (row["order"].isascii() and row["order"].isdigit() and int(row["order"]) < 32768):
        told.append(Problem("order", row["order"][:80], _("The order is a number.")))
    if fold(row["private"]) not in _YES | _NO:
        told.append(Problem("private", row["private"][:80], _("Say yes or no.")))
    dates: dict[str, list[PartialDate | None]] = {}
    for name in ("since", "until"):
        try:
            dates[name] = [parse(text) if text else None for text in _parted(row[name])]
        except ValueError as error:
            told.append(Problem(name, row[name][:80], str(error)))
    for since, until in zip(dates.get("since", ()), dates.get("until", ()), strict=False):
        if since and until and until.latest < since.earliest:
            told.append(Problem("until", row["until"], _("It ends before it starts.")))
    judged.problems += told


def _records(user: User, keys: Sequence[str]) -> dict[str, Person]:
    people = Person.objects.visible_to(user).with_a_page()
    return {person.slug: person for person in people.filter(slug__in=keys)}


PEOPLE = Kind(
    "people",
    gettext_lazy("people and who held which mandate"),
    (
        Field("name", gettext_lazy("name"), ("mandate holder", "holder", "person", "full name"), required=True),
        Field("id", gettext_lazy("id or address here"), ("address", "slug")),
        Field("names", gettext_lazy("other names"), ("aliases", "other name", "variants", "also known as")),
        Field("private", gettext_lazy("private individual")),
        Field("mandate", gettext_lazy("mandate held"), ("uhri body", "mandates", "body")),
        Field("since", gettext_lazy("held from"), ("from", "start", "since", "start date", "mandates since")),
        Field("until", gettext_lazy("held until"), ("to", "end", "until", "end date", "mandates until")),
        Field("order", gettext_lazy("order among the holders"), ("order seen",)),
        Field("source", gettext_lazy("source of the term"), ("source note", "sources")),
        Field("note", gettext_lazy("internal note"), ("notes", "remark")),
    ),
    PersonJudge,
    records=_records,
)
