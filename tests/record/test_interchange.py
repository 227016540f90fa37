"""The commands and the program in docs/interchange.md run as they are written, on the sample record."""

from __future__ import annotations

import io
import re
import shlex
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tests import factories
from tests.statements.package.emptying import empty_the_record
from visits.models import Meeting, Visit

DOCUMENT = Path(settings.BASE_DIR, "docs", "interchange.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.usefixtures("numbers_kept")


def commands(kind: str) -> list[list[str]]:
    """Return the commands of the document's blocks of a kind, in words."""
    blocks = re.findall(rf"^```{kind}\n(.*?)^```", DOCUMENT, re.M | re.S)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


def run(line: list[str]) -> str:
    assert line[:2] == ["python", "manage.py"], line
    out = io.StringIO()
    call_command(line[2], *line[3:], stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_every_command_in_the_document_runs(db, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    factories.user(username="editor", role="editor")
    visit = Visit.objects.get(slug="cambodia-2022-08")
    factories.meeting(visit=visit, **factories.internal(), status="planned", date="2022-08-18")
    told = {" ".join(line[2:]): run(line) for line in commands("sh")}
    assert {name.split()[0] for name in told} == {
        "export_record", "import_record", "export_popolo", "import_popolo", "export_meetings", "import_meetings",
    }  # fmt: skip
    # Whoever takes the record's own documents in changes nothing.
    assert "new" not in told["import_popolo everybody.json --by editor --dry-run"]
    assert told["import_meetings meetings.ics --visit cambodia-2022-08 --by editor --zone Asia/Phnom_Penh"].endswith(
        "0 new, 0 changed.\n"
    )
    meetings = Meeting.objects.count()

    (program,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.S)
    exec(compile(program, "interchange.md", "exec"), {})  # noqa: S102 - our own document
    assert re.search(r"Cambodia +\d+", capsys.readouterr().out)

    empty_the_record()
    (line,) = commands("sh empty")
    assert "rows: read." in run(line)
    assert Meeting.objects.count() == meetings


@pytest.mark.parametrize("name", ["export_record", "import_record", "export_popolo", "import_popolo"])
def test_the_document_is_told_of_beside_the_commands(name):
    assert f"`manage.py {name}" in Path(settings.BASE_DIR, "docs", "deploying.md").read_text(encoding="utf-8")
