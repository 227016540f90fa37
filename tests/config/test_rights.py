"""An account that serves and owns nothing: it does all that the site does, and takes nothing from the audit log."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.urls import reverse

from config.backups.sealing import new_key
from tests import factories as make
from tests.cast import cast, signed_in
from tests.statements.desk.test_meetings import noted
from visits.audit.log import seal
from visits.models import AuditEntry, MeetingNote

ROOT = Path(configured.BASE_DIR)
pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no accounts")
ROLE = "visavis_test_site"
DENIED = [
    "ALTER TABLE visits_auditentry DISABLE TRIGGER ALL",
    "DROP TRIGGER visits_auditentry_no_delete ON visits_auditentry",
    "CREATE OR REPLACE FUNCTION visits_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    "SET session_replication_role = replica",
    "UPDATE visits_auditentry SET id = id + 100000",
    "UPDATE visits_auditseal SET digest = ''",
    "DELETE FROM visits_auditentry",
    "DELETE FROM visits_auditseal",
    "TRUNCATE visits_auditseal",
    "TRUNCATE visits_auditentry CASCADE",
    "TRUNCATE visits_visit CASCADE",
    "DROP TABLE visits_auditseal",
    "CREATE TABLE public.mine (id integer)",
    "DELETE FROM django_migrations",
    f"ALTER ROLE {ROLE} SUPERUSER",
    "COPY visits_visit TO PROGRAM 'cat'",
]


@contextmanager
def acting_as_site() -> Iterator[None]:
    """Make the account, limit it, and go on as it within the transaction of the test."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
        call_command("limit_rights", ROLE, verbosity=0)
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")


@pytest.mark.django_db
def test_it_can_change_neither_tables_nor_what_was_logged() -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": "nobody", "password": "wrong"})
    assert AuditEntry.objects.exists()
    with acting_as_site():
        for change in DENIED:
            with pytest.raises(ProgrammingError) as refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change)
            # By its rights, not by a trigger that somebody could take away.
            said = refused.value.__cause__
            assert isinstance(said, psycopg.errors.InsufficientPrivilege), change
            assert "only added to" not in str(said), change


@pytest.mark.django_db
def test_it_does_what_the_site_does(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    people = cast()
    note = noted(make.meeting(), author=people.editor, text="Before.")
    statement = make.statement(workflow="in_review", visibility="public")
    with acting_as_site():
        editor, reviewer = signed_in(people.editor), signed_in(people.reviewer)
        sent = {"text": "After.", "visibility": "internal", "version": str(note.version)}
        assert editor.post(f"/desk/notes/{note.public_id}/edit/", sent).status_code == 302
        said = {"statement": f"{statement.public_id}:1", "decision": "published", "none": "on"}
        asked = reviewer.post(reverse("review_statement", args=[statement.public_id]), said)
        assert asked.status_code == 302
        assert Client().get(statement.get_absolute_url()).status_code == 200
        assert reviewer.get("/statements.csv").status_code == 200
        Client().post(reverse("account_login"), {"login": "nobody", "password": "wrong"})
        assert AuditEntry.objects.filter(kind="refused").exists()
        assert seal(all_of_them=True).number == AuditEntry.objects.count()
        call_command("verify_audit", verbosity=0)
        call_command("check_record", verbosity=0)
        call_command("reindex", verbosity=0)
    assert MeetingNote.objects.get(pk=note.pk).text == "After."


@pytest.mark.django_db
@pytest.mark.parametrize(
    "also", ["SUPERUSER", "CREATEROLE", "IN ROLE {owner}"], ids=["superuser", "maker of roles", "member of the owner"]
)
def test_an_account_that_may_do_more_is_not_taken_for_limited(also: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
        cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN " + also.format(owner=owner))
    with pytest.raises(CommandError, match=f"The account {ROLE} cannot be limited: it has the rights of"):
        call_command("limit_rights", ROLE, verbosity=0)


@pytest.mark.django_db
def test_an_account_that_is_not_there_is_told() -> None:
    with pytest.raises(CommandError, match="there is no such account"):
        call_command("limit_rights", ROLE, verbosity=0)


@pytest.mark.startup
def test_the_start_makes_and_limits_it_and_migrates_as_the_owner(tmp_path: Path) -> None:
    name, password = "visavis_test_two_accounts", "a ' password"
    told = connection.settings_dict
    place = f"{told['HOST']}:{told['PORT']}/{name}"
    owner = f"postgres://{told['USER']}:{told['PASSWORD']}@{place}"
    site = f"postgres://{ROLE}:a%20%27%20password@{place}"
    ours = {"host": told["HOST"], "port": told["PORT"], "user": told["USER"], "password": told["PASSWORD"]}
    variables = {"OWNER_DATABASE_URL": owner, "DATABASE_URL": site, "DATA_DIR": str(tmp_path), "SECRET_KEY": "x"}
    with psycopg.connect(**ours, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            for _again in range(2):
                prepare = [sys.executable, "bin/prepare.py"]
                subprocess.run(prepare, cwd=ROOT, env=os.environ | variables, check=True)
            with psycopg.connect(**ours | {"user": ROLE, "password": password}, dbname=name) as served:
                assert served.execute("SELECT count(*) FROM django_migrations").fetchone() != (0,)
                assert served.execute("SELECT count(*) FROM visits_visit").fetchone() == (0,)
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    served.execute("DROP TABLE visits_auditseal")
            key = {"BACKUP_RECIPIENTS": new_key(tmp_path / "identity")}
            backup = [sys.executable, "manage.py", "backup", "-v0"]
            subprocess.run(backup, cwd=ROOT, env=os.environ | variables | key, check=True)
            assert len(list((tmp_path / "backups").iterdir())) > 0
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
            admin.execute(f"DROP ROLE IF EXISTS {ROLE}")
