"""What can be taken in: a kind's columns, and what a row of it becomes. Other apps register kinds of their own.

A kind judges a row: whether it is new, changed, the same, ambiguous or wrong, what it would change, and what somebody
has to answer first. Judging writes nothing. What is judged carries the write, which runs within the transaction of
the import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from visits.models import User, Versioned


class State(StrEnum):
    """What a row is to the record."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    AMBIGUOUS = "ambiguous"
    WRONG = "wrong"


# The answers beside the key of a candidate: enter something new, take it as a region that is no State, take both.
ENTER, TERRITORY, BOTH = "+enter", "+territory", "+both"


@dataclass(frozen=True, slots=True)
class Field:
    """A column that a kind knows: its name, what it holds, and other names by which files call it.

    `several` columns of a file may be read into one field, whose texts are then parted by line breaks.
    """

    name: str
    label: Any
    aliases: tuple[str, ...] = ()
    required: bool = False
    several: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """A row as it was mapped: texts by the name of a field, and by it what is wrong with the cell ("": the row).

    `cells` are those of the file, in its order.
    """

    number: int
    values: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a text may mean: a key that is public, and what people call it."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that a row waits for: which of the candidates `text` means, or whether to enter it.

    `key` is the same in every row that asks the same. `ways` are the further answers (ENTER, TERRITORY, BOTH) with
    their words: nothing enters a vocabulary but by such an answer in that row.
    """

    key: str
    field: str
    text: str
    candidates: tuple[Candidate, ...] = ()
    ways: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What a row changes in a field: what stands there, and what the file says."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is wrong: the field and the text of its cell, and the reason in words."""

    field: str
    text: str
    reason: str


@dataclass(slots=True)
class Judged:
    """What a row is to the record. `write` stores it; None where there is nothing to write or something is asked.

    `about` is what people call the row, `found` what it was found to be in the record, `keys` how it is recognised
    again: two rows of a file with a key in common tell of the same.
    """

    number: int
    about: str = ""
    keys: tuple[str, ...] = ()
    found: Versioned | None = None
    changes: list[Change] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    write: Callable[[User | None], Versioned] | None = None

    @property
    def state(self) -> State:
        """What the row is to the record. A question with candidates makes it ambiguous, one for a tick does not."""
        if self.problems:
            return State.WRONG
        if any(ask.candidates or not any(way.key.startswith(ENTER) for way in ask.ways) for ask in self.asks):
            return State.AMBIGUOUS
        if self.found is None:
            return State.NEW
        return State.CHANGED if self.changes or self.asks else State.SAME

    @property
    def waits(self) -> bool:
        """Whether somebody has to answer before the row can be written."""
        return bool(self.asks) and not self.problems


Answers = Mapping[str, str]


class Judge(Protocol):
    """Judges rows of one file, one after another; knows what those before it have entered."""

    def judge(self, row: Given, answers: Answers) -> Judged:
        """Return what `row` is to the record, with the answers that were given for it."""
        ...

    def afresh(self) -> Judge:
        """Return a judge that reads the record anew: what a row that failed had entered is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of lists. `judge(by, source)` begins a run: `source` names the list whose rows carry keys of their own.

    `apply`, where set, is a kind's own way for very many rows; it takes and returns what `running.carry_out` does.
    `undo(batch=, by=)` then takes back what it wrote. `records(user, keys)` finds by their keys those records that a
    person may see, for links.
    """

    name: str
    label: Any
    fields: tuple[Field, ...]
    judge: Callable[[Any, str], Judge]
    apply: Callable[..., Any] | None = None
    undo: Callable[..., Any] | None = None
    records: Callable[[Any, Sequence[str]], Mapping[str, Any]] | None = None

    def field(self, name: str) -> Field | None:
        """Return the field of this name."""
        return next((entry for entry in self.fields if entry.name == name), None)


_KINDS: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Make a kind of lists known under its name."""
    _KINDS[kind.name] = kind


def kinds() -> Sequence[Kind]:
    """Return every kind, in the order in which they were registered."""
    return list(_KINDS.values())


def kind_named(name: str) -> Kind | None:
    """Return the kind of this name."""
    return _KINDS.get(name)


def given(rows: Iterator[Any], names: Sequence[str], columns: Mapping[str, str]) -> Iterator[Given]:
    """Yield the rows of a table as `columns` (name in the file → field) map them; what is not mapped is left aside."""
    placed = [(place, columns[name]) for place, name in enumerate(names) if columns.get(name)]
    fields = dict(placed)
    for row in rows:
        values: dict[str, str] = {}
        for place, name in placed:
            text = row.cells[place]
            if text.startswith("'"):
                text = _unmasked(text)
            if text:
                values[name] = f"{values[name]}\n{text}" if name in values else text
        problems = {}
        if row.problems:
            told = row.problems.items()
            problems = {fields.get(place, ""): words for place, words in told if place < 0 or place in fields}
        yield Given(row.number, values, problems, row.cells)


_FORMULA = tuple("=+-@＝＋－＠")


def _unmasked(text: str) -> str:
    """Return a text that an apostrophe begins without it, where our files keep spreadsheets by it from running it."""
    return text[1:] if text[1:].lstrip().startswith(_FORMULA) else text
