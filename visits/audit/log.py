"""Entries are added in the transaction of what they tell, and sealed right after it.

So nothing is done without its entry, and no transaction waits for the chain: only sealing takes one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from visits.audit import head as heads
from visits.audit.chain import Entry, Head, Link, seals
from visits.models import AuditEntry, AuditKind, AuditSeal

# Any number, the same in every process.
_LOCK = 0x76A5
# So many entries before the last sealed one are looked through for late ones: their transaction ended after others'.
LATE = 2000
AT_ONCE = 5000
_FIELDS = ("pk", "at", "kind", "by", "row_kind", "row", "place", "detail")


def note(kind: AuditKind, *, by: Any = None, row: Any = None, place: str = "", detail: str = "") -> None:
    """Log that `by` did something: a person, their number, or None for the program; `row` is a row of any model."""
    label = row._meta.label_lower if row is not None else ""
    note_rows(kind, by=by, rows=[(label, row.pk if row is not None else None)], place=place, detail=detail)


def note_rows(
    kind: AuditKind, *, by: Any, rows: Iterable[tuple[str, int | None]], place: str = "", detail: str = ""
) -> None:
    """Log the same of several rows, each named by its model (“visits.meeting”) and number, in one query."""
    now, who = timezone.now(), getattr(by, "pk", by)
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(at=now, kind=kind, by=who, row_kind=label, row=pk, place=place[:80], detail=detail[:120])
            for label, pk in rows
        ]
    )
    # Robust: what was done is done, and its entry stored; Django logs what kept it from being sealed.
    waiting: list[Any] = connection.run_on_commit
    if not any(seal in entry for entry in waiting):
        transaction.on_commit(seal, robust=True)


def seal(*, all_of_them: bool = False) -> Head:
    """Seal what is not sealed yet and keep the new head; `all_of_them` looks through the whole log for late entries.

    Where it fails, the entries stay, and the next call seals them. A head that the chain does not hold is left where
    it is: replaced by a later one, it would no longer tell that the end was cut off.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        last = AuditSeal.objects.order_by("-number").first()
        before = Head(last.number, last.digest) if last else Head()
        held = _holds(before, heads.kept())
        head = _sealed(last, before, all_of_them=all_of_them)
    if held:
        heads.keep(head)
    return head


def _holds(last: Head, kept: Head | None) -> bool:
    """Whether the chain that ends with `last` holds the head that is kept outside; it mostly is the last itself."""
    if kept is None or kept.number == 0 or kept == last:
        return True
    return AuditSeal.objects.filter(number=kept.number, digest=kept.digest).exists()


def _sealed(last: AuditSeal | None, head: Head, *, all_of_them: bool) -> Head:
    pending = AuditEntry.objects.filter(seal__isnull=True).order_by("pk")
    if last is not None and not all_of_them:
        pending = pending.filter(pk__gt=last.entry_id - LATE)
    while True:
        found = [Entry(*row) for row in pending.values_list(*_FIELDS)[:AT_ONCE]]
        links = list(seals(found, head))
        AuditSeal.objects.bulk_create(
            [AuditSeal(number=one.number, entry_id=entry.pk, digest=one.digest) for entry, one in links]
        )
        head = links[-1][1] if links else head
        if len(found) < AT_ONCE:
            return head


def links() -> Iterable[Link]:
    """Yield the chain in its order."""
    columns = (f"entry__{name}" for name in _FIELDS[1:])
    rows = AuditSeal.objects.order_by("number").values_list("number", "digest", "entry_id", *columns)
    for number, digest, pk, *facts in rows.iterator(chunk_size=AT_ONCE):
        yield Link(number, digest, Entry(pk, *facts))


def unsealed() -> int:
    """Return how many entries nobody has sealed."""
    return AuditEntry.objects.filter(seal__isnull=True).count()
