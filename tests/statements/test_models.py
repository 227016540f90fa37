"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from statements.models import (
    Attribution,
    Citation,
    Commitment,
    CommitmentEvidence,
    Erratum,
    MeetingTopic,
    Position,
    PositionEvidence,
    Statement,
    StatementAddressee,
    StatementLink,
    StatementSpeaker,
    StatementText,
    StatementTopic,
    TopicAlias,
)
from tests import factories as make
from visits.models import Alias, MandateTerm, MandateTitle, Meeting, Office

pytestmark = pytest.mark.django_db


def stored(row) -> bool:  # type: ignore[no-untyped-def]
    """Whether the database takes the row, asked past every check of the model."""
    if hasattr(row, "default_visibility"):
        row.visibility = row.visibility or "internal"
    try:
        with transaction.atomic():
            type(row)._base_manager.bulk_create([row])
    except IntegrityError:
        return False
    return True


def named(which: tuple[bool, ...]) -> dict[str, object]:
    """Return person, organisation, mandate and label, as far as they are asked for."""
    makers = {
        "person": make.person,
        "organisation": make.organisation,
        "mandate": make.mandate,
        "label": lambda: "a villager",
    }
    return {name: maker() for (name, maker), wanted in zip(makers.items(), which, strict=True) if wanted}


@pytest.mark.parametrize("model", [StatementSpeaker, StatementAddressee, Attribution])
@pytest.mark.parametrize("which", list(product((False, True), repeat=4)), ids=str)
def test_a_voice_is_exactly_one_of_four(model, which: tuple[bool, ...]) -> None:  # type: ignore[no-untyped-def]
    side = {} if model is StatementAddressee else {"side": "government"}
    row = model(statement=make.statement(), order=9, **side, **named(which))
    assert stored(row) == (sum(which) == 1)


def test_a_speaker_has_an_office_or_a_term_and_not_both_and_a_side_that_is_known() -> None:
    statement, person = make.statement(), make.person()
    office, term = make.office(person=person), make.term(person=person)
    common = {"statement": statement, "person": person, "side": "government"}
    assert not stored(StatementSpeaker(order=5, office=office, term=term, **common))
    assert stored(StatementSpeaker(order=6, office=office, **common))
    assert stored(StatementSpeaker(order=7, term=term, **common))
    assert not stored(StatementSpeaker(order=8, **{**common, "side": "martian"}))
    assert not stored(StatementSpeaker(order=9, **{**common, "side": ""}))


@pytest.mark.parametrize("model", [StatementSpeaker, StatementAddressee, Attribution])
def test_two_voices_do_not_stand_at_one_place(model) -> None:  # type: ignore[no-untyped-def]
    statement = make.statement()
    side = {} if model is StatementAddressee else {"side": "government"}
    assert stored(model(statement=statement, order=5, label="one", **side))
    assert not stored(model(statement=statement, order=5, label="two", **side))


@pytest.mark.parametrize("which", list(product((False, True), repeat=2)), ids=str)
def test_a_citation_names_a_source_or_a_note(which: tuple[bool, bool]) -> None:
    statement = make.statement()
    given = {}
    if which[0]:
        given["source"] = make.source()
    if which[1]:
        given["note"] = make.note(meeting=make.meeting())
    assert stored(Citation(statement=statement, **given)) == (sum(which) == 1)


@pytest.mark.parametrize("which", list(product((False, True), repeat=2)), ids=str)
def test_evidence_on_a_commitment_is_a_statement_or_a_source(which: tuple[bool, bool]) -> None:
    commitment = make.commitment()
    given = {}
    if which[0]:
        given["statement"] = make.statement()
    if which[1]:
        given["source"] = make.source()
    assert stored(CommitmentEvidence(commitment=commitment, **given)) == (sum(which) == 1)


def test_a_column_has_one_position_on_a_topic_in_a_visit() -> None:
    visit, topic = make.visit(), make.topic()
    first = {"visit": visit, "topic": topic, "column": "state", "summary": "so"}
    assert stored(Position(**first))
    assert not stored(Position(**first))
    assert stored(Position(**{**first, "column": "civil"}))
    assert stored(Position(**{**first, "topic": make.topic()}))
    assert stored(Position(**{**first, "visit": make.visit()}))
    assert not stored(Position(**{**first, "column": "middle"}))
    # Whoever is in no compartment learns of none by a refusal.
    room = make.compartment()
    assert stored(Position(**first, **make.confidential(room)))
    assert stored(Position(**{**first, **make.confidential(room), "workflow": "draft"}))
    # Nor of what was removed.
    assert stored(Position(**first, workflow="removed"))


def test_words_are_never_empty_and_one_version_is_preferred() -> None:
    statement = make.statement()
    assert not stored(StatementText(statement=statement, kind="own", text=""))
    assert not stored(StatementText(statement=statement, kind="own", text="so", preferred=True))
    assert stored(StatementText(statement=statement, kind="own", text="so"))
    assert not stored(Erratum(statement=statement, text=""))


@pytest.mark.parametrize("name", ["act", "mode", "occasion"])
def test_the_words_for_a_statement_are_known(name: str) -> None:
    values = {"act": "asserts", "mode": "direct", "occasion": "letter"}
    assert stored(Statement(**values))
    assert not stored(Statement(**{**values, name: "unheard"}))


def test_a_statement_has_a_compartment_if_and_only_if_it_is_confidential() -> None:
    values = {"act": "asserts", "mode": "direct", "occasion": "letter"}
    within = make.compartment()
    assert not stored(Statement(**values, visibility="confidential"))
    assert not stored(Statement(**values, visibility="public", compartment=within))
    assert stored(Statement(**values, visibility="confidential", compartment=within))
    assert not stored(Statement(**values, workflow="lost"))


def test_what_is_said_once_is_stored_once() -> None:
    one, two, topic = make.statement(), make.statement(), make.topic()
    meeting, position = make.meeting(), make.position()
    for model, values in (
        (StatementLink, {"from_statement": one, "to_statement": two, "kind": "denies"}),
        (StatementTopic, {"statement": one, "topic": topic}),
        (MeetingTopic, {"meeting": meeting, "topic": topic}),
        (TopicAlias, {"topic": topic, "text": "other word", "folded": "other word"}),
        (PositionEvidence, {"position": position, "statement": one}),
    ):
        assert stored(model(**values)), model
        assert not stored(model(**values)), model


def test_nothing_answers_or_stands_under_itself() -> None:
    statement, topic = make.statement(), make.topic()
    assert not stored(StatementLink(from_statement=statement, to_statement=statement, kind="repeats"))
    with pytest.raises(IntegrityError), transaction.atomic():
        type(topic)._base_manager.filter(pk=topic.pk).update(parent=topic)


def test_a_commitment_is_in_a_state_that_is_known_and_due_on_a_date_that_is_whole() -> None:
    statement = make.statement()
    assert stored(Commitment(statement=statement, what="so", due="2022-10"))
    assert not stored(Commitment(statement=statement, what="so", state="lost"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment._base_manager.update(due="2022-11")


@pytest.mark.parametrize(
    ("since", "until", "taken"),
    [
        ("2022-08", "2022-07", False),
        ("2022-08-15", "2022-08-14", False),
        ("2022-08", "2022-08", True),
        ("2022-08-15", "2022", True),
        ("2022", "", True),
        ("", "2022", True),
    ],
)
def test_nothing_ends_before_it_begins(since: str, until: str, *, taken: bool) -> None:
    mandate, person = make.mandate(), make.person()
    common = {"since": since, "until": until}
    assert stored(Office(person=person, title="Minister", side="government", **common)) == taken
    assert stored(MandateTerm(mandate=mandate, person=person, **common)) == taken
    assert stored(MandateTitle(mandate=mandate, title="Expert", holder_kind="IE", **common)) == taken


def test_a_meeting_does_not_end_before_it_begins_and_its_hours_name_their_zone() -> None:
    visit = make.visit()
    zone = {"time_zone": "Asia/Phnom_Penh"}
    assert stored(Meeting(visit=visit, title="so", starts_at="10:00", ends_at="11:00", **zone))
    assert not stored(Meeting(visit=visit, title="so", starts_at="10:00", ends_at="09:00", **zone))
    assert not stored(Meeting(visit=visit, title="so", starts_at="10:00"))


@pytest.mark.parametrize("which", list(product((False, True), repeat=4)), ids=str)
def test_an_alias_is_another_name_of_exactly_one(which: tuple[bool, ...]) -> None:
    makers = {
        "country": make.country,
        "mandate": make.mandate,
        "person": make.person,
        "organisation": make.organisation,
    }
    given = {name: maker() for (name, maker), wanted in zip(makers.items(), which, strict=True) if wanted}
    assert stored(Alias(text="Old name", folded="old name", **given)) == (sum(which) == 1)


def test_a_heading_says_who_says_what_as_far_as_the_reader_may_see_it(people, django_assert_num_queries):
    closed = make.compartment(members=(people.editor,))
    hidden = make.source(**make.confidential(closed))
    texts = (
        make.text("“One two three four five six seven eight nine ten eleven”", source=hidden, preferred=True),
        make.text("Said openly."),
    )
    speakers = (make.speaker(person=make.person(name="Lena Brook")), make.speaker(label="a villager", side="affected"))
    rows = [make.statement(act="asks", speakers=speakers, texts=texts), make.statement(texts=(make.text("Else."),))]
    with django_assert_num_queries(1):
        told = Statement.headings(rows, people.editor)
    assert told[rows[0].pk] == "Lena Brook, a villager asks: One two three four five six seven eight nine ten…"
    assert told[rows[1].pk].endswith(": Else.")
    told = Statement.headings(rows, people.member)
    assert told[rows[0].pk] == "Lena Brook, a villager asks: Said openly."
