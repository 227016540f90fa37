"""Which statements wait for an answer, and which links are one. Pure; the values are those of `statements.choices`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

# What these acts put to somebody can be answered. An answer, a promise, praise or an announcement asks for none.
CLAIMING_ACTS = frozenset(
    {"asserts", "alleges", "asks", "calls_for", "recommends", "criticises", "voices_concern", "warns"}
)
ANSWERING_LINKS = frozenset({"replies_to", "answers", "agrees", "partly_agrees", "denies", "fulfils"})
CONTRADICTING_LINKS = frozenset({"denies", "disowns"})


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement: its column, its act, what others did to it as (kind of link, their column), what the page prints."""

    key: str
    column: str
    act: str
    replies: tuple[tuple[str, str], ...] = ()
    card: Any = field(default=None, compare=False)


def is_claim(act: str) -> bool:
    """Whether a statement of this act puts something to others that they can answer."""
    return act in CLAIMING_ACTS


def is_answer(kind: str, *, by: str, to: str) -> bool:
    """Whether a link of this kind from column `by` answers a statement of column `to`; one's own side never does."""
    return kind in ANSWERING_LINKS and by != to


def unanswered(said: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the claims that no statement of another column answers, in their order."""
    return tuple(
        row
        for row in said
        if is_claim(row.act) and not any(is_answer(kind, by=column, to=row.column) for kind, column in row.replies)
    )
