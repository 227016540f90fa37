"""A row of each resource of the API, public, and beside each of them rows that are hidden."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import config.api  # noqa: F401 - registers the resources
from statements.models import Citation, CommitmentEvidence, TopicAlias
from tests import factories as make
from visits.models import Compartment, PersonName, SourceRelay, Visit

# What stands in every hidden row, and in no other.
CANARY = "canary"


@dataclass
class World:
    """The keys of one public row of each resource."""

    keys: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)


def public_world(number: int = 1) -> World:
    """Return a world of public rows that lead to each other."""
    country = make.country()
    term = make.term(mandate=make.mandate(country=country))
    visit = make.visit(experts=((term, ()),), legs=(_leg(country),))
    topic = make.topic(parent=make.topic())
    TopicAlias(topic=topic, text=f"Other word {topic.pk}").save()
    body = make.organisation(country=country, parent=make.organisation())
    person = make.person()
    PersonName(person=person, text=f"Another name {person.pk}").save()
    office = make.office(person=person, organisation=body)
    meeting = make.meeting(visit=visit)
    make.participant(meeting=meeting, person=person, office=office)
    make.participant(meeting=meeting, organisation=body.parent)
    _about(meeting, topic)
    source = make.source(url="https://news.example.org/1", author="A. Writer; B. Writer", language="en")
    original = make.source(traced_by=visit)
    SourceRelay(source=source, original=original).save()
    statement = make.statement(
        visit=visit,
        meeting=meeting,
        act="commits",
        speakers=(
            make.speaker(person=person, office=office),
            make.speaker(organisation=body),
            make.speaker(mandate=term.mandate, side="mandate_holder"),
        ),
        citations=(Citation(source=source, exact="quoted words"), Citation(source=original, role="corroborates")),
        topics=(topic,),
    )
    commitment = make.commitment(statement=statement, by_whom=body, evidence=(CommitmentEvidence(source=source),))
    rows = {
        "visits": visit, "meetings": meeting, "statements": statement, "sources": source, "people": person,
        "organisations": body, "offices": office, "mandates": term.mandate, "countries": country, "topics": topic,
        "commitments": commitment, "citations": statement.citations.first(),
    }  # fmt: skip
    return World(rows=rows)


def _leg(country: Any) -> Any:
    from visits.models import VisitLeg

    return VisitLeg(country=country, place="Capital")


def _about(meeting: Any, topic: Any) -> None:
    from statements.models import MeetingTopic

    MeetingTopic(meeting=meeting, topic=topic).save()


def hidden_world(visit: Visit, statement: Any, within: Compartment) -> int:
    """Enter hidden rows of every kind beside a public visit and statement; return how many of each there are."""
    states = (make.draft(), make.internal(), make.confidential(within))
    for number, state in enumerate(states):
        # The vocabulary of countries and mandates is public: a hidden visit brings no new word into it.
        make.visit(
            **state, title=f"{CANARY} {number}", purpose=CANARY, follows=visit, slug=f"{CANARY}-visit-{number}",
            legs=(_leg(visit.legs.first().country),), mandates=tuple(visit.mandates.all()),
        )  # fmt: skip
        person = make.person(name=f"{CANARY} person {number}", slug=f"{CANARY}-person-{number}")
        body = make.organisation(name=f"{CANARY} body {number}", slug=f"{CANARY}-body-{number}")
        office = make.office(person=person, organisation=body, title=f"{CANARY} office {number}")
        topic = make.topic(name=f"{CANARY} topic {number}", slug=f"{CANARY}-topic-{number}")
        meeting = make.meeting(visit=visit, title=f"{CANARY} meeting {number}", **state, public_summary=CANARY)
        make.participant(meeting=meeting, person=person, office=office)
        _about(meeting, topic)
        source = make.source(title=f"{CANARY} source {number}", **state, url=f"https://{CANARY}.example.org/{number}")
        said = make.statement(
            visit=visit,
            **state,
            speakers=(make.speaker(person=person, office=office), make.speaker(organisation=body)),
            texts=(make.text(f"{CANARY} words"),),
            citations=(Citation(source=source, exact=f"{CANARY} quoted"),),
            topics=(topic,),
            links=(("clarifies", statement),),
        )
        make.commitment(statement=said, what=f"{CANARY} promise", by_whom=body, **state)
        # A second proof of a public statement, out of a hidden source.
        Citation(statement=statement, source=source, exact=f"{CANARY} proof").save()
        SourceRelay(source=statement.citations.first().source, original=source).save()
    return len(states)
