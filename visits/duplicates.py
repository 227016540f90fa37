"""Which of many names may mean the same: names that share a word or their beginning, and are spelt alike. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

from rapidfuzz import fuzz

from visits.folding import fold

# A word that more rows than this have in common says little: “ministry”, “of”.
COMMON = 40
LEAST = 88.0
# Names that begin alike are compared too: the only word of a name may be the one that is spelt otherwise.
BEGINNING = 5


class Likely(NamedTuple):
    """Two keys whose names are alike, the smaller key first, with the likeness of their best names up to 100."""

    one: str
    two: str
    score: float


def likely(names: Iterable[tuple[str, str]], limit: int = 20, least: float = LEAST) -> list[Likely]:
    """Return pairs of keys with like names, the likest first; a key may come with several names."""
    texts: dict[str, set[str]] = defaultdict(set)
    by_word: dict[str, set[str]] = defaultdict(set)
    for key, name in names:
        folded = fold(name)
        if folded:
            texts[key].add(folded)
            for word in {folded[:BEGINNING], *folded.split()}:
                by_word[word].add(key)
    pairs = {pair for keys in by_word.values() if 1 < len(keys) <= COMMON for pair in combinations(sorted(keys), 2)}
    found = (Likely(one, two, _alike(texts[one], texts[two])) for one, two in pairs)
    return sorted((pair for pair in found if pair.score >= least), key=lambda pair: (-pair.score, pair))[:limit]


def _alike(ones: Iterable[str], twos: Iterable[str]) -> float:
    """Return the likeness of the best pair of names, whatever the order of their words."""
    twos = list(twos)
    return round(max(fuzz.token_sort_ratio(one, two) for one in ones for two in twos), 1)
