"""A table with its history that is filled many rows at a time, as each database does it quickest.

On PostgreSQL rows are copied into table and history. On SQLite they are inserted, and their history is selected from
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db import connections, models

from visits.imports.behind import Copied

_HISTORY = ("history_date", "history_change_reason", "history_type", "history_user_id")


@dataclass(frozen=True, slots=True)
class Moment:
    """When rows are written and by whom, as django-simple-history tells it, and on which database."""

    using: str
    now: datetime
    historian: int | None

    @property
    def stored(self) -> str:
        """The moment in the words of the database: a date made into text for each row takes longer than all else."""
        return str(connections[self.using].ops.adapt_datetimefield_value(self.now))


class Target:
    """A table that is filled. `columns` differ from row to row, the others have their defaults.

    `entered` are values that the history has of a row as it was entered, where the row has others.
    """

    def __init__(self, moment: Moment, model: type[models.Model], *columns: str, **entered: Any) -> None:
        self.moment, self.model, self.entered = moment, model, entered
        self.connection = connections[moment.using]
        self.table = model._meta.db_table
        self.told: str = model.history.model._meta.db_table  # type: ignore[attr-defined]
        self.columns = ("id", *columns)
        self.rest = {
            field.attname: self._default(field)
            for field in model._meta.concrete_fields
            if field.attname not in self.columns
        }
        self.names = [*self.columns, *self.rest]
        self._sequence = ""

    def _default(self, field: models.Field[Any, Any]) -> Any:
        if isinstance(field, models.DateTimeField) and not field.null:
            return self.moment.stored
        return field.get_db_prep_save(field.get_default(), self.connection)

    def _listed(self, names: Iterable[str]) -> str:
        return ", ".join(self.connection.ops.quote_name(name) for name in names)

    def reserve(self, number: int) -> list[int]:
        """Return numbers that no row of the table has or ever had."""
        with self.connection.cursor() as cursor:
            if self.connection.vendor != "postgresql":
                cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [self.table])
                last = (cursor.fetchone() or (0,))[0]
                return list(range(last + 1, last + 1 + number))
            if not self._sequence:
                cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [self._listed([self.table])])
                self._sequence = cursor.fetchone()[0]
            cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [self._sequence, number])
            return [row[0] for row in cursor.fetchall()]

    def put(self, rows: Sequence[tuple[Any, ...]], published: tuple[str, str] = ("", "")) -> list[Copied]:
        """Write rows, each with its number first, and that they were entered; return what is left to write.

        That is all of it on PostgreSQL. `published` is the column and its value in those that were published after they
        were entered.
        """
        column, value = published
        if self.connection.vendor == "postgresql":
            copies = [self._into(self.table, self.names, rows, self.rest), self._history_of(rows, self.entered, "+")]
            if column:
                place = self.columns.index(column)
                copies.append(self._history_of([row for row in rows if row[place] == value], {}, "~"))
            return copies
        # Reserved in one go, so they follow one another.
        where = f"id BETWEEN {int(rows[0][0])} AND {int(rows[-1][0])}"
        with self.connection.cursor() as cursor:
            self._insert(cursor, rows)
            cursor.execute(*self._tell(self.table, where, {**self.rest, **self.entered}, "+"))
            if column:
                told = f"{where} AND {self._listed([column])} = %s"
                cursor.execute(*self._tell(self.table, told, self.rest, "~", value))
        return []

    def _into(
        self, table: str, names: Sequence[str], rows: Iterable[tuple[Any, ...]], rest: Mapping[str, Any]
    ) -> Copied:
        # Made into text once, not once for each row.
        end = tuple(None if value is None else str(value) for value in rest.values())
        return Copied(f"COPY {table} ({self._listed(names)}) FROM STDIN", (row + end for row in rows))

    def _history_of(self, rows: Iterable[tuple[Any, ...]], given: Mapping[str, Any], how: str) -> Copied:
        """Return what writes the history of rows, with the values `given` in place of theirs."""
        same = [name for name in self.columns if name not in given]
        if given:
            kept = itemgetter(*(self.columns.index(name) for name in same))
            rows = map(kept, rows)
        told = dict(zip(_HISTORY, (self.moment.stored, None, how, self.moment.historian), strict=True))
        rest = {**self.rest, **given, **told}
        return self._into(self.told, [*same, *rest], rows, rest)

    def _insert(self, cursor: Any, rows: Sequence[tuple[Any, ...]]) -> None:
        places = ", ".join(["%s"] * len(self.names))
        rest = tuple(self.rest.values())
        into = f"INSERT INTO {self.table} ({self._listed(self.names)})"
        cursor.executemany(f"{into} VALUES ({places})", [row + rest for row in rows])

    def _selected(self, given: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """Return what is selected for the columns, and the values that are given in place of some."""
        quote = self.connection.ops.quote_name
        values = ", ".join("%s" if name in given else quote(name) for name in self.names)
        return values, [given[name] for name in self.names if name in given]

    def _tell(self, source: str, where: str, given: Mapping[str, Any], how: str, *more: Any) -> tuple[str, list[Any]]:
        """Return what writes the history of rows of `source`, with the values `given` in place of theirs."""
        values, params = self._selected(given)
        into = f"INSERT INTO {self.told} ({self._listed([*self.names, *_HISTORY])})"
        sql = f"{into} SELECT {values}, %s, %s, %s, %s FROM {source} WHERE {where} ORDER BY id"  # noqa: S608 - names
        return sql, [*params, self.moment.stored, None, how, self.moment.historian, *more]

    def take_out(self, rows: models.QuerySet[Any]) -> None:
        """Delete rows of the table, to which nothing leads, and tell that they were taken out."""
        sql, params = rows.order_by().values("pk").query.get_compiler(self.moment.using).as_sql()
        with self.connection.cursor() as cursor:
            cursor.execute(*self._tell(self.table, f"id IN ({sql})", {}, "-", *params))
        rows._raw_delete(self.moment.using)
