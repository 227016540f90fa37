"""The head of the chain, kept in a file outside the database."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from django.conf import settings

from visits.audit.chain import Head, head_from
from visits.stored_files import locked, write_new

NAME = "audit-head"


def path() -> Path:
    """Return where the head is kept."""
    return Path(settings.DATA_DIR) / NAME


def kept() -> Head | None:
    """Return the head that is kept; None where there is none or it cannot be read."""
    with suppress(OSError, ValueError):
        return head_from(path().read_text())
    return None


def keep(head: Head) -> None:
    """Keep a head, unless a later one is kept already: several processes seal, and write in any order."""
    target = path()
    with locked(target.with_name(f".{NAME}.lock")):
        before = kept()
        if before is not None and before.number >= head.number:
            return
        write_new(target, f"{head}\n".encode())
