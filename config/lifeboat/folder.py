"""The folder of a copy: only what changed is written, what is no more goes, and the list of all is signed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from config.lifeboat.signing import Unsigned, is_signed, public_pem
from config.lifeboat.spool import Made

SUMS, SIGNATURE, KEY = "SHA256SUMS", "SHA256SUMS.sig", "site-key.pem"
# Where a copy that is being made keeps what it has read; a killed one leaves it, and the next takes it away.
PARTIAL = ".partial-"
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
Told = Callable[[int], object]


class Foreign(Exception):
    """A folder holds something else than a copy."""


def prepare(folder: Path) -> None:
    """Make the folder. Raise Foreign where something lies in it that is no copy, and would be taken away."""
    folder.mkdir(parents=True, exist_ok=True)
    inside = [entry.name for entry in folder.iterdir() if not entry.name.startswith(PARTIAL)]
    if inside and not any((folder / name).is_file() for name in (SUMS, ".making")):
        raise Foreign("The folder is not empty and holds no copy of the site: name an empty one.")
    # A copy that was never finished is told from somebody's files by this.
    (folder / ".making").touch()


def write(folder: Path, file: str, data: bytes) -> tuple[str, bool]:
    """Write a file whole, unless the same stands there; return its SHA-256 and whether it was written."""
    path = folder / file
    digest = hashlib.sha256(data).hexdigest()
    if path.is_file() and not path.is_symlink() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return digest, False
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: two processes may write the same to two files of a folder at one moment.
    partial = path.with_name(f".{uuid4().hex}.partial")
    partial.write_bytes(data)
    partial.replace(path)
    return digest, True


def finish(folder: Path, made: Made, key: Ed25519PrivateKey | None, own: Path) -> int:
    """Take away what belongs to no page, list all files and sign the list; return how many were taken away.

    `own` is the folder of what is being read. Without a key the list stands without a signature.
    """
    if key is not None:
        made.note(KEY, write(folder, KEY, public_pem(key.public_key()))[0])
    gone = 0
    for file in files_in(folder):
        if not made.knows(file) and not (folder / file).is_relative_to(own) and file not in (SUMS, SIGNATURE):
            (folder / file).unlink()
            gone += file != ".making"
    for path, _folders, _files in os.walk(folder, topdown=False):
        # What still holds something stays.
        if Path(path) not in (folder, own):
            with contextlib.suppress(OSError):
                Path(path).rmdir()
    listed = "".join(f"{digest}  {file}\n" for file, digest in made.written()).encode()
    write(folder, SUMS, listed)
    if key is None:
        (folder / SIGNATURE).unlink(missing_ok=True)
    else:
        write(folder, SIGNATURE, key.sign(listed))
    return gone


def files_in(folder: Path) -> Iterator[str]:
    """Yield whatever lies in a folder and is no folder, as named from there."""
    for path, folders, names in os.walk(folder):
        for name in [*names, *(one for one in folders if (Path(path) / one).is_symlink())]:
            yield (Path(path) / name).relative_to(folder).as_posix()


def verify(folder: Path, key: Ed25519PublicKey, *, told: Told = lambda _files: None) -> Iterator[str]:
    """Yield in sentences what is wrong with a copy: signature, each file, and files that are not listed.

    Raise Unsigned where there is nothing that could be checked.
    """
    try:
        listed, signature = (folder / SUMS).read_bytes(), (folder / SIGNATURE).read_bytes()
    except OSError as error:
        raise Unsigned(f"This is no signed copy: {SUMS} or {SIGNATURE} cannot be read.") from error
    if not is_signed(key, signature, listed):
        yield f"{SUMS} is not signed by this key."
    known = {SUMS, SIGNATURE}
    for line in listed.decode(errors="replace").splitlines():
        found = _LINE.fullmatch(line)
        if found is None or ".." in Path(found[2]).parts or Path(found[2]).is_absolute():
            yield f"{SUMS} has a line that names no file of the copy."
            continue
        known.add(found[2])
        told(1)
        path = folder / found[2]
        if path.is_symlink() or not path.is_file():
            yield f"{found[2]} is missing."
        elif _digest(path) != found[1]:
            yield f"{found[2]} was changed."
    yield from (f"{file} is not listed." for file in files_in(folder) if file not in known)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
