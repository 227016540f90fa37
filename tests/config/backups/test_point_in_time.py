"""The site on PostgreSQL goes back to any moment, out of a base backup and the log since, as docs/backup.md says it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections

from statements.models import Citation, Statement
from tests import factories
from tests.cast import Cast, cast
from tests.config.backups.test_drill import everything, files
from visits import kept_removals
from visits.actions import publish, save_record
from visits.audit import head
from visits.audit.log import note
from visits.choices import Visibility
from visits.models import AuditEntry, AuditKind, AuditSeal, Meeting, Source, Visit
from visits.removal_actions import ask_removal, confirm_removal
from visits.source_actions import take_in_source

sys.path.insert(0, str(Path(__file__).parents[3] / "bin"))

import cluster

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL alone"),
    pytest.mark.django_db(transaction=True),
]
PATIENCE_SECONDS = 40
DOCS = Path(__file__).parents[3] / "docs" / "backup.md"


@pytest.fixture
def place(monkeypatch):
    """Yield a folder of the server's own user, who may not enter those of pytest."""
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    user = cluster.unprivileged()
    with tempfile.TemporaryDirectory(prefix="visavis-pitr-") as folder:
        (Path(folder) / "log").mkdir()
        for path in (Path(folder), Path(folder) / "log"):
            if user:
                os.chown(path, user["user"], user["group"])
        yield Path(folder)


@pytest.fixture(autouse=True)
def _own_files(tmp_path, settings):
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "files"
    settings.MEDIA_ROOT.mkdir(parents=True)


def as_documented(place: Path, moment: str = "") -> list[str]:
    """Return the blocks that docs/backup.md has on this, with the folders of the test in them, and the moment."""
    chapter = DOCS.read_text().partition("## Back to any moment")[2].partition("\n## ")[0]
    blocks = re.findall(r"```\n(.*?)```", chapter, re.S)
    assert len(blocks) == 3
    told = re.compile(r"(?<=recovery_target_time = ')[^']+")
    return [told.sub(moment, block.replace("/backup/", f"{place}/")) for block in blocks]


def configured(place: Path, data: Path, lines: str) -> str:
    """Write the settings of a server whose data lie in `data`, and return how it is told of them."""
    named = "".join(f"{name} = '{data}/{file}'\n" for name, file in
                    (("data_directory", ""), ("hba_file", "pg_hba.conf"), ("ident_file", "pg_ident.conf")))  # fmt: skip
    (place / "server.conf").write_text(named + lines)
    return f"-c config_file={place}/server.conf"


@contextmanager
def led_to(address: str) -> Iterator[None]:
    """Lead this process to another server; each that is opened is closed, or the server would wait for it."""
    alias, parts = connections["default"], urlsplit(address)
    before = dict(alias.settings_dict)
    alias.close()
    told = {"HOST": parts.hostname, "PORT": str(parts.port), "USER": parts.username, "NAME": parts.path[1:]}
    alias.settings_dict.update(told)
    try:
        yield
    finally:
        alias.close()
        alias.settings_dict.update(before)


def copied_to(address: str, folder: Path) -> None:
    """Copy the database of the tests, all of its tables and the rows that migrations made, to another server."""
    before = connections["default"].settings_dict
    old = "postgres://{USER}@{HOST}:{PORT}/{NAME}".format(**before)
    environment = os.environ | {"PGPASSWORD": str(before.get("PASSWORD") or "")}
    dump = [cluster.binaries() / "pg_dump", "--no-owner", "-Fc", "-d", old, "-f", folder / "dump"]
    subprocess.run(dump, check=True, env=environment, timeout=PATIENCE_SECONDS)
    back = [cluster.binaries() / "pg_restore", "--no-owner", "-d", address, folder / "dump"]
    subprocess.run(back, check=True, timeout=PATIENCE_SECONDS)


def enter(people: Cast, name: str) -> Statement:
    """Enter a visit, a meeting with a note, a source with its file and a statement, as people do; publish the visit."""
    visit = factories.visit(title=f"Visit to {name}", **factories.draft())
    publish(record=visit, by=people.reviewer)
    meeting = factories.meeting(visit=visit, title=f"Ministry of {name}")
    factories.participant(meeting=meeting)
    factories.note(meeting=meeting, author=people.editor, text=f"What was said in {name}")
    source = take_in_source(
        source=Source(title=f"Letter from {name}", published="2022-08-17"), by=people.editor, data=name.encode() * 5000
    )
    source.visibility = Visibility.PUBLIC
    publish(record=save_record(record=source, by=people.reviewer), by=people.reviewer)
    note(AuditKind.READ, by=people.editor, row=meeting)
    words, cited = factories.text(f"Promised in {name}"), Citation(source=source)
    return factories.statement(visit=visit, meeting=meeting, texts=(words,), citations=(cited,))


def archived(address: str) -> None:
    """Wait until all that was written so far lies beside the base backup."""
    with psycopg.connect(address, autocommit=True) as server:
        last = server.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()[0]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            (done,) = server.execute("SELECT last_archived_wal FROM pg_stat_archiver").fetchone()
            if done is not None and done >= last:
                return
            time.sleep(0.1)
    raise AssertionError(f"{last} was not kept")


def is_followed(address: str) -> bool:
    """Wait until the server has followed the log as far as it was told, and takes changes again."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with psycopg.connect(address, autocommit=True) as server:
        while server.execute("SELECT pg_is_in_recovery()").fetchone()[0] and time.monotonic() < deadline:
            time.sleep(0.1)
        return not server.execute("SELECT pg_is_in_recovery()").fetchone()[0]


def loss(people: Cast, hidden: Statement) -> None:
    """Do what is to be undone: rows deleted, contents overwritten, a table dropped, files gone; and a removal."""
    confirm_removal(
        request=ask_removal(record=hidden, reason="Somebody is in danger", by=people.reviewer), by=people.admin
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE visits_visit SET title = 'Overwritten'")
        cursor.execute("DELETE FROM visits_meetingnote")
        cursor.execute("DELETE FROM statements_citation")
        cursor.execute("DROP TABLE visits_source CASCADE")
    shutil.rmtree(settings.MEDIA_ROOT)


def test_the_site_is_as_it_was_at_the_moment_before_a_loss(place, tmp_path, capsys):
    log_kept, base_taken, _going_back = as_documented(place)
    user = cluster.unprivileged()
    run = {"cwd": place, "env": {"PATH": f"{cluster.binaries()}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, **user}
    with cluster.running(place / "data", configured(place, place / "data", log_kept)) as address:
        copied_to(address, tmp_path)
        with led_to(address):
            people = cast()
            enter(people, "Cambodia")
            environment = run["env"] | {"DATABASE_URL": address}
            subprocess.run(["/bin/sh", "-ec", base_taken], check=True, **(run | {"env": environment}))
            (base,) = place.glob("base-*")
            # All of this is in the log alone.
            hidden = enter(people, "Japan")
            first = Visit.objects.get(title="Visit to Cambodia")
            first.title = "Visit to Cambodia and Laos"
            save_record(record=first, by=people.reviewer, version=first.version)
            call_command("verify_audit", verbosity=0)
            rows, stored, told = everything(), files(settings.MEDIA_ROOT), head.kept()
            shutil.copytree(settings.MEDIA_ROOT, tmp_path / "copied")
            with connection.cursor() as cursor:
                cursor.execute("SELECT clock_timestamp()::text")
                (moment,) = cursor.fetchone()
            loss(people, hidden)
        archived(address)
    assert {"visits_source", "visits_meeting", "statements_statement", "visits_auditseal"} <= {*rows}
    assert sum(len(found) for found in rows.values()) > 200
    begun, _rest, settings_then = as_documented(place, moment)[2].partition("# postgresql.conf\n")
    subprocess.run(["/bin/sh", "-ec", begun.replace("base/", f"{base}/")], check=True, **run)
    with cluster.running(base, configured(place, base, settings_then)) as address, led_to(address):
        assert is_followed(address)
        shutil.copytree(tmp_path / "copied", settings.MEDIA_ROOT)
        now = everything()
        assert {name: len(found) for name, found in now.items()} == {name: len(found) for name, found in rows.items()}
        assert now == rows
        assert files(settings.MEDIA_ROOT) == stored
        _the_log_holds(told, capsys)
        _the_site_goes_on(hidden)


def _the_log_holds(told: head.Head, capsys) -> None:
    """The log ends where it ended at the moment; the head that is kept is ahead of it, and says so until it is gone."""
    call_command("verify_audit", head=str(told), verbosity=0)
    assert AuditSeal.objects.count() == AuditEntry.objects.count() == told.number
    capsys.readouterr()
    with pytest.raises(CommandError, match="not as it was written: 1 faults"):
        call_command("verify_audit", verbosity=0)
    assert "its end was cut off" in capsys.readouterr().out
    head.path().unlink()
    note(AuditKind.OTHER)
    call_command("verify_audit", verbosity=0)


def _the_site_goes_on(hidden: Statement) -> None:
    """What was removed since is removed again, and what is entered now gets numbers that nothing has."""
    assert Statement.objects.filter(pk=hidden.pk).exists()
    assert kept_removals.listed().removed == [("statement", hidden.public_id)]
    call_command("repeat_removals", verbosity=0)
    assert not Statement.objects.filter(pk=hidden.pk).exists()
    last = Meeting.objects.latest("pk").pk
    assert factories.meeting().pk > last
    call_command("check_record", verbosity=0)
    call_command("verify_audit", verbosity=0)
