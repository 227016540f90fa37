"""Loading a package into an empty record: all of it in one transaction, files included, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from statements.package.checking import Content
from statements.package.dumping import FILES
from statements.package.failures import PackageError
from statements.package.tables import LEFT_OUT_COLUMNS, Table, is_history, whole_record
from statements.scale.bulk import HELD, write
from statements.search.index import rebuild
from visits.actions import raise_stamp
from visits.stored_files import holding_all, write_new

Tick = Callable[[int], Any]


def load(content: Content, tick: Tick = lambda number: None) -> int:
    """Write everything that a package holds, checked before by `check`; return how many rows there are.

    Keys stay what they are in the package, versions and histories too. Raises PackageError where the record is not
    empty, or where the database refuses a row; then nothing was written.
    """
    rows = 0
    try:
        # A sweep finds these files named by rows, or not at all.
        names = [resource["path"].removeprefix(FILES) for resource in content.files]
        with holding_all(names), _files(content), transaction.atomic():
            require_empty()
            for table, resource in content.tables:
                rows += _load_table(content, table, resource, tick)
            connection.check_constraints()
            _number_on(table.model for table in whole_record())
            rebuild()
            raise_stamp()
    except DatabaseError as error:
        raise PackageError(f"The database refuses what the package holds: {_rule(error)}.") from error
    return rows


def require_empty() -> None:
    """Raise PackageError where a table of the record has a row."""
    for table in whole_record():
        if table.model._base_manager.exists():
            name = table.model._meta.verbose_name_plural
            raise PackageError(f"The record is not empty (there are {name}): a package is read into an empty one.")


def _load_table(content: Content, table: Table, resource: dict[str, Any], tick: Tick) -> int:
    rest = [
        field
        for field in table.model._meta.concrete_fields
        if field.attname not in {one.attname for one in table.fields}
    ]
    fillers = [_filler(table.model, field) for field in rest]
    columns = [str(field.column) for field in (*table.fields, *rest)]
    held: list[Sequence[Any]] = []
    total = 0

    def send() -> None:
        if held:
            # What COPY raises comes past Django.
            with connection.wrap_database_errors:
                write(table.model._meta.db_table, columns, held)
            tick(len(held))
            held.clear()

    for _number, values in content.rows(table, resource):
        stored = [field.get_db_prep_save(value, connection) for field, value in zip(table.fields, values, strict=True)]
        held.append([*stored, *(filler() for filler in fillers)])
        total += 1
        if len(held) >= HELD:
            send()
    send()
    return total


def _filler(model: type[models.Model], field: models.Field[Any, Any]) -> Callable[[], Any]:
    """Return what makes a value for a column that the package does not have."""
    if field.attname in LEFT_OUT_COLUMNS.get(model._meta.label, {}):
        # Nobody signs in with it.
        return (lambda: make_password(None)) if field.attname == "password" else lambda: None
    if isinstance(field, models.DateTimeField) and not field.null:
        now = timezone.now()
        return lambda: field.get_db_prep_save(now, connection)
    return lambda: field.get_db_prep_save(field.get_default(), connection)


def _number_on(loaded: Iterator[type[models.Model]]) -> None:
    """Let new rows be numbered after every row there ever was: a history is found by the key of its row."""
    every = list(loaded)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), every):
            cursor.execute(statement)
        for model in every:
            history = None if is_history(model) else getattr(model, "history", None)
            last = history.aggregate(last=models.Max("id"))["last"] if history is not None else None
            if last is None or (model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0) >= last:
                continue
            table = model._meta.db_table
            if connection.vendor == "postgresql":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [f'"{table}"', last])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])


@contextmanager
def _files(content: Content) -> Iterator[None]:
    """Store the files of the package; where the block fails, those that were not there before are gone again."""
    made: list[Path] = []
    try:
        for resource in content.files:
            path = Path(settings.MEDIA_ROOT) / resource["path"].removeprefix(FILES)
            data = content.package.bytes(resource)
            if path.is_symlink() or (path.exists() and path.read_bytes() != data):
                raise PackageError(f"Another file is stored as {path.name} already.")
            if not path.exists():
                write_new(path, data)
                made.append(path)
        yield
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def _rule(error: DatabaseError) -> str:
    """Return the name of the rule that a row breaks, without what is in the row."""
    told = getattr(error.__cause__, "diag", None)
    return (getattr(told, "constraint_name", None) or told.message_primary) if told is not None else str(error)
