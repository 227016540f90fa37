"""The chain of the audit log: each seal is the SHA-256 of its number, its entry and the seal before. Pure.

Whoever changes, removes, inserts or moves a sealed entry has to forge every seal behind it and the head, which is kept
outside the database (`head.py`). A tail that was cut is found by the head alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is sealed."""

    pk: int
    at: datetime
    kind: str
    by: int | None
    row_kind: str
    row: int | None
    place: str
    detail: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal: its number, 0 where there is none yet, and its digest."""

    number: int = 0
    digest: str = BEGINNING

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


@dataclass(frozen=True, slots=True)
class Link:
    """A stored seal with the entry it seals."""

    number: int
    digest: str
    entry: Entry


def digest_of(number: int, entry: Entry, before: str) -> str:
    """Return the seal of an entry at this place of the chain."""
    told = [
        number, entry.pk, entry.at.astimezone(UTC).isoformat(timespec="microseconds"), entry.kind, entry.by,
        entry.row_kind, entry.row, entry.place, entry.detail, before,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


def seals(entries: Iterable[Entry], head: Head) -> Iterator[tuple[Entry, Head]]:
    """Yield each entry with its seal, going on from `head`."""
    for entry in entries:
        number = head.number + 1
        head = Head(number, digest_of(number, entry, head.digest))
        yield entry, head


def faults(links: Iterable[Link], kept: Head | None) -> Iterator[str]:
    """Yield in a sentence what is wrong with a chain, read in the order of its numbers, and with the head kept outside.

    A changed entry is told once: the chain is followed on from the seal that is stored.
    """
    head, seen_kept = Head(), kept is None or kept.number == 0
    for link in links:
        if link.number != head.number + 1:
            yield f"Seals {head.number + 1} to {link.number - 1} are missing."
        elif digest_of(link.number, link.entry, head.digest) != link.digest:
            yield f"The entry of seal {link.number} ({link.entry.pk}) is not the one that was sealed."
        if kept is not None and kept.number == link.number:
            seen_kept = True
            if kept.digest != link.digest:
                yield f"Seal {link.number} is not the one that was kept outside the database."
        head = Head(link.number, link.digest)
    if kept is None:
        yield "No head is kept outside the database: what was cut off the end would not be found."
    elif not seen_kept:
        yield f"The chain ends at {head.number}, and the head kept outside is at {kept.number}: its end was cut off."


def head_from(text: str) -> Head:
    """Return the head out of “number:digest”; raise ValueError for anything else."""
    number, _colon, digest = text.strip().partition(":")
    if len(digest) != len(BEGINNING) or not number.isdigit() or int(digest, 16) < 0:
        raise ValueError(text)
    return Head(int(number), digest)
