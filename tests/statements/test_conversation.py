"""A statement's page shows the conversation around it: several steps both ways, and nothing that is hidden."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from statements import actions
from statements.models import Citation, Statement
from statements.threads import STEPS
from tests import factories as make
from tests.cast import signed_in

SIDES = ("civil_society", "government", "mandate_holder", "media")


def said(words: str, n: int = 0, **fields) -> Statement:
    """Return a statement of one side after the other."""
    fields = {"date": f"2022-08-{10 + n:02}", "texts": (make.text(words),), **fields}
    return make.statement(speakers=(make.speaker(side=SIDES[n % 4]),), **fields)


def chain(length: int, kind: str = "answers", **fields) -> list[Statement]:
    """Return statements each of which answers the one before."""
    found: list[Statement] = []
    for n in range(length):
        found.append(said(f"Turn {n}.", n, links=((kind, found[-1]),) if found else (), **fields))
    return found


def page(statement: Statement, client: Client | None = None) -> str:
    answer = (client or Client()).get(statement.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def thread(statement: Statement, client: Client | None = None) -> str:
    """Return the section of the conversation."""
    return re.search(r'<section class="thread".*?</section>', page(statement, client), re.S).group()


def turns(html: str) -> list[int]:
    return [int(number) for number in re.findall(r"Turn (\d+)\.", html)]


def test_it_shows_what_it_answers_and_what_answered_it_several_steps_deep(db):
    said = chain(7)
    html = thread(said[3])
    before, after = html.split("What answered it or took it up")
    assert turns(before) == [2, 1, 0]
    assert turns(after) == [4, 5, 6]
    assert "What it answers or takes up" in before
    assert "What contradicts it" not in html
    for column in ("state", "holder", "civil"):
        assert f'class="st {column}"' in html


def test_what_contradicts_it_stands_apart_with_the_sources_that_do(db):
    other = Citation(source=make.source(title="Other news"), role="contradicts")
    claim = said("The claim.", citations=(Citation(source=make.source()), other))
    said("It is untrue.", 1, act="denies", links=(("denies", claim),))
    said("It is so.", 2, act="agrees", links=(("agrees", claim),))
    contradicts, answers = thread(claim).split("What contradicts it")[1].split("What answered it or took it up")
    assert "It is untrue." in contradicts
    assert "≠ denied by" in contradicts
    assert "Other news" in contradicts
    assert "It is so." in answers
    assert "It is so." not in contradicts


def test_without_a_link_it_says_so(db):
    assert "No statement on record is linked to this one" in thread(said("Alone."))


def test_beyond_its_steps_a_link_leads_on(db):
    said = chain(STEPS + 3)
    html = thread(said[0])
    assert turns(html) == list(range(1, STEPS + 1))
    assert html.count("The conversation goes on from here") == 1
    assert f'href="{said[STEPS].get_absolute_url()}#thread"' in html
    assert turns(thread(said[STEPS]))[-2:] == [STEPS + 1, STEPS + 2]


def test_a_circle_of_links_ends(db):
    said = chain(3)
    actions.link_statements(statement=said[0], to=said[2], kind="clarifies", by=None)
    html = thread(said[0])
    assert html.count("stands in this conversation already") == 2
    assert turns(html) == [2, 1, 1, 2]


@pytest.mark.parametrize("hidden", ["internal", "draft"])
def test_what_is_hidden_shows_in_nothing_and_cuts_the_way_to_what_follows_it(hidden, people):
    first = said("Turn 0.")
    alone = page(first)
    middle = said("Turn 1.", 1, links=(("answers", first),), **getattr(make, hidden)())
    said("Turn 2.", 2, links=(("denies", middle),))
    assert thread(first) == re.search(r'<section class="thread".*?</section>', alone, re.S).group()
    assert turns(thread(first, signed_in(people.editor))) == [1, 2]


def test_it_costs_the_same_queries_however_long_the_conversation_is(db, people):
    costs = set()
    for length in (1, 2, 5, 12):
        statement = chain(length)[0]
        Client().get(statement.get_absolute_url())
        with CaptureQueriesContext(connection) as found:
            Client().get(statement.get_absolute_url())
        costs.add(len(found))
    assert costs == {7}
