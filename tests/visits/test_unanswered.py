"""A visit's page lists the claims that nobody of another side has answered."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests import factories as make
from tests.cast import signed_in


def listed(visit, client: Client | None = None) -> list[str]:
    """Return the words of the claims listed."""
    html = (client or Client()).get(visit.get_absolute_url()).content.decode()
    section = re.search(r'<section aria-labelledby="unanswered">.*?</section>', html, re.S)
    found = re.findall(r'<span class="words"[^>]*>([^<]*)</span>', section.group()) if section else []
    told = re.search(r"(\d+) claims? that nobody has answered", html)
    assert int(told.group(1) if told else 0) == len(found)
    assert all(f'id="{target}"' in html for target in re.findall(r'href="#(s-[^"]+)"', html))
    return found


def said(visit, words: str, side: str, act: str, **fields):
    return make.statement(
        visit=visit, speakers=(make.speaker(side=side),), texts=(make.text(words),), act=act, **fields
    )


def test_claims_are_listed_until_another_side_answers_them(db):
    visit = make.visit()
    assert listed(visit) == []
    alleged = said(visit, "They were beaten.", "civil_society", "alleges")
    said(visit, "We are grateful.", "government", "welcomes")
    asked = said(visit, "Will the law change?", "mandate_holder", "asks", date="2022-08-18")
    assert listed(visit) == ["They were beaten.", "Will the law change?"]
    said(visit, "So they were.", "affected", "agrees", links=(("agrees", alleged),))
    assert listed(visit) == ["They were beaten.", "Will the law change?"]
    # Answered at another visit, years later.
    said(make.visit(), "It has changed.", "legislature", "answers", links=(("answers", asked),))
    assert listed(visit) == ["They were beaten."]
    said(visit, "Nobody was.", "government", "denies", links=(("denies", alleged),))
    assert listed(visit) == []


@pytest.mark.parametrize("hidden", ["internal", "draft"])
def test_a_hidden_answer_is_none_and_a_hidden_claim_is_not_listed(hidden, people):
    visit = make.visit()
    claim = said(visit, "They were beaten.", "civil_society", "alleges")
    before = Client().get(visit.get_absolute_url()).content
    fields = getattr(make, hidden)()
    said(visit, "Nobody was.", "government", "denies", links=(("denies", claim),), **fields)
    said(visit, "It is hidden.", "government", "asserts", **fields)
    assert Client().get(visit.get_absolute_url()).content == before
    assert listed(visit) == ["They were beaten."]
    assert listed(visit, signed_in(people.editor)) == ["It is hidden."]
