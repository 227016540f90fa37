"""Offices on a line: each once, inside the axis, sure only where the dates are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.visits.test_partial_dates import DATES as partial_dates
from visits.partial_dates import PartialDate, parse
from visits.tenures import Bar, Holding, build

maybe = st.none() | partial_dates
holdings = st.lists(st.tuples(maybe, maybe, maybe), max_size=8).map(
    lambda rows: [
        Holding(f"{n}", since=since, until=until if not (since and until) or since < until else None, seen=seen)
        for n, (since, until, seen) in enumerate(rows)
    ]
)


def holding(key: str = "one", since: str = "", until: str = "", seen: str = "") -> Holding:
    def date(text: str) -> PartialDate | None:
        return parse(text) if text else None

    return Holding(key, date(since), date(until), date(seen))


def bar(**dates: str) -> Bar:
    (found,) = build([holding(**dates)]).bars
    return found


def test_days_that_are_known_make_a_bar_that_is_sure_from_end_to_end() -> None:
    found = bar(since="2021-01-01", until="2022-12-31")
    assert (found.start, found.sure_start, found.sure_end, found.end) == (0.0, 0.0, 100.0, 100.0)
    assert not found.open_start and not found.open_end


def test_of_years_only_what_lies_between_them_is_sure() -> None:
    found = bar(since="2020", until="2022")
    assert (found.start, found.end) == (0.0, 100.0)
    assert 33.2 < found.sure_start < 33.5 and 66.5 < found.sure_end < 66.8
    same = bar(since="2020", until="2020")
    assert same.sure_width == 0


def test_an_end_that_is_not_recorded_is_open_and_a_year_longer_than_what_is() -> None:
    found = bar(since="2020-01-01")
    assert found.open_end and not found.open_start
    assert (found.start, found.end, found.sure_width) == (0.0, 100.0, 0)
    axis = build([holding(since="2020-01-01")]).axis
    assert axis is not None and (axis.first, axis.last) == (2020, 2021)
    axis = build([holding(until="2020-01-01")]).axis
    assert axis is not None and (axis.first, axis.last) == (2019, 2020)


def test_who_was_seen_in_office_held_it_until_then_at_least() -> None:
    found = bar(since="2021-01-01", seen="2021-12-31")
    assert (found.sure_start, found.sure_end, found.end) == (0.0, 50.0, 100.0)
    assert found.seen_at is not None and 49.8 < found.seen_at < 50


def test_an_office_without_any_date_is_told_apart() -> None:
    found = build([holding("none"), holding("dated", since="2020")])
    assert [one.holding.key for one in found.bars] == ["dated"]
    assert [one.key for one in found.undated] == ["none"]
    assert build([holding("none")]).axis is None


@given(holdings)
def test_every_office_stands_once_inside_the_axis_by_its_first_date(given_holdings: list[Holding]) -> None:
    found = build(given_holdings)
    told = [one.holding.key for one in found.bars] + [one.key for one in found.undated]
    assert sorted(told) == sorted(one.key for one in given_holdings)
    firsts = [min(one.holding.dates).earliest for one in found.bars]
    assert firsts == sorted(firsts)
    for one in found.bars:
        assert 0 <= one.start <= one.end <= 100
        assert 0 <= one.sure_start <= one.sure_end <= 100
        assert one.open_start == (one.holding.since is None)
        assert one.open_end == (one.holding.until is None)
        assert (one.seen is None) == (one.holding.seen is None)
        if one.holding.seen is None and one.sure_width:
            assert one.start <= one.sure_start <= one.sure_end <= one.end
