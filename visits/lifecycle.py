"""The life of a visit: its steps, dated letters and events, give its status, its dates and what comes next. Pure.

A status depends on the steps in the order of their dates, never of their entry. What depends on today (under
way, overdue, outcome not recorded) is computed by `reading` and never stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from visits.partial_dates import PartialDate, between, count_inclusive, span

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
    "resumed",
    "started",
    "suspended",
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
_PROVES_HELD = frozenset({"ended", "end_of_mission_statement", "state_reply"})
_REPORTED = frozenset({"report", "state_comments", "interactive_dialogue"})
# After these a letter or an answer that merely arrives does not revive the visit.
_HALTED = frozenset({"postponed", "suspended", "cancelled", "declined"})
_OVER = frozenset({"completed", "reported"})


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step. `order` is the order of entry; `proposed` are the dates that the letter names."""

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


StageState = Literal["done", "next", "none", "failed"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the life-cycle bar; `detail` is a step kind or "" and `count` a number to show with it."""

    key: str
    state: StageState
    dates: PartialDate | None = None
    detail: str = ""
    count: int = 0


def in_force(rows: Iterable[StepRow]) -> list[StepRow]:
    """Return the steps that are not voided, in the order of their dates.

    Steps of one date stand in the natural order of a visit, then of entry. A step without a date comes directly
    before the first dated step that naturally follows it, else last.
    """
    valid = [row for row in rows if not row.voided]
    dated = sorted(
        (row for row in valid if row.date is not None),
        key=lambda row: (row.date.earliest, row.date.latest, _RANK[row.kind], row.order),  # type: ignore[union-attr]
    )
    for row in sorted((r for r in valid if r.date is None), key=lambda r: (_RANK[r.kind], r.order)):
        place = next(
            (at for at, other in enumerate(dated) if _RANK[other.kind] > _RANK[row.kind]),
            len(dated),
        )
        dated.insert(place, row)
    return dated


def derive_status(rows: Iterable[StepRow]) -> str:
    """Return the status that the steps give; "unknown" where no step says anything.

    Reminders, acknowledgements and proposed dates change nothing. A postponement lasts until dates are agreed or
    announced, or the visit is resumed or starts. A visit once held stays held whatever letter follows.
    """
    status, before_halt = "unknown", "unknown"
    started = False
    for row in in_force(rows):
        kind = row.kind
        if kind in _REPORTED:
            status = "reported"
        elif kind in _PROVES_HELD or (kind == "press_conference" and started):
            status = status if status == "reported" else "completed"
        elif status in _OVER:
            continue
        elif kind in {"requested", "invited"}:
            status = kind if status == "unknown" else status
        elif kind == "started":
            started = True
            status = "announced"
        elif kind == "resumed":
            status = before_halt if status in _HALTED else status
        elif kind == "accepted" and (status in {"dates_agreed", "announced", "postponed", "suspended"}):
            continue
        elif kind in _PLAIN:
            if kind in _HALTED and status not in _HALTED:
                before_halt = status
            status = _PLAIN[kind]
        elif kind == "follow_up":
            status = "completed"
    return status


def derive_dates(rows: Iterable[StepRow], legs: Sequence[PartialDate] = ()) -> VisitDates:
    """Return planned and actual dates: from the steps, refined by the dates of the legs.

    A start or end known to the month is refined by a leg's day inside it. Where no step gives a start or end, no
    leg invents one; planned dates are those last named by a letter, and a visit that was not held has no others.
    """
    steps = in_force(rows)
    planned: PartialDate | None = None
    start = end = None
    has_started = has_ended = False
    for row in steps:
        if row.kind in {"dates_proposed", "dates_agreed", "announced", "resumed", "postponed"} and row.proposed:
            planned = row.proposed
        if row.kind == "started":
            has_started, start = True, row.date
        if row.kind == "ended":
            has_ended, end = True, row.date
    around = span(legs)
    if around is not None:
        if has_started:
            first = min(legs)
            start = _refined(start, first.parts[0])
        if has_ended:
            last = max(legs, key=lambda leg: (leg.latest, leg.earliest))
            end = _refined(end, last.parts[1])
    if start is None and end is None:
        return VisitDates(planned=planned)
    actual = between(start, end) if start and end and not end.latest < start.earliest else (start or end)
    days = None
    if start and end and start.is_day and end.is_day:
        days = count_inclusive(start.earliest, end.latest)
    return VisitDates(planned=planned, actual=actual, start=start, end=end, days=days)


def _refined(known: PartialDate | None, leg: PartialDate) -> PartialDate:
    """Return the leg's date where it is more precise than `known` and inside it."""
    if known is None:
        return leg
    inside = known.earliest <= leg.earliest and leg.latest <= known.latest
    return leg if inside else known


def reading(rows: Iterable[StepRow], *, today: date, legs: Sequence[PartialDate] = ()) -> Reading:
    """Return what the visit is on the day `today`.

    Under way: its dates include today and nothing stopped it. Overdue: agreed or announced dates have begun and
    no start is recorded. Outcome not recorded: the dates have passed without an end. Waiting since: the last
    request, invitation, postponement or suspension that nothing answered.
    """
    steps = in_force(rows)
    status = derive_status(steps)
    dates = derive_dates(steps, legs)
    known = dates.actual if dates.start else dates.planned
    going = status in {"announced", "dates_agreed"}
    begun = any(row.kind == "started" for row in steps)
    under_way = overdue = outcome = False
    if going and known is not None:
        open_ended = begun and dates.end is None and dates.planned is None
        last = dates.planned.latest if begun and dates.end is None and dates.planned else known.latest
        under_way = known.earliest <= today and today <= last and (known.earliest == known.parts[0].latest or begun)
        outcome = today > last and not open_ended
        overdue = not begun and known.parts[0].latest < today <= last
    waiting = None
    if status in {"requested", "invited", "accepted", "postponed", "suspended"}:
        kinds = {"requested": {"requested"}, "invited": {"invited"}}.get(status, {status})
        waiting = next((row.date for row in reversed(steps) if row.kind in kinds and row.date), None)
    return Reading(under_way=under_way, overdue=overdue, outcome_not_recorded=outcome, waiting_since=waiting)


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
_STOPPED_AT = {"declined": "acceptance", "postponed": "visit", "suspended": "visit", "cancelled": "visit"}


def stages(rows: Iterable[StepRow], *, dates: VisitDates, commitments_open: int = 0) -> list[Stage]:
    """Return the stages of the life-cycle bar in their order, with the next expected step marked.

    The next one is the first without a record after the last that has one; a visit that was declined or
    cancelled expects nothing more. Open commitments make the follow-up the next where all else is done.
    """
    steps = in_force(rows)
    status = derive_status(steps)
    found: list[Stage] = []
    for key, kinds in _STAGES:
        last = next((row for row in reversed(steps) if row.kind in kinds), None)
        when = dates.actual if key == "visit" and dates.actual else (last.date if last else None)
        count = commitments_open if key == "follow_up" else 0
        found.append(Stage(key, "done" if last else "none", when, last.kind if last else "", count))
    if status in _STOPPED_AT:
        at = next(i for i, stage in enumerate(found) if stage.key == _STOPPED_AT[status])
        stop = next((row for row in reversed(steps) if row.kind == status), None)
        when = stop.date if stop else None
        found[at] = Stage(found[at].key, "failed", when or dates.planned, status)
    if status in {"declined", "cancelled"}:
        return found
    reached = max((i for i, stage in enumerate(found) if stage.state != "none"), default=-1)
    upcoming = next((i for i in range(reached + 1, len(found)) if found[i].state == "none"), None)
    if upcoming is not None:
        stage = found[upcoming]
        found[upcoming] = Stage(stage.key, "next", stage.dates, stage.detail, stage.count)
    return found
