"""What a passage proposes: act, mode, topics, and a speaker where no suggestion names one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.capture.proposals import act_of, mode_of, topics_in, voice_of
from statements.choices import Act


@pytest.mark.parametrize(
    ("cue", "words", "act"),
    [
        ("said", "the road is open", "asserts"),
        ("denied", "he had been there", "denies"),
        ("called for", "an inquiry", "calls_for"),
        ("urged", "both sides to talk", "calls_for"),
        ("warned of", "a shortage", "warns"),
        ("requested", "that the list be shown", "asks"),
        ("praised", "the nurses", "praises"),
        ("promised", "a new school", "commits"),
        ("said", "The claim is not based on the truth.", "denies"),
        ("said", "while she supported the plan, it came late", "partly_agrees"),
        ("said", "The council must publish its minutes.", "calls_for"),
        ("said", "The office relies too heavily on rumours.", "criticises"),
        ("asked", "Who signed this?", "asks"),
    ],
)
def test_the_act_is_read_from_the_cue_and_else_from_the_words(cue, words, act):
    assert act_of(cue, words) == act


@pytest.mark.parametrize(
    ("language", "cue", "act"),
    [
        ("fr", "a démenti", "asserts"),
        ("fr", "dénonce", "criticises"),
        ("es", "negó", "denies"),
        ("es", "pidió", "calls_for"),
    ],
)
def test_other_languages_have_rules_of_their_own(language, cue, act):
    assert act_of(cue, "…", language) == act


def test_every_act_of_the_rules_is_one_of_the_record():
    from statements.capture.proposals import _rules

    assert {act for rows in _rules().values() for act, _cue, _words in rows} <= set(Act.values)


@pytest.mark.parametrize(
    ("passage", "mode"),
    [
        ("the well is dry", "indirect"),
        ("“The well is dry,”", "direct"),
        ("the well was “dry as dust” in May", "mixed"),
        ("“One.\n\n“Two.”", "direct"),
        ("", "indirect"),
    ],
)
def test_the_mode_follows_the_quotation_marks(passage, mode):
    assert mode_of(passage) == mode


TOPICS = [(1, ["Elections", "polls"]), (2, ["Commune elections"]), (3, ["Vaccination"]), (4, ["Rule of law"])]


def test_topics_are_found_by_their_names_in_the_order_of_the_text():
    assert topics_in("the rule of law, then elections", TOPICS) == [4, 1]
    assert topics_in("the polls", TOPICS) == [1]
    assert topics_in("94 per cent of vaccinations", TOPICS) == [3]
    assert topics_in("selections and lawlessness", TOPICS) == []


def test_of_two_names_at_one_place_the_longer_counts():
    assert topics_in("after the commune elections", TOPICS) == [2]


TEXT = "Lena Brook told the panel that the well was dry. All pumps had failed.\n\nShe praised the crew. A sign said so."
NAMES = [("LB", ["Lena Brook", "Brook"]), ("OT", ["Otto Tarn"])]


@pytest.mark.parametrize(
    ("words", "key", "cue"),
    [
        ("Lena Brook told", "LB", "told"),
        ("All pumps", "LB", ""),
        ("She praised", "LB", "praised"),
        ("A sign", None, ""),
        ("the well was dry", None, ""),
    ],
)
def test_a_sentence_says_who_speaks(words, key, cue):
    earlier = [(TEXT.index("the well"), "LB")] if words != "A sign" else []
    voice = voice_of(TEXT, TEXT.index(words), NAMES, earlier)
    assert (voice.key, voice.cue) == (key, cue)


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_words_give_an_act_and_a_mode_of_the_record(passage, cue):
    assert act_of(cue, passage) in Act.values
    assert mode_of(passage) in {"direct", "mixed", "indirect"}
    voice_of(passage, min(3, len(passage)), NAMES, [(0, "LB")])
