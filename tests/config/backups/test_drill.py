"""The drill: a record with files is backed up and put into an empty installation, and everything is compared."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections

from config.backups import making
from config.backups.making import make, restore, verify
from config.backups.sealing import Unsealed, new_key
from tests import factories
from visits.models import Source
from visits.stored_files import keeping, stored_name

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(tmp_path, settings):
    """Set a data folder with a key in it and files beside it, and name the recipient of backups."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "files"
    settings.MEDIA_ROOT.mkdir(parents=True)
    (settings.DATA_DIR / "secret-key").write_text("a secret")
    settings.BACKUP_DIR, settings.BACKUP_KEEP = tmp_path / "backups", [7, 4, 6]
    settings.BACKUP_RECIPIENTS = [new_key(tmp_path / "identity")]
    return tmp_path


def with_file(data: bytes, **facts) -> Source:
    """Return a source whose file is stored."""
    with keeping(data) as name:
        return factories.source(stored_file=name, sha256=hashlib.sha256(data).hexdigest(), **facts)


def everything() -> dict[str, list[tuple]]:
    """Return every row of every table, in order."""
    with connection.cursor() as cursor:
        found = {}
        for table in sorted(connection.introspection.table_names()):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found[table] = sorted((tuple(row) for row in cursor.fetchall()), key=repr)
    return found


def files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".locks" not in path.parts
    }


@pytest.fixture
def emptied(tmp_path, settings):
    """Yield how the settings are led to a new installation: an empty database and data folder."""
    alias = connections["default"]
    before = alias.settings_dict["NAME"]
    made = []

    def lead() -> None:
        settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path / "new", tmp_path / "new" / "files"
        if alias.vendor == "sqlite":
            name = str(tmp_path / "new.sqlite3")
        else:
            name = f"{before}_drill"
            with alias.cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
            made.append(name)
        alias.close()
        alias.settings_dict["NAME"] = name

    yield lead
    alias.close()
    alias.settings_dict["NAME"] = before
    for name in made:
        with alias.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_a_backup_comes_back_with_every_row_and_file(place, emptied):
    first = with_file(b"report of a visit " * 50_000)
    with_file(b"a recording")
    factories.statement(visit=factories.visit(title="Visit to Cambodia"))
    first.title = "Report, corrected"
    first.save()
    (settings.MEDIA_ROOT / "sources" / "ab").mkdir(exist_ok=True)
    (settings.MEDIA_ROOT / "sources" / "ab" / "orphan").write_bytes(b"no row names it")
    made = make(settings.BACKUP_DIR)
    rows, stored = everything(), files(settings.MEDIA_ROOT)
    assert (made.files, made.missing, made.pruned) == (2, [], [])
    assert sum(len(found) for found in rows.values()) > 100
    del stored["sources/ab/orphan"]

    emptied()
    manifest = restore(made.path, place / "identity")
    assert everything() == rows
    assert files(settings.MEDIA_ROOT) == stored
    assert manifest.rows["visits_source"] == 3
    assert (settings.DATA_DIR / "secret-key").read_text() == "a secret"
    for path in settings.MEDIA_ROOT.rglob("sources/*/*"):
        assert path.stat().st_mode & 0o777 == 0o600
    assert not list(settings.DATA_DIR.glob(".restore-*"))
    if connection.vendor == "postgresql":
        # The numbers of new rows go on where they were.
        assert Source.objects.get(title="Report, corrected").pk
        assert factories.source().pk > first.pk
    with pytest.raises(Unsealed, match=r"has .* tables"):
        restore(made.path, place / "identity")


def test_of_keys_only_ours_are_put_back(place, emptied, monkeypatch):
    # Whoever has the public key can make a backup: it puts no file of its own choice into the data folder.
    (settings.DATA_DIR / "audit-head").write_text("forged")
    monkeypatch.setattr(making, "KEPT_KEYS", ("secret-key", "audit-head"))
    made = make(settings.BACKUP_DIR)
    monkeypatch.undo()
    emptied()
    restore(made.path, place / "identity")
    assert (settings.DATA_DIR / "secret-key").exists()
    assert not (settings.DATA_DIR / "audit-head").exists()


def test_a_backup_holds_one_moment_whatever_is_written_meanwhile(place, emptied, monkeypatch):
    kept = with_file(b"there from the first")
    moment_of = making.databases.facts_of

    def meanwhile(moment, tables):
        other = connection.copy()
        with closing(other), other.cursor() as cursor:
            cursor.execute("DELETE FROM visits_historicalsource")
        Path(settings.MEDIA_ROOT, stored_name(kept.sha256)).unlink()
        return moment_of(moment, tables)

    monkeypatch.setattr(making.databases, "facts_of", meanwhile)
    before = everything()
    made = make(settings.BACKUP_DIR)
    emptied()
    restore(made.path, place / "identity")
    assert everything() == before
    assert files(settings.MEDIA_ROOT) == {stored_name(kept.sha256): b"there from the first"}


def test_a_file_that_a_row_names_and_is_not_there_is_told(place, capsys):
    Path(settings.MEDIA_ROOT, with_file(b"lost").stored_file.name).unlink()
    with pytest.raises(CommandError, match="1 files that rows name do not exist"):
        call_command("backup", verbosity=0)
    assert len(list(settings.BACKUP_DIR.glob("*.age"))) == 1


def test_nothing_is_left_of_a_backup_that_failed(place, monkeypatch):
    with_file(b"something")
    monkeypatch.setattr(
        making.databases, "facts_of", lambda *_args: (_ for _ in ()).throw(OSError(28, "No space left"))
    )
    with pytest.raises(Unsealed, match=r"No space left\. Nothing was kept"):
        make(settings.BACKUP_DIR)
    assert files(settings.BACKUP_DIR) == {".lock": b""}
    assert not list(settings.MEDIA_ROOT.glob(".backup-*"))


def test_what_a_killed_backup_left_is_swept_by_the_next(place):
    make(settings.BACKUP_DIR)
    (settings.BACKUP_DIR / "visavis-20200101T000000Z.tar.gz.age.partial").write_bytes(b"half")
    (settings.BACKUP_DIR / "visavis-20200101T000000Z.tar.gz.age.sha256").write_text("of a backup that has no name yet")
    (settings.MEDIA_ROOT / ".backup-x" / "sources").mkdir(parents=True)
    make(settings.BACKUP_DIR)
    assert not list(settings.BACKUP_DIR.glob("*20200101*"))
    assert not list(settings.MEDIA_ROOT.glob(".backup-*"))


def test_the_commands_say_what_they_did(place, emptied, capsys):
    with_file(b"something")
    call_command("backup", verbosity=0)
    call_command("verify_backup", newer_than=1)
    call_command("verify_backup", identity=place / "identity")
    (path,) = settings.BACKUP_DIR.glob("*.age")
    told = (settings.BACKUP_DIR / f"{path.name}.sha256").read_text()
    assert told == f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
    emptied()
    call_command("restore", path, identity=place / "identity", verbosity=0)
    told = capsys.readouterr().out
    assert "1 stored files." in told
    assert "its checksum holds" in told
    assert "members and" in told
    assert "Restored as of" in told
    os.utime(path)
    late = path.with_name("visavis-20200101T000000Z.tar.gz.age")
    path.rename(late)
    with pytest.raises(CommandError, match="hours old"):
        call_command("verify_backup", late, newer_than=26)
    early = path.with_name("visavis-29990101T000000Z.tar.gz.age")
    late.rename(early)
    with pytest.raises(CommandError, match="of a time to come"):
        call_command("verify_backup", newer_than=26)
    with pytest.raises(CommandError, match="no backup in this folder"):
        call_command("verify_backup", place / "data")


def test_a_damaged_backup_is_found_with_and_without_the_key(place):
    with_file(os.urandom(100_000))
    path = make(settings.BACKUP_DIR).path
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    with pytest.raises(CommandError, match="checksum differs"):
        call_command("verify_backup")
    with pytest.raises(Unsealed):
        verify(path, place / "identity")
    path.write_bytes(data)
    new_key(place / "other")
    with pytest.raises(Unsealed, match="is this the key"):
        verify(path, place / "other")


def test_a_database_that_is_damaged_inside_is_found(place, monkeypatch):
    if connection.vendor == "sqlite":
        dump = making.databases._Lite.dump

        def broken(self):
            with closing(sqlite3.connect(self.copy)) as copy:
                (size,) = copy.execute("PRAGMA page_size").fetchone()
            with self.copy.open("r+b") as file:
                file.seek(size * 5)
                file.write(b"\xff" * size)
            return dump(self)

        monkeypatch.setattr(making.databases._Lite, "dump", broken)
        monkeypatch.setattr(making.databases, "facts_of", lambda *_args: ([], {}))
        monkeypatch.setattr(making.databases, "named_files", lambda *_args: set())
    else:

        class Cut:
            def __init__(self, inner):
                self.inner, self.left = inner, 100_000

            def read(self, size):
                data = self.inner.read(min(size, self.left) or 1)
                self.left -= len(data) if self.left else 0
                return data if self.left else b""

        dump = making.databases._Postgres.dump
        monkeypatch.setattr(making.databases._Postgres, "dump", lambda self: Cut(dump(self)))
        monkeypatch.setattr(making.databases._Postgres, "end", lambda self: self.process.kill())
    made = make(settings.BACKUP_DIR)
    with pytest.raises(Unsealed, match="database in the backup is damaged"):
        verify(made.path, place / "identity")


def test_a_backup_of_a_newer_version_or_of_another_database_is_refused(place, emptied, monkeypatch):
    made = make(settings.BACKUP_DIR)
    real = making.verify
    emptied()

    def other(**facts):
        def looked_through(*args):
            manifest = real(*args)
            for name, value in facts.items():
                setattr(manifest, name, value)
            return manifest

        return looked_through

    monkeypatch.setattr(making, "verify", other(migrations=["visits.9999_later"]))
    with pytest.raises(Unsealed, match=r"newer version .it has visits.9999_later"):
        restore(made.path, place / "identity")
    monkeypatch.setattr(making, "verify", other(vendor="oracle"))
    with pytest.raises(Unsealed, match="is of oracle"):
        restore(made.path, place / "identity")
    monkeypatch.setattr(making, "verify", other(rows={"visits_visit": 77}))
    with pytest.raises(Unsealed, match="has not the 77 rows"):
        restore(made.path, place / "identity")


def test_old_backups_are_pruned_and_others_files_are_not(place):
    settings.BACKUP_DIR.mkdir()
    old = settings.BACKUP_DIR / "visavis-20200101T000000Z.tar.gz.age"
    older = settings.BACKUP_DIR / "visavis-20190101T000000Z.tar.gz.age"
    for path in (old, older, settings.BACKUP_DIR / "mine.txt"):
        path.write_bytes(b"")
        path.with_name(f"{path.name}.sha256").write_text("")
    settings.BACKUP_KEEP = [2, 0, 0]
    made = make(settings.BACKUP_DIR)
    assert made.pruned == [older.name]
    left = {path.name for path in settings.BACKUP_DIR.iterdir()}
    assert left == {".lock"} | {
        name + end for name in (made.path.name, old.name, "mine.txt") for end in ("", ".sha256")
    }


def test_two_backups_at_once_do_not_mix(place):
    with making._alone(place), pytest.raises(Unsealed, match="under way"), making._alone(place):
        pass


def test_a_key_is_made_by_a_command(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "make_backup_key", tmp_path / "key"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("BACKUP_RECIPIENTS=age1")
    with pytest.raises(CommandError, match="never written over"):
        call_command("make_backup_key", tmp_path / "key")
