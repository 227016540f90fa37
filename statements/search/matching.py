"""Conditions on terms in the words of PostgreSQL and of SQLite: the same set of matches by both."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, F, FloatField, Func

from statements.search.columns import TABLE
from statements.search.query import Conditions, Phrase
from visits.prepared import Given, Slot, slot_or

# Comes after every letter.
_LAST = "\U0010ffff"


def tsquery(conditions: Conditions) -> str:
    """Return the literal of a tsquery."""
    parts = [_any_in_postgres(phrases) for phrases in conditions.groups]
    parts += [f"!{_any_in_postgres(conditions.without)}"] if conditions.without else []
    return " & ".join(parts)


def _any_in_postgres(phrases: tuple[Phrase, ...]) -> str:
    # Terms are of letters, marks and figures alone: nothing in them has to be escaped.
    return "(" + " | ".join("(" + " <-> ".join(f"'{term}'" for term in phrase) + ")" for phrase in phrases) + ")"


def fts(conditions: Conditions) -> tuple[str, bool]:
    """Return the expression of FTS5, and whether it says what is not to match: FTS5 cannot say “all but”."""
    without = _any_in_fts(conditions.without)
    if not conditions.groups:
        return without, True
    wanted = " AND ".join(f"({_any_in_fts(phrases)})" for phrases in conditions.groups)
    return (f"({wanted}) NOT ({without})" if without else wanted), False


def _any_in_fts(phrases: tuple[Phrase, ...]) -> str:
    return " OR ".join('"' + " ".join(phrase) + '"' for phrase in phrases)


# Words in more entries than this are common: see `is_common`.
MANY = 20_000
# The names by which a prepared query is given its expression: of words, or of words that are not to stand there alone.
WORDS, WITHOUT = "words", "without"
Wanted = Conditions | Given


def expression_of(conditions: Conditions) -> dict[str, str]:
    """Return by its name the expression of `conditions` in the words of the database; none where nothing is asked."""
    if not conditions:
        return {}
    if connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
        return {WORDS: tsquery(conditions)}
    words, but = fts(conditions)
    return {WITHOUT if but else WORDS: words}


def is_common(conditions: Wanted) -> bool:
    """Whether so many entries fulfil `conditions` that SQLite had better go through them in their order.

    It is a question of speed alone: what is hidden counts too, and nobody is told. PostgreSQL knows by itself.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql" or isinstance(conditions, Given) or not conditions.groups:
        return False
    words, _but = fts(conditions)
    with connection.cursor() as cursor:
        some = f"SELECT 1 FROM {TABLE} WHERE {TABLE} MATCH %s LIMIT {MANY + 1}"  # noqa: S608 - constants
        cursor.execute(f"SELECT count(*) FROM ({some})", [words])  # noqa: S608 - as above
        return bool(cursor.fetchone()[0] > MANY)


class Matches(Func):
    """Whether the terms of a row of the index fulfil `conditions`, which ask for something."""

    output_field = BooleanField()

    def __init__(self, conditions: Wanted, *, common: bool = False, **extra: Any) -> None:
        super().__init__(F("id"), F("terms"), **extra)
        self.conditions, self.common = conditions, common

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition on the column."""
        column, params = compiler.compile(self.get_source_expressions()[1])
        return f"{column} @@ %s::tsquery", (*params, slot_or(self.conditions, tsquery))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition on the id, of which the full-text table knows the terms."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        given = self.conditions
        words, but = (Slot(given.name), given.name == WITHOUT) if isinstance(given, Given) else fts(given)
        found = f"(SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s)"  # noqa: S608 - a constant
        # With the sign, SQLite goes through the entries in their order and asks of each: of words that stand in many,
        # the first thousand are soon found, and to gather them all takes a second.
        sign = "+" if self.common else ""
        return f"{sign}{column} {'NOT IN' if but else 'IN'} {found}", (*params, words)


class Rank(Func):
    """How well the terms of a row fulfil conditions, the higher the better; on PostgreSQL alone."""

    output_field = FloatField()

    def __init__(self, conditions: Wanted, **extra: Any) -> None:
        super().__init__(F("terms"), **extra)
        self.conditions = conditions

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the rank by PostgreSQL: how often and in how short a text."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        return f"ts_rank({column}, %s::tsquery, 1)", (*params, slot_or(self.conditions, tsquery))


class Begins(Func):
    """Whether a column of folded words begins with `start`, by its index on either database."""

    output_field = BooleanField()

    def __init__(self, column: str, start: str, **extra: Any) -> None:
        super().__init__(F(column), **extra)
        self.start = start

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition by a pattern: folded words have no sign that means something in one."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        return f"{column} LIKE %s", (*params, f"{self.start}%")

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition by a range: LIKE of SQLite takes no index that tells letters by their case."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        return f"({column} >= %s AND {column} < %s)", (*params, self.start, *params, f"{self.start}{_LAST}")
