"""A full disk: a page that says so with all that was typed in it, a record as it was, and work again with room.

The disk is a tmpfs of some megabytes; mounting one takes root on Linux.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client

sys.path.insert(0, str(Path(__file__).parents[2] / "bin"))

import cluster

from config.causes import is_full
from tests import factories
from tests.cast import cast, signed_in
from tests.statements.desk.test_meetings import noted
from visits.models import MeetingNote, Source
from visits.stored_files import keeping

SIZE = 64 * 2**20
# Each time anew, so that no database packs it into less.
NOTE = "\n\n".join(f"Paragraph {number}: {secrets.token_hex(40)}." for number in range(1900))


@pytest.fixture
def disk():
    """Yield a small disk; skip where none can be mounted."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting a small disk takes root on Linux")
    with tempfile.TemporaryDirectory(prefix="visavis-disk-") as folder:
        place = Path(folder)
        # The server of PostgreSQL is another user.
        place.chmod(0o755)
        mounted = subprocess.run(
            ["/bin/mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", place],
            capture_output=True, check=False, timeout=20,
        )  # fmt: skip
        if mounted.returncode:
            pytest.skip("this machine lets nobody mount a small disk")
        try:
            yield place
        finally:
            subprocess.run(["/bin/umount", "-l", place], check=True, timeout=20)


def fill(place: Path) -> Path:
    """Take all that is left of a disk; return the file that takes it."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (2**20, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return ballast


@pytest.fixture
def on_disk(disk, settings, transactional_db):
    """Lead files, and the database or the table of notes, to the small disk for a test."""
    settings.DATA_DIR, settings.MEDIA_ROOT = disk, disk / "files"
    lead = _lead_file if connection.vendor == "sqlite" else _lead_tables
    with lead(disk):
        yield disk


@contextmanager
def _lead_file(disk: Path) -> Iterator[None]:
    alias = connections["default"]
    before = alias.settings_dict["NAME"]
    with alias.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(disk / "db.sqlite3")])
    alias.close()
    alias.settings_dict["NAME"] = str(disk / "db.sqlite3")
    yield
    alias.close()
    alias.settings_dict["NAME"] = before


@contextmanager
def _lead_tables(disk: Path) -> Iterator[None]:
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("a server that is not ours has no disk of ours")
    owner = cluster.unprivileged()
    place = disk / "tables"
    place.mkdir()
    os.chown(place, owner["user"], owner["group"])
    tables = ("visits_meetingnote", "visits_historicalmeetingnote")

    def run(*statements: str) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    run(f"CREATE TABLESPACE small LOCATION '{place}'", *(f"ALTER TABLE {name} SET TABLESPACE small" for name in tables))
    yield
    run(*(f"ALTER TABLE {name} SET TABLESPACE pg_default" for name in tables), "DROP TABLESPACE small")


def test_a_file_that_finds_no_room_leaves_neither_row_nor_file(on_disk):
    ballast = fill(on_disk)
    with pytest.raises(OSError) as raised, keeping(os.urandom(2**20)):
        raise AssertionError("there was room")
    assert is_full(raised.value)
    ballast.unlink()
    assert not [path for path in (on_disk / "files").rglob("*") if path.is_file() and ".locks" not in path.parts]
    with keeping(b"there is room again") as name:
        factories.source(stored_file=name)
    assert Source.objects.filter(stored_file=name).exists()


def test_a_save_that_finds_no_room_says_so_and_shows_all_that_was_typed(on_disk):
    author = cast().editor
    note = noted(factories.meeting(), author=author, text="Before.")
    client = signed_in(author)
    client.raise_request_exception = False
    address = f"/desk/notes/{note.public_id}/edit/"
    assert client.get(address).status_code == 200
    sent = {"text": NOTE, "visibility": "internal", "version": str(note.version)}
    ballast = fill(on_disk)
    answer = client.post(address, sent, headers={"Origin": "http://testserver"})
    page = answer.content.decode()
    assert answer.status_code == 507, page
    assert "The disk of the server is full" in page and page.count(NOTE) == 2
    assert answer.headers["Cache-Control"] == "private, no-store"
    # Whoever only reads is served.
    assert Client().get("/visits/").status_code == 200
    assert MeetingNote.objects.get(pk=note.pk).text == "Before."
    assert note.history.count() == 1
    ballast.unlink()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)]
    call_command("check_record")
    assert client.post(address, sent).status_code == 302
    assert MeetingNote.objects.get(pk=note.pk).text == NOTE
