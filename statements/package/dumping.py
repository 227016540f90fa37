"""Writing the record as a package: every table of it, or what everybody may see."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from statements.package.container import Measured, Writer
from statements.package.failures import PackageError
from statements.package.public import public_record
from statements.package.tables import CHUNK, Table, file_fields, whole_record
from statements.package.values import cell, described
from visits.stored_files import digest

NAME = "vis-a-vis-record"
# What reads a package knows every format up to this one.
FORMAT = 1
# Every stored file in a folder of its own, beside the tables.
FILES = "files/"
_CLOSED = "not for publication"
Tick = Callable[[int], Any]


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything within as it is at one moment, without keeping anybody from writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Not atomic(): on SQLite that takes the lock of writers.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")


def size() -> int:
    """Return how many rows `dump` goes through at most."""
    return sum(table.model._base_manager.count() for table in whole_record())


def dump(writer: Writer, *, public: bool = False, tick: Tick = lambda number: None) -> int:
    """Write the record, or of it what everybody may see; return how many rows were written."""
    resources, rows = [], 0
    with one_moment():
        tables: Sequence[Table] = public_record() if public else whole_record()
        for table in tables:
            number, facts = _write_rows(writer, table, tick)
            rows += number
            resources.append({**_described(table), **facts})
        if not public:
            resources += _write_files(writer)
    writer.describe(_descriptor(resources, public=public))
    return rows


def _write_rows(writer: Writer, table: Table, tick: Tick) -> tuple[int, dict[str, Any]]:
    number = 0
    with writer.file(table.path) as stream:
        text = _Lines(stream)
        lines = csv.writer(text, lineterminator="\r\n")
        lines.writerow([field.attname for field in table.fields])
        for row in table.rows():
            lines.writerow([cell(field, value) for field, value in zip(table.fields, row, strict=True)])
            number += 1
            if number % CHUNK == 0:
                text.send()
                tick(CHUNK)
        text.send()
        tick(number % CHUNK)
    return number, stream.facts


class _Lines(io.StringIO):
    """Lines of text that wait for their way into a stream of bytes."""

    def __init__(self, stream: Measured) -> None:
        super().__init__(newline="")
        self._stream = stream

    def send(self) -> None:
        """Write what waits."""
        self._stream.write(self.getvalue().encode())
        self.seek(0)
        self.truncate()


def _write_files(writer: Writer) -> list[dict[str, Any]]:
    """Write the stored files that rows name; PackageError where one that a row of today names is missing."""
    names: dict[str, bool] = {}
    for model, column in file_fields():
        today = not hasattr(model, "history_id")
        for name in model._base_manager.exclude(**{column: ""}).values_list(column, flat=True).distinct():
            names[str(name)] = names.get(str(name), False) or today
    resources = []
    for name in sorted(names):
        path = Path(settings.MEDIA_ROOT) / name
        if not path.is_file():
            if names[name]:
                raise PackageError(f"The stored file {name} is missing: the record is not whole.")
            # An earlier version of a source, whose file was erased since.
            continue
        with writer.file(FILES + name) as stream, path.open("rb") as source:
            shutil.copyfileobj(source, stream, 1 << 20)
        label = f"file.{digest(name.encode())[:24]}"
        resources.append({"name": label, "path": FILES + name, "mediatype": "application/octet-stream", **stream.facts})
    return resources


def _described(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [described(field) for field in table.fields],
        "missingValues": [""],
        "primaryKey": [table.key],
    }
    keys = [
        # A table that refers to itself is named by nothing, as the standard has it.
        {"fields": [column], "reference": {"resource": "" if of == table.name else of, "fields": ["id"]}}
        for column, of in table.references.items()
    ]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": table.name,
        "title": str(table.model._meta.verbose_name_plural),
        "path": table.path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": schema,
    }


def _descriptor(resources: list[dict[str, Any]], *, public: bool) -> dict[str, Any]:
    return {
        "profile": "data-package",
        "name": NAME,
        "title": "Visits of UN special rapporteurs: the record of Vis-à-vis",
        "formatVersion": FORMAT,
        "view": "public" if public else "everything",
        "licenses": [_licence(public=public)],
        "resources": resources,
    }


def _licence(*, public: bool) -> dict[str, str]:
    """Return the licence; its name is an id of the Open Definition, in which no sign but these stands."""
    if not public:
        return {"name": "other-closed", "title": _CLOSED}
    if not settings.DATA_LICENCE:
        return {"name": "notspecified", "title": "not stated: ask whoever runs this site"}
    return {"name": re.sub(r"[^A-Za-z0-9.]+", "-", settings.DATA_LICENCE).strip("-"), "title": settings.DATA_LICENCE}
