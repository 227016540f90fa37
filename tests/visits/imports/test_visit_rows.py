"""What cells say of a visit, and how the steps on record come to say it. Pure."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck
from hypothesis import given as given_by
from hypothesis import settings as effort
from hypothesis import strategies as st

from visits.choices import VisitStatus
from visits.imports.kinds import Given
from visits.imports.visit_rows import read_visit
from visits.imports.visit_steps import Plan, Stored, plan_steps, says_the_same, status_after

# A loaded machine draws slowly.
CALM = effort(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(**values: str):  # type: ignore[no-untyped-def]
    """Return what a row with these values says."""
    return read_visit(Given(1, {name: text for name, text in values.items() if text}))


def as_stored(plan: Plan, before: list[Stored]) -> list[Stored]:
    """Return the steps in force after a plan was carried out."""
    gone = {*plan.void, *(key for _step, key in plan.add if key is not None)}
    last = max((row.key for row in before), default=0)
    made = [
        Stored(last + n, step.kind, step.date, step.proposed, step.document, step.actor)
        for n, (step, _key) in enumerate(plan.add, start=1)
    ]
    return [*(row for row in before if row.key not in gone), *made]


@pytest.mark.parametrize(
    ("values", "start", "end", "dates"),
    [
        ({"start": "2023-07-24", "end": "2023-08-04"}, "2023-07-24", "2023-08-04", "2023-07-24/2023-08-04"),
        ({"start": "2009-08", "end": "2009-08"}, "2009-08", "2009-08", "2009-08"),
        ({"end": "2010-08-31"}, "", "2010-08-31", "2010-08-31"),
        ({"start": "2007-05-29"}, "2007-05-29", "", "2007-05-29"),
        ({"dates": "2022-08-15/2022-08-26"}, "2022-08-15", "2022-08-26", "2022-08-15/2022-08-26"),
        ({"dates": "2022-08-15", "dates_kind": "start_only"}, "2022-08-15", "", "2022-08-15"),
        ({"start": "2022-08-01", "end": "2022-08-01", "precision": "month"}, "2022-08", "2022-08", "2022-08"),
        ({"start": "2022-01-01", "precision": "year"}, "2022", "", "2022"),
    ],
)
def test_dates_are_as_precise_as_they_are_said_to_be(values: dict[str, str], start: str, end: str, dates: str) -> None:
    found = read(**values)
    assert (found.start, found.end, found.dates, found.problems) == (start, end, dates, [])


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"start": "17/08/2022"}, "start"),
        ({"end": "2022-02-30"}, "end"),
        ({"start": "2022-08-26", "end": "2022-08-15"}, "end"),
        ({"status": "perhaps"}, "status"),
        ({"kind": "holiday"}, "kind"),
        ({"addresses": "nowhere"}, "addresses"),
        ({"reports": "x" * 61}, "reports"),
    ],
)
def test_a_wrong_cell_is_told_with_its_field(values: dict[str, str], field: str) -> None:
    assert [problem.field for problem in read(**values).problems] == [field]


def test_addresses_in_one_cell_are_several_and_each_once() -> None:
    found = read(addresses="https://a.org/x https://b.org/y; http://www.a.org/x/")
    assert found.sources == ["https://a.org/x", "https://b.org/y"]


@pytest.mark.parametrize("word", ["held", "Completed", "denied", "canceled", "dates agreed", "dates_agreed"])
def test_words_of_lists_for_a_status_are_known(word: str) -> None:
    assert read(status=word).status in VisitStatus.values


@pytest.mark.parametrize("status", [value for value in VisitStatus.values if value != "unknown"])
@pytest.mark.parametrize("dates", ["", "2022-08", "2022-08-15/2022-08-26"])
def test_the_steps_of_a_status_give_that_status(status: str, dates: str) -> None:
    plan = plan_steps(read(status=status, dates=dates).steps, [], status)
    assert status_after(plan, [], ["one"]) == status


STATUSES = st.sampled_from([value for value in VisitStatus.values if value != "unknown"])
DATES = st.sampled_from(["", "2021", "2022-08", "2022-08-15/2022-08-26", "2022-08-16/2022-08-27"])


@CALM
@given_by(first=STATUSES, first_dates=DATES, second=STATUSES, second_dates=DATES)
def test_a_row_that_was_written_changes_nothing_when_it_comes_again(
    first: str, first_dates: str, second: str, second_dates: str
) -> None:
    stored: list[Stored] = []
    for status, dates in ((first, first_dates), (second, second_dates)):
        row = read(status=status, dates=dates)
        stored = as_stored(plan_steps(row.steps, stored, status), stored)
        assert not plan_steps(row.steps, stored, status)


def test_a_date_put_right_takes_the_place_of_the_other_and_a_report_stands_beside() -> None:
    stored = [Stored(1, "started", "2019-08"), Stored(2, "ended", "2019-09"), Stored(3, "report", document="A/1")]
    row = read(status="completed", start="2019-08-19", end="2019-09", reports="A/2")
    plan = plan_steps(row.steps, stored, row.status)
    assert [(step.kind, step.date, step.document, key) for step, key in plan.add] == [
        ("started", "2019-08-19", "", 1),
        ("report", "", "A/2", None),
    ]
    assert plan.void == []


def test_a_visit_that_is_said_not_to_have_been_held_loses_the_steps_that_say_so() -> None:
    stored = [Stored(1, "started", "2019-08-01"), Stored(2, "ended", "2019-08-09")]
    row = read(status="cancelled")
    plan = plan_steps(row.steps, stored, row.status)
    assert plan.void == [1, 2]
    assert status_after(plan, stored, ["one"]) == "cancelled"


def test_a_list_that_is_behind_the_record_contradicts_nothing() -> None:
    assert says_the_same("announced", "completed")
    assert says_the_same("completed", "reported")
    assert says_the_same("", "declined")
    assert not says_the_same("completed", "announced")
    assert not says_the_same("cancelled", "completed")
