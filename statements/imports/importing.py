"""Statements out of a file: rows judged many at a time, and those that are new written at once, as a kind of lists.

`apply` is the way of this kind through the rows of a file, and gives what `visits.imports.running.carry_out` gives.
"""

from __future__ import annotations

import gc
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from statements.imports import rowwise
from statements.imports.comparing import Differences, differences
from statements.imports.planned import Planned, Who
from statements.imports.planning import Planner, Row
from statements.imports.setwise import Writer
from statements.imports.stored import Stored, alike, by_public_id, identity
from statements.imports.telling import Told, tell
from statements.models import Statement
from visits.access import Permission
from visits.actions import require
from visits.imports.behind import Behind
from visits.imports.gathering import gathering
from visits.imports.kinds import Given, Judge, Kind, Problem, State
from visits.imports.running import Answered, AnswersOf, Done, check_twice, key_of, said
from visits.models import User

# So many rows are looked up, judged and written at once. Four such chunks are alive, however long the file is: one that
# is read, one judged, one written, and one whose rows are told of.
CHUNK = 3_000
# Seconds for which Python goes on before another thread of it has a turn.
TURN = 0.0005
_NONE_KEPT: Mapping[str, Who] = {}
# Where the time of the last file went, in seconds: for the benchmark, which tells the index apart.
spent: Counter[str] = Counter()


class Asked(NamedTuple):
    """Rows, what they say, and by their public ids the statements that they are of, once those are looked up."""

    rows: Sequence[Given]
    told: Sequence[Told]
    stored: Mapping[str, Stored]


def asked_by(rows: Sequence[Given]) -> Asked:
    """Return rows with what they say, read from their cells alone."""
    return Asked(rows, [tell(row) for row in rows], {})


class Statements:
    """Judges the rows of one list of statements, one after another or many at once.

    `publish`: what is new is published; raises PermissionDenied where `by` may not. `labels`: names that nobody bears
    stay labels, unasked.
    """

    def __init__(self, by: User | None, *, publish: bool = False, labels: bool = False) -> None:
        if publish:
            require(by, Permission.PUBLISH)
            if by is not None and settings.REQUIRE_SECOND_PERSON:
                raise PermissionDenied(_("You enter these statements: another person has to publish them."))
        self.by, self.publish, self.labels = by, publish, labels
        self.planner = Planner(by, publish=publish, labels=labels)
        # The first id that the import has given itself: what it has entered is known by the rows before.
        self.first: int | None = None

    def ticked(self) -> Statements:
        """Return one that keeps names as labels where a row would ask."""
        return Statements(self.by, publish=self.publish, labels=True)

    def afresh(self) -> Statements:
        """Return one that reads the record anew."""
        return Statements(self.by, publish=self.publish, labels=self.labels)

    def judge(self, row: Given, answers: Mapping[str, str]) -> Row:
        """Return what one row is to the record."""
        return self.judge_many([row], [answers])[0]

    def judge_many(self, rows: Sequence[Given], answers: Sequence[Mapping[str, str]]) -> list[Row]:
        """Return what rows are to the record, in their order, each with the answers that were given for it."""
        asked = self.look_up(asked_by(rows))
        found = self.plan(asked, answers)
        self.recognise(asked, found)
        return found

    def look_up(self, asked: Asked) -> Asked:
        """Look up at once all that rows name."""
        self.planner.load(asked.told)
        return asked._replace(stored=by_public_id({one.id for one in asked.told}, self.by))

    def plan(self, asked: Asked, answers: Sequence[Mapping[str, str]]) -> list[Row]:
        """Return what each row comes to. Asks the record nothing, as a rule: it may be busy with the chunk before."""
        stored, plan = asked.stored, self.planner.plan
        return [
            plan(one, given, stored[one.id].names if one.id in stored else _NONE_KEPT)
            for one, given in zip(asked.told, answers, strict=True)
        ]

    def recognise(self, asked: Asked, found: Sequence[Row]) -> None:
        """Say of each planned row whether the record holds it already."""
        rows, told, stored = asked.rows, asked.told, asked.stored
        near = [row.planned for one, row in zip(told, found, strict=True) if row.planned and one.id not in stored]
        held = alike(near, self.by, below=self.first)
        for given, one, row in zip(rows, told, found, strict=True):
            planned = row.planned
            if planned is None:
                continue
            own = identity(planned)
            known = stored.get(one.id) or held.get(own)
            # Of rows without an id one may tell of what another has just entered.
            row.keys = (known.public_id,) if known is not None else ()
            if one.id not in stored:
                row.keys += (own.hex(),)
            if known is None:
                row.write = partial(_enter, planned)
                continue
            other = differences(known.planned, planned, given.values.keys())
            row.found, row.planned = Statement(pk=known.id, public_id=known.public_id), None
            row.changes, row.problems = other.changes, [*row.problems, *other.problems]
            if other.changes and not other.problems:
                row.write = partial(_change, known.id, other)


def _enter(planned: Planned, by: User | None) -> Statement:
    return rowwise.enter(planned, by=by)


def _change(key: int, other: Differences, by: User | None) -> Statement:
    return rowwise.change(key, by=by, plain=other.plain, texts=other.texts, topics=other.topics)


def apply(rows: Iterable[Given], kind: Kind, judge: Judge, answers_of: AnswersOf, by: User | None) -> Iterator[Done]:
    """Yield each row when it is written, or why it is not. Runs within a transaction that the caller gives.

    Once a row has failed the others are written all the same: whether they stay is the caller's to say. While the
    database writes a chunk the next one is planned.
    """
    if not isinstance(judge, Statements):
        raise TypeError("Statements are judged many at a time.")
    spent.clear()
    seen: dict[str, int] = {}
    writer, rest = Writer(by=by), iter(rows)
    with Behind(writer.using) as behind, _hurried():
        before, written = _Chunk(), _Chunk()
        with _timed("judged"):
            # Beside the first chunk the database has nothing to do.
            asked = judge.look_up(asked_by(list(islice(rest, max(1, CHUNK // 4)))))
        while asked.rows:
            # This asks the record nothing: it is busy with the chunk before.
            with _timed("judged"):
                answered = [answers_of(row.number) for row in asked.rows]
                judged = judge.plan(asked, [one.answers for one in answered])
                following = asked_by(list(islice(rest, CHUNK)))
            before.end(writer, behind)
            with _timed("judged"):
                judge.recognise(asked, judged)
                for one, row in zip(answered, judged, strict=True):
                    if not one.left:
                        check_twice(row, seen)
                written, before = before, _Chunk(asked.rows, answered, judged)
                asked = judge.look_up(following)
            with _timed("written"):
                before.begin(writer, behind)
                judge.first = judge.first or next(iter(before.ids), None)
            yield from written.done()
        before.end(writer, behind)
        yield from before.done()


@dataclass(slots=True)
class _Chunk:
    """Rows that are judged, and written together."""

    rows: Sequence[Given] = ()
    answered: Sequence[Answered] = ()
    judged: Sequence[Row] = ()
    ids: Sequence[int] = ()
    # By what names it in this process: the address of a row that was entered, the history that one caused.
    addresses: Mapping[int, str] = field(default_factory=dict)
    writes: dict[int, list[list[Any]]] = field(default_factory=dict)

    def begin(self, writer: Writer, behind: Behind) -> None:
        """Begin to write what is new."""
        new = [
            row for one, row in zip(self.answered, self.judged, strict=True)
            if not one.left and row.state is State.NEW and not row.waits and row.planned is not None
        ]  # fmt: skip
        self.ids, addresses = writer.begin([row.planned for row in new if row.planned is not None], behind)
        self.addresses = {id(row): address for row, address in zip(new, addresses, strict=True)}

    def end(self, writer: Writer, behind: Behind) -> None:
        """Wait until what is new is written, and change what is stored already."""
        with _timed("waited"):
            behind.wait()
        with _timed("indexed"):
            writer.index(self.ids)
        for one, found in zip(self.answered, self.judged, strict=True):
            if found.state is State.CHANGED and found.write is not None and not one.left:
                self.writes[id(found)] = _changed(found, writer.by)

    def done(self) -> Iterator[Done]:
        """Yield the rows, once they are written."""
        for row, one, found in zip(self.rows, self.answered, self.judged, strict=True):
            record = self.addresses.get(id(found)) or key_of(found.found)
            yield Done(row, found, one.left, record, self.writes.get(id(found), []))


def _changed(row: Row, by: User | None) -> list[list[Any]]:
    """Change a stored statement, and return the history rows of that; what it may not be stands in the row."""
    try:
        with transaction.atomic(), gathering() as writes:
            if row.write is not None:
                row.write(by)
            return writes
    except (ValidationError, PermissionDenied) as error:
        row.problems.append(Problem("", row.about, said(error)))
        return []


@contextmanager
def _hurried() -> Iterator[None]:
    """Look for rings of dead objects less often: thousands of rows are alive at once, and none of them is in one.

    And let the thread that writes have its turn sooner than Python would: the database waits for what it sends.
    """
    rings, turn = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(100_000, *rings[1:])
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        gc.set_threshold(*rings)
        sys.setswitchinterval(turn)


@contextmanager
def _timed(what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    spent[what] += time.perf_counter() - started  # type: ignore[assignment]
