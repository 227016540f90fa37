"""Reading a package off the disk: nothing outside it, nothing that grows without bounds, no byte that is not checked.

No Django.
"""

from __future__ import annotations

import hashlib
import io
import json
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from statements.package.container import DESCRIPTOR
from statements.package.failures import PackageError

# What a package may hold when it is unpacked, unless the operator says more.
LARGEST = 8 * 1024**3
_LARGEST_DESCRIPTOR = 16 * 1024**2
# Texts shrink to a twentieth, seldom to a hundredth: what is large and shrinks to less is made to fill the disk.
_RATIO, _RATIO_FROM = 200, 64 * 1024**2
_CHUNK = 1 << 20


class Package:
    """An opened package. `descriptor` is what it says of itself; each file is named by a path within it."""

    def __init__(self, path: Path, *, largest: int = LARGEST) -> None:
        self._stack = ExitStack()
        self._folder = path
        self._zip: zipfile.ZipFile | None = None
        try:
            if not path.exists():
                raise PackageError(f"There is no {path}.")
            self._sizes = self._open_folder() if path.is_dir() else self._open_zip()
            if sum(self._sizes.values()) > largest:
                size = largest // 1024**2
                raise PackageError(f"Unpacked it would be larger than {size} MB: say --largest to allow it.")
            self.descriptor = self._describe()
            self.resources = self._resources()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the package go."""
        self._stack.close()

    def _open_folder(self) -> dict[str, int]:
        sizes = {}
        for path in sorted(self._folder.rglob("*")):
            name = path.relative_to(self._folder).as_posix()
            if path.is_symlink():
                raise PackageError(f"{name} is a link: a package holds its files itself.")
            if path.is_file():
                sizes[name] = path.stat().st_size
        return sizes

    def _open_zip(self) -> dict[str, int]:
        try:
            opened = self._zip = self._stack.enter_context(zipfile.ZipFile(self._folder))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise PackageError("This is no ZIP file, or a broken one.") from error
        sizes: dict[str, int] = {}
        packed = 0
        for entry in opened.infolist():
            if entry.is_dir():
                continue
            if entry.filename in sizes:
                raise PackageError(f"{entry.filename} stands twice in the ZIP file.")
            if entry.flag_bits & 1:
                raise PackageError("The ZIP file asks for a password: unpack it first.")
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise PackageError(f"{entry.filename} is a link: a package holds its files itself.")
            if entry.file_size > max(_RATIO_FROM, _RATIO * entry.compress_size):
                raise PackageError(f"{entry.filename} unpacks to far more than it may: this looks like a ZIP bomb.")
            sizes[entry.filename] = entry.file_size
            packed += entry.compress_size
        if packed > self._folder.stat().st_size:
            raise PackageError("Its parts lie over each other: this looks like a ZIP bomb.")
        return sizes

    def _describe(self) -> dict[str, Any]:
        if DESCRIPTOR not in self._sizes:
            raise PackageError(f"There is no {DESCRIPTOR} in it: this is no data package.")
        if self._sizes[DESCRIPTOR] > _LARGEST_DESCRIPTOR:
            raise PackageError(f"{DESCRIPTOR} is too long.")
        with self._reading(DESCRIPTOR) as stream:
            try:
                found = json.loads(stream.read().decode("utf-8-sig"))
            except (ValueError, RecursionError) as error:
                raise PackageError(f"{DESCRIPTOR} is no JSON.") from error
        if not isinstance(found, dict) or not isinstance(found.get("resources"), list):
            raise PackageError(f"{DESCRIPTOR} names no resources: this is no data package.")
        return found

    def _resources(self) -> list[dict[str, Any]]:
        """Return the resources as described; every file is described once, and every described file is there."""
        seen: set[str] = set()
        for resource in self.descriptor["resources"]:
            path = resource.get("path") if isinstance(resource, dict) else None
            if not isinstance(path, str) or not isinstance(resource.get("name"), str):
                raise PackageError(f"{DESCRIPTOR} has a resource without name or path.")
            if not is_within(path):
                raise PackageError(f"{path} leads out of the package.")
            if path not in self._sizes:
                raise PackageError(f"The file {path} is missing.")
            if path in seen:
                raise PackageError(f"{path} is described twice.")
            sum_of = resource.get("hash")
            if not isinstance(sum_of, str) or not sum_of.startswith("sha256:"):
                raise PackageError(f"{path} has no SHA-256 in {DESCRIPTOR}.")
            if resource.get("bytes") != self._sizes[path]:
                raise PackageError(f"{path} is not as long as {DESCRIPTOR} says.")
            seen.add(path)
        for path in self._sizes:
            if path not in seen and path != DESCRIPTOR:
                raise PackageError(f"{path} is not described in {DESCRIPTOR}.")
        return list(self.descriptor["resources"])

    @contextmanager
    def _reading(self, path: str) -> Iterator[IO[bytes]]:
        try:
            if self._zip is None:
                with (self._folder / path).open("rb") as stream:
                    yield stream
            else:
                with self._zip.open(path) as stream:
                    yield stream
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise PackageError(f"{path} cannot be read: the package is broken.") from error

    @contextmanager
    def text(self, resource: dict[str, Any]) -> Iterator[IO[str]]:
        """Open a resource as text; at the end of the block what is left is read, and the checksum compared."""
        path = resource["path"]
        with self._reading(path) as stream:
            summed = _Summed(stream)
            text = io.TextIOWrapper(io.BufferedReader(summed, _CHUNK), "utf-8", newline="")
            try:
                yield text
                while summed.read(_CHUNK):
                    pass
            except UnicodeDecodeError as error:
                raise PackageError(f"{path} is no UTF-8.") from error
            if summed.sum != resource["hash"]:
                raise PackageError(f"{path} was changed: its SHA-256 is not the one in {DESCRIPTOR}.")

    def bytes(self, resource: dict[str, Any]) -> bytes:
        """Return the bytes of a resource, compared with its checksum."""
        path = resource["path"]
        with self._reading(path) as stream:
            found = stream.read()
        if f"sha256:{hashlib.sha256(found).hexdigest()}" != resource["hash"]:
            raise PackageError(f"{path} was changed: its SHA-256 is not the one in {DESCRIPTOR}.")
        return found


class _Summed(io.RawIOBase):
    """A stream that sums up what is read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._sum = stream, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._sum.update(data)
        return len(data)

    @property
    def sum(self) -> str:
        return f"sha256:{self._sum.hexdigest()}"


def is_within(path: str) -> bool:
    """Whether a path of a package stays within it, on every system."""
    pure = PurePosixPath(path)
    plain = not pure.is_absolute() and "\\" not in path and ":" not in path and path.isprintable()
    return plain and bool(pure.parts) and ".." not in pure.parts and path == pure.as_posix()
