"""Checking a package before anything is written: its format, each cell, each key, and where each key leads."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from statements.package.dumping import FILES, FORMAT, NAME
from statements.package.failures import PackageError
from statements.package.tables import Table, file_fields, is_history, whole_record
from statements.package.unpacking import Package, is_within
from statements.package.values import value

# A text of a source has no bound; the module csv has one of 128 KiB.
_LONGEST_CELL = min(sys.maxsize, 2**31 - 1)


class Content:
    """What a package holds, once its description is understood."""

    def __init__(self, package: Package) -> None:
        self.package = package
        _check_format(package.descriptor)
        known = {table.path: table for table in whole_record()}
        self.files: list[dict[str, Any]] = []
        self.tables: list[tuple[Table, dict[str, Any]]] = []
        for resource in package.resources:
            path = resource["path"]
            if path.startswith(FILES):
                self.files.append(resource)
            elif path in known:
                self.tables.append((_table(known[path], resource), resource))
            else:
                raise PackageError(f"{path} is no table that this version of the program knows.")
        self.public = package.descriptor.get("view") == "public"
        missing = set(known) - {resource["path"] for _table_of, resource in self.tables}
        if missing and not self.public:
            raise PackageError(f"The table {min(missing)} is missing: the package is not whole.")

    def rows(self, table: Table, resource: dict[str, Any]) -> Iterator[tuple[int, list[Any]]]:
        """Yield each row as its number in the file, the first after the head being 2, and its values for the model."""
        csv.field_size_limit(_LONGEST_CELL)
        number = 1
        with self.package.text(resource) as text:
            lines = csv.reader(text, strict=True)
            try:
                head = next(lines, [])
                if head != [field.attname for field in table.fields]:
                    raise PackageError(f"{table.path} has other columns than its description.")
                for cells in lines:
                    number += 1
                    if len(cells) != len(table.fields):
                        raise PackageError(f"{table.path}, row {number}: {len(cells)} cells, {len(head)} are wanted.")
                    yield (
                        number,
                        [_value(table, number, field, cell) for field, cell in zip(table.fields, cells, strict=True)],
                    )
            except csv.Error as error:
                raise PackageError(f"{table.path}, row {number + 1}: this is no CSV ({error}).") from error

    def check(self, tick: Any = lambda number: None) -> int:
        """Read every row once; return how many there are. Raises PackageError with the file, the row and the column."""
        keys: dict[str, set[int]] = {}
        named: dict[tuple[str, str], dict[int, int]] = {}
        references: dict[tuple[str, str], str] = {}
        total = 0
        for table, resource in self.tables:
            names = [field.attname for field in table.fields]
            place = names.index(table.key)
            leads = [(names.index(column), column, of) for column, of in table.references.items()]
            own: set[int] = set()
            last = 1
            for number, values in self.rows(table, resource):
                key = values[place]
                if key in own:
                    raise PackageError(f"{table.path}, row {number}: the {table.key} {key} stands twice.")
                own.add(key)
                for at, column, of in leads:
                    if values[at] is not None:
                        references[(table.path, column)] = of
                        named.setdefault((table.path, column), {}).setdefault(values[at], number)
                total += 1
                last = number
            tick(last - 1)
            # Nothing refers to a history: its keys need not be kept.
            keys[table.name] = set() if is_history(table.model) else own
        for (path, column), found in named.items():
            of = references[(path, column)]
            for key, number in found.items():
                if key not in keys.get(of, ()):
                    raise PackageError(f"{path}, row {number}, {column}: there is no {key} in {of}.")
        self._check_files()
        return total

    def _check_files(self) -> None:
        there = {resource["path"].removeprefix(FILES) for resource in self.files}
        if self.public:
            if there:
                raise PackageError("A public package holds no files of sources.")
            return
        today: set[str] = set()
        ever: set[str] = set()
        columns = [(model._meta.label_lower, column) for model, column in file_fields()]
        for table, resource in self.tables:
            names = [field.attname for field in table.fields]
            for label, column in columns:
                if label == table.name:
                    place = names.index(column)
                    found = {str(values[place]) for _number, values in self.rows(table, resource) if values[place]}
                    ever |= found
                    today |= set() if is_history(table.model) else found
        if today - there:
            raise PackageError(f"The stored file {min(today - there)} is missing in the package.")
        if there - ever:
            raise PackageError(f"No row names the stored file {min(there - ever)}.")
        for name in sorted(there):
            if not is_within(name):
                raise PackageError(f"{name} leads out of the folder of files.")


def _check_format(descriptor: dict[str, Any]) -> None:
    if descriptor.get("name") != NAME:
        raise PackageError("This data package is none of a record of Vis-à-vis.")
    number = descriptor.get("formatVersion")
    if not isinstance(number, int) or number < 1:
        raise PackageError("The package does not say of which format it is.")
    if number > FORMAT:
        raise PackageError(
            f"The package is of format {number}, this version of the program reads up to {FORMAT}: install a newer one."
        )


def _table(known: Table, resource: dict[str, Any]) -> Table:
    """Return the table with the columns that a package has of it; PackageError for columns that are not known."""
    try:
        names = [field["name"] for field in resource["schema"]["fields"]]
    except (KeyError, TypeError) as error:
        raise PackageError(f"{known.path} has no schema.") from error
    fields = {field.attname: field for field in known.fields}
    for name in names:
        if name not in fields:
            raise PackageError(f"{known.path} has the column {name}, which this version of the program does not know.")
    if known.key not in names or len(set(names)) != len(names):
        raise PackageError(f"{known.path} has no column {known.key}, or one column twice.")
    for name, field in fields.items():
        if name not in names and not _can_be_filled(field):
            raise PackageError(f"{known.path} has no column {name}.")
    return Table(known.model, tuple(fields[name] for name in names))


def _can_be_filled(field: models.Field[Any, Any]) -> bool:
    return field.null or field.has_default() or field.empty_strings_allowed or isinstance(field, models.DateTimeField)


def _value(table: Table, number: int, field: models.Field[Any, Any], cell: str) -> Any:
    try:
        found = value(field, cell)
        field.get_prep_value(found)
    except (ValueError, ValidationError, TypeError) as error:
        told = error.messages[0] if isinstance(error, ValidationError) else str(error)
        raise PackageError(f"{table.path}, row {number}, {field.attname}: {told.rstrip('.')}.") from error
    return found
