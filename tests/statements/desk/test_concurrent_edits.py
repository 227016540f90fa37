"""Two browsers edit one note at the desk and one statement in the admin: what was acknowledged is in the history.

How often each writes is EDITS: 200 by `make edits`, fewer by `make test`.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.http import HttpResponse
from django.urls import reverse

from statements.models import Citation, Statement
from tests import factories
from tests.admin_form import AdminForm
from tests.cast import cast, signed_in
from tests.statements.desk.test_meetings import noted
from visits.models import MeetingNote

EDITS = int(os.environ.get("EDITS", "20"))
# A form of the admin costs ten times as much.
IN_ADMIN = int(os.environ.get("EDITS", "5"))
pytestmark = pytest.mark.django_db(transaction=True)
PARAGRAPHS = ("Left: 0.", "Between them stands what nobody touches.", "Right: 0.")


def side_by_side(write: Callable[[int], list[str]], edits: int) -> list[str]:
    """Return what two writers, 0 and 1, were told was saved, which has to be `edits` texts each."""
    start = Barrier(2)

    def run(who: int) -> list[str]:
        try:
            start.wait(60)
            return write(who)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(run, (0, 1)))
    assert [len(saved) for saved in told] == [edits, edits]
    return [text for saved in told for text in saved]


def edited(text: str, who: int, number: int) -> str:
    """Return `text` with the paragraph of a writer changed."""
    parts = text.split("\n\n")
    parts[who * 2] = f"{('Left', 'Right')[who]}: {number}."
    return "\n\n".join(parts)


def read(response: HttpResponse) -> dict[str, str]:
    """Return text and version out of the form on the page: the client's `context` mixes those of both threads."""
    page = response.content.decode()
    text = re.findall(r'<textarea name="text"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL)
    version = re.findall(r'<input type="hidden" name="version" value="(\d+)"', page)
    assert len(text) == len(version) == 1, page
    return {"text": html.unescape(text[0]).replace("\r\n", "\n"), "version": version[0]}


def test_no_acknowledged_save_of_a_note_is_lost() -> None:
    author = cast().editor
    note = noted(factories.meeting(), author=author, text="\n\n".join(PARAGRAPHS))
    address = f"/desk/notes/{note.public_id}/edit/"

    def write(who: int) -> list[str]:
        client, saved = signed_in(author), []
        for number in range(1, EDITS + 1):
            shown = read(client.get(address))
            sent = {"visibility": "internal", "version": shown["version"]}
            sent["text"] = edited(shown["text"], who, number)
            response = client.post(address, sent)
            while response.status_code == 409:
                # One step: the page holds both texts already.
                sent |= read(response)
                response = client.post(address, sent)
            assert response.status_code == 302
            saved.append(sent["text"])
        return saved

    acknowledged = side_by_side(write, EDITS)
    kept = list(note.history.order_by("version").values_list("version", "text"))
    assert [version for version, _text in kept] == list(range(1, 2 * EDITS + 2))
    assert sorted(text for _version, text in kept[1:]) == sorted(acknowledged)
    # Neither wrote over the other: both ended with their last word.
    last = MeetingNote.objects.get(pk=note.pk).text
    assert last == "\n\n".join([f"Left: {EDITS}.", PARAGRAPHS[1], f"Right: {EDITS}."])


def test_no_acknowledged_save_of_a_statement_is_lost() -> None:
    editor = cast().editor
    source = factories.source()
    statement = factories.statement(
        workflow="draft",
        published_at=None,
        note="\n\n".join(PARAGRAPHS),
        citations=(Citation(source=source, exact="x"),),
    )
    address = reverse("admin:statements_statement_change", args=[statement.pk])

    def write(who: int) -> list[str]:
        client, saved = signed_in(editor), []
        for number in range(1, IN_ADMIN + 1):
            sent = form(client.get(address))
            sent["note"] = edited(sent["note"].replace("\r\n", "\n"), who, number)
            response = client.post(address, sent)
            while response.status_code == 409:
                # One step: the page holds both texts already.
                sent = form(response)
                response = client.post(address, sent)
            assert response.status_code == 302, response.content.decode()
            saved.append(sent["note"].replace("\r\n", "\n"))
        return saved

    acknowledged = side_by_side(write, IN_ADMIN)
    kept = list(statement.history.order_by("version", "history_id").values_list("version", "note"))
    assert len({version for version, _note in kept}) == len(kept)
    assert sorted(note for _version, note in kept[-2 * IN_ADMIN :]) == sorted(acknowledged)
    last = Statement.objects.get(pk=statement.pk).note
    assert last == "\n\n".join([f"Left: {IN_ADMIN}.", PARAGRAPHS[1], f"Right: {IN_ADMIN}."])


def form(response: HttpResponse) -> dict[str, str]:
    """Return what a browser would send of the form on a page of the admin."""
    return AdminForm(response.content.decode()).data
