"""The inside of a backup: a compressed tar of pieces, with a manifest at its end that names each of them."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

from config.backups.sealing import Unsealed

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE, FILES, KEYS = "database", "files", "keys"
# So much of the dump of a database is one member: a dump is as long as it turns out to be, a member says its length.
PIECE = 8 * 1024 * 1024
# A manifest names each file: of a million it has some hundred megabytes.
LONGEST_MANIFEST = 512 * 1024 * 1024


@dataclass
class Manifest:
    """What a backup holds: of which database, when made, its migrations, rows by table, and its members."""

    vendor: str
    made: str
    migrations: list[str]
    rows: dict[str, int]
    # Files that rows name and that were not there.
    missing: list[str] = field(default_factory=list)
    # Size in bytes and SHA-256 by the name of the member.
    members: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT


class Writer:
    """Writes members, and at last the manifest."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar = tar
        self.members: dict[str, tuple[int, str]] = {}

    def add(self, name: str, data: BinaryIO, size: int) -> None:
        """Add a member of `size` bytes."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        read = _Counting(data)
        self.tar.addfile(entry, read)
        self.members[name] = (size, read.digest.hexdigest())

    def add_stream(self, name: str, stream: BinaryIO) -> Iterator[int]:
        """Add what `stream` gives, however long, as numbered members; yield the bytes of each."""
        number = 0
        while piece := stream.read(PIECE):
            self.add(f"{name}/{number:08}", io.BytesIO(piece), len(piece))
            number += 1
            yield len(piece)

    def close(self, manifest: Manifest) -> None:
        """Write the manifest with what was added."""
        manifest.members = self.members
        told = json.dumps(asdict(manifest)).encode()
        self.add(MANIFEST, io.BytesIO(told), len(told))


class _Counting:
    """A file that notes the digest of what is read from it."""

    def __init__(self, inner: BinaryIO) -> None:
        self.inner, self.digest = inner, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        data = self.inner.read(size)
        self.digest.update(data)
        return data


@contextmanager
def writing(target: BinaryIO) -> Iterator[Writer]:
    """Yield the writer of a tar in `target`."""
    # The first level: a dump of texts shrinks to a third at some hundred megabytes a second.
    with (
        gzip.GzipFile(fileobj=target, mode="wb", compresslevel=1, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        yield Writer(tar)


def members(source: BinaryIO) -> Iterator[tuple[str, int, BinaryIO]]:
    """Yield name, size and content of each member in its order; each has to be read before the next."""
    with gzip.GzipFile(fileobj=source, mode="rb") as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
        for entry in tar:
            content = tar.extractfile(entry)
            if not entry.isreg() or content is None or entry.name.startswith("/") or ".." in entry.name.split("/"):
                raise Unsealed(f"The backup holds “{entry.name}”, which none of ours does.")
            yield entry.name, entry.size, content  # type: ignore[misc]


def checked(source: BinaryIO) -> Manifest:
    """Read a whole backup and return its manifest; raise Unsealed where a member is not what the manifest says."""
    seen: dict[str, tuple[int, str]] = {}
    manifest: Manifest | None = None
    with told_plainly():
        for name, size, content in members(source):
            if manifest is not None:
                raise Unsealed(f"The backup goes on behind its manifest, with “{name}”.")
            if name == MANIFEST:
                if size > LONGEST_MANIFEST:
                    raise Unsealed("The manifest of the backup is too long.")
                manifest = _manifest(content.read())
            else:
                seen[name] = (size, _sum(content))
    if manifest is None:
        raise Unsealed("The backup has no manifest: it was not finished.")
    if seen != manifest.members:
        odd = sorted(name for name, _sums in seen.items() ^ manifest.members.items())
        raise Unsealed(f"The backup does not hold what its manifest says: “{odd[0]}”.")
    return manifest


@contextmanager
def told_plainly() -> Iterator[None]:
    """Say in a sentence what is wrong with an archive."""
    try:
        yield
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Unsealed(f"The backup is damaged: {error}.") from error


def _manifest(told: bytes) -> Manifest:
    try:
        facts: dict[str, Any] = json.loads(told)
        if facts["format"] > FORMAT:
            raise Unsealed("The backup was made by a newer version: restore it with that one.")
        manifest = Manifest(**facts)
        manifest.members = {name: (int(size), str(sums)) for name, (size, sums) in facts["members"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unsealed("The manifest of the backup cannot be read.") from error
    return manifest


def _sum(content: BinaryIO) -> str:
    digest = hashlib.sha256()
    while data := content.read(1 << 20):
        digest.update(data)
    return digest.hexdigest()


class Joined(io.RawIOBase):
    """The numbered pieces of a stream as one file again."""

    def __init__(self, pieces: Iterable[BinaryIO]) -> None:
        self._pieces = iter(pieces)
        self._now: BinaryIO | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Read on, over the end of a piece into the next."""
        while True:
            if self._now is None:
                self._now = next(self._pieces, None)
                if self._now is None:
                    return 0
            data = self._now.read(len(buffer))
            if data:
                buffer[: len(data)] = data
                return len(data)
            with contextlib.suppress(Exception):
                self._now.close()
            self._now = None
