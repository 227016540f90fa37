"""Which history rows a row of a list has caused, so that they can be taken back; and who has caused them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from simple_history.models import HistoricalRecords

from visits.models import Versioned

if TYPE_CHECKING:
    from visits.models import User

_gathered: ContextVar[list[list[Any]] | None] = ContextVar("import_writes", default=None)


def note_write(sender: Any, instance: Any, history_instance: Any, **_more: Any) -> None:
    """Note a history row; called for each by django-simple-history."""
    rows = _gathered.get()
    if rows is not None and isinstance(instance, Versioned):
        rows.append([type(instance)._meta.label, history_instance.history_id])


@contextmanager
def gathering() -> Iterator[list[list[Any]]]:
    """Give a list that fills with [model, history id] of what is written within the block."""
    rows: list[list[Any]] = []
    token = _gathered.set(rows)
    try:
        yield rows
    finally:
        _gathered.reset(token)


@contextmanager
def acting(by: User | None) -> Iterator[None]:
    """Have history name `by` where no request is at hand: in commands, and while a file is written beside a page."""
    before = getattr(HistoricalRecords.context, "request", None)
    if before is not None or by is None:
        yield
        return
    HistoricalRecords.context.request = SimpleNamespace(user=by)
    try:
        yield
    finally:
        del HistoricalRecords.context.request
