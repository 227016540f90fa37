"""What commands and the desk share when a list is written: locks, how rows stay on record, counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import JSONField
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visits.imports.behind import Copied, copy_rows
from visits.imports.kinds import Given, Judge, Kind
from visits.imports.running import AnswersOf, Cancelled, Done, carry_out
from visits.models import ImportBatch, ImportOutcome, ImportRow

if TYPE_CHECKING:
    from visits.models import User

# Rows of an import are stored so many at a time.
CHUNK = 500
# Names the lock of imports in PostgreSQL, for several machines on one database.
_LOCK = 0x5649_5341
_OUTCOMES = {name: ImportOutcome(name).value for name in ("new", "changed", "same", "left", "wrong")}
_OUTCOMES["waiting"] = _OUTCOMES["wrong"]


class Rejected(ValidationError):
    """Some row cannot be taken in, and all or nothing was asked for: nothing was written."""


def rejected(number: int) -> Rejected:
    """Return the refusal of a list of which so many rows cannot be taken in."""
    told = ngettext(
        "%(n)d row cannot be taken in: nothing was written.",
        "%(n)d rows cannot be taken in: nothing was written.",
        number,
    )
    return Rejected(told % {"n": number})


class Busy(ValidationError):
    """Another list is being written."""

    def __init__(self) -> None:
        super().__init__(_("Another list is being written: try again when it is done."), code="busy")


def lock_everywhere() -> None:
    """Keep other machines on the same database from writing a list until the transaction ends."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Busy


def gone_through(
    rows: Iterable[Given], kind: Kind, judge: Judge, answered: AnswersOf, by: User | None
) -> Iterator[Done]:
    return (kind.apply or carry_out)(rows, kind, judge, answered, by)


def outcome_of(done: Done, counted_as: str) -> dict[str, Any]:
    """Return a row as it stays on record, by column: what it became and caused, and no words but of what was refused.

    `counted_as` is what `count` says of it.
    """
    judged = done.judged
    return {
        "number": judged.number,
        "key": done.given["key"][:200],
        "state": str(judged.state),
        "about": judged.about[:300] if done.failed else "",
        "left": done.left,
        "outcome": _OUTCOMES[counted_as],
        "record": done.record,
        "writes": done.writes,
    }


def store_rows(batch: ImportBatch, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new rows of an import as the database does it quickest: there are as many as the file has."""
    if not rows:
        return
    fields = [entry for entry in ImportRow._meta.concrete_fields if not entry.primary_key]
    table = connection.ops.quote_name(ImportRow._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(entry.column)) for entry in fields)
    same: dict[str, Any] = {entry.attname: entry.get_default() for entry in fields} | {"batch_id": batch.pk}
    listed = {entry.attname for entry in fields if isinstance(entry, JSONField)}
    same |= {name: json.dumps(same[name]) for name in listed}
    values = []
    for row in rows:
        # Nearly every row has caused nothing but itself.
        told = {name: json.dumps(row[name]) if row[name] else same[name] for name in listed & row.keys()}
        values.append(tuple({**same, **row, **told}.values()))
    if connection.vendor == "postgresql":
        copy_rows(connection.alias, [Copied(f"COPY {table} ({columns}) FROM STDIN", values)])
        return
    places = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608 - names


def stopping(found: Iterable[Done], progress: Callable[[], bool]) -> Iterator[Done]:
    for done in found:
        yield done
        if progress():
            raise Cancelled


def store_counts(batch: ImportBatch, counts: Counter[str]) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(
        rows_new=counts["new"],
        rows_changed=counts["changed"],
        rows_same=counts["same"],
        rows_wrong=counts["wrong"],
        rows_left=counts["left"],
        rows_waiting=counts["waiting"],
        rows_total=sum(counts.values()),
    )
