"""What publishing could do to somebody: hints propose, the checklist is answered as a whole, nothing is decided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from statements.harm import (
    CONSENT,
    CONSENTS,
    QUESTIONS,
    Facts,
    Unanswered,
    answer,
    check,
    hints,
    needs_reason,
)


def hinted(words: str = "", **facts: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {hint.question: hint.why for hint in hints(Facts(words, **facts))}


def test_a_private_person_is_told_by_name_and_consent_is_asked() -> None:
    assert hinted(private_people=("Sok Dara",)) == {"private_person": ("Sok Dara",), CONSENT: ("Sok Dara",)}


@pytest.mark.parametrize(
    ("words", "question", "why"),
    [
        ("They put Children in the same cell.", "minor", ("Children",)),
        ("A 16-year-old was there, and a 45-year-old.", "minor", ("16-year-old",)),
        ("He was aged 17.", "minor", ("aged 17",)),
        ("Une fille de 12 ans", "minor", ("fille", "12 ans")),
        ("un joven de 15 años", "minor", ("15 años",)),
        ("She is HIV positive.", "health", ("HIV",)),
        ("il est malade", "health", ("malade",)),
        ("They were detained.", "detention", ("detained",)),
        ("Fue detenido en la cárcel", "detention", ("detenido", "cárcel")),
    ],
)
def test_words_propose_a_question_in_three_languages(words: str, question: str, why: tuple[str, ...]) -> None:
    assert hinted(words)[question] == why


def test_a_word_within_another_proposes_nothing() -> None:
    assert hinted("The excellent boycott of the Childers committee was illogical.") == {}
    assert hinted("A 45-year-old man, aged 30, and 18 ans.") == {}


def test_words_by_which_somebody_is_recognised_count_only_where_nobody_is_named() -> None:
    words = "Soldiers burned my  house in our village."
    assert hinted(words) == {}
    assert hinted(words, labels=("a villager",)) == {
        "recognisable": ("a villager", "my house", "our village"),
        CONSENT: ("a villager",),
    }


def test_what_nobody_is_named_for_is_nobody_to_be_recognised() -> None:
    assert hinted("my house", labels=("not attributed",)) == hinted("my house", labels=("Not Attributed ",)) == {}


def test_no_reason_is_told_twice() -> None:
    assert hinted("Prison. prison, PRISON", private_people=("A", "A"))["detention"] == ("Prison",)
    assert hinted(private_people=("A", "A"))["private_person"] == ("A",)


def test_an_answer_is_whole() -> None:
    told = answer((), none=True)
    assert told == {**dict.fromkeys(QUESTIONS, "no"), CONSENT: "not_needed"}
    assert not needs_reason(told)
    told = answer(("minor",), none=False, consent="recorded")
    assert (told["minor"], told["health"], told[CONSENT]) == ("yes", "no", "recorded")
    assert needs_reason(told)
    assert needs_reason(answer((), none=True, consent="missing"))


@pytest.mark.parametrize(
    ("applies", "none", "consent", "code"),
    [((), False, "", "none"), (("minor",), True, "recorded", "both"), (("minor",), False, "", "consent")],
)
def test_what_says_nothing_or_both_is_refused(applies: tuple[str, ...], none: bool, consent: str, code: str) -> None:
    with pytest.raises(Unanswered) as error:
        answer(applies, none=none, consent=consent)
    assert error.value.code == code


@pytest.mark.parametrize(("applies", "consent"), [(("weather",), ""), (("minor",), "perhaps")])
def test_what_is_not_asked_is_refused(applies: tuple[str, ...], consent: str) -> None:
    with pytest.raises(ValueError, match="unknown"):
        answer(applies, none=False, consent=consent)


def test_a_stored_checklist_is_whole() -> None:
    check(answer((), none=True))
    for broken in (
        {},
        {"minor": "yes"},
        {**answer((), none=True), "minor": "perhaps"},
        {**answer((), none=True), "x": "no"},
    ):
        with pytest.raises(ValueError, match=r"checklist|unknown|consent"):
            check(broken)


@effort(max_examples=100, deadline=None)
@given(st.sets(st.sampled_from(QUESTIONS)), st.sampled_from(CONSENTS))
def test_whatever_is_answered_is_accepted_and_yes_takes_a_reason(applies: set[str], consent: str) -> None:
    told = answer(applies, none=not applies, consent=consent)
    check(told)
    assert {question for question in QUESTIONS if told[question] == "yes"} == applies
    assert needs_reason(told) == (bool(applies) or consent == "missing")


@effort(max_examples=100, deadline=None)
@given(st.text(), st.lists(st.text(max_size=20), max_size=3))
def test_hints_point_at_words_that_stand_there_and_never_more_than_once(words: str, labels: list[str]) -> None:
    for hint in hints(Facts(words, labels=tuple(labels))):
        assert hint.question in (*QUESTIONS, CONSENT)
        assert hint.why
        assert len({why.casefold() for why in hint.why}) == len(hint.why)
        spaced = " ".join(" ".join([words, *labels]).split())
        assert all(why in spaced for why in hint.why)
