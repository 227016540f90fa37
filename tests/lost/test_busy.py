"""A save that others keep from the database: said in words, with all that was typed, and nothing half done."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from tests import factories as make
from tests.cast import cast, signed_in
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
