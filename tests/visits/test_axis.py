"""The axis: whole years, in which every date has its place."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.axis import MOST_TICKS, Axis, axis_over
from visits.partial_dates import FIRST_YEAR, LAST_YEAR, from_day, parse

years = st.integers(FIRST_YEAR, LAST_YEAR)
days = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))


def test_no_date_makes_no_axis() -> None:
    assert axis_over([]) is None


def test_an_axis_goes_over_the_whole_years_of_its_dates_and_as_many_more_as_asked_for() -> None:
    dates = [parse("2015"), parse("2017-03-05/2018-01-02")]
    assert axis_over(dates) == Axis(2015, 2018)
    assert axis_over(dates, before=1, after=2) == Axis(2014, 2020)
    assert axis_over([parse("1900"), parse("2199")], before=1, after=1) == Axis(FIRST_YEAR, LAST_YEAR)


def test_a_year_takes_its_whole_length_and_a_day_that_of_a_day() -> None:
    axis = Axis(2021, 2022)
    assert axis.span_of(parse("2021")) == (0.0, 50.0)
    assert axis.span_of(parse("2022")) == (50.0, 100.0)
    assert axis.span_of(parse("2021-01-01")) == (0.0, 0.14)
    assert axis.span_of(parse("2022-12-31")) == (99.86, 100.0)


@pytest.mark.parametrize(
    ("first", "last", "named"),
    [
        (2022, 2022, [2022]),
        (2011, 2022, list(range(2011, 2023))),
        (2005, 2022, [2006, 2008, 2010, 2012, 2014, 2016, 2018, 2020, 2022]),
        (1979, 2026, [1980, 1985, 1990, 1995, 2000, 2005, 2010, 2015, 2020, 2025]),
    ],
)
def test_round_years_are_named_where_there_are_many(first: int, last: int, named: list[int]) -> None:
    assert [year for year, _at in Axis(first, last).ticks] == named


@given(st.lists(days, min_size=1, max_size=8))
def test_dates_stand_inside_the_axis_in_their_order(given_days: list[date]) -> None:
    axis = axis_over(from_day(day) for day in given_days)
    assert axis is not None
    placed = [axis.span_of(from_day(day)) for day in sorted(given_days)]
    assert all(0 <= start <= end <= 100 for start, end in placed)
    assert placed == sorted(placed)


@given(years, years)
def test_the_named_years_are_few_and_stand_in_their_order(one: int, other: int) -> None:
    axis = Axis(min(one, other), max(one, other))
    assert 1 <= len(axis.ticks) <= MOST_TICKS or axis.last - axis.first < 50 * MOST_TICKS
    assert len(axis.ticks) <= MOST_TICKS
    assert all(0 <= at < 100 for _year, at in axis.ticks)
    assert all(a < b and x < y for (a, x), (b, y) in pairwise(axis.ticks))


@given(years, days)
def test_a_day_outside_stands_at_the_nearer_end(year: int, day: date) -> None:
    axis = Axis(year, year)
    start, end = axis.start_of(day), axis.end_of(day)
    if day.year < year:
        assert (start, end) == (0.0, 0.0)
    elif day.year > year:
        assert (start, end) == (100.0, 100.0)
    else:
        assert start < end
        assert day + timedelta(days=1) > date(year, 12, 31) or axis.start_of(day + timedelta(days=1)) == end
