"""The folder of a copy: what is the same stays, what is no more goes, and any change is found."""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command

from config.lifeboat import folder as folders
from config.lifeboat.signing import Unsigned, fingerprint, new_key, public_key, secret_key
from config.lifeboat.spool import Made

KEY = secret_key(new_key())


def copied(folder: Path, files: dict[str, bytes]) -> int:
    """Write a copy of these files; return how many were taken away."""
    folders.prepare(folder)
    own = folder / ".partial-x"
    own.mkdir()
    made = Made(own / "made")
    for file, data in files.items():
        made.note(file, folders.write(folder, file, data)[0])
    gone = folders.finish(folder, made, KEY, own)
    made.close()
    shutil.rmtree(own)
    return gone


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of three files."""
    copied(tmp_path / "copy", {"index.html": b"home", "visits/x/index.html": b"visit", "a.csv": b"1"})
    return tmp_path / "copy"


def test_two_who_write_the_same_to_two_files_at_one_moment_do_not_meet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, real = Barrier(2, timeout=20), Path.write_bytes

    def write_bytes(path: Path, data: bytes) -> int:
        written = real(path, data)
        both.wait()
        return written

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda name: folders.write(tmp_path, name, b"nothing here"), ("a.ics", "b.ics")))
    assert [anew for _digest, anew in found] == [True, True]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ics", "b.ics"]


def wrong(copy: Path) -> list[str]:
    return list(folders.verify(copy, KEY.public_key()))


def test_a_copy_holds_and_standard_tools_say_so(copy):
    assert wrong(copy) == []
    # As the documents tell it, line by line.
    told = Path("docs/lifeboat.md").read_text().partition("cd DIR\n")[2].partition("```")[0].splitlines()
    assert [line.split()[0] for line in told] == ["sha256sum", "openssl", "openssl"]
    if not (shutil.which("sha256sum") and shutil.which("openssl")):
        pytest.skip("sha256sum or openssl is missing")
    said = [subprocess.run(line, shell=True, cwd=copy, check=True, timeout=30, capture_output=True) for line in told]  # noqa: S602
    assert said[2].stdout.split()[0].decode() == fingerprint(KEY.public_key()).replace(" ", "")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda copy: (copy / "index.html").write_bytes(b"hame"), "index.html was changed."),
        (lambda copy: (copy / "a.csv").unlink(), "a.csv is missing."),
        (lambda copy: (copy / "visits" / "new.html").write_bytes(b""), "visits/new.html is not listed."),
        (lambda copy: (copy / "link").symlink_to(copy / "visits"), "link is not listed."),
        (lambda copy: (copy / "site-key.pem").write_bytes(b""), "site-key.pem was changed."),
        (
            lambda copy: (copy / "SHA256SUMS").write_text((copy / "SHA256SUMS").read_text().replace("a.csv", "b.csv")),
            "SHA256SUMS is not signed by this key.",
        ),
        (
            lambda copy: (copy / "SHA256SUMS").write_text(f"{'0' * 64}  ../outside\n"),
            "SHA256SUMS has a line that names no file of the copy.",
        ),
    ],
)
def test_any_change_is_found(copy, change, told):
    change(copy)
    assert told in wrong(copy)


def test_another_key_did_not_sign_it(copy):
    assert list(folders.verify(copy, secret_key(new_key()).public_key())) == ["SHA256SUMS is not signed by this key."]
    assert public_key(copy / "site-key.pem").public_bytes_raw() == KEY.public_key().public_bytes_raw()
    (copy / "SHA256SUMS.sig").unlink()
    with pytest.raises(Unsigned, match="no signed copy"):
        wrong(copy)


def test_what_is_the_same_stays_and_what_is_no_more_goes(copy):
    (copy / "index.html").touch()
    before = (copy / "index.html").stat().st_ino
    gone = copied(copy, {"index.html": b"home", "visits/y/index.html": b"new", "a.csv": b"2"})
    assert gone == 1
    assert (copy / "index.html").stat().st_ino == before
    assert not (copy / "visits" / "x").exists()
    assert (copy / "a.csv").read_bytes() == b"2"
    assert wrong(copy) == []


def test_nothing_is_written_into_a_folder_of_somebody(tmp_path):
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(folders.Foreign, match="not empty"):
        folders.prepare(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]
    # What a killed one left is taken up again.
    folders.prepare(tmp_path / "new")
    (tmp_path / "new" / "half.html").write_text("half")
    copied(tmp_path / "new", {"index.html": b"home"})
    assert not (tmp_path / "new" / "half.html").exists()


@pytest.mark.parametrize("setting", ["", "x", "AAAA"])
def test_a_key_that_is_none_is_told(setting):
    with pytest.raises(Unsigned, match=r"SITE_KEY is not .*make_site_key"):
        secret_key(setting)


def test_the_commands_make_a_key_and_check_a_copy(copy, capsys, settings):
    call_command("make_site_key")
    made = capsys.readouterr()
    key = secret_key(made.out.strip().removeprefix("SITE_KEY="))
    assert fingerprint(key.public_key()) in made.err
    call_command("verify_site", str(copy), verbosity=0)
    assert "compare it with what the record has made known" in capsys.readouterr().out
    settings.SITE_KEY = made.out.strip().removeprefix("SITE_KEY=")
    with pytest.raises(CommandError, match="1 things are wrong"):
        call_command("verify_site", str(copy), verbosity=0)
    call_command("verify_site", str(copy), key=copy / "site-key.pem", verbosity=0)
    (copy / "a.csv").unlink()
    with pytest.raises(CommandError, match="1 things are wrong"):
        call_command("verify_site", str(copy), key=copy / "site-key.pem", verbosity=0)
    assert "a.csv is missing." in capsys.readouterr().err
