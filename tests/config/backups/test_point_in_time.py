"""PostgreSQL is put back to any moment, out of a base backup and the log since, as docs/backup.md says it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection

sys.path.insert(0, str(Path(__file__).parents[3] / "bin"))

import cluster

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL alone")


@pytest.fixture
def place():
    """Yield a folder of the server's own user, who may not enter those of pytest."""
    user = cluster.unprivileged()
    with tempfile.TemporaryDirectory(prefix="visavis-pitr-") as folder:
        if user:
            os.chown(folder, user["user"], user["group"])
        yield Path(folder)


def test_what_was_deleted_by_mistake_is_there_again_up_to_the_moment_before(place, monkeypatch):
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    user = cluster.unprivileged()
    log, base = place / "log", place / "base"
    run = {"cwd": place, "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, **user}
    subprocess.run(["/bin/mkdir", log], check=True, **run)
    archive = place / "keep.sh"
    archive.write_text(f'#!/bin/sh\ntest ! -e "{log}/$2" && cp "$1" "{log}/$2"\n')
    archive.chmod(0o755)
    # The settings of docs/backup.md; those with spaces stand in a file, since cluster.running parts its own by them.
    settings = f"-c archive_mode=on -c wal_level=replica -c config_file={place}/server.conf"
    (place / "server.conf").write_text(
        f"data_directory = '{place}/data'\nhba_file = '{place}/data/pg_hba.conf'\n"
        f"ident_file = '{place}/data/pg_ident.conf'\narchive_command = '{archive} %p %f'\nmax_wal_senders = 4\n"
    )
    with cluster.running(place / "data", settings) as url:
        subprocess.run([cluster.binaries() / "pg_basebackup", "-D", base, "-X", "none", "-d", url], check=True, **run)
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("CREATE TABLE visit (title text)")
            server.execute("INSERT INTO visit VALUES ('Cambodia'), ('Japan')")
            server.execute("SELECT pg_create_restore_point('before the mistake')")
            server.execute("DELETE FROM visit")
            server.execute("SELECT pg_switch_wal()")
        deadline = time.monotonic() + 20
        with psycopg.connect(url, autocommit=True) as server:
            while time.monotonic() < deadline:
                if server.execute("SELECT last_archived_wal IS NOT NULL FROM pg_stat_archiver").fetchone()[0]:
                    break
                time.sleep(0.1)
    subprocess.run(["/usr/bin/touch", base / "recovery.signal"], check=True, **run)
    (place / "server.conf").write_text(
        f"data_directory = '{base}'\nhba_file = '{base}/pg_hba.conf'\nident_file = '{base}/pg_ident.conf'\n"
        f"restore_command = 'cp {log}/%f %p'\nrecovery_target_name = 'before the mistake'\n"
        "recovery_target_action = 'promote'\n"
    )
    with cluster.running(base, f"-c config_file={place}/server.conf") as url:
        deadline = time.monotonic() + 20
        with psycopg.connect(url, autocommit=True) as server:
            while server.execute("SELECT pg_is_in_recovery()").fetchone()[0] and time.monotonic() < deadline:
                time.sleep(0.1)
            assert server.execute("SELECT title FROM visit ORDER BY 1").fetchall() == [("Cambodia",), ("Japan",)]
            server.execute("INSERT INTO visit VALUES ('Italy')")
