"""The actions of statements: stored whole or not at all, versions and stamp raised, other visits refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from statements import actions
from statements.models import (
    Attribution,
    Citation,
    Commitment,
    CommitmentEvidence,
    Position,
    Statement,
    StatementAddressee,
    StatementLink,
    StatementText,
)
from tests import factories as make
from tests.cast import Cast, again
from visits.models import PublicationStamp

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index_in_step")]


def stamp() -> int:
    return PublicationStamp.objects.filter(pk=1).values_list("value", flat=True).first() or 0


# Entering a statement.


def test_a_statement_is_entered_whole_with_its_parts_in_order(people: Cast) -> None:
    topics = (make.topic(), make.topic())
    earlier = make.statement()
    row = make.statement(
        by=people.editor,
        workflow="draft",
        speakers=(make.speaker(label="first"), make.speaker(label="second")),
        texts=(make.text("in English"), make.text("in Khmer", language="km", kind="original", preferred=True)),
        citations=(Citation(source=make.source(), exact="words"), Citation(source=make.source(), role="contradicts")),
        topics=topics,
        addressees=(StatementAddressee(label="the minister"), StatementAddressee(label="the press")),
        attributions=(Attribution(label="observers"), Attribution(label="villagers")),
        links=(("replies_to", earlier),),
    )
    stored = again(row)
    assert stored.entered_by == people.editor
    assert [(part.order, part.label) for part in stored.speakers.all()] == [(0, "first"), (1, "second")]
    assert [(part.order, part.label) for part in stored.addressees.all()] == [(0, "the minister"), (1, "the press")]
    assert [(part.order, part.label) for part in stored.attributions.all()] == [(0, "observers"), (1, "villagers")]
    assert [(part.language, part.preferred) for part in stored.texts.all()] == [("km", True), ("en", False)]
    assert [part.role for part in stored.citations.all()] == ["primary", "contradicts"]
    assert [(part.order, part.topic) for part in stored.statement_topics.all()] == list(enumerate(topics))
    assert [(part.kind, part.to_statement) for part in stored.links.all()] == [("replies_to", earlier)]
    assert earlier.linked_from.get().from_statement == stored


def test_the_first_version_is_preferred_where_none_is_said_to_be() -> None:
    row = make.statement(texts=(make.text("one"), make.text("two", language="fr")))
    assert row.texts.get(preferred=True).text == "one"


@pytest.mark.parametrize("missing", ["speakers", "texts", "citations"])
def test_a_published_statement_without_speaker_words_or_proof_is_refused_and_nothing_is_stored(missing: str) -> None:
    before = stamp()
    visit, source = make.visit(), make.source()
    risen = stamp()
    parts = {"citations": (Citation(source=source),), missing: ()}
    with pytest.raises(ValidationError):
        make.statement(visit=visit, **parts)
    assert Statement._base_manager.count() == StatementText.objects.count() == 0
    assert stamp() == risen > before


def test_a_draft_may_still_lack_its_proof() -> None:
    assert make.statement(citations=(), **make.draft()).citations.count() == 0


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"consulted": False}, "opened"),
        ({"visibility": "internal"}, "more visible than what it cites"),
        ({"workflow": "draft"}, "published citation"),
    ],
)
def test_a_public_statement_rests_on_a_public_source_that_was_opened(source: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        make.statement(citations=(Citation(source=make.source(**source)),))


@pytest.mark.parametrize("act", ["denies", "agrees", "partly_agrees"])
def test_an_answering_act_says_what_it_answers_by_link_or_in_words(act: str) -> None:
    with pytest.raises(ValidationError, match="answers"):
        make.statement(act=act)
    earlier = make.statement()
    assert make.statement(act=act, links=(("denies", earlier),)).links.count() == 1
    assert make.statement(act=act, answers_text="an allegation that nobody is named for").answers_text


@pytest.mark.parametrize("part", ["meeting", "leg"])
def test_a_statement_in_a_meeting_or_leg_of_another_visit_is_refused(part: str) -> None:
    visit, other = make.visit(), make.visit()
    found = make.meeting(visit=other) if part == "meeting" else other.legs.get()
    with pytest.raises(ValidationError, match="another visit"):
        make.statement(visit=visit, **{part: found})


@pytest.mark.parametrize("state", [make.draft(), make.internal()])
def test_a_public_statement_of_a_visit_that_is_not_public_is_refused(state: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        make.statement(visit=make.visit(**state))


def test_a_speaker_in_the_office_or_term_of_somebody_else_is_refused() -> None:
    for given in ({"office": make.office()}, {"term": make.term()}):
        with pytest.raises(ValidationError, match="another person"):
            make.statement(speakers=(make.speaker(**given),))


def test_the_side_is_that_of_the_office_where_none_was_chosen() -> None:
    office, term = make.office(side="judiciary"), make.term()
    row = make.statement(
        speakers=(
            make.speaker(person=office.person, office=office, side="judiciary"),
            make.speaker(person=term.person, term=term, side="mandate_holder"),
        )
    )
    assert [part.column for part in row.speakers.all()] == ["state", "holder"]


@pytest.mark.parametrize("name", ["outsider", "reader", "member"])
def test_below_editor_nothing_is_written(name: str, people: Cast) -> None:
    by = people.named(name)
    one, two = make.statement(), make.statement()
    fresh = Statement(act="asserts", mode="direct", occasion="interview", visit=one.visit)
    position = Position(visit=one.visit, topic=make.topic(), column="state", summary="so")
    calls = [
        lambda: actions.enter_statement(statement=fresh, by=by, speakers=(make.speaker(),), texts=(make.text(),)),
        lambda: actions.link_statements(statement=one, to=two, kind="denies", by=by),
        lambda: actions.tell_erratum(statement=one, text="so", by=by),
        lambda: actions.enter_position(position=position, by=by, evidence=(one,)),
        lambda: actions.enter_commitment(commitment=Commitment(statement=one, what="so"), by=by),
        lambda: actions.name_meeting_topics(meeting=make.meeting(visit=one.visit), topics=(make.topic(),), by=by),
    ]
    for call in calls:
        with pytest.raises(PermissionDenied):
            call()
    assert Statement._base_manager.count() == 2


# Links.


def test_a_link_raises_the_version_of_both_ends_and_the_stamp(people: Cast) -> None:
    one, two = make.statement(), make.statement()
    versions, before = (one.version, two.version), stamp()
    actions.link_statements(statement=one, to=two, kind="corrects", by=people.reviewer)
    assert (again(one).version, again(two).version) == (versions[0] + 1, versions[1] + 1)
    assert one.links.get().to_statement == two
    assert two.linked_from.get().from_statement == one
    assert stamp() == before + 1


def test_a_link_between_drafts_raises_no_stamp(people: Cast) -> None:
    one, two = make.statement(**make.draft()), make.statement(**make.draft())
    before = stamp()
    actions.link_statements(statement=one, to=two, kind="denies", by=people.editor)
    assert stamp() == before


def test_a_link_that_is_stale_twice_the_same_or_to_itself_leaves_nothing(people: Cast) -> None:
    one, two = make.statement(), make.statement()
    stale = again(two)
    actions.link_statements(statement=one, to=two, kind="denies", by=people.reviewer)
    for statement, to, kind in ((one, again(two), "denies"), (one, one, "repeats"), (again(one), stale, "repeats")):
        with pytest.raises(ValidationError):
            actions.link_statements(statement=statement, to=to, kind=kind, by=people.reviewer)
    with pytest.raises(ValueError, match="admires"):
        actions.link_statements(statement=again(one), to=again(two), kind="admires", by=people.reviewer)
    assert StatementLink.objects.count() == 1


# Errata.


def test_an_erratum_takes_a_reviewer_and_raises_version_and_stamp(people: Cast) -> None:
    row = make.statement()
    version, before = row.version, stamp()
    with pytest.raises(PermissionDenied):
        actions.tell_erratum(statement=row, text="The name was misspelt.", by=people.editor)
    actions.tell_erratum(statement=row, text="The name was misspelt.", by=people.reviewer)
    assert (again(row).version, row.errata.get().text) == (version + 1, "The name was misspelt.")
    assert stamp() == before + 1


def test_an_erratum_without_words_is_refused(people: Cast) -> None:
    row = make.statement()
    with pytest.raises(ValidationError):
        actions.tell_erratum(statement=row, text="", by=people.reviewer)
    assert row.errata.count() == 0


# Positions.


def test_a_position_rests_on_its_evidence_in_order() -> None:
    visit = make.visit()
    evidence = (make.statement(visit=visit), make.statement(visit=visit))
    row = make.position(visit=visit, evidence=evidence)
    assert [part.statement for part in row.position_evidence.all()] == list(evidence)


def test_evidence_of_another_visit_is_refused_and_nothing_is_stored() -> None:
    visit = make.visit()
    with pytest.raises(ValidationError, match="its own visit"):
        make.position(visit=visit, evidence=(make.statement(visit=visit), make.statement()))
    assert Position._base_manager.count() == 0


@pytest.mark.parametrize("state", [make.draft(), make.internal()])
def test_a_public_position_rests_on_public_statements_only(state: dict[str, object]) -> None:
    hidden = make.statement(**state)
    with pytest.raises(ValidationError):
        make.position(visit=hidden.visit, evidence=(make.statement(visit=hidden.visit), hidden))
    assert Position._base_manager.count() == 0


def test_a_published_position_without_evidence_is_refused_and_a_draft_is_not() -> None:
    visit, topic = make.visit(), make.topic()

    def fresh(**state: object) -> Position:
        return Position(visit=visit, topic=topic, column="civil", summary="so", **state)

    with pytest.raises(ValidationError):
        actions.enter_position(position=fresh(**make.published()), by=None, evidence=())
    assert actions.enter_position(position=fresh(**make.draft()), by=None, evidence=()).pk


# Commitments.


def test_a_commitment_is_stored_with_its_evidence() -> None:
    said = make.statement(act="commits")
    later, source = make.statement(visit=said.visit), make.source()
    row = make.commitment(
        statement=said, evidence=(CommitmentEvidence(statement=later), CommitmentEvidence(source=source, text="kept"))
    )
    assert [(part.statement, part.source) for part in row.evidence.all()] == [(later, None), (None, source)]
    assert again(row).due_latest.isoformat() == "2022-10-31"


def test_a_commitment_of_another_visit_is_refused_and_one_without_visit_is_not() -> None:
    said = make.statement(act="commits")
    with pytest.raises(ValidationError, match="another visit"):
        make.commitment(statement=said, visit=make.visit())
    assert Commitment._base_manager.count() == 0
    assert make.commitment(statement=said, visit=None).pk


def test_a_commitment_is_not_more_visible_than_its_statement() -> None:
    said = make.statement(act="commits", **make.internal())
    with pytest.raises(ValidationError, match="more visible"):
        make.commitment(statement=said)


# Topics of meetings.


def test_topics_of_a_meeting_are_named_once_and_after_those_already_there(people: Cast) -> None:
    meeting, first, second = make.meeting(), make.topic(), make.topic()
    before = stamp()
    actions.name_meeting_topics(meeting=meeting, topics=(first,), by=people.reviewer)
    actions.name_meeting_topics(meeting=meeting, topics=(first, second), by=people.reviewer)
    named = [row.topic for row in meeting.meeting_topics.order_by("order")]
    assert named == [first, second]
    assert stamp() == before + 2
