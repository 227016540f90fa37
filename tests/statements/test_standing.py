"""Standing: what later statements make of an earlier one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.choices import LinkKind, Standing
from statements.standing import standing


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([], "current"),
        (
            ["replies_to", "answers", "repeats", "fulfils", "clarifies", "agrees", "partly_agrees"],
            "current",
        ),
        (["corrects"], "corrected"),
        (["supersedes"], "corrected"),
        (["denies"], "disputed"),
        (["retracts"], "retracted"),
        (["disowns"], "disowned"),
        (["denies", "corrects"], "corrected"),
        (["corrects", "retracts"], "retracted"),
        (["retracts", "disowns", "denies"], "disowned"),
    ],
)
def test_strongest_link_decides(links, expected):
    assert standing(links) == expected


@given(st.lists(st.sampled_from(LinkKind.values)))
def test_order_of_links_changes_nothing_and_every_answer_is_a_known_standing(links):
    assert standing(links) == standing(sorted(links))
    assert standing(links) in Standing.values
