"""How long something has waited, as of a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.partial_dates import from_day, parse
from visits.waiting import Wait, wait_since

TODAY = date(2022, 8, 15)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("since", "wait"),
    [
        ("2022-08-15", Wait(0, 0, 0, 0, at_least=False)),
        ("2022-08-14", Wait(0, 0, 1, 1, at_least=False)),
        ("2022-07-16", Wait(0, 0, 30, 30, at_least=False)),
        ("2022-07-15", Wait(0, 1, 0, 31, at_least=False)),
        ("2021-08-16", Wait(0, 11, 0, 364, at_least=False)),
        ("2021-08-15", Wait(1, 0, 0, 365, at_least=False)),
        ("2018-03-01", Wait(4, 5, 0, 1628, at_least=False)),
        # Of a year or a month, the last day that it can have been counts.
        ("2018", Wait(3, 7, 0, 1323, at_least=True)),
        ("2022-06", Wait(0, 1, 0, 46, at_least=True)),
        ("2022-08", Wait(0, 0, 0, 0, at_least=True)),
        ("2023", Wait(0, 0, 0, 0, at_least=True)),
    ],
)
def test_a_wait_is_told_in_whole_years_and_months_or_in_days(since: str, wait: Wait) -> None:
    assert wait_since(parse(since), TODAY) == wait


def test_a_month_that_began_on_its_last_day_is_over_after_a_shorter_one() -> None:
    since = parse("2022-01-31")
    assert wait_since(since, date(2022, 2, 28)).months == 0
    assert wait_since(since, date(2022, 3, 1)).months == 1


@given(days, days)
def test_a_wait_grows_day_by_day_and_its_parts_fit_its_days(since: date, today: date) -> None:
    wait = wait_since(from_day(since), today)
    next_day = wait_since(from_day(since), today + timedelta(days=1))
    assert wait.days_in_all == max(0, (today - since).days)
    assert (next_day.years, next_day.months) >= (wait.years, wait.months)
    assert next_day.days_in_all - wait.days_in_all == (1 if since <= today else 0)
    assert 0 <= wait.months < 12
    assert wait.days == (0 if wait.years or wait.months else wait.days_in_all)
    assert abs(wait.days_in_all - wait.years * 365.25 - wait.months * 30.44 - wait.days) < 34
