"""The board: every statement in its cells, every act with its count, absences as absences."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from statements.choices import Act
from statements.positions import COLUMNS, Said, Summary, Topic, build_board

SPACE = Topic("civic-space", "Civic space")
LAW = Topic("covid-19-law", "Covid-19 law")
VOTE = Topic("elections", "Elections")


def said(key, column, act, *topics):
    return Said(key=key, column=column, act=act, topics=topics)


def cell_of(board, topic, column):
    line = next(line for line in board if line.topic == topic)
    return next(cell for cell in line.cells if cell.column == column)


def test_an_empty_visit_has_an_empty_board():
    assert build_board([]) == ()


def test_statement_stands_on_each_of_its_topics_in_its_column_only():
    board = build_board([said("a", "state", "denies", SPACE, LAW)])
    assert [line.topic for line in board] == [SPACE, LAW]
    for topic in (SPACE, LAW):
        assert [row.key for row in cell_of(board, topic, "state").said] == ["a"]
        assert all(cell_of(board, topic, column).empty for column in ("holder", "civil", "others"))


def test_every_act_is_shown_with_its_count_the_most_frequent_first_and_never_one_for_all():
    board = build_board(
        [
            said("a", "state", "denies", SPACE),
            said("b", "state", "asserts", SPACE),
            said("c", "state", "asserts", SPACE),
        ]
    )
    assert cell_of(board, SPACE, "state").acts == (("asserts", 2), ("denies", 1))


def test_acts_of_equal_count_stand_in_the_order_of_the_statements():
    board = build_board([said("a", "civil", "warns", SPACE), said("b", "civil", "agrees", SPACE)])
    assert cell_of(board, SPACE, "civil").acts == (("warns", 1), ("agrees", 1))


def test_summary_stands_in_its_cell_and_fills_it_without_a_statement():
    summary = Summary(SPACE, "holder", "The rapporteur is worried.", ("a",))
    board = build_board([said("a", "state", "denies", SPACE)], [summary, Summary(VOTE, "state", "Fair.")])
    assert cell_of(board, SPACE, "holder").summaries == (summary,)
    assert not cell_of(board, SPACE, "holder").empty
    assert cell_of(board, SPACE, "state").summaries == ()
    assert [row.text for row in cell_of(board, VOTE, "state").summaries] == ["Fair."]


def test_summaries_of_a_compartment_stand_beside_that_of_everybody():
    open_one, closed = Summary(SPACE, "state", "Open."), Summary(SPACE, "state", "Closed.")
    assert cell_of(build_board([], [open_one, closed]), SPACE, "state").summaries == (open_one, closed)


def test_topic_that_a_meeting_only_touched_on_is_shown_with_nothing_recorded():
    board = build_board([], touched=[(VOTE, "meeting 1"), (VOTE, "meeting 2")])
    assert [line.topic for line in board] == [VOTE]
    assert board[0].meetings == ("meeting 1", "meeting 2")
    assert board[0].count == 0
    assert board[0].sides == 0


def test_topics_on_which_most_columns_spoke_come_first_then_most_statements_then_the_name():
    board = build_board(
        [
            said("a", "state", "asserts", VOTE),
            said("b", "state", "asserts", VOTE),
            said("c", "state", "asserts", LAW),
            said("d", "state", "asserts", SPACE),
            said("e", "civil", "asserts", SPACE),
        ],
        touched=[(Topic("access", "Access"), "m")],
    )
    assert [line.topic.slug for line in board] == [
        "civic-space",
        "elections",
        "covid-19-law",
        "access",
    ]


topics = st.lists(st.sampled_from([SPACE, LAW, VOTE]), unique=True, max_size=3).map(tuple)
rows = st.lists(st.tuples(st.sampled_from(COLUMNS), st.sampled_from(Act.values), topics), max_size=30)


@given(rows)
def test_every_statement_stands_once_per_topic_and_the_counts_are_those_of_the_statements(drawn):
    given_rows = [said(str(number), column, act, *named) for number, (column, act, named) in enumerate(drawn)]
    board = build_board(given_rows)
    seen = [(line.topic.slug, cell.column, row.key) for line in board for cell in line.cells for row in cell.said]
    expected = [(topic.slug, row.column, row.key) for row in given_rows for topic in row.topics]
    assert sorted(seen) == sorted(expected)
    for line in board:
        assert [cell.column for cell in line.cells] == list(COLUMNS)
        for cell in line.cells:
            assert Counter(dict(cell.acts)) == Counter(row.act for row in cell.said)
            numbers = [int(row.key) for row in cell.said]
            assert numbers == sorted(numbers)
