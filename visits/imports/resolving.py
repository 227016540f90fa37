"""What a name in a cell means: one, several candidates, or none. Pure: names in, keys out.

Names are compared folded: case, accents, punctuation and runs of spaces aside. Old names and variants stand in the
index like any other name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from visits.folding import fold
from visits.imports.kinds import Candidate

# Names so like are offered as candidates, and so many of them.
LIKE, _MOST = 80, 6
# No name is longer.
LONGEST = 200
# What parts the entries of a cell for sure. It does not take the white space around it: with a run of it before,
# that takes the square of the run.
_PARTS = re.compile(r"[;|\n]")
# So many texts are remembered with what is like them: lists name the same again and again.
_REMEMBERED = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """What a name means: the keys of which it is a name, else those whose names are like it.

    `former` is a State that several followed: it is known by this name, and `near` are those that followed it. `both`
    are two that may be meant together.
    """

    text: str
    keys: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    former: bool = False
    both: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return the one key that it means; "" where it is none or several."""
        return self.keys[0] if len(self.keys) == 1 else ""

    @property
    def may_be(self) -> tuple[str, ...]:
        """Return what the name stands for, one or several; () where nobody has it, whatever is like it."""
        return self.near if self.former else self.keys


class Names:
    """An index of what things are called. `labels` tells namesakes apart."""

    def __init__(self, entries: Iterable[tuple[str, str, Iterable[str]]] = ()) -> None:
        self.labels: dict[str, str] = {}
        self._by_name: dict[str, dict[str, None]] = defaultdict(dict)
        # All that followed, on record or not.
        self._former: dict[str, tuple[str, ...]] = {}
        self._near: dict[str, tuple[str, ...]] = {}
        for key, label, names in entries:
            self.add(key, label, names)

    def add(self, key: str, label: str, names: Iterable[str]) -> None:
        """Note a key under all its names."""
        self.labels[key] = label
        for name in names:
            if folded := self.fold(name):
                self._by_name[folded][key] = None
        self._near.clear()

    def add_former(self, names: Iterable[str], keys: Sequence[str]) -> None:
        """Note the names of what was, with the keys of what is there now; names that stand here already stay.

        Of several none is meant by such a name alone, also where the others are not on record. A name of two that
        were has those that followed either.
        """
        for name in names:
            folded = self.fold(name)
            if folded and folded not in self._by_name and any(key in self.labels for key in keys):
                if len(keys) == 1 and folded not in self._former:
                    self._by_name[folded][keys[0]] = None
                else:
                    self._former[folded] = tuple(dict.fromkeys([*self._former.get(folded, ()), *keys]))
        self._near.clear()

    def fold(self, text: str) -> str:
        """Return a text as names are compared here."""
        return fold(text)

    def find(self, text: str) -> Found:
        """Return what `text` means."""
        return self.known(text) or self.alike(text)

    def known(self, text: str) -> Found | None:
        """Return what `text` means where it is a name, None where nobody has it."""
        for form in self.forms(text):
            folded = self.fold(form)
            keys = tuple(self._by_name.get(folded, ()))
            if form in keys:
                # A key, letter by letter, goes before a name that merely reads like it.
                keys = (form,)
            if keys:
                return Found(text, keys)
            if folded in self._former:
                return self.of_former(text, self._former[folded])
        return None

    def of_former(self, text: str, followers: tuple[str, ...]) -> Found:
        """Return what a name of a State means that several followed; of two of them that are on record also both."""
        present = tuple(key for key in followers if key in self.labels)
        return Found(text, (), present, former=True, both=_two(followers, present))

    def alike(self, text: str, before: Iterable[str] = ()) -> Found:
        """Return what a text may mean that nobody has as a name: the keys `before`, and those with names like it.

        All that followed one State are offered, or none of them.
        """
        keys = dict.fromkeys(before)
        both: tuple[str, ...] = ()
        for name in self.like(self.fold(text)):
            if len(keys) >= _MOST:
                break
            called = list(self._by_name.get(name, ()))
            followers = () if called else self._former[name]
            present = [key for key in followers if key in self.labels]
            both = both or _two(followers, present)
            for key in called[: _MOST - len(keys)] or present:
                keys.setdefault(key)
        return Found(text, (), tuple(keys), both=both)

    def forms(self, text: str) -> Iterator[str]:
        """Yield `text`, and the other ways in which the names that stand here are written."""
        yield text

    def candidates(self, keys: Iterable[str]) -> tuple[Candidate, ...]:
        """Return keys with what people call them."""
        return tuple(Candidate(key, self.labels[key]) for key in keys)

    def like(self, folded: str) -> tuple[str, ...]:
        """Return the folded names that are like one, the most like first."""
        if not folded or len(folded) > LONGEST:
            return ()
        if folded not in self._near:
            if len(self._near) >= _REMEMBERED:
                self._near.pop(next(iter(self._near)))
            choices = [*self._by_name, *self._former]
            best = process.extract(folded, choices, scorer=fuzz.token_sort_ratio, score_cutoff=LIKE, limit=_MOST)
            self._near[folded] = tuple(name for name, _score, _place in best)
        return self._near[folded]

    def may_be_one_of(self, part: Found) -> bool:
        """Whether a part of a list that is no name is like one by itself."""
        return bool(part.near)

    def may_be_within(self, first: str, second: str) -> bool:
        """Whether “first, second” may tell where the first lies, and not be a list of two."""
        return False


def _two(followers: Sequence[str], present: Sequence[str]) -> tuple[str, ...]:
    """Return both that followed a State; () of more than two, and where one of them is not on record."""
    return tuple(followers) if len(followers) == len(present) == 2 else ()


def entries_of(text: str) -> list[str]:
    """Return the entries of a cell that are parted for sure: “Elina Steinerte; Leigh Toomey”."""
    return [part for part in map(str.strip, _PARTS.split(text)) if part]


def common(found: Sequence[str], other: Sequence[str]) -> list[str]:
    """Return the keys in both, in the order of the first."""
    return [key for key in found if key in other]
