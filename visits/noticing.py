"""Which confidential rows are read while a request is answered, gathered where they leave the database.

Rows of models tell it themselves (`Record.from_db`); whoever reads thin rows past the models calls `told`. What was
gathered is logged by `visits.audit.reading` before the answer leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

# Model (“visits.meeting”), number, and the compartment that the row stands in; None where that was not read.
Row = tuple[str, int, int | None]
_gathered: ContextVar[dict[Row, None] | None] = ContextVar("gathered", default=None)
# Texts that leave packed in a form out of which nobody can read them: a workbook is a zip.
_packed: ContextVar[list[bytes] | None] = ContextVar("packed", default=None)
CONFIDENTIAL = "confidential"


@contextmanager
def gathering(into: dict[Row, None], packed: list[bytes] | None = None) -> Iterator[None]:
    """Gather into `into` what is read within the block, and into `packed` the texts that leave it packed."""
    token, other = _gathered.set(into), _packed.set(packed)
    try:
        yield
    finally:
        _gathered.reset(token)
        _packed.reset(other)


def packing(text: str) -> None:
    """Gather a text that leaves packed: what it was made from is read off it, as it is off any other answer."""
    texts = _packed.get()
    if texts is not None:
        texts.append(text.encode(errors="replace"))


def loaded(model: Any, values: Mapping[str, Any]) -> None:
    """Gather a row of a model that was just read, where it is confidential."""
    rows = _gathered.get()
    # Visibility is never deferred where a row is shown: the gate asks for it, and pages tell it.
    if rows is not None and values.get("visibility") == CONFIDENTIAL:
        rows[model._meta.label_lower, values["id"], values.get("compartment_id")] = None


def told(label: str, row: int, compartment: int | None) -> None:
    """Gather a row that was read past its model; without a compartment it is not confidential."""
    rows = _gathered.get()
    if rows is not None and compartment is not None:
        rows[label, row, compartment] = None
