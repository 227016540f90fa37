"""The life of a visit: what its steps say of it, whatever the order in which they were entered."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.choices import StepKind, VisitStatus
from visits.lifecycle import (
    LIFE_ORDER,
    Reading,
    StepRow,
    VisitDates,
    dates_are_void,
    derive_dates,
    derive_status,
    in_force,
    is_still_to_come,
    reading,
    stages,
)
from visits.partial_dates import PartialDate, parse


def step(text: str, *, order: int = 0, voided: bool = False) -> StepRow:
    """Return a step from “kind [date] [> dates named] [@mandate]”; no date: none is known."""
    text, _at, mandate = text.partition("@")
    text, _sign, proposed = text.partition(">")
    kind, _space, when = text.strip().partition(" ")
    return StepRow(
        kind=kind,
        date=parse(when) if when else None,
        order=order,
        proposed=parse(proposed) if proposed.strip() else None,
        voided=voided,
        mandate=mandate.strip(),
    )


def steps(text: str) -> list[StepRow]:
    """Return steps from their texts, parted by semicolons; one in [brackets] is voided."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    return [step(part.strip("[]"), order=order, voided=part.startswith("[")) for order, part in enumerate(parts)]


def dates(*texts: str) -> list[PartialDate]:
    return [parse(text) for text in texts]


HELD = "announced 2022-08-01 > 2022-08-15/2022-08-26; started 2022-08-15; ended 2022-08-26"


def test_every_step_has_its_place_in_a_visits_life() -> None:
    assert sorted(LIFE_ORDER) == sorted(StepKind.values)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("", "unknown", id="nothing recorded"),
        pytest.param("requested 2019-03-01", "requested", id="request"),
        pytest.param(
            "requested 2019-03-01; acknowledged 2019-04-01",
            "requested",
            id="acknowledging accepts nothing",
        ),
        pytest.param("requested 2015; reminder 2016; reminder 2018-02", "requested", id="reminders"),
        pytest.param("reminder 2016-05-05", "requested", id="reminder of a request that is not recorded"),
        pytest.param("acknowledged 2016-05-05", "requested", id="a request acknowledged, itself not recorded"),
        pytest.param(
            "dates_proposed 2016-05-05 > 2016-09",
            "requested",
            id="dates proposed, no request recorded",
        ),
        pytest.param(
            "requested 2016; dates_proposed 2016-05-05 > 2016-09",
            "requested",
            id="dates only proposed",
        ),
        pytest.param("requested 2011; requested 2017; accepted 2018", "accepted", id="predecessor's request"),
        pytest.param("invited 2018-01-05", "invited", id="unprompted invitation"),
        pytest.param(
            "invited 2018-01-05; requested 2018-02-01",
            "invited",
            id="a request after an invitation",
        ),
        pytest.param(
            "requested 2018-01-05; invited 2018-02-01",
            "requested",
            id="an invitation answers no request",
        ),
        pytest.param("invited 2018-01-05; accepted 2018-02-01", "accepted", id="invitation taken up"),
        pytest.param("requested 2019-03-01; accepted 2019-06-01", "accepted", id="acceptance"),
        pytest.param(
            "requested 2019; accepted 2019-06; dates_agreed 2019-08 > 2020-01",
            "dates_agreed",
            id="dates",
        ),
        pytest.param(
            "dates_agreed 2019-08-01; accepted 2019-09-01",
            "dates_agreed",
            id="acceptance after agreed dates",
        ),
        pytest.param(
            "announced 2019-08-01; accepted 2019-09-01",
            "announced",
            id="acceptance after announcement",
        ),
        pytest.param(
            "announced 2019-08-01; dates_agreed 2019-09-01 > 2020-01",
            "announced",
            id="announced, then dates",
        ),
        pytest.param("requested 2019; declined 2019-06-01", "declined", id="declined"),
        pytest.param(
            "requested 2019; declined 2019-06-01; reminder 2020",
            "declined",
            id="reminded of a refusal",
        ),
        pytest.param(
            "requested 2019; declined 2019-06-01; requested 2021",
            "declined",
            id="a new request is a new visit",
        ),
        pytest.param("requested 2019; declined 2019-06-01; accepted 2020", "accepted", id="refusal reversed"),
        pytest.param("accepted 2019; declined 2019-06-01", "declined", id="consent withdrawn"),
        pytest.param("accepted 2019-01; announced 2019-05-01 > 2019-09", "announced", id="announced"),
        pytest.param("announced 2022-08-01; started 2022-08-15", "announced", id="begun"),
        pytest.param(
            "started 2022-08-15; press_conference 2022-08-15",
            "announced",
            id="opening press conference",
        ),
        pytest.param(HELD, "completed", id="held"),
        pytest.param("ended 2022-08-26", "completed", id="only the end recorded"),
        pytest.param("end_of_mission_statement 2022-08-26", "completed", id="only its statement recorded"),
        pytest.param(
            "announced 2022-08-01; state_reply 2022-09-01",
            "completed",
            id="the State replied to it",
        ),
        pytest.param(f"{HELD}; report 2022-10", "reported", id="report"),
        pytest.param("report 2022-10", "reported", id="only the report recorded"),
        pytest.param("state_comments 2022-10", "reported", id="comments prove a report"),
        pytest.param("interactive_dialogue 2022-10", "reported", id="the dialogue proves a report"),
        pytest.param(
            f"{HELD}; report 2022-10; follow_up 2023-10",
            "reported",
            id="follow-up after the report",
        ),
        pytest.param(f"{HELD}; follow_up 2023-10", "completed", id="follow-up without a report"),
        pytest.param("accepted 2022-01; follow_up 2023-10", "completed", id="a follow-up proves the visit"),
        pytest.param("cancelled 2022-01; follow_up 2023-10", "cancelled", id="following up a cancellation"),
        pytest.param(
            f"{HELD}; report 2022-10; end_of_mission_statement 2022-11-01",
            "reported",
            id="late statement",
        ),
        pytest.param(f"{HELD}; postponed 2022-10-01", "completed", id="no letter undoes a held visit"),
        # Postponed.
        pytest.param("announced 2020-01-10 > 2020-03; postponed 2020-02-20", "postponed", id="postponed"),
        pytest.param(
            "postponed 2020-02-20; accepted 2020-04-01",
            "postponed",
            id="willingness resumes nothing",
        ),
        pytest.param(
            "postponed 2020-02-20; dates_proposed 2020-04-01 > 2021-05",
            "postponed",
            id="new dates proposed",
        ),
        pytest.param(
            "postponed 2020-02-20; reminder 2020-04-01",
            "postponed",
            id="reminder after postponement",
        ),
        pytest.param(
            "postponed 2020-02-20; dates_agreed 2021-04-01 > 2021-05",
            "dates_agreed",
            id="new dates agreed",
        ),
        pytest.param("postponed 2020-02-20; announced 2021-04-01 > 2021-05", "announced", id="announced anew"),
        pytest.param("postponed 2020-02-20; started 2021-04-01", "announced", id="started after all"),
        pytest.param(
            "announced 2020-01 > 2020-03; postponed 2020-02-20; resumed 2020-06-01 > 2020-09",
            "announced",
            id="resumed with dates",
        ),
        pytest.param(
            "announced 2020-01 > 2020-03; postponed 2020-02-20; resumed 2020-06-01",
            "accepted",
            id="resumed without dates waits for dates",
        ),
        pytest.param(
            "requested 2019; postponed 2020-02-20; resumed 2020-06-01",
            "requested",
            id="resumed request",
        ),
        pytest.param(
            "postponed 2020-02-20; resumed 2020-06-01",
            "accepted",
            id="resumed, nothing earlier recorded",
        ),
        pytest.param("accepted 2019; resumed 2020-06-01", "accepted", id="resumed though nothing was stopped"),
        pytest.param(
            "accepted 2019; postponed 2020-02-20; postponed 2020-09-01; resumed 2021-06-01",
            "accepted",
            id="postponed twice, resumed",
        ),
        pytest.param(
            "announced 2020-01-10 > 2020-03; postponed 2020-02-20; dates_agreed 2020-05 > 2020-11;"
            "postponed 2020-10-01; cancelled 2021-03-01",
            "cancelled",
            id="postponed twice, then cancelled",
        ),
        # Suspended and cancelled in mid-visit.
        pytest.param("started 2017-10-15; suspended 2017-10-20", "suspended", id="suspended"),
        pytest.param(
            "started 2017-10-15; press_conference 2017-10-20; suspended 2017-10-20",
            "suspended",
            id="suspension told to the press",
        ),
        pytest.param(
            "started 2017-10-15; suspended 2017-10-20; ended 2017-10-20",
            "suspended",
            id="departure",
        ),
        pytest.param(
            "started 2016-05-19; suspended 2016-05-25; resumed 2016-09-05",
            "announced",
            id="visit resumed",
        ),
        pytest.param(
            "started 2016-05-19; suspended 2016-05-25; resumed 2016-09-05; ended 2016-09-09",
            "completed",
            id="suspended, resumed, ended",
        ),
        pytest.param(
            "started 2016-05-19; suspended 2016-05-25; resumed; ended 2016-09-09",
            "completed",
            id="resumed on an unknown day",
        ),
        pytest.param(
            "started 2017-10-15; suspended 2017-10-20; cancelled 2018-06-01",
            "cancelled",
            id="given up",
        ),
        pytest.param("started 2022-08-15; cancelled 2022-08-18", "cancelled", id="cancelled after its start"),
        pytest.param(
            "started 2022-08-15; cancelled 2022-08-18; ended 2022-08-19",
            "cancelled",
            id="and left next day",
        ),
        pytest.param(
            "cancelled 2022-08-01; started 2022-08-15; ended 2022-08-19",
            "completed",
            id="held after all",
        ),
        pytest.param(
            "cancelled 2022-08-01; ended 2022-08-19",
            "completed",
            id="an end proves it was held after all",
        ),
        pytest.param(
            "started 2022-08-15; suspended 2022-08-18; end_of_mission_statement 2022-08-20",
            "completed",
            id="suspended, and its statement made",
        ),
        # Dates not known, or only to a month or year.
        pytest.param("ended; started; accepted; requested", "completed", id="no date known"),
        pytest.param(
            "announced 2020-03-01; postponed; requested 2019-01-01",
            "postponed",
            id="undated postponement",
        ),
        pytest.param("requested; declined 2020-03-01", "declined", id="undated request"),
        pytest.param("accepted; announced 2020-03-01", "announced", id="undated acceptance"),
        pytest.param(
            "suspended 2017-10; started 2017-10-15",
            "suspended",
            id="suspended in the month of its start",
        ),
        pytest.param(
            "announced 2022-03-01; cancelled 2022",
            "cancelled",
            id="cancelled in the year it was announced",
        ),
        pytest.param(
            "postponed 2022-05-03; cancelled 2022",
            "cancelled",
            id="postponed, cancelled in the same year",
        ),
        pytest.param(
            "accepted 2019; requested 2019-03-05",
            "accepted",
            id="accepted in the year of the request",
        ),
        pytest.param(
            "cancelled 2021; dates_agreed 2022-02-01",
            "dates_agreed",
            id="cancelled the year before",
        ),
        # Voided.
        pytest.param("requested 2019; [accepted 2020]", "requested", id="voided acceptance"),
        pytest.param("[requested 2019]", "unknown", id="the only step voided"),
        pytest.param(f"{HELD}; [cancelled 2022-08-10]", "completed", id="voided cancellation"),
    ],
)
def test_the_status_is_what_the_steps_say_in_the_order_of_their_dates(path: str, status: str) -> None:
    rows = steps(path)
    assert derive_status(rows) == status
    assert derive_status(reversed(rows)) == status, "entered in another order"
    assert status in VisitStatus.values


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (
            "requested 2019-01 @food; requested 2019-05 @water; accepted 2020-01",
            "accepted",
        ),
        (
            "requested 2019-01 @food; requested 2019-05 @water; accepted 2020-01 @water",
            "accepted",
        ),
        ("requested 2019-01; declined 2020-01 @food", "requested"),
        ("requested 2019-01; accepted 2019-02; declined 2020-01 @food", "accepted"),
        (
            "requested 2019-01; declined 2020-01 @food; declined 2020-02 @water",
            "declined",
        ),
        ("requested 2019-01; declined 2020-01", "declined"),
        ("announced 2019-01; cancelled 2019-03 @water", "announced"),
        ("announced 2019-01; cancelled 2019-03 @water; cancelled 2019-04", "cancelled"),
        ("started 2019-01-05; ended 2019-01-09 @food", "completed"),
    ],
)
def test_a_joint_visit_stands_where_the_furthest_of_its_mandates_stands(path: str, status: str) -> None:
    assert derive_status(steps(path), mandates=("food", "water")) == status


def test_a_step_that_names_the_only_mandate_of_a_visit_holds_for_the_visit() -> None:
    rows = steps("requested 2019-01; declined 2020-01 @food")
    assert derive_status(rows, mandates=("food",)) == "declined"
    assert derive_status(rows) == "declined"


def test_the_waiting_of_a_joint_visit_is_that_of_the_mandate_that_is_furthest() -> None:
    rows = steps("requested 2019-01; declined 2020-01 @food")
    now = reading(rows, today=date(2021, 1, 1), mandates=("food", "water"))
    assert now == Reading(waiting_since=parse("2019-01"))


DAYS = st.dates(date(2010, 1, 1), date(2024, 12, 31))


@given(
    st.lists(st.tuples(st.sampled_from(LIFE_ORDER), st.booleans()), max_size=9),
    st.lists(DAYS, min_size=9, max_size=9, unique=True),
    st.randoms(use_true_random=False),
)
def test_the_status_does_not_depend_on_the_order_of_entry(
    kinds: list[tuple[str, bool]], days: list[date], chance: random.Random
) -> None:
    named = [
        (kind, parse(str(day)), parse("2023-05-01/2023-05-09") if names_dates else None)
        for (kind, names_dates), day in zip(kinds, days, strict=False)
    ]
    shuffled = chance.sample(named, len(named))
    one, other = (
        [StepRow(kind, when, order, proposed) for order, (kind, when, proposed) in enumerate(entered)]
        for entered in (named, shuffled)
    )
    assert derive_status(one) == derive_status(other)
    assert derive_dates(one) == derive_dates(other)
    assert derive_status(one) in VisitStatus.values


WHENS = st.one_of(
    st.none(),
    DAYS.map(str),
    DAYS.map(lambda day: str(day)[:7]),
    DAYS.map(lambda day: str(day)[:4]),
    st.tuples(DAYS, DAYS).map(lambda pair: "/".join(sorted(map(str, pair)))),
)


@given(
    st.lists(st.tuples(st.sampled_from(LIFE_ORDER), WHENS, WHENS, st.booleans()), max_size=9),
    st.lists(WHENS),
    DAYS,
)
def test_whatever_is_entered_every_step_in_force_stands_once_and_never_before_an_earlier_date(
    entered: list[tuple[str, str | None, str | None, bool]],
    leg_texts: list[str | None],
    today: date,
) -> None:
    rows = [
        StepRow(
            kind,
            parse(when) if when else None,
            order,
            parse(named) if named else None,
            voided,
        )
        for order, (kind, when, named, voided) in enumerate(entered)
    ]
    placed = in_force(rows)
    assert sorted(row.order for row in placed) == [row.order for row in rows if not row.voided]
    dated = [row.date for row in placed if row.date]
    for at, earlier in enumerate(dated):
        assert all(later.latest >= earlier.earliest for later in dated[at:])
    legs = [parse(text) for text in leg_texts if text]
    found = derive_dates(rows, legs)
    assert found.days is None or found.days > 0
    now = reading(rows, today=today, legs=legs)
    assert [now.under_way, now.overdue, now.outcome_not_recorded].count(True) <= 1
    bar = stages(rows, dates=found)
    assert [stage.state for stage in bar].count("next") + [stage.state for stage in bar].count("failed") <= 1


@pytest.mark.parametrize(
    ("path", "order"),
    [
        ("accepted 2019-03-05; requested 2019-03-05", "requested accepted"),
        ("accepted 2019-03-05; requested", "requested accepted"),
        ("report; requested 2019-03-05", "requested report"),
        ("reminder 2019-03-05; reminder 2019-03-05", "reminder reminder"),
        (
            "suspended 2017-10; started 2017-10-15; ended 2017-11-02",
            "started suspended ended",
        ),
        (
            "suspended 2017-10; started 2017-09-15; requested 2017-11-02",
            "started suspended requested",
        ),
        (
            "declined 2016; requested 2018-01-01; accepted 2019",
            "declined requested accepted",
        ),
    ],
)
def test_steps_stand_by_date_and_where_dates_leave_it_open_in_the_natural_order(path: str, order: str) -> None:
    assert [row.kind for row in in_force(steps(path))] == order.split()


def test_steps_of_one_kind_and_date_stand_in_the_order_of_entry() -> None:
    rows = [step("reminder 2019-03-05", order=order) for order in (3, 1, 2)]
    assert [row.order for row in in_force(rows)] == [1, 2, 3]


def shown(found: VisitDates) -> tuple[str, ...]:
    return tuple(value.text if value else "" for value in (found.planned, found.actual, found.start, found.end))


@pytest.mark.parametrize(
    ("path", "legs", "expected", "days"),
    [
        ("", [], ("", "", "", ""), None),
        ("", ["2022-08-15/2022-08-19"], ("", "", "", ""), None),
        ("requested 2019 > 2020-05", [], ("2020-05", "", "", ""), None),
        ("accepted 2019 > 2020-05", [], ("2020-05", "", "", ""), None),
        (
            "requested 2019 > 2020; dates_proposed 2019-05 > 2020-03; accepted 2019-06 > 2020-05",
            [],
            ("2020-05", "", "", ""),
            None,
        ),
        (
            "dates_agreed 2019 > 2020-05; dates_proposed 2020-01-01 > 2020-09",
            [],
            ("2020-05", "", "", ""),
            None,
        ),
        (
            "dates_agreed 2019 > 2020-05; announced 2020-01-01 > 2020-05-04/2020-05-15",
            [],
            ("2020-05-04/2020-05-15", "", "", ""),
            None,
        ),
        ("report 2019 > 2020-05", [], ("", "", "", ""), None),
        # Postponed: the last dates are told until new ones are named or the visit goes on without.
        ("announced 2020-01 > 2020-05; postponed 2020-04", [], ("2020-05", "", "", ""), None),
        (
            "announced 2020-01 > 2020-05; postponed 2020-04 > 2020-11",
            [],
            ("2020-11", "", "", ""),
            None,
        ),
        (
            "announced 2020-01 > 2020-05; postponed 2020-04; dates_proposed 2020-06 > 2021",
            [],
            ("2021", "", "", ""),
            None,
        ),
        (
            "announced 2020-01 > 2020-05; postponed 2020-04 > 2020-11;dates_proposed 2020-06 > 2021",
            [],
            ("2021", "", "", ""),
            None,
        ),
        (
            "announced 2020-01 > 2020-05; postponed 2020-04; resumed 2020-06",
            [],
            ("", "", "", ""),
            None,
        ),
        (
            "announced 2020-01 > 2020-05; postponed 2020-04; resumed 2020-06 > 2021",
            [],
            ("2021", "", "", ""),
            None,
        ),
        ("announced 2020-01 > 2020-05; cancelled 2020-04", [], ("2020-05", "", "", ""), None),
        # Held.
        (
            HELD,
            [],
            ("2022-08-15/2022-08-26", "2022-08-15/2022-08-26", "2022-08-15", "2022-08-26"),
            12,
        ),
        (
            "started 2022-08-15; ended 2022-08-15",
            [],
            ("", "2022-08-15", "2022-08-15", "2022-08-15"),
            1,
        ),
        ("started 2022-08-15", [], ("", "2022-08-15", "2022-08-15", ""), None),
        ("ended 2022-08-26", [], ("", "2022-08-26", "", "2022-08-26"), None),
        ("started 2022-08; ended 2022-08", [], ("", "2022-08", "2022-08", "2022-08"), None),
        (
            "started 2022-08; ended 2022-09-02",
            [],
            ("", "2022-08/2022-09-02", "2022-08", "2022-09-02"),
            None,
        ),
        (
            "started 2022-08; ended 2022-08-26",
            [],
            ("", "2022-08/2022-08-26", "2022-08", "2022-08-26"),
            None,
        ),
        (
            "started 2022-08-15; ended 2022-08",
            [],
            ("", "2022-08-15/2022-08", "2022-08-15", "2022-08"),
            None,
        ),
        ("started 2022-08-15; ended 2022", [], ("", "2022-08-15/2022", "2022-08-15", "2022"), None),
        (
            "started 2022-08-20; ended 2022-08-15",
            [],
            ("", "2022-08-20", "2022-08-20", "2022-08-15"),
            None,
        ),
        ("started; ended", [], ("", "", "", ""), None),
        (
            "started 2016-05-19; suspended 2016-05-25; ended 2016-05-25;started 2016-09-05; ended 2016-09-09",
            [],
            ("", "2016-05-19/2016-09-09", "2016-05-19", "2016-09-09"),
            114,
        ),
        # Refined by legs.
        (
            "started 2022-08; ended 2022-08",
            ["2022-08-15/2022-08-19", "2022-08-20/2022-08-26"],
            ("", "2022-08-15/2022-08-26", "2022-08-15", "2022-08-26"),
            12,
        ),
        (
            "started; ended",
            ["2022-08-15/2022-08-19", "2022-08"],
            ("", "2022-08", "2022-08", "2022-08"),
            None,
        ),
        (
            "started 2022-08-15; ended 2022-08-26",
            ["2022-08-17/2022-08-20"],
            ("", "2022-08-15/2022-08-26", "2022-08-15", "2022-08-26"),
            12,
        ),
        ("started 2022-08", ["2022-09-01/2022-09-04"], ("", "2022-08", "2022-08", ""), None),
        ("ended 2022-08", ["2022-08-01/2022-08-04"], ("", "2022-08-04", "", "2022-08-04"), None),
        (
            "announced 2022-01 > 2022-08",
            ["2022-08-01/2022-08-04", "2022-08-05/2022-08-09"],
            ("2022-08-01/2022-08-09", "", "", ""),
            None,
        ),
        (
            "announced 2022-01 > 2022-08-01/2022-08-12",
            ["2022-08-03/2022-08-04"],
            ("2022-08-01/2022-08-12", "", "", ""),
            None,
        ),
    ],
)
def test_dates_derive_from_the_steps_and_are_refined_by_the_legs(
    path: str, legs: list[str], expected: tuple[str, ...], days: int | None
) -> None:
    found = derive_dates(steps(path), dates(*legs))
    assert shown(found) == expected
    assert found.days == days


UNDER_WAY, OVERDUE, UNRECORDED = "under way", "overdue", "outcome not recorded"


def words(now: Reading) -> str:
    pairs = [
        (now.under_way, UNDER_WAY),
        (now.overdue, OVERDUE),
        (now.outcome_not_recorded, UNRECORDED),
    ]
    return ", ".join(word for holds, word in pairs if holds)


@pytest.mark.parametrize(
    ("path", "today", "expected"),
    [
        # Announced, no start recorded.
        ("announced 2022-08-01 > 2022-08-15/2022-08-26", "2022-08-14", ""),
        ("announced 2022-08-01 > 2022-08-15/2022-08-26", "2022-08-15", UNDER_WAY),
        ("announced 2022-08-01 > 2022-08-15/2022-08-26", "2022-08-26", UNDER_WAY),
        ("announced 2022-08-01 > 2022-08-15/2022-08-26", "2022-08-27", UNRECORDED),
        ("announced 2022-07-01 > 2022-08", "2022-08-10", ""),
        ("announced 2022-07-01 > 2022-08", "2022-09-01", UNRECORDED),
        ("announced 2022-07-01", "2022-09-01", ""),
        # Agreed and never announced.
        ("dates_agreed 2022-07-01 > 2022-08-15/2022-08-26", "2022-08-15", ""),
        ("dates_agreed 2022-07-01 > 2022-08-15/2022-08-26", "2022-08-16", OVERDUE),
        ("dates_agreed 2022-07-01 > 2022-08-15/2022-08-26", "2022-08-26", OVERDUE),
        ("dates_agreed 2022-07-01 > 2022-08-15/2022-08-26", "2022-08-27", UNRECORDED),
        # Begun.
        (
            "announced 2022-08-01 > 2022-08-15/2022-08-26; started 2022-08-15",
            "2022-08-20",
            UNDER_WAY,
        ),
        ("announced 2022-08-01 > 2022-08-15/2022-08-26; started 2022-08-16", "2022-08-15", ""),
        (
            "announced 2022-08-01 > 2022-08-15/2022-08-26; started 2022-08-15",
            "2022-08-27",
            UNRECORDED,
        ),
        (
            "announced 2022-08-01 > 2022-08-01/2022-08-05; started 2022-08-15",
            "2022-08-15",
            UNDER_WAY,
        ),
        ("started 2022-08-15", "2022-08-15", UNDER_WAY),
        ("started 2014-08-15", "2022-08-20", UNRECORDED),
        ("started", "2022-08-20", ""),
        ("started 2022-08", "2022-08-20", UNDER_WAY),
        ("announced > 2022-08-15/2022-08-26; started", "2022-08-20", UNDER_WAY),
        # Over or stopped.
        (HELD, "2022-08-20", ""),
        (HELD, "2023-08-20", ""),
        ("announced 2022-08-01 > 2022-08-15/2022-08-26; cancelled 2022-08-10", "2022-08-20", ""),
        ("announced 2022-08-01 > 2022-08-15/2022-08-26; postponed 2022-08-10", "2022-08-20", ""),
        ("announced 2022-08-01 > 2022-08-15/2022-08-26; postponed 2022-08-10", "2023-08-20", ""),
        (
            "announced > 2022-08-15/2022-08-26; postponed 2022-08-10; resumed 2022-12-01",
            "2023-08-20",
            "",
        ),
        ("started 2022-08-15; suspended 2022-08-18", "2022-08-18", ""),
        (
            "announced > 2022-08-15/2022-08-26; started 2022-08-15; suspended 2022-08-18;resumed 2022-08-20",
            "2022-08-21",
            UNDER_WAY,
        ),
        (
            "started 2022-08-15; suspended 2022-08-18;dates_agreed 2022-10-01 > 2022-12-05/2022-12-09",
            "2022-11-01",
            "",
        ),
        (
            "started 2022-08-15; suspended 2022-08-18;dates_agreed 2022-10-01 > 2022-12-05/2022-12-09",
            "2022-12-06",
            OVERDUE,
        ),
        ("postponed 2022-08-10; resumed 2022-09-01 > 2022-10-01/2022-10-09", "2022-10-02", ""),
        ("accepted 2022-01 > 2022-08-15/2022-08-26", "2022-08-20", ""),
        ("", "2022-08-20", ""),
    ],
)
def test_what_turns_on_today_is_read_from_steps_and_today(path: str, today: str, expected: str) -> None:
    assert words(reading(steps(path), today=date.fromisoformat(today))) == expected


def test_a_begun_visit_without_planned_dates_lasts_as_long_as_its_legs() -> None:
    rows, legs = (
        steps("started 2022-08-15"),
        dates("2022-08-15/2022-08-19", "2022-08-20/2022-08-26"),
    )
    assert words(reading(rows, today=date(2022, 8, 26), legs=legs)) == UNDER_WAY
    assert words(reading(rows, today=date(2022, 8, 27), legs=legs)) == UNRECORDED


@pytest.mark.parametrize(
    ("path", "since"),
    [
        ("requested 2011-03-01", "2011-03-01"),
        (
            "requested 2011-03-01; reminder 2013; requested 2017-05-01; reminder 2018",
            "2011-03-01",
        ),
        ("requested; reminder 2013", ""),
        ("reminder 2013", "2013"),
        ("invited 2018-01-05", "2018-01-05"),
        ("requested 2011; accepted 2014-02; accepted 2016-07", "2014-02"),
        ("requested 2011; accepted 2014; declined 2015; accepted 2019", "2019"),
        ("announced 2020-01; postponed 2020-03-02; postponed 2020-09-01", "2020-03-02"),
        (
            "postponed 2020-03-02; dates_agreed 2020-07-01; postponed 2020-09-01",
            "2020-09-01",
        ),
        ("postponed 2020-03-02; announced 2020-07-01", ""),
        ("started 2017-10-15; suspended 2017-10-20", "2017-10-20"),
        (
            "announced 2020-01 > 2020-05; postponed 2020-04-01; resumed 2020-06-01",
            "2020-06-01",
        ),
        ("requested 2011; declined 2012", ""),
        (HELD, ""),
        ("", ""),
    ],
)
def test_a_visit_waits_since_the_step_that_nothing_answered(path: str, since: str) -> None:
    waiting = reading(steps(path), today=date(2022, 1, 1)).waiting_since
    assert (waiting.text if waiting else "") == since


def bar(path: str, *, open_: int = 0, mandates: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the stages that have a record or are expected, each as “state date detail”."""
    rows = steps(path)
    found = stages(rows, dates=derive_dates(rows), commitments_open=open_, mandates=mandates)
    return {
        stage.key: " ".join(
            filter(
                None,
                (stage.state, stage.dates.text if stage.dates else "", stage.detail),
            )
        )
        for stage in found
        if stage.state != "none"
    }


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", {"request": "next"}),
        (
            "requested 2011; requested 2017",
            {"request": "done 2011 requested", "acceptance": "next"},
        ),
        ("invited 2018", {"request": "done 2018 invited", "acceptance": "next"}),
        (
            "requested 2011; accepted 2014; announced 2015-01-01 > 2015-03",
            {
                "request": "done 2011 requested",
                "acceptance": "done 2014 accepted",
                "visit": "next 2015-03",
            },
        ),
        (
            "started 2022-08-15",
            {"visit": "done 2022-08-15 started", "end_of_mission_statement": "next"},
        ),
        (
            "started 2022-08-15; ended 2022-08-26; end_of_mission_statement 2022-08-26",
            {
                "visit": "done 2022-08-15/2022-08-26 ended",
                "end_of_mission_statement": "done 2022-08-26 end_of_mission_statement",
                "state_reply": "next",
            },
        ),
        (
            "ended 2022-08-26; report 2022-10",
            {
                "visit": "done 2022-08-26 ended",
                "report": "done 2022-10 report",
                "interactive_dialogue": "next",
            },
        ),
        (
            "ended 2022-08-26; interactive_dialogue 2022-10",
            {
                "visit": "done 2022-08-26 ended",
                "report": "implied interactive_dialogue",
                "interactive_dialogue": "done 2022-10 interactive_dialogue",
                "follow_up": "next",
            },
        ),
        (
            "ended 2022-08-26; follow_up 2022-10",
            {"visit": "done 2022-08-26 ended", "follow_up": "done 2022-10 follow_up"},
        ),
        # A report proven by what followed it, unless it is recorded itself.
        (
            "ended 2022-08-26; state_comments 2022-10",
            {
                "visit": "done 2022-08-26 ended",
                "report": "implied state_comments",
                "interactive_dialogue": "next",
            },
        ),
        (
            "ended 2022-08-26; interactive_dialogue 2022-10; report 2022-11",
            {
                "visit": "done 2022-08-26 ended",
                "report": "done 2022-11 report",
                "interactive_dialogue": "done 2022-10 interactive_dialogue",
                "follow_up": "next",
            },
        ),
        # A visit proven by what followed it.
        (
            "report 2022-10",
            {"visit": "done", "report": "done 2022-10 report", "interactive_dialogue": "next"},
        ),
        (
            "requested 2019; cancelled 2020; report 2022-10",
            {
                "request": "done 2019 requested",
                "report": "done 2022-10 report",
                "interactive_dialogue": "next",
            },
        ),
        # Stopped: the stage has failed, and what would come after it is not expected.
        (
            "requested 2011; declined 2012-02",
            {"request": "done 2011 requested", "acceptance": "failed 2012-02 declined"},
        ),
        ("accepted 2011; declined 2012-02", {"acceptance": "failed 2012-02 declined"}),
        (
            "accepted 2011; announced 2020-01-01 > 2020-03; postponed 2020-02-20",
            {"acceptance": "done 2011 accepted", "visit": "failed 2020-02-20 postponed"},
        ),
        (
            "announced 2020-01-01 > 2020-03; postponed",
            {"acceptance": "implied 2020-01-01 announced", "visit": "failed 2020-03 postponed"},
        ),
        ("started 2017-10-15; suspended 2017-10-20", {"visit": "failed 2017-10-20 suspended"}),
        (
            "accepted 2020; cancelled 2021; [cancelled 2022]",
            {"acceptance": "done 2020 accepted", "visit": "failed 2021 cancelled"},
        ),
        (
            "postponed 2020-02-20; dates_agreed 2021-01-01 > 2021-05",
            {"acceptance": "done 2021-01-01 dates_agreed", "visit": "next 2021-05"},
        ),
    ],
)
def test_the_bar_tells_the_stages_with_a_record_the_next_and_the_failed_one(
    path: str, expected: dict[str, str]
) -> None:
    assert bar(path) == expected


def test_the_bar_always_has_its_eight_stages_in_their_order() -> None:
    keys = [stage.key for stage in stages([], dates=VisitDates())]
    assert keys == [
        "request",
        "acceptance",
        "visit",
        "end_of_mission_statement",
        "state_reply",
        "report",
        "interactive_dialogue",
        "follow_up",
    ]


def test_open_commitments_are_counted_at_the_follow_up() -> None:
    found = stages(steps(HELD), dates=VisitDates(), commitments_open=2)
    assert {stage.key: stage.count for stage in found if stage.count} == {"follow_up": 2}


def test_the_bar_of_a_joint_visit_fails_only_where_every_mandate_is_stopped() -> None:
    path = "requested 2019-01; declined 2020-01 @food"
    assert bar(path, mandates=("food", "water")) == {
        "request": "done 2019-01 requested",
        "acceptance": "next",
    }
    assert bar(path)["acceptance"] == "failed 2020-01 declined"


def test_an_inclusive_count_of_days_is_that_of_the_calendar() -> None:
    rows = steps("started 2022-08-15; ended 2022-08-26")
    assert derive_dates(rows).days == (date(2022, 8, 26) - date(2022, 8, 15) + timedelta(days=1)).days == 12


@pytest.mark.parametrize(
    ("path", "void"),
    [
        pytest.param("announced 2020-01 > 2020-03", False, id="never postponed"),
        pytest.param("announced 2020-01 > 2020-03; postponed 2020-02-20", True, id="postponed"),
        pytest.param("postponed 2020-02-20 > 2020-09", False, id="postponed to other dates"),
        pytest.param(
            "announced 2020-01 > 2020-03; postponed 2020-02; resumed 2020-06", False, id="resumed without any"
        ),
        pytest.param(
            "announced 2020-01 > 2020-03; postponed 2020-02; dates_proposed 2020-06 > 2021", False, id="proposed"
        ),
        pytest.param("announced 2020-01 > 2020-03; postponed 2020-02; reminder 2020-06", True, id="only reminded"),
        pytest.param("announced 2020-01 > 2020-03; [postponed 2020-02]", False, id="the postponement voided"),
        pytest.param("postponed 2020-02 > 2020-09; postponed 2020-08", True, id="postponed again"),
    ],
)
def test_dates_are_void_from_a_postponement_until_others_are_named(path: str, void: bool) -> None:
    assert dates_are_void(steps(path)) is void


@pytest.mark.parametrize(
    ("dates", "to_come"),
    [
        pytest.param("2022-08-14", False, id="today"),
        pytest.param("2022-08-15", False, id="tomorrow, which has begun east of the date line"),
        pytest.param("2022-08-16", True, id="the day after"),
        pytest.param("2022-08", False, id="a month that has begun"),
        pytest.param("2022-09", True, id="the next month"),
    ],
)
def test_a_day_is_still_to_come_where_it_has_begun_nowhere_on_earth(dates: str, to_come: bool) -> None:
    assert is_still_to_come(parse(dates), today=date(2022, 8, 14)) is to_come
