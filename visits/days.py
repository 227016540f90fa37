"""Conditions and orders by days that both databases answer by themselves, without asking Python for each row."""

from __future__ import annotations

from typing import Any

from django.db.models import DateField, F, Func, Q, TextField
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual


class OfDay(Func):
    """What is made of the day in a column, said for each database."""

    sqlite_template = ""

    def __init__(self, column: str, **extra: Any) -> None:
        super().__init__(F(column), **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, Any]:
        """Return it as SQLite keeps days."""
        return self.as_sql(compiler, connection, template=self.sqlite_template)


class Day(OfDay):
    """A day, and before all days what has none: so ordered, both databases find the latest by an index.

    The day stands in the text, for an index is of a text.
    """

    output_field = DateField()
    template = "COALESCE(%(expressions)s, DATE '0001-01-01')"
    sqlite_template = "COALESCE(%(expressions)s, '0001-01-01')"


class YearOf(OfDay):
    """The year of a day, as text: Django's own asks Python on SQLite, for each row."""

    output_field = TextField()
    template = "CAST(EXTRACT(YEAR FROM %(expressions)s) AS text)"
    sqlite_template = "SUBSTR(%(expressions)s, 1, 4)"


def in_years(column: str, first: Any, last: Any) -> Q:
    """Return the condition that a partial date can include a day of the years, texts as `year_asked` returns them."""
    return Q(LessThanOrEqual(YearOf(f"{column}_earliest"), last), GreaterThanOrEqual(YearOf(f"{column}_latest"), first))


def year_asked(value: Any) -> str:
    """Return a year as `in_years` takes it, in the four figures that the years of the record have."""
    return f"{int(value):04}"


class TodayInUTC(Func):
    """The day in UTC, by the clock of the database: in a text that is kept for a role no day may stand."""

    template = "DATE('now')"
    postgresql_template = "(STATEMENT_TIMESTAMP() AT TIME ZONE 'UTC')::date"
    arity = 0
    output_field = DateField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the day of this statement, whatever zone the session has."""
        return self.as_sql(compiler, connection, template=self.postgresql_template, **context)
