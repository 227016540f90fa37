"""Rules across rows that no database constraint can say: found by `manage.py check_record`, kept by the actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models

from visits.actions import check_parents, check_visit, derive_visit
from visits.models import AccessNote, Meeting, MeetingNote, Organisation, Participant, Visit
from visits.models.base import check_no_cycle


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that breaks a rule: its model, its public id or primary key, and what is wrong."""

    model: str
    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.model} {self.row}: {self.what}"


Check = Callable[[], Iterator[Finding]]
CHECKS: list[Check] = []


def register(check: Check) -> Check:
    """Add a check to those that `check_record` runs."""
    CHECKS.append(check)
    return check


def finding(row: models.Model, what: str) -> Finding:
    """Return a finding on `row`, named by an id: a slug is made of a name, and logs carry none."""
    return Finding(row._meta.label, str(getattr(row, "public_id", None) or row.pk), what)


def check_rows(model: type[models.Model], *related: str) -> Iterator[Finding]:
    """Yield a finding for each row of `model` that its parents do not allow."""
    for row in model._base_manager.select_related(*related).iterator(chunk_size=500):
        try:
            check_parents(row)  # type: ignore[arg-type]
        except ValidationError as error:
            yield finding(row, " ".join(error.messages))


@register
def parents() -> Iterator[Finding]:
    """Find meetings, notes and access notes more visible than what they belong to, or of another visit."""
    yield from check_rows(Meeting, "visit", "leg", "compartment")
    yield from check_rows(MeetingNote, "meeting", "compartment")
    yield from check_rows(AccessNote, "visit", "leg", "source", "compartment")


@register
def derived() -> Iterator[Finding]:
    """Find visits whose stored status or dates are not those that their steps and legs give."""
    for visit in Visit._base_manager.prefetch_related("steps", "legs").iterator(chunk_size=500):
        for name, value in derive_visit(visit).items():
            if getattr(visit, name) != value:
                yield finding(visit, f"{name} is “{getattr(visit, name)}”, its steps give “{value}”")


@register
def moved() -> Iterator[Finding]:
    """Find visits with a member or step of a foreign mandate, and participants in another person's office or term."""
    for visit in Visit._base_manager.prefetch_related("visit_mandates", "steps").iterator(chunk_size=500):
        try:
            check_visit(visit)
        except ValidationError as error:
            yield finding(visit, " ".join(error.messages))
    rows = Participant._base_manager.select_related("meeting")
    for row in rows.filter(office__isnull=False).exclude(office__person=models.F("person")):
        yield finding(row.meeting, "a participant holds another person's office")
    for row in rows.filter(term__isnull=False).exclude(term__person=models.F("person")):
        yield finding(row.meeting, "a participant holds another person's term")


@register
def organisations() -> Iterator[Finding]:
    """Find organisations that are, through others, part of themselves."""
    yield from check_tree(Organisation)


def check_tree(model: type[models.Model]) -> Iterator[Finding]:
    """Yield a finding for each row of `model` that stands, through its parents, under itself."""
    for row in model._base_manager.filter(parent__isnull=False).iterator(chunk_size=500):
        try:
            check_no_cycle(row)
        except ValidationError as error:
            yield finding(row, " ".join(error.messages))


@register
def legs_of_steps() -> Iterator[Finding]:
    """Find steps and members whose leg belongs to another visit."""
    from visits.models import VisitExpertLeg, VisitStep

    for step in VisitStep._base_manager.filter(leg__isnull=False).exclude(leg__visit=models.F("visit")):
        yield finding(step, "its leg belongs to another visit")
    for row in VisitExpertLeg._base_manager.exclude(leg__visit=models.F("expert__visit")):
        yield finding(row, "its leg belongs to another visit")


def run() -> Iterator[Finding]:
    """Yield what all registered checks find."""
    for check in CHECKS:
        yield from check()
