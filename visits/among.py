"""Rows by many ids: one parameter for all of them, however many there are."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import BooleanField, DateField, F, Func, IntegerField, Q, QuerySet, Subquery, TextField
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from visits.prepared import Given, Slot


class Among(Func):
    """Whether the id in a column is one of `ids`. A list of a thousand costs as much to build as one of ten."""

    output_field = BooleanField()

    def __init__(self, column: str, ids: Sequence[int] | Given, **extra: Any) -> None:
        super().__init__(F(column), **extra)
        self.ids = ids

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition on an array."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        return f"{column} = ANY(%s::bigint[])", (*params, self._listed(list))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition on a list of JSON."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        listed = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - a column's name
        return listed, (*params, self._listed(lambda ids: json.dumps(list(ids))))

    def _listed(self, listed: Callable[[Sequence[int]], Any]) -> Any:
        return Slot(self.ids.name) if isinstance(self.ids, Given) else listed(self.ids)


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


class Day(Func):
    """A day, and before all days what has none: so ordered, both databases find the latest by an index."""

    output_field = DateField()
    template = "COALESCE(%(expressions)s, DATE '0001-01-01')"

    def __init__(self, column: str, **extra: Any) -> None:
        super().__init__(F(column), **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, Any]:
        """Return the day as SQLite keeps it. It stands in the text: an index is of a text."""
        return self.as_sql(compiler, connection, template="COALESCE(%(expressions)s, '0001-01-01')")


class YearOf(Func):
    """The year of a day, as text: Django's own asks Python on SQLite, for each row."""

    output_field = TextField()
    template = "CAST(EXTRACT(YEAR FROM %(expressions)s) AS text)"

    def __init__(self, column: str, **extra: Any) -> None:
        super().__init__(F(column), **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, Any]:
        """Return the first letters of a day as SQLite keeps it."""
        return self.as_sql(compiler, connection, template="SUBSTR(%(expressions)s, 1, 4)")


def in_year(column: str, year: Any) -> Q:
    """Return the condition that a partial date can include a day of the year `year`, a text of four figures."""
    return Q(LessThanOrEqual(YearOf(f"{column}_earliest"), year), GreaterThanOrEqual(YearOf(f"{column}_latest"), year))


def year_asked(value: Any) -> str:
    """Return a year as `in_year` takes it."""
    return f"{int(value):04}"
