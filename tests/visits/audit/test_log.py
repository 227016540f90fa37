"""Entries are only added; they come with what they tell, are sealed once, and whoever touches them is found."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.audit.figures import is_long
from visits.audit import head, triggers
from visits.audit.log import note, note_rows, seal, unsealed
from visits.models import AuditEntry, AuditKind, AuditSeal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _place(tmp_path, settings):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def guarded():
    """Make the triggers that tests of SQLite go without."""
    if connection.vendor == "sqlite":
        with connection.schema_editor() as editor:
            triggers.protect(editor)
    yield
    if connection.vendor == "sqlite":
        with connection.schema_editor() as editor:
            triggers.unprotect(editor)


def run(sql: str, *values) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("table", triggers.TABLES)
def test_the_database_refuses_to_change_or_delete_what_is_logged(table):
    note(AuditKind.READ, by=1)
    column = "kind" if table.endswith("entry") else "digest"
    before = list(AuditEntry.objects.values_list()), list(AuditSeal.objects.values_list())
    for sql in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(DatabaseError, match="only added to"):
            run(sql)
    assert (list(AuditEntry.objects.values_list()), list(AuditSeal.objects.values_list())) == before
    note(AuditKind.READ, by=2)
    assert AuditSeal.objects.count() == 2


def test_entries_are_neither_saved_again_nor_deleted_by_the_program():
    note(AuditKind.READ, by=1)
    entry = AuditEntry.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


def test_an_entry_goes_with_the_transaction_that_it_tells_of():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        note(AuditKind.ROLE, by=1)
        raise ZeroDivisionError
    assert not AuditEntry.objects.exists()
    with transaction.atomic():
        note(AuditKind.ROLE, by=1)
        note(AuditKind.ROLE, by=1)
        assert not AuditSeal.objects.exists()
    assert AuditSeal.objects.count() == 2
    assert head.kept().number == 2


def test_several_rows_are_one_query_and_its_sealing_does_not_grow_with_them():
    note(AuditKind.READ, by=1)
    costs = []
    for rows in (1, 60):
        with CaptureQueriesContext(connection) as asked:
            note_rows(AuditKind.READ, by=1, rows=[("visits.meeting", number) for number in range(rows)])
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_those_who_write_at_once_make_one_chain():
    def write() -> None:
        for number in range(15):
            with transaction.atomic():
                note(AuditKind.READ, by=number)
        connection.close()

    threads = [threading.Thread(target=write) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal()
    assert AuditSeal.objects.count() == AuditEntry.objects.count() == 60
    call_command("verify_audit", verbosity=0)


def test_a_late_entry_is_sealed_by_the_next_one_and_an_old_one_by_verify_audit(monkeypatch, capsys):
    with transaction.atomic():
        AuditEntry.objects.create(at="2026-11-28T12:00Z", kind=AuditKind.READ)
    note(AuditKind.READ, by=1)
    assert unsealed() == 0
    monkeypatch.setattr("visits.audit.log.LATE", 0)
    late = AuditEntry(pk=AuditEntry.objects.latest("pk").pk - 5, at="2026-11-28T12:00Z", kind=AuditKind.READ)
    late.save()
    note(AuditKind.READ, by=1)
    assert unsealed() == 1
    call_command("verify_audit", verbosity=0)
    assert "1 entries were not sealed yet" in capsys.readouterr().out
    assert unsealed() == 0
    call_command("verify_audit", verbosity=0)


def test_the_head_only_moves_forward(tmp_path):
    note(AuditKind.READ, by=1)
    first = head.kept()
    note(AuditKind.READ, by=1)
    second = head.kept()
    head.keep(first)
    assert head.kept() == second
    assert head.path().stat().st_mode & 0o777 == 0o600


def test_a_cut_tail_and_a_missing_head_are_found(capsys):
    for number in range(5):
        note(AuditKind.READ, by=number)
    told = str(head.kept())
    call_command("verify_audit", head=told, verbosity=0)
    _past_the_triggers("DELETE FROM visits_auditseal WHERE number > 3")
    with pytest.raises(CommandError, match="not as it was written"):
        call_command("verify_audit", verbosity=0)
    assert "its end was cut off" in capsys.readouterr().out
    head.path().unlink()
    with pytest.raises(CommandError):
        call_command("verify_audit", verbosity=0)
    assert "No head is kept" in capsys.readouterr().out
    with pytest.raises(CommandError, match="is not understood"):
        call_command("verify_audit", head="nonsense", verbosity=0)


def test_each_kind_is_logged_by_something_and_told_of():
    root = Path(settings.BASE_DIR)
    code = "".join(
        path.read_text()
        for app in ("visits", "statements", "config")
        for path in (root / app).rglob("*.py")
        if path.name != "audit.py"
    )
    cells = re.findall(r"^\| ([a-z_, ]+) \|", (root / "docs/audit.md").read_text(), re.M)
    told = set(", ".join(cells).split(", "))
    watched = {kind for model in apps.get_models() for kind in getattr(model, "WATCHED", {}).values()}
    for kind in AuditKind:
        if kind is not AuditKind.OTHER:
            assert f"AuditKind.{kind.name}" in code or kind.value in watched, kind
            assert kind.value in told, kind


def test_what_is_logged_after_the_end_was_cut_off_does_not_hide_that(capsys):
    for number in range(5):
        note(AuditKind.READ, by=number)
    told = head.kept()
    _past_the_triggers(
        "DELETE FROM visits_auditseal WHERE number > 3",
        "DELETE FROM visits_auditentry WHERE id NOT IN (SELECT entry_id FROM visits_auditseal)",
    )
    # The chain grows past the length that it had.
    for number in range(5):
        note(AuditKind.READ, by=number)
    assert (AuditSeal.objects.count(), head.kept()) == (8, told)
    with pytest.raises(CommandError, match="not as it was written"):
        call_command("verify_audit", verbosity=0)
    assert "Seal 5 is not the one that was kept outside the database." in capsys.readouterr().out


def test_a_head_that_was_not_kept_any_more_is_followed_by_the_next():
    note(AuditKind.READ, by=1)
    before = head.path().read_text()
    note(AuditKind.READ, by=2)
    # As a process leaves it that is killed between the seal and the head.
    head.path().write_text(before)
    note(AuditKind.READ, by=3)
    assert head.kept().number == 3
    call_command("verify_audit", verbosity=0)


def _past_the_triggers(*statements: str) -> None:
    """Do what only whoever owns the tables can."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in triggers.TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for sql in statements:
            cursor.execute(sql)
        if connection.vendor == "postgresql":
            for table in triggers.TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.audit
def test_whatever_is_done_to_any_entry_is_found(figure):
    size = 1000 if is_long() else 50
    note_rows(AuditKind.READ, by=1, rows=[("visits.meeting", number) for number in range(size)])
    first = AuditEntry.objects.order_by("pk").first().pk
    call_command("verify_audit", verbosity=0)
    done, missed = 0, 0
    for number in range(size):
        tamper, undo = _ways(number, first, size)[number % 3]
        _past_the_triggers(*tamper)
        try:
            call_command("verify_audit", verbosity=0)
            missed += 1
        except CommandError:
            done += 1
        _past_the_triggers(*undo)
    call_command("verify_audit", verbosity=0)
    figure("audit-tampered", done + missed)
    figure("audit-found", missed)


def _ways(number: int, first: int, size: int) -> list[tuple[list[str], list[str]]]:
    """Return how an entry is changed, taken out of the chain, or made to change places, and how that is undone."""
    entry, place, other = first + number, number + 1, (number + 7) % size
    change = "UPDATE visits_auditentry SET by = {} WHERE id = {}"
    take_out = "UPDATE visits_auditseal SET number = {} WHERE number = {}"
    # Each entry has its place as its row.
    swap = f'UPDATE visits_auditentry SET "row" = {number + other} - "row" WHERE id IN ({entry}, {first + other})'  # noqa: S608
    return [
        ([change.format(2, entry)], [change.format(1, entry)]),
        ([take_out.format(-1, place)], [take_out.format(place, -1)]),
        ([swap], [swap]),
    ]
