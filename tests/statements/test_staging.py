"""What is handed in is found again by the one who did, for a day."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from statements import staging
from statements.staging import NotStaged, claiming, stage, staged
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    """Return the folder of what was handed in."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / staging.FOLDER


def test_it_is_found_again_by_its_editor_alone() -> None:
    editor, other = factories.user(role="editor"), factories.user(role="admin")
    word = stage(b"bytes", by=editor, facts={"name": "ä.txt"})
    assert staged(word, by=editor) == staging.Staged(b"bytes", {"name": "ä.txt"})
    for wrong in (word[:-1] + ("a" if word[-1] != "a" else "b"), "", "../../db.sqlite3"):
        with pytest.raises(NotStaged):
            staged(wrong, by=editor)
    with pytest.raises(NotStaged):
        staged(word, by=other)


def test_it_is_gone_when_saved_and_a_day_later(folder: Path) -> None:
    editor = factories.user(role="editor")
    word = stage(b"one", by=editor, facts={})
    with pytest.raises(RuntimeError), claiming(word, by=editor):
        with pytest.raises(NotStaged), claiming(word, by=editor):
            pytest.fail("taken twice")
        raise RuntimeError
    assert staged(word, by=editor).data == b"one"
    with claiming(word, by=editor):
        pass
    with pytest.raises(NotStaged):
        staged(word, by=editor)
    assert list(folder.iterdir()) == []
    stage(b"two", by=editor, facts={})
    (left,) = folder.iterdir()
    assert left.stat().st_mode & 0o777 == 0o600
    os.utime(left, (0, 0))
    stage(b"three", by=editor, facts={})
    assert [path.read_bytes() for path in folder.iterdir()] == [b"three"]
