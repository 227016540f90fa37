"""Taking a calendar of planned meetings into a visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from visits.access import Permission
from visits.actions import enter_meeting, require, require_for_change, save_record
from visits.models import Meeting, User, Visit
from visits.planned.comparing import COMPARED, Outcome, Row, compare
from visits.planned.reading import Planned
from visits.planned.writing import uid_of


def rows_of(*, visit: Visit, events: Sequence[Planned], by: User) -> list[Row]:
    """Return what taking `events` in would do to the meetings of `visit` that `by` may see."""
    meetings: dict[str, list[Any]] = defaultdict(list)
    locked = []
    for meeting in Meeting.objects.visible_to(by).filter(visit=visit):
        meetings[uid_of(meeting)].append(meeting)
        try:
            require_for_change(meeting, by)
        except PermissionDenied:
            locked.append(meeting.pk)
    return compare(events, meetings, locked)


class Taken(dict[Outcome, int]):
    """How many rows of each outcome were taken in."""


@transaction.atomic
def take_in(*, visit: Visit, events: Sequence[Planned], tokens: Collection[str] | None, by: User) -> Taken:
    """Enter the new meetings of a calendar and change those that changed: the rows of `tokens`, or of None all.

    A new meeting is a draft, and confidential in a compartment of `by`, as planned meetings are. Rows that are no
    longer as they were when their token was made are left as they are: what is returned does not count them.
    """
    require(by, Permission.EDIT_RECORD)
    taken = Taken({Outcome.NEW: 0, Outcome.CHANGED: 0})
    for row in rows_of(visit=visit, events=events, by=by):
        if row.outcome not in taken or (tokens is not None and row.token not in tokens):
            continue
        planned = row.planned
        if row.outcome == Outcome.NEW:
            fields = {name: getattr(planned, name) for name in COMPARED}
            meeting = Meeting(visit=visit, status=planned.status, note=planned.note, **fields)
        else:
            meeting = row.meeting
            for change in row.changes:
                setattr(meeting, change.name, change.new)
        meeting.calendar_uid, meeting.calendar_sequence = planned.uid, planned.sequence
        if row.outcome == Outcome.NEW:
            enter_meeting(meeting=meeting, by=by)
        else:
            save_record(record=meeting, by=by, version=row.meeting.version)
        taken[row.outcome] += 1
    return taken
