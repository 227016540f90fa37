"""Word differences: both texts can be put together again from the pieces, and only what changed is told."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.changes import GONE, LONGEST, NEW, SAME, FieldChange, Piece, fields, shortened, split, words

TEXTS = st.text(alphabet="ab “”’é.,-\n\u200b", max_size=60)


@given(TEXTS, TEXTS)
def test_both_texts_are_put_together_again_from_the_pieces(old: str, new: str) -> None:
    found = words(old, new)
    assert "".join(piece.text for piece in found if piece.kind != NEW) == old
    assert "".join(piece.text for piece in found if piece.kind != GONE) == new
    assert all(piece.text for piece in found)
    assert all(one.kind != two.kind for one, two in pairwise(found))


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert all(piece.kind == SAME for piece in words(text, text))
    assert "".join(split(text)) == text


@given(st.lists(st.sampled_from(["one", "two", "six"]), min_size=1, max_size=12), st.data())
def test_any_one_changed_word_is_the_only_thing_told(parts: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(parts) - 1))
    other = [*parts[:place], "changed", *parts[place + 1 :]]
    found = words(" ".join(parts), " ".join(other))
    assert [piece.text.strip() for piece in found if piece.kind == NEW] == ["changed"]
    assert [piece.text.strip() for piece in found if piece.kind == GONE] == [parts[place]]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("he never said it", "he said it", [(SAME, "he"), (GONE, " never"), (SAME, " said it")]),
        ("", "new", [(NEW, "new")]),
        ("old", "", [(GONE, "old")]),
        ("", "", []),
        ("in May.", "in June.", [(SAME, "in"), (GONE, " May"), (NEW, " June"), (SAME, ".")]),
    ],
)
def test_examples(old: str, new: str, told: list[tuple[str, str]]) -> None:
    assert [(piece.kind, piece.text) for piece in words(old, new)] == told


def test_a_long_middle_is_told_as_replaced_and_what_is_around_it_as_the_same() -> None:
    old, new = (" ".join(f"{letter}{n}" for n in range(LONGEST + 1)) for letter in "ab")
    found = words(f"start {old} end", f"start {new} end")
    assert [piece.kind for piece in found] == [SAME, GONE, NEW, SAME]
    assert (found[0].text, found[3].text) == ("start", " end")


def test_long_unchanged_stretches_are_cut_beside_the_change() -> None:
    many = " ".join(str(n) for n in range(100))
    found = shortened(words(f"{many} old {many} old {many}", f"{many} new {many} new {many}"), around=2)
    assert [piece.text for piece in found] == [
        " … 98 99", " old", " new", " 0 1 … 98 99", " old", " new", " 0 1 … ",
    ]  # fmt: skip
    assert shortened([Piece(SAME, many)], around=2) == [Piece(SAME, many)]


def test_fields_that_differ_are_told_in_order() -> None:
    assert fields({"a": "1", "b": "2"}, {"b": "3", "a": "1"}) == [
        FieldChange("b", "2", "3", (Piece(GONE, "2"), Piece(NEW, "3")))
    ]
    assert [(change.field, change.old, change.new) for change in fields(None, {"a": "1", "b": ""})] == [("a", "", "1")]
    assert [(change.field, change.old, change.new) for change in fields({"a": "1"}, None)] == [("a", "1", "")]
    assert fields({"a": "1"}, {"a": "1"}) == []
