"""The analyser: what is the same word, in which places, with and without spaces, whatever the text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.search.analyser import (
    ALGORITHMS,
    MOST_BYTES,
    MOST_LETTERS,
    MOST_OF_ONE,
    MOST_PLACES,
    analyse,
    has_phrase,
    places_of,
    stemmed_as,
)
from statements.search.scripts import fold
from tests.statements.search.texts import KHMER, LANGUAGES, THAI, anything, mixed


def forms(text: str, language: str = "") -> list[tuple[str, str]]:
    return [(term.exact, term.other) for term in analyse(text, language)]


@given(anything)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(anything, st.sampled_from(LANGUAGES))
def test_terms_stand_in_the_text_in_their_order_and_hold_nothing_that_a_database_would_part(text, language) -> None:
    terms = analyse(text, language)
    assert [term.start for term in terms] == sorted(term.start for term in terms)
    for term in terms:
        assert 0 <= term.start < term.end <= len(text)
        assert term.exact[0] == "x" and 1 < len(term.exact) <= MOST_LETTERS + 1
        assert term.other == "" or term.other[0] in "sb"
        for form in (term.exact, term.other):
            assert all(unicodedata.category(char)[0] in "LMN" for char in form)
            assert not any("A" <= char <= "Z" for char in form)


@given(mixed)
def test_composed_and_decomposed_letters_are_the_same(text: str) -> None:
    assert forms(unicodedata.normalize("NFC", text)) == forms(unicodedata.normalize("NFD", text))


@given(st.text(alphabet=KHMER + THAI + "人权カが" + " \u200b", max_size=30))
def test_a_script_without_spaces_is_the_same_with_them(text: str) -> None:
    # A mark that lost its letter is no syllable of the next one.
    glued = "".join(part for part in text.replace("\u200b", " ").split(" ") if part)
    if all(part and unicodedata.category(part[0])[0] == "L" for part in text.replace("\u200b", " ").split()):
        spaced = " ".join(term_text(glued))
        assert forms(spaced) == forms(glued)


def term_text(text: str) -> list[str]:
    return [text[term.start : term.end] for term in analyse(text)]


@given(st.lists(st.sampled_from(["Assemblées", "ban", "İstanbul", "ΣΟΦΟΣ", "Łódź", "Йод", "حُرِّيَّة"]), max_size=5))
def test_case_and_accents_are_aside(words: list[str]) -> None:
    text = " ".join(words)
    assert forms(text, "fr") == forms(fold(text), "fr") == forms(text.lower(), "fr")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Łódź", "lodz"), ("Erdoğan", "ERDOGAN"), ("Côte", "cote"), ("Işık", "isik"), ("Straße", "STRASSE"),
        ("Έλληνας", "ελληνας"), ("ёлка", "елка"), ("أحمد", "احمد"), ("حُقُوق", "حقوق"), ("ＣＡＭ", "cam"),
        ("២០២២", "2022"), ("ｶﾞ", "ガ"), ("co\u00adoperate", "cooperate"), ("น้ำ", "น้ํา"),
    ],
)  # fmt: skip
def test_people_type_it_either_way(one: str, other: str) -> None:
    assert [term.exact for term in analyse(one)] == [term.exact for term in analyse(other)] != []


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "assemblies", "assembly"), ("fr", "arrêtées", "arretee"), ("es", "detenidos", "detenido"),
        ("ru", "права", "право"), ("ar", "التعبير", "تعبير"), ("pt-BR", "detidos", "detido"),
    ],
)  # fmt: skip
def test_words_of_a_language_share_their_stem(language: str, one: str, other: str) -> None:
    assert analyse(one, language)[0].other == analyse(other, language)[0].other != ""
    assert analyse(one, language)[0].exact != analyse(other, language)[0].exact


def test_marks_that_are_letters_stay() -> None:
    assert [term.exact for term in analyse("हिन्दी")] == ["xहिन्दी"]
    assert [term.exact for term in analyse("กิ กี")] == ["xกิ", "xกี"]
    assert [term.exact for term in analyse("ก្ក")] != [term.exact for term in analyse("កក")]


def test_stems_of_two_languages_are_never_the_same_term() -> None:
    assert len({analyse("general", code)[0].other for code in ALGORITHMS}) == len(ALGORITHMS)


def test_languages_without_stems_and_with_many_names() -> None:
    assert [stemmed_as(name) for name in ("km", "", "EN-gb", "nn", "zh_Hant", "x")] == ["", "", "en", "no", "", ""]


def test_syllables_are_paired_across_spaces_but_not_across_signs() -> None:
    assert forms("人 权") == [("x人", "b人权"), ("x权", "")]
    assert forms("人。权") == [("x人", ""), ("x权", "")]
    assert forms("人 a 权") == [("x人", ""), ("xa", ""), ("x权", "")]


def test_what_both_databases_can_hold_is_what_is_stored() -> None:
    places = places_of([("again " * (MOST_PLACES + 5), "en")])
    assert len(places) == MOST_PLACES
    assert sum(place == ("xagain", "senagain") for place in places) == MOST_OF_ONE
    assert places[MOST_OF_ONE] == ("", "")
    long_words = " ".join(chr(0x10400 + number // 60) * 63 + chr(0x10400 + number % 60) for number in range(3000))
    wide = places_of([(long_words, "")])
    assert 0 < len(wide) < 3000
    assert sum(len(form.encode()) for place in wide for form in place) <= MOST_BYTES


def test_no_phrase_reaches_from_one_text_into_the_next() -> None:
    places = places_of([("one two", ""), ("three", "")])
    assert has_phrase(places, ("xone", "xtwo"), 0)
    assert not any(has_phrase(places, ("xtwo", "xthree"), at) for at in range(len(places)))
