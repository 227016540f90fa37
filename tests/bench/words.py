"""Which words of the generated record stand in few, some, many and most of its statements."""

from __future__ import annotations

from typing import Any

from statements.scale.words import vocabulary
from statements.search.finding import entries
from statements.search.query import conditions_of, parse

# Shares of the statements in which a word of the kind stands.
SHARES = {"rare": 0.0005, "medium": 0.005, "frequent": 0.05, "very frequent": 0.3}


def found_in(word: str, reader: Any) -> int:
    """Return in how many texts a word stands."""
    return entries("statement", conditions_of(parse(word)), reader).count()


def chosen(total: int, reader: Any) -> dict[str, str]:
    """Return by kind the word whose share comes nearest, looked for along the vocabulary, which grows rarer."""
    words = [word for word in vocabulary() if word.isascii() and conditions_of(parse(word)).groups]
    picked = {}
    for kind, share in SHARES.items():
        low, high = 0, len(words) - 1
        while low < high:
            middle = (low + high) // 2
            if found_in(words[middle], reader) > share * total:
                low = middle + 1
            else:
                high = middle
        picked[kind] = words[low]
    return {**picked, "two words": f"{picked['frequent']} {picked['medium']}"}
