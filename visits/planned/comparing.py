"""What taking a calendar in would do to the meetings of a visit: new, changed field by field, same, or wrong. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from visits.planned.reading import CANCELLED, PLANNED, Planned

HELD = "held"
# What a calendar says of a meeting; the note is taken over once, and then belongs to the editors.
COMPARED = ("title", "date", "starts_at", "ends_at", "time_zone", "place")


class Outcome(StrEnum):
    """What becomes of an event."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


class Change(NamedTuple):
    """A field as it is stored, and as the calendar has it."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Row:
    """An event beside the meeting that it is of, if there is one."""

    planned: Planned
    outcome: Outcome
    meeting: Any = None
    changes: tuple[Change, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def token(self) -> str:
        """Return what names the row as it was shown: another once calendar or meeting are others."""
        version = self.meeting.version if self.meeting is not None else 0
        told = repr((self.planned, self.outcome.value, version, self.changes))
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def compare(events: Iterable[Planned], meetings: Mapping[str, list[Any]], locked: Iterable[int] = ()) -> list[Row]:
    """Return a row for each event. `meetings` are those that the person may see, by the UID they came with.

    `locked` are the ids of meetings that the person may not change.
    """
    fixed = set(locked)
    return [_row(event, meetings.get(event.uid, []), fixed) for event in events]


def _row(event: Planned, found: list[Any], locked: set[int]) -> Row:
    meeting = found[0] if len(found) == 1 else None
    reasons = event.wrong or _against(event, found)
    if reasons:
        return Row(event, Outcome.WRONG, meeting, reasons=reasons)
    if meeting is None:
        return Row(event, Outcome.NEW)
    new = {**{name: getattr(event, name) for name in COMPARED}, "status": _status(meeting.status, event.status)}
    stored = {name: getattr(meeting, name) for name in new}
    changes = tuple(Change(name, stored[name], new[name]) for name in new if stored[name] != new[name])
    if changes and meeting.pk in locked:
        return Row(event, Outcome.WRONG, meeting, changes, (_("It is published: reviewers change it."),))
    return Row(event, Outcome.CHANGED if changes else Outcome.SAME, meeting, changes)


def _against(event: Planned, found: list[Any]) -> tuple[str, ...]:
    """Return why an event cannot be brought to the meetings that have its UID."""
    if len(found) > 1:
        return (_("Several meetings of the visit have its UID."),)
    if any(event.sequence < meeting.calendar_sequence for meeting in found):
        return (_("A later version of it was taken in already."),)
    if any(event.status == CANCELLED and meeting.status == HELD for meeting in found):
        return (_("It is cancelled there, and was held by this record."),)
    return ()


def _status(stored: str, told: str) -> str:
    """Return the status that a meeting has with the calendar's.

    A calendar knows no meeting that was held, postponed or refused: it tells what is cancelled, and what no longer is.
    """
    if stored in {PLANNED, CANCELLED}:
        return told
    return stored
