"""Files that wait to be taken in, each in a folder of its own: the list, how far it is, and what was not taken in.

How far a file is stands beside it and not in the database: the transaction that writes it shows nothing before its
end, and SQLite lets nobody else write meanwhile.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from visits.imports.refusals import MOST_BYTES, Refused

if TYPE_CHECKING:
    from visits.models import ImportBatch

FOLDER = "imports"
# Readable by the site alone, whatever the mask of the process.
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
_TOLD_EVERY = 0.4


def folder_of(batch: ImportBatch) -> Path:
    """Return the folder of a file that was handed in."""
    return Path(settings.MEDIA_ROOT) / FOLDER / batch.public_id


def list_of(batch: ImportBatch) -> Path:
    """Return where the list itself is kept until it is written or cancelled."""
    return folder_of(batch) / "list"


def errors_of(batch: ImportBatch) -> Path:
    """Return where the rows are that were not taken in."""
    return folder_of(batch) / "errors.csv"


def keep_list(batch: ImportBatch, chunks: Iterable[bytes]) -> str:
    """Store a list and return its SHA-256; raise Refused, storing nothing, where it is too large."""
    folder = folder_of(batch)
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    found, size = hashlib.sha256(), 0
    try:
        descriptor = os.open(list_of(batch), os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > MOST_BYTES:
                    raise Refused(_("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 2**20})
                found.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return found.hexdigest()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def drop_list(batch: ImportBatch) -> None:
    """Take away the list and what was told of its progress; rows that were not taken in stay."""
    for name in ("list", "progress", "stop", "lock"):
        (folder_of(batch) / name).unlink(missing_ok=True)
    with suppress(OSError):
        folder_of(batch).rmdir()


def drop_all(batch: ImportBatch) -> None:
    """Take away everything of a file."""
    shutil.rmtree(folder_of(batch), ignore_errors=True)


class Progress:
    """Tells how many rows are done, a few times a second, and whether somebody has asked to stop."""

    def __init__(self, batch: ImportBatch, total: int) -> None:
        self._folder = folder_of(batch)
        self._total = total
        self._done = 0
        self._told = 0.0
        (self._folder / "stop").unlink(missing_ok=True)
        self._tell()

    def __call__(self) -> bool:
        """Count a row; return whether to stop."""
        self._done += 1
        if monotonic() - self._told > _TOLD_EVERY:
            self._tell()
            return (self._folder / "stop").exists()
        return False

    def _tell(self) -> None:
        self._told = monotonic()
        self._folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        written = self._folder / "progress.new"
        written.write_text(json.dumps([self._done, self._total]))
        written.replace(self._folder / "progress")


def progress_of(batch: ImportBatch) -> tuple[int, int]:
    """Return how many rows of how many are done."""
    try:
        done, total = json.loads((folder_of(batch) / "progress").read_text())
    except (OSError, ValueError):
        return 0, batch.rows_total
    return int(done), int(total)


def ask_to_stop(batch: ImportBatch) -> None:
    """Ask whoever writes the file to stop."""
    with suppress(OSError):
        (folder_of(batch) / "stop").touch(mode=_FILE_MODE)


def alone() -> AbstractContextManager[bool]:
    """Give whether no other list is being written on this machine, and keep others from it within the block."""
    return _locked(Path(settings.MEDIA_ROOT) / FOLDER)


def working(batch: ImportBatch, patience: float = 0.0) -> AbstractContextManager[bool]:
    """Give whether nobody is at work on this file, and keep others from it within the block.

    Whoever is at work is waited for so many seconds: a file is told to be done a moment before it is let go.
    """
    return _locked(folder_of(batch), patience)


@contextmanager
def _locked(folder: Path, patience: float = 0.0) -> Iterator[bool]:
    """The lock falls with the process that holds it: whoever finds it free knows that nobody is at work."""
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, _FILE_MODE)
    end = time.monotonic() + patience
    try:
        while not (free := _taken(descriptor)) and time.monotonic() < end:
            time.sleep(0.05)
        yield free
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
