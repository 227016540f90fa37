"""Gates written down once: the condition of a gate as SQL, kept for every role, placed into each query as it stands.

A gate on statements asks for the visit, the meeting and the proof, and one on people asks for statements. To build such
a condition from lookups costs more than all else on a page; its text is the same for everybody of one role, but for the
person's own number. So Django builds it once for each role, and what each query adds is only where the row stands.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

    from visits.models import User

# Stands where the number of the person goes; no row has it.
WHOSE = -4_611_686_018_427_387_904
# The names that Django gives to the tables of subqueries.
INNER = re.compile(r'(?<![\w"])[A-Z]{1,2}\d+(?=[ ."),])')


@dataclass(frozen=True)
class Anybody:
    """Somebody of a role, in whose place anybody of that role may stand."""

    role: str
    pk: int = WHOSE
    is_authenticated: bool = True
    is_active: bool = True


Definition = Callable[[type[models.Model], Anybody], Q]
_DEFINITIONS: dict[tuple[str, str], Definition] = {}
_TEXTS: dict[tuple[str, type[models.Model], str, str], Text] = {}
_numbers = itertools.count(1)


def define(name: str, model: str = "") -> Callable[[Definition], Definition]:
    """Register the condition `name`, of every model or of one ("visits.Person").

    It is a function of the model and of somebody of a role. One that joins nothing stands in a query as it is; one that
    joins, as a row that exists.
    """

    def register(definition: Definition) -> Definition:
        _DEFINITIONS[name, model] = definition
        return definition

    return register


def written(name: str, user: User | AnonymousUser | Anybody, row: str = "pk") -> Q:
    """Return the condition `name` for `user` on a row: the queried one ("pk"), or one to which a path leads.

    A path to a row ("statement") asks whether such a row exists; one to a column of it ("statement__version") joins it,
    which nests less deep.
    """
    from visits.access import role_of

    return Q(Written(name, role_of(user).value, user.pk or 0, row))


class Written(models.Expression):
    """The written condition `name` on a row, for one person of a role."""

    output_field = models.BooleanField()
    allowed_default = False

    def __init__(self, name: str, role: str, whose: int, row: str) -> None:
        super().__init__()
        self.name, self.role, self.whose = name, role, whose
        self.row: Any = F(row)

    def get_source_expressions(self) -> list[Any]:
        return [self.row]

    def set_source_expressions(self, expressions: Any) -> None:
        (self.row,) = expressions

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Return the text with this row and this person in it: of a row that a column names, as one that exists."""
        column, none = compiler.compile(self.row)
        field = self.row.target
        own = not field.is_relation
        text = _text(self.name, field.model if own else field.related_model, self.role, connection)
        params = tuple(self.whose if value == WHOSE else value for value in text.params)
        if own and not text.joined:
            return f"({text.where.replace(text.row, column.rpartition('.')[0])})", (*none, *params)
        key = connection.ops.quote_name(field.model._meta.pk.column if own else field.target_field.column)
        if own:
            column = f"{column.rpartition('.')[0]}.{key}"
        found = f"{text.row}.{key} = {column} AND {text.where}"
        return f"EXISTS(SELECT 1 FROM {text.tables} WHERE {found})", (*none, *params)  # noqa: S608 - names of tables


@dataclass(frozen=True)
class Text:
    """A condition as SQL: its tables, the name of the row's own among them, the condition and its parameters."""

    tables: str
    row: str
    where: str
    params: tuple[Any, ...]
    joined: bool


def _text(name: str, model: type[models.Model], role: str, connection: BaseDatabaseWrapper) -> Text:
    """Return the condition of a model for a role, written on first use."""
    key = (name, model, role, connection.vendor)
    if key not in _TEXTS:
        _TEXTS[key] = _write(name, model, role, connection)
    return _TEXTS[key]


def _write(name: str, model: type[models.Model], role: str, connection: BaseDatabaseWrapper) -> Text:
    definition = _DEFINITIONS.get((name, model._meta.label)) or _DEFINITIONS[name, ""]
    query = model._base_manager.filter(definition(model, Anybody(role))).query
    # Within a query, Django names tables by themselves or by the same letters: each text has names of its own.
    own = f"g{next(_numbers)}_"
    row = query.get_initial_alias()
    names: dict[str | None, str] = {alias: f"{own}t{number}" for number, alias in enumerate(query.alias_map)}
    query.change_aliases(names)
    compiler = query.get_compiler(connection=connection)
    try:
        where, params = compiler.compile(query.where)
    except EmptyResultSet:
        where, params = "1 = 0", ()
    except FullResultSet:
        where, params = "1 = 1", ()
    tables, none = compiler.get_from_clause()
    if none:
        raise ValueError(f"the gate {name!r} joins by parameters: {none}")
    where = INNER.sub(lambda found: own + found[0], _bare(where))
    return Text(" ".join(tables), names[row], where, tuple(params), len(tables) > 1)


def _bare(text: str) -> str:
    """Return SQL without doubled parentheses: SQLite's parser takes only so many within each other."""
    opened: list[int] = []
    closed_by: dict[int, int] = {}
    for place, letter in enumerate(text):
        if letter == "(":
            opened.append(place)
        elif letter == ")":
            closed_by[opened.pop()] = place
    doubled = {place for place, end in closed_by.items() if closed_by.get(place + 1) == end - 1}
    left_out = doubled | {closed_by[place] for place in doubled}
    return "".join(letter for place, letter in enumerate(text) if place not in left_out)
