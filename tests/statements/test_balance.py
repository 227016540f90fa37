"""What the record holds of each side: figures add up, silence is told once, covered words are not missing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from statements.balance import (
    Quoted,
    Said,
    count_words,
    figures,
    one_account,
    origins,
    quoted_words,
    unanswered,
)
from statements.positions import COLUMNS, Topic

PRISONS, ELECTIONS = Topic("prisons", "Prisons"), Topic("elections", "Elections")


def said(column: str = "state", *topics: Topic, direct: bool = False, words: int = 1, accounts: str = "a") -> Said:
    return Said("k", column, direct, words, topics, frozenset(accounts.split()))


def test_every_column_has_its_figures_also_where_nothing_is_recorded() -> None:
    found = figures([said("state", direct=True, words=10), said("state", words=5), said("civil", words=7)])
    assert [(row.column, row.statements, row.direct, row.words) for row in found] == [
        ("state", 2, 1, 15),
        ("holder", 0, 0, 0),
        ("civil", 1, 0, 7),
        ("others", 0, 0, 0),
    ]


def test_a_topic_of_one_side_is_unanswered_until_the_other_speaks_on_it() -> None:
    rows = [said("civil", PRISONS), said("holder", PRISONS), said("others", PRISONS), said("state", ELECTIONS)]
    found = unanswered(rows)
    assert [(row.topic.slug, row.raised_by, row.silent, row.statements) for row in found] == [
        ("prisons", ("holder", "civil"), ("state",), 2),
        ("elections", ("state",), ("holder", "civil"), 1),
    ]
    assert unanswered([*rows, said("state", PRISONS), said("civil", ELECTIONS)]) == ()


def test_what_others_alone_said_is_unanswered_by_nobody() -> None:
    assert unanswered([said("others", PRISONS)]) == ()


def test_a_statement_known_from_one_account_is_told_and_one_without_citation_is_not() -> None:
    one, two, none = said(accounts="a"), said(accounts="a b"), said(accounts="")
    assert one_account([one, two, none]) == (one,)


def test_relays_end_at_the_original_and_a_circle_ends_somewhere() -> None:
    relays = {"paper": {"post"}, "blog": {"paper"}, "x": {"y"}, "y": {"x"}}
    assert origins("blog", relays) == origins("paper", relays) == origins("post", relays) == {"post"}
    assert origins("other", relays) == {"other"}
    assert origins("x", relays) == origins("y", relays) == {"x"}
    assert origins("fork", {"fork": {"a", "b"}, "a": {"c"}, "b": {"c"}}) == {"c"}


TEXT = "The minister said “we will open the prisons” on Monday.\n\nShe added: “The doors – all of them – stay open.”"


def test_words_that_no_citation_covers_are_missing() -> None:
    assert quoted_words(TEXT, []) == Quoted(12, 12)
    assert quoted_words(TEXT, ['"we will open the prisons"']) == Quoted(12, 7)
    assert quoted_words(TEXT, ["we will open", "The doors – all of them – stay open"]) == Quoted(12, 2)
    # Words that do not stand there cover nothing, nor do words beside the quotation.
    assert quoted_words(TEXT, ["we shall open the prisons", "on Monday"]) == Quoted(12, 12)
    assert quoted_words("No mark of speech here.", ["mark"]) == Quoted(0, 0)


def test_a_share_is_nothing_or_everything_only_where_it_is() -> None:
    assert [Quoted(*row).share for row in ((0, 0), (1000, 1), (1000, 500), (1000, 999), (3, 3))] == [0, 1, 50, 99, 100]


def test_dashes_are_no_words() -> None:
    assert count_words("all of them – stay, 24 hours") == 6
    assert count_words("") == 0


WORD = st.text("abcdefg", min_size=1, max_size=6)
SENTENCE = st.lists(WORD, min_size=1, max_size=8).map(" ".join)
ROWS = st.lists(
    st.builds(
        lambda column, topics, words: Said("k", column, False, words, tuple(topics)),
        st.sampled_from(COLUMNS),
        st.lists(st.sampled_from([PRISONS, ELECTIONS]), unique=True),
        st.integers(0, 50),
    ),
    max_size=12,
)


@effort(max_examples=80, deadline=None)
@given(ROWS)
def test_the_columns_add_up_to_all_statements_and_no_topic_is_unanswered_both_ways(rows: list[Said]) -> None:
    found = figures(rows)
    assert sum(row.statements for row in found) == len(rows)
    assert sum(row.words for row in found) == sum(row.words for row in rows)
    topics = [row.topic.slug for row in unanswered(rows)]
    assert len(topics) == len(set(topics))
    for silent in unanswered(rows):
        spoke = {row.column for row in rows if silent.topic in row.topics}
        assert set(silent.raised_by) <= spoke
        assert not set(silent.silent) & spoke


@effort(max_examples=80, deadline=None)
@given(st.lists(st.tuples(SENTENCE, SENTENCE), min_size=1, max_size=4))
def test_entering_every_quotation_leaves_none_missing_and_entering_none_leaves_all(
    pairs: list[tuple[str, str]],
) -> None:
    text = "\n\n".join(f"{plain} “{quoted}” {plain}." for plain, quoted in pairs)
    total = sum(len(quoted.split()) for _plain, quoted in pairs)
    assert quoted_words(text, []) == Quoted(total, total)
    assert quoted_words(text, [f"“{quoted}”" for _plain, quoted in pairs]).words == total
    # The same words may stand elsewhere, so that one of two equal passages stays open; marked words are all found.
    if len({quoted for _plain, quoted in pairs}) == len(pairs) == 1:
        assert quoted_words(text, [text]).missing == 0
