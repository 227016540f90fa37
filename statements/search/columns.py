"""The column of terms, which differs by database: a tsvector on PostgreSQL; a full-text table beside it on SQLite."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import connections, models

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models.sql.compiler import SQLCompiler

    from statements.search.analyser import Places

# On SQLite: a full-text table of both forms, each a column in which every place has one term.
TABLE = "statements_searchterms"
# Keeps the place of what is not there; no query has a term without a mark.
NOTHING = "0"


class TermsField(models.Field):
    """The terms of a row at their places, written only; empty on SQLite, whose terms stand in a table of their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "null": True, "editable": False})

    def deconstruct(self) -> Any:
        """Return what a migration needs to build it again."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["null"], kwargs["editable"]
        return name, path, args, kwargs

    def db_type(self, connection: Any) -> str:
        """Return the type of the column."""
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, value: Any, compiler: SQLCompiler, connection: Any) -> str:
        """Return how a value stands in SQL."""
        return "%s::tsvector" if connection.vendor == "postgresql" else "%s"

    def get_db_prep_value(self, value: Places | None, connection: Any, prepared: bool = False) -> str | None:
        """Return the places as PostgreSQL reads them; nothing on SQLite."""
        if value is None or connection.vendor != "postgresql":
            return None
        return tsvector(value)


def tsvector(places: Places) -> str:
    """Return the literal of a tsvector: each term with its places, from 1 on."""
    found: dict[str, list[str]] = defaultdict(list)
    for number, forms in enumerate(places, start=1):
        for form in forms:
            if form:
                found[form].append(str(number))
    # Terms are of letters, marks and figures alone: nothing in them has to be escaped.
    return " ".join(f"'{term}':{','.join(numbers)}" for term, numbers in found.items())


def write_terms(rows: Iterable[tuple[int, Places]], using: str) -> None:
    """Write the terms of new rows (id, places) to the full-text table of SQLite; PostgreSQL has them in the row."""
    if connections[using].vendor == "postgresql":
        return
    with connections[using].cursor() as cursor:
        cursor.executemany(
            f"INSERT OR REPLACE INTO {TABLE} (rowid, exact, other) VALUES (%s, %s, %s)",  # noqa: S608 - a constant
            [
                (
                    key,
                    " ".join(exact or NOTHING for exact, _other in places),
                    " ".join(other or NOTHING for _exact, other in places),
                )
                for key, places in rows
            ],
        )


def erase_terms(keys: list[int], using: str) -> None:
    """Take rows out of the full-text table of SQLite; on PostgreSQL the terms go with their row."""
    if connections[using].vendor == "postgresql" or not keys:
        return
    with connections[using].cursor() as cursor:
        sql = f"DELETE FROM {TABLE} WHERE rowid = %s"  # noqa: S608 - a constant
        cursor.executemany(sql, [(key,) for key in keys])


def squeeze_terms(using: str) -> None:
    """Write the full-text table of SQLite anew in one piece: till then it holds terms of rows that were taken out."""
    if connections[using].vendor != "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('optimize')")  # noqa: S608 - a constant
