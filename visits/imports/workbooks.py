"""Workbooks (XLSX) to rows: unpacked within bounds, read as a stream, refused where a reader would have to guess.

Before a library reads it, each part is unpacked once and counted: what a zip says of its sizes need not be true.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import chain
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from visits.imports.refusals import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Refused
from visits.imports.tables import Row, Table, checked_names, counted, row_of, too_many_columns

_BLOCK = 256 * 1024
_MOST_PARTS = 2_000
# Texts that cells share are held in memory by the library.
_MOST_SHARED = 50 * 1024 * 1024
# What Excel writes between a heading and a body that is a thousand times smaller than what it unpacks to.
_HIGHEST_RATIO = 400
_LONGEST_MARK = 64
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*ref=[\"']([A-Z0-9:]+)")
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


def read_workbook(file: BinaryIO, sheet: str = "") -> Table:
    """Return the table of a sheet, the first that can be seen where none is named. Raises Refused."""
    # The library takes twenty megabytes, and the site starts without it.
    from openpyxl import load_workbook

    merged = _check_parts(file)
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        sheets = {found.title: found for found in book.worksheets if found.sheet_state == "visible"}
    except Exception as error:
        raise _unreadable() from error
    if not sheets or (sheet and sheet not in sheets):
        raise Refused(_("The workbook has no such sheet.") if sheet else _("The workbook has no sheet to read."))
    chosen: Any = sheets[sheet or next(iter(sheets))]
    reference = merged.get(chosen._worksheet_path.lstrip("/"))
    if reference:
        told = _("Cells %(cells)s are merged: take that back, and fill each cell by itself.")
        raise Refused(told % {"cells": reference})
    chosen.reset_dimensions()
    numbered = enumerate(_cells(chosen), start=1)
    heading: list[Any] = next((cells for _number, cells in numbered if any(_told(cell) for cell in cells)), [])
    # Where the heading stands; rows count as the sheet shows them.
    if any(cell.data_type == "f" for cell in heading):
        raise Refused(_("The heading holds a formula."))
    names = checked_names([_told(cell) for cell in heading])
    if not names:
        raise Refused(_("The sheet is empty."))
    rows = counted(_row(number, cells, names) for number, cells in numbered)
    return Table("xlsx", names, rows, sheet=chosen.title, sheets=tuple(sheets))


def _unreadable() -> Refused:
    return Refused(_("The workbook is damaged, or no workbook: open it in a spreadsheet and save it anew as .xlsx."))


def _check_parts(file: BinaryIO) -> dict[str, str]:
    """Unpack every part once, within bounds, and return by the path of a sheet the first cells merged in it."""
    merged: dict[str, str] = {}
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            names = [part.filename for part in parts]
            if len(parts) > _MOST_PARTS or len(set(names)) < len(names):
                raise _unreadable()
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise Refused(_("The workbook holds macros: save it as .xlsx without them."))
            if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
                raise Refused(_("This is no workbook (.xlsx): give CSV, XLSX or JSON lines."))
            if any(part.flag_bits & 1 for part in parts):
                raise Refused(_("The workbook has a password: save it without one."))
            _check_sizes(parts)
            left = MOST_BYTES
            for part in parts:
                left = _unpacked(archive, part, left, merged)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _unreadable() from error
    except Exception as error:
        if isinstance(error, Refused):
            raise
        # zlib, lzma and bz2 have errors of their own.
        raise _unreadable() from error
    return merged


def _bomb() -> Refused:
    return Refused(_("The workbook unpacks to more than %(most)d MB.") % {"most": MOST_BYTES // 2**20})


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    """Raise Refused for what the zip itself says to be too large."""
    if sum(part.file_size for part in parts) > MOST_BYTES:
        raise _bomb()
    for part in parts:
        if part.file_size > 2**20 and part.file_size > _HIGHEST_RATIO * max(part.compress_size, 1):
            raise _bomb()
        if part.filename.lower().endswith("sharedstrings.xml") and part.file_size > _MOST_SHARED:
            raise _bomb()


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, merged: dict[str, str]) -> int:
    """Unpack a part and return how many bytes may still come; note merged cells, refuse declarations of entities."""
    before = b""
    is_xml = part.filename.lower().endswith((".xml", ".rels"))
    with archive.open(part) as unpacked:
        while block := unpacked.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise _bomb()
            if not is_xml:
                continue
            seen = before + block
            if _DECLARES.search(seen):
                raise _unreadable()
            if part.filename not in merged and (found := _MERGED.search(seen)):
                merged[part.filename] = found[1].decode("ascii")
            before = seen[-_LONGEST_MARK:]
    return left


def _cells(sheet: Any) -> Iterator[list[Any]]:
    """Yield the cells of each row; whatever the library stumbles over is a damaged workbook."""
    rows = sheet.iter_rows()
    for number in chain(range(1, MOST_ROWS + 1), [0]):
        try:
            cells = next(rows, None)
        except Exception as error:
            raise _unreadable() from error
        if cells is None:
            return
        if not number:
            raise Refused(_("The file has more than %(most)d rows.") % {"most": MOST_ROWS})
        filled = list(cells)
        while filled and filled[-1].value is None:
            filled.pop()
        if len(filled) > MOST_COLUMNS:
            raise too_many_columns(len(filled))
        yield filled


def _row(number: int, cells: list[Any], names: tuple[str, ...]) -> Row:
    problems = {}
    for place, cell in enumerate(cells):
        if cell.data_type == "f":
            problems[place] = _("The cell holds a formula: put its value in its place.")
        elif cell.data_type == "e":
            problems[place] = _("The cell holds an error of the spreadsheet.")
    return row_of(number, [_told(cell) for cell in cells], names, problems)


def _told(cell: Any) -> str:
    """Return the text of a cell; a date as precise as it is shown."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return _date(value, str(cell.number_format or ""))
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _date(value: date, shown: str) -> str:
    """Return a date in ISO 8601: a month shown without a day stands in the workbook as its first day."""
    pattern = _QUOTED.sub("", shown).lower()
    text = value.isoformat()[:10]
    if "y" in pattern and "d" not in pattern:
        return text[:7] if "m" in pattern else text[:4]
    return text
