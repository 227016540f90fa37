"""What lists hold of a record that is removed, or of somebody who is protected: nothing stays that could tell of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction

from visits.imports import files
from visits.models import ImportBatch, ImportRow, ImportState

_WAITING = (ImportState.UPLOADED, ImportState.CHECKING, ImportState.CHECKED)


def forget(record: Any, _erasure: Any) -> None:
    """Drop the rows that became `record`, every list that waits, and every file of rows that were not taken in.

    A list that waits may tell of the record in its own words, and show it among candidates or as what it changes.
    """
    ImportRow.objects.filter(record=record.public_id).delete()
    forget_waiting()


def forget_waiting() -> None:
    """Drop every list that waits, and every file of rows that were not taken in: nobody knows what stands in them."""
    waiting = ImportBatch.objects.filter(state__in=_WAITING)
    ImportRow.objects.filter(batch__in=waiting).delete()
    ids = list(waiting.values_list("pk", flat=True))
    waiting.update(state=ImportState.CANCELLED, told="", columns={})
    failed = ImportBatch.objects.filter(state__in=[ImportState.DONE, ImportState.UNDONE], rows_wrong__gt=0)
    failed |= ImportBatch.objects.filter(state__in=[ImportState.DONE, ImportState.UNDONE], rows_waiting__gt=0)
    ImportRow.objects.filter(batch__in=failed).exclude(about="").update(about="")
    ids += failed.values_list("pk", flat=True)
    gone = list(ImportBatch.objects.filter(pk__in=ids))
    for batch in gone:
        transaction.on_commit(partial(files.drop_all, batch))
