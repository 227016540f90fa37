"""The balance of a visit: figures of what the editor may see, and nothing of what they may not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from statements.models import Citation
from tests import factories as make
from tests.cast import Cast, signed_in
from tests.statements.desk.test_review import TEXT
from visits import actions
from visits.models import Source, Visit

pytestmark = pytest.mark.django_db


def shown(client: Client, visit: Visit) -> str:
    response = client.get(reverse("visit_balance", args=[visit.slug]))
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_figures_silence_accounts_and_words_are_told(people: Cast) -> None:
    visit, topic = make.visit(), make.topic(name="Prisons")
    post = make.source(title="Post")
    paper = Source(title="Paper", extracted_text=TEXT, **make.published())
    actions.enter_source(source=paper, by=None, relays={post: "relays"})
    mine = {"visit": visit, "topics": (topic,), "speakers": (make.speaker(label="a villager", side="affected"),)}
    make.statement(
        mode="direct", texts=(make.text("four words are said"),),
        citations=(Citation(source=paper, exact="we will open"), Citation(source=post)), **mine,
    )  # fmt: skip
    mine["speakers"] = (make.speaker(label="another", side="affected"),)
    make.statement(workflow="draft", citations=(Citation(source=paper), Citation(source=make.source())), **mine)
    text = shown(signed_in(people.editor), visit)
    assert "● Civil society 2 1 6" in text and "■ State 0 0 0" in text
    assert "Prisons raised by ● Civil society (2 statements); none recorded from ■ State" in text
    # The paper relays the post: together they are one account.
    assert "Resting on a single source or note: 1 of 2." in text
    assert "Paper 5 2 40 %" in text and "2 of 5 words" in text


def test_what_the_editor_may_not_see_counts_nowhere(people: Cast) -> None:
    visit, within = make.visit(), make.compartment()
    hidden = make.source(title="Hidden paper", extracted_text="“hidden words are quoted”", **make.confidential(within))
    open_one = make.statement(visit=visit, citations=(Citation(source=hidden), Citation(source=make.source())))
    make.statement(visit=visit, topics=(make.topic(name="Hidden topic"),), **make.confidential(within))
    text = shown(signed_in(people.editor), visit)
    assert "idden" not in text
    assert "■ State 1 0" in text and "single source or note: 1 of 1." in text
    assert open_one.visit == visit


def test_a_hidden_visit_answers_like_a_missing_one(people: Cast) -> None:
    hidden = make.visit(**make.confidential(make.compartment()))
    client = signed_in(people.editor)
    missing = client.get(reverse("visit_balance", args=["no-such-visit"]))
    found = client.get(reverse("visit_balance", args=[hidden.slug]))
    assert (found.status_code, found.content) == (404, missing.content)
    assert signed_in(people.member).get(reverse("visit_balance", args=[hidden.slug])).status_code == 403


def test_an_empty_visit_says_so(people: Cast) -> None:
    text = shown(signed_in(people.editor), make.visit())
    assert (
        "No such topic." in text
        and "single source or note: 0 of 0." in text
        and "none of its sources is stored" in text
    )


def test_the_balance_costs_the_same_at_one_statement_and_at_three(people: Cast, django_assert_num_queries: Any) -> None:
    visit, client = make.visit(), signed_in(people.editor)
    for _round in range(2):
        make.statement(visit=visit, citations=(Citation(source=make.source(extracted_text=TEXT)),))
        shown(client, visit)
        with django_assert_num_queries(9):
            shown(client, visit)
        for _more in range(2):
            make.statement(visit=visit, citations=(Citation(source=make.source(extracted_text=TEXT)),))
