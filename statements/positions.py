"""The board of a visit: what each column said on each topic. Pure: rows in, lines of cells out.

No cell computes a score: it shows every act with its count, the editor's summary and the statements.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

COLUMNS: tuple[str, ...] = ("state", "holder", "civil", "others")


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as the board names it."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """A statement on the board: its column, act, topics in their order, and what the page prints."""

    key: str
    column: str
    act: str
    topics: tuple[Topic, ...]
    card: Any = None


@dataclass(frozen=True, slots=True)
class Summary:
    """An editor's summary of a column on a topic, with the keys of the statements it rests on."""

    topic: Topic
    column: str
    text: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A column on a topic: acts with their counts, most frequent first, the summaries if any, the statements.

    Whoever is in a compartment sees its summary beside that of everybody.
    """

    column: str
    acts: tuple[tuple[str, int], ...] = ()
    summaries: tuple[Summary, ...] = ()
    said: tuple[Said, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is recorded: an absence, never a stance."""
        return not self.said and not self.summaries


@dataclass(frozen=True, slots=True)
class Line:
    """A topic with a cell for each column."""

    topic: Topic
    cells: tuple[Cell, ...]
    meetings: tuple[Any, ...] = ()

    @property
    def count(self) -> int:
        """Return the number of statements on the topic."""
        return sum(len(cell.said) for cell in self.cells)

    @property
    def sides(self) -> int:
        """Return in how many columns something is recorded."""
        return sum(not cell.empty for cell in self.cells)


def build_board(
    said: Iterable[Said],
    summaries: Iterable[Summary] = (),
    touched: Iterable[tuple[Topic, Any]] = (),
) -> tuple[Line, ...]:
    """Return a line per topic: those on which most columns spoke first, then most statements, then by name.

    `touched` are topics of meetings, with the meeting: a topic on which nothing was recorded is still shown.
    """
    by_cell: dict[tuple[str, str], list[Said]] = {}
    names: dict[str, Topic] = {}
    for row in said:
        for topic in row.topics:
            names.setdefault(topic.slug, topic)
            by_cell.setdefault((topic.slug, row.column), []).append(row)
    written: dict[tuple[str, str], list[Summary]] = {}
    for summary in summaries:
        names.setdefault(summary.topic.slug, summary.topic)
        written.setdefault((summary.topic.slug, summary.column), []).append(summary)
    meetings: dict[str, list[Any]] = {}
    for topic, meeting in touched:
        names.setdefault(topic.slug, topic)
        meetings.setdefault(topic.slug, []).append(meeting)
    lines = [
        Line(
            topic,
            tuple(
                _cell(column, by_cell.get((slug, column), ()), written.get((slug, column), ())) for column in COLUMNS
            ),
            tuple(meetings.get(slug, ())),
        )
        for slug, topic in names.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.sides, -line.count, line.topic.name, line.topic.slug)))


def _cell(column: str, said: Sequence[Said], summaries: Sequence[Summary]) -> Cell:
    counts = Counter(row.act for row in said)
    # most_common keeps the order of first appearance among equals: the order of the statements.
    return Cell(column, tuple(counts.most_common()), tuple(summaries), tuple(said))
