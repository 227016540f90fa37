"""Files of backups: private, whole, and on the disk before anything relies on them."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from config.backups.sealing import Unsealed


class Summing:
    """A file that notes the digest of what is written to it."""

    def __init__(self, inner: BinaryIO) -> None:
        self.inner, self.digest = inner, hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write on."""
        self.digest.update(data)
        return self.inner.write(data)

    def flush(self) -> None:
        """Hand on what is kept."""
        self.inner.flush()

    def sync(self) -> None:
        """Wait until the disk has it."""
        self.inner.flush()
        os.fsync(self.inner.fileno())


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a new file that its owner alone can read; one that a killed process left is replaced."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """Yield the file, open; raise Unsealed where it cannot be read."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Unsealed(f"The backup cannot be read: {error.strerror or error}.") from error
    with file:
        yield file


def write_private(path: Path, content: BinaryIO) -> None:
    """Write a new private file and wait until the disk has it."""
    made_folder(path.parent)
    with new_file(path) as file:
        shutil.copyfileobj(content, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())


def made_folder(folder: Path) -> Path:
    """Return the folder, made where it was not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def sync_folder(folder: Path) -> None:
    """Wait until the disk knows the names in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
