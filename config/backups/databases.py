"""The database as of one moment, as a stream of bytes, and put back from it; one class for each kind of database."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from config.backups.sealing import Unsealed


class Moment(Protocol):
    """The database as of one moment."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""

    def dump(self) -> BinaryIO:
        """Return the whole database as a stream."""

    def end(self) -> None:
        """Raise Unsealed where the dump did not come to its end."""


def facts_of(moment: Moment, tables: list[str]) -> tuple[list[str], dict[str, int]]:
    """Return the migrations of a moment (“visits.0001_initial”) and the number of rows of each table."""
    applied = moment.rows("SELECT app, name FROM django_migrations ORDER BY 1, 2")
    quoted = connection.ops.quote_name
    counts = {table: moment.rows(f"SELECT count(*) FROM {quoted(table)}")[0][0] for table in tables}  # noqa: S608
    return [f"{app}.{name}" for app, name in applied], counts


def named_files(moment: Moment) -> set[str]:
    """Return the names, below MEDIA_ROOT, of the files that rows of any model name at this moment."""
    quoted = connection.ops.quote_name
    return {
        str(name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField) and model._meta.managed
        for (name,) in moment.rows(
            f"SELECT DISTINCT {quoted(field.column or '')} FROM {quoted(model._meta.db_table)}"  # noqa: S608
        )
        if name
    }


def tables_now() -> list[str]:
    """Return the names of the tables of the database, in order."""
    return sorted(connection.introspection.table_names())


def unknown_migrations(applied: list[str]) -> list[str]:
    """Return the migrations that this version of the site does not have."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or {}}
    ours = {app for app, _dot, _name in (one.partition(".") for one in known)}
    return [one for one in applied if one not in known and one.partition(".")[0] in ours]


class _Lite:
    """A copy of a SQLite file, made page by page while others go on writing."""

    def __init__(self, copy: Path) -> None:
        self.copy = copy

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.copy}?mode=ro", uri=True)) as opened:
            return opened.execute(sql).fetchall()

    def dump(self) -> BinaryIO:
        return self.copy.open("rb")

    def end(self) -> None:
        """A file has an end of its own."""


class _Postgres:
    """A snapshot that a transaction holds, read by ourselves and by pg_dump."""

    def __init__(self, cursor: Any, snapshot: str) -> None:
        self.cursor, self.snapshot = cursor, snapshot
        self.process: subprocess.Popen[bytes] | None = None

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        self.cursor.execute(sql)
        found: list[tuple[Any, ...]] = self.cursor.fetchall()
        return found

    def dump(self) -> BinaryIO:
        command = [program("pg_dump"), "--format=custom", "--compress=0", f"--snapshot={self.snapshot}", "--no-owner"]
        self.process = subprocess.Popen(
            [*command, "--no-privileges"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment()
        )
        return self.process.stdout  # type: ignore[return-value]

    def end(self) -> None:
        _finished(self.process, "pg_dump")


@contextmanager
def moment() -> Iterator[Moment]:
    """Yield the database as of now: what is committed, and nothing of what is under way."""
    if connection.vendor == "sqlite":
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=_database_file().parent) as folder:
            copy = Path(folder) / "copy.sqlite3"
            os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            connection.ensure_connection()
            with closing(sqlite3.connect(copy)) as target:
                connection.connection.backup(target)
                # A file by itself, without a log beside it.
                target.execute("PRAGMA journal_mode=DELETE")
            yield _Lite(copy)
        return
    # A connection of its own: whoever asks for a backup may be in a transaction.
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            yield _Postgres(cursor, cursor.fetchone()[0])
    finally:
        own.close()


def refuse_unless_empty() -> None:
    """Raise Unsealed where the database has tables: a backup is put into a new one and replaces nothing."""
    if connection.vendor == "sqlite":
        # Asking would make the file.
        tables = tables_now() if _database_file().exists() else []
        connection.close()
    else:
        tables = tables_now()
    if tables:
        raise Unsealed(f"The database has {len(tables)} tables: name a new, empty one in DATABASE_URL.")


def put_back(dump: BinaryIO) -> None:
    """Fill the empty database from a stream that `Moment.dump` gave: all of it, or nothing."""
    if connection.vendor == "sqlite":
        _put_file(dump)
        return
    connection.close()
    command = [program("pg_restore"), "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    process = subprocess.Popen(
        [*command, f"--dbname={connection.settings_dict['NAME']}"], stdin=subprocess.PIPE, stderr=subprocess.PIPE,
        env=_environment(),
    )  # fmt: skip
    try:
        shutil.copyfileobj(dump, process.stdin, 1 << 20)  # type: ignore[arg-type]
    except BrokenPipeError:
        pass
    finally:
        process.stdin.close()  # type: ignore[union-attr]
        process.stdin = None
    _finished(process, "pg_restore")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def is_sound(dump: BinaryIO, vendor: str) -> str:
    """Return what is wrong with a dump that lies in no database yet; "" where it can be read to its end."""
    if vendor == "postgresql":
        # Writes the whole as SQL to nowhere: each table is unpacked and read.
        process = subprocess.Popen(
            [program("pg_restore"), "--file=/dev/null"], stdin=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            shutil.copyfileobj(dump, process.stdin, 1 << 20)  # type: ignore[arg-type]
            _finished(process, "pg_restore")
        except (Unsealed, BrokenPipeError) as error:
            return str(error)
        return ""
    with tempfile.TemporaryDirectory(prefix="visavis-") as folder:
        path = Path(folder) / "db.sqlite3"
        _write_private(path, dump)
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as found:
            try:
                (told,) = found.execute("PRAGMA integrity_check(1)").fetchone()
            except sqlite3.DatabaseError as error:
                return str(error)
            return "" if told == "ok" else str(told)


def program(name: str) -> str:
    """Return the path of a program of PostgreSQL, of the newest version that is installed."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3].split(".")[0])
    )
    path = str(found[-1]) if found else shutil.which(name)
    if not path:
        raise Unsealed(f"{name} is not installed: on Debian `apt install postgresql-client`, of the server's version.")
    return path


def _environment() -> Mapping[str, str]:
    """Return by what PostgreSQL's programs reach the database: passwords are no arguments, which others can see."""
    asked = connection.get_connection_params()
    names = {
        "dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT",
        "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
    }  # fmt: skip
    return {**os.environ, **{names[key]: str(value) for key, value in asked.items() if key in names and value}}


def _finished(process: subprocess.Popen[bytes] | None, name: str) -> None:
    if process is None:
        return
    _out, said = process.communicate()
    if process.returncode:
        last = said.decode(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise Unsealed(f"{name} failed: {last[0]}")


def _database_file() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _put_file(dump: BinaryIO) -> None:
    target = _database_file()
    connection.close()
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        _write_private(partial, dump)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _write_private(path: Path, content: BinaryIO) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(content, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
