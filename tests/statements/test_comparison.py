"""One topic over several visits: links before acts, each statement once, nothing guessed."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from statements.answering import is_claim
from statements.choices import Act, LinkKind
from statements.comparison import Answer, Repeat, Said, Visit, compare
from statements.positions import COLUMNS


def visit(key, place, *said):
    return Visit(key, place, tuple(Said(*row) for row in said))


def cell(lines, key, column="state"):
    line = next(line for line in lines if line.visit.key == key)
    return next(found for found in line.cells if found.column == column)


def since(lines, key, column="state"):
    return cell(lines, key, column).since


def keys(rows):
    return [row.key for row in rows]


def test_no_visit_gives_no_line_and_one_visit_is_compared_with_none():
    assert compare([]) == ()
    (line,) = compare([visit("v", 0, ("a", "state", "asserts"))])
    assert line.previous is None
    assert [found.since for found in line.cells] == [None] * 4
    assert cell([line], "v").acts == (("asserts", 1),)


def test_the_previous_visit_is_the_one_before_in_time_however_they_are_given():
    lines = compare([visit("new", 2), visit("old", 0), visit("middle", 1)])
    assert [line.visit.key for line in lines] == ["new", "old", "middle"]
    assert [line.previous and line.previous.key for line in lines] == ["middle", None, "old"]


def test_a_visit_without_dates_is_compared_with_none_and_none_with_it():
    lines = compare([visit("new", 1), visit("undated", None), visit("old", 0)])
    assert [line.previous and line.previous.key for line in lines] == ["old", None, None]


def test_a_link_says_what_is_repeated_and_what_it_covers_is_not_compared_by_act():
    old = visit("old", 0, ("a", "state", "asserts"))
    new = visit("new", 1, ("b", "state", "denies"), ("c", "state", "asserts"))
    found = since(compare([old, new], [Repeat("b", "a", "state", "old")]), "new")
    assert keys(found.repeated) == ["b"]
    # What b repeats is taken: the assertion c has no counterpart left, and nothing was dropped.
    assert keys(found.same_act) == []
    assert keys(found.new) == ["c"]
    assert keys(found.dropped) == []


def test_without_a_link_the_same_act_of_the_same_column_is_told_apart():
    old = visit("old", 0, ("a", "state", "asserts"), ("x", "state", "warns"), ("y", "civil", "denies"))
    new = visit("new", 1, ("b", "state", "asserts"), ("c", "state", "denies"))
    found = since(compare([old, new]), "new")
    assert keys(found.repeated) == []
    assert keys(found.same_act) == ["b"]
    assert keys(found.new) == ["c"]
    assert keys(found.dropped) == ["x"]
    assert keys(since(compare([old, new]), "new", "civil").dropped) == ["y"]


def test_two_visits_that_repeat_the_same_older_statement_repeat_each_other():
    old, new = visit("old", 1, ("b", "state", "asserts")), visit("new", 2, ("c", "state", "warns"))
    repeats = [Repeat("b", "a", "state", "oldest"), Repeat("c", "a", "state", "oldest")]
    found = since(compare([old, new], repeats), "new")
    assert keys(found.repeated) == ["c"]
    assert found.dropped == ()


def test_what_repeats_something_older_than_the_previous_visit_is_not_new():
    old, new = visit("old", 1, ("b", "state", "asserts")), visit("new", 2, ("c", "state", "warns"))
    found = since(compare([old, new], [Repeat("c", "a", "state", "oldest")]), "new")
    assert keys(found.repeated) == ["c"]
    assert keys(found.dropped) == ["b"]


def test_what_is_repeated_within_a_visit_or_from_another_side_is_no_repetition_of_the_previous_one():
    old = visit("old", 0, ("a", "civil", "asserts"))
    new = visit("new", 1, ("b", "state", "asserts"), ("c", "state", "warns"))
    for repeat in (
        Repeat("c", "b", "state", "new"),
        Repeat("b", "a", "civil", "old"),
        Repeat("b", "z", "state", "new"),
    ):
        found = since(compare([old, new], [repeat]), "new")
        assert keys(found.repeated) == []
        assert keys(found.new) == ["b", "c"]


def test_claims_of_the_previous_visit_are_answered_or_left_unanswered_by_the_next_one():
    old = visit(
        "old", 0, ("a", "civil", "alleges"), ("b", "civil", "asks"), ("c", "civil", "praises"), ("d", "civil", "warns")
    )
    lines = compare(
        [old, visit("new", 1), visit("newest", 2)],
        answers=[
            Answer("a", "denies", "state", 0),
            Answer("b", "answers", "state", 2),
            Answer("d", "agrees", "civil", 0),
            Answer("d", "clarifies", "state"),
        ],
    )
    found = since(lines, "new", "civil")
    assert keys(found.answered) == ["a"]
    # The answer to b came at a later visit still; one's own side and a clarification answer nothing.
    assert keys(found.unanswered) == ["b", "d"]
    lines = compare([old, visit("new", 1)], answers=[Answer("b", "answers", "state", None)])
    assert keys(since(lines, "new", "civil").answered) == ["b"]


ACTS = st.sampled_from(Act.values)
said = st.lists(st.tuples(st.sampled_from(COLUMNS), ACTS), max_size=8)


@st.composite
def comparisons(draw):
    """Return visits with links of repetition and answers at random, hidden targets and circles included."""
    number = draw(st.integers(0, 4))
    places = draw(st.permutations([*range(number)]))
    visits, made = [], []
    for n, place in enumerate(places):
        rows = [(f"{n}.{m}", column, act) for m, (column, act) in enumerate(draw(said))]
        made += [(key, column, str(n)) for key, column, _act in rows]
        dated = draw(st.integers(0, 5)) > 0
        visits.append(visit(str(n), place if dated else None, *rows))
    made.append(("elsewhere", draw(st.sampled_from(COLUMNS)), ""))
    pairs = draw(st.lists(st.tuples(st.sampled_from(made), st.sampled_from(made)), max_size=12))
    repeats = [Repeat(a[0], b[0], b[1], b[2]) for a, b in pairs if a != b]
    answers = [
        Answer(draw(st.sampled_from(made))[0], draw(st.sampled_from(LinkKind.values)), draw(st.sampled_from(COLUMNS)),
               draw(st.none() | st.integers(0, 4)))
        for _ in range(draw(st.integers(0, 6)))
    ]  # fmt: skip
    return visits, repeats, answers


@given(comparisons())
def test_every_statement_stands_once_in_its_cell_and_is_repeated_or_the_same_act_or_new(drawn):
    visits, repeats, answers = drawn
    lines = compare(visits, repeats, answers)
    assert [line.visit for line in lines] == visits
    for line in lines:
        assert [found.column for found in line.cells] == list(COLUMNS)
        for found in line.cells:
            assert list(found.said) == [row for row in line.visit.said if row.column == found.column]
            assert Counter(dict(found.acts)) == Counter(row.act for row in found.said)
            if line.previous is None:
                assert found.since is None
                continue
            then = [row for row in line.previous.said if row.column == found.column]
            shared = [*found.since.repeated, *found.since.same_act, *found.since.new]
            assert sorted(keys(shared)) == sorted(keys(found.said))
            assert set(found.since.dropped) <= set(then)
            met = [*found.since.answered, *found.since.unanswered]
            assert sorted(keys(met)) == sorted(row.key for row in then if is_claim(row.act))


@given(comparisons())
def test_where_no_link_speaks_what_is_new_now_was_dropped_backwards(drawn):
    visits = [found for found in drawn[0] if found.place is not None][:2]
    if len(visits) < 2:
        return
    first, second = sorted(visits, key=lambda found: found.place)
    forwards = compare([Visit("a", 0, first.said), Visit("b", 1, second.said)])
    backwards = compare([Visit("a", 1, first.said), Visit("b", 0, second.said)])
    for column in COLUMNS:
        assert since(forwards, "b", column).new == since(backwards, "a", column).dropped
        assert since(forwards, "b", column).dropped == since(backwards, "a", column).new


@given(comparisons())
def test_a_statement_is_repeated_only_where_a_link_names_it_or_names_what_it_repeats(drawn):
    visits, repeats, _answers = drawn
    linked = {link.source for link in repeats} | {link.target for link in repeats}
    for line in compare(visits, repeats):
        for found in line.cells:
            assert found.since is None or {row.key for row in found.since.repeated} <= linked


@given(comparisons(), st.randoms())
def test_the_order_in_which_links_are_read_changes_nothing(drawn, chance):
    visits, repeats, answers = drawn
    before = compare(visits, repeats, answers)
    chance.shuffle(repeats)
    chance.shuffle(answers)
    assert compare(visits, repeats, answers) == before


@given(comparisons())
def test_what_an_older_or_newer_visit_holds_changes_nothing_between_two(drawn):
    """A page of visits shows the same as the whole list does: only the one before is needed."""
    visits, repeats, answers = drawn
    whole = {line.visit.key: line for line in compare(visits, repeats, answers)}
    for line in whole.values():
        alone = compare([found for found in (line.visit, line.previous) if found], repeats, answers)
        assert alone[0] == line
