"""Workbooks for tests: plain ones, and parts put in by hand where no program would write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook


def book(rows: Sequence[Sequence[Any]], *, merge: str = "", hidden_first: bool = False) -> bytes:
    """Return a workbook with one sheet of `rows`."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    if hidden_first:
        sheet.sheet_state = "hidden"
        sheet = made.create_sheet("seen")
    for row in rows:
        sheet.append(list(row))
    if merge:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Return a workbook in which the part `name` has other content."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part.filename))
        new.writestr(name, content)
    return out.getvalue()
