"""Rows by many ids: one parameter for all of them, however many there are."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import BooleanField, F, Func

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
