"""The verbatim check: what stands in a text is found where it stands, and what differs is said to differ."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from statements.capture.normal import normal_form
from statements.capture.verbatim import SourceText, split_at_gaps

TEXT = (
    "The minister – speaking on Monday – said: “All laws [on associations] respect the principle of ‘necessity’.\n\n"
    "“They had one purpose: saving lives … and protecting the people’s health,” she added.\n"
    "Co-operation with the commit-\ntee went on. The self-control of the police, long praised, was self-\n"
    "control in name. Le ministre a dit : « Oui, c’est vrai ! » Nobody asked about costs, (100 % borne by donors)."
)


def found(quotation: str, text: str = TEXT) -> tuple[str, str]:
    """Return how a quotation was found, and the passage."""
    place = SourceText(text).locate(quotation)
    return place.how, text[place.start : place.end]


@pytest.mark.parametrize(
    ("quotation", "how", "passage"),
    [
        ("respect the principle of", "exact", "respect the principle of"),
        ('the principle of "necessity"', "normalised", "the principle of ‘necessity"),
        ("The minister - speaking  on\nMonday — said", "normalised", "The minister – speaking on Monday – said"),
        ("with the committee went on", "normalised", "with the commit-\ntee went on"),
        ("was self-control in name", "normalised", "was self-\ncontrol in name"),
        ("«Oui, c'est vrai!»", "normalised", "Oui, c’est vrai !"),
        ("(100% borne by donors)", "normalised", "(100 % borne by donors)"),
        ("necessity. They had one purpose", "paragraphs", "necessity’.\n\n“They had one purpose"),
        ("saving lives ... and protecting", "normalised", "saving lives … and protecting"),
        ("one purpose … and protecting", "ellipsis", "one purpose: saving lives … and protecting"),
        ("one purpose: saving lives [of many] and protecting", "differs", None),
        ("All laws respect", "differs", None),
        ("All laws [of the land] respect", "insertion", "All laws [on associations] respect"),
        ("[H]ad one purpose", "insertion", "had one purpose"),
        ("[S]peaking on Monday", "insertion", "speaking on Monday"),
        ("long praised by nobody, was self-control", "differs", None),
        ("form of nothing at all", "absent", ""),
        ("", "absent", ""),
        ("…", "absent", ""),
    ],
)  # fmt: skip
def test_a_quotation_is_found_as_it_stands_or_said_to_differ(quotation, how, passage):
    result = found(quotation)
    assert result[0] == how
    if passage is not None:
        assert result[1] == passage


def test_part_of_a_word_is_not_the_word():
    assert found("form", "They ask for reform now.")[0] != "exact"
    assert found("re", "They ask for reform now.")[0] == "absent"


def test_what_differs_is_marked_in_both():
    source = SourceText("The elections were free, fair and neutral in every province.")
    quotation = "elections were truly free, fair and peaceful in every province"
    place = source.locate(quotation)
    assert place.how == "differs"
    pairs = [
        (quotation[slice(*difference.quoted)], source.text[slice(*difference.source)])
        for difference in place.differences
    ]
    assert ("truly", "") in pairs
    assert ("peaceful", "neutral") in pairs


def test_of_two_equal_passages_the_one_that_is_near_is_meant():
    text = "We came. They said so. We came. They left."
    assert SourceText(text).locate("We came.").start == 0
    assert SourceText(text).locate("We came.", near=10).start == text.index("We came", 5)
    assert SourceText(text).locate('"We  came."', near=10).start == text.index("We came", 5)


def test_an_anchor_holds_the_words_around():
    source = SourceText("a " * 60 + "here it stands" + " b" * 60)
    anchor = source.anchor(source.locate("here it stands"))
    assert anchor.exact == "here it stands"
    assert (len(anchor.prefix), len(anchor.suffix)) == (64, 64)
    assert source.text.index(anchor.prefix + anchor.exact + anchor.suffix) >= 0


def test_decomposed_accents_are_found_and_lead_back():
    text = "Il a parle\u0301 a\u0300 l\u2019e\u0301cole hier."
    assert found("parlé à l'école", text) == ("normalised", "parle\u0301 a\u0300 l\u2019e\u0301cole")


def test_gaps_at_the_ends_are_left_out():
    assert split_at_gaps("… one … two [three] four …") == (["one", "two", "four"], ["…", "[three]"])


# Properties.

WORDS = st.sampled_from(
    ["the", "law", "of", "state", "people’s", "“order”", "commune", "co-operation", "94", "per", "cent,", "election;",
     "(draft)", "who", "–", "yet", "—", "minister’s", "‘so’", "école", "“all"]
)  # fmt: skip
TEXTS = st.lists(st.lists(WORDS, min_size=8, max_size=30).map(" ".join), min_size=1, max_size=6).map("\n\n".join)
RETYPINGS = (
    lambda text: re.sub("[“”‘]", '"', text),
    lambda text: text.replace("’", "'"),
    lambda text: text.replace(" ", "\u00a0"),
    lambda text: re.sub(r"\s+", "  \n", text),
    lambda text: re.sub("[–—]", "-", text),
    lambda text: text.replace("“", "« ").replace("”", " »"),
    lambda text: text.replace("law", "l\u00adaw"),
)


def cut(text: str, data: st.DataObject) -> tuple[int, int]:
    """Return the span of a passage of whole words with at least one letter in it."""
    words = [found.span() for found in re.finditer(r"\S+", text)]
    first = data.draw(st.integers(0, len(words) - 3))
    last = data.draw(st.integers(first + 2, min(len(words) - 1, first + 25)))
    assume(any(char.isalnum() for char in text[words[first][0] : words[last][1]]))
    return words[first][0], words[last][1]


@given(TEXTS, st.data())
def test_any_passage_retyped_is_found_at_its_place(text, data):
    start, end = cut(text, data)
    passage = text[start:end]
    for retype in data.draw(st.lists(st.sampled_from(RETYPINGS), max_size=3)):
        passage = retype(passage)
    place = SourceText(text).locate(passage, near=start)
    assert place.found, passage
    # Marks, dashes and spaces at the ends are no part of the words.
    assert normal_form(text[place.start : place.end]).text.strip(" –") == normal_form(text[start:end]).text.strip(" –")
    assert place.start < end
    assert start < place.end


@given(TEXTS, st.data())
def test_any_changed_word_is_reported(text, data):
    start, end = cut(text, data)
    words = text[start:end].split()
    at = data.draw(st.integers(0, len(words) - 1))
    changed = " ".join([*words[:at], "zebra", *words[at + 1 :]])
    place = SourceText(text).locate(changed)
    assert not place.found
    if place.how == "differs":
        told = "".join(changed[slice(*difference.quoted)] for difference in place.differences)
        assert "zebra" in told


@given(st.text(max_size=200), st.text(max_size=60))
def test_nothing_that_is_typed_breaks_the_check(text, quotation):
    place = SourceText(text).locate(quotation)
    assert 0 <= place.start <= place.end <= len(text)


@given(st.text(max_size=300))
def test_the_normal_form_is_its_own_normal_form(text):
    once = normal_form(text).text
    assert normal_form(once).text == once


@pytest.mark.parametrize(
    "typed", ["«Nadie nos avisó -dijo Choque-, y nadie vino»", "Nadie nos avisó – dijo Choque –, y nadie vino"]
)
def test_a_dash_that_touches_a_word_on_one_side_is_found_however_it_is_typed(typed):
    source = SourceText("Habló Choque: «Nadie nos avisó —dijo Choque—, y nadie vino». Calló.")
    assert source.locate(typed).found


def test_two_dashes_in_a_row_have_one_space_between_them():
    assert normal_form("the – – ‘so’").text == normal_form("the\u00a0–\u00a0– so").text == "the – – so"


def test_a_hyphen_within_a_word_is_no_dash():
    source = SourceText("The co-operation of the two sides.")
    assert source.locate("co-operation of the").found
    assert not source.locate("co – operation of the").found
