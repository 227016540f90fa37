"""One way through the rows of a file, for commands and the desk: judged, and written unless it is a dry run.

Whoever calls gives the transaction. A row that cannot be written leaves nothing of itself; whether the others then
stay is said by `all_or_nothing`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from visits.imports.gathering import gathering
from visits.imports.kinds import ENTER, Ask, Given, Judge, Judged, Kind, Problem, State

if TYPE_CHECKING:
    from visits.models import User


# So many rows are judged at once by a judge that can.
_AT_ONCE = 1_000


class Cancelled(Exception):
    """Whoever began the import has stopped it: nothing of it stays."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered for a row, and whether it is left out."""

    answers: Mapping[str, str] = field(default_factory=dict)
    left: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """A row that was gone through: what it was judged to be, whether it was left out, and the history it caused."""

    given: Given
    judged: Judged
    left: bool = False
    record: str = ""
    writes: list[list[Any]] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether the row was not taken in, though nobody left it out."""
        return not self.left and (bool(self.judged.problems) or self.judged.waits)


class Answering(Mapping[str, str]):
    """Answers that hold for every row; notes which of them a row asked for, and which did not answer it."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = dict(answers)
        self._used: set[str] = set()
        self._open: set[str] = set()

    def __getitem__(self, key: str) -> str:
        answer = self._answers[key]
        self._used.add(key)
        return answer

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)

    def note(self, done: Done) -> None:
        """Note what a row asks all the same: its answer is none of those that it may have."""
        self._open |= {ask.key for ask in done.judged.asks}

    def idle(self) -> list[str]:
        """Return the questions whose answers have answered nothing."""
        return [key for key in self._answers if key not in self._used or key in self._open]


AnswersOf = Callable[[int], Answered]


def judge_all(rows: Iterable[Given], kind: Kind, judge: Judge, answers_of: AnswersOf) -> Iterator[Done]:
    """Yield each row judged; of rows that tell of the same the first stands. Nothing is written."""
    seen: dict[str, int] = {}
    for row, answered, judged in _judged(rows, judge, answers_of):
        if not answered.left:
            check_twice(judged, seen)
        yield Done(row, judged, answered.left)


def _judged(rows: Iterable[Given], judge: Judge, answers_of: AnswersOf) -> Iterator[tuple[Given, Answered, Judged]]:
    """Yield each row with its answers, judged: many at once by a judge that can (`judge_many`)."""
    many = getattr(judge, "judge_many", None)
    rest = iter(rows)
    while chunk := list(islice(rest, _AT_ONCE if many else 1)):
        answered = [answers_of(row.number) for row in chunk]
        given = [one.answers for one in answered]
        found = many(chunk, given) if many else [judge.judge(chunk[0], given[0])]
        yield from zip(chunk, answered, found, strict=True)


def check_twice(judged: Judged, seen: dict[str, int]) -> None:
    """Note that a row is wrong that tells of the same as one before it; `seen` are the keys of those."""
    first = next((seen[key] for key in judged.keys if key in seen), None)
    if first is not None and not judged.problems:
        told = _("Row %(row)d of the file tells of the same.") % {"row": first}
        judged.problems.append(Problem("", judged.about[:80], told))
    for key in judged.keys:
        seen.setdefault(key, judged.number)


def carry_out(
    rows: Iterable[Given], kind: Kind, judge: Judge, answers_of: AnswersOf, by: User | None
) -> Iterator[Done]:
    """Yield each row when it is written, or why it is not. Runs within a transaction that the caller gives.

    Each row is judged again against the record as it is now, with what the rows before it have entered.
    """
    seen: dict[str, int] = {}
    for row in rows:
        answered = answers_of(row.number)
        judged = judge.judge(row, answered.answers)
        if answered.left:
            yield Done(row, judged, left=True)
            continue
        check_twice(judged, seen)
        if judged.problems or judged.waits or judged.write is None:
            yield Done(row, judged, record=key_of(judged.found))
            continue
        writes: list[list[Any]] = []
        record = ""
        try:
            with transaction.atomic(), gathering() as writes:
                record = key_of(judged.write(by))
        except (ValidationError, PermissionDenied) as error:
            judged.problems.append(Problem("", judged.about[:80], said(error)))
            writes = []
            judge = judge.afresh()
        yield Done(row, judged, record=record, writes=writes)


def key_of(record: Any) -> str:
    """Return what names a record for ever: its public id or slug; "" for none."""
    if record is None:
        return ""
    return str(getattr(record, "public_id", "") or getattr(record, "slug", "") or "")


def said(error: Exception) -> str:
    """Return what an action said when it refused a row."""
    texts = error.messages if isinstance(error, ValidationError) else [str(error)]
    return " ".join(str(text) for text in texts)[:500]


def ticked(row: Judged) -> dict[str, str]:
    """Return the answers by which all that a row asks to enter is entered; none where it has candidates to choose."""
    return {ask.key: _way(ask) for ask in row.asks if not ask.candidates and _way(ask)}


def _way(ask: Ask) -> str:
    ways = [way.key for way in ask.ways if way.key.startswith(ENTER)]
    return ways[0] if len(ways) == 1 else ""


def count(done: Done) -> str:
    """Return under what a row counts: new, changed, same, wrong, waiting or left."""
    if done.left:
        return "left"
    if done.judged.problems:
        return "wrong"
    return "waiting" if done.judged.waits else str(done.judged.state)


def counted(states: Iterable[str]) -> Counter[str]:
    """Return how many rows there are of each state."""
    found = Counter(states)
    for state in (*State, "waiting", "left"):
        found.setdefault(str(state), 0)
    return found
