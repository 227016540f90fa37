"""The file of a command for rows that were not taken in: it takes the place of nothing unasked."""

from __future__ import annotations

import io
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.visits.imports.lists import as_csv
from visits.imports import command

pytestmark = pytest.mark.django_db(transaction=True)
WRONG = as_csv({"uhri_body": "SR Torture"}, {"uhri_body": "SR Torture"})


def run(*args: Any, **options: Any) -> str:
    """Run a command and return what it prints."""
    out = io.StringIO()
    call_command("import_mandates", *args, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(WRONG)
    return path


@pytest.mark.parametrize("how", ["itself", "symbolic", "hard"])
@pytest.mark.parametrize("options", [{}, {"dry_run": True}, {"overwrite": True}])
def test_the_list_itself_is_never_its_error_file(listed: Path, how: str, options: dict[str, bool]) -> None:
    errors = listed
    if how != "itself":
        errors = listed.with_name("errors.csv")
        if how == "symbolic":
            errors.symlink_to(listed)
        else:
            errors.hardlink_to(listed)
    with pytest.raises(CommandError, match="is the list itself"):
        run(listed, errors=errors, enter=True, **options)
    assert listed.read_bytes() == WRONG


@pytest.mark.parametrize("options", [{}, {"dry_run": True}, {"dry_run": True, "overwrite": True}])
def test_a_file_that_is_there_stays(listed: Path, options: dict[str, bool]) -> None:
    errors = listed.with_name("errors.csv")
    errors.write_text("mine")
    with pytest.raises(CommandError, match="is there already"):
        run(listed, errors=errors, enter=True, **options)
    assert errors.read_text() == "mine"
    errors.unlink()
    errors.symlink_to(listed.with_name("nowhere"))
    with pytest.raises(CommandError, match="is there already"):
        run(listed, errors=errors, enter=True, **options)
    assert not listed.with_name("nowhere").exists()


def test_it_is_overwritten_when_asked_and_only_once_it_is_whole(listed: Path) -> None:
    errors = listed.with_name("errors.csv")
    errors.write_text("mine")
    with pytest.raises(CommandError, match="no field of this list"):
        run(listed, errors=errors, overwrite=True, column=["uhri_body=password"])
    assert errors.read_text() == "mine"
    run(listed, errors=errors, overwrite=True, enter=True)
    assert "tells of the same" in errors.read_text("utf-8-sig")
    assert stat.S_IMODE(errors.stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="is no file"):
        run(listed, errors=listed.parent, overwrite=True)
    assert {path.name for path in listed.parent.iterdir()} == {"list.csv", "errors.csv"}


def test_a_dry_run_writes_a_new_file_where_one_is_named(listed: Path) -> None:
    run(listed, dry_run=True, enter=True)
    assert [path.name for path in listed.parent.iterdir()] == ["list.csv"]
    errors = listed.with_name("errors.csv")
    run(listed, dry_run=True, enter=True, errors=errors)
    assert "tells of the same" in errors.read_text("utf-8-sig")


def test_a_file_that_comes_meanwhile_stays_and_no_row_is_lost(listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    errors = listed.with_name("errors.csv")
    real = command.import_file

    def meanwhile(**values: Any) -> Any:
        found = real(**values)
        errors.write_text("mine")
        return found

    monkeypatch.setattr(command, "import_file", meanwhile)
    with pytest.raises(CommandError, match="is there now"):
        run(listed, errors=errors, enter=True)
    assert errors.read_text() == "mine"
    (kept,) = listed.parent.glob("errors.csv.errors-*")
    assert "tells of the same" in kept.read_text("utf-8-sig")
