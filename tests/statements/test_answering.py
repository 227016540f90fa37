"""Which statements wait for an answer, and what counts as one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.answering import ANSWERING_LINKS, CLAIMING_ACTS, CONTRADICTING_LINKS, Claim, is_answer, unanswered
from statements.choices import Act, LinkKind
from statements.positions import COLUMNS


def test_the_words_are_those_of_the_record():
    assert set(Act.values) >= CLAIMING_ACTS
    assert set(LinkKind.values) >= ANSWERING_LINKS
    assert set(LinkKind.values) >= CONTRADICTING_LINKS


@pytest.mark.parametrize("act", ["answers", "praises", "commits", "announces", "agrees", "denies"])
def test_what_asks_for_no_answer_is_never_unanswered(act):
    assert unanswered([Claim("a", "state", act)]) == ()


def test_an_answer_of_ones_own_side_is_none():
    asked = Claim("a", "civil", "alleges", (("agrees", "civil"),))
    assert unanswered([asked]) == (asked,)
    assert unanswered([Claim("a", "civil", "alleges", (("agrees", "civil"), ("denies", "state")))]) == ()


@pytest.mark.parametrize("kind", sorted(set(LinkKind.values) - ANSWERING_LINKS))
def test_other_links_answer_nothing(kind):
    asked = Claim("a", "civil", "asks", ((kind, "state"),))
    assert unanswered([asked]) == (asked,)


replies = st.lists(st.tuples(st.sampled_from(LinkKind.values), st.sampled_from(COLUMNS)), max_size=3).map(tuple)


@given(st.lists(st.tuples(st.sampled_from(COLUMNS), st.sampled_from(Act.values), replies), max_size=12))
def test_each_claim_is_answered_or_listed_and_the_order_stays(rows):
    said = [Claim(str(n), column, act, links) for n, (column, act, links) in enumerate(rows)]
    found = unanswered(said)
    assert [int(row.key) for row in found] == sorted(int(row.key) for row in found)
    for row in said:
        met = any(is_answer(kind, by=column, to=row.column) for kind, column in row.replies)
        assert (row in found) is (row.act in CLAIMING_ACTS and not met)
