"""The life of a visit: its steps, dated letters and events, give its status, its dates and what
comes next. Pure.

A status depends on the steps in the order of their dates, never of their entry. What depends on
today (under way, overdue, outcome not recorded) is computed by `reading` and never stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from visits.partial_dates import PartialDate, between, count_inclusive

# The natural order of a visit's life: it places a step without a date, and parts steps of one date.
LIFE_ORDER: tuple[str, ...] = (
    "requested",
    "reminder",
    "invited",
    "acknowledged",
    "accepted",
    "dates_proposed",
    "dates_agreed",
    "declined",
    "announced",
    "postponed",
    "started",
    "suspended",
    "resumed",
    "cancelled",
    "press_conference",
    "end_of_mission_statement",
    "ended",
    "state_reply",
    "report",
    "state_comments",
    "interactive_dialogue",
    "follow_up",
)
_RANK = {kind: rank for rank, kind in enumerate(LIFE_ORDER)}

_PLAIN = {
    "accepted": "accepted",
    "dates_agreed": "dates_agreed",
    "announced": "announced",
    "declined": "declined",
    "cancelled": "cancelled",
    "postponed": "postponed",
    "suspended": "suspended",
}
# Each of these speaks of a request, also where the request itself is not recorded.
_ASKS = frozenset({"requested", "reminder", "acknowledged", "dates_proposed"})
_PROVES_HELD = frozenset({"end_of_mission_statement", "state_reply"})
_REPORTED = frozenset({"report", "state_comments", "interactive_dialogue"})
# After these a letter or an answer that merely arrives does not revive the visit.
_HALTED = frozenset({"postponed", "suspended", "cancelled", "declined"})
_OVER = frozenset({"completed", "reported"})
_WAITING = frozenset({"requested", "invited", "accepted", "postponed", "suspended"})
# A joint visit stands where the mandate that is furthest stands.
_HOW_FAR = (
    "unknown",
    "declined",
    "cancelled",
    "requested",
    "invited",
    "postponed",
    "suspended",
    "accepted",
    "dates_agreed",
    "announced",
    "completed",
    "reported",
)
# Dates named by these hold until others of these name new ones; what any earlier letter names is a
# proposal.
_FIXES_DATES = frozenset({"dates_agreed", "announced", "postponed", "started", "resumed"})
_PROPOSES_DATES = frozenset({*_ASKS, "invited", "accepted"})


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step. `order` is the order of entry; `proposed` are the dates that the letter names.

    `mandate` is set where the step concerns one of several mandates of a joint visit and not the
    others.
    """

    kind: str
    date: PartialDate | None
    order: int
    proposed: PartialDate | None = None
    voided: bool = False
    actor: str = ""
    mandate: str = ""


@dataclass(frozen=True, slots=True)
class VisitDates:
    """The dates of a visit: as planned last, and as held. `days` counts both ends."""

    planned: PartialDate | None = None
    actual: PartialDate | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a visit is today, beyond its stored status."""

    under_way: bool = False
    overdue: bool = False
    outcome_not_recorded: bool = False
    waiting_since: PartialDate | None = None


def is_still_to_come(dates: PartialDate, *, today: date) -> bool:
    """Whether no place on earth has reached the first day that `dates` can be; `today` is that of UTC."""
    return dates.earliest > today + timedelta(days=1)


StageState = Literal["done", "implied", "next", "none", "failed"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the life-cycle bar; `detail` is a step kind or "" and `count` a number to show
    with it. Implied is a stage without a record of its own that the step `detail` proves.
    """

    key: str
    state: StageState
    dates: PartialDate | None = None
    detail: str = ""
    count: int = 0


def in_force(rows: Iterable[StepRow]) -> list[StepRow]:
    """Return the steps that are not voided, in the order of their dates.

    Steps whose dates leave their order open (one day, a day and its month, no date at all) stand in
    the natural order of a visit: a step comes directly before the first that naturally follows it,
    as far as its date lets it. Steps of one kind and one date stand in the order of entry.
    """
    placed: list[StepRow] = []
    for row in sorted((row for row in rows if not row.voided), key=_exactness):
        low, high = 0, len(placed)
        if row.date is not None:
            for at, other in enumerate(placed):
                if other.date is not None and other.date.latest < row.date.earliest:
                    low = at + 1
                if other.date is not None and other.date.earliest > row.date.latest:
                    high = min(high, at)
        follows = (at for at in range(low, high) if _RANK[placed[at].kind] > _RANK[row.kind])
        placed.insert(next(follows, high), row)
    return placed


def _exactness(row: StepRow) -> tuple[int, date, int, int]:
    """Return a key that puts exact dates first and no date last: what is vague is placed among what
    is exact.
    """
    if row.date is None:
        return (date.max - date.min).days, date.max, _RANK[row.kind], row.order
    return (
        (row.date.latest - row.date.earliest).days,
        row.date.earliest,
        _RANK[row.kind],
        row.order,
    )


def derive_status(rows: Iterable[StepRow], *, mandates: Collection[str] = ()) -> str:
    """Return the status that the steps give; "unknown" where no step says anything.

    Reminders, acknowledgements and proposed dates prove a request and change nothing else; a press
    conference, which may open a visit or tell of its suspension, changes nothing. A postponement
    lasts until dates are agreed or announced, or the visit is resumed or starts; resumed without
    new dates, it waits for dates. An end after a suspension or cancellation in mid-visit is the
    departure and not a completion. A visit once held stays held whatever letter follows. `mandates`
    are those of a joint visit: what stops one of them stops not the others.
    """
    return _status_since(in_force(rows), mandates)[0]


def _status_since(steps: Sequence[StepRow], mandates: Collection[str]) -> tuple[str, StepRow | None]:
    """Return the status and the step that began it."""
    if len(mandates) < 2:
        return _follow(steps)
    threads = [_follow([row for row in steps if row.mandate in {"", mandate}]) for mandate in mandates]
    return max(threads, key=lambda thread: _HOW_FAR.index(thread[0]))


def _follow(steps: Iterable[StepRow]) -> tuple[str, StepRow | None]:
    status, before_halt = "unknown", "unknown"
    since: StepRow | None = None
    started = False
    for row in steps:
        new = _after(row, status, before_halt, started=started)
        started = started or row.kind == "started"
        if new != status:
            before_halt = status if new in _HALTED and status not in _HALTED else before_halt
            status, since = new, row
    return status, since


def _after(  # noqa: PLR0911 - one answer per rule, in the order in which they bind
    row: StepRow, status: str, before_halt: str, *, started: bool
) -> str:
    """Return the status after one more step."""
    kind = row.kind
    if kind in _REPORTED:
        return "reported"
    if status in _OVER:
        return status
    if kind in _PROVES_HELD:
        return "completed"
    if kind == "ended":
        return status if started and status in {"suspended", "cancelled"} else "completed"
    if kind == "follow_up":
        return status if status in _HALTED else "completed"
    if kind == "started":
        return "announced"
    if kind == "resumed":
        return _resumed(row, before_halt, started=started) if status in _HALTED else status
    if kind in _ASKS:
        return "requested" if status == "unknown" else status
    if kind == "invited":
        return "invited" if status == "unknown" else status
    if kind == "accepted" and status in {"dates_agreed", "postponed", "suspended"}:
        return status
    if kind in {"accepted", "dates_agreed"} and status == "announced":
        return status
    return _PLAIN.get(kind, status)


def _resumed(row: StepRow, before_halt: str, *, started: bool) -> str:
    if started:
        return "announced"
    without_dates = row.proposed is None and before_halt in {
        "dates_agreed",
        "announced",
    }
    return "accepted" if without_dates or before_halt == "unknown" else before_halt


def derive_dates(rows: Iterable[StepRow], legs: Sequence[PartialDate] = ()) -> VisitDates:
    """Return planned and actual dates: from the steps, refined by the dates of the legs.

    A start or end known to the month is refined by a leg's day inside it. Where no step gives a
    start or end, no leg invents one. Planned dates are those agreed or announced last, else those
    that a letter proposed last; a visit that was not held has no others. A visit resumed without
    new dates has none: the old ones are void.
    """
    steps = in_force(rows)
    planned, _void = _planned(steps)
    first_start = next((row for row in steps if row.kind == "started"), None)
    last_end = next((row for row in reversed(steps) if row.kind == "ended"), None)
    start = first_start.date if first_start else None
    end = last_end.date if last_end else None
    if legs:
        first = min(legs).parts[0]
        last = max(legs, key=lambda leg: (leg.latest, leg.earliest)).parts[1]
        start = _refined(start, first) if first_start else None
        end = _refined(end, last) if last_end else None
        if planned is not None:
            planned = _between(_refined(planned.parts[0], first), _refined(planned.parts[1], last))
    actual = _between(start, end) if start and end else (start or end)
    days = None
    if start and end and start.is_day and end.is_day and start.earliest <= end.latest:
        days = count_inclusive(start.earliest, end.latest)
    return VisitDates(planned=planned, actual=actual, start=start, end=end, days=days)


def dates_are_void(rows: Iterable[StepRow]) -> bool:
    """Whether the planned dates are those of before a postponement, and nothing has named others since."""
    return _planned(in_force(rows))[1]


def _planned(steps: Iterable[StepRow]) -> tuple[PartialDate | None, bool]:
    """Return the planned dates, and whether a postponement has made them void."""
    planned: PartialDate | None = None
    fixed = void = False
    for row in steps:
        if row.kind in _FIXES_DATES and row.proposed:
            planned, fixed, void = row.proposed, row.kind != "postponed", False
        elif row.kind == "postponed":
            fixed, void = False, True
        elif row.kind in _FIXES_DATES and void:
            planned, void = None, False
        elif row.kind in _PROPOSES_DATES and row.proposed and not fixed:
            planned, void = row.proposed, False
    return planned, void


def _between(start: PartialDate, end: PartialDate) -> PartialDate:
    """Return the interval; the start alone where the end contradicts it."""
    return start if end.latest < start.earliest else between(start, end)


def _refined(known: PartialDate | None, leg: PartialDate) -> PartialDate:
    """Return the leg's date where it is more precise than `known` and inside it."""
    if known is None:
        return leg
    inside = known.earliest <= leg.earliest and leg.latest <= known.latest
    return leg if inside else known


def reading(
    rows: Iterable[StepRow],
    *,
    today: date,
    legs: Sequence[PartialDate] = (),
    mandates: Collection[str] = (),
) -> Reading:
    """Return what the visit is on the day `today`.

    Under way: it was announced or has started, its dates include today and nothing stopped it;
    dates announced to the month say of no day that the visit is under way. Overdue: agreed dates
    have begun, and neither an announcement nor a start is recorded. Outcome not recorded: the dates
    have passed without an end. Waiting since: the date of the step that began a status in which
    something is awaited; a reminder or the request of a later holder does not begin it anew.
    """
    steps = in_force(rows)
    status, since = _status_since(steps, mandates)
    waiting = since.date if since and status in _WAITING else None
    dates = derive_dates(steps, legs)
    begun = _has_begun(steps)
    known = (dates.start if begun else None) or dates.planned
    if status not in {"announced", "dates_agreed"} or known is None:
        return Reading(waiting_since=waiting)
    ends = [
        known.latest,
        *(date_.latest for date_ in (dates.planned, *legs) if begun and date_),
    ]
    first, last = known.parts[0], max(ends)
    sure = begun or (status == "announced" and first.is_day)
    return Reading(
        under_way=sure and known.earliest <= today <= last,
        overdue=status == "dates_agreed" and first.latest < today <= last,
        outcome_not_recorded=today > last,
        waiting_since=waiting,
    )


def _has_begun(steps: Iterable[StepRow]) -> bool:
    """Whether the visit has started, or started and was resumed, and nothing stopped it since."""
    ever = going = False
    for row in steps:
        ever = ever or row.kind == "started"
        if row.kind in {"started", "resumed"}:
            going = ever
        elif row.kind in _HALTED:
            going = False
    return going


# Stage → the steps that complete it.
_STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("request", ("requested", "invited")),
    ("acceptance", ("accepted", "dates_agreed", "announced")),
    ("visit", ("started", "ended")),
    ("end_of_mission_statement", ("end_of_mission_statement",)),
    ("state_reply", ("state_reply",)),
    ("report", ("report",)),
    ("interactive_dialogue", ("interactive_dialogue",)),
    ("follow_up", ("follow_up",)),
)
_STOPPED_AT = {
    "declined": "acceptance",
    "postponed": "visit",
    "suspended": "visit",
    "cancelled": "visit",
}


def stages(
    rows: Iterable[StepRow],
    *,
    dates: VisitDates,
    commitments_open: int = 0,
    mandates: Collection[str] = (),
) -> list[Stage]:
    """Return the stages of the life-cycle bar in their order, with the next expected step marked.

    The next one is the first without a record after the last that has one; none where the visit has
    stopped, since a refusal or cancellation expects nothing more and a postponement shows itself
    what is awaited. A request is dated by its first letter, any other stage by its last. A visit
    that a later step proves to have been held is done though neither its start nor its end is
    recorded; a report that only a later step proves is implied by that step, as is the status, and
    an acceptance by the announcement.
    """
    steps = in_force(rows)
    status = _status_since(steps, mandates)[0]
    found: list[Stage] = []
    for key, kinds in _STAGES:
        recorded = [row for row in steps if row.kind in kinds]
        if key == "acceptance":
            # An announcement tells that the State has agreed, not when or how: whatever tells more goes before it.
            recorded.sort(key=lambda row: row.kind != "announced")
        told = recorded[0 if key == "request" else -1] if recorded else None
        when = dates.actual if key == "visit" and dates.actual else (told.date if told else None)
        count = commitments_open if key == "follow_up" else 0
        state: StageState = "none" if told is None else "implied" if told.kind == "announced" else "done"
        found.append(Stage(key, state, when, told.kind if told else "", count))
    at_visit = next(at for at, stage in enumerate(found) if stage.key == "visit")
    never_held = any(row.kind in {"declined", "cancelled"} for row in steps)
    if status in _OVER and not never_held and found[at_visit].state == "none":
        found[at_visit] = replace(found[at_visit], state="done")
    at_report = next(at for at, stage in enumerate(found) if stage.key == "report")
    if status == "reported" and found[at_report].state == "none":
        proof = next(row for row in steps if row.kind in _REPORTED)
        found[at_report] = replace(found[at_report], state="implied", detail=proof.kind)
    if status in _STOPPED_AT:
        at = next(at for at, stage in enumerate(found) if stage.key == _STOPPED_AT[status])
        stop = next(row for row in reversed(steps) if row.kind == status)
        found[at] = replace(found[at], state="failed", dates=stop.date or dates.planned, detail=status)
        return found
    reached = max((at for at, stage in enumerate(found) if stage.state != "none"), default=-1)
    upcoming = next((at for at in range(reached + 1, len(found)) if found[at].state == "none"), None)
    if upcoming is not None:
        planned = dates.planned if upcoming == at_visit else None
        found[upcoming] = replace(found[upcoming], state="next", dates=planned)
    return found
