"""Streams that are encrypted to age recipients, and opened again: nothing of a backup lies on a disk in clear.

The format is age's (https://age-encryption.org/v1), so the `age` program opens a backup too. A file that was cut or
changed does not open: age authenticates each 64 KiB and marks the last of them.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pyrage


class Unsealed(Exception):
    """A backup, key or recipient cannot be used; says why and what to do, in one sentence."""


def recipients_of(names: list[str]) -> list[Any]:
    """Return the recipients that backups are encrypted to, out of their public keys (“age1…”)."""
    if not names:
        raise Unsealed("BACKUP_RECIPIENTS is not set: `manage.py make_backup_key FILE` makes a key and prints it.")
    try:
        return [pyrage.x25519.Recipient.from_str(name) for name in names]
    except pyrage.RecipientError as error:
        raise Unsealed(f"BACKUP_RECIPIENTS is not understood ({error}): it holds public keys, as “age1…”.") from error


def identities_of(path: Path) -> list[Any]:
    """Return the secret keys in a file as `make_backup_key` or age-keygen write it: lines, remarks behind “#”."""
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except OSError as error:
        raise Unsealed(f"The key cannot be read: {error.strerror or error}.") from error
    except (UnicodeDecodeError, pyrage.IdentityError) as error:
        raise Unsealed(f"{path.name} holds no age key: it has a line “AGE-SECRET-KEY-1…”.") from error
    if not found:
        raise Unsealed(f"{path.name} holds no age key: it has a line “AGE-SECRET-KEY-1…”.")
    return found


def new_key(path: Path) -> str:
    """Write a new secret key into a file of its own, readable by its owner alone, and return its public key."""
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"# public key: {public}\n{identity}\n")
    return public


@contextmanager
def sealed(target: BinaryIO, recipients: list[Any]) -> Iterator[BinaryIO]:
    """Yield a file: what is written to it arrives encrypted in `target`."""
    try:
        with _through(lambda inner: pyrage.encrypt_io(inner, target, recipients), writing=True) as end:
            yield end
    except pyrage.EncryptError as error:
        # Whatever writing to the target raised, a full disk say, in the library's words.
        raise OSError(str(error)) from error


@contextmanager
def opened(source: BinaryIO, identities: list[Any]) -> Iterator[BinaryIO]:
    """Yield a file with the clear content of `source`; raise Unsealed where no key fits, or where it was changed."""
    try:
        with _through(lambda inner: pyrage.decrypt_io(source, inner, identities), writing=False) as end:
            yield end
            # Whatever the reader left: only the end proves that nothing was cut off.
            while end.read(1 << 20):
                pass
    except (pyrage.DecryptError, OSError) as error:
        # The library tells of what does not fit within the file by an OSError without a number.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise Unsealed(f"The backup does not open: {error}. Is it whole, and is this the key?") from error


@contextmanager
def _through(work: Callable[[BinaryIO], object], *, writing: bool) -> Iterator[BinaryIO]:
    """Yield our end of a pipe whose other end `work` has in a thread; what fails there is raised here."""
    reading_end, writing_end = os.pipe()
    ours, theirs = (writing_end, reading_end) if writing else (reading_end, writing_end)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with os.fdopen(theirs, "rb" if writing else "wb") as inner:
                work(inner)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="age", daemon=True)
    thread.start()
    end: BinaryIO = os.fdopen(ours, "wb" if writing else "rb")
    try:
        yield end
    except BaseException:
        with contextlib.suppress(OSError):
            end.close()
        thread.join()
        # A broken pipe is what we see of a full disk or of a wrong key behind it.
        if failed and not isinstance(failed[0], BrokenPipeError):
            raise failed[0] from None
        raise
    try:
        end.close()
    except BrokenPipeError:
        if not failed:
            raise
    finally:
        thread.join()
    if failed:
        raise failed[0]
