"""An archive opens with its key alone, whole and unchanged, or says why not."""

import io

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.backups import archive
from config.backups.archive import Joined, Manifest, checked, members, writing
from config.backups.sealing import Unsealed, identities_of, new_key, opened, recipients_of, sealed

KEY = pyrage.x25519.Identity.generate()


def packed(parts: dict[str, bytes], stream: bytes = b"") -> bytes:
    """Return a sealed archive."""
    target = io.BytesIO()
    with sealed(target, [KEY.to_public()]) as inner, writing(inner) as writer:
        sizes = list(writer.add_stream("database", io.BytesIO(stream)))
        for name, data in parts.items():
            writer.add(name, io.BytesIO(data), len(data))
        writer.close(Manifest("sqlite", "2026-11-28", ["visits.0001_initial"], {"visits_visit": 3}))
    assert sum(sizes) == len(stream)
    return target.getvalue()


def look_through(data: bytes, key=KEY) -> Manifest:
    with opened(io.BytesIO(data), [key]) as inner:
        return checked(inner)


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.from_regex(r"files/[a-z]{1,8}", fullmatch=True), st.binary(max_size=200)), st.binary())
def test_what_went_in_comes_out(parts, stream):
    data = packed(parts, stream)
    assert look_through(data).rows == {"visits_visit": 3}
    with opened(io.BytesIO(data), [KEY]) as inner:
        found = {name: content.read() for name, _size, content in members(inner)}
    del found[archive.MANIFEST]
    assert b"".join(found.pop(name) for name in sorted(found) if name.startswith("database/")) == stream
    assert found == parts


def test_a_long_dump_is_cut_into_pieces_and_joined_again(monkeypatch):
    monkeypatch.setattr(archive, "PIECE", 1000)
    stream = bytes(range(256)) * 40
    data = packed({}, stream)
    assert len(look_through(data).members) == 11
    with opened(io.BytesIO(data), [KEY]) as inner:
        pieces = (content for name, _size, content in members(inner) if name.startswith("database/"))
        assert Joined(pieces).read() == stream


def test_nothing_of_it_can_be_read_without_the_key():
    data = packed({"files/a": b"the name of a witness" * 100}, b"the name of a witness" * 100)
    assert b"witness" not in data
    with pytest.raises(Unsealed, match="is this the key"):
        look_through(data, pyrage.x25519.Identity.generate())


def test_a_cut_or_changed_archive_does_not_open():
    data = packed({"files/a": b"x" * 5000}, b"y" * 200_000)
    for place in range(0, len(data), max(1, len(data) // 40)):
        with pytest.raises(Unsealed):
            look_through(data[:place])
        with pytest.raises(Unsealed):
            look_through(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


def test_members_that_are_not_as_the_manifest_says_are_found():
    target = io.BytesIO()
    with sealed(target, [KEY.to_public()]) as inner, writing(inner) as writer:
        writer.add("files/a", io.BytesIO(b"a"), 1)
        writer.members["files/b"] = (1, "0" * 64)
        writer.close(Manifest("sqlite", "", [], {}))
    with pytest.raises(Unsealed, match="files/b"):
        look_through(target.getvalue())


def test_names_that_lead_out_of_the_folder_are_refused():
    for name in ("../a", "/etc/passwd", "files/../../a"):
        with pytest.raises(Unsealed, match="none of ours"):
            look_through(packed({name: b"a"}))


def test_an_archive_of_a_newer_format_says_so(monkeypatch):
    data = packed({})
    monkeypatch.setattr(archive, "FORMAT", 0)
    with pytest.raises(Unsealed, match="newer version"):
        look_through(data)


def test_one_that_was_not_finished_has_no_manifest():
    target = io.BytesIO()
    with sealed(target, [KEY.to_public()]) as inner, writing(inner) as writer:
        writer.add("files/a", io.BytesIO(b"a"), 1)
    with pytest.raises(Unsealed, match="not finished"):
        look_through(target.getvalue())


def test_a_disk_that_is_full_is_told_and_not_waited_for():
    class Full(io.BytesIO):
        def write(self, data) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"), sealed(Full(), [KEY.to_public()]) as inner, writing(inner) as writer:
        list(writer.add_stream("database", io.BytesIO(bytes(10_000_000))))


def test_a_key_is_its_owners_alone_and_never_written_over(tmp_path):
    file = tmp_path / "key"
    public = new_key(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert str(identities_of(file)[0].to_public()) == public == str(recipients_of([public])[0])
    with pytest.raises(FileExistsError):
        new_key(file)


@pytest.mark.parametrize("content", ["", "# only a remark\n", "AGE-SECRET-KEY-1XYZ\n", "\xff\xfe"])
def test_what_is_no_key_is_refused(tmp_path, content):
    file = tmp_path / "key"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(Unsealed, match="no age key"):
        identities_of(file)
    with pytest.raises(Unsealed, match="cannot be read"):
        identities_of(tmp_path / "none")


def test_recipients_have_to_be_set_and_understood():
    with pytest.raises(Unsealed, match="is not set"):
        recipients_of([])
    with pytest.raises(Unsealed, match="not understood"):
        recipients_of(["age1nothing"])
