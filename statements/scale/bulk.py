"""Writing many rows at once: COPY on PostgreSQL, one prepared INSERT on SQLite.

No action, no history, and no check but the database's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.utils import timezone

# So many rows are held before they are written.
HELD = 5_000


class Table:
    """The table of a model: rows of some `columns`, whatever else the model has by its defaults.

    Numbers rows by itself, from the last one on record.
    """

    def __init__(self, model: type[models.Model], *columns: str) -> None:
        self.model, self.rows, self.written = model, list[tuple[Any, ...]](), 0
        self.last = model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0
        fields = {field.attname: field for field in model._meta.concrete_fields}
        self.columns = ["id", *columns]
        rest = [field for name, field in fields.items() if name not in self.columns]
        now = timezone.now()
        self.defaults = tuple(
            field.get_db_prep_save(
                now if isinstance(field, models.DateTimeField) and not field.null else field.get_default(), connection
            )
            for field in rest
        )
        self.names = [str(field.column) for field in [*(fields[name] for name in self.columns), *rest]]

    def add(self, *values: Any) -> int:
        """Add a row of the columns; return its number."""
        self.last += 1
        self.rows.append((self.last, *values, *self.defaults))
        if len(self.rows) >= HELD:
            self.flush()
        return self.last

    def flush(self) -> None:
        """Write the rows that are held."""
        if self.rows:
            write(self.model._meta.db_table, self.names, self.rows)
            self.written += len(self.rows)
            self.rows.clear()


def write(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write rows of a table as the database does it quickest."""
    quoted = ", ".join(connection.ops.quote_name(name) for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f"INSERT INTO {connection.ops.quote_name(table)} ({quoted}) VALUES ({places})",  # noqa: S608 - names of tables
            [[_sqlite(value) for value in row] for row in rows],
        )


def _sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.isoformat() if isinstance(value, date) else value


def finish(tables: Sequence[Table]) -> None:
    """Write what is held, let the databases number further rows from there, and let them learn what is there."""
    for table in tables:
        table.flush()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [table.model for table in tables]):
            cursor.execute(statement)
