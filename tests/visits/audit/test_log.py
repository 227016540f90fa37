"""Entries are only added; they come with what they tell, are sealed once, and whoever touches them is found."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.audit.figures import is_long
from visits.audit import head, triggers
from visits.audit.chain import BEGINNING, Entry, Head, digest_of, seals
from visits.audit.log import links, note, note_rows, seal, unsealed
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
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in triggers.TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.audit
def test_whatever_is_done_to_any_entry_is_found(figure):
    size = 1000 if is_long() else 50
    note_rows(AuditKind.READ, by=1, rows=[("visits.meeting", number) for number in range(size)])
    before = everything()
    call_command("verify_audit", verbosity=0)
    done, missed = Counter[str](), []
    for place in range(1, size + 1):
        way = WAYS[place % len(WAYS)]
        with _tampered():
            way(place, size)
            assert place > 50 or everything() != before
            try:
                call_command("verify_audit", verbosity=0)
                missed.append((way.__name__, place))
            except CommandError:
                done[way.__name__] += 1
    assert everything() == before
    call_command("verify_audit", verbosity=0)
    assert not missed
    assert min(done[way.__name__] for way in WAYS) >= size // len(WAYS)
    figure("audit-tampered", done.total() + len(missed))
    figure("audit-found", len(missed))


def everything() -> tuple[list[tuple], list[tuple]]:
    """Return every entry and every seal."""
    return list(AuditEntry.objects.order_by("pk").values_list()), list(AuditSeal.objects.order_by("pk").values_list())


@contextmanager
def _tampered() -> Iterator[None]:
    """Let the block do what only whoever owns the tables can, and take it back."""
    with suppress(Undone), transaction.atomic():
        if connection.vendor == "postgresql":
            for table in triggers.TABLES:
                run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        raise Undone


class Undone(Exception):
    """What was done is taken back."""


CHANGES = [("by", 2), ('"row"', 99_999), ("kind", "taken"), ("place", "home"), ("at", "2020-01-01 00:00:00Z")]


def _entry_of(place: int) -> int:
    return AuditSeal.objects.values_list("entry_id", flat=True).get(number=place)


def _renumbered(beyond: int, by: int) -> None:
    """Give the seals beyond a place other numbers; in two steps, since each number is there once."""
    run("UPDATE visits_auditseal SET number = -number WHERE number > %s", beyond)
    run("UPDATE visits_auditseal SET number = %s - number WHERE number < 0", by)


def _sealed_anew(place: int) -> None:
    """Forge the seals from a place to the end, as they would be of what the entries are now."""
    chain = list(links())
    before = chain[place - 2].digest if place > 1 else BEGINNING
    for entry, forged in seals([link.entry for link in chain[place - 1 :]], Head(place - 1, before)):
        run("UPDATE visits_auditseal SET digest = %s WHERE entry_id = %s", forged.digest, entry.pk)


def changed(place: int, _size: int) -> None:
    """A word of an entry is another one."""
    column, value = CHANGES[place // len(WAYS) % len(CHANGES)]
    run(f"UPDATE visits_auditentry SET {column} = %s WHERE id = %s", value, _entry_of(place))  # noqa: S608 - our names


def changed_with_every_later_seal(place: int, size: int) -> None:
    """Only the head outside the database tells."""
    changed(place, size)
    _sealed_anew(place)


def removed(place: int, _size: int) -> None:
    """An entry goes, with its seal."""
    entry = _entry_of(place)
    run("DELETE FROM visits_auditseal WHERE number = %s", place)
    run("DELETE FROM visits_auditentry WHERE id = %s", entry)


def removed_and_closed_up(place: int, size: int) -> None:
    """An entry goes, with its seal, and the later ones move up."""
    removed(place, size)
    _renumbered(place, -1)


def removed_with_every_later_seal_forged(place: int, size: int) -> None:
    """Only the head outside the database tells."""
    removed_and_closed_up(place, size)
    if place < size:
        _sealed_anew(place)


def without_its_seal(place: int, _size: int) -> None:
    """A seal goes; the entry would be sealed at the end, as if it were of today."""
    run("DELETE FROM visits_auditseal WHERE number = %s", place)


def inserted(place: int, _size: int) -> None:
    """An entry comes in at a place, with a seal that is right there; the later ones move down."""
    copied = 'at, kind, row_kind, "row", place, detail'
    run(
        f"INSERT INTO visits_auditentry (by, {copied}) SELECT 77, {copied} FROM visits_auditentry WHERE id = %s",  # noqa: S608
        _entry_of(place),
    )
    facts = AuditEntry.objects.values_list("pk", "at", "kind", "by", "row_kind", "row", "place", "detail").get(by=77)
    before = AuditSeal.objects.get(number=place - 1).digest if place > 1 else BEGINNING
    _renumbered(place - 1, 1)
    digest = digest_of(place, Entry(*facts), before)
    run("INSERT INTO visits_auditseal (number, entry_id, digest) VALUES (%s, %s, %s)", place, facts[0], digest)


def inserted_with_every_later_seal_forged(place: int, size: int) -> None:
    """Only the head outside the database tells."""
    inserted(place, size)
    _sealed_anew(place)


def moved(place: int, size: int) -> None:
    """Two entries change places under the seals that stay."""
    other = (place + 6) % size + 1
    first, second = _entry_of(place), _entry_of(other)
    # Each entry is sealed once at any moment.
    run("UPDATE visits_auditseal SET entry_id = -1 WHERE number = %s", place)
    run("UPDATE visits_auditseal SET entry_id = %s WHERE number = %s", first, other)
    run("UPDATE visits_auditseal SET entry_id = %s WHERE number = %s", second, place)


def moved_with_its_seal(place: int, size: int) -> None:
    """Two entries change places, each with its seal."""
    other = (place + 6) % size + 1
    run("UPDATE visits_auditseal SET number = -1 WHERE number = %s", place)
    run("UPDATE visits_auditseal SET number = %s WHERE number = %s", place, other)
    run("UPDATE visits_auditseal SET number = %s WHERE number = -1", other)


WAYS = (
    changed, removed, inserted, moved, changed_with_every_later_seal, removed_and_closed_up, moved_with_its_seal,
    removed_with_every_later_seal_forged, inserted_with_every_later_seal_forged, without_its_seal,
)  # fmt: skip


def test_a_new_entry_that_somebody_writes_into_the_table_is_sealed_as_any_other():
    """It is no seal of who wrote it: docs/audit.md says so."""
    note(AuditKind.READ, by=1)
    run("INSERT INTO visits_auditentry (at, kind, by, row_kind, place, detail) SELECT at, kind, 77, '', '', '' "
        "FROM visits_auditentry")  # fmt: skip
    call_command("verify_audit", verbosity=0)
    assert AuditSeal.objects.filter(entry__by=77).exists()
    assert "sealed as a genuine one" in " ".join((Path(settings.BASE_DIR) / "docs/audit.md").read_text().split())
