"""The conversation around a statement as its page prints it: three queries, however far the links lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from statements.cards import Card, cards_of
from statements.choices import LINK_BACK, LinkKind
from statements.models import Statement, StatementLink
from statements.threads import STEPS, Conversation, Link, Turn, converse

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User


@dataclass(slots=True)
class TurnCard:
    """A statement of the conversation; `label` says what it does to the one it stands under, or that one to it."""

    card: Card
    label: str
    contradicts: bool
    again: bool
    goes_on: bool
    turns: list[TurnCard] = field(default_factory=list)


@dataclass(slots=True)
class Thread:
    """What a statement answers, what contradicts it, what else answered or took it up."""

    before: list[TurnCard]
    contradicting: list[TurnCard]
    answering: list[TurnCard]
    goes_on: bool

    @property
    def empty(self) -> bool:
        """Whether no link leads anywhere."""
        return not (self.before or self.contradicting or self.answering)


def _links(key: int) -> list[tuple[str, int, int]]:
    """Return (kind, source, target) of every link on a way of at most `STEPS` + 1 links from the statement `key`.

    The ends are not looked at: whoever shows them leaves out what its reader may not see.
    """
    parts: list[QuerySet[Any]] = []
    for near, far in (("from_statement_id", "to_statement_id"), ("to_statement_id", "from_statement_id")):
        rows = StatementLink._base_manager.filter(**{near: key})
        for _step in range(STEPS + 1):
            parts.append(rows)
            rows = StatementLink._base_manager.filter(**{f"{near}__in": rows.values(far)})
    first, *others = [rows.order_by().values_list("kind", "from_statement_id", "to_statement_id") for rows in parts]
    return list(first.union(*others))


def conversation_of(statement: Statement, user: User | AnonymousUser) -> tuple[Card, Thread]:
    """Return the card of a visible statement and the conversation around it, as far as `user` may see it."""
    links = _links(statement.pk)
    ends = {statement.pk}.union(*((source, target) for _kind, source, target in links))
    rows = Statement.objects.visible_to(user).filter(pk__in=ends).select_related("visit")
    seen = {str(row.pk): row for row in sorted(rows, key=_in_time)}
    found = converse(
        str(statement.pk),
        [Link(kind, str(source), str(target)) for kind, source, target in links],
        {key: place for place, key in enumerate(seen)},
    )
    shown = {turn.key: seen[turn.key] for turn in _all(found)}
    shown.pop(str(statement.pk), None)
    card, *cards = cards_of([statement, *shown.values()], user)
    by_key = {str(card.pk): card, **dict(zip(shown, cards, strict=True))}

    def printed(turns: Sequence[Turn], *, back: bool) -> list[TurnCard]:
        return [
            TurnCard(
                card=by_key[turn.key],
                label=", ".join(
                    str(LINK_BACK[LinkKind(kind)] if back else LinkKind(kind).label) for kind in turn.kinds
                ),
                contradicts=turn.contradicts,
                again=turn.again,
                goes_on=turn.goes_on,
                turns=printed(turn.turns, back=back),
            )
            for turn in turns
        ]

    return card, Thread(
        before=printed(found.before, back=False),
        contradicting=printed(found.contradicting, back=True),
        answering=printed(found.answering, back=True),
        goes_on=found.goes_on,
    )


def _in_time(row: Statement) -> tuple[Any, ...]:
    """Return what sorts statements by their first day; those without one come last."""
    day: Any = row.date_earliest
    return day is None, day.toordinal() if day else 0, row.order, row.pk


def _all(found: Conversation) -> list[Turn]:
    turns = [*found.before, *found.contradicting, *found.answering]
    for turn in turns:
        # The list grows while it is gone through: all turns below come to stand in it.
        turns.extend(turn.turns)
    return turns
