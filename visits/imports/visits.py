"""Visits taken in from lists: what a row is to the record, and what it changes there field by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visits.actions import check_is_past
from visits.imports.asking import Asking
from visits.imports.kinds import ENTER, Answers, Candidate, Field, Given, Judged, Kind, Problem
from visits.imports.known import Known
from visits.imports.mandate_names import can_be_entered, find_mandate
from visits.imports.resolving import Found, entries_of
from visits.imports.visit_changes import compare
from visits.imports.visit_facts import Match, by_address, by_key, facts_of, match
from visits.imports.visit_places import Places, read_places
from visits.imports.visit_rows import HELD, VisitRow, read_visit
from visits.imports.visit_writing import Entering, write_changes, write_visit
from visits.models import Visit
from visits.partial_dates import parse

if TYPE_CHECKING:
    from visits.models import MandateTerm, User


# The cells that hold several names, and so many at most.
_SEVERAL, _MOST = ("country", "countries", "territories", "mandates", "holders"), 100


class VisitJudge:
    """Judges rows of a list of visits for `by`; `source` names the list, whose rows may have keys of their own."""

    def __init__(self, by: User | None, source: str) -> None:
        self.known = Known(by)
        self.by = by
        self.source = source
        # What this run has entered: two rows of one file are two visits.
        self.entered: set[int] = set()

    def afresh(self) -> VisitJudge:
        """Return a judge that reads the record anew, and knows what this run has entered."""
        made = VisitJudge(self.by, self.source)
        made.entered = self.entered
        return made

    def judge(self, row: Given, answers: Answers) -> Judged:
        """Return what `row` is to the record. Nothing is written."""
        judged = Judged(row.number)
        read = read_visit(row)
        if too_many := _too_many(row):
            judged.problems += too_many
            return judged
        judged.problems += read.problems or _not_yet(row, read)
        asking = Asking(judged, answers)
        places = read_places(row, self.known, asking)
        mandates = self._mandates(row, judged, asking)
        judged.about = ", ".join(filter(None, [row["place"] or places.title(self.known), read.dates]))
        judged.keys = (f"key {row['key']}",) if row["key"] else ()
        if mandates and read.dates:
            # A name that is still asked for is no place yet: as it is written, two of them differ.
            asked = (row["countries"], row["country"], row["territories"]) if judged.asks else ()
            judged.keys += (repr((mandates, places, read.dates, row["id"], row["holders"], asked)),)
        if not row["mandates"] and not row["id"]:
            judged.problems.append(Problem("mandates", "", _("No mandate is named.")))
        if judged.problems:
            return judged
        holders = [(name, self.known.people.find(name)) for name in entries_of(row["holders"])]
        found = self._match(row, read, mandates, places, [entry.key for _name, entry in holders if entry.key], asking)
        facts = facts_of(found, self.known) if found is not None else None
        if facts is not None:
            judged.found = found
            mandates = mandates or facts.mandates
        entering = Entering(row, read, places, mandates, self.source, self.known)
        for name, entry in holders:
            self._member(name, entry, mandates, read, entering, asking)
        if facts is None:
            self._new(judged, entering)
        else:
            changes = compare(facts, entering, judged)
            if judged.changes and not judged.waits and not judged.problems:
                judged.write = lambda by: write_changes(changes, entering, by)
        return judged

    def _mandates(self, row: Given, judged: Judged, asking: Asking) -> list[str]:
        keys: list[str] = []
        for text in entries_of(row["mandates"]):
            found = find_mandate(text, self.known)
            may = can_be_entered(text, self.known)
            ways = [Candidate(ENTER, _("enter as a new mandate"))] if may else []
            if not (found.keys or found.near or may):
                told = _("No mandate is called so: enter it, or an alias of it, first.")
                judged.problems.append(Problem("mandates", text[:80], told))
                continue
            key = asking.settle("mandates", found, self.known.mandates, ways)
            key = f"{ENTER}:{text}" if key == ENTER else key
            if key and key not in keys:
                keys.append(key)
        return keys

    def _match(
        self, row: Given, read: VisitRow, mandates: list[str], places: Places, holders: list[str], asking: Asking
    ) -> Visit | None:
        """Return the visit that a row tells of, None for a new one; a question where it may be one of several."""
        if row["id"]:
            visit = by_address(row["id"], self.known)
            if visit is None:
                told = _("No visit has this id or address.")
                asking.judged.problems.append(Problem("id", row["id"][:80], told))
            return visit
        if row["key"] and (visit := by_key(row["key"], self.source, self.known)):
            return visit
        found = match(
            read,
            mandates=mandates,
            countries=places.countries,
            territories=places.territories,
            holders=holders,
            known=self.known,
            but=self.entered,
        )
        return self._chosen(found, read, asking)

    def _chosen(self, found: Match, read: VisitRow, asking: Asking) -> Visit | None:
        if found.sure or not found.visits:
            return found.visits[0] if found.visits else None
        ways = [Candidate(ENTER, _("another visit, not on record yet"))]
        key = asking.choose("id", asking.judged.about, found.candidates(), ways)
        return next((visit for visit in found.visits if visit.slug == key), None)

    def _member(
        self, name: str, found: Found, mandates: list[str], read: VisitRow, entering: Entering, asking: Asking
    ) -> None:
        """Note who travelled: a term on record, or a person and a term that a tick lets enter."""
        if not mandates:
            # Which mandate is meant is asked first: of it somebody is the holder.
            return
        told = _("enter as holder of “%(mandate)s”")
        called = {slug: self.known.mandates.labels.get(slug, slug.removeprefix(f"{ENTER}:")) for slug in mandates}
        ways = [Candidate(f"{ENTER}:{slug}", told % {"mandate": name}) for slug, name in called.items()]
        person = asking.settle("holders", found, self.known.people, ways)
        if not person:
            return
        if person.startswith(ENTER):
            entering.people.append((name, person.removeprefix(f"{ENTER}:")))
            return
        terms = [term for term in self.known.terms_of(person) if term.mandate.slug in mandates]
        if read.dates and len(terms) > 1:
            # Of two terms that one in which the visit falls; terms without dates may be of any time.
            terms = [term for term in terms if _within(term, read.dates)] or terms
        if terms:
            entering.terms.append(terms[0])
        # Whoever was to be entered may have been by a row before, for another mandate: the tick is for the term too.
        elif mandate := asking.wants_entered("holders", name) or asking.choose("term", name, (), ways):
            entering.holders.append((person, mandate.removeprefix(f"{ENTER}:")))

    def _new(self, judged: Judged, entering: Entering) -> None:
        read = entering.read
        if read.dates and not read.status:
            told = _("Dates alone do not tell whether it was held: give a status.")
            judged.problems.append(Problem("status", "", told))
        if judged.problems:
            return
        judged.changes += entering.told()
        if not judged.asks:
            judged.write = lambda by: self._enter(entering, by)

    def _enter(self, entering: Entering, by: User | None) -> Visit:
        visit = write_visit(entering, by)
        self.entered.add(visit.pk)
        return visit


def _too_many(row: Given) -> list[Problem]:
    """Return what is wrong with cells of more names than any visit has: each would be looked for among all."""
    told = _("More than %(most)d entries.") % {"most": _MOST}
    return [Problem(name, f"{row[name][:80]}…", told) for name in _SEVERAL if len(entries_of(row[name])) > _MOST]


def _not_yet(row: Given, read: VisitRow) -> list[Problem]:
    """Return what is wrong with dates on which a visit cannot have been held yet, by the rule of the actions."""
    if read.status not in HELD or not read.dates:
        return []
    try:
        check_is_past(read.dates)
    except ValidationError as error:
        name = next(name for name in ("start", "dates", "end") if row[name])
        return [Problem(name, row[name][:80], " ".join(error.messages))]
    return []


def _within(term: MandateTerm, dates: str) -> bool:
    """Whether some day of `dates` can be in a term."""
    days = parse(dates)
    begun = term.since_earliest is None or term.since_earliest <= days.latest
    return begun and (term.until_latest is None or term.until_latest >= days.earliest)


def _records(user: User, keys: Sequence[str]) -> dict[str, Visit]:
    return {visit.public_id: visit for visit in Visit.objects.visible_to(user).filter(public_id__in=keys)}


VISITS = Kind(
    "visits",
    gettext_lazy("visits"),
    (
        Field("key", gettext_lazy("key of the row in its list"), ("row id", "row", "no", "number", "nr", "key")),
        Field("id", gettext_lazy("id or address here"), ("address", "visit", "public id", "slug")),
        Field("place", gettext_lazy("place as shown"), ("title", "where")),
        Field("country", gettext_lazy("country"), ("state", "country name", "country names", "countries visited")),
        Field("countries", gettext_lazy("code of the country"), ("country iso3", "iso3", "iso", "country code")),
        Field("territories", gettext_lazy("territories that are no State"), ("territory", "region")),
        Field("mandates", gettext_lazy("mandate"), ("mandate", "special procedure", "body", "uhri body")),
        Field(
            "holders",
            gettext_lazy("mandate holders"),
            ("mandate holder", "holder", "holders", "expert", "experts", "rapporteur", "special rapporteur"),
        ),
        Field("start", gettext_lazy("first day"), ("start date", "from", "begin", "date from", "start")),
        Field("end", gettext_lazy("last day"), ("end date", "to", "until", "date to", "end")),
        Field("dates", gettext_lazy("dates"), ("date", "when", "period")),
        Field("precision", gettext_lazy("how precise the dates are"), ("date precision",)),
        Field("dates_kind", gettext_lazy("what the dates are")),
        Field("status", gettext_lazy("status"), ("state of the visit",)),
        Field("kind", gettext_lazy("kind of visit"), ("visit kind", "type")),
        Field("purpose", gettext_lazy("purpose")),
        Field("duration", gettext_lazy("duration as reported"), ("duration as reported", "length")),
        Field("reports", gettext_lazy("symbols of reports"), ("report", "report symbol", "symbol", "un symbol")),
        Field(
            "addresses",
            gettext_lazy("addresses of sources"),
            ("source", "source url", "source urls", "url", "evidence url", "link"),
            several=True,
        ),
        Field("note", gettext_lazy("internal note"), ("notes", "remark", "remarks", "comment"), several=True),
    ),
    VisitJudge,
    records=_records,
)
