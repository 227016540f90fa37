"""A package is written whole or not at all, and a bad one is refused with a reason, nothing written."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frictionless
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from statements.models import SearchEntry, Statement
from statements.package import checking
from statements.package.dumping import _descriptor
from tests import factories
from tests.statements.package.emptying import empty_the_record, stored
from visits.models import MeetingNote, PublicationStamp, Source, User, Visit
from visits.stored_files import keeping


@pytest.fixture
def record(db: None, settings: Any, tmp_path: Path) -> Any:
    """Enter a small record with a stored file, texts that are hard to write, and rows that are gone."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DATA_LICENCE = "CC BY 4.0"
    visit = factories.visit(purpose='=1+1, "quoted"\r\nand\nmore\t\\N ⟨ភាសា⟩ ' + "long " * 40_000)
    with keeping(b"%PDF-1.4 whole") as name:
        factories.source(traced_by=visit, stored_file=name, sha256=name.rpartition("/")[2])
    said = factories.statement(visit=visit)
    factories.statement(visit=visit, links=(("repeats", said),))
    factories.note(meeting=factories.meeting(visit=visit), text="A closed note")
    gone = factories.topic()
    gone.delete()
    return visit


def export(target: Path, *options: str) -> None:
    call_command("export_record", str(target), *options, verbosity=0, stdout=io.StringIO())


def read(package: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_record", str(package), *options, verbosity=0, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["record.zip", "record"])
def test_what_is_read_back_is_what_was_written(record: Any, tmp_path: Path, settings: Any, name: str) -> None:
    before = stored()
    export(tmp_path / name)
    empty_the_record()
    assert not Visit._base_manager.exists()
    settings.MEDIA_ROOT = tmp_path / "other"
    assert f"{sum(map(len, before.values()))} rows: read." in read(tmp_path / name)
    assert stored() == before
    assert len(before["statements.historicaltopic"]) == 2
    source = Source.objects.exclude(stored_file="").get()
    path = tmp_path / "other" / source.stored_file.name
    assert path.read_bytes() == b"%PDF-1.4 whole"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SearchEntry.objects.filter(kind="statement").count() == 2
    assert PublicationStamp.objects.get().value == 1
    assert not any(user.has_usable_password() for user in User.objects.all())
    export(tmp_path / f"again-{name}")
    assert content(tmp_path / f"again-{name}") == content(tmp_path / name)


def content(package: Path) -> Any:
    if package.is_file():
        return package.read_bytes()
    return {str(path.relative_to(package)): path.read_bytes() for path in package.rglob("*") if path.is_file()}


def test_new_rows_are_numbered_after_every_row_there_ever_was(record: Any, tmp_path: Path) -> None:
    last = max(row["id"] for row in stored()["visits.historicalvisit"])
    export(tmp_path / "record.zip")
    empty_the_record()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence('statements_topic', 'id'), 1, false)")
        else:
            cursor.execute("DELETE FROM sqlite_sequence")
    read(tmp_path / "record.zip")
    gone = max(row["id"] for row in stored()["statements.historicaltopic"])
    assert factories.topic().pk == gone + 1
    assert factories.visit().pk > last


def test_packages_are_for_their_owner_alone_and_are_not_overwritten(record: Any, tmp_path: Path) -> None:
    for name in ("record.zip", "record"):
        target = tmp_path / name
        export(target)
        paths = [target, *target.rglob("*")]
        assert {stat.S_IMODE(path.stat().st_mode) for path in paths} <= {0o600, 0o700}
        before = content(target)
        factories.topic()
        with pytest.raises(CommandError, match="there already"):
            export(target)
        assert content(target) == before
        export(target, "--overwrite")
        assert content(target) != before
    (tmp_path / "letter.zip").write_text("Dear editor")
    with pytest.raises(CommandError, match="no package"):
        export(tmp_path / "letter.zip", "--overwrite")
    with pytest.raises(CommandError, match="no folder"):
        export(tmp_path / "nowhere" / "record.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letter.zip", "media", "record", "record.zip"]


def test_a_record_that_is_not_whole_makes_no_package(record: Any, tmp_path: Path, settings: Any) -> None:
    source = Source.objects.exclude(stored_file="").get()
    (Path(settings.MEDIA_ROOT) / source.stored_file.name).unlink()
    with pytest.raises(CommandError, match="is missing"):
        export(tmp_path / "record.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["media"]


def test_a_package_is_read_into_an_empty_record_alone(record: Any, tmp_path: Path) -> None:
    export(tmp_path / "record.zip")
    before = stored()
    with pytest.raises(CommandError, match="not empty"):
        read(tmp_path / "record.zip")
    assert "whole, and nothing was written" in read(tmp_path / "record.zip", "--check")
    assert stored() == before


def test_frictionless_finds_the_package_in_order_and_a_changed_one_not(record: Any, tmp_path: Path) -> None:
    export(tmp_path / "whole")
    export(tmp_path / "public", "--public")
    export(tmp_path / "packed.zip")
    for name in ("whole/datapackage.json", "public/datapackage.json", "packed.zip"):
        report = frictionless.validate(str(tmp_path / name))
        assert report.valid, report.flatten(["name", "rowNumber", "message"])
        assert len(report.tasks) >= 37
    public = json.loads((tmp_path / "public" / "datapackage.json").read_text())
    assert public["licenses"] == [{"name": "CC-BY-4.0", "title": "CC BY 4.0"}]
    path = tmp_path / "whole" / "data" / "visits.visitstep.csv"
    path.write_bytes(path.read_bytes().replace(b"ended", b"endod"))
    report = frictionless.validate(str(tmp_path / "whole" / "datapackage.json"))
    assert [error.type for task in report.tasks for error in task.errors] == ["hash-count"]


def test_a_licence_is_named_by_signs_that_a_name_may_have(settings: Any) -> None:
    for licence, name in (("", "notspecified"), ("ODbL: v1.0 (see site)", "ODbL-v1.0-see-site")):
        settings.DATA_LICENCE = licence
        [told] = _descriptor([], public=True)["licenses"]
        assert told["name"] == name
        assert told["title"] == (licence or "not stated: ask whoever runs this site")
    assert _descriptor([], public=False)["licenses"] == [{"name": "other-closed", "title": "not for publication"}]


def test_the_public_package_holds_nothing_of_what_is_hidden(record: Any, tmp_path: Path) -> None:
    factories.visit(title="Hidden place", **factories.draft())
    someone = factories.person(name="Hidden person", private=True)
    factories.statement(
        visit=record,
        speakers=(factories.speaker(person=someone),),
        texts=(factories.text("Hidden words"),),
        **factories.internal(),
    )
    export(tmp_path / "public", "--public")
    export(tmp_path / "whole")
    public, whole = (b"".join(content(tmp_path / name).values()) for name in ("public", "whole"))
    for word in (b"Hidden place", b"Hidden person", b"Hidden words", b"A closed note", b"stored_file"):
        assert word in whole
        assert word not in public
    assert b"changed_at" not in public


def test_a_private_individual_who_speaks_is_named_and_nothing_more(record: Any, tmp_path: Path) -> None:
    from visits.models import PersonName

    someone = factories.person(name="Spoken Name", private=True)
    PersonName(person=someone, text="Another Name").save()
    factories.statement(visit=record, speakers=(factories.speaker(person=someone),))
    export(tmp_path / "public", "--public")
    public = b"".join(content(tmp_path / "public").values())
    assert b"Spoken Name" in public
    assert b"Another Name" not in public
    someone.private = False
    someone.save()
    export(tmp_path / "public", "--public", "--overwrite")
    assert b"Another Name" in b"".join(content(tmp_path / "public").values())


def test_the_order_of_public_rows_has_no_gap_where_a_hidden_one_stands(record: Any, tmp_path: Path) -> None:
    meeting = factories.meeting(visit=record)
    for number, named in enumerate((True, False, True)):
        factories.participant(meeting=meeting, order=number, named_publicly=named, label=f"Someone {number}")
    export(tmp_path / "public", "--public")
    rows = content(tmp_path / "public")["data/visits.participant.csv"].decode().splitlines()
    assert [[*row.split(",")[:3], row.split(",")[5]] for row in rows[1:]] == [
        ["1", "2", "0", "Someone 0"],
        ["2", "2", "1", "Someone 2"],
    ]


# What is wrong with a package, and what is said.

Spoil = Callable[[dict[str, bytes]], None]


def describe(files: dict[str, bytes], change: Callable[[dict[str, Any]], None]) -> None:
    """Change the description of a package."""
    descriptor = json.loads(files["datapackage.json"])
    change(descriptor)
    files["datapackage.json"] = json.dumps(descriptor).encode()


def rewrite(path: str, old: bytes, new: bytes) -> Spoil:
    """Return what changes the rows of a table, with size and checksum as they should be."""

    def spoil(files: dict[str, bytes]) -> None:
        assert old in files[path]
        files[path] = files[path].replace(old, new, 1)

        def change(descriptor: dict[str, Any]) -> None:
            (resource,) = [one for one in descriptor["resources"] if one["path"] == path]
            resource |= {
                "bytes": len(files[path]),
                "hash": f"sha256:{hashlib.sha256(files[path]).hexdigest()}",
            }

        describe(files, change)

    return spoil


def field_renamed(descriptor: dict[str, Any]) -> None:
    descriptor["resources"][0]["schema"]["fields"][1]["name"] = "weight"


def led_out(descriptor: dict[str, Any]) -> None:
    descriptor["resources"][0]["path"] = "../../secret.csv"


STEPS, VISITS = "data/visits.visitstep.csv", "data/visits.visit.csv"
BAD: dict[str, tuple[Spoil, str]] = {
    "changed": (lambda f: f.update({STEPS: f[STEPS].replace(b"ended", b"endod")}), "was changed: its SHA-256"),
    "shortened": (lambda f: f.update({STEPS: f[STEPS][:-5]}), "not as long as"),
    "missing file": (lambda f: f.pop(STEPS) and None, f"{STEPS} is missing"),
    "missing description": (lambda f: f.pop("datapackage.json") and None, "no datapackage.json"),
    "description is no JSON": (lambda f: f.update({"datapackage.json": b"{"}), "no JSON"),
    "nested without end": (lambda f: f.update({"datapackage.json": b"[" * 100_000}), "no JSON"),
    "description of nothing": (lambda f: f.update({"datapackage.json": b"[]"}), "names no resources"),
    "undescribed": (lambda f: f.update({"data/more.csv": b"id"}), "data/more.csv is not described"),
    "newer": (lambda f: describe(f, lambda d: d.update(formatVersion=2)), "is of format 2.*install a newer one"),
    "older than any": (lambda f: describe(f, lambda d: d.update(formatVersion=0)), "does not say of which format"),
    "another package": (lambda f: describe(f, lambda d: d.update(name="cats")), "none of a record"),
    "a table less": (lambda f: describe(f, lambda d: d["resources"].pop(0)), "is not described"),
    "a path outside": (lambda f: describe(f, led_out), "leads out of the package"),
    "a column more": (lambda f: describe(f, field_renamed), "does not know"),
    "other columns": (rewrite(STEPS, b"kind,actor", b"actor,kind"), "other columns than its description"),
    "a cell less": (rewrite(STEPS, b",started,", b","), "row 2: .* cells"),
    "no date": (rewrite(STEPS, b",2022-08-15,", b",2022-08-32,"), "row 2, date: “2022-08-32” is not in the calendar"),
    "no partial date": (rewrite(STEPS, b",2022-08-15,2022-08-15", b",someday,2022-08-15"), "row 2, date: "),
    "no UTF-8": (rewrite(STEPS, b"started", b"st\xffrted"), "no UTF-8"),
    "an open quote": (rewrite(STEPS, b",started,", b',"started,'), "no CSV"),
    "a rule broken": (rewrite(STEPS, b",started,", b",dreamed,"), "refuses.*visits_visitstep_kind_known"),
}


def packed(files: dict[str, bytes], target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return target


# Written by the first test that asks for it.
_KEPT: dict[str, bytes] = {}


@pytest.fixture
def files(db: None, request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> dict[str, bytes]:
    """Return the files of a package, of which the record is gone."""
    if not _KEPT:
        request.getfixturevalue("record")
        export(tmp_path / "record")
        empty_the_record()
        _KEPT.update(content(tmp_path / "record"))
    settings.MEDIA_ROOT = tmp_path / "other"
    return dict(_KEPT)


def unpacked(files: dict[str, bytes], target: Path) -> Path:
    for name, data in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(data)
    return target


def refused(package: Path, told: str, *options: str) -> None:
    with pytest.raises(CommandError, match=told):
        read(package, *options)
    assert sum(map(len, stored().values())) == 0
    assert not SearchEntry.objects.exists()
    assert not PublicationStamp.objects.exists()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_package_is_refused_and_nothing_is_written(
    files: dict[str, bytes], tmp_path: Path, settings: Any, name: str
) -> None:
    spoil, told = BAD[name]
    spoil(files)
    refused(packed(files, tmp_path / "bad.zip"), told)
    written = (path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())
    assert not [path for path in written if ".locks" not in path.parts]
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file() and ".locks" not in str(path)]


def test_a_key_that_leads_to_nothing_is_named_by_file_row_and_column(files: dict[str, bytes], tmp_path: Path) -> None:
    rows = files[STEPS].decode().split("\r\n")
    visit = rows[0].split(",").index("visit_id")
    cells = rows[1].split(",")
    cells[visit] = "999999"
    rewrite(STEPS, rows[1].encode(), ",".join(cells).encode())(files)
    refused(packed(files, tmp_path / "bad.zip"), f"{STEPS}, row 2, visit_id: there is no 999999 in visits.visit")


def test_a_key_that_stands_twice_is_refused(files: dict[str, bytes], tmp_path: Path) -> None:
    rows = files[STEPS].split(b"\r\n")
    rewrite(STEPS, rows[1], rows[2])(files)
    refused(packed(files, tmp_path / "bad.zip"), "row 3: the id .* stands twice")


def test_a_broken_zip_file_is_refused(files: dict[str, bytes], tmp_path: Path) -> None:
    whole = packed(files, tmp_path / "whole.zip").read_bytes()
    for number, data in enumerate((b"", b"PK", b"no zip at all", whole[: len(whole) // 2])):
        (tmp_path / f"{number}.zip").write_bytes(data)
        refused(tmp_path / f"{number}.zip", "no ZIP file, or a broken one")
    # Bytes changed in the middle, the directory at the end whole.
    middle = len(whole) // 2
    (tmp_path / "middle.zip").write_bytes(whole[:middle] + bytes(200) + whole[middle + 200 :])
    refused(tmp_path / "middle.zip", "broken|changed|no UTF-8|no CSV|no ZIP")
    refused(tmp_path / "absent.zip", "There is no")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking.Content, "rows", lambda *args: pytest.fail("it was unpacked"))
    bomb = dict(files)
    bomb["data/zeros.csv"] = bytes(80 * 1024**2)
    refused(packed(bomb, tmp_path / "bomb.zip"), "looks like a ZIP bomb")
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("data/a.csv", b"1")
        package.writestr("data/a.csv", b"2")
    refused(tmp_path / "twice.zip", "stands twice")
    refused(packed(files, tmp_path / "large.zip"), "larger than 0 MB", "--largest", "0")


def test_links_in_a_package_are_refused(files: dict[str, bytes], tmp_path: Path) -> None:
    (unpacked(files, tmp_path / "folder") / "more").symlink_to(tmp_path)
    refused(tmp_path / "folder", "is a link")
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as package:
        entry = zipfile.ZipInfo("data/link.csv")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(entry, "/etc/hosts")
    refused(tmp_path / "link.zip", "is a link")


def test_a_file_of_a_source_is_there_and_named_by_a_row(files: dict[str, bytes], tmp_path: Path) -> None:
    (path,) = [name for name in files if name.startswith("files/")]

    def without(descriptor: dict[str, Any]) -> None:
        descriptor["resources"] = [one for one in descriptor["resources"] if one["path"] != path]

    less = {name: data for name, data in files.items() if name != path}
    describe(less, without)
    refused(packed(less, tmp_path / "less.zip"), "stored file sources/.* is missing")

    more = {**files, "files/sources/extra": b"x"}
    extra = {"name": "file.x", "path": "files/sources/extra", "bytes": 1}
    extra["hash"] = f"sha256:{hashlib.sha256(b'x').hexdigest()}"
    describe(more, lambda descriptor: descriptor["resources"].append(extra))
    refused(packed(more, tmp_path / "more.zip"), "No row names the stored file")


def test_a_public_package_makes_a_record_of_what_everybody_sees(record: Any, tmp_path: Path) -> None:
    hidden = factories.statement(visit=record, **factories.draft())
    shown = Statement.objects.exclude(pk=hidden.pk).values_list("public_id", flat=True)
    expected = sorted(shown)
    export(tmp_path / "public.zip", "--public")
    empty_the_record()
    read(tmp_path / "public.zip")
    assert sorted(Statement.objects.values_list("public_id", flat=True)) == expected
    assert not MeetingNote.objects.exists()
    call_command("check_record", stdout=io.StringIO())
    export(tmp_path / "again.zip", "--public")
    assert content(tmp_path / "again.zip") == content(tmp_path / "public.zip")
