"""Of a removed record nothing stays in lists that were handed in, whatever kind of record it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import factories as make
from tests.cast import Cast, signed_in
from tests.visits.imports.lists import as_csv
from visits.access import Role
from visits.import_actions import check_file, choose_columns, take_file, write_file
from visits.imports import files
from visits.imports.kinds import kind_named
from visits.imports.mapping import guess_columns
from visits.models import ImportBatch, ImportRow, ImportState, Record, User
from visits.removal_actions import ask_removal, confirm_removal

pytestmark = pytest.mark.django_db
WORDS = "endangering words"
ROW = {
    "words": WORDS, "speaker": "x", "visit": "nowhere", "date": "2022-08-16", "act": "asserts", "mode": "direct",
    "occasion": "interview", "side": "government",
}  # fmt: skip
OF = {
    "statement": lambda: make.statement(texts=(make.text(WORDS),)),
    "note": lambda: make.note(meeting=make.meeting(), text=WORDS),
    "position": lambda: make.position(summary=WORDS),
    "commitment": lambda: make.commitment(what=WORDS),
    "access note": lambda: make.access_note(visit=make.visit(), according_to=WORDS),
    "source": lambda: make.source(title=WORDS),
}


@pytest.fixture(autouse=True)
def _somewhere(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.DATA_DIR = tmp_path / "files", tmp_path


def handed_in(by: User, *rows: dict[str, str]) -> ImportBatch:
    found = kind_named("statements")
    batch = take_file(chunks=[as_csv(*rows)], name="list.csv", kind=found, by=by)
    choose_columns(batch=batch, columns=guess_columns(list(ROW), found), by=by, source="list")
    return check_file(batch=batch)


@pytest.mark.parametrize("kind", OF)
def test_of_a_removed_record_nothing_stays_in_lists(
    people: Cast, kind: str, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    record: Record = OF[kind]()
    done = write_file(batch=handed_in(people.editor, ROW), by=people.editor, all_or_nothing=False)
    became = ImportRow.objects.create(batch=done, number=900, record=record.public_id, outcome="new")
    waiting = handed_in(people.editor, ROW)
    assert files.errors_of(done).exists() and ImportRow.objects.filter(about__contains=WORDS).exists()
    second = make.user(role=Role.REVIEWER)
    with django_capture_on_commit_callbacks(execute=True):
        confirm_removal(request=ask_removal(record=record, reason="danger", by=people.reviewer), by=second)
    assert not ImportRow.objects.filter(pk=became.pk).exists()
    assert not ImportRow.objects.filter(batch=waiting).exists() and not files.folder_of(waiting).exists()
    waiting.refresh_from_db()
    assert waiting.state == ImportState.CANCELLED
    assert not ImportRow.objects.exclude(about="").exists() and not files.errors_of(done).exists()
    served = signed_in(people.editor).get(f"/desk/imports/{done.public_id}/errors.csv")
    assert served.status_code == 404
