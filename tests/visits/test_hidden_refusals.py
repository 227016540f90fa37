"""What a form is refused for, and what it does, is the same whether or not a hidden row hangs on it: byte by byte."""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import unified_diff
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture

from statements.actions import enter_position
from statements.models import Citation, Position, StatementText
from tests import factories as make
from tests.admin_form import AdminForm
from tests.cast import Cast, again, signed_in
from visits import actions, record_checks
from visits.access import Role
from visits.history_actions import restore_version
from visits.models import AccessNote, Compartment, MandateTerm, Meeting, User, VisitExpert, VisitLeg

pytestmark = pytest.mark.django_db

# What is drawn by chance for each answer, and the number of a row that was just entered.
TOKENS = re.compile(
    r'(?<=name="csrfmiddlewaretoken" value=")[^"]*|(?<=name="form_token" value=")[^"]*'
    r'|(?<=class="readonly">)[a-z0-9]{16}(?=<)|(?<=/statements/position/)\d+|(?<=name="_selected_action" value=")\d+'
)


@pytest.fixture
def insider() -> User:
    return make.user(role=Role.REVIEWER, username="insider")


@pytest.fixture
def room(insider: User) -> Compartment:
    return make.compartment(members=(insider,))


def told(client: Client, at: str, data: dict[str, Any]) -> tuple[int, str, int]:
    """Return what is answered, without its tokens, and by how many queries; what was written is taken back."""
    with transaction.atomic():
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(at, data)
        count = len(asked)
        page = client.get(answer["Location"]) if answer.status_code == 302 else answer
        transaction.set_rollback(True)
    return answer.status_code, TOKENS.sub("", page.content.decode()), count


def assert_same(one: tuple[int, str, int], other: tuple[int, str, int], *, queries: bool = True) -> None:
    """Compare two answers; where they differ, say in which lines. What writes in hidden rows asks for more."""
    lines = unified_diff(one[1].splitlines(), other[1].splitlines(), lineterm="", n=0)
    assert not (found := "\n".join(lines)), found
    assert one[0] == other[0]
    assert not queries or one[2] == other[2]


def position_form(**fields: Any) -> dict[str, Any]:
    return {"summary": "", "visibility": "internal", "compartment": "", "version_read": "", "column": "state",
            "position_evidence-TOTAL_FORMS": 0, "position_evidence-INITIAL_FORMS": 0, **fields}  # fmt: skip


@pytest.mark.parametrize("summary", ["", "In neutral words."])
def test_a_hidden_position_is_not_told_to_whoever_enters_one(people: Cast, room: Compartment, summary: str) -> None:
    said = make.statement(topics=(make.topic(),))
    topic = said.statement_topics.get().topic
    data = position_form(visit=said.visit_id, topic=topic.pk, summary=summary)
    editor, at = signed_in(people.editor), "/admin/statements/position/add/"
    told(editor, at, data)
    without = told(editor, at, data)
    hidden = make.position(visit=said.visit, topic=topic, evidence=(said,), **make.confidential(room))
    assert_same(told(editor, at, data), without)
    assert without[0] == (302 if summary else 200)
    # Those who see one are told of it in a sentence.
    Position.objects.filter(pk=hidden.pk).update(visibility="internal", compartment=None)
    assert "There is a position of this column" in told(editor, at, {**data, "summary": "Neutral."})[1]


def test_positions_of_a_compartment_are_told_to_those_who_see_them(people: Cast, room: Compartment) -> None:
    other = make.compartment(members=(make.user(role=Role.REVIEWER),))
    mine = make.compartment(members=(people.editor,))
    said = make.statement(topics=(make.topic(),))
    closed = {"visibility": "confidential", "compartment": mine}
    elsewhere = make.statement(visit=said.visit, **make.confidential(other))
    topic = said.statement_topics.get().topic
    data = position_form(visit=said.visit_id, topic=topic.pk, visibility="confidential", compartment=mine.pk)
    editor, at = signed_in(people.editor), "/admin/statements/position/add/"
    told(editor, at, data)
    without = told(editor, at, data)
    # In one's own compartment, but resting on what is of another.
    make.position(visit=said.visit, topic=topic, evidence=(elsewhere,), **make.confidential(mine))
    assert_same(told(editor, at, data), without)
    assert "There is a position of this column" not in without[1]
    position = Position(visit=said.visit, topic=topic, column="state", summary="Mine.", **closed)
    enter_position(position=position, by=people.editor, evidence=[said])
    assert "There is a position of this column" in told(editor, at, {**data, "summary": "Neutral."})[1]


def test_the_board_shows_the_summary_of_a_compartment_beside_that_of_everybody(
    people: Cast, room: Compartment, insider: User
) -> None:
    said = make.statement(topics=(make.topic(),))
    shared = {"visit": said.visit, "topic": said.statement_topics.get().topic, "evidence": (said,)}
    make.position(summary="Everybody's words.", **shared)
    make.position(summary="The room's words.", **shared, **make.confidential(room))
    for at in (f"{said.visit.get_absolute_url()}positions/",):
        pages = {who: signed_in(who).get(at).content.decode() for who in (insider, people.editor)}
        assert "Everybody&#x27;s words." in pages[insider] and "The room&#x27;s words." in pages[insider]
        assert "Everybody&#x27;s words." in pages[people.editor] and "The room&#x27;s" not in pages[people.editor]


def part_taken_out(client: Client, at: str, kind: str, row: Any, **fields: Any) -> dict[str, Any]:
    """Return the form of a page of the admin in which the part `row` is ticked to be taken out."""
    data = AdminForm(client.get(at).content.decode()).data
    mine = next(
        name for name, value in data.items() if name.startswith(kind) and name.endswith("-id") and value == str(row.pk)
    )
    return {**data, mine.removesuffix("id") + "DELETE": "on", **fields}


@pytest.mark.parametrize("who", ["editor", "reviewer"])
@pytest.mark.parametrize("fields", [{}, {"title": ""}])
def test_a_leg_is_taken_out_the_same_whatever_hidden_rests_on_it(
    people: Cast, room: Compartment, who: str, fields: dict[str, str]
) -> None:
    visit = make.visit()
    leg, _other = make.leg(visit=visit, place="Far Bank"), make.leg(visit=visit)
    at = f"/admin/visits/visit/{visit.pk}/change/"
    client = signed_in(people.named(who))
    data = part_taken_out(client, at, "legs-", leg, **fields)
    told(client, at, data)
    without = told(client, at, data)
    closed = make.confidential(room)
    make.meeting(visit=visit, leg=leg, **closed)
    make.statement(visit=visit, leg=leg, **closed)
    AccessNote(visit=visit, leg=leg, guarantee="inquiry", kept="refused", according_to="us", **closed).save()
    assert_same(told(client, at, data), without, queries=not (who == "reviewer" and not fields))
    assert (without[0] == 302) == (who == "reviewer" and not fields)
    make.meeting(visit=visit, leg=leg)
    assert "Other rows rest on this one" in told(client, at, data)[1]


def test_hidden_rows_keep_in_words_which_leg_they_named(people: Cast, room: Compartment, insider: User) -> None:
    visit = make.visit()
    leg, _other = make.leg(visit=visit, place="Far Bank"), make.leg(visit=visit)
    closed = make.confidential(room)
    meeting = make.meeting(visit=visit, leg=leg, note="Bring a gift.", **closed)
    said = make.statement(visit=visit, leg=leg, **closed)
    access = AccessNote(visit=visit, leg=leg, guarantee="inquiry", kept="refused", according_to="us", **closed)
    access.save()
    removed = make.meeting(visit=visit, leg=leg, **closed)
    Meeting.objects.filter(pk=removed.pk).update(workflow="removed")
    with pytest.raises(ProtectedError):
        actions.remove_part(part=again(leg), by=insider)
    actions.remove_part(part=again(leg), by=people.reviewer)
    assert not VisitLeg.objects.filter(pk=leg.pk).exists()
    assert {again(row).leg_id for row in (meeting, said, access, removed)} == {None}
    assert again(access).place == again(meeting).place == "Far Bank"
    assert again(meeting).note.startswith("Bring a gift.\n\n") and "Far Bank" in again(meeting).note
    assert again(removed).place == ""
    assert [row.leg_id for row in meeting.history.all()][:2] == [None, leg.pk]


@pytest.mark.parametrize("fields", [{}, {"name": ""}])
def test_a_term_is_taken_out_the_same_whatever_hidden_rests_on_it(
    people: Cast, room: Compartment, fields: dict[str, str]
) -> None:
    term = make.term()
    closed = make.confidential(room)
    meeting = make.meeting(**closed)
    hidden_visit = make.visit(mandates=(term.mandate,), **closed)
    at = f"/admin/visits/mandate/{term.mandate_id}/change/"
    client = signed_in(people.editor)
    data = part_taken_out(client, at, "terms-", term, **fields)
    told(client, at, data)
    without = told(client, at, data)
    seat, _second = (
        make.participant(meeting=again(meeting), person=term.person, term=term, side="mandate_holder") for _ in range(2)
    )
    speaker = make.speaker(person=term.person, term=term, side="mandate_holder")
    make.statement(speakers=(speaker,), meeting=meeting, visit=meeting.visit, **closed)
    VisitExpert(visit=hidden_visit, term=term).save()
    assert_same(told(client, at, data), without, queries=bool(fields))
    if fields:
        return
    client.post(at, data)
    assert not MandateTerm.objects.filter(pk=term.pk).exists()
    assert (again(seat).term, again(seat).person) == (None, term.person)
    assert again(speaker).term is None
    assert not hidden_visit.experts.exists()
    for row in (meeting, hidden_visit):
        assert str(term) in again(row).note


def test_restoring_a_version_without_a_leg_is_the_same_whatever_hidden_rests_on_it(
    people: Cast, room: Compartment, time_machine: TimeMachineFixture
) -> None:
    found = []
    time_machine.move_to("2026-02-03T04:05:06+00:00", tick=False)
    for hidden in (False, True):
        visit = make.visit()
        before = again(visit).version
        time_machine.shift(timedelta(hours=1))
        leg = make.leg(visit=again(visit))
        time_machine.shift(timedelta(hours=1))
        if hidden:
            make.meeting(visit=visit, leg=leg, **make.confidential(room))
        found.append(restore_version(record=again(visit), to=before, by=people.reviewer).left)
        assert visit.legs.count() == 1
    assert found == [[], []]


@pytest.mark.parametrize("fields", [{}, {"title": ""}])
def test_a_meeting_moves_the_same_whatever_hidden_was_said_in_it(
    people: Cast, room: Compartment, fields: dict[str, str]
) -> None:
    other = make.visit()
    meeting = make.meeting(workflow="draft", visibility="internal", title="The ministry")
    at = f"/admin/visits/meeting/{meeting.pk}/change/"
    client = signed_in(people.editor)
    data = {**AdminForm(client.get(at).content.decode()).data, "visit": other.pk, **fields}
    told(client, at, data)
    without = told(client, at, data)
    closed = {**make.confidential(room), "workflow": "draft"}
    said = make.statement(meeting=meeting, visit=meeting.visit, **closed)
    position = make.position(visit=meeting.visit, evidence=(said,), **closed)
    assert_same(told(client, at, data), without, queries=bool(fields))
    if fields:
        return
    client.post(at, data)
    assert again(meeting).visit == other
    now = again(said)
    assert (now.meeting, now.visit) == (None, meeting.visit) and "The ministry" in now.note
    again(position).check_proof()
    assert not list(record_checks.run())
    # What somebody sees is moved by them first.
    seen = make.statement(meeting=again(meeting), visit=other, workflow="draft", visibility="internal")
    data = {**AdminForm(client.get(at).content.decode()).data, "visit": meeting.visit_id}
    assert "Statements made in this meeting belong to its visit" in told(client, at, data)[1]
    assert again(seen).meeting == meeting


def test_a_confidential_meeting_stays_in_its_visit(people: Cast, room: Compartment, insider: User) -> None:
    meeting = make.meeting(**{**make.confidential(room), "workflow": "draft"})
    meeting.visit = make.visit()
    with pytest.raises(ValidationError, match="stays in its visit"):
        actions.save_record(record=meeting, by=insider)


@pytest.mark.parametrize("fields", [{}, {"act": ""}])
def test_words_become_the_preferred_ones_whatever_hidden_is(
    people: Cast, room: Compartment, fields: dict[str, str]
) -> None:
    source, closed = make.source(), make.source(**make.confidential(room))
    said = make.statement(workflow="draft", citations=(Citation(source=source),), texts=(make.text("open words"),))
    StatementText.objects.filter(statement=said).update(preferred=False)
    at = f"/admin/statements/statement/{said.pk}/change/"
    client = signed_in(people.editor)
    data = {**AdminForm(client.get(at).content.decode()).data, "texts-0-preferred": "on", **fields}
    told(client, at, data)
    without = told(client, at, data)
    hidden = make.text("hidden words", statement=said, source=closed, preferred=True)
    hidden.save()
    assert_same(told(client, at, data), without, queries=bool(fields))
    alone = f"/admin/statements/statementtext/{said.texts.exclude(pk=hidden.pk).get().pk}/change/"
    form = {**AdminForm(client.get(alone).content.decode()).data, "preferred": "on", "text": ""}
    refused = told(client, alone, form)
    StatementText.objects.filter(pk=hidden.pk).update(preferred=False)
    assert_same(told(client, alone, form), refused)
    StatementText.objects.filter(pk=hidden.pk).update(preferred=True)
    if not fields:
        client.post(at, data)
        assert not again(hidden).preferred
        assert said.texts.get(preferred=True).text == "open words"


def test_of_visible_words_one_is_preferred_and_the_tick_moves_in_one_form(people: Cast) -> None:
    texts = (make.text("first"), make.text("second", preferred=True))
    said = make.statement(workflow="draft", texts=texts)
    at = f"/admin/statements/statement/{said.pk}/change/"
    client = signed_in(people.editor)
    data = AdminForm(client.get(at).content.decode()).data
    ticked = next(name for name in data if name.endswith("-preferred"))
    other = {"texts-0-preferred": "texts-1-preferred", "texts-1-preferred": "texts-0-preferred"}[ticked]
    assert "Only one version of the words is preferred" in told(client, at, {**data, other: "on"})[1]
    moved = {name: value for name, value in data.items() if name != ticked} | {other: "on"}
    assert client.post(at, moved).status_code == 302
    assert said.texts.get(preferred=True).text == "first"


def test_restored_words_are_preferred_whatever_hidden_is(
    people: Cast, room: Compartment, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to("2026-02-03T04:05:06+00:00", tick=False)
    closed = make.source(**make.confidential(room))
    said = make.statement(workflow="draft", texts=(make.text("open words"),))
    before = again(said).version
    time_machine.shift(timedelta(hours=1))
    words = said.texts.get()
    words.preferred = False
    actions.save_part(part=words, by=people.editor)
    hidden = make.text("hidden words", statement=again(said), source=closed, preferred=True)
    hidden.save()
    time_machine.shift(timedelta(hours=1))
    assert restore_version(record=again(said), to=before, by=people.editor).left == []
    assert said.texts.get(preferred=True) == words


def test_the_history_lists_no_version_in_which_only_hidden_things_changed(
    people: Cast, room: Compartment, insider: User, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to("2026-02-03T04:05:06+00:00", tick=False)
    meeting = make.meeting()
    said = make.statement(meeting=meeting, visit=meeting.visit)
    note = make.note(meeting=again(meeting), **make.confidential(room))
    at = f"/desk/history/statement/{said.public_id}/"
    time_machine.shift(timedelta(hours=1))
    actions.save_part(part=Citation(statement=again(said), note=note), by=insider)
    hidden = again(said).version
    pages = [signed_in(who).get(at).content.decode() for who in (people.reviewer, insider)]
    assert [page.count('<li class="version"') for page in pages] == [1, 2]
    assert ["05:05" in page for page in pages] == [False, True]
    # Nor is it restored for who does not see it: it answers as a number that never was.
    time_machine.shift(timedelta(hours=1))
    for number in (hidden, 99):
        with pytest.raises(ValidationError, match="There is no such version"):
            restore_version(record=again(said), to=number, by=people.reviewer)
