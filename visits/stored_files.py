"""Files of sources, each under the SHA-256 of its bytes. No address serves them; of some a copy is published."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings

FOLDER = "sources"
# Readable by the site alone, whatever the mask of the process.
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def stored_name(sha256: str) -> str:
    """Return the name, below MEDIA_ROOT, of the file with this SHA-256."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}"


def write_new(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: nobody ever sees a part of it."""
    path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name[:16]}-{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


@contextmanager
def keeping(data: bytes) -> Iterator[str]:
    """Store `data` and yield its name; where the block fails, the file is gone again unless it stood there before.

    The transaction that names the file has to begin and end within the block. Whoever stores the same bytes at the
    same moment waits for the end of it, or would lose a file that only seemed to be there already.
    """
    name = stored_name(digest(data))
    path = Path(settings.MEDIA_ROOT) / name
    with _alone(path.parent):
        made = not path.exists()
        if made:
            write_new(path, data)
        try:
            yield name
        except BaseException:
            if made:
                path.unlink(missing_ok=True)
                # The folder goes too where nothing else is in it.
                with contextlib.suppress(OSError):
                    path.parent.rmdir()
            raise


@contextmanager
def holding(name: str) -> Iterator[None]:
    """Keep anybody from storing the file of this name within the block; one named otherwise is stored by nobody."""
    path = Path(settings.MEDIA_ROOT) / name
    if name != stored_name(path.name):
        yield
        return
    with _alone(path.parent):
        yield


@contextmanager
def holding_all(names: Iterable[str]) -> Iterator[None]:
    """Keep anybody from storing or sweeping the files of these names within the block."""
    media = Path(settings.MEDIA_ROOT)
    folders = {(media / name).parent for name in names if name == stored_name(Path(name).name)}
    with ExitStack() as held:
        # Always in one order: two that hold several never wait for each other.
        for folder in sorted(folders):
            held.enter_context(_alone(folder))
        yield


def folders() -> list[Path]:
    """Return the folders in which files are stored."""
    return sorted(path for path in (Path(settings.MEDIA_ROOT) / FOLDER).glob("*") if path.is_dir())


@contextmanager
def holding_folder(folder: Path) -> Iterator[None]:
    """Keep anybody from storing a file in one of `folders()` within the block."""
    with _alone(folder):
        yield


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of `folder` among all processes of the site."""
    with locked(folder.parent.parent / ".locks" / folder.name):
        yield


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock among all processes of the site within the block; `path` is a file that is only for that."""
    path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
