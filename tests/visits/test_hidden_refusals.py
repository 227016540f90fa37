"""What a form is refused for, and what it does, is the same whether or not a hidden row hangs on it: byte by byte."""

from __future__ import annotations

import re
from difflib import unified_diff
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from statements.actions import enter_position
from statements.models import Position
from tests import factories as make
from tests.cast import Cast, signed_in
from visits.access import Role
from visits.models import Compartment, User

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


def assert_same(one: tuple[int, str, int], other: tuple[int, str, int]) -> None:
    """Compare two answers; where they differ, say in which lines."""
    lines = unified_diff(one[1].splitlines(), other[1].splitlines(), lineterm="", n=0)
    assert not (found := "\n".join(lines)), found
    assert one == other


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
