"""Partial dates: as precise as they are known, and never more."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from visits.partial_dates import (
    FIRST_YEAR,
    LAST_YEAR,
    PartialDate,
    between,
    count_inclusive,
    from_day,
    parse,
    span,
)

DAYS = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
POINTS = st.one_of(
    DAYS.map(str),
    DAYS.map(lambda day: str(day)[:7]),
    DAYS.map(lambda day: str(day)[:4]),
).map(parse)


@st.composite
def intervals(draw: st.DrawFn) -> PartialDate:
    start, end = draw(POINTS), draw(POINTS)
    assume(end.latest >= start.earliest)
    return parse(f"{start.text}/{end.text}")


DATES = st.one_of(POINTS, intervals())


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision", "days"),
    [
        ("2022", "2022-01-01", "2022-12-31", "year", None),
        ("2022-03", "2022-03-01", "2022-03-31", "month", None),
        ("2022-02", "2022-02-01", "2022-02-28", "month", None),
        ("2024-02", "2024-02-01", "2024-02-29", "month", None),
        ("2022-12", "2022-12-01", "2022-12-31", "month", None),
        ("2022-03-05", "2022-03-05", "2022-03-05", "day", 1),
        (" 2022-03-05\n", "2022-03-05", "2022-03-05", "day", 1),
        ("2022-08-15/2022-08-26", "2022-08-15", "2022-08-26", "interval", 12),
        ("2022-08-15/2022-08-15", "2022-08-15", "2022-08-15", "interval", 1),
        ("2021/2022", "2021-01-01", "2022-12-31", "interval", None),
        ("2022-08-15/2022-09", "2022-08-15", "2022-09-30", "interval", None),
        # Begun on the 15th and ended in the same month; begun in that month and ended on the 15th.
        ("2022-08-15/2022-08", "2022-08-15", "2022-08-31", "interval", None),
        ("2022-08/2022-08-15", "2022-08-01", "2022-08-15", "interval", None),
        ("2022-08-15/2022", "2022-08-15", "2022-12-31", "interval", None),
    ],
)
def test_a_text_gives_its_bounds_precision_and_days(
    text: str, earliest: str, latest: str, precision: str, days: int | None
) -> None:
    found = parse(text)
    assert (str(found.earliest), str(found.latest)) == (earliest, latest)
    assert found.precision == precision
    assert found.is_day is (precision == "day")
    assert found.days == days
    assert found.text == text.strip()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no date"),
        ("/", "is no date"),
        ("2022/", "is no date"),
        ("/2022", "is no date"),
        ("22", "is no date"),
        ("2022-3", "is no date"),
        ("2022-03-5", "is no date"),
        ("20220305", "is no date"),
        ("5 March 2022", "is no date"),
        ("2022-03-05T10:00", "is no date"),
        ("2022-01/2022-02/2022-03", "is no date"),
        ("２０２２", "is no date"),
        ("2022\x00", "is no date"),
        ("2022-00", "not in the calendar"),
        ("2022-13", "not in the calendar"),
        ("2022-02-29", "not in the calendar"),
        ("2022-04-31", "not in the calendar"),
        ("2022-04-00", "not in the calendar"),
        ("2022-08-26/2022-02-30", "not in the calendar"),
        ("1899", "outside 1900 to 2199"),
        ("2200-01-01", "outside 1900 to 2199"),
        ("0000", "outside 1900 to 2199"),
        ("9999-12-31", "outside 1900 to 2199"),
        ("2022-08-26/2022-08-15", "ends before it starts"),
        ("2022-08-01/2022-07", "ends before it starts"),
        ("2022/2021-12-31", "ends before it starts"),
    ],
)
def test_what_is_no_date_is_refused_with_a_sentence(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse(text)


def test_the_sentence_does_not_repeat_a_hundred_thousand_characters() -> None:
    with pytest.raises(ValueError, match="is no date") as refusal:
        parse("9" * 100_000)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("text", "long", "short"),
    [
        ("2022", "2022", "2022"),
        ("2021-03", "March 2021", "Mar 2021"),
        ("2022-08-16", "16 August 2022", "16 Aug 2022"),
        ("2022-08-15/2022-08-26", "15–26 August 2022", "15–26 Aug 2022"),
        (
            "2022-08-26/2022-09-02",
            "26 August – 2 September 2022",
            "26 Aug – 2 Sept 2022",
        ),
        (
            "2022-12-26/2023-01-02",
            "26 December 2022 – 2 January 2023",
            "26 Dec 2022 – 2 Jan 2023",
        ),
        ("2022-08/2022-10", "August–October 2022", "Aug–Oct 2022"),
        ("2022-08/2023-10", "August 2022 – October 2023", "Aug 2022 – Oct 2023"),
        ("2021/2022", "2021 – 2022", "2021 – 2022"),
        (
            "2022-08-15/2022-09",
            "15 August 2022 – September 2022",
            "15 Aug 2022 – Sept 2022",
        ),
        (
            "2022-08/2022-08-15",
            "August 2022 – 15 August 2022",
            "Aug 2022 – 15 Aug 2022",
        ),
        ("2022-08-15/2022-08-15", "15 August 2022", "15 Aug 2022"),
    ],
)
def test_a_date_is_shown_at_its_precision(text: str, long: str, short: str) -> None:
    assert parse(text).display() == long
    assert parse(text).display_short() == short


def test_a_date_is_shown_in_the_readers_language() -> None:
    assert parse("2021-03").display("fr") == "mars 2021"
    assert parse("2022-08-16").display("fr") == "16 août 2022"


@given(DATES)
def test_reading_a_text_gives_it_back(value: PartialDate) -> None:
    assert parse(value.text) == value
    assert parse(f"  {value.text} ") == value


@given(DAYS)
def test_a_day_is_one_day(day: date) -> None:
    value = from_day(day)
    assert (value.text, value.earliest, value.latest, value.days) == (
        str(day),
        day,
        day,
        1,
    )


@given(DATES)
def test_bounds_are_the_first_and_last_day_that_the_text_allows(
    value: PartialDate,
) -> None:
    start, end = value.parts
    assert value.earliest <= value.latest
    assert (value.earliest, value.latest) == (start.earliest, end.latest)
    assert str(value.earliest).startswith(start.text)
    assert str(value.latest).startswith(end.text)
    for bound, step, part in (
        (value.earliest, timedelta(days=-1), start),
        (value.latest, timedelta(days=1), end),
    ):
        assert not str(bound + step).startswith(part.text), "a wider bound would be allowed too"


@given(DATES, DATES)
def test_dates_sort_by_their_first_day_then_their_last(one: PartialDate, other: PartialDate) -> None:
    first, second = sorted([one, other])
    assert (first.earliest, first.latest) <= (second.earliest, second.latest)
    assert (one < other) + (other < one) == (one != other), "one order, and no two equal but the same"


@given(DATES, DATES)
def test_overlap_is_symmetric_and_means_a_common_day(one: PartialDate, other: PartialDate) -> None:
    common = max(one.earliest, other.earliest) <= min(one.latest, other.latest)
    assert one.overlaps(other) == other.overlaps(one) == common
    assert one.overlaps(one)


@given(DAYS, st.integers(0, 4000))
def test_days_are_counted_with_both_ends(start: date, more: int) -> None:
    assume(start <= date(2180, 1, 1))
    end = start + timedelta(days=more)
    assert count_inclusive(start, end) == more + 1
    assert parse(f"{start}/{end}").days == more + 1


@given(DATES)
def test_a_date_is_never_shown_more_precisely_than_it_is_known(
    value: PartialDate,
) -> None:
    """A day needs day numbers, a month needs letters; a year has neither."""
    for text in (value.display(), value.display_short()):
        days = re.findall(r"\b[0-9]{1,2}\b", text)
        known = [part for part in dict.fromkeys(value.parts) if part.is_day]
        assert len(days) <= len(known)
        assert {int(day) for day in days} == {part.earliest.day for part in known}
        if all(part.precision == "year" for part in value.parts):
            assert not re.search(r"[A-Za-z]", text)
        for part in value.parts:
            assert str(part.earliest.year) in text


@given(POINTS, POINTS)
def test_between_spans_two_dates_and_keeps_their_precision(one: PartialDate, other: PartialDate) -> None:
    assume(other.latest >= one.earliest)
    value = between(one, other)
    assert (value.earliest, value.latest) == (one.earliest, other.latest)
    assert value.parts == (one, other)
    assert between(one, one) == one


def test_between_two_intervals_runs_from_the_first_start_to_the_last_end() -> None:
    value = between(parse("2022-08-15/2022-08-17"), parse("2022-08-20/2022-08-26"))
    assert value.text == "2022-08-15/2022-08-26"


@given(st.lists(DATES))
def test_a_span_holds_every_date_and_no_day_more(values: list[PartialDate]) -> None:
    found = span(values)
    if not values:
        assert found is None
        return
    assert found is not None
    first, last = found
    assert all(first <= value.earliest and value.latest <= last for value in values)
    assert any(value.earliest == first for value in values)
    assert any(value.latest == last for value in values)
