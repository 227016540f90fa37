"""What the record of a visit holds of each side, and what it lacks: facts for editors, no score. Pure.

An absence is told as “nothing recorded”, never as a stance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from statements.capture.marks import pair
from statements.capture.structure import paragraphs
from statements.capture.verbatim import SourceText
from statements.positions import COLUMNS, Topic

# Who faces whom on a visit: the State on one side; the mandate holder and civil society on the other.
SIDES: tuple[tuple[str, ...], ...] = (("state",), ("holder", "civil"))


@dataclass(frozen=True, slots=True)
class Said:
    """A statement: its column, whether it is direct speech, how many words, its topics, and whose accounts prove it.

    `accounts` name the sources at the end of every chain of relays: a newspaper and the post that it relays are one.
    """

    key: str
    column: str
    direct: bool
    words: int
    topics: tuple[Topic, ...] = ()
    accounts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ColumnFigures:
    """What is recorded of a column."""

    column: str
    statements: int
    direct: int
    words: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A topic that one side raised, with the columns that did, and on which nothing is recorded from `silent`."""

    topic: Topic
    raised_by: tuple[str, ...]
    silent: tuple[str, ...]
    statements: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """How many words of a source stand in quotation marks, and how many of them no citation covers yet."""

    words: int
    missing: int

    @property
    def share(self) -> int:
        """Return the share not yet entered in whole per cent: 0 only where none is missing, 100 only where all are."""
        if not self.missing:
            return 0
        return 100 if self.missing == self.words else min(99, max(1, round(100 * self.missing / self.words)))


def figures(said: Iterable[Said]) -> tuple[ColumnFigures, ...]:
    """Return the figures of every column, in the order of every screen, those without a statement too."""
    rows = list(said)
    return tuple(
        ColumnFigures(
            column,
            statements=sum(row.column == column for row in rows),
            direct=sum(row.column == column and row.direct for row in rows),
            words=sum(row.words for row in rows if row.column == column),
        )
        for column in COLUMNS
    )


def unanswered(said: Iterable[Said]) -> tuple[Unanswered, ...]:
    """Return the topics of one side on which nothing is recorded from the other: most statements first, then by name.

    What others said on a topic answers for neither side.
    """
    names: dict[str, Topic] = {}
    columns: dict[str, list[str]] = {}
    for row in said:
        for topic in row.topics:
            names.setdefault(topic.slug, topic)
            columns.setdefault(topic.slug, []).append(row.column)
    found = []
    for slug, spoke in columns.items():
        for side, other in (SIDES, SIDES[::-1]):
            raised = tuple(column for column in side if column in spoke)
            if raised and not set(other) & set(spoke):
                found.append(Unanswered(names[slug], raised, other, sum(column in side for column in spoke)))
    return tuple(sorted(found, key=lambda row: (-row.statements, row.topic.name, row.topic.slug)))


def one_account(said: Iterable[Said]) -> tuple[Said, ...]:
    """Return the statements that one account alone proves, in their order; one without any citation has none."""
    return tuple(row for row in said if len(row.accounts) == 1)


def count_words(text: str) -> int:
    """Return the number of words: what spaces part and has a letter or figure in it."""
    return sum(any(sign.isalnum() for sign in word) for word in text.split())


def quoted_words(text: str, cited: Sequence[str]) -> Quoted:
    """Return how many words stand in quotation marks in `text`, and how many of these no `cited` passage covers.

    A passage that does not stand in the text covers nothing. A word counts as covered where any of it is.
    """
    quotes = pair(text, paragraphs(text))
    source = SourceText(text)
    covered = bytearray(len(text))
    for exact in cited if quotes else ():
        place = source.locate(exact)
        if place.found:
            covered[place.start : place.end] = b"\x01" * (place.end - place.start)
    words = missing = 0
    for quote in quotes:
        for start, end in _words(text, quote.inner_start, quote.inner_end):
            words += 1
            missing += not any(covered[start:end])
    return Quoted(words, missing)


def _words(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """Yield the spans of the words of `text` between `start` and `end`."""
    at = start
    while at < end:
        stop = at
        while stop < end and not text[stop].isspace():
            stop += 1
        if any(sign.isalnum() for sign in text[at:stop]):
            yield at, stop
        at = stop + 1


def origins(key: str, relays: dict[str, set[str]]) -> frozenset[str]:
    """Return the sources at the end of the chain of relays that begins at `key`; a circle has one name."""
    ends: set[str] = set()
    seen: set[str] = set()
    waiting = [key]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        further = relays.get(here, set())
        waiting.extend(further)
        if not further:
            ends.add(here)
    return frozenset(ends or {min(seen)})
