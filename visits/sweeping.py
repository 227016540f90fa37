"""What a process that was killed between writing a file and the end of its transaction left behind.

Nothing of it is named by a row. A file of a source is looked at while nobody can store it: whoever stores the same
bytes at that moment writes them anew, or has them named before the sweep asks.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

from visits.imports import files as lists
from visits.models import ImportBatch, ImportState
from visits.stored_files import FOLDER, folders, holding_folder

# What lies under a name of its own for so long is no work under way.
SECONDS_LEFT = 24 * 60 * 60
# A file that `write_new` was writing.
_PARTIAL = re.compile(r"\.[\w-]{1,16}-[0-9a-f]{16}")
_AT_ONCE = 500
# Of these nobody needs the list any more.
_SETTLED = {ImportState.DONE, ImportState.UNDONE, ImportState.CANCELLED}


def sweep(*, dry_run: bool = False) -> list[Path]:
    """Take away what no row names, and return it; with `dry_run` it stays."""
    return [*_sources(dry_run=dry_run), *_lists(dry_run=dry_run), *_partial(dry_run=dry_run)]


def named(names: list[str]) -> set[str]:
    """Return which of these names, below MEDIA_ROOT, stand in a row of any model or in its history."""
    found = set[str]()
    for model, column in _columns():
        for start in range(0, len(names), _AT_ONCE):
            some = {f"{column}__in": names[start : start + _AT_ONCE]}
            found |= set(model._base_manager.filter(**some).values_list(column, flat=True))
    return {str(name) for name in found}


def _columns() -> Iterator[tuple[type[models.Model], str]]:
    """Yield the columns that name files, of rows and of their versions: an old one may be restored."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField) and model._meta.managed:
                yield model, field.name
                if hasattr(model, "history"):
                    yield model.history.model, field.name


def _sources(*, dry_run: bool) -> Iterator[Path]:
    for folder in folders():
        with holding_folder(folder):
            there = {f"{FOLDER}/{folder.name}/{path.name}": path for path in folder.iterdir() if path.is_file()}
            kept = named(list(there))
            for name in sorted(there.keys() - kept):
                if not dry_run:
                    there[name].unlink()
                yield there[name]


def _lists(*, dry_run: bool) -> Iterator[Path]:
    """Yield folders of lists that were never taken, and lists that were written or cancelled already."""
    state = dict(ImportBatch._base_manager.values_list("public_id", "state"))
    for folder in sorted((Path(settings.MEDIA_ROOT) / lists.FOLDER).glob("*/")):
        if folder.name not in state and _is_old(folder):
            if not dry_run:
                shutil.rmtree(folder, ignore_errors=True)
            yield folder
        elif state.get(folder.name) in _SETTLED and _is_old(folder / "list"):
            if not dry_run:
                (folder / "list").unlink(missing_ok=True)
            yield folder / "list"


def _partial(*, dry_run: bool) -> Iterator[Path]:
    """Yield old files that were being written elsewhere, and what a restore that was killed had unpacked."""
    data, media = Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT)
    for path in sorted([*data.glob(".*"), *media.glob("*/.*")]):
        if path.is_file() and _PARTIAL.fullmatch(path.name) and _is_old(path):
            if not dry_run:
                path.unlink(missing_ok=True)
            yield path
        elif path.is_dir() and path.parent == data and path.name.startswith(".restore-") and _is_old(path):
            if not dry_run:
                shutil.rmtree(path, ignore_errors=True)
            yield path


def _is_old(path: Path) -> bool:
    """Whether nobody can be at work on a file or folder any more; one that is not there is not."""
    try:
        return path.stat(follow_symlinks=False).st_mtime < time.time() - SECONDS_LEFT
    except FileNotFoundError:
        return False
