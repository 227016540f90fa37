"""One database with all tables and no rows, made once for a run and copied for each of its workers.

Making it goes through every migration, which takes a quarter of a minute; a copy takes a moment.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
# The folder that `bin/testing.py` keeps for a whole run; without it each worker goes through the migrations itself.
FOLDER = "TEST_TEMPLATES"


def name() -> str:
    """Return a name that is another one as soon as a migration or a library is."""
    told = hashlib.sha256()
    for file in [*sorted(ROOT.glob("*/migrations/*.py")), ROOT / "requirements" / "run.txt"]:
        told.update(file.relative_to(ROOT).as_posix().encode())
        told.update(file.read_bytes())
    return f"template_{told.hexdigest()[:16]}"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _migrate(**variables: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=os.environ | variables, check=True, timeout=600
    )


def use(connection: Any) -> None:
    """Let the test database that Django makes next begin as a copy of the template; make that where it is missing."""
    asked = os.environ.get(FOLDER)
    if not asked:
        return
    folder, template = Path(asked), name()
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        if connection.vendor == "postgresql":
            _on_postgresql(connection, template)
        else:
            _on_sqlite(connection, folder / template)


def _on_postgresql(connection: Any, template: str) -> None:
    import psycopg

    # The server itself knows which templates it has: another one may run tomorrow.
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as admin:
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone() is None:
            making = f"{template}_made"
            admin.execute(f'DROP DATABASE IF EXISTS "{making}"')
            admin.execute(f'CREATE DATABASE "{making}"')
            _migrate(DATABASE_URL=urlunsplit(urlsplit(address)._replace(path=f"/{making}")))
            admin.execute(f'ALTER DATABASE "{making}" RENAME TO "{template}"')
    connection.settings_dict["TEST"]["TEMPLATE"] = template


def _on_sqlite(connection: Any, folder: Path) -> None:
    made = folder / "whole.sqlite3"
    if not made.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        file = folder / "db.sqlite3"
        _migrate(DATA_DIR=str(folder), DATABASE_URL=f"sqlite:///{file}")
        with sqlite3.connect(file) as source:
            source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        source.close()
        file.rename(made)
    original = connection.creation._create_test_db

    def copied(*arguments: Any, **options: Any) -> str:
        database: str = original(*arguments, **options)
        shutil.copyfile(made, database)
        return database

    connection.creation._create_test_db = copied
