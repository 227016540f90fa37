"""The rows that were not taken in, as a file: their cells as they came, and why. It can be put right and read again."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from visits.exports.writers import in_cell
from visits.imports.kinds import ENTER, Kind
from visits.imports.refusals import Refused
from visits.imports.running import Done

# What is added to each row; no kind reads columns of these names.
ADDED = ("import_row", "import_state", "import_reason")


class ErrorFile:
    """Writes rows as they come: UTF-8 with a mark at its beginning, so that spreadsheets read it right."""

    def __init__(self, file: TextIO, names: Sequence[str], kind: Kind) -> None:
        self._writer = csv.writer(file, lineterminator="\r\n")
        self._kind = kind
        kept = [name for name in names if name not in ADDED]
        self._places = [place for place, name in enumerate(names) if name not in ADDED]
        file.write("\ufeff")
        self._writer.writerow([*kept, *ADDED])

    def add(self, done: Done) -> None:
        """Write a row that was not taken in."""
        cells = [done.given.cells[place] for place in self._places]
        told = [str(done.given.number), str(done.judged.state), reason_of(done, self._kind)]
        self._writer.writerow([in_cell(cell) for cell in [*cells, *told]])


class LateErrorFile:
    """An error file that has its name only once it is whole: until then a neighbour that nobody else may read.

    It is begun with the first row that was judged and not taken in, and takes the place of nothing but with
    `overwrite`.
    """

    def __init__(self, path: Path, names: Sequence[str], kind: Kind, *, overwrite: bool) -> None:
        self._path, self._names, self._kind, self._overwrite = path, names, kind, overwrite
        self._part: TextIO | None = None
        self._rows: ErrorFile | None = None

    def _begun(self) -> tuple[TextIO, ErrorFile]:
        if self._part is None or self._rows is None:
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".errors-", suffix=".part")
            self._part_path = Path(name)
            self._part = os.fdopen(handle, "w", encoding="utf-8", newline="")
            self._rows = ErrorFile(self._part, self._names, self._kind)
        return self._part, self._rows

    def add(self, done: Done) -> None:
        """Write a row that was not taken in."""
        self._begun()[1].add(done)

    def finish(self) -> None:
        """Give the file its name; without rows it has the names of the columns alone."""
        part, _rows = self._begun()
        part.close()
        if not self._overwrite and os.path.lexists(self._path):
            # It came while rows were judged: the rows stay beside it.
            kept = self._path.with_name(f"{self._path.name}{self._part_path.name}")
            self._part_path.replace(kept)
            self._part = None
            raise Refused(_("%(name)s is there now: the rows are in %(kept)s.") % {"name": self._path, "kept": kept})
        self._part_path.replace(self._path)
        self._part = None

    def drop(self) -> None:
        """Take away what has no name yet."""
        if self._part is not None:
            self._part.close()
            self._part_path.unlink(missing_ok=True)


def check_error_path(path: Path, source: Path, *, overwrite: bool) -> None:
    """Raise Refused where an error file at `path` would take the place of the list itself or of any other file."""
    if path.exists() and source.exists() and path.samefile(source):
        raise Refused(_("%(name)s is the list itself: name another file for the errors.") % {"name": path})
    if os.path.lexists(path) and not (overwrite and path.is_file()):
        told = _("%(name)s is no file.") if overwrite else _("%(name)s is there already: nothing was read.")
        raise Refused(told % {"name": path})
    if not (path.parent.is_dir() and os.access(path.parent, os.W_OK)):
        raise Refused(_("No file can be written into %(name)s.") % {"name": path.parent})


def reason_of(done: Done, kind: Kind) -> str:
    """Return why a row was not taken in: what is wrong in which cell, and what was asked."""
    told = []
    for problem in done.judged.problems:
        field = kind.field(problem.field)
        where = f"{field.label} “{problem.text}”: " if field is not None else ""
        told.append(f"{where}{problem.reason}")
    for ask in () if told else done.judged.asks:
        candidates = ", ".join(candidate.label for candidate in ask.candidates)
        ways = " / ".join(str(way.label) for way in ask.ways)
        if candidates:
            told.append(_("“%(text)s” may be: %(candidates)s.") % {"text": ask.text, "candidates": candidates})
        elif ways and not any(way.key.startswith(ENTER) for way in ask.ways):
            told.append(_("“%(text)s” is not on record. What it may be: %(ways)s.") % {"text": ask.text, "ways": ways})
        elif ways:
            told.append(_("“%(text)s” is not on record: it needs a tick to be entered.") % {"text": ask.text})
        else:
            told.append(_("“%(text)s” is not on record: correct it.") % {"text": ask.text})
    return " ".join(told)
