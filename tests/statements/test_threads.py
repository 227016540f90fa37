"""The conversation around a statement: each statement once, circles end, nothing beyond what may be shown."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from statements.answering import CONTRADICTING_LINKS
from statements.choices import LinkKind
from statements.threads import Conversation, Link, Turn, converse


def order(*keys: str) -> dict[str, int]:
    return {key: place for place, key in enumerate(keys)}


def shape(turns: tuple[Turn, ...]) -> list:
    """Return keys with those that follow from them, a mention as “=key”."""
    return [(f"={turn.key}" if turn.again else turn.key, shape(turn.turns)) for turn in turns]


def walk(turns: tuple[Turn, ...], depth: int = 1) -> Iterator[tuple[Turn, int]]:
    for turn in turns:
        yield turn, depth
        yield from walk(turn.turns, depth + 1)


def every(found: Conversation) -> list[tuple[Turn, int]]:
    return [*walk(found.before), *walk(found.contradicting), *walk(found.answering)]


def test_a_statement_without_links_has_no_conversation():
    assert converse("a", [], order("a")).empty
    assert converse("a", [Link("denies", "b", "c")], order("a", "b", "c")).empty


def test_it_leads_several_steps_in_both_directions():
    chain = [Link("answers", "c", "b"), Link("answers", "b", "a"), Link("denies", "d", "c"), Link("agrees", "e", "d")]
    found = converse("c", chain, order(*"abcde"))
    assert shape(found.before) == [("b", [("a", [])])]
    assert shape(found.contradicting) == [("d", [("e", [])])]
    assert found.answering == ()


def test_contradictions_stand_apart_from_answers_in_the_order_of_time():
    links = [Link("agrees", "d", "a"), Link("denies", "c", "a"), Link("disowns", "b", "a"), Link("answers", "c", "a")]
    found = converse("a", links, order(*"abcd"))
    assert shape(found.contradicting) == [("b", []), ("c", [])]
    assert found.contradicting[1].kinds == ("answers", "denies")
    assert shape(found.answering) == [("d", [])]


def test_a_circle_ends_where_it_closes():
    links = [Link("answers", "b", "a"), Link("answers", "c", "b"), Link("clarifies", "a", "c")]
    found = converse("a", links, order(*"abc"))
    assert shape(found.before) == [("c", [("b", [("=a", [])])])]
    assert shape(found.answering) == [("b", [("c", [("=a", [])])])]


def test_a_hidden_statement_cuts_the_conversation():
    links = [Link("answers", "b", "a"), Link("answers", "c", "b")]
    assert converse("c", links, order("a", "c")).empty


def test_beyond_the_steps_and_the_number_shown_it_says_that_it_goes_on():
    chain = [Link("answers", str(n + 1), str(n)) for n in range(9)]
    ranks = order(*map(str, range(10)))
    found = converse("0", chain, ranks, steps=3)
    assert [(turn.key, turn.goes_on) for turn, _depth in every(found)] == [("1", False), ("2", False), ("3", True)]
    many = [Link("answers", str(n), "0") for n in range(1, 10)]
    found = converse("0", many, ranks, most=4)
    assert (len(found.answering), found.goes_on) == (4, True)
    assert not converse("0", many, ranks, most=9).goes_on


keys = st.sampled_from("abcdefgh")
links = st.lists(st.builds(Link, st.sampled_from(LinkKind.values), keys, keys), max_size=24)


@given(links, st.sets(keys), st.integers(1, 4), st.integers(1, 8))
def test_each_statement_stands_once_within_the_bounds_and_only_visible_ones_do(drawn, visible, steps, most):
    ranks = order(*sorted(visible | {"a"}))
    found = converse("a", drawn, ranks, steps=steps, most=most)
    shown = every(found)
    assert sum(not turn.again for turn, _depth in shown) <= most
    for part in (found.before, found.contradicting + found.answering):
        once = [turn.key for turn, _depth in walk(part) if not turn.again]
        assert len(once) == len(set(once))
        assert "a" not in once
    assert {turn.key for turn, _depth in shown} <= set(ranks)
    assert all(depth <= steps for _turn, depth in shown)
    assert all(not turn.turns for turn, _depth in shown if turn.again)
    # Nothing hidden changes anything.
    clean = [link for link in drawn if {link.source, link.target} <= set(ranks)]
    assert converse("a", clean, ranks, steps=steps, most=most) == found


@given(links)
def test_with_room_enough_all_that_links_lead_to_is_there_and_every_link_beside_the_first(drawn):
    ranks = order(*"abcdefgh")
    found = converse("a", drawn, ranks, steps=8, most=16)
    for turns, near, far in ((found.before, "source", "target"), (found.contradicting + found.answering,
                                                                   "target", "source")):  # fmt: skip
        told = {(turn.key, kind) for turn in turns for kind in turn.kinds}
        assert told == {(getattr(link, far), link.kind) for link in drawn
                        if getattr(link, near) == "a" != getattr(link, far)}  # fmt: skip
    assert all(turn.contradicts is bool(set(turn.kinds) & CONTRADICTING_LINKS) for turn, _depth in every(found))
    reached = {turn.key for turn, _depth in every(found)}
    expected = {"a"}
    for near, far in (("source", "target"), ("target", "source")):
        here = {"a"}
        while True:
            further = here | {getattr(link, far) for link in drawn if getattr(link, near) in here}
            if further == here:
                break
            here = further
        expected |= here
    assert reached | {"a"} == expected
    assert not any(turn.goes_on for turn, _depth in every(found))
