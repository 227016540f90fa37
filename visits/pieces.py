"""Thin rows of many kinds in one query: a page's parts as one UNION ALL, whatever their number.

Each part of a page (speakers, citations, topics, legs …) would cost a query of its own; a union of narrow rows
costs one for all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, F, QuerySet, TextField, Value, When, Window
from django.db.models.functions import Cast, Coalesce, RowNumber

WIDTH = 10


class Piece(NamedTuple):
    """One thin row: what it is, to which row it belongs, its place there, and up to ten texts."""

    kind: str
    owner: int
    order: int
    a: str
    b: str
    c: str
    d: str
    e: str
    f: str
    g: str
    h: str
    i: str
    j: str


def pieces(kind: str, rows: QuerySet[Any], owner: str, order: Any, *columns: Any) -> QuerySet[Any]:
    """Return `rows` as thin rows: `owner` and `order` name columns, `columns` are names or expressions of text.

    `order` may be a number or an expression, too.
    """
    if len(columns) > WIDTH:
        raise ValueError(f"a piece has at most {WIDTH} texts")
    texts = [_text(column) for column in columns] + [Value("", output_field=TextField())] * (WIDTH - len(columns))
    values = {
        "p_kind": Value(kind, output_field=TextField()),
        "p_owner": F(owner),
        "p_order": F(order) if isinstance(order, str) else Value(order) if isinstance(order, int) else order,
        **{f"p_{number:02}": text for number, text in enumerate(texts)},
    }
    return rows.order_by().annotate(**values).values_list(*values)


def _text(column: Any) -> Any:
    """Return a column as text, with nothing as ""."""
    expression = F(column) if isinstance(column, str) else column
    return Coalesce(Cast(expression, TextField()), Value("", output_field=TextField()))


def flag(**condition: Any) -> Case:
    """Return "1" where `condition` holds, else ""."""
    return Case(When(**condition, then=Value("1")), default=Value(""), output_field=CharField())


# Thin rows by kind and owner.
Parts = dict[tuple[str, int], list[Piece]]


def gather(*parts: QuerySet[Any]) -> Parts:
    """Return the thin rows of all `parts`, read in one query, by kind and owner, in their order."""
    return gathered(union(parts)) if parts else gathered(())


def gathered(rows: Iterable[Any]) -> Parts:
    """Return thin rows by kind and owner, in their order."""
    found: Parts = defaultdict(list)
    for piece in sorted(map(Piece._make, rows), key=_PLACE):
        found[piece.kind, piece.owner].append(piece)
    return found


_PLACE = attrgetter("kind", "owner", "order")


def union(parts: Iterable[QuerySet[Any]]) -> QuerySet[Any]:
    """Return the rows of all `parts` as one query."""
    first, *others = parts
    return first.union(*others, all=True) if others else first


def count_each(lists: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """Return how many rows each of `lists` has, counted in one query."""
    return dict.fromkeys(lists, 0) | dict(counts_of(lists))


def counts_of(lists: Mapping[str, QuerySet[Any]]) -> QuerySet[Any]:
    """Return rows of (list, number) for those of `lists` that have any row."""
    name = TextField()
    parts = [
        rows.order_by()
        .annotate(p_list=Value(key, output_field=name))
        .values("p_list")
        .annotate(p_count=Count("pk"))
        .values_list("p_list", "p_count")
        for key, rows in lists.items()
    ]
    return union(parts)


def first_of_each(lists: Mapping[str, tuple[QuerySet[Any], Sequence[Any], int]]) -> dict[str, list[Any]]:
    """Return the first rows of each list (rows of one model, their order, how many), read in one query."""
    parts = [
        rows.order_by()
        .annotate(p_list=Value(key, output_field=TextField()), p_place=Window(RowNumber(), order_by=list(order)))
        .filter(p_place__lte=number)
        for key, (rows, order, number) in lists.items()
    ]
    found: dict[str, list[Any]] = {key: [] for key in lists}
    for row in sorted(union(parts), key=lambda row: row.p_place):
        found[row.p_list].append(row)
    return found
