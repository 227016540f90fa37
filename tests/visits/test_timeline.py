"""The timeline: every visible row once, in order, on a day only where the day is known."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.partial_dates import parse
from visits.timeline import LONGEST_RULER, Row, Timeline, Window, build

VISIT = Window(parse("2022-08-15"), parse("2022-08-26"))


def row(key: str, when: str = "", *, kind: str = "statement", **more: object) -> Row:
    more.setdefault("column", "state" if kind == "statement" else "")
    return Row(key, kind, parse(when) if when else None, **more)  # type: ignore[arg-type]


def shape(timeline: Timeline) -> list[tuple[str, str, list[str]]]:
    """Return each section as kind, first day and the keys of its rows."""
    return [(s.kind, str(s.first or ""), [r.key for r in s.rows]) for s in timeline.sections]


@pytest.mark.parametrize(
    ("when", "kind", "first"),
    [
        ("2022-08-14", "before", ""),
        ("2022-07", "before", ""),
        ("2021", "before", ""),
        ("2022-08-15", "day", "2022-08-15"),
        ("2022-08-26", "day", "2022-08-26"),
        ("2022-08-17/2022-08-19", "day", "2022-08-17"),
        ("2022-08-26/2022-08-28", "day", "2022-08-26"),
        ("2022-08-13/2022-08-16", "before", ""),
        ("2022-08", "undated", ""),
        ("2022", "undated", ""),
        ("2022-07/2022-09", "undated", ""),
        ("2022-08-27", "after", ""),
        ("2022-10", "after", ""),
        ("", "undated", ""),
    ],
)
def test_a_date_stands_in_the_section_that_its_precision_allows(when: str, kind: str, first: str) -> None:
    sections = [s for s in build([row("a", when)], VISIT).sections if s.rows]
    assert [(s.kind, str(s.first or "")) for s in sections] == [(kind, first)]


@pytest.mark.parametrize(
    ("when", "kind"),
    [("2022-08-10", "before"), ("2022-08-17", "undated"), ("2022-09-05", "undated")],
)
def test_a_publication_day_is_on_or_before_and_so_no_day_of_the_visit(when: str, kind: str) -> None:
    sections = [s for s in build([row("a", when, on_or_before=True)], VISIT).sections if s.rows]
    assert [s.kind for s in sections] == [kind]
    assert sections[0].blocks[0].on_or_before


def test_days_without_a_record_are_folded_between_before_and_after_the_others() -> None:
    timeline = build([row("a", "2022-08-16"), row("b", "2022-08-17"), row("c", "2022-08-26")], VISIT)
    assert [(s.kind, str(s.first), str(s.last)) for s in timeline.sections] == [
        ("fold", "2022-08-15", "2022-08-15"),
        ("day", "2022-08-16", "2022-08-16"),
        ("day", "2022-08-17", "2022-08-17"),
        ("fold", "2022-08-18", "2022-08-25"),
        ("day", "2022-08-26", "2022-08-26"),
    ]


def test_the_days_after_the_last_record_are_folded_too() -> None:
    timeline = build([row("a", "2022-08-15")], VISIT)
    assert [(s.kind, str(s.last)) for s in timeline.sections] == [
        ("day", "2022-08-15"),
        ("fold", "2022-08-26"),
    ]


def test_a_visit_without_any_row_is_one_fold() -> None:
    assert shape(build([], VISIT)) == [("fold", "2022-08-15", [])]


def test_a_planned_visit_tells_no_empty_days() -> None:
    planned = Window(VISIT.start, VISIT.end, folds=False)
    assert shape(build([row("a", "2022-08-16")], planned)) == [("day", "2022-08-16", ["a"])]


def test_without_dates_of_the_visit_the_rows_stand_by_date_and_each_block_names_it() -> None:
    timeline = build(
        [
            row("c"),
            row("b", "2021-03", kind="step"),
            row("a", "2019-05-02", kind="step"),
        ],
        None,
    )
    assert shape(timeline) == [("dated", "", ["a", "b"]), ("undated", "", ["c"])]
    assert [block.date.text for block in timeline.sections[0].blocks if block.date] == [
        "2019-05-02",
        "2021-03",
    ]
    assert timeline.ruler == ()


def test_a_visit_known_to_the_month_shows_days_but_folds_and_rules_none() -> None:
    timeline = build(
        [row("a", "2014-01-12"), row("b", "2014-01")],
        Window(parse("2014-01"), parse("2014-01")),
    )
    assert shape(timeline) == [("day", "2014-01-12", ["a"]), ("undated", "", ["b"])]
    assert [day.day for day in timeline.ruler] == [date(2014, 1, 12)]


def test_an_open_end_leaves_later_rows_on_their_days() -> None:
    rows = [row("a", "2022-08-14"), row("b", "2022-08-30")]
    assert shape(build(rows, Window(VISIT.start, None))) == [
        ("before", "", ["a"]),
        ("day", "2022-08-30", ["b"]),
    ]


def test_an_open_start_leaves_earlier_rows_on_their_days() -> None:
    rows = [
        row("a", "2022-08-14"),
        row("b", "2022-08-30"),
        row("c", "2022-08-01", on_or_before=True),
    ]
    assert shape(build(rows, Window(None, VISIT.end))) == [
        ("day", "2022-08-14", ["a"]),
        ("after", "", ["b"]),
        ("undated", "", ["c"]),
    ]


def test_a_meeting_stands_across_with_what_was_said_in_it_by_column() -> None:
    rows = [
        row("outside", "2022-08-16"),
        row("academic", "2022-08-16", column="others", meeting="m"),
        row("ngo", "2022-08-16", column="civil", meeting="m"),
        row("minister", "2022-08-16", column="state", meeting="m"),
        row("expert", "2022-08-16", column="holder", meeting="m"),
        row("m", "2022-08-16", kind="meeting"),
        row("started", "2022-08-16", kind="step"),
    ]
    day = next(s for s in build(rows, VISIT).sections if s.kind == "day")
    steps, meeting, outside = day.blocks
    assert [r.key for r in steps.rows] == ["started"]
    assert meeting.meeting and meeting.meeting.key == "m"
    assert [r.key for r in meeting.holder] == ["expert"]
    assert [r.key for r in meeting.state] == ["minister"]
    assert [r.key for r in meeting.beside] == ["academic", "ngo"]
    assert outside.meeting is None
    assert [r.key for r in outside.rows] == ["outside"]


@pytest.mark.parametrize("own", [{}, {"when": "2022-08"}, {"when": "2022-08-20", "on_or_before": True}])
def test_a_statement_without_a_day_of_its_own_stands_with_its_meeting(
    own: dict[str, object],
) -> None:
    rows = [row("m", "2022-08-16", kind="meeting"), row("a", meeting="m", **own)]  # type: ignore[arg-type]
    day = next(s for s in build(rows, VISIT).sections if s.kind == "day")
    assert [[r.key for r in block.rows] for block in day.blocks] == [["m", "a"]]


def test_a_statement_about_a_meeting_of_another_day_keeps_its_own_day() -> None:
    rows = [row("m", "2022-08-16", kind="meeting"), row("a", "2022-08-18", meeting="m")]
    assert ("day", "2022-08-18", ["a"]) in shape(build(rows, VISIT))


def test_a_statement_whose_meeting_is_hidden_or_undated_stands_by_itself() -> None:
    rows = [row("a", meeting="hidden"), row("m", kind="meeting"), row("b", meeting="m")]
    undated = build(rows, VISIT).sections[-1]
    assert [[r.key for r in block.rows] for block in undated.blocks] == [
        ["m", "b"],
        ["a"],
    ]


def test_a_meeting_of_several_days_stands_once_and_is_marked_on_the_days_it_goes_on() -> None:
    timeline = build([row("m", "2022-08-24/2022-08-28", kind="meeting")], VISIT)
    marks = {str(s.first): [r.key for r in s.continuing] for s in timeline.sections if s.kind == "day"}
    assert marks == {"2022-08-24": [], "2022-08-25": ["m"], "2022-08-26": ["m"]}
    assert [r.key for s in timeline.sections for r in s.rows] == ["m"]


def test_a_meeting_that_began_before_the_visit_is_marked_from_its_first_day_on() -> None:
    timeline = build([row("m", "2022-08-12/2022-08-15", kind="meeting")], VISIT)
    assert [(s.kind, len(s.rows), len(s.continuing)) for s in timeline.sections] == [
        ("before", 1, 0), ("day", 0, 1), ("fold", 0, 0),
    ]  # fmt: skip


def test_a_meeting_of_half_a_year_is_not_marked_on_each_day() -> None:
    window = Window(parse("2022-01-01"), parse("2022-12-31"))
    timeline = build([row("m", "2022-02-01/2022-07-31", kind="meeting")], window)
    assert sum(len(s.continuing) for s in timeline.sections) == 0


def test_the_ruler_counts_meetings_and_columns_of_every_day() -> None:
    rows = [
        row("m", "2022-08-16", kind="meeting"),
        row("a", "2022-08-16", column="others"),
        row("b", "2022-08-16"),
        row("c", "2022-08-16"),
    ]
    ruler = build(rows, VISIT).ruler
    assert len(ruler) == 12
    assert (ruler[1].meetings, ruler[1].columns, ruler[1].recorded) == (
        1,
        (("state", 2), ("others", 1)),
        True,
    )
    assert (ruler[2].meetings, ruler[2].columns, ruler[2].recorded) == (0, (), False)


def test_the_ruler_of_a_very_long_visit_names_only_days_that_hold_something() -> None:
    window = Window(parse("2022-01-01"), parse("2022-12-31"))
    assert len(build([row("a", "2022-05-05")], window).ruler) == 1
    assert LONGEST_RULER < 365


days = st.dates(date(2021, 1, 1), date(2023, 12, 31)).map(str)
months = st.dates(date(2021, 1, 1), date(2023, 12, 31)).map(lambda d: str(d)[:7])
years = st.sampled_from(["2021", "2022", "2023"])
spans = st.tuples(days, days).map(lambda pair: "/".join(sorted(pair)))
partial = st.one_of(st.none(), days, months, years, spans)


@st.composite
def visits(draw: st.DrawFn) -> tuple[list[Row], Window | None]:
    rows = [
        Row(
            key=str(number),
            kind=draw(st.sampled_from(["step", "meeting", "statement"])),
            date=parse(text) if text else None,
            column=draw(st.sampled_from(["holder", "state", "civil", "others"])),
            meeting=str(draw(st.integers(0, 12))),
            on_or_before=draw(st.booleans()),
            order=draw(st.integers(0, 3)),
        )
        for number, text in enumerate(draw(st.lists(partial, max_size=12)))
    ]
    start, end = sorted([parse(draw(days)), parse(draw(st.one_of(days, months)))])
    if start.precision == "month" or end.latest < start.latest:
        end = start
    folds = draw(st.booleans())
    return rows, draw(st.sampled_from([None, Window(start, end, folds), Window(start, None), Window(None, end)]))


@given(visits())
def test_every_visible_row_appears_exactly_once(
    given_visit: tuple[list[Row], Window | None],
) -> None:
    rows, window = given_visit
    shown = [r for section in build(rows, window).sections for r in section.rows]
    assert sorted(r.key for r in shown) == sorted(r.key for r in rows)


@given(visits())
def test_sections_and_the_rows_of_a_lane_are_in_order(
    given_visit: tuple[list[Row], Window | None],
) -> None:
    rows, window = given_visit
    sections = build(rows, window).sections
    rank = {"dated": 0, "before": 0, "day": 1, "fold": 1, "after": 2, "undated": 3}
    order = [(rank[s.kind], s.first or date.min) for s in sections]
    assert order == sorted(order)
    for section in sections:
        dated = [(b.date.earliest, b.date.latest) for b in section.blocks if b.date]
        assert dated == sorted(dated)
        for block in section.blocks:
            for lane in (block.steps, block.holder, block.state, block.beside):
                own = [(r.date.earliest, r.date.latest) for r in lane if r.date and r.date.parts[0].is_day]
                if block.meeting is None:
                    assert own == sorted(own)


@given(visits())
def test_folds_and_days_together_cover_each_day_of_the_visit_once(
    given_visit: tuple[list[Row], Window | None],
) -> None:
    rows, window = given_visit
    within = window.days if window and window.folds else None
    if within is None:
        assert all(s.kind != "fold" for s in build(rows, window).sections)
        return
    covered = [(s.first, s.last) for s in build(rows, window).sections if s.kind in {"day", "fold"}]
    assert covered[0][0] == within[0]
    assert covered[-1][1] == within[1]
    for (_first, last), (following, _last) in pairwise(covered):
        assert last and following and (following - last).days == 1


@given(visits())
def test_a_row_stands_on_a_day_only_where_its_own_date_or_its_meetings_begins_that_day(
    given_visit: tuple[list[Row], Window | None],
) -> None:
    rows, window = given_visit
    meetings = {r.key: r for r in rows if r.kind == "meeting"}
    for section in build(rows, window).sections:
        if section.kind != "day":
            continue
        for shown in section.rows:
            meeting = meetings.get(shown.meeting) if shown.kind == "statement" else None
            sources = [r for r in (shown, meeting) if r and r.date and not r.on_or_before]
            begins = [r.date.parts[0] for r in sources if r.date]
            assert section.first in [part.earliest for part in begins if part.is_day]


@given(visits())
def test_what_stands_in_a_meeting_was_said_in_it_and_lanes_keep_to_their_columns(
    given_visit: tuple[list[Row], Window | None],
) -> None:
    rows, window = given_visit
    for section in build(rows, window).sections:
        for block in section.blocks:
            lanes = (block.holder, block.state, block.beside)
            if block.meeting is not None:
                assert {r.meeting for lane in lanes for r in lane} <= {block.meeting.key}
            assert all(r.column == "holder" for r in block.holder)
            assert all(r.column == "state" for r in block.state)
            assert all(r.column in {"civil", "others"} for r in block.beside)
            for lane in (block.steps, *lanes):
                if len({(r.date, r.on_or_before) for r in lane}) == 1:
                    order = [(r.order, r.key) for r in lane]
                    assert order == sorted(order)
