"""The gate of statements: their own, their visit's, their meeting's and their proof's."""

from __future__ import annotations

import pytest

from statements.models import (
    Citation,
    Commitment,
    CommitmentEvidence,
    MeetingTopic,
    Position,
    PositionEvidence,
    Statement,
    StatementLink,
    StatementSpeaker,
    StatementText,
    Topic,
)
from tests import factories as make
from tests.cast import NAMES, Cast

pytestmark = pytest.mark.django_db

INSIDERS = {"member", "editor", "reviewer", "admin"}
DESK = {"editor", "reviewer", "admin"}


def who_sees(row, people: Cast) -> set[str]:  # type: ignore[no-untyped-def]
    """Return the names of those whom the row reaches."""
    return {name for name in NAMES if type(row).objects.visible_to(people.named(name)).filter(pk=row.pk).exists()}


def set_raw(row, **values) -> None:  # type: ignore[no-untyped-def]
    """Write past the actions: the gate has to hold whatever the rows say."""
    type(row)._base_manager.filter(pk=row.pk).update(**values)


STATES = {
    "published": (make.published(), set(NAMES)),
    "internal": (make.internal(), INSIDERS),
    "draft": (make.draft(), DESK),
    "withdrawn": ({"workflow": "withdrawn", "visibility": "public"}, DESK),
    "removed": ({"workflow": "removed", "visibility": "public"}, set()),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("whose", ["statement", "visit", "meeting", "source"])
def test_a_statement_is_hidden_with_itself_its_visit_its_meeting_and_its_only_proof(
    whose: str, state: str, people: Cast
) -> None:
    visit = make.visit()
    meeting, source = make.meeting(visit=visit), make.source()
    statement = make.statement(visit=visit, meeting=meeting, citations=(Citation(source=source),))
    values, names = STATES[state]
    set_raw({"statement": statement, "visit": visit, "meeting": meeting, "source": source}[whose], **values)
    assert who_sees(statement, people) == names


@pytest.mark.parametrize("whose", ["statement", "visit", "meeting", "source"])
def test_in_a_compartment_it_reaches_only_the_named(whose: str, people: Cast) -> None:
    visit = make.visit()
    meeting, source = make.meeting(visit=visit), make.source()
    statement = make.statement(visit=visit, meeting=meeting, citations=(Citation(source=source),))
    within = make.compartment(members=(people.member,))
    row = {"statement": statement, "visit": visit, "meeting": meeting, "source": source}[whose]
    set_raw(row, visibility="confidential", compartment=within)
    assert who_sees(statement, people) == {"member"}


@pytest.mark.parametrize(("published_as", "names"), [("full", set(NAMES)), ("count", INSIDERS), ("not", INSIDERS)])
def test_what_was_said_in_a_meeting_that_is_not_published_in_full_is_internal(
    published_as: str, names: set[str], people: Cast
) -> None:
    statement = make.statement(meeting=make.meeting(published_as=published_as))
    assert who_sees(statement, people) == names


def test_one_visible_proof_is_enough_and_only_that_one_is_shown(people: Cast) -> None:
    hidden = make.source()
    statement = make.statement(citations=(Citation(source=hidden), Citation(source=make.source())))
    set_raw(hidden, visibility="internal")
    assert who_sees(statement, people) == set(NAMES)
    first, second = Citation.objects.order_by("pk")
    assert who_sees(first, people) == INSIDERS
    assert who_sees(second, people) == set(NAMES)


def test_what_rests_on_a_note_alone_is_as_hidden_as_the_note(people: Cast) -> None:
    meeting = make.meeting()
    note = make.note(meeting=meeting, author=people.editor)
    statement = make.statement(
        visit=meeting.visit, citations=(Citation(note=note),), visibility="internal", workflow="published"
    )
    assert who_sees(statement, people) == INSIDERS
    set_raw(note, visibility="confidential", compartment=make.compartment(members=(people.reviewer,)))
    assert who_sees(statement, people) == {"reviewer"}
    set_raw(meeting, visibility="confidential", compartment=make.compartment(members=(people.member,)))
    assert who_sees(statement, people) == set()


def test_one_without_any_proof_is_for_the_desk(people: Cast) -> None:
    statement = make.statement(citations=(), **make.draft())
    assert who_sees(statement, people) == DESK
    set_raw(statement, workflow="published")
    assert who_sees(statement, people) == DESK


def test_parts_are_as_hidden_as_their_statement_and_a_version_as_its_source(people: Cast) -> None:
    source = make.source()
    statement = make.statement(texts=(make.text(), make.text(language="km", source=source)))
    version = StatementText.objects.get(language="km")
    speaker = StatementSpeaker.objects.get()
    set_raw(source, visibility="internal")
    assert who_sees(version, people) == INSIDERS
    assert who_sees(speaker, people) == set(NAMES)
    set_raw(statement, workflow="draft")
    assert who_sees(version, people) == who_sees(speaker, people) == DESK


@pytest.mark.parametrize("end", ["from_statement", "to_statement"])
@pytest.mark.parametrize("state", STATES)
def test_a_link_needs_both_of_its_ends(end: str, state: str, people: Cast) -> None:
    one, two = make.statement(), make.statement()
    link = StatementLink(from_statement=one, to_statement=two, kind="denies")
    link.save()
    values, names = STATES[state]
    set_raw(getattr(link, end), **values)
    assert who_sees(link, people) == names


@pytest.mark.parametrize("state", STATES)
def test_a_position_needs_all_of_its_evidence(state: str, people: Cast) -> None:
    visit = make.visit()
    evidence = (make.statement(visit=visit), make.statement(visit=visit))
    position = make.position(visit=visit, evidence=evidence)
    assert who_sees(position, people) == set(NAMES)
    values, names = STATES[state]
    set_raw(evidence[1], **values)
    assert who_sees(position, people) == names
    # What rests on a hidden statement tells of it by its other evidence too.
    assert who_sees(PositionEvidence.objects.first(), people) == names


def test_a_position_without_evidence_is_for_the_desk(people: Cast) -> None:
    position = make.position()
    PositionEvidence.objects.all().delete()
    assert who_sees(position, people) == DESK


@pytest.mark.parametrize("state", STATES)
def test_a_position_and_a_commitment_are_hidden_with_their_visit(state: str, people: Cast) -> None:
    visit = make.visit()
    position = make.position(visit=visit)
    commitment = make.commitment(statement=make.statement(visit=visit))
    values, names = STATES[state]
    set_raw(visit, **values)
    assert who_sees(position, people) == who_sees(commitment, people) == names


@pytest.mark.parametrize("state", STATES)
def test_a_commitment_is_hidden_with_its_statement_and_its_evidence_with_either(state: str, people: Cast) -> None:
    later, source = make.statement(), make.source()
    commitment = make.commitment(evidence=(CommitmentEvidence(statement=later), CommitmentEvidence(source=source)))
    by_statement, by_source = CommitmentEvidence.objects.order_by("pk")
    values, names = STATES[state]
    set_raw(later, **values)
    assert who_sees(by_statement, people) == names
    assert who_sees(by_source, people) == who_sees(commitment, people) == set(NAMES)
    set_raw(commitment.statement, **values)
    assert who_sees(by_source, people) == who_sees(commitment, people) == names


def test_a_topic_exists_through_a_statement_or_meeting_that_the_reader_may_see(people: Cast) -> None:
    unused, told, touched = make.topic(), make.topic(), make.topic()
    statement = make.statement(topics=(told,))
    meeting = make.meeting()
    row = MeetingTopic(meeting=meeting, topic=touched)
    row.save()
    assert who_sees(unused, people) == DESK
    assert who_sees(told, people) == who_sees(touched, people) == who_sees(row, people) == set(NAMES)
    set_raw(statement, visibility="internal")
    set_raw(meeting, published_as="count")
    assert who_sees(told, people) == who_sees(touched, people) == who_sees(row, people) == INSIDERS


def test_statements_are_found_by_visit_topic_speaker_and_source_once_each() -> None:
    visit, topic, person, source = make.visit(), make.topic(), make.person(), make.source()
    late = make.statement(visit=visit, date="2022-08-20")
    found = make.statement(
        visit=visit,
        date="2022-08-16",
        topics=(topic, make.topic()),
        speakers=(make.speaker(person=person), make.speaker()),
        citations=(Citation(source=source), Citation(source=source, role="corroborates")),
    )
    make.statement()
    rows = Statement.objects.all()
    assert list(rows.of_visit(visit)) == [found, late]
    assert list(rows.of_topic(topic)) == list(rows.spoken_by(person=person)) == list(rows.citing(source)) == [found]


def test_a_note_remains_of_a_withdrawn_statement_only_where_its_parents_are_seen(people: Cast) -> None:
    statement = make.statement()
    set_raw(statement, workflow="withdrawn")
    rows = Statement.objects.filter(pk=statement.pk)
    assert rows.withdrawn_for_everybody(people.anonymous).exists()
    set_raw(statement.visit, visibility="internal")
    assert not rows.withdrawn_for_everybody(people.anonymous).exists()
    assert rows.withdrawn_for_everybody(people.member).exists()


def test_every_record_of_the_app_has_a_gate() -> None:
    for model in (Statement, Position, Commitment, Topic, Citation):
        assert hasattr(model.objects.all(), "visible_to")
