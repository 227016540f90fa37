"""Matching a printed name to the known people of the record, by rapidfuzz. Pure: names in, keys out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Ratio = Callable[[str, str], float]

_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "professor",
        "sir",
        "dame",
        "lord",
        "lady",
        "madam",
        "mme",
        "mlle",
        "m",
        "me",
        "maître",
        "sr",
        "sra",
        "srta",
        "don",
        "doña",
        "he",
        "hon",
        "rev",
    ]
)


@dataclass(frozen=True, slots=True)
class Match(Generic[Key]):
    """The best known person for a name; `key` is None where none is near enough or two are as near."""

    key: Key | None
    score: float = 0.0
    ambiguous: tuple[Key, ...] = field(default=())


def rapid_ratio(one: str, other: str) -> float:
    """Return how alike two folded names are, 0 to 100: the order of the words does not matter."""
    from rapidfuzz import fuzz

    return float(fuzz.token_sort_ratio(one, other))


def fold_name(name: str) -> str:
    """Return `name` without case, accents, punctuation and titles."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    words = re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))
    kept = [w for w in words if w not in _TITLES]
    return " ".join(kept or words)


def match_person(
    name: str,
    candidates: Iterable[tuple[Key, Iterable[str]]],
    *,
    threshold: float = 88.0,
    margin: float = 4.0,
    ratio: Ratio = rapid_ratio,
) -> Match[Key]:
    """Return whom `name` means among `candidates` of (key, names).

    A short form (“Mr Sopheap”) fits a fuller name that has all its words, a little less well than the full name, and
    whole words only: a shared syllable is no evidence. Two people within `margin` of each other are both named as
    ambiguous, for guessing between namesakes would put words into the wrong mouth.
    """
    wanted = fold_name(name)
    if not wanted:
        return Match(None)
    scored: list[tuple[float, Key]] = []
    for key, names in candidates:
        best = max((_likeness(wanted, fold_name(known), ratio) for known in names), default=0.0)
        if best >= threshold:
            scored.append((best, key))
    scored.sort(key=lambda pair: -pair[0])
    if not scored:
        return Match(None)
    near = tuple(key for score, key in scored if score > scored[0][0] - margin)
    if len(near) > 1 and not (scored[0][0] == 100.0 and scored[1][0] < 100.0):
        return Match(None, scored[0][0], near)
    return Match(scored[0][1], scored[0][0])


def _likeness(wanted: str, known: str, ratio: Ratio) -> float:
    if wanted == known:
        return 100.0
    short, full = sorted((wanted.split(), known.split()), key=len)
    if short and len(short) < len(full) and set(short) <= set(full) and max(map(len, short)) > 2:
        return 94.0 if len(short) > 1 or short[0] in (full[-1], full[0]) else 90.0
    return min(99.0, ratio(wanted, known))
