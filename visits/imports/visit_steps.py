"""How the steps on record come to what a row says: which to add, which to void because the row says otherwise. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from visits.addresses import canonical
from visits.imports.visit_rows import HELD, Step, VisitRow
from visits.lifecycle import StepRow, derive_status
from visits.partial_dates import parse

# What a visit was held by, and what says that it was not: of these the steps are voided that the row contradicts.
_WAS_HELD = frozenset({"started", "ended", "end_of_mission_statement"})
_WAS_NOT = frozenset({"cancelled", "declined"})
# Statuses before a visit: a list that is behind the record contradicts nothing.
_BEFORE = ("requested", "invited", "accepted", "dates_agreed", "announced", "completed", "reported")
_DATED = ("started", "ended")


@dataclass(frozen=True, slots=True)
class Stored:
    """A step on record that is in force."""

    key: int
    kind: str
    date: str = ""
    proposed: str = ""
    document: str = ""
    actor: str = ""
    address: str = ""


@dataclass(slots=True)
class Plan:
    """Steps to add, each with the key of the one that it takes the place of, and steps that are only voided."""

    add: list[tuple[Step, int | None]]
    void: list[int]

    def __bool__(self) -> bool:
        return bool(self.add or self.void)


def says_the_same(status: str, on_record: str) -> bool:
    """Whether a status of a list holds with that on record: also where the record knows of later steps."""
    if not status or status == on_record:
        return True
    known = status in _BEFORE and on_record in _BEFORE
    return known and _BEFORE.index(on_record) > _BEFORE.index(status)


def tells_of_an_earlier_plan(row: VisitRow, stored: Iterable[Stored]) -> bool:
    """Whether a row says that a visit was postponed which the record knows: its days were those of a plan before."""
    if row.status != "postponed" or not row.dates:
        return False
    steps = list(stored)
    return any(step.kind == "postponed" for step in steps) and any(step.proposed == row.dates for step in steps)


def plan_steps(wanted: Iterable[Step], stored: Sequence[Stored], status: str) -> Plan:
    """Return how `stored` come to say what `wanted` says. Steps that the row does not speak of stay as they are."""
    plan = Plan([], [])
    used: set[int] = set()
    for step in wanted:
        mine = [row for row in stored if row.kind == step.kind and row.key not in used]
        same = next((row for row in mine if _says(row, step)), None)
        if same is not None:
            used.add(same.key)
            continue
        # A report with a symbol stands beside others; of anything else a list tells once.
        replaced = None if step.kind == "report" else next(iter(mine), None)
        if replaced is not None:
            used.add(replaced.key)
        plan.add.append((step, replaced.key if replaced is not None else None))
    against = _WAS_NOT if status in HELD else _WAS_HELD if status in {"cancelled", "declined", "postponed"} else set()
    plan.void += [row.key for row in stored if row.kind in against and row.key not in used]
    return plan


def _says(row: Stored, step: Step) -> bool:
    return (
        (not step.date or row.date == step.date)
        and (not step.proposed or row.proposed == step.proposed)
        and (not step.document or row.document == step.document)
    )


def status_after(plan: Plan, stored: Sequence[Stored], mandates: Collection[str]) -> str:
    """Return the status that a visit has once `plan` is carried out."""
    gone = {*plan.void, *(key for _step, key in plan.add if key is not None)}
    rows = [_row(row, row.key) for row in stored if row.key not in gone]
    last = max((row.key for row in stored), default=0)
    rows += [_row(step, last + place) for place, (step, _key) in enumerate(plan.add, start=1)]
    return derive_status(rows, mandates=mandates)


def _row(step: Stored | Step, order: int) -> StepRow:
    date = parse(step.date) if step.date else None
    proposed = parse(step.proposed) if step.proposed else None
    return StepRow(step.kind, date, order, proposed, actor=step.actor)


def unknown_addresses(addresses: Iterable[str], stored: Iterable[Stored], note: str) -> list[str]:
    """Return the addresses that neither a step nor the note of a visit has."""
    known = {canonical(row.address) for row in stored} | {canonical(word) for word in note.split()}
    found = {canonical(address): address for address in addresses}
    return [address for place, address in found.items() if place not in known]
