"""Words that find the same in both: the peer knows words as they stand, ours their stems and other forms too."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from statements.scale.words import vocabulary
from statements.search.query import conditions_of, parse
from tests.bench.words import SHARES

Words = dict[str, str]
# As many of the newest are compared as ours counts, and one more.
MOST = 1001


def region_and_year(file: Path, slug: str) -> tuple[str, int]:
    """Return the region of a visit and the year in which it ended."""
    with closing(sqlite3.connect(file)) as own:
        region, day = own.execute("SELECT region, last_day FROM visits WHERE slug = ?", [slug]).fetchone()
    return region, int(day[:4])


def chosen(file: Path, agreed: Callable[[str], bool]) -> Words:
    """Return by kind the word next to its share in the vocabulary, which grows rarer, for which both are `agreed`."""
    words = [word for word in vocabulary() if word.isascii() and conditions_of(parse(word)).groups]
    picked: Words = {}
    with closing(sqlite3.connect(file)) as own:
        total = own.execute("SELECT count(*) FROM statements").fetchone()[0]
        place = 0
        for kind, share in SHARES.items():
            place = _place_of(own, words, share * total)
            picked[kind] = _first(kind, (words[one] for one in _outward(place, len(words))), agreed)
        medium = words.index(picked["medium"])
        pairs = (f"{picked['frequent']} {word}" for word in words[medium:])
        together = (pair for pair in pairs if _in_one_version(own, *pair.split()))
        picked["two words"] = _first("two words", together, agreed)
    return picked


def _first(kind: str, words: Iterator[str], agreed: Callable[[str], bool]) -> str:
    for word in words:
        if agreed(word):
            return word
    raise SystemExit(f"No {kind} finds the same in both: there is nothing to compare.")


def _place_of(own: sqlite3.Connection, words: list[str], wanted: float) -> int:
    low, high = 0, len(words) - 1
    while low < high:
        middle = (low + high) // 2
        found = own.execute("SELECT count(*) FROM statements_fts WHERE statements_fts MATCH ?", [f'"{words[middle]}"'])
        if found.fetchone()[0] > wanted:
            low = middle + 1
        else:
            high = middle
    return low


def _outward(place: int, size: int) -> Iterator[int]:
    """Yield the places from `place` on, to both sides by turns."""
    yield place
    for step in range(1, size):
        yield from (one for one in (place + step, place - step) if 0 <= one < size)


def _in_one_version(own: sqlite3.Connection, one: str, other: str) -> bool:
    """Whether both words find a statement only by words of one version: the peer looks for each in all of them."""
    anywhere = f'"{one}" AND "{other}"'
    together = f"{{words speaker}} : ({anywhere}) OR {{translations speaker}} : ({anywhere})"
    sql = f"SELECT rowid FROM statements_fts WHERE statements_fts MATCH ? ORDER BY rowid DESC LIMIT {MOST}"  # noqa: S608
    first, second = (own.execute(sql, [words]).fetchall() for words in (anywhere, together))
    return bool(first) and first == second
