"""Public commitments as entries of calendars and feeds: what was promised, by when, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.text import Truncator
from django.utils.translation import get_language, gettext

from statements.choices import CommitmentState
from statements.models import Commitment, Statement
from visits.among import Among
from visits.exports.calendar import BEGINNING, Entry, seen
from visits.exports.events import PUBLIC, recently_changed
from visits.exports.everybody import EVERYBODY
from visits.exports.meeting_events import in_chunks, last_told, openness_of, versions_of
from visits.models import Visit
from visits.partial_dates import parse

if TYPE_CHECKING:
    from django.db.models import QuerySet

LONGEST_SUMMARY = 120


class Promised(NamedTuple):
    """What an entry tells of a commitment."""

    what: str
    due: str
    state: str


def latest_commitments(rows: QuerySet[Commitment], most: int) -> list[int]:
    """Return the ids of public commitments among which are the `most` that last changed, and some more."""
    return recently_changed(rows, PUBLIC, Promised._fields, most)


def commitment_entries(ids: Iterable[int], site: str, language: str) -> Iterator[Entry]:
    """Yield the entries of the commitments with these ids that everybody may see; four queries a chunk."""
    return in_chunks(ids, language, lambda some: _chunk(some, site))


def _chunk(ids: list[int], site: str) -> list[Entry]:
    rows = Commitment.objects.visible_to(EVERYBODY).filter(Among("pk", ids)).select_related("statement")
    known = {row.pk: row for row in rows}
    own = versions_of(Commitment, list(known), Promised)
    said = openness_of(Statement, [row.statement_id for row in known.values()])
    visits = openness_of(Visit, [row.visit_id for row in known.values() if row.visit_id])
    return [
        _entry(row, seen(own[pk], said[row.statement_id], visits.get(row.visit_id or 0, [])), site)
        for pk in ids
        if (row := known.get(pk))
    ]


def _entry(row: Commitment, versions: list[tuple[datetime, Any]], site: str) -> Entry:
    said = Promised(row.what, row.due, row.state)
    number, changed = last_told(versions, said, row)
    state = CommitmentState(row.state)
    lines = [
        gettext("Due: %(when)s") % {"when": parse(row.due).display(get_language() or "en")}
        if row.due
        else gettext("No date was named."),
        gettext("State: %(state)s") % {"state": state.label},
        row.what,
    ]
    named = gettext("Commitment due: %(what)s") if state == CommitmentState.OPEN else f"{state.label}: %(what)s"
    return Entry(
        uid=f"commitment-{row.public_id}@vis-a-vis",
        # It stands on the page of the statement in which it was made.
        url=f"{site}{row.statement.get_absolute_url()}#commitment-{row.public_id}",
        dates=row.due,
        status="CONFIRMED",
        sequence=number,
        changed=changed,
        published=row.published_at or BEGINNING,
        summary=Truncator(named % {"what": row.what}).chars(LONGEST_SUMMARY),
        description="\n".join(lines),
    )
