"""The course of visits: every event once on its line, inside the axis, in order."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.visits.test_partial_dates import DATES as partial_dates
from visits.choices import StepKind
from visits.course import STEP_MARKS, Course, Event, build, in_order
from visits.partial_dates import parse

LANES = ("a", "b", "c")
KINDS = ("request", "postponed", "stopped", "visit", "report")

events = st.lists(
    st.tuples(st.sampled_from(LANES), st.sampled_from(KINDS), st.none() | partial_dates),
    max_size=14,
).map(lambda rows: [Event(f"{n}", lane, kind, when) for n, (lane, kind, when) in enumerate(rows)])


def event(key: str, when: str = "", lane: str = "a", kind: str = "visit", order: int = 0) -> Event:
    return Event(key, lane, kind, parse(when) if when else None, order)  # type: ignore[arg-type]


def keys(course: Course) -> list[list[str]]:
    return [[mark.event.key for mark in lane.marks] for lane in course.lanes]


def test_nothing_makes_an_empty_course() -> None:
    assert build([], LANES) == Course(None, (), ())


def test_lines_stand_in_the_order_given_and_those_without_a_mark_are_left_out() -> None:
    course = build([event("one", "2020", "c"), event("two", "2019", "a"), event("three", "", "b")], LANES)
    assert [lane.key for lane in course.lanes] == ["a", "c"]
    assert [one.key for one in course.undated] == ["three"]


def test_of_one_day_events_stand_as_a_visit_goes_on() -> None:
    rows = [event(kind, "2020-05-01", kind=kind) for kind in ("report", "stopped", "visit", "postponed", "request")]
    assert keys(build(rows, LANES)) == [["request", "postponed", "visit", "stopped", "report"]]


def test_a_visit_reaches_from_its_first_day_to_its_last_and_a_year_over_itself() -> None:
    course = build([event("visit", "2021-07-02/2021-07-13"), event("year", "2022", kind="request")], LANES)
    visit, year = course.lanes[0].marks
    assert (visit.start, visit.end, visit.width, visit.middle) == (24.93, 26.58, 1.65, 25.75)
    assert (year.start, year.end, year.middle) == (50.0, 100.0, 75.0)


def test_an_event_without_a_date_comes_last_in_the_table() -> None:
    rows = [event("none"), event("late", "2022"), event("early", "2021-12-31")]
    assert [one.key for one in in_order(rows)] == ["early", "late", "none"]


def test_only_known_kinds_of_steps_are_marked() -> None:
    assert set(STEP_MARKS) <= set(StepKind.values)
    assert set(STEP_MARKS.values()) == set(KINDS) - {"visit"}


@given(events)
def test_every_event_is_told_once_inside_the_axis_and_in_order(given_events: list[Event]) -> None:
    course = build(given_events, LANES)
    marks = [mark for lane in course.lanes for mark in lane.marks]
    told = [mark.event.key for mark in marks] + [one.key for one in course.undated]
    assert sorted(told) == sorted(one.key for one in given_events)
    assert all(mark.event.lane == lane.key for lane in course.lanes for mark in lane.marks)
    assert all(0 <= mark.start <= mark.middle <= mark.end <= 100 for mark in marks)
    for lane in course.lanes:
        starts = [mark.start for mark in lane.marks]
        assert starts == sorted(starts)
        dates = [mark.event.date for mark in lane.marks]
        assert all(one and other and one.earliest <= other.earliest for one, other in pairwise(dates))
    assert (course.axis is None) == (not marks)


@given(events, st.randoms())
def test_the_order_of_entry_changes_nothing(given_events: list[Event], chance) -> None:
    mixed = list(given_events)
    chance.shuffle(mixed)
    assert build(mixed, LANES) == build(given_events, LANES)
