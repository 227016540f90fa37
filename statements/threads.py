"""A statement as part of a conversation: what it answers, and what answered and contradicted it, step by step. Pure.

Each statement stands once among what comes before and once among what follows, as near to the first one as links lead;
a further link to it is a mention. So a circle of links ends where it closes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from statements.answering import CONTRADICTING_LINKS

# So many steps are shown in both directions, and so many statements in all: beyond, a link leads on.
STEPS = 4
MOST_TURNS = 40

Direction = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Link:
    """What the statement `source` does to the earlier one `target`."""

    kind: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A statement of the conversation, with the links by which it stands there and the turns that follow from it.

    `again`: it stands elsewhere in the conversation, and this is a mention. `goes_on`: more follows than is shown.
    """

    key: str
    kinds: tuple[str, ...]
    turns: tuple[Turn, ...] = ()
    again: bool = False
    goes_on: bool = False

    @property
    def contradicts(self) -> bool:
        """Whether a link to or from it is a contradiction."""
        return bool(CONTRADICTING_LINKS & set(self.kinds))


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the statement answers, what contradicts it, and what else answered or took it up.

    `goes_on`: more stands beside it than is shown.
    """

    before: tuple[Turn, ...] = ()
    contradicting: tuple[Turn, ...] = ()
    answering: tuple[Turn, ...] = ()
    goes_on: bool = False

    @property
    def empty(self) -> bool:
        """Whether no link leads anywhere."""
        return not (self.before or self.contradicting or self.answering)


def converse(
    first: str, links: Iterable[Link], order: Mapping[str, int], *, steps: int = STEPS, most: int = MOST_TURNS
) -> Conversation:
    """Return the conversation around the statement `first`.

    `order` ranks the statements that may be shown; links from or to others count for nothing. At most `most` turns that
    are no mentions stand in it, each at most `steps` links away.
    """
    ends: dict[Direction, dict[str, dict[str, list[str]]]] = {
        "before": defaultdict(lambda: defaultdict(list)),
        "after": defaultdict(lambda: defaultdict(list)),
    }
    for link in links:
        if link.source in order and link.target in order and link.source != link.target:
            ends["before"][link.source][link.target].append(link.kind)
            ends["after"][link.target][link.source].append(link.kind)
    placed: dict[Direction, set[str]] = {"before": {first}, "after": {first}}
    room = most
    found: dict[tuple[Direction, str], list[tuple[str, bool]]] = defaultdict(list)
    cut: set[tuple[Direction, str]] = set()
    edge: list[tuple[Direction, str]] = [("before", first), ("after", first)]
    for _step in range(steps):
        reached: list[tuple[Direction, str]] = []
        for direction, key in edge:
            for other in sorted(ends[direction].get(key, ()), key=lambda end: (order[end], end)):
                if other in placed[direction]:
                    found[direction, key].append((other, True))
                elif room:
                    room -= 1
                    placed[direction].add(other)
                    found[direction, key].append((other, False))
                    reached.append((direction, other))
                else:
                    cut.add((direction, key))
        edge = reached
    cut |= {(direction, key) for direction, key in edge if set(ends[direction].get(key, ())) - placed[direction]}

    def turns(direction: Direction, key: str) -> tuple[Turn, ...]:
        return tuple(
            Turn(
                key=other,
                kinds=tuple(sorted(set(ends[direction][key][other]))),
                turns=() if again else turns(direction, other),
                again=again,
                goes_on=not again and (direction, other) in cut,
            )
            for other, again in found[direction, key]
        )

    after = turns("after", first)
    return Conversation(
        before=turns("before", first),
        contradicting=tuple(turn for turn in after if turn.contradicts),
        answering=tuple(turn for turn in after if not turn.contradicts),
        goes_on=bool({("before", first), ("after", first)} & cut),
    )
