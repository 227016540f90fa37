"""Values of the database as cells of a CSV file and back, and what a Table Schema says of a column. Pure.

An empty cell is no value, or the empty text where a column of texts always has one. Where a text may also be missing,
one that is empty or begins with a backslash has a backslash put before it.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

_MARK = "\\"
# The first that fits, from the narrow to the wide.
_KINDS: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.BooleanField, "boolean"),
    (models.JSONField, "any"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.TimeField, "time"),
    (models.IntegerField, "integer"),
    (models.FileField, "string"),
    (models.CharField, "string"),
    (models.TextField, "string"),
)


def kind_of(field: models.Field[Any, Any]) -> str:
    """Return the type of a column as Table Schema names it; TypeError for a field that no package can hold yet."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    for kind, name in _KINDS:
        if isinstance(field, kind):
            return name
    raise TypeError(f"{field}: say in statements/package/values.py how a {type(field).__name__} is written")


def is_optional_text(field: models.Field[Any, Any]) -> bool:
    """Whether a column holds texts that may be empty or missing, which are two things."""
    return field.null and kind_of(field) == "string"


def described(field: models.Field[Any, Any]) -> dict[str, Any]:
    """Return the column as a field of a Table Schema."""
    kind = kind_of(field)
    told: dict[str, Any] = {"name": field.attname, "type": kind, "title": str(field.verbose_name)}
    constraints: dict[str, Any] = {}
    if kind != "string" and not field.null:
        constraints["required"] = True
    if field.primary_key:
        constraints["unique"] = True
    if constraints:
        told["constraints"] = constraints
    if kind == "any":
        told["description"] = "JSON"
    if is_optional_text(field):
        told["description"] = "A text that is empty or begins with a backslash has a backslash put before it."
    return told


def cell(field: models.Field[Any, Any], value: Any) -> str:
    """Return a value of a column as text."""
    if value is None:
        return ""
    kind = kind_of(field)
    if kind == "string":
        text = str(value)
        return _MARK + text if is_optional_text(field) and (not text or text.startswith(_MARK)) else text
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "any":
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
    if kind == "datetime":
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def value(field: models.Field[Any, Any], text: str) -> Any:
    """Return the value of a cell; ValueError, with words for the operator, for what the column cannot hold."""
    kind = kind_of(field)
    if kind == "string":
        if is_optional_text(field):
            return None if not text else text.removeprefix(_MARK)
        if field.max_length is not None and len(text) > field.max_length:
            raise ValueError(f"longer than {field.max_length} characters")
        return text
    if not text:
        if not field.null:
            raise ValueError("empty")
        return None
    try:
        return _READERS[kind](text)
    except (ValueError, KeyError, RecursionError) as error:
        raise ValueError(f"no {kind if kind != 'any' else 'JSON'}") from error


def _integer(text: str) -> int:
    # Nothing but digits: int() also takes spaces, underscores and digits of other scripts.
    if not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit() or len(text) > 20:
        raise ValueError(text)
    return int(text)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


_READERS: dict[str, Any] = {
    "boolean": {"true": True, "false": False}.__getitem__,
    "any": json.loads,
    "datetime": _moment,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "integer": _integer,
}
