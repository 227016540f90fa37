"""What later statements make of an earlier one. Pure: kinds of links in, a standing out."""

from __future__ import annotations

from collections.abc import Iterable

# The strongest first: who disowns a sentence never said it; what is retracted is no longer merely corrected.
BY_LINK: tuple[tuple[str, str], ...] = (
    ("disowns", "disowned"),
    ("retracts", "retracted"),
    ("corrects", "corrected"),
    ("supersedes", "corrected"),
    ("denies", "disputed"),
)
# Who spoke no longer means it, or never said it: whatever is carried away says so.
FALLEN = frozenset({"retracted", "disowned"})


def standing(links_to_it: Iterable[str]) -> str:
    """Return the standing of a statement from the kinds of the links that other statements have to it."""
    kinds = set(links_to_it)
    return next((result for kind, result in BY_LINK if kind in kinds), "current")
