"""Whatever is uploaded is refused with a reason or taken as words: nothing breaks, runs, unpacks, leaves its folder."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from statements.publishing import make
from tests import factories
from tests.audit.hostile_files import MARK, hostile_files
from tests.cast import signed_in
from visits.imports.reading import opened
from visits.imports.refusals import Refused
from visits.models import ImportBatch, Source
from visits.stored_files import digest, keeping, stored_name

pytestmark = [pytest.mark.audit, pytest.mark.django_db]

SECONDS, MEGABYTES = 20, 900
ACTING = (b"/JavaScript", b"/Launch", b"vbaProject", b"attachedTemplate", b"<!DOCTYPE l", b"root:x:", b"<iframe")


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    """Return a file as a browser sends it, whatever its name: Django takes a folder out of it only as it is read."""
    file = SimpleUploadedFile("x", data)
    file._name = name
    return file


def reached(tmp_path: Path) -> set[Path]:
    """Return what stands where a file would climb to."""
    return {path for folder in (tmp_path, Path("/tmp"), Path.cwd()) for path in folder.glob(f"*{MARK}*")}  # noqa: S108


def is_harmless(text: str) -> bool:
    """Whether a page repeats none of what was to run."""
    return (
        "<script>alert(1)" not in text and "onerror=alert(1)>" not in text.replace("&gt;", "") and "root:x:" not in text
    )


def test_hostile_files_are_refused_or_harmless_at_every_upload(people, settings, tmp_path, figure):
    settings.MEDIA_ROOT = tmp_path / "media" / "files"
    client, visit = signed_in(people.editor), factories.visit()
    kinds = ("visits", "people", "statements", "meetings", "mandates")
    wrong: list[str] = []
    files = hostile_files()
    for number, (name, data) in enumerate(files):
        begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for answer in (
            client.post("/desk/sources/new/", {"kind": "news", "file": upload(name, data)}),
            client.post(f"/desk/visits/{visit.slug}/calendar/", {"file": upload(name, data)}),
            client.post("/desk/imports/", {"kind": kinds[number % 5], "file": upload(name, data)}, follow=True),
        ):
            if answer.status_code >= 500 or not is_harmless(answer.content.decode()):
                wrong.append(f"{name}: {answer.status_code}")
        try:
            with opened(data) as table:
                sum(1 for _row in table.rows)
        except Refused:
            pass
        if time.monotonic() - begun > SECONDS:
            wrong.append(f"{name}: took too long")
        if (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 > MEGABYTES:
            wrong.append(f"{name}: took too much memory")
    assert wrong == []
    assert reached(tmp_path) == set()
    assert ImportBatch.objects.count() > 5
    # Every file stands under a name of ours.
    for path in (tmp_path / "media").rglob("*"):
        assert not {"..", MARK} & set(path.name.split(".")), path
    figure("hostile_files", len(files) - len({line.split(":")[0] for line in wrong}))


def test_hostile_files_that_were_stored_are_published_without_what_acts_or_not_at_all(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    published, begun = 0, time.monotonic()
    for name, data in hostile_files():
        if len(data) > 5_000_000 or not data:
            continue
        with keeping(data) as stored:
            source = Source(stored_file=stored, sha256=digest(data), publishable=True, title=name[:300])
        copy = make(source)
        assert stored == stored_name(source.sha256)
        if copy is not None:
            published += 1
            held = copy.path.read_bytes()
            for acting in ACTING:
                assert acting not in held, (name, acting)
            assert copy.ending != "html" or b"<script" not in held
    assert published >= 8
    assert time.monotonic() - begun < SECONDS
