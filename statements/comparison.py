"""One topic over several visits: what each column said, and what became of it from one visit to the next. Pure.

What counts as repeated is read from links first and from acts for what no link speaks of, and the two are kept apart:
docs/adr/0011. No cell computes a score, and a column of which nothing is recorded has an empty cell, never a stance.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from statements.answering import is_answer, is_claim
from statements.positions import COLUMNS


@dataclass(frozen=True, slots=True)
class Said:
    """A statement on the topic: its column, its act, and what the page prints."""

    key: str
    column: str
    act: str
    card: Any = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit with what was said on the topic. `place` counts the visits in time; None where it has no dates."""

    key: str
    place: int | None
    said: tuple[Said, ...]
    card: Any = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A link that says: the statement `source` repeats `target`, which a speaker of `column` made on `visit`.

    `visit` is "" for what was said on none.
    """

    source: str
    target: str
    column: str
    visit: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A link of `kind` to the statement `target` from one of `column`; `place` is that of the visit it was made on.

    `place` is None for what was said elsewhere than on the visits compared.
    """

    target: str
    kind: str
    column: str
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Since:
    """What a column did since the previous visit.

    `repeated`, `same_act` and `new` share out what it said now; `dropped` is what it said then and not now, by the same
    rule; `answered` and `unanswered` share out the claims it made then.
    """

    repeated: tuple[Said, ...] = ()
    same_act: tuple[Said, ...] = ()
    new: tuple[Said, ...] = ()
    dropped: tuple[Said, ...] = ()
    answered: tuple[Said, ...] = ()
    unanswered: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A column at a visit: acts with their counts, most frequent first, and the statements.

    `since` is None where there is no earlier visit to compare with.
    """

    column: str
    acts: tuple[tuple[str, int], ...]
    said: tuple[Said, ...]
    since: Since | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A visit with a cell for each column; `previous` is the visit that it is compared with."""

    visit: Visit
    previous: Visit | None
    cells: tuple[Cell, ...]


def compare(
    visits: Sequence[Visit], repeats: Iterable[Repeat] = (), answers: Iterable[Answer] = ()
) -> tuple[Line, ...]:
    """Return a line for each of `visits`, in the order given: each is compared with the one before it in time.

    A visit without dates has no place in time: it is compared with none, and none with it.
    """
    in_time = sorted((visit for visit in visits if visit.place is not None), key=lambda visit: visit.place or 0)
    before = {later.key: earlier for earlier, later in pairwise(in_time)}
    taken_up: dict[str, list[Repeat]] = defaultdict(list)
    for repeat in repeats:
        taken_up[repeat.source].append(repeat)
    answered: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        answered[answer.target].append(answer)
    return tuple(_line(visit, before.get(visit.key), taken_up, answered) for visit in visits)


def _line(
    visit: Visit, previous: Visit | None, repeats: dict[str, list[Repeat]], answers: dict[str, list[Answer]]
) -> Line:
    cells = []
    for column in COLUMNS:
        now = tuple(row for row in visit.said if row.column == column)
        since = None
        if previous is not None:
            then = tuple(row for row in previous.said if row.column == column)
            since = _since(visit.key, column, now, then, repeats, _by_then(visit.place, answers))
        # most_common keeps the order of first appearance among equals: the order of the statements.
        cells.append(Cell(column, tuple(Counter(row.act for row in now).most_common()), now, since))
    return Line(visit, previous, tuple(cells))


def _by_then(place: int | None, answers: dict[str, list[Answer]]) -> dict[str, list[Answer]]:
    """Return the answers but for those that were first given at a later visit of the comparison."""
    return {
        key: [answer for answer in found if answer.place is None or place is None or answer.place <= place]
        for key, found in answers.items()
    }


def _since(
    visit: str,
    column: str,
    now: tuple[Said, ...],
    then: tuple[Said, ...],
    repeats: dict[str, list[Repeat]],
    answers: dict[str, list[Answer]],
) -> Since:
    links = {row.key: [link for link in repeats.get(row.key, ()) if link.column == column] for row in (*now, *then)}
    claim = _claims(links)
    # What was said elsewhere: at the previous visit, at an older one, or on none.
    away = {row.key for row in then} | {link.target for row in now for link in links[row.key] if link.visit != visit}
    elsewhere = {claim[key] for key in away}
    here = {claim[row.key] for row in now}
    repeated = tuple(row for row in now if claim[row.key] in elsewhere)
    left_now = [row for row in now if claim[row.key] not in elsewhere]
    left_then = [row for row in then if claim[row.key] not in here]
    acts_now, acts_then = {row.act for row in left_now}, {row.act for row in left_then}
    claims = [row for row in then if is_claim(row.act)]
    met = {row.key for row in claims if _is_answered(row, answers)}
    return Since(
        repeated=repeated,
        same_act=tuple(row for row in left_now if row.act in acts_then),
        new=tuple(row for row in left_now if row.act not in acts_then),
        dropped=tuple(row for row in left_then if row.act not in acts_now),
        answered=tuple(row for row in claims if row.key in met),
        unanswered=tuple(row for row in claims if row.key not in met),
    )


def _is_answered(row: Said, answers: dict[str, list[Answer]]) -> bool:
    return any(is_answer(answer.kind, by=answer.column, to=row.column) for answer in answers.get(row.key, ()))


def _claims(links: dict[str, list[Repeat]]) -> dict[str, str]:
    """Return for each statement one name of its claim: statements that links of repetition tie together share it.

    The statements that are repeated are among the keys too.
    """
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for key, found in links.items():
        root(key)
        for link in found:
            parent[root(link.target)] = root(key)
    return {key: root(key) for key in list(parent)}
