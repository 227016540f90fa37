"""A package on the disk: a folder or a ZIP file, readable by its owner alone, there whole or not at all. No Django."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from statements.package.failures import PackageError

DESCRIPTOR = "datapackage.json"
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
# The same record makes the same bytes, whenever it is written.
_MOMENT = (1980, 1, 1, 0, 0, 0)


class Writer:
    """Takes files one after another, and notes the size and the checksum of each."""

    def __init__(self, path: Path, *, packed: bool) -> None:
        self.path, self.packed = path, packed
        if packed:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _FILE_MODE)
            self._file = os.fdopen(handle, "w+b")
            self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)
        else:
            path.mkdir(mode=_FOLDER_MODE)

    @contextmanager
    def file(self, name: str) -> Iterator[Measured]:
        """Open a file of the package for writing bytes."""
        if self.packed:
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _FILE_MODE << 16
            with self._zip.open(entry, "w", force_zip64=True) as stream:
                yield Measured(stream)
            return
        target = self.path / name
        # Each by itself: the mode of mkdir() is that of the last folder alone.
        for folder in reversed(target.relative_to(self.path).parents):
            (self.path / folder).mkdir(mode=_FOLDER_MODE, exist_ok=True)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE), "wb") as stream:
            yield Measured(stream)
            stream.flush()
            os.fsync(stream.fileno())

    def describe(self, descriptor: dict[str, Any]) -> None:
        """Write what the package says of itself, last of all."""
        with self.file(DESCRIPTOR) as stream:
            stream.write((json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n").encode())

    def close(self) -> None:
        """End the package."""
        if self.packed:
            self._zip.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()


class Measured:
    """A stream of bytes that counts and sums up what goes through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.bytes, self._sum = stream, 0, hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write bytes on."""
        self.stream.write(data)
        self.bytes += len(data)
        self._sum.update(data)
        return len(data)

    @property
    def facts(self) -> dict[str, Any]:
        """Return size and checksum as a resource of a package names them."""
        return {"bytes": self.bytes, "hash": f"sha256:{self._sum.hexdigest()}"}


@contextmanager
def writing(target: Path, *, overwrite: bool = False) -> Iterator[Writer]:
    """Write a package: a ZIP file where the name ends so, else a folder. It takes its name when it is whole.

    Raises PackageError where something of that name is there, unless `overwrite` and it is a package.
    """
    packed = target.suffix.lower() == ".zip"
    if target.is_symlink() or (target.exists() and not (overwrite and _is_package(target))):
        reason = "it is no package, and is not overwritten" if overwrite else "choose another name, or say --overwrite"
        raise PackageError(f"{target} is there already: {reason}.")
    if not target.parent.is_dir():
        raise PackageError(f"There is no folder {target.parent}.")
    partial = target.with_name(f".{target.name}-{secrets.token_hex(8)}")
    writer = Writer(partial, packed=packed)
    try:
        yield writer
        writer.close()
        if target.is_dir():
            old = target.with_name(f".{target.name}-{secrets.token_hex(8)}")
            target.rename(old)
            partial.rename(target)
            shutil.rmtree(old)
        else:
            partial.replace(target)
    except BaseException:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink(missing_ok=True)
        raise


def _is_package(target: Path) -> bool:
    if target.is_dir():
        return (target / DESCRIPTOR).is_file()
    return target.is_file() and zipfile.is_zipfile(target)
