"""Writing what rows of lists say of visits, through the actions like everything else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from visits.actions import add_step, enter_source, enter_visit, save_part, save_record, void_step
from visits.addresses import canonical, title_of
from visits.imports.kinds import ENTER, Change, Given
from visits.imports.known import Known
from visits.imports.mandate_names import mandate_called
from visits.imports.visit_facts import facts_of, lines
from visits.imports.visit_places import Places
from visits.imports.visit_rows import Step, VisitRow
from visits.imports.visit_steps import unknown_addresses
from visits.models import (
    Alias,
    Country,
    Mandate,
    MandateTerm,
    Person,
    PersonName,
    Source,
    Visit,
    VisitExpert,
    VisitLeg,
    VisitMandate,
    VisitStep,
)
from visits.slugs import new_slug

if TYPE_CHECKING:
    from visits.imports.visit_changes import VisitChanges
    from visits.models import User


@dataclass(slots=True)
class Entering:
    """What a row names, resolved: mandates by slug or “+enter:name”, terms on record, and what a tick lets enter.

    `people` are (name, mandate) of people who are not on record, `holders` (slug, mandate) of those who are.
    """

    row: Given
    read: VisitRow
    places: Places
    mandates: list[str]
    source: str
    known: Known
    terms: list[MandateTerm] = field(default_factory=list)
    people: list[tuple[str, str]] = field(default_factory=list)
    holders: list[tuple[str, str]] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """Return what is noted with what the row entered: of which list, and which row."""
        told = _("list “%(list)s”, row %(row)s") if self.source else _("list, row %(row)s")
        return told % {"list": self.source[:120], "row": (self.row["key"] or str(self.row.number))[:40]}

    def told(self) -> list[Change]:
        """Return what a new visit will hold, as changes from nothing."""
        labels = self.known.mandates.labels
        holders = [*(str(term.person) for term in self.terms), *(name for name, _mandate in self.people)]
        holders += [self.known.people.labels[slug] for slug, _mandate in self.holders]
        values = {
            "country": self.places.title(self.known),
            "mandates": "; ".join(labels.get(key, key.removeprefix(f"{ENTER}:")) for key in self.mandates),
            "holders": "; ".join(holders),
            "dates": self.read.dates,
            "status": self.read.status,
            "reports": "; ".join(self.read.reports),
            "addresses": "\n".join(self.read.sources),
        }
        texts = {name: self.row[name] for name in ("place", "kind", "purpose", "duration", "note")}
        return [Change(name, "", text) for name, text in {**values, **texts}.items() if text]


def write_visit(entering: Entering, by: User | None) -> Visit:
    """Enter a new visit as a draft, with the parts that its row names."""
    row, read, places = entering.row, entering.read, entering.places
    mandates = [_mandate(key, entering, by) for key in entering.mandates]
    pages = [_page(address, entering.known, by) for address in read.sources]
    title = (row["place"] or places.title(entering.known))[:200]
    visit = Visit(
        slug=new_slug(title[:60], (read.start or read.end)[:7] or "undated", mandates[0].slug[:40]),
        title=title,
        purpose=row["purpose"],
        duration_as_reported=row["duration"],
        **({"kind": read.kind} if read.kind else {}),
    )
    steps = [_step(step, place, pages) for place, step in enumerate(read.steps)]
    used = {step.source.url for step in steps if step.source is not None}
    rest = _not_told(read.sources, pages, used)
    visit.note = lines(entering.reason, row["note"], *rest)
    return enter_visit(
        visit=visit,
        by=by,
        mandates=mandates,
        legs=list(_legs(places.countries, places.territories, 0)),
        experts=[(term, ()) for term in _terms(entering, by)],
        steps=steps,
    )


def _not_told(addresses: Sequence[str], pages: Sequence[Source], used: Collection[str]) -> list[str]:
    """Return the addresses that no step shows: the note keeps them. A page may stand under another address."""
    found = zip(addresses, pages, strict=True)
    return [text for text, page in found if page.url not in used or canonical(page.url) != canonical(text)]


def _legs(countries: Iterable[str], territories: Iterable[str], first: int) -> Iterable[VisitLeg]:
    places = [*((iso3, "") for iso3 in countries), *(("", name) for name in territories)]
    for order, (iso3, territory) in enumerate(places, start=first):
        country = Country.objects.get(iso3=iso3) if iso3 else None
        yield VisitLeg(order=order, country=country, territory=territory)


def _step(step: Step, place: int, pages: Sequence[Source]) -> VisitStep:
    """Return a step, not stored yet, with the page that tells of it: the first of its row, of later steps the next."""
    return VisitStep(
        kind=step.kind,
        actor=step.actor,
        date=step.date,
        proposed=step.proposed,
        document=step.document,
        source=pages[min(place, len(pages) - 1)] if pages else None,
    )


def write_changes(changes: VisitChanges, entering: Entering, by: User | None) -> Visit:
    """Write what a row changes of a visit: its own fields, parts that are added, steps that are added or voided."""
    visit = Visit.objects.get(pk=changes.facts.visit.pk)
    pages = [_page(address, entering.known, by) for address in changes.addresses]
    _write_parts(changes, entering, visit, by)
    known_page = pages or [page for address in entering.read.sources if (page := entering.known.source_at(address))]
    for place, (step, key) in enumerate(changes.steps.add):
        if key is not None:
            void_step(step=VisitStep.objects.get(pk=key), by=by, reason=_otherwise(entering))
        add_step(visit=Visit.objects.get(pk=visit.pk), by=by, step=_step(step, place, known_page))
    for key in changes.steps.void:
        void_step(step=VisitStep.objects.get(pk=key), by=by, reason=_otherwise(entering))
    visit = Visit.objects.get(pk=visit.pk)
    for name, text in changes.texts.items():
        setattr(visit, name, text)
    # What only a voided step had as its source is kept too.
    addresses = [*entering.read.sources, *(step.address for step in changes.facts.steps if step.address)]
    note = lines(visit.note, changes.note)
    note = lines(note, *unknown_addresses(addresses, facts_of(visit, entering.known).steps, note))
    if changes.texts or note != visit.note:
        visit.note = note
        save_record(record=visit, by=by)
    return visit


def _write_parts(changes: VisitChanges, entering: Entering, visit: Visit, by: User | None) -> None:
    if changes.leg is not None:
        leg = VisitLeg.objects.get(pk=changes.leg[0])
        leg.country = Country.objects.get(iso3=changes.leg[1])
        save_part(part=leg, by=by)
    first = 1 + max(visit.legs.values_list("order", flat=True), default=-1)
    for leg in _legs(changes.countries, changes.territories, first):
        leg.visit = visit
        save_part(part=leg, by=by)
    for order, key in enumerate(changes.mandates, start=len(changes.facts.mandates)):
        mandate = _mandate(key, entering, by)
        save_part(part=VisitMandate(visit=Visit.objects.get(pk=visit.pk), mandate=mandate, order=order), by=by)
    entering.terms = changes.terms
    for order, term in enumerate(_terms(entering, by), start=len(changes.facts.members)):
        if not VisitExpert.objects.filter(visit=visit, term=term).exists():
            save_part(part=VisitExpert(visit=Visit.objects.get(pk=visit.pk), term=term, order=order), by=by)


def _otherwise(entering: Entering) -> str:
    told = _("told otherwise by %(list)s") % {"list": entering.reason}
    return told[:300]


def _mandate(key: str, entering: Entering, by: User | None) -> Mandate:
    if not key.startswith(f"{ENTER}:"):
        return Mandate.objects.get(slug=key)
    text = key.removeprefix(f"{ENTER}:")
    # A row before this one may have entered it.
    found = entering.known.mandates.find(text)
    if found.key:
        return Mandate.objects.get(slug=found.key)
    mandate: Mandate = save_part(part=mandate_called(text, entering.known), by=by)
    if text != mandate.name:
        save_part(part=Alias(mandate=mandate, text=text), by=by)
    entering.known.note_mandate(mandate, text)
    return mandate


def _terms(entering: Entering, by: User | None) -> list[MandateTerm]:
    """Return the terms of those who travelled; what a tick lets enter is entered."""
    found = list(entering.terms)
    for name, mandate in entering.people:
        found.append(enter_term(enter_person(name, entering.known, by), _mandate(mandate, entering, by), entering, by))
    for slug, mandate in entering.holders:
        person = entering.known.seen(Person.objects).get(slug=slug)
        found.append(enter_term(person, _mandate(mandate, entering, by), entering, by))
    return list({term.pk: term for term in found}.values())


def enter_person(name: str, known: Known, by: User | None) -> Person:
    """Enter a person under this name, which is their preferred full one."""
    person: Person = save_part(part=Person(name=name[:200], slug=new_slug(name)), by=by)
    save_part(part=PersonName(person=person, text=name[:200], preferred=True), by=by)
    known.note_person(person)
    return Person.objects.get(pk=person.pk)


def enter_term(person: Person, mandate: Mandate, entering: Entering, by: User | None) -> MandateTerm:
    """Enter somebody as holder of a mandate, without dates: a list of visits gives none."""
    part = MandateTerm(person=person, mandate=Mandate.objects.get(pk=mandate.pk), source_note=entering.reason)
    term: MandateTerm = save_part(part=part, by=by)
    return term


def _page(address: str, known: Known, by: User | None) -> Source:
    source = known.source_at(address)
    if source is None:
        note = _("known by its address from a list")
        source = Source(kind="web_page", title=title_of(address), url=address, consulted=False, note=note)
        enter_source(source=source, by=by)
        known.note_source(address, source)
    return source
