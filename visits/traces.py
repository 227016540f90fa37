"""By which rows people, organisations, offices, sources and topics exist for a reader: no name without such a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from visits.access import Permission, gate, has_permission
from visits.written import Anybody, define, written

if TYPE_CHECKING:
    from visits.access import Reading

Rows = Callable[[Any], "QuerySet[Any]"]
_TRACES: dict[str, list[tuple[str, Rows]]] = {}
# What is added to the name of a model for traces that were withdrawn.
WITHDRAWN = ", withdrawn"


def register_trace(model: str, column: str, rows: Rows) -> None:
    """Say by which rows a `model` ("visits.Person") exists for a reader.

    `rows(user)` returns those visible to `user` whose `column` may name a row of that model, or all of them where
    `user` is None. So `visits` learns of statements without importing them.
    """
    _TRACES.setdefault(model, []).append((column, rows))


def names() -> list[str]:
    """Return the models whose rows exist for a reader by other rows alone and have a page: “visits.Person”."""
    from django.apps import apps

    labels = [label for label in _TRACES if not label.endswith(WITHDRAWN)]
    return [label for label in labels if any(field.name == "slug" for field in apps.get_model(label)._meta.fields)]


def traced(user: Reading, row: str = "pk") -> Q:
    """Return the condition that some row which `user` may see leads to this row."""
    return written("traced", user, row)


def traced_withdrawn(user: Reading, row: str = "pk") -> Q:
    """Return the condition that a row leads to this one which `user` could see before it was withdrawn."""
    return written("traced, withdrawn", user, row)


def known(user: Reading, row: str = "pk") -> Q:
    """Return the condition that a row exists for `user`.

    It exists through a row that `user` may see. Editors also meet what no row names yet, or they could name nobody
    new; what only hidden rows name stays hidden from them too.
    """
    return written("known", user, row)


def desk_only(model: type[models.Model]) -> Rows:
    """Return the trace by rows of `model`, which lead to something at the desk alone.

    Offices, sources and positions open nothing to readers. Whom only a hidden row names is not unused, and stays
    hidden.
    """
    from visits.models import Office

    def rows(user: Any) -> QuerySet[Any]:
        every = model._default_manager.all()
        if user is None:
            return every
        if not has_permission(user, Permission.SEE_DRAFTS):
            return every.none()
        if model is not Office:
            return every.filter(gate(user))
        # An office that only hidden rows show somebody in leads to no organisation either.
        return every.filter(known(user), known(user, "person__version"))

    return rows


def visible_rows(model: Any) -> Rows:
    """Return the trace by the rows of `model` that a reader may see."""
    return lambda user: model.objects.all() if user is None else model.objects.visible_to(user)


def leading_rows(name: str, user: Anybody | None) -> list[tuple[str, QuerySet[Any]]]:
    """Return (column, rows) of each kind of rows visible to `user` that lead to rows of a model ("visits.Person")."""
    every = [(column, rows(user)) for column, rows in _TRACES.get(name, [])]
    return [(column, rows) for column, rows in every if not rows.query.is_empty()]


def _leading(name: str, user: Anybody | None) -> Q:
    """Return the condition that a row leads here: one question, whose parts are asked in turn until one is answered.

    Of each of many conditions joined by OR PostgreSQL makes two plans, to probe and to read all of it, and of what
    nests in them two again: planning took twenty times as long as answering (docs/adr/0035).
    """
    found = [rows.filter(**{column: OuterRef("pk")}).values("pk") for column, rows in leading_rows(name, user)]
    if not found:
        return Q(pk__in=[])
    return Q(Exists(found[0].union(*found[1:], all=True) if found[1:] else found[0]))


@define("traced")
def _traced(model: type[models.Model], reader: Anybody) -> Q:
    return _leading(model._meta.label, reader)


@define("traced, withdrawn")
def _traced_withdrawn(model: type[models.Model], reader: Anybody) -> Q:
    return _leading(model._meta.label + WITHDRAWN, reader)


@define("known")
def _known(model: type[models.Model], reader: Anybody) -> Q:
    condition = _leading(model._meta.label, reader)
    if has_permission(reader, Permission.SEE_DRAFTS):
        condition |= ~_leading(model._meta.label, None)
    return condition
