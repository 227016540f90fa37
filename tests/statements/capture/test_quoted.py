"""The words inside quotation marks, judged together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from statements.capture.quoted import LONGEST_CONTEXT, context, judge, quoted_parts
from statements.capture.verbatim import SourceText

TEXT = (
    "The clerk spoke first. “The gate was shut at noon,” she said. “Nobody came back.” Rain fell.\n\n"
    "A guard said it was “a quiet day” at the mill. He left."
)
VOCABULARY = "the gate was shut at noon nobody came back quiet day mill guard left"
WORDS = st.lists(st.sampled_from(VOCABULARY.split(" ")), min_size=4, max_size=12)


def test_only_the_words_inside_the_outermost_marks_are_quoted():
    assert quoted_parts("He said “yes” and “no ‘never’ again”.") == ["yes", "no ‘never’ again"]
    assert quoted_parts("Nothing here.") == []


def test_all_parts_have_to_stand_there():
    source = SourceText(TEXT)
    judged = judge(source, ["The gate was shut at noon,", "Nobody came back."])
    assert judged.found
    assert judged.how == "exact"
    assert TEXT[judged.start : judged.end].startswith("The gate")
    assert TEXT[judged.start : judged.end].endswith("back.")


def test_the_least_faithful_part_speaks_for_all_and_is_shown_in_both_wordings():
    judged = judge(SourceText(TEXT), ["The gate was shut at noon,", "Everybody came back."])
    assert judged.how == "differs"
    assert judged.quoted == (("Everybody", True), (" came back.", False))
    assert judged.source == (("Nobody", True), (" came back.", False))


def test_what_stands_nowhere_is_absent():
    judged = judge(SourceText(TEXT), ["entirely unrelated sentence"])
    assert (judged.how, judged.quoted, judged.source) == ("absent", (("entirely unrelated sentence", True),), ())
    assert judge(SourceText(TEXT), []).how == "absent"


def test_the_context_is_one_sentence_at_most():
    start = TEXT.index("a quiet day")
    assert context(TEXT, start, start + 11) == ("A guard said it was “", "” at the mill.")
    first = TEXT.index("“The gate")
    assert context(TEXT, first, TEXT.index("she said")) == ("The clerk spoke first. ", "she said.")


@given(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
def test_the_context_stands_beside_the_passage_and_within_its_paragraph(one, other):
    start, end = min(one, other), max(one, other)
    before, after = context(TEXT, start, end)
    assert TEXT[:start].endswith(before)
    assert TEXT[end:].startswith(after)
    assert "\n\n" not in before.strip("\n") + after.strip("\n")
    assert max(len(before), len(after)) <= LONGEST_CONTEXT


@given(WORDS, st.integers(0, 11))
def test_any_changed_word_differs_and_is_marked_in_the_quotation(words, place):
    text = " ".join(words)
    assert judge(SourceText(text), [text]).how == "exact"
    changed = [*words]
    changed[place % len(words)] = "xylophone"
    judged = judge(SourceText(text), [" ".join(changed)])
    assert not judged.found
    assert "xylophone" in "".join(run for run, differs in judged.quoted if differs)
    assert "".join(run for run, _differs in judged.quoted) == " ".join(changed)
