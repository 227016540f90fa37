"""Marks in a text: nothing is lost or added, and what was asked for is what is marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.search.marking import ELLIPSIS, mark
from statements.search.query import conditions_of, parse
from tests.statements.search.texts import LANGUAGES, anything, queries, texts


@given(st.one_of(texts, anything), st.sampled_from(LANGUAGES), st.one_of(queries, anything))
def test_the_runs_are_the_text(text: str, language: str, query: str) -> None:
    runs = mark(text, language, conditions_of(parse(query)))
    assert "".join(words for words, _hit in runs) == text
    assert all(words for words, _hit in runs)


@given(texts.map(lambda text: text * 20), queries, st.integers(60, 200))
def test_of_a_long_text_a_part_with_a_mark_is_shown(text: str, query: str, most: int) -> None:
    conditions = conditions_of(parse(query))
    runs = mark(text, "en", conditions, most=most)
    shown = "".join(words for words, _hit in runs)
    assert len(shown) <= most + 2
    assert shown.strip(ELLIPSIS) in text


@pytest.mark.parametrize(
    ("text", "language", "query", "marked"),
    [
        ("They banned two assemblies.", "en", "assembly ban", ["banned", "assemblies"]),
        ("They banned two assemblies.", "en", '"assembly"', []),
        ("Freedom of peaceful assembly", "en", '"peaceful assembly"', ["peaceful assembly"]),
        ("assembly, not peaceful", "en", '"peaceful assembly"', []),
        ("L’Assemblée nationale", "fr", "assemblee", ["Assemblée"]),
        ("យើងគោរពសិទ្ធិមនុស្ស។", "km", "សិទ្ធិ មនុស្ស", ["សិទ្ធិមនុស្ស"]),
        ("សិទ្ធិ មនុស្ស", "km", "សិទ្ធិមនុស្ស", ["សិទ្ធិ មនុស្ស"]),
        ("law and order", "en", "law -order", ["law"]),
    ],
)
def test_what_was_asked_for_is_marked(text: str, language: str, query: str, marked: list[str]) -> None:
    runs = mark(text, language, conditions_of(parse(query)))
    found = [words for words, hit in runs if hit]
    assert "".join(found).replace(" ", "") == "".join(marked).replace(" ", "")


def test_the_part_shown_is_around_the_first_mark() -> None:
    text = "word " * 200 + "needle " + "word " * 200
    runs = mark(text, "en", conditions_of(parse("needle")), most=120)
    assert ("needle", True) in runs
    assert runs[0][0] == runs[-1][0] == ELLIPSIS
