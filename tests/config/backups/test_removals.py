"""What was removed since a backup was made is removed again after restoring it: canaries find nothing of it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from config.backups.making import make, restore
from statements.models import Citation, Statement
from tests import factories
from tests.cast import cast
from tests.config.backups.test_drill import emptied, everything, place, with_file  # noqa: F401 - fixtures
from visits import kept_removals
from visits.actions import save_record
from visits.models import Source, Visit
from visits.removal_actions import ask_removal, confirm_removal

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "zyxwoodcock"


def standing() -> set[str]:
    """Return where the canary stands: tables, the index of words behind them among these, and stored files."""
    found = {
        table
        for table, rows in everything().items()
        if any(CANARY in (cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell)).casefold()
               for row in rows for cell in row)
    }  # fmt: skip
    files = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    return found | {path.name for path in files if CANARY.encode() in path.read_bytes()}


def shown() -> set[str]:
    """Return the pages and files of everybody in which it stands."""
    found = set()
    for address in ("/", "/statements.csv", "/statements.atom", "/sources.csv", "/api/v1/statements/", "/visits/"):
        answer = Client().get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found |= {address} if CANARY in body.decode().casefold() else set()
    return found


def test_a_restored_backup_holds_nothing_of_what_was_removed_since(place, emptied, capsys):  # noqa: F811
    people = cast()
    source = with_file(f"{CANARY} told".encode(), title=f"{CANARY} letter", extracted_text=f"{CANARY} told")
    source.title = "A letter"
    save_record(record=source, by=people.reviewer, version=source.version)
    statement = factories.statement(
        texts=(factories.text(f"{CANARY} fled"),), citations=(Citation(source=source, exact=f"{CANARY} fled"),)
    )
    other = factories.visit(title="Stays")
    made = make(settings.BACKUP_DIR)
    assert len(standing()) >= 8 and shown()
    request = ask_removal(record=source, reason=f"{CANARY} is in danger", by=people.reviewer)
    confirm_removal(request=request, by=people.admin)
    assert standing() == set() and shown() == set()
    kept = kept_removals.path().read_bytes()
    assert set(kept_removals.listed().removed) == {("source", source.public_id), ("statement", statement.public_id)}
    assert CANARY.encode() not in kept

    emptied()
    restore(made.path, place / "identity")
    assert len(standing()) >= 8 and shown()
    # Until it is repeated, the site does not start (tests/bin/test_start.py).
    mark = settings.DATA_DIR / "restored"
    assert mark.exists()
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("repeat_removals")
    kept_removals.path().write_bytes(b"no list\n\x00")
    with pytest.raises(CommandError, match="no line"):
        call_command("repeat_removals")
    kept_removals.path().write_bytes(kept)
    assert mark.exists()
    call_command("repeat_removals")
    assert not mark.exists()
    assert "In the list: 2. Erased again: 1." in capsys.readouterr().out
    assert standing() == set() and shown() == set()
    assert not Source.objects.filter(pk=source.pk).exists() and not Statement.objects.exists()
    assert Visit.objects.filter(pk=other.pk).exists()
    call_command("repeat_removals")
    assert "Erased again: 0." in capsys.readouterr().out
    assert kept_removals.path().read_bytes() == kept
