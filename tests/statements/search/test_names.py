"""Names by the beginnings of their words: every word, in every script, also where two are written as one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.search.analyser import MOST_LETTERS
from statements.search.names import MOST_BEGINNINGS, beginnings, placed, run_together, words_of
from tests.statements.search.texts import anything, mixed


def is_found(name: str, typed: str) -> bool:
    starts = beginnings(typed)
    return bool(starts) and all(any(word.startswith(start) for word in words_of(name)) for start in starts)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Hun Sen", "hun"), ("Hun Sen", "SEN"), ("Hun Sen", "se hu"), ("Hun Sen", "hunsen"), ("Hun Sen", "hunse"),
        ("Agnès Callamard", "agnes"), ("Agnes Callamard", "Agnés call"), ("Dainius Pūras", "pur"),
        ("Côte d'Ivoire", "cote divoire"), ("Côte d'Ivoire", "ivoire"), ("Ashwini K.P.", "ashwini kp"),
        ("ហ៊ុន សែន", "ហ៊ុន"), ("ហ៊ុនសែន", "សែន"), ("ហ៊ុន សែន", "ហ៊ុនសែន"), ("柬埔寨", "柬"), ("柬埔寨", "埔寨"),
        ("柬埔寨", "柬 埔"), ("كمبوديا", "كمب"), ("Шри-Ланка", "шри лан"), ("Łódź", "lod"), ("Covid-19", "covid19"),
    ],
)  # fmt: skip
def test_each_beginning_finds_the_name(name: str, typed: str) -> None:
    assert is_found(name, typed)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Hun Sen", "un"),
        ("Hun Sen", "hun x"),
        ("Hun Sen", "sen hunsenx"),
        ("柬埔寨", "寨柬"),
        ("Hun Sen", "h"),
        ("A", ""),
    ],
)
def test_what_begins_no_word_or_says_too_little_finds_nothing(name: str, typed: str) -> None:
    assert not is_found(name, typed)


@given(st.one_of(mixed, anything))
def test_any_text_is_a_name_and_can_be_typed(text: str) -> None:
    assert all(0 < len(word) <= MOST_LETTERS for word in words_of(text))
    assert len(beginnings(text)) <= MOST_BEGINNINGS
    assert set(placed([text])) == set(words_of(text))
    for start in beginnings(text[:100]):
        assert any(word.startswith(start) for word in words_of(text[:100]))


def test_only_neighbours_run_together() -> None:
    assert run_together("Pung Chhiv Kek") == ["pungchhiv", "chhivkek"]
    assert run_together("Hun") == run_together("柬埔寨") == run_together("") == []


def test_a_word_has_its_foremost_place() -> None:
    found = placed(["Ou Virak", "Ouk Virak", "Virak Ou"])
    assert {word: place for word, (place, _name) in found.items()} == {
        "ou": 0, "virak": 1, "ouvirak": 0, "ouk": 1, "oukvirak": 1, "virakou": 1,
    }  # fmt: skip
    assert found["virak"] == (1, "Virak Ou")
    assert placed(["", "😀"]) == {}
