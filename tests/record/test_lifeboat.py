"""The sample record as static files: nothing hidden in it, every link leads to a file, twice the same bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.lifeboat import folder as folders
from config.lifeboat.making import Copy, Making, make
from config.lifeboat.reading import Unreadable
from config.lifeboat.signing import new_key, secret_key
from statements.seed.hidden import CANARIES
from tests.audit.figures import is_whole
from tests.cast import signed_in
from tests.copies import broken, found_in
from visits.actions import raise_stamp
from visits.choices import Workflow
from visits.models import Meeting, Visit

SITE = "http://localhost"
KEY = secret_key(new_key())
CANARY = re.compile(r"canary[-a-z0-9]*", re.IGNORECASE)
# The visit beside which the hidden rows of the sample stand, those like it, and lists that could count them.
VISIT = "/visits/example-working-group/"
PART = (
    "/visits/example-", r"/corrections/$", "/corrections.atom", "/commitments", "/topics/elections/",
    "/organisations/example-market", r"/visits/$", r"/visits/\?topic=elections",
    r"/(visits|statements|meetings|people|organisations|topics|sources)\.",
    r"/statements/$", "/[a-z]+/canary",
)  # fmt: skip


def made(folder: Path, only: tuple[str, ...]) -> Copy:
    return make(Making(SITE, folder, only=only), KEY)


def contents(folder: Path) -> dict[str, bytes]:
    return {file: (folder / file).read_bytes() for file in folders.files_in(folder)}


@pytest.mark.audit
def test_a_copy_tells_nothing_hidden_and_every_link_leads_to_a_file(
    tmp_path: Path, people, figure: Callable[[str, float], None]
) -> None:
    folder = tmp_path / "copy"
    told = made(folder, () if is_whole() else PART)
    wrong, looked = broken(folder, SITE)
    assert wrong == []
    assert looked >= 10 * told.pages
    # What was withdrawn tells so at its own address, whose name is public.
    withdrawn = Visit._base_manager.filter(workflow=Workflow.WITHDRAWN).values_list("slug", flat=True)
    found = found_in(folder, CANARY) - {slug.lower() for slug in withdrawn}
    assert found == set()
    assert list(folders.verify(folder, KEY.public_key())) == []
    figure("lifeboat_pages", told.pages)
    figure("lifeboat_broken", len(wrong))
    figure("lifeboat_canaries", len(found))
    # The words stand where they could come from: somebody who may see them meets them on the page that was copied.
    seen = "".join(signed_in(people.member).get(VISIT + tab).content.decode() for tab in ("", "positions/", "sources/"))
    assert len({word.lower() for word in CANARY.findall(seen)} & set(CANARIES)) >= 8
    assert "example-working-group" in (folder / "visits/example-working-group/index.html").read_text()


def test_the_same_record_makes_the_same_bytes_and_what_was_removed_goes(tmp_path: Path, people) -> None:
    shown = Meeting.objects.visible_to(people.anonymous)
    meeting = shown.filter(visit__slug="example-working-group").order_by("pk")[0]
    part, folder = (VISIT, f"/meetings/{meeting.public_id}"), tmp_path / "copy"
    assert made(folder, part).pages >= 10
    before, times = contents(folder), {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    again = made(folder, part)
    assert (again.written, again.gone) == (0, 0)
    assert contents(folder) == before
    assert {path: path.stat().st_mtime_ns for path in times} == times
    page = f"meetings/{meeting.public_id}/index.html"
    assert page in before
    Meeting.objects.filter(pk=meeting.pk).update(visibility="internal")
    raise_stamp()
    assert made(folder, part).gone >= 1
    assert not (folder / page).exists()
    assert not any(meeting.public_id.encode() in data for data in contents(folder).values())
    assert list(folders.verify(folder, KEY.public_key())) == []


def test_a_word_of_a_hidden_row_is_found_in_any_disguise(tmp_path: Path) -> None:
    import base64
    import gzip
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", "canary-zip")
    for name, data in {
        "a": b"<p>canary-raw</p>",
        "b": "canary-wide".encode("utf-16"),
        "c": b"x" + base64.b64encode(b"..canary-base"),
        "d": packed.getvalue(),
        "e": gzip.compress(b"canary-gzip"),
        "f": b"&#99;anary-html %63anary-url",
        "canary-name": b"",
    }.items():
        (tmp_path / name).write_bytes(data)
    words = ("raw", "wide", "base", "zip", "gzip", "html", "url", "name")
    assert {f"canary-{word}" for word in words} <= found_in(tmp_path, CANARY)


def test_what_is_published_meanwhile_is_read_anew_and_never_half(tmp_path: Path, db: None, monkeypatch) -> None:
    seen = []

    def get(self, address):  # type: ignore[no-untyped-def]
        seen.append(address)
        if len(seen) == 1 or endless:
            raise_stamp()
        return ask(self, address)

    from config.lifeboat.reading import Nobody

    ask, endless = Nobody.ask, False
    monkeypatch.setattr(Nobody, "ask", get)
    assert made(tmp_path / "copy", (r"/corrections/$",)).pages == 3
    assert seen.count("/corrections/") == 2
    endless = True
    with pytest.raises(Unreadable, match="changes faster"):
        made(tmp_path / "copy", (r"/corrections/$",))


def test_the_command_says_what_is_missing(tmp_path: Path, db: None, settings, capsys) -> None:
    settings.SITE_KEY = ""
    with pytest.raises(CommandError, match="SITE_KEY is not set"):
        call_command("export_site", str(tmp_path / "a"), processes=1, verbosity=0)
    with pytest.raises(CommandError, match="is not among ALLOWED_HOSTS"):
        call_command("export_site", str(tmp_path / "a"), address="https://else.example", unsigned=True, processes=1)
    (tmp_path / "mine.txt").touch()
    with pytest.raises(CommandError, match="is not empty"):
        call_command("export_site", str(tmp_path), unsigned=True, processes=1, verbosity=0)
    call_command("export_site", str(tmp_path / "a"), unsigned=True, only=["/robots.txt"], processes=1, verbosity=0)
    assert "2 pages" in capsys.readouterr().out
    assert "This copy is not signed." in (tmp_path / "a/copy/index.html").read_text()
    assert not (tmp_path / "a/SHA256SUMS.sig").exists()
