"""What a row changes of a visit on record: field by field, told to whoever looks at the preview, and ready to write."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from visits.access import Permission, has_permission
from visits.choices import StepKind, Workflow
from visits.folding import fold
from visits.imports.kinds import ENTER, Change, Judged, Problem
from visits.imports.visit_facts import VisitFacts
from visits.imports.visit_rows import Step, VisitRow, steps_of
from visits.imports.visit_steps import (
    Plan,
    Stored,
    plan_steps,
    says_the_same,
    status_after,
    tells_of_an_earlier_plan,
    unknown_addresses,
)
from visits.imports.visit_writing import Entering
from visits.models import MandateTerm, Visit

_TEXTS = {"place": "title", "kind": "kind", "purpose": "purpose", "duration": "duration_as_reported"}


@dataclass(slots=True)
class VisitChanges:
    """What is to be written: texts by the name of the model's field, one leg put right, parts and steps added."""

    facts: VisitFacts
    texts: dict[str, str] = field(default_factory=dict)
    leg: tuple[int, str] | None = None
    countries: list[str] = field(default_factory=list)
    territories: list[str] = field(default_factory=list)
    mandates: list[str] = field(default_factory=list)
    terms: list[MandateTerm] = field(default_factory=list)
    steps: Plan = field(default_factory=lambda: Plan([], []))
    addresses: list[str] = field(default_factory=list)
    note: str = ""


def compare(facts: VisitFacts, entering: Entering, judged: Judged) -> VisitChanges:
    """Return what a row changes of a visit, and tell it in `judged` field by field."""
    row, read, visit = entering.row, entering.read, facts.visit
    changes = VisitChanges(facts)
    told = judged.changes
    values = {"place": row["place"], "kind": read.kind, "purpose": row["purpose"], "duration": row["duration"]}
    for name, attribute in _TEXTS.items():
        before = getattr(visit, attribute)
        if values[name] and _plain(values[name]) != _plain(before):
            changes.texts[attribute] = values[name]
            told.append(Change(name, before, values[name]))
    _compare_places(told, changes, entering)
    changes.mandates = [slug for slug in entering.mandates if slug not in facts.mandates]
    told += [Change("mandates", "", slug.removeprefix(f"{ENTER}:")) for slug in changes.mandates]
    mine = set(facts.members)
    changes.terms = [term for term in entering.terms if (term.person.slug, term.mandate.slug) not in mine]
    told += [Change("holders", "", str(term.person)) for term in changes.terms]
    told += [Change("holders", "", name) for name, _mandate in entering.people]
    told += [Change("holders", "", entering.known.people.labels[slug]) for slug, _mandate in entering.holders]
    _compare_steps(judged, changes, entering)
    changes.addresses = unknown_addresses(read.sources, facts.steps, visit.note)
    told += [Change("addresses", "", address) for address in changes.addresses]
    if row["note"] and _plain(row["note"]) not in _plain(visit.note):
        changes.note = row["note"]
        told.append(Change("note", "", row["note"]))
    by = entering.known.by
    closed = visit.workflow in {Workflow.PUBLISHED, Workflow.WITHDRAWN}
    if told and closed and by is not None and not has_permission(by, Permission.PUBLISH):
        reason = _("The visit is published: reviewers change it.")
        judged.problems.append(Problem("id", judged.about, reason))
    return changes


def _compare_places(told: list[Change], changes: VisitChanges, entering: Entering) -> None:
    facts, places = changes.facts, entering.places
    countries = [iso3 for iso3 in places.countries if iso3 not in facts.countries]
    on_record = {fold(name) for name in facts.territories}
    territories = [name for name in places.territories if fold(name) not in on_record]
    if len(countries) == 1 and len(places.countries) == 1 and len(facts.legs) == 1 and not territories:
        # One place that is said to be another.
        changes.leg = (facts.legs[0][0], countries[0])
        before = entering.known.countries.labels.get(facts.legs[0][1], facts.legs[0][2])
        told.append(Change("country", before, entering.known.countries.labels[countries[0]]))
        return
    changes.countries, changes.territories = countries, territories
    told += [Change("country", "", entering.known.countries.labels[iso3]) for iso3 in countries]
    told += [Change("territories", "", name) for name in territories]


def _compare_steps(judged: Judged, changes: VisitChanges, entering: Entering) -> None:
    facts, read = changes.facts, entering.read
    visit = facts.visit
    same_status = says_the_same(read.status, visit.status)
    kind = visit.dates_kind if visit.dates_kind in {"start_only", "end_only"} else ""
    same_dates = not read.dates or (read.dates == visit.dates and read.dates_kind == kind)
    status = read.status
    if tells_of_an_earlier_plan(read, facts.steps):
        # A list that is behind the record contradicts nothing.
        same_status, same_dates, status = True, True, ""
    documents = {step.document for step in facts.steps}
    reports = [Step("report", "holder", document=text) for text in read.reports if text not in documents]
    wanted = reports if same_status and same_dates else [*_steps_against(read, visit), *reports]
    if not same_dates and not read.status and not wanted:
        told = _("Dates alone do not tell whether it was held: give a status.")
        judged.problems.append(Problem("status", "", told))
        return
    plan = plan_steps(wanted, facts.steps, status)
    after = status_after(plan, facts.steps, [*facts.mandates, *changes.mandates]) if plan else visit.status
    if plan and not says_the_same(status, after):
        told = _("With what is on record the visit stays “%(status)s”: enter its steps by hand.")
        judged.problems.append(Problem("status", read.status, told % {"status": after}))
        return
    changes.steps = plan
    by_key_of = {step.key: step for step in facts.steps}
    for step, key in plan.add:
        before = by_key_of[key] if key is not None else None
        judged.changes.append(Change("status", _told(before) if before else "", _told(step)))
    judged.changes += [Change("status", _told(by_key_of[key]), "") for key in plan.void]


def _steps_against(read: VisitRow, visit: Visit) -> list[Step]:
    """Return the steps of a row whose status or dates are not those on record."""
    return steps_of(read if read.status else replace(read, status=visit.status, reports=["-"]))


def _told(step: Step | Stored) -> str:
    """Return a step in words, with what it names."""
    parts = [str(StepKind(step.kind).label), step.date, step.proposed, step.document]
    return " ".join(part for part in parts if part)


def _plain(text: str) -> str:
    """Return a text without what files change of it: runs of spaces and kinds of line ends."""
    return " ".join(text.split())
