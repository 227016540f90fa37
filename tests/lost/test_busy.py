"""A save that others keep from the database: said in words, with all that was typed, and nothing half done."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from psycopg.conninfo import make_conninfo

from tests import factories as make
from tests.cast import cast, signed_in
from tests.lost.served import wait_until
from tests.statements.desk.test_meetings import noted
from visits.models import MeetingNote

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "They said that nobody had asked them."


@contextmanager
def held(note: MeetingNote) -> Iterator[None]:
    """Hold the row of a note, as somebody does who writes for long; whoever waits for it waits a moment only."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor, closing(sqlite3.connect(settings["NAME"])) as other:
            cursor.execute("PRAGMA busy_timeout = 100")
            other.execute("BEGIN IMMEDIATE")
            yield
            other.rollback()
        connection.close()
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.ClientCursor}) as other:
        other.execute("SELECT 1 FROM visits_meetingnote WHERE id = %s FOR UPDATE", [note.pk])
        yield
        other.rollback()
    connection.close()


def begun() -> tuple[Client, MeetingNote, str, dict[str, Any]]:
    author = cast().editor
    note = noted(make.meeting(), author=author, text="Before.")
    client = signed_in(author)
    client.raise_request_exception = False
    address = f"/desk/notes/{note.public_id}/edit/"
    assert client.get(address).status_code == 200
    return client, note, address, {"text": WORDS, "visibility": "internal", "version": str(note.version)}


def test_a_save_that_waited_too_long_says_so_and_shows_all_that_was_typed() -> None:
    client, note, address, sent = begun()
    with held(note):
        answer = client.post(address, sent, headers={"Origin": "http://testserver"})
        assert Client().get("/visits/").status_code == 200
    page = answer.content.decode()
    assert answer.status_code == 503, page
    assert "Others are writing just now" in page
    assert page.count(WORDS) == 2 and f'action="{address}"' in page
    assert answer.headers["Cache-Control"] == "private, no-store" and answer.headers["Retry-After"] == "5"
    assert MeetingNote.objects.get(pk=note.pk).text == "Before." and note.history.count() == 1
    assert client.post(address, sent).status_code == 302
    assert MeetingNote.objects.get(pk=note.pk).text == WORDS


def test_what_another_site_sent_is_not_shown() -> None:
    client, note, address, sent = begun()
    with held(note):
        answer = client.post(address, sent, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 503 and WORDS not in answer.content.decode()


HOLDING = """
import sys
import psycopg
with psycopg.connect(sys.argv[1], options=sys.argv[2]) as held:
    held.execute("SELECT pg_advisory_xact_lock(7301)")
    print("held", flush=True)
    held.execute("SELECT pg_sleep(90)")
"""


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's locks go with the process")
def test_the_locks_of_a_killed_process_go_with_it_whatever_it_was_at(db: None) -> None:
    params = connection.get_connection_params()
    address = make_conninfo("", **{name: params[name] for name in ("host", "port", "user", "dbname", "password")
                                   if params.get(name)})  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, address, params["options"]], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"

    def at_work() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(90)'")
            return cursor.fetchone() is not None

    wait_until(at_work, "it is at work")
    process.kill()
    process.wait(20)

    def free() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(7301)")
            return bool(cursor.fetchone()[0])

    assert wait_until(free, "the lock is free", 60) < 30
