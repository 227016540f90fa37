"""Our own files read back, and the commands of the document run, on the sample record."""

from __future__ import annotations

import io
import re
import shlex
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from visits.imports.kinds import State, given, kind_named
from visits.imports.mapping import guess_columns
from visits.imports.reading import opened
from visits.models import ImportBatch, Visit

DOCUMENT = Path(settings.BASE_DIR, "docs", "importing.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python manage\.py (import_\w+ .+)$", DOCUMENT, re.M)


@pytest.fixture(autouse=True)
def _somewhere(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize("role", ["member", "reviewer"])
def test_our_own_file_of_visits_reads_back_as_all_the_same(
    form: str, role: str, clients: dict[str, Client], people: Cast
) -> None:
    answer = clients[role].get(reverse("visit_export", args=[form]))
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    kind = kind_named("visits")
    assert kind is not None
    judge = kind.judge(people.named(role), "")
    told: dict[str, Any] = {}
    with opened(data) as table:
        rows = list(given(table.rows, table.names, guess_columns(table.names, kind)))
    states: Counter[State] = Counter()
    for row in rows:
        judged = judge.judge(row, {})
        states[judged.state] += 1
        if judged.state is not State.SAME:
            told[judged.about] = (judged.changes, judged.problems, judged.asks)
    assert told == {}
    assert states[State.SAME] == len(rows) == Visit.objects.visible_to(people.named(role)).count() > 100


@pytest.mark.parametrize(("name", "form"), [("people", "csv"), ("people", "jsonl"), ("mandates", "xlsx")])
def test_our_own_files_of_people_and_mandates_read_back_as_all_the_same(
    name: str, form: str, clients: dict[str, Client], people: Cast
) -> None:
    """Two of the people of the sample held two mandates."""
    answer = clients["member"].get(f"/{name}.{form}")
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    kind = kind_named(name)
    assert kind is not None
    with opened(data) as table:
        rows = list(given(table.rows, table.names, guess_columns(table.names, kind)))
    judge = kind.judge(people.member, "")
    found = [judge.judge(row, {}) for row in rows]
    other = [(row.about, row.changes, row.problems, row.asks) for row in found if row.state is not State.SAME]
    assert (other, len(found) > 50) == ([], True)
    if name == "people":
        assert sum(" | " in row["mandate"] for row in rows) == 2


@pytest.mark.parametrize("row_id", ["3", "16", "155"])
def test_the_rows_of_the_sample_are_the_same_as_what_was_made_of_them(row_id: str, people: Cast) -> None:
    """Also one of two that are one visit, and one to a region that is no State."""
    kind = kind_named("visits")
    assert kind is not None
    with opened(Path(settings.BASE_DIR, "visits", "data", "visits.csv")) as table:
        rows = list(given(table.rows, table.names, guess_columns(table.names, kind)))
    row = next(row for row in rows if row["key"] == row_id)
    judged = kind.judge(people.editor, "").judge(row, {})
    assert (judged.state, judged.changes, judged.asks) == (State.SAME, [], [])


@pytest.mark.parametrize("role", ["member", "reviewer"])
def test_our_own_file_of_statements_reads_back_as_all_the_same(
    role: str, clients: dict[str, Client], people: Cast
) -> None:
    """But for those that cite a note of a meeting: a list names sources."""
    answer = clients[role].get(reverse("statement_export", args=["csv"]))
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    kind = kind_named("statements")
    assert kind is not None
    with opened(data) as table:
        rows = list(given(table.rows, table.names, guess_columns(table.names, kind)))
    judge: Any = kind.judge(people.named(role), "")
    found = judge.judge_many(rows, [{}] * len(rows))
    other = [row for row in found if row.state is not State.SAME]
    notes = [row for row in other if {problem.field for problem in row.problems} == {"sources"}]
    assert [(row.about, row.changes, row.problems, row.asks) for row in other if row not in notes] == []
    assert len(found) > 70 and len(notes) <= (1 if role == "reviewer" else 0)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_document_run(
    command: str, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, file, *options = shlex.split(command)
    monkeypatch.chdir(tmp_path)
    before = Visit.objects.count(), ImportBatch.objects.count()
    out = io.StringIO()
    call_command(name, str(Path(settings.BASE_DIR, file)), *options, stdout=out)
    assert re.search(
        r"^(2|58|78|117) rows: \d+ new, \d+ changed, \d+ same, \d+ waiting, \d+ wrong\.$", out.getvalue(), re.M
    )
    if "--dry-run" in options:
        assert (Visit.objects.count(), ImportBatch.objects.count()) == before
    else:
        assert (tmp_path / "errors.csv").exists()


def test_the_document_has_a_command_for_each_kind() -> None:
    assert len(COMMANDS) == 7
    names = {"import_visits", "import_people", "import_mandates", "import_statements"}
    assert {command.split()[0] for command in COMMANDS} == names
