"""Files that no row names are swept; one that is being stored at that moment, or named by a version, is kept."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from tests import factories
from visits import sweeping
from visits.models import ImportBatch, ImportState, Source
from visits.stored_files import digest, holding_all, keeping, stored_name
from visits.sweeping import sweep

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(tmp_path, settings) -> Path:
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    return Path(settings.MEDIA_ROOT)


def there(media: Path) -> set[str]:
    found = (str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())
    return {name for name in found if not name.startswith(".locks")}


def stored(data: bytes, **facts) -> str:
    with keeping(data) as name:
        factories.source(stored_file=name, **facts)
    return name


def aged(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left")
    long_ago = time.time() - 2 * sweeping.SECONDS_LEFT
    os.utime(path, (long_ago, long_ago))
    return path


def test_what_a_kill_between_writing_and_commit_left_is_swept_and_the_rest_stays(media, capsys):
    kept = stored(b"named")
    before = Source.objects.get(pk=Source.objects.latest("pk").pk)
    in_history = stored(b"named by a version")
    later = Source.objects.latest("pk")
    later.stored_file = kept
    later.save()
    orphan = stored_name("f" * 64)
    aged(media / orphan)
    half = aged(media / kept).with_name(".0123456789abcdef-0123456789abcdef")
    half.write_bytes(b"ha")
    assert before.stored_file.name == kept
    call_command("sweep_files", dry_run=True)
    assert there(media) == {kept, in_history, orphan, str(half.relative_to(media))}
    call_command("sweep_files")
    assert there(media) == {kept, in_history}
    assert capsys.readouterr().out.count("2 files that no row names.") == 2
    assert sweep() == []


def test_lists_that_nobody_waits_for_and_old_partial_files_are_swept(media, tmp_path):
    batches = {
        state: ImportBatch.objects.create(kind="visits", file_name="x", state=state)
        for state in (ImportState.CHECKED, ImportState.DONE)
    }
    for name in (*(batch.public_id for batch in batches.values()), "never-taken"):
        aged(media / "imports" / name / "list")
        (media / "imports" / name / "errors.csv").write_text("a")
        os.utime(media / "imports" / name, (0, 0))
    aged(tmp_path / ".audit-head-0123456789abcdef")
    (tmp_path / ".audit-head-fedcba9876543210").write_text("at work")
    (tmp_path / ".restore-x").mkdir()
    os.utime(tmp_path / ".restore-x", (0, 0))
    assert len(sweep()) == 4
    waiting, done = (f"imports/{batch.public_id}" for batch in batches.values())
    assert there(media) == {f"{waiting}/list", f"{waiting}/errors.csv", f"{done}/errors.csv"}
    assert [path.name for path in tmp_path.glob(".*")] == [".audit-head-fedcba9876543210"]


def test_two_who_store_the_same_bytes_while_it_is_swept_lose_nothing(media):
    """Each writer stores, waits a moment before its commit and commits; a sweep goes round and round meanwhile."""
    rounds, data = 10, [os.urandom(20) for _ in range(10)]
    start, over, failed, swept = threading.Barrier(3), threading.Event(), [], []

    def write(who: int) -> None:
        try:
            start.wait(20)
            for number in range(rounds):
                with keeping(data[number]) as name, transaction.atomic():
                    factories.source(stored_file=name, title=f"{who} {number}")
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    def go_round() -> None:
        try:
            start.wait(20)
            while not over.is_set():
                for one in data:
                    # Something to take away beside each, so that there is a sweep at work in the folder.
                    aged(media / stored_name(digest(one)[:2] + "0" * 62))
                swept.extend(sweep())
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(who,)) for who in (0, 1)] + [threading.Thread(target=go_round)]
    for thread in threads:
        thread.start()
    for thread in threads[:2]:
        thread.join(60)
    over.set()
    threads[2].join(60)
    assert not failed and not any(thread.is_alive() for thread in threads)
    assert swept
    names = list(Source.objects.exclude(stored_file="").values_list("stored_file", flat=True))
    assert len(names) == 2 * rounds and len(set(names)) == rounds
    assert all((media / name).read_bytes() in data for name in names)


def test_a_sweep_waits_for_who_stores_and_finds_the_file_named(media):
    """The file is there, its row is not committed: a sweep that did not wait would take it away."""
    done, found = threading.Event(), []

    def late() -> None:
        try:
            found.extend(sweep())
        finally:
            connection.close()
            done.set()

    thread = threading.Thread(target=late)
    with keeping(b"bytes") as name:
        thread.start()
        assert not done.wait(0.3)
        assert there(media) == {name}
        factories.source(stored_file=name)
    assert done.wait(20) and found == []
    assert there(media) == {name}


def test_a_package_that_is_being_loaded_keeps_its_files_from_a_sweep(media):
    done = threading.Event()

    def late() -> None:
        try:
            sweep()
        finally:
            connection.close()
            done.set()

    names = [stored_name("ab" + "0" * 62), stored_name("cd" + "0" * 62)]
    with holding_all(names):
        for name in names:
            aged(media / name)
        threading.Thread(target=late).start()
        assert not done.wait(0.3)
        assert there(media) == set(names)
    assert done.wait(20)
    assert there(media) == set()
