"""A quotation beside the passage of its source."""

from __future__ import annotations

from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from statements.capture.verbatim import SourceText
from statements.passages import AROUND, passage_of

TEXT = "First paragraph.\n\nThe minister said “we will open the prisons” on Monday, and left."


def test_words_that_stand_there_are_shown_between_those_around_them() -> None:
    found = passage_of(SourceText(TEXT), "we will open the prisons")
    assert (found.how, found.differs) == ("exact", False)
    assert found.pieces == (("we will open the prisons", False),)
    assert found.before + found.pieces[0][0] + found.after == TEXT


def test_words_that_differ_are_marked_on_both_sides() -> None:
    found = passage_of(SourceText(TEXT), "we will close the prisons")
    assert found.differs
    assert [piece for piece in found.pieces if piece[1]] == [("open", True)]
    assert [piece for piece in found.quoted if piece[1]] == [("close", True)]
    missing = passage_of(SourceText(TEXT), "we will the prisons")
    assert [piece for piece in missing.pieces if piece[1]] == [("open", True)]
    assert not any(differs for _text, differs in missing.quoted)


def test_words_that_stand_nowhere_are_shown_alone() -> None:
    found = passage_of(SourceText(TEXT), "zebra")
    assert (found.how, found.before, found.pieces, found.after) == ("absent", "", (), "")
    assert found.differs and found.quoted == (("zebra", False),)


def test_of_equal_passages_the_words_before_tell_which_is_meant() -> None:
    text = "He said yes. " * 3 + "She said yes."
    assert passage_of(SourceText(text), "yes", "She said ").after == "."
    assert passage_of(SourceText(text), "yes", "Nobody said ").before == "He said "


def test_the_context_ends_at_a_paragraph_or_else_at_a_word() -> None:
    long = "word " * 200
    found = passage_of(SourceText(f"{long}\n\nBefore it {long}THE WORDS {long}after it.\n\n{long}"), "THE WORDS")
    assert found.before.startswith("word ") and found.after.endswith(" word")
    found = passage_of(SourceText(f"{long}\n\nBefore THE WORDS after.\n\n{long}"), "THE WORDS")
    assert (found.before, found.after) == ("Before ", " after.")
    solid = "x" * 600
    found = passage_of(SourceText(f"{solid} THE WORDS {solid}"), "THE WORDS")
    assert 0 < len(found.before) <= AROUND and 0 < len(found.after) <= AROUND
    glued = passage_of(SourceText("字" * 600 + "。THE WORDS。" + "字" * 600), "THE WORDS")
    assert (len(glued.before), len(glued.after)) == (AROUND, AROUND)


@effort(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(["one", "two", "three", "four", "\n\n"]), min_size=3, max_size=60), st.data())
def test_whatever_is_shown_stands_so_in_the_source(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    start = data.draw(st.integers(0, len(words) - 1))
    exact = " ".join(words[start : start + 4])
    found = passage_of(SourceText(text), exact)
    assert found.before + "".join(piece for piece, _differs in found.pieces) + found.after in text
    assert "".join(piece for piece, _differs in found.quoted) == exact
