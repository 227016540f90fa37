"""Queries prepared once for each role: built and compiled on first use, from then on run with other values.

To build a page's querysets and to turn them into SQL costs more than to run it, and the text is the same for everybody
of one role but for the values in it: which visit, which statements, who asks. A function that builds a queryset for
somebody of a role and for values not yet known (`Given`) is kept as text; PostgreSQL keeps its plan too.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models

from visits.access import role_of
from visits.written import WHOSE, Anybody

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from visits.access import Reading

Row = TypeVar("Row")
Value = int | str | date | Sequence[int]
# So many texts of one query are kept: addresses can name any set of filters, and memory is not theirs to fill.
MOST_KEPT = 256
_PLACEHOLDER = re.compile(r"%(s|%)")


class Slot(NamedTuple):
    """Where a value goes among the parameters of a prepared query."""

    name: str

    def __str__(self) -> str:
        # A lookup that changes its value (iexact and contains escape it) would compare with the name of the slot.
        raise TypeError(f"{self.name!r} is not known yet: a prepared query compares it as it is")


_WHO = Slot("who")
_MISSING = object()


def slot_or(value: Any, written: Callable[[Any], Any]) -> Any:
    """Return the slot of a value that is not known yet, else the value as it is `written`."""
    return Slot(value.name) if isinstance(value, Given) else written(value)


# What PostgreSQL is to read a value of a kind as, and the field it is compared with; a list stands within `Among`.
_CASTS: dict[type, tuple[str, type[models.Field[Any, Any]]]] = {
    str: ("text", models.TextField),
    date: ("date", models.DateField),
    int: ("bigint", models.BigIntegerField),
}


class Given(models.Expression):
    """A value of a kind (a number, a text or a day) that a prepared query is run with."""

    allowed_default = False

    def __init__(self, name: str, kind: type = int) -> None:
        self.cast, field = _CASTS[kind]
        super().__init__(output_field=field())
        self.name = name

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper, **_context: Any) -> tuple[str, Any]:
        """Return a placeholder."""
        return ("%s", [Slot(self.name)])

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **_context: Any) -> tuple[str, list[Slot]]:
        """Return a placeholder of a known type: a plan is made before any value is known."""
        return (f"%s::{self.cast}", [Slot(self.name)])


class Prepared(Generic[Row]):
    """The rows of a queryset by its kept text. See `prepared`.

    With `replan`, PostgreSQL plans it anew for its values each time: where the best plan depends on them.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any, Row]], *, replan: bool = False) -> None:
        self.build, self.replan = build, replan
        self.__doc__ = build.__doc__
        self._kept: dict[tuple[Any, ...], _Kept | None] = {}

    def __call__(self, user: Reading, *shape: Any, **values: Value) -> list[Row]:
        """Return the rows for `user` with these values; `shape` is what the text itself depends on."""
        connection = connections[DEFAULT_DB_ALIAS]
        role = role_of(user).value
        key = (role, connection.vendor, *values, *shape)
        # Asked once: another thread may take it out in between.
        kept: Any = self._kept.get(key, _MISSING)
        if kept is _MISSING:
            kept = self._keep(key, role, shape, values)
        return [] if kept is None else kept.rows(connection, {**values, _WHO.name: user.pk or 0})

    def _keep(
        self, key: tuple[Any, ...], role: str, shape: tuple[Any, ...], values: Mapping[str, Value]
    ) -> _Kept | None:
        """Build a text and keep it; the oldest makes room."""
        givens = {name: _given(name, value) for name, value in values.items()}
        built = self.build(Anybody(role), *shape, **givens)
        kept = _compiled(built, connections[DEFAULT_DB_ALIAS], replan=self.replan)
        while len(self._kept) >= MOST_KEPT:
            # Another thread may have taken it out.
            self._kept.pop(next(iter(self._kept), key), None)
        self._kept[key] = kept
        return kept


def prepared(build: Callable[..., models.QuerySet[Any, Row]]) -> Prepared[Row]:
    """Keep what `build(reader, *shape, **givens)` builds for a role and a shape.

    It may depend on nothing else: not on the language, the clock or the person. Each value it is called with arrives as
    a `Given` of its kind, to compare a column with (`filter(visit=visit)`) or to look among (`Among("visit_id", ids)`).
    """
    return Prepared(build)


def _given(name: str, value: Value) -> Given:
    return Given(name, next((kind for kind in (str, date) if isinstance(value, kind)), int))


@dataclass(frozen=True, slots=True)
class _Kept:
    """A compiled queryset."""

    queryset: models.QuerySet[Any, Any]
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    replan: bool

    def rows(self, connection: BaseDatabaseWrapper, values: Mapping[str, Value]) -> list[Any]:
        """Return the rows with these values, as the queryset would."""
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        rows = self.queryset.all()
        # From here on it is Django's own way from a row of the database to a row of the queryset.
        compiler.execute_sql = lambda *_args, **_kwargs: [self._fetch(compiler, values)]
        rows.query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]
        return list(rows)

    def _fetch(self, compiler: Any, values: Mapping[str, Value]) -> list[Any]:
        connection = compiler.connection
        filled = [_value(values[param.name], connection) if isinstance(param, Slot) else param for param in self.params]
        with connection.cursor() if self.replan else cursor_for(connection) as cursor:
            cursor.execute(self.sql, filled)
            rows = cursor.fetchall()
        if connection.queries_logged and connection.vendor == "postgresql" and not self.replan:
            # Django's log knows what a cursor sent; a prepared statement is sent by its name.
            connection.queries_log[-1]["sql"] = connection.ops.compose_sql(self.sql, filled)
        # Columns that were only selected to sort by them.
        return [row[: compiler.col_count] for row in rows] if compiler.has_extra_select else rows


def _compiled(queryset: models.QuerySet[Any, Any], connection: BaseDatabaseWrapper, *, replan: bool) -> _Kept | None:
    """Return the compiled queryset, or None where it cannot have a row."""
    compiler = queryset.query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    slotted = tuple(_WHO if not isinstance(param, Slot) and param == WHOSE else param for param in params)
    if connection.vendor == "postgresql":
        sql, slotted = _constants_written(sql, slotted, connection)
    return _Kept(queryset, compiler, sql, slotted, replan)


def text_of(queryset: models.QuerySet[Any, Any], connection: BaseDatabaseWrapper) -> str | None:
    """Return the text of a queryset of a role for PostgreSQL, with `%(name)s` for each value not known yet.

    The person's number stands in it as `%(who)s`. None where it cannot have a row.
    """
    kept = _compiled(queryset, connection, replan=True)
    if kept is None:
        return None
    slots = iter(kept.params)
    return re.sub(_PLACEHOLDER, lambda found: found[0] if found[0] == "%%" else f"%({next(slots).name})s", kept.sql)


def _constants_written(
    sql: str, params: tuple[Any, ...], connection: BaseDatabaseWrapper
) -> tuple[str, tuple[Slot, ...]]:
    """Return the text with every parameter that never changes written into it: the plan is made for these."""
    from psycopg.sql import Literal

    connection.ensure_connection()
    rest = iter(params)
    slots = []

    def write(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        param = next(rest)
        if isinstance(param, Slot):
            slots.append(param)
            return "%s"
        return Literal(param).as_string(connection.connection).replace("%", "%%")

    return _PLACEHOLDER.sub(write, sql), tuple(slots)


def _value(value: Value, connection: BaseDatabaseWrapper) -> Any:
    """Return a value as the database takes it."""
    if connection.vendor == "postgresql":
        # As text that the placeholder casts: a number's type would else depend on its size, and each have a plan.
        return str(value) if isinstance(value, (int, str, date)) else "{" + ",".join(map(str, value)) + "}"
    return (
        value if isinstance(value, (int, str)) else str(value) if isinstance(value, date) else json.dumps(list(value))
    )


def cursor_for(connection: BaseDatabaseWrapper) -> Any:
    """Return a cursor that keeps the plans of what it runs, where the database can."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    cursor = _preparing_cursor()(connection.connection)
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)


@cache
def _preparing_cursor() -> Any:
    """Return the class of cursors whose statements are prepared on the server; SQLite alone needs no psycopg."""
    from django.db.backends.postgresql.base import ServerBindingCursor

    serving: Any = ServerBindingCursor

    class PreparingCursor(serving):
        def execute(self, query: Any, params: Any = None, **_more: Any) -> Any:
            return super().execute(query, params, prepare=True)

    return PreparingCursor
