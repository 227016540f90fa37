"""Files to rows: CSV, JSON lines and workbooks, each read row by row within bounds. Pure: bytes in, rows out.

`opened` gives a table: the names of its columns, and its rows as they are asked for. What stops the whole file is
`Refused`; what is wrong with a cell stands in its row, and the rest is read on.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from visits.imports.refusals import MOST_BYTES, Refused
from visits.imports.tables import Table
from visits.imports.texts import read_text
from visits.imports.workbooks import read_workbook

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class _Steady(io.RawIOBase):
    """A file read to the size that it had at first; its end is refused where it has changed meanwhile."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._size = file.seek(0, os.SEEK_END)
        self._told = self._state()
        self._at = file.seek(0)

    @property
    def size(self) -> int:
        """The number of bytes at the beginning."""
        return self._size

    def _state(self) -> tuple[int, int] | None:
        try:
            found = os.fstat(self._file.fileno())
        except (OSError, AttributeError):
            return None
        return found.st_size, found.st_mtime_ns

    def check(self) -> None:
        """Raise Refused where the file is no longer as it was when it was opened."""
        if self._state() != self._told:
            raise Refused(_("The file was changed while it was read: nothing was taken in. Try it again."))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = self._file.seek(max(0, base + offset))
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        if not data:
            self.check()
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


@contextmanager
def opened(
    source: Path | bytes | BinaryIO, *, encoding: str = "", delimiter: str = "", sheet: str = ""
) -> Iterator[Table]:
    """Give the table of a file; what is not said of encoding, delimiter and sheet is guessed.

    Raises Refused at once for what is no table, and while rows are asked for where the file ends otherwise than it
    began. Names of columns are distinct but for case; rows without any text are left out.
    """
    file: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source  # type: ignore[assignment]
    own = isinstance(source, Path)
    if isinstance(source, Path):
        file = source.open("rb")
    try:
        steady = _Steady(file)
        if steady.size == 0:
            raise Refused(_("The file is empty."))
        if steady.size > MOST_BYTES:
            raise Refused(_("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 2**20})
        yield _table(io.BufferedReader(steady), encoding, delimiter, sheet)
        steady.check()
    finally:
        if own:
            file.close()


def _table(file: BinaryIO, encoding: str, delimiter: str, sheet: str) -> Table:
    head = file.read(8)
    file.seek(0)
    if head.startswith(_OLE):
        raise Refused(_("This is a workbook of the old kind (.xls), or one with a password: save it as .xlsx."))
    if head.startswith(_ZIP):
        return read_workbook(file, sheet)
    return read_text(file, encoding, delimiter)
