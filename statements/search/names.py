"""Words of names by their beginnings, and words that people write as one. Pure.

A name is found by the beginning of any of its words. A run of a script without spaces is found from each of its
syllables on; two words beside each other also as one, for “Hun Sen” is written “Hunsen” too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from statements.search.analyser import MOST_LETTERS, Term, analyse

# What is typed beyond that says no more about a name.
MOST_TYPED = 100
MOST_BEGINNINGS = 6
# One letter of an alphabet begins too much.
FEWEST_LETTERS = 2


def _runs(text: str) -> list[list[Term]]:
    """Return the terms of `text`: each word by itself, syllables of a script without spaces together."""
    runs: list[list[Term]] = []
    for term in analyse(text):
        if runs and term.clustered and runs[-1][-1].clustered and runs[-1][-1].other:
            runs[-1].append(term)
        else:
            runs.append([term])
    return runs


def _joined(terms: Iterable[Term]) -> str:
    return "".join(term.exact[1:] for term in terms)[:MOST_LETTERS]


def run_together(text: str) -> list[str]:
    """Return each two words of a name that stand beside each other as one folded word; of syllables none."""
    words = [run for run in _runs(text) if not run[0].clustered]
    return [_joined((*one, *next_one)) for one, next_one in pairwise(words)]


def words_of(name: str) -> list[str]:
    """Return the folded words by whose beginning `name` is found, each once."""
    found: list[str] = []
    for run in _runs(name):
        found += [_joined(run[start:]) for start in range(len(run))]
    return list(dict.fromkeys([*found, *run_together(name)]))


def placed(names: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return each word of the names of one record with its foremost place, and the name in which it stands there.

    A word begins the first of the names (0) or another one (1), or stands elsewhere in one (2).
    """
    found: dict[str, tuple[int, str]] = {}
    for number, name in enumerate(names):
        runs = _runs(name)
        first = {_joined(runs[0]), *run_together(name)[:1]} if runs else set()
        for word in words_of(name):
            place = min(number, 1) if word in first else 2
            if place < found.get(word, (3, ""))[0]:
                found[word] = (place, name)
    return found


def beginnings(typed: str) -> list[str]:
    """Return what was typed as beginnings of words, all of which a name has to have; none where it says too little."""
    found = list(dict.fromkeys(_joined(run) for run in _runs(typed[:MOST_TYPED])))[:MOST_BEGINNINGS]
    if len("".join(found)) < FEWEST_LETTERS and not any(run[0].clustered for run in _runs(typed[:MOST_TYPED])):
        return []
    return found
