"""Public meetings as entries of calendars and feeds: what is told of them, and how often that has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, time
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q
from django.utils import translation
from django.utils.translation import get_language, gettext

from visits.among import Among
from visits.choices import MeetingKind, MeetingStatus, PublishedAs, Visibility, Workflow
from visits.exports.calendar import BEGINNING, Entry, changes, known_zone, seen
from visits.exports.columns import CHUNK
from visits.exports.events import PUBLIC, recently_changed
from visits.exports.everybody import EVERYBODY
from visits.models import Meeting, Visit
from visits.partial_dates import parse

if TYPE_CHECKING:
    from django.db.models import QuerySet

STATUSES = {
    MeetingStatus.PLANNED.value: "TENTATIVE",
    MeetingStatus.HELD.value: "CONFIRMED",
    MeetingStatus.POSTPONED.value: "CANCELLED",
    MeetingStatus.CANCELLED.value: "CANCELLED",
    MeetingStatus.REFUSED.value: "CANCELLED",
}
OPEN_MEETING = PUBLIC & Q(published_as=PublishedAs.FULL)
Versions = dict[int, list[tuple[datetime, Any]]]


class MeetingSaid(NamedTuple):
    """What an entry tells of a meeting."""

    title: str
    status: str
    kind: str
    date: str
    starts_at: time | None
    ends_at: time | None
    time_zone: str
    place: str
    public_summary: str


def latest_meetings(rows: QuerySet[Meeting], most: int) -> list[int]:
    """Return the ids of public meetings among which are the `most` that last changed for everybody, and some more."""
    return recently_changed(rows, OPEN_MEETING, MeetingSaid._fields, most)


def in_chunks(ids: Iterable[int], language: str, chunk: Callable[[list[int]], list[Entry]]) -> Iterator[Entry]:
    """Yield the entries that `chunk` reads of so many ids at a time."""
    rest = iter(ids)
    while some := list(islice(rest, CHUNK)):
        with translation.override(language):
            entries = chunk(some)
        yield from entries


def meeting_entries(ids: Iterable[int], site: str, language: str) -> Iterator[Entry]:
    """Yield the entries of the meetings with these ids that everybody may see; three queries a chunk."""
    return in_chunks(ids, language, lambda some: _chunk(some, site))


def _chunk(ids: list[int], site: str) -> list[Entry]:
    rows = Meeting.objects.visible_to(EVERYBODY).filter(Among("pk", ids)).select_related("visit")
    known = {meeting.pk: meeting for meeting in rows}
    own = versions_of(Meeting, list(known), MeetingSaid, lambda row: row["published_as"] == PublishedAs.FULL)
    visits = openness_of(Visit, [meeting.visit_id for meeting in known.values()])
    return [_entry(known[pk], seen(own[pk], visits[known[pk].visit_id]), site) for pk in ids if pk in known]


def versions_of(
    model: Any, ids: Sequence[int], said: Any, also: Callable[[dict[str, Any]], bool] = lambda _row: True
) -> Versions:
    """Return by id what each version of records said, None where it was not open to everybody; one query."""
    more = [field.attname for field in model._meta.concrete_fields if field.name == "published_as"]
    columns = dict.fromkeys(("id", "history_date", "workflow", "visibility", *more, *said._fields))
    found: Versions = defaultdict(list)
    for row in model.history.filter(Among("id", list(ids))).order_by("history_id").values(*columns):
        told = said(*(row[name] for name in said._fields)) if _is_open(row) and also(row) else None
        found[row["id"]].append((row["history_date"], told))
    return found


def openness_of(model: Any, ids: Sequence[int]) -> Versions:
    """Return by id from when on a record was open to everybody and when not; one query."""
    found: Versions = defaultdict(list)
    rows = model.history.filter(Among("id", list(ids))).order_by("history_id")
    for row in rows.values("id", "history_date", "workflow", "visibility"):
        found[row["id"]].append((row["history_date"], _is_open(row)))
    return found


def _is_open(row: dict[str, Any]) -> bool:
    return row["workflow"] == Workflow.PUBLISHED and row["visibility"] == Visibility.PUBLIC


def last_told(versions: list[tuple[datetime, Any]], said: Any, record: Any) -> tuple[int, datetime]:
    """Return how often and when last it changed what a record says, which `said` it now."""
    if not versions or versions[-1][1] != said:
        # Written past the history, as rows made in bulk are.
        versions = [*versions, (record.published_at or BEGINNING, said)]
    return changes(versions)


def _entry(meeting: Meeting, versions: list[tuple[datetime, Any]], site: str) -> Entry:
    said = MeetingSaid(*(getattr(meeting, name) for name in MeetingSaid._fields))
    number, changed = last_told(versions, said, meeting)
    return Entry(
        uid=f"meeting-{meeting.public_id}@vis-a-vis",
        url=site + meeting.get_absolute_url(),
        dates=said.date,
        status=STATUSES[said.status],
        sequence=number,
        changed=changed,
        published=meeting.published_at or BEGINNING,
        place=said.place,
        starts=said.starts_at,
        ends=said.ends_at,
        zone=said.time_zone,
        summary=_summary(said),
        description=_description(said),
    )


def _summary(said: MeetingSaid) -> str:
    told = {
        MeetingStatus.POSTPONED.value: gettext("Postponed: %(whom)s"),
        MeetingStatus.CANCELLED.value: gettext("Cancelled: %(whom)s"),
        MeetingStatus.REFUSED.value: gettext("Refused: %(whom)s"),
    }
    return told.get(said.status, gettext("Meeting: %(whom)s")) % {"whom": said.title}


def _description(said: MeetingSaid) -> str:
    kind, status = MeetingKind(said.kind).label, MeetingStatus(said.status).label
    lines = [gettext("%(kind)s, %(status)s") % {"kind": kind, "status": status}]
    if said.date:
        lines.append(parse(said.date).display(get_language() or "en"))
    else:
        lines.append(gettext("No date is recorded."))
    if said.starts_at:
        end = f"–{said.ends_at:%H:%M}" if said.ends_at else ""
        zone = "" if known_zone(said.time_zone) else f" ({said.time_zone})"
        lines.append(f"{said.starts_at:%H:%M}{end}{zone}")
    return "\n".join([*lines, said.public_summary] if said.public_summary else lines)
