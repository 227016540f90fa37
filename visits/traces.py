"""By which rows people, organisations, offices, sources and topics exist for a reader: no name without such a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from visits.access import Permission, compartments_of, gate, has_permission
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
    new; what only hidden rows name stays hidden from them too, and so does what only a compartment's rows named before
    (docs/adr/0037).
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
    """Return the condition that a row leads here."""
    return _any(_naming(name, user))


def _naming(name: str, user: Anybody | None) -> list[QuerySet[Any]]:
    """Return by kind the rows visible to `user` that lead to a row of a model."""
    return [rows.filter(**{column: OuterRef("pk")}).values("pk") for column, rows in leading_rows(name, user)]


def _any(found: list[QuerySet[Any]]) -> Q:
    """Return the condition that one of these has a row: one question, whose parts are asked in turn.

    Of each of many conditions joined by OR PostgreSQL makes two plans, to probe and to read all of it, and of what
    nests in them two again: planning took twenty times as long as answering (docs/adr/0035).
    """
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
        condition |= ~_any([*_naming(model._meta.label, None), *_closed_before(model._meta.label, reader)])
    return condition


def _closed_before(name: str, reader: Anybody) -> list[QuerySet[Any]]:
    """Return by kind of rows the versions that name a row of a model and were closed to `reader`, then or another time.

    The history keeps whom a row named that is gone or names somebody else. What stands in a record that is or ever was
    confidential is closed to those who are not in its compartment: to take somebody out, or to open the record
    afterwards, tells nobody else of them. The actions keep what stands in a confidential record confidential itself.
    """
    found = []
    for column, rows in _TRACES.get(name, []):
        closed = _closed_versions(rows(None).model, reader)
        if closed is not None:
            found.append(closed.filter(**{column: OuterRef("pk")}).values("pk"))
    return found


def _closed_versions(model: Any, reader: Anybody) -> QuerySet[Any] | None:
    """Return the versions of rows of `model` that were closed to `reader`; None where no row of it ever is."""
    from visits.models import Record

    versions = model.history.model.objects.all()
    if issubclass(model, Record):
        return versions.filter(_once_closed(model, "id", reader))
    part_of = model._meta.get_field(model.PART_OF)
    if issubclass(part_of.related_model, Record):
        return versions.filter(_once_closed(part_of.related_model, part_of.attname, reader))
    # A part of somebody who exists by rows: an office. Joined, which nests less deep.
    of = f"{part_of.name}__version"
    return versions.filter(~known(reader, of)) if part_of.related_model._meta.label in _TRACES else None


def _once_closed(record: Any, key: str, reader: Anybody) -> Exists:
    """Return the condition that a version of the record to which `key` leads stood in another's compartment."""
    versions = record.history.model.objects.filter(id=OuterRef(key), compartment_id__isnull=False)
    return Exists(versions.exclude(compartment_id__in=compartments_of(reader)))
