"""What has to be found anew when a row is saved, registered by the apps that know of it.

So `visits` learns that a citation rests on the text of a source without importing `statements`. Whoever is called
runs within the transaction of the save, and writes only what is derived.

What is indexed for searching is told by keys: every write through the actions names those of its row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

Call = Callable[[Any], None]
Saved = Callable[[Any, Any], None]
_CALLS: dict[str, list[Saved]] = {}


def register_after_save(model: str, call: Saved) -> None:
    """Have `call(row, by)` run after an action saved, or took out, a row of `model` ("visits.Source")."""
    _CALLS.setdefault(model, []).append(call)


def after_save(row: models.Model, by: Any) -> None:
    """Run what is registered for the model of `row`, which `by` saved; None: the program itself."""
    for call in _CALLS.get(row._meta.label, ()):
        call(row, by)


_WORKFLOW_CALLS: dict[str, list[Call]] = {}


def register_after_workflow(model: str, call: Call) -> None:
    """Have `call(record)` run after an action took a record of `model` to another state of its workflow."""
    _WORKFLOW_CALLS.setdefault(model, []).append(call)


def after_workflow(record: models.Model) -> None:
    """Run what is registered for the model of `record`."""
    for call in _WORKFLOW_CALLS.get(record._meta.label, ()):
        call(record)


# What an index holds of a row, named by its kind and the id of the row that it belongs to.
Key = tuple[str, int]
Concerns = Callable[[Any], Iterable[Key]]
Refresh = Callable[[set[Key]], None]
_CONCERNS: dict[str, Concerns] = {}
_CONCERNS_OF_NEW: dict[str, Concerns] = {}
_REFRESHES: list[Refresh] = []
_gathered: ContextVar[set[Key] | None] = ContextVar("gathered", default=None)


def register_concerns(model: str, concerns: Concerns, *, new: Concerns | None = None) -> None:
    """Say what is indexed with a row of `model` ("visits.PersonName"): `concerns(row)` returns its keys.

    `new(row)` returns them where the row was entered this moment, so that nothing can lead to it yet.
    """
    _CONCERNS[model] = concerns
    _CONCERNS_OF_NEW[model] = new or concerns


def register_refresh(call: Refresh) -> None:
    """Have `call(keys)` write anew, or take out, what is indexed under these keys."""
    _REFRESHES.append(call)


def keys_of(rows: Iterable[models.Model]) -> set[Key]:
    """Return what is indexed with stored rows; asked before they are deleted, for afterwards they have no id."""
    return {key for row in rows if (concerns := _CONCERNS.get(row._meta.label)) for key in concerns(row)}


def refresh(keys: set[Key]) -> None:
    """Bring what is indexed under `keys` up to the rows as they are now, or note it for the end of `together`."""
    waiting = _gathered.get()
    if waiting is not None:
        waiting |= keys
        return
    for call in _REFRESHES if keys else ():
        call(keys)


def written(row: models.Model) -> None:
    """Bring what is indexed with a row that was just saved up to it. Called within the transaction of the save."""
    if getattr(row, "version", None) == 1 and (new := _CONCERNS_OF_NEW.get(row._meta.label)):
        refresh(set(new(row)))
    else:
        refresh(keys_of([row]))


def take_out(row: models.Model) -> None:
    """Delete a row, and what is indexed of it."""
    keys = keys_of([row])
    row.delete()
    refresh(keys)


@contextmanager
def together() -> Iterator[None]:
    """Within, what is indexed is noted, and written once at the end: a whole has many parts. Use in a transaction."""
    if _gathered.get() is not None:
        yield
        return
    waiting: set[Key] = set()
    token = _gathered.set(waiting)
    try:
        yield
    finally:
        _gathered.reset(token)
    refresh(waiting)


_SQUEEZES: list[Callable[[], None]] = []


def register_squeeze(call: Callable[[], None]) -> None:
    """Have `call()` make what is indexed hold nothing of what was taken out, once something was erased."""
    _SQUEEZES.append(call)


def squeeze() -> None:
    """Leave nothing in any index of what was taken out of it. It may take seconds: only where something is erased."""
    for call in _SQUEEZES:
        call()
