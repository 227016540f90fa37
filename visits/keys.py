"""Keys of records, such as "meetingnote:4xk…" or "meetingnote:new:7hj…": what a draft is of, where somebody is.

Each app says by `register_key` which rows a kind of key leads to; whoever may not see the row has no such key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from visits.models import User

# What a key is of: rows that the user may see, and the column in which the end of the key stands.
Rows = Callable[["User"], "QuerySet[Any]"]
_KINDS: dict[str, tuple[Rows | None, str]] = {}
LONGEST_KEY = 160


def register_key(kind: str, rows: Rows | None = None, column: str = "public_id") -> None:
    """Say that keys of `kind` lead to `rows`: "meeting" to "meeting:<public_id>"; without `rows`, to a new record.

    A record to be entered within another is of a kind of its own, which leads to that other: "meetingnote:new" to
    the meeting.
    """
    _KINDS[kind] = (rows, column)


def is_kind(kind: str) -> bool:
    """Whether there are keys of this kind."""
    return kind in _KINDS


def may_use(user: User, key: str) -> bool:
    """Whether `user` may see what `key` is of. An unknown key and a hidden row answer alike."""
    if len(key) > LONGEST_KEY or "\x00" in key:
        return False
    if key in _KINDS:
        return _KINDS[key][0] is None
    kind, _colon, end = key.rpartition(":")
    rows, column = _KINDS.get(kind, (None, ""))
    if column == "pk" and not (end.isascii() and end.isdecimal() and len(end) < 19):
        return False
    return rows is not None and bool(end) and rows(user).filter(**{column: end}).exists()
