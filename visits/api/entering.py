"""From the bodies of the API to the actions: what each resource of `visits` is entered, changed and taken out by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from visits.actions import (
    enter_meeting,
    enter_source,
    enter_visit,
    own_compartment,
    remove_part,
    save_part,
    save_record,
)
from visits.api import bodies, known
from visits.api.writing import Writer
from visits.choices import Visibility
from visits.models import (
    Mandate,
    MandateTerm,
    Meeting,
    Office,
    Organisation,
    Participant,
    Person,
    PersonName,
    Record,
    Source,
    User,
    Visit,
    VisitLeg,
    VisitStep,
)
from visits.slugs import new_slug


@transaction.atomic
def change(*, row: Any, by: User, data: dict[str, Any]) -> Any:
    """Store a record, a part of one or a row of the vocabulary with other values, at the version that was read."""
    for name, value in data.items():
        setattr(row, name, value)
    if isinstance(row, Record):
        if row.visibility != Visibility.CONFIDENTIAL:
            row.compartment = None
        elif row.compartment is None:
            row.compartment = own_compartment(row, by)
        return save_record(record=row, by=by, version=row.version)
    return save_part(part=row, by=by, version=row.version)


def take_out(*, row: Any, by: User) -> None:
    """Take a part out of its record."""
    remove_part(part=row, by=by, version=row.version)


def named(model: Callable[..., Any]) -> Callable[..., Any]:
    """Return how a row that has a name is entered; its slug is made of that, with a random end."""

    def enter(*, by: User, **data: Any) -> Any:
        return save_part(part=model(slug=new_slug(data["name"]), **data), by=by)

    return enter


def part(model: Callable[..., Any]) -> Callable[..., Any]:
    """Return how a part of a record is entered."""

    def enter(*, by: User, **data: Any) -> Any:
        return save_part(part=model(**data), by=by)

    return enter


def _visit(
    *,
    by: User,
    mandates: Sequence[Mandate] = (),
    legs: Sequence[dict[str, Any]] = (),
    experts: Sequence[MandateTerm] = (),
    steps: Sequence[dict[str, Any]] = (),
    **data: Any,
) -> Visit:
    return enter_visit(
        visit=Visit(slug=new_slug(data["title"]), **data),
        by=by,
        mandates=list(dict.fromkeys(mandates)),
        legs=[VisitLeg(order=order, **leg) for order, leg in enumerate(legs)],
        experts=[(term, ()) for term in dict.fromkeys(experts)],
        steps=[VisitStep(**step) for step in steps],
    )


def _meeting(*, by: User, participants: Sequence[Participant] = (), **data: Any) -> Meeting:
    return enter_meeting(meeting=Meeting(**data), by=by, participants=participants)


def _source(*, by: User, relays: Sequence[dict[str, Any]] = (), **data: Any) -> Source:
    passed_on = {relay["original"]: relay.get("kind", "relays") for relay in relays}
    return enter_source(source=Source(**data), by=by, relays=passed_on)


@transaction.atomic
def _person(*, by: User, **data: Any) -> Person:
    person: Person = named(Person)(by=by, **data)
    save_part(part=PersonName(person=person, text=person.name, preferred=True), by=by)
    return person


VISITS = Writer(bodies.VisitEntry, _visit, bodies.VisitChange, change)
MEETINGS = Writer(bodies.MeetingEntry, _meeting, bodies.MeetingChange, change)
SOURCES = Writer(bodies.SourceEntry, _source, bodies.SourceChange, change, known=known.sources)
PEOPLE = Writer(bodies.PersonEntry, _person, bodies.PersonBody, change, known=known.people)
ORGANISATIONS = Writer(
    bodies.OrganisationEntry, named(Organisation), bodies.OrganisationBody, change, known=known.organisations
)
OFFICES = Writer(bodies.OfficeEntry, part(Office), bodies.OfficeChange, change, take_out)
MANDATES = Writer(bodies.MandateEntry, named(Mandate), bodies.MandateBody, change, known=known.of_this_name)
COUNTRIES = Writer(changed=bodies.CountryBody, change=change)
