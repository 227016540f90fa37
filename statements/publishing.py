"""Copies of sources' files for everybody: made as a source is published, kept by the SHA-256 of the copy, taken away.

A copy is a folder under the SHA-256 of its bytes: they themselves, and under `of/` the SHA-256 of each original that
gave it. Under `named/` stands the way back. Whether somebody may have it, the source says at every request. What the
original's SHA-256 is stays inside: it would prove that a device on which the original is found was where it came from.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from statements.stripping.copies import NoCopy, copy_of
from visits.choices import Visibility, Workflow
from visits.models import Source
from visits.stored_files import digest, write_new

FOLDER = "published"
_NAME = re.compile(r"([0-9a-f]{64})\.([a-z]+)\Z")


@dataclass(frozen=True, slots=True)
class Published:
    """A copy: the SHA-256 of its bytes, and the ending that tells its type."""

    sha256: str
    ending: str

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return _folder_of(self.sha256)

    @property
    def path(self) -> Path:
        """Where its bytes are."""
        return self.folder / f"copy.{self.ending}"


def _published() -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER


def _folder_of(sha256: str) -> Path:
    return _published() / sha256[:2] / sha256


def _named(original: str) -> Path:
    return _published() / "named" / original[:2] / original


def may_be_published(source: Any) -> bool:
    """Whether the file of a source goes out at all: its text may be published, and more than a few may see it."""
    return bool(
        source.publishable
        and source.sha256
        and source.workflow == Workflow.PUBLISHED
        and source.visibility != Visibility.CONFIDENTIAL
    )


def published(source: Any) -> Published | None:
    """Return the copy of the file of a source, or None where there is none."""
    return _copy_named(source.sha256) if may_be_published(source) else None


def _copy_named(original: str) -> Published | None:
    try:
        found = _NAME.match(_named(original).read_text())
    except OSError:
        return None
    return Published(found[1], found[2]) if found else None


def originals_of(sha256: str) -> list[str]:
    """Return the SHA-256 of the originals of a copy; of none where there is no such copy."""
    return [path.name for path in (_folder_of(sha256) / "of").glob("[0-9a-f]*")]


def source_saved(source: Source, _by: Any = None) -> None:
    """Make the copy of a source's file that goes out from now on, or take away one that does not any longer."""
    if may_be_published(source):
        if published(source) is None:
            make(source)
    elif source.sha256:
        sha256 = source.sha256
        transaction.on_commit(lambda: forget_unless_published({sha256}))


def make(source: Any) -> Published | None:
    """Write the copy of the file of a source; None where its kind is not published or its file is not there."""
    try:
        with source.stored_file.open("rb") as file:
            data = file.read()
        copy = copy_of(data)
    except (OSError, ValueError, NoCopy):
        return None
    if digest(data) != source.sha256:
        return None
    made = Published(digest(copy.data), copy.ending)
    # The copy first: a name leads to nothing but a whole copy.
    write_new(made.path, copy.data)
    write_new(made.folder / "of" / source.sha256, b"")
    write_new(_named(source.sha256), f"{made.sha256}.{made.ending}".encode())
    return made


def forget(originals: set[str]) -> None:
    """Take away the copies of originals."""
    for original in originals - {""}:
        copy = _copy_named(original)
        _named(original).unlink(missing_ok=True)
        if copy is not None:
            (copy.folder / "of" / original).unlink(missing_ok=True)
            # Originals that differ only in what was stripped have one copy.
            if not originals_of(copy.sha256):
                shutil.rmtree(copy.folder, ignore_errors=True)


def forget_unless_published(originals: set[str]) -> None:
    """Take away the copies of originals that no source publishes."""
    forget(originals - set(_going_out().filter(sha256__in=originals).values_list("sha256", flat=True)))


def _going_out() -> QuerySet[Source]:
    """Return the sources of which `may_be_published` holds."""
    rows = Source._base_manager.filter(publishable=True, workflow=Workflow.PUBLISHED)
    return rows.exclude(visibility=Visibility.CONFIDENTIAL).exclude(sha256="")


def bring_up_to_date() -> tuple[int, int]:
    """Make every copy that is wanting and take away every one that is not published; return how many of each."""
    made, going = 0, {path.name for path in (_published() / "named").glob("*/[0-9a-f]*")}
    for source in _going_out():
        going.discard(source.sha256)
        made += published(source) is None and make(source) is not None
    forget(going)
    return made, len(going)
