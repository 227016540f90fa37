"""Likely duplicates: like names are found whatever the order of their words, and nobody is like themselves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from visits.duplicates import COMMON, likely

NAMES = st.lists(st.tuples(st.sampled_from("abcdef"), st.text(alphabet="xyz é", max_size=8)), max_size=12)


@given(NAMES)
def test_pairs_are_of_two_keys_once_and_the_likest_first(names: list[tuple[str, str]]) -> None:
    found = likely(names)
    assert all(pair.one < pair.two and 88.0 <= pair.score <= 100.0 for pair in found)
    assert len({(pair.one, pair.two) for pair in found}) == len(found)
    assert [pair.score for pair in found] == sorted((pair.score for pair in found), reverse=True)


@given(st.permutations(["Vitit", "Muntarbhorn", "of", "Bangkok"]))
def test_the_order_of_words_and_their_accents_do_not_matter(words: list[str]) -> None:
    found = likely([("a", "Vitit Muntarbhorn of Bangkok"), ("b", " ".join(words).replace("i", "í"))])
    assert [(pair.one, pair.two, pair.score) for pair in found] == [("a", "b", 100.0)]


def test_any_of_several_names_may_be_the_like_one() -> None:
    names = [("a", "Ministry of Justice"), ("a", "MoJ"), ("b", "MoJ"), ("c", "Ministry of Health")]
    assert [(pair.one, pair.two) for pair in likely(names)] == [("a", "b")]


def test_names_with_one_slip_are_alike_and_others_are_not() -> None:
    names = [("a", "Human Rights Watch"), ("b", "Human Right Watch"), ("c", "Human Rights Defenders")]
    assert [(pair.one, pair.two) for pair in likely(names)] == [("a", "b")]


def test_a_name_of_one_word_is_found_by_its_beginning() -> None:
    assert [(pair.one, pair.two) for pair in likely([("a", "Elections"), ("b", "Election"), ("c", "Courts")])] == [
        ("a", "b")
    ]


def test_a_word_that_many_have_in_common_does_not_compare_all_with_all() -> None:
    names = [(f"{n:03}", f"ministry {n:03}") for n in range(COMMON + 1)]
    assert likely(names) == []
    assert len(likely([("a", "ministry one"), ("b", "ministry on"), *names], least=90)) == 0


def test_the_list_is_as_long_as_was_asked() -> None:
    assert len(likely([(str(n), "same") for n in range(10)], limit=3)) == 3
