"""A backup made, looked through, and put back."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection
from django.utils import timezone

from config.backups import databases
from config.backups.archive import DATABASE, FILES, KEYS, Joined, Manifest, checked, members, told_plainly, writing
from config.backups.places import Summing, made_folder, new_file, reading, sync_folder, write_private
from config.backups.rotation import Keeping, name_of, superfluous, time_of
from config.backups.sealing import Unsealed, identities_of, opened, recipients_of, sealed

# What belongs to the site and lies in the data folder beside database and files.
KEPT_KEYS = ("secret-key",)
# Lies in the data folder from a restore on until the list of removals was repeated: until then nothing is served
# (bin/startup.py).
RESTORED = "restored"
_PARTIAL = ".partial"
Told = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: where it lies, its bytes, files named by rows and not found, backups taken away."""

    path: Path
    size: int
    files: int
    missing: list[str]
    pruned: list[str]


def make(folder: Path, *, told: Told = lambda _bytes: None) -> Made:
    """Make a backup in `folder` and prune what no rule keeps; `told` hears of bytes that were read.

    A file of a source is written once and never changed. All of them are linked before the moment of the database and
    again after it: whatever a row of that moment names is there, even if it is removed a second later.
    """
    recipients = recipients_of(settings.BACKUP_RECIPIENTS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder), _linked() as link:
        made = timezone.now()
        path = folder / name_of(made)
        partial = path.with_name(path.name + _PARTIAL)
        try:
            link()
            with ExitStack() as stack:
                moment = stack.enter_context(databases.moment())
                held = link()
                wanted = databases.named_files(moment)
                target = Summing(stack.enter_context(new_file(partial)))
                with sealed(target, recipients) as inner, writing(inner) as writer:  # type: ignore[arg-type]
                    for size in writer.add_stream(DATABASE, moment.dump()):
                        told(size)
                    moment.end()
                    found = {name: held / name for name in sorted(wanted) if (held / name).is_file()}
                    for name, file in found.items():
                        with file.open("rb") as content:
                            writer.add(f"{FILES}/{name}", content, file.stat().st_size)
                        told(file.stat().st_size)
                    for name in KEPT_KEYS:
                        if (key := Path(settings.DATA_DIR) / name).is_file():
                            with key.open("rb") as content:
                                writer.add(f"{KEYS}/{name}", content, key.stat().st_size)
                    migrations, rows = databases.facts_of(moment, databases.tables_now())
                    missing = sorted(wanted - found.keys())
                    writer.close(Manifest(connection.vendor, made.isoformat(), migrations, rows, missing))
                target.sync()
            _write_sum(path, target.digest.hexdigest())
            partial.replace(path)
            sync_folder(folder)
        except OSError as error:
            raise Unsealed(
                f"The backup could not be written: {error.strerror or error}. Nothing was kept of it."
            ) from error
        finally:
            partial.unlink(missing_ok=True)
            if not path.exists():
                _sum_file(path).unlink(missing_ok=True)
        return Made(path, path.stat().st_size, len(found), missing, _prune(folder))


def newest(folder: Path) -> Path | None:
    """Return the newest backup in a folder."""
    return max((path for path in _listed(folder) if time_of(path.name)), key=lambda path: path.name, default=None)


def verify_sum(path: Path) -> None:
    """Compare a backup with the checksum beside it, which needs no key; raise Unsealed where they differ."""
    try:
        told = _sum_file(path).read_text().split()[0]
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, IndexError) as error:
        raise Unsealed(f"{path.name} or the checksum beside it cannot be read.") from error
    if told != found:
        raise Unsealed(f"{path.name} is not what it was when it was made: its checksum differs.")


def verify(path: Path, identity: Path) -> Manifest:
    """Open a backup, compare each member with the manifest and read the dump of the database to its end."""
    identities = identities_of(identity)
    with reading(path) as file, opened(file, identities) as inner:
        manifest = checked(inner)
    with reading(path) as file, opened(file, identities) as inner, told_plainly():
        wrong = databases.is_sound(_database_in(inner), manifest.vendor)
    if wrong:
        raise Unsealed(f"The database in the backup is damaged: {wrong}")
    return manifest


def restore(path: Path, identity: Path, *, told: Told = lambda _bytes: None) -> Manifest:
    """Put a backup into this installation, whose database and files are empty; raise Unsealed where they are not.

    The whole backup is read and checked before anything is written, and rows and files are counted afterwards.
    """
    databases.refuse_unless_empty()
    media = Path(settings.MEDIA_ROOT)
    if any(found.is_file() for found in media.rglob("*") if ".locks" not in found.parts):
        raise Unsealed("There are stored files already: name an empty DATA_DIR.")
    manifest = verify(path, identity)
    if manifest.vendor != connection.vendor:
        raise Unsealed(f"The backup is of {manifest.vendor}, and DATABASE_URL names {connection.vendor}.")
    if unknown := databases.unknown_migrations(manifest.migrations):
        raise Unsealed(f"The backup was made by a newer version (it has {unknown[0]}): restore it with that one.")
    identities = identities_of(identity)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=made_folder(Path(settings.DATA_DIR))) as folder:
        with reading(path) as file, opened(file, identities) as inner:
            for name, size, content in members(inner):
                kind, _slash, rest = name.partition("/")
                if kind in {FILES, KEYS}:
                    write_private(Path(folder) / kind / rest, content)
                    told(size)
        # What was removed or protected since the backup is there again with the first row.
        (Path(settings.DATA_DIR) / RESTORED).touch(mode=0o600)
        with reading(path) as file, opened(file, identities) as inner:
            databases.put_back(_database_in(inner))
        _count(manifest)
        for found in sorted((Path(folder) / FILES).rglob("*")):
            if found.is_file():
                target = media / found.relative_to(Path(folder) / FILES)
                made_folder(target.parent)
                found.replace(target)
        for name in KEPT_KEYS:
            found, target = Path(folder) / KEYS / name, Path(settings.DATA_DIR) / name
            if found.is_file() and not target.exists():
                found.replace(target)
    return manifest


def _count(manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        for table, expected in manifest.rows.items():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - of our own backup
            if cursor.fetchone()[0] != expected:
                raise Unsealed(f"{table} has not the {expected} rows of the backup: this database is not to be used.")


def _database_in(inner: BinaryIO) -> BinaryIO:
    pieces = (content for name, _size, content in members(inner) if name.startswith(f"{DATABASE}/"))
    return Joined(pieces)  # type: ignore[return-value]


def _prune(folder: Path) -> list[str]:
    keeping = Keeping(*settings.BACKUP_KEEP)
    gone = superfluous([path.name for path in _listed(folder)], keeping)
    for name in gone:
        (folder / name).unlink()
        _sum_file(folder / name).unlink(missing_ok=True)
    return gone


def _listed(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def _sum_file(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _write_sum(path: Path, digest: str) -> None:
    """Write the checksum as `sha256sum --check` reads it."""
    with new_file(_sum_file(path)) as file:
        file.write(f"{digest}  {path.name}\n".encode())


@contextmanager
def _linked() -> Iterator[Callable[[], Path]]:
    """Yield how the stored files of now are linked into a folder that is gone at the end, and where."""
    media = made_folder(Path(settings.MEDIA_ROOT))
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=media) as folder:

        def link() -> Path:
            for found in media.rglob("*"):
                inside = found.relative_to(media)
                target = Path(folder) / inside
                # Names that begin with a point are files under way, locks, and folders as this one.
                if any(part.startswith(".") for part in inside.parts) or target.exists() or not found.is_file():
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                # Taken away meanwhile: then no row names it.
                with contextlib.suppress(FileNotFoundError):
                    os.link(found, target)
            return Path(folder)

        yield link


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder of backups, and sweep what a killed backup left."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Unsealed("Another backup into this folder is under way.") from error
        for left in folder.glob(f"*{_PARTIAL}"):
            left.unlink(missing_ok=True)
        # The checksum is there before the backup has its name.
        for left in folder.glob("*.sha256"):
            if time_of(left.name.removesuffix(".sha256")) and not left.with_suffix("").exists():
                left.unlink(missing_ok=True)
        # A database and files are copied into folders of their own, which a killed process leaves.
        for place in (Path(settings.MEDIA_ROOT), Path(settings.DATA_DIR)):
            for copied in place.glob(".backup-*"):
                shutil.rmtree(copied, ignore_errors=True)
        yield


def age_of(path: Path, now: datetime) -> float:
    """Return how many hours ago a backup was made."""
    made = time_of(path.name)
    return float("inf") if made is None else (now - made).total_seconds() / 3600
