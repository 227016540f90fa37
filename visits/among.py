"""Rows by many ids: one parameter for all of them, however many there are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, F, Func, IntegerField, QuerySet, Subquery

from visits.prepared import Given, slot_or


class Among(Func):
    """Whether the id in a column is one of `ids`. A list of a thousand costs as much to build as one of ten."""

    output_field = BooleanField()

    def __init__(self, column: str, ids: Sequence[int] | Given, **extra: Any) -> None:
        super().__init__(F(column), **extra)
        self.ids = ids

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition on an array."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        return f"{column} = ANY(%s::bigint[])", (*params, slot_or(self.ids, list))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition on a list of JSON."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        listed = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - a column's name
        return listed, (*params, slot_or(self.ids, lambda ids: json.dumps(list(ids))))


class AmongRows(Func):
    """Whether the id in a column is one of those that a queryset of one column returns, which are read first.

    Of `column__in`, PostgreSQL thinks that as many rows pass as there could be, and goes through all of the table.
    """

    output_field = BooleanField()

    def __init__(self, column: str, rows: QuerySet[Any, Any], **extra: Any) -> None:
        super().__init__(F(column), Subquery(rows), **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition on an array."""
        (column, ours), (rows, theirs) = (compiler.compile(part) for part in self.get_source_expressions())
        return f"{column} = ANY(ARRAY{rows})", (*ours, *theirs)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition on a list."""
        (column, ours), (rows, theirs) = (compiler.compile(part) for part in self.get_source_expressions())
        return f"{column} IN {rows}", (*ours, *theirs)


class NumberUpTo(Subquery):
    """How many rows a queryset of one column has, which is cut where no more are counted."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
