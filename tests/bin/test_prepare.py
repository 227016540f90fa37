"""A start with nothing to do does nothing: the database is migrated only where it lacks a migration."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

sys.path.insert(0, str(Path(__file__).parents[2] / "bin"))

import prepare

pytestmark = pytest.mark.django_db


@pytest.fixture
def called(monkeypatch) -> list[str]:
    """Return which commands are called."""
    found: list[str] = []
    monkeypatch.setattr("django.core.management.call_command", lambda name, **_more: found.append(name))
    return found


def test_it_knows_every_migration_by_its_name() -> None:
    assert set(prepare.migrations_at_hand()) == set(MigrationLoader(None).disk_migrations)


def test_a_database_that_has_every_migration_is_not_migrated(called, capsys) -> None:
    prepare.migrate()
    assert (called, capsys.readouterr().out) == ([], "")


def test_a_database_that_lacks_one_is_migrated(called, capsys) -> None:
    name = sorted(name for app, name in prepare.migrations_at_hand() if app == "visits")[-1]
    MigrationRecorder(connection).record_unapplied("visits", name)
    prepare.migrate()
    assert called == ["migrate"]
    assert "Bringing the database up to date" in capsys.readouterr().out
