"""What an editor has handed in and not yet saved: bytes in a folder of their own, and a signed word that leads there.

Nothing of it is a record. Whoever leaves the page leaves a file that the next intake after a day takes away.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing

from visits.models import User
from visits.stored_files import digest, write_new

FOLDER = "incoming"
SECONDS_KEPT = 24 * 60 * 60


class NotStaged(Exception):
    """The word leads nowhere: it is of somebody else, too old, saved already, or none of ours."""


@dataclass(frozen=True, slots=True)
class Staged:
    """What was handed in, and the facts that were kept with it."""

    data: bytes
    facts: dict[str, Any]


def stage(data: bytes, *, by: User, facts: dict[str, Any]) -> str:
    """Keep `data` for a day and return the word by which `by`, and nobody else, finds it and `facts` again."""
    sweep()
    name = secrets.token_hex(16)
    write_new(_path(name), data)
    return signing.dumps({"name": name, "facts": facts}, salt=_salt(by), compress=True)


def staged(word: str, *, by: User) -> Staged:
    """Return what `word` leads to; raise NotStaged."""
    name, facts = _read(word, by)
    try:
        return Staged(_path(name).read_bytes(), facts)
    except OSError as error:
        raise NotStaged from error


@contextmanager
def claiming(word: str, *, by: User) -> Iterator[None]:
    """Take away what `word` leads to when the block succeeds; raise NotStaged where it leads nowhere.

    Within the block it leads nowhere either: a button pressed twice saves once.
    """
    name, _facts = _read(word, by)
    path = _path(name)
    taken = path.with_suffix(".taken")
    try:
        path.rename(taken)
    except OSError as error:
        raise NotStaged from error
    try:
        yield
    except BaseException:
        taken.rename(path)
        raise
    taken.unlink(missing_ok=True)


def digest_of(word: str, *, by: User) -> str:
    """Return the SHA-256 of what `word` leads to; "" where it leads nowhere."""
    try:
        return digest(staged(word, by=by).data)
    except NotStaged:
        return ""


def forget(digests: set[str]) -> None:
    """Take away whatever was handed in, by anybody, that has one of these SHA-256."""
    for path in (Path(settings.MEDIA_ROOT) / FOLDER).glob("*"):
        # Another may be saving or sweeping it at this moment.
        with suppress(FileNotFoundError):
            if digest(path.read_bytes()) in digests:
                path.unlink()


def sweep() -> None:
    """Take away what was handed in more than a day ago."""
    for path in (Path(settings.MEDIA_ROOT) / FOLDER).glob("*"):
        if path.stat(follow_symlinks=False).st_mtime < time.time() - SECONDS_KEPT:
            path.unlink(missing_ok=True)


def _path(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER / name


def _salt(by: User) -> str:
    # The key of the person is part of the signature, not of what is signed: it never leaves the server.
    return f"statements.staging:{by.pk}"


def _read(word: str, by: User) -> tuple[str, dict[str, Any]]:
    try:
        held = signing.loads(word, salt=_salt(by), max_age=SECONDS_KEPT)
    except signing.BadSignature as error:
        raise NotStaged from error
    return held["name"], held["facts"]
