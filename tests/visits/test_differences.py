"""Word differences lead from one text to the other; merging keeps what both sides wrote."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from visits.conflicts import Written, compare
from visits.differences import IN, LONGEST, OUT, SAME, Clash, merge, new_text, old_text, split, with_kept, word_diff

WORD = st.sampled_from(["a", "to", "met", "Phnom", "Penh,", "said.", "1,5", "«oui»", "—", "é"])
SPACE = st.sampled_from([" ", "  ", "\n", "\n\n"])
TEXT = st.lists(st.tuples(SPACE, WORD), max_size=30).map(lambda pairs: "".join(a + b for a, b in pairs))
careful = effort(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANY = st.one_of(TEXT, st.text("ab .,\n\t\r’é", max_size=40))


@careful
@given(ANY)
def test_the_words_of_a_text_joined_are_the_text(text: str) -> None:
    assert "".join(split(text)) == text


@careful
@given(ANY, ANY)
def test_a_difference_leads_from_the_old_text_to_the_new(old: str, new: str) -> None:
    runs = word_diff(old, new)
    assert old_text(runs) == old
    assert new_text(runs) == new
    assert all(run.text for run in runs)


@careful
@given(ANY)
def test_a_text_differs_from_itself_in_nothing(text: str) -> None:
    assert all(run.kind == "same" for run in word_diff(text, text))
    assert merge(text, text, text).text == text


@careful
@given(ANY, ANY)
def test_whoever_changed_nothing_takes_over_what_the_other_wrote(base: str, other: str) -> None:
    for both in (merge(base, other, base), merge(base, base, other), merge(base, other, other)):
        assert both.clean
        assert both.text == other


@careful
@given(TEXT, TEXT, TEXT, st.lists(WORD, min_size=1), st.lists(WORD, min_size=1))
def test_edits_in_different_places_are_both_kept(head: str, middle: str, tail: str, mine: list, theirs: list) -> None:
    fence = " ANCHOR one two"
    own, other = " MINE " + " ".join(mine), " THEIRS " + " ".join(theirs)
    base = head + fence + middle + fence + tail
    both = merge(base, own + fence + middle + fence + tail, head + fence + middle + fence + other)
    assert own.strip() in both.text or not both.clean
    assert other.strip() in both.text or not both.clean
    if "ANCHOR" not in middle:
        assert both.clean
        assert both.text == own + fence + middle + fence + other


@careful
@given(ANY, ANY, ANY)
def test_of_a_clash_nothing_is_lost(base: str, mine: str, theirs: str) -> None:
    both = merge(base, mine, theirs)
    turned = merge(base, theirs, mine)
    assert both.clean == turned.clean
    if both.clean:
        assert both.text == turned.text
    assert [(c.base, c.mine, c.theirs) for c in both.clashes] == [(c.base, c.theirs, c.mine) for c in turned.clashes]


def test_the_same_words_changed_twice_are_a_clash_beside_which_the_rest_is_merged() -> None:
    both = merge("He met the minister on Monday.", "He met the king on Monday.", "They met the judge on Monday.")
    assert both.text == "They met the king on Monday."
    assert both.clashes == (Clash(base=" minister", mine=" king", theirs=" judge"),)


def test_two_long_texts_are_compared_in_reasonable_time() -> None:
    old, new = " ".join(f"w{n}" for n in range(9_000)), " ".join(f"v{n}" for n in range(9_000))
    assert [run.kind for run in word_diff(old, new)] == ["out", "in"]


def test_fields_are_told_where_typed_and_stored_differ_with_what_is_proposed() -> None:
    found = compare(
        [
            Written("same", "Same", "a", "b", "b"),
            Written("mine", "Mine", "2022", "2023", "2022"),
            Written("theirs", "Theirs", "2022", "2022", "2023"),
            Written("both", "Both", "2022", "2023", "2024"),
            Written("prose", "Prose", "one two three", "ONE two three", "one two THREE", prose=True),
            Written("unknown", "Unknown", None, "mine", "theirs", prose=True),
        ]
    )
    assert {field.name: (field.merged, field.clashing) for field in found} == {
        "mine": ("2023", False),
        "theirs": ("2023", False),
        "both": ("2023", True),
        "prose": ("ONE two THREE", False),
        "unknown": ("mine", True),
    }


SIGNS = st.text(alphabet="ab “”’é.,-\n\u200b", max_size=60)


@given(SIGNS, SIGNS)
def test_both_texts_are_put_together_again_from_the_pieces(old: str, new: str) -> None:
    found = word_diff(old, new)
    assert "".join(piece.text for piece in found if piece.kind != IN) == old
    assert "".join(piece.text for piece in found if piece.kind != OUT) == new
    assert all(piece.text for piece in found)
    assert all(one.kind != two.kind for one, two in pairwise(found))


@given(SIGNS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert all(piece.kind == SAME for piece in word_diff(text, text))
    assert "".join(split(text)) == text


@given(st.lists(st.sampled_from(["one", "two", "six"]), min_size=1, max_size=12), st.data())
def test_any_one_changed_word_is_the_only_thing_told(parts: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(parts) - 1))
    other = [*parts[:place], "changed", *parts[place + 1 :]]
    found = word_diff(" ".join(parts), " ".join(other))
    assert [piece.text.strip() for piece in found if piece.kind == IN] == ["changed"]
    assert [piece.text.strip() for piece in found if piece.kind == OUT] == [parts[place]]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("he never said it", "he said it", [(SAME, "he"), (OUT, " never"), (SAME, " said it")]),
        ("", "new", [(IN, "new")]),
        ("old", "", [(OUT, "old")]),
        ("", "", []),
        ("in May.", "in June.", [(SAME, "in"), (OUT, " May"), (IN, " June"), (SAME, ".")]),
    ],
)
def test_examples(old: str, new: str, told: list[tuple[str, str]]) -> None:
    assert [(piece.kind, piece.text) for piece in word_diff(old, new)] == told


def test_a_long_middle_is_told_as_replaced_and_what_is_around_it_as_the_same() -> None:
    old, new = (" ".join(f"{letter}{n}" for n in range(LONGEST + 1)) for letter in "ab")
    found = word_diff(f"start {old} end", f"start {new} end")
    assert [piece.kind for piece in found] == [SAME, OUT, IN, SAME]
    assert (found[0].text, found[3].text) == ("start", " end")


@pytest.mark.parametrize(
    ("base", "text", "kept"),
    [
        ("Witness 7 told of it.", "Aurelia Quillfeather told of it.", "Witness 7 told of it."),
        ("Witness 7 told of it. It rained.", "A. Q. told of it. It snowed.", "Witness 7 told of it. It snowed."),
        # What stands beside the name may be of it.
        ("Witness 7 told of it.", "Aurelia 7 Quillfeather told of it.", "Witness 7 told of it."),
        ("It was Witness 7.", "It was not Aurelia.", "It was Witness 7."),
        ("Witness 7 and Witness 7 wept.", "A and B wept aloud.", "Witness 7 and Witness 7 wept aloud."),
        ("", "Aurelia", "Aurelia"),
        ("Nobody.", "Somebody.", "Somebody."),
    ],
)
def test_edits_that_touch_a_kept_passage_are_left_out(base: str, text: str, kept: str) -> None:
    assert with_kept(base, text, {"Witness 7"}) == kept


@effort(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet="ab 7.\n"), st.text(alphabet="ab 7.\n"))
def test_without_a_kept_passage_all_edits_stay(base: str, text: str) -> None:
    assert with_kept(base, text, ()) == text
    assert with_kept(base, text, {base} - {""}) == (base or text)


def test_a_field_out_of_which_a_name_was_taken_holds_the_stored_text() -> None:
    written = Written(
        "text", "Text", "Witness 7 wept. So.", "Aurelia wept. No.", "Witness 7 slept. So.", True, {"Witness 7"}
    )
    (found,) = compare([written])
    assert (found.merged, found.mine, found.taken_out) == ("Witness 7 slept. So.", "Witness 7 wept. No.", True)
