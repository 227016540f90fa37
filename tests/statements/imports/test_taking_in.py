"""Lists of statements from the command line: in, in again, out and in again, and taken back."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from statements.exports import STATEMENTS
from statements.imports import importing
from statements.models import SearchEntry, Statement, StatementText, StatementTopic, Topic
from tests.statements.imports.rows import BASE, Record, good, record
from visits.actions import publish, save_part
from visits.exports.columns import Taking, rows_of
from visits.exports.writers import write_csv
from visits.import_undo import undo_import
from visits.models import ImportBatch, ImportRow

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def known(db: None) -> Record:
    return record()


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return path


def take(path: Path, **options: Any) -> str:
    out = StringIO()
    call_command("import_statements", path, by="ada", stdout=out, **options)
    return out.getvalue().splitlines()[-1]


@pytest.fixture
def listed(known: Record, tmp_path: Path) -> Path:
    return write(tmp_path / "list.csv", [dict(row.values) for row in good(known)])


def test_a_list_is_taken_in_and_a_second_time_changes_nothing(
    listed: Path, monkeypatch: pytest.MonkeyPatch, index_in_step: None
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 5)
    assert take(listed, enter=True) == "22 rows: 22 new, 0 changed, 0 same, 0 waiting, 0 wrong."
    assert Statement.objects.filter(workflow="draft", entered_by__username="ada").count() == 22
    assert SearchEntry.objects.filter(kind="statement").count() == 23
    history = Statement.history.count()
    assert take(listed, enter=True) == "22 rows: 0 new, 0 changed, 22 same, 0 waiting, 0 wrong."
    assert (Statement.objects.count(), Statement.history.count()) == (22, history)
    assert ImportRow.objects.filter(batch=ImportBatch.objects.earliest("pk")).exclude(record="").count() == 22


def test_a_dry_run_writes_nothing(listed: Path) -> None:
    out = StringIO()
    call_command("import_statements", listed, by="ada", dry_run=True, enter=True, stdout=out)
    assert "22 rows: 22 new" in out.getvalue()
    assert not Statement.objects.exists() and not ImportBatch.objects.exists()


def test_all_or_nothing_or_the_good_ones_and_an_error_file(known: Record, tmp_path: Path) -> None:
    rows = [BASE, {**BASE, "words": "Wrong.", "act": "shouts"}, {**BASE, "speakers": "Sok Dara"}]
    path = write(tmp_path / "list.csv", rows)
    with pytest.raises(CommandError, match="2 rows cannot be taken in"):
        take(path)
    assert not Statement.objects.exists()
    errors = tmp_path / "errors.csv"
    assert take(path, errors=errors) == "3 rows: 1 new, 0 changed, 0 same, 0 waiting, 2 wrong."
    assert Statement.objects.count() == 1
    told = list(csv.DictReader(errors.read_text("utf-8-sig").splitlines()))
    assert [(row["import_row"], row["words"]) for row in told] == [("3", "Wrong."), ("4", BASE["words"])]
    assert "Row 2" in told[1]["import_reason"]


@pytest.mark.parametrize("chunk", [2, 4_000])
def test_a_row_that_tells_of_the_same_is_wrong_however_far_from_the_first(
    known: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(importing, "CHUNK", chunk)
    others = [{**BASE, "words": f"Other words, {number}."} for number in range(4)]
    path = write(tmp_path / "list.csv", [BASE, *others, BASE])
    errors = tmp_path / "errors.csv"
    assert take(path, errors=errors) == "6 rows: 5 new, 0 changed, 0 same, 0 waiting, 1 wrong."
    told = list(csv.DictReader(errors.read_text("utf-8-sig").splitlines()))
    assert [(row["import_row"], row["import_reason"]) for row in told] == [
        ("7", "Row 2 of the file tells of the same.")
    ]
    again = tmp_path / "again.csv"
    assert take(path, errors=again) == "6 rows: 0 new, 0 changed, 5 same, 0 waiting, 1 wrong."


def test_what_is_new_is_published_by_whoever_may(known: Record, tmp_path: Path, settings: Any) -> None:
    path = write(tmp_path / "list.csv", [{**BASE, "sources": "A/HRC/1", "visibility": "public"}])
    known.reviewer.role = "editor"
    known.reviewer.save()
    with pytest.raises(CommandError, match="role"):
        take(path, publish=True)
    known.reviewer.role = "reviewer"
    known.reviewer.save()
    settings.REQUIRE_SECOND_PERSON = True
    with pytest.raises(CommandError, match="another person"):
        take(path, publish=True)
    settings.REQUIRE_SECOND_PERSON = False
    take(path, publish=True)
    statement = Statement.objects.get()
    assert statement.workflow == "published" and statement.published_at is not None
    assert Client().get(statement.get_absolute_url()).status_code == 200


def test_an_export_reads_back_as_the_same(known: Record, listed: Path, tmp_path: Path) -> None:
    take(listed, enter=True)
    path = tmp_path / "export.csv"
    taking = Taking(known.reviewer, "https://site.example", date(2026, 3, 1), "en")
    rows = list(rows_of(STATEMENTS, Statement.objects.values_list("pk", flat=True), taking))
    assert len(rows) == 22
    path.write_bytes(b"".join(write_csv(STATEMENTS.names, rows)))
    assert take(path) == "22 rows: 0 new, 0 changed, 22 same, 0 waiting, 0 wrong."
    # Also once others are called like what it names.
    assert StatementTopic.objects.filter(topic=known.topic).exists()
    save_part(part=Topic(slug="dams-2", name="Dams"), by=None)
    assert take(path) == "22 rows: 0 new, 0 changed, 22 same, 0 waiting, 0 wrong."


def test_an_import_is_undone_as_a_whole(known: Record, tmp_path: Path) -> None:
    path = write(tmp_path / "first.csv", [{**BASE, "words": "There before."}])
    take(path)
    before = Statement.objects.get()
    changed = {**BASE, "id": before.public_id, "words": "Otherwise."}
    rows = [changed, *({**BASE, "words": f"Number {number}."} for number in range(3))]
    take(write(tmp_path / "second.csv", rows))
    assert Statement.objects.count() == 4
    undo_import(batch=ImportBatch.objects.latest("pk"), by=known.reviewer)
    assert Statement.objects.get().texts.get().text == "There before."
    assert Statement.history.filter(history_type="-").count() == 3
    assert StatementText.history.filter(history_type="-", text__startswith="Number").count() == 3
    assert SearchEntry.objects.filter(kind="statement").count() == 1
    # What was taken back may come again.
    assert take(tmp_path / "second.csv").startswith("4 rows: 3 new, 1 changed")


def test_what_somebody_has_worked_on_is_not_undone(known: Record, tmp_path: Path) -> None:
    take(write(tmp_path / "list.csv", [{**BASE, "sources": "A/HRC/1"}, {**BASE, "words": "Another."}]))
    publish(record=Statement.objects.earliest("pk"), by=known.reviewer)
    with pytest.raises(ValidationError, match="in review or public"):
        undo_import(batch=ImportBatch.objects.get(), by=known.reviewer)
    assert Statement.objects.count() == 2


def test_an_outsider_takes_nothing_in(known: Record, listed: Path) -> None:
    known.reviewer.role = "member"
    known.reviewer.save()
    with pytest.raises((CommandError, PermissionDenied)):
        take(listed)
    assert not Statement.objects.exists()
