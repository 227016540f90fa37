"""English is spelt in two ways, and both are one word; what only looks like it stays another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.search.analyser import stem_of
from statements.search.spelling import one_spelling

PAIRS = (
    ("organisation", "organization"), ("organised", "organized"), ("criticise", "criticize"),
    ("analyse", "analyze"), ("centre", "center"), ("centres", "centers"), ("theatre", "theater"), ("labour", "labor"),
    ("neighbouring", "neighboring"), ("behaviour", "behavior"), ("defence", "defense"), ("licence", "license"),
    ("programme", "program"), ("judgement", "judgment"), ("honourable", "honorable"), ("cancelled", "canceled"),
    ("travelling", "traveling"), ("realising", "realizing"),
)  # fmt: skip


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_both_spellings_have_one_stem(one: str, other: str) -> None:
    assert stem_of(one, "en") == stem_of(other, "en")


@pytest.mark.parametrize(
    "word",
    ["seize", "size", "prize", "four", "tour", "hour", "citizen", "horizon", "science", "fence", "genre"],
)
def test_other_words_stay_as_they_are(word: str) -> None:
    assert one_spelling(word) == word


@pytest.mark.parametrize(("one", "other"), [("seized", "seize"), ("organises", "organize"), ("labours", "labor")])
def test_words_keep_their_inflections(one: str, other: str) -> None:
    assert stem_of(one, "en") == stem_of(other, "en")


@given(st.text(alphabet="abcdefghijklmnoprstuvyz", min_size=1, max_size=14))
def test_one_spelling_of_one_spelling_is_itself(word: str) -> None:
    assert one_spelling(one_spelling(word)) == one_spelling(word) != ""


def test_only_english_has_two() -> None:
    assert stem_of("centre", "fr") != stem_of("center", "fr")
