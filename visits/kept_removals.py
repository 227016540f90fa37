"""What was removed, told by ids alone in a file outside the database: restored from a backup, it is removed again.

A line is a kind and a public id, or who was protected (`kept_protections`). The whole list is written anew each time,
out of the file and the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.utils import timezone

from visits.actions import raise_stamp
from visits.choices import Workflow
from visits.erasure import erase_record
from visits.kept_protections import WORD, Protection, unlisted
from visits.models import RemovalRequest
from visits.stored_files import locked, write_new

NAME = "removals"
Removed = tuple[str, str]


class Listed(NamedTuple):
    """What stands in the list."""

    removed: list[Removed]
    protected: list[Protection]


def path() -> Path:
    """Return where the list is kept."""
    return Path(settings.DATA_DIR) / NAME


def listed(file: Path | None = None) -> Listed:
    """Return what stands in the list; raises ValueError for a line that is none, OSError where it cannot be read."""
    found = Listed([], [])
    for line in (file or path()).read_text().splitlines():
        kind, _space, public_id = line.partition(" ")
        if kind == WORD:
            found.protected.append(Protection.read(line))
        elif kind.isalpha() and public_id.isalnum():
            found.removed.append((kind, public_id))
        else:
            raise ValueError(line[:80])
    return found


def keep(also: Listed | None = None) -> None:
    """Write the list anew: what stood in it, what the database says was removed or protected, and what is told."""
    target, also = path(), also or Listed([], [])
    with locked(target.with_name(f".{NAME}.lock")):
        before = listed() if target.exists() else Listed([], [])
        done = RemovalRequest.objects.exclude(done_at=None).order_by("id").values_list("kind", "public_id")
        removed = dict.fromkeys([*before.removed, *done, *also.removed])
        # Whoever is protected again is told already, with the compartment of then.
        protected = {one[:3]: one for one in reversed([*before.protected, *also.protected])}
        told = [*reversed(protected.values())]
        lines = [*(f"{kind} {public_id}" for kind, public_id in removed), *map(str, told), *map(str, unlisted(told))]
        write_new(target, "".join(f"{line}\n" for line in lines).encode())


@transaction.atomic
def repeat(rows: list[Removed], models: Mapping[str, Any]) -> int:
    """Erase what of the list is there again; return how many records. Whoever asked stands in no row of it."""
    number = 0
    for kind, public_id in rows:
        model = models.get(kind)
        record = None
        if model is not None:
            stored = model._base_manager.filter(public_id=public_id)
            record = stored.exclude(workflow=Workflow.REMOVED).first()
        if record is not None:
            erase_record(record)
            number += 1
        # Nobody asks for it once more.
        open_ones = RemovalRequest.objects.filter(kind=kind, public_id=public_id, done_at=None, declined_at=None)
        open_ones.update(declined_at=timezone.now(), reason="")
    if number:
        raise_stamp()
        transaction.on_commit(caches["pages"].clear)
        transaction.on_commit(caches["briefings"].clear)
    return number
