"""What has to be found anew when a row is saved, registered by the apps that know of it.

So `visits` learns that a citation rests on the text of a source without importing `statements`. Whoever is called
runs within the transaction of the save, and writes only what is derived.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

Call = Callable[[Any], None]
_CALLS: dict[str, list[Call]] = {}


def register_after_save(model: str, call: Call) -> None:
    """Have `call(row)` run after an action saved, or took out, a row of `model` ("visits.Source")."""
    _CALLS.setdefault(model, []).append(call)


def after_save(row: models.Model) -> None:
    """Run what is registered for the model of `row`."""
    for call in _CALLS.get(row._meta.label, ()):
        call(row)
