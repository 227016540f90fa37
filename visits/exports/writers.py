"""How rows become a file in each format. Pure: rows in, bytes out, one block after another."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook

Cell = str | int | bool | None | list[str]
Rows = Iterable[Sequence[Cell]]
# A block of so many characters is sent at once.
BLOCK = 32 * 1024
# Parts the texts of a cell that holds several.
BETWEEN = " | "
# What a spreadsheet takes for the beginning of a formula, in full width too; OWASP, “CSV Injection”.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
# Signs that no XML and no cell may hold.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What Excel takes: characters of a cell, and rows of a sheet.
LONGEST_CELL, MOST_ROWS = 32_767, 1_048_576


def in_cell(value: Cell) -> str | int | bool | None:
    """Return a value as a spreadsheet may hold it: lists in one text, and no text that begins like a formula.

    Such a text gets an apostrophe before it, also where only spaces come before the sign.
    """
    if isinstance(value, list):
        # Each is written as it is read: none of them may hold what parts them.
        value = BETWEEN.join(text.replace(BETWEEN, " / ") for text in value)
    if not isinstance(value, str):
        return value
    text = _UNFIT.sub(" ", value)
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def write_csv(names: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """Yield CSV as in RFC 4180: UTF-8 without a mark at its beginning, a header, lines that end with CR LF."""
    block = StringIO(newline="")
    writer = csv.writer(block, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_in_csv(value) for value in row])
        if block.tell() > BLOCK:
            yield block.getvalue().encode()
            block.seek(0)
            block.truncate()
    yield block.getvalue().encode()


def _in_csv(value: Cell) -> str | int | None:
    cell = in_cell(value)
    return str(cell).lower() if isinstance(cell, bool) else cell


def write_json(names: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """Yield one array of objects, an object a line."""
    return _joined(_objects(names, rows), "[\n", ",\n", "\n]\n")


def write_jsonl(names: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """Yield an object a line."""
    return _joined((f"{line}\n" for line in _objects(names, rows)), "", "", "")


def _objects(names: Sequence[str], rows: Rows) -> Iterator[str]:
    return (json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in rows)


def _joined(lines: Iterable[str], before: str, between: str, after: str) -> Iterator[bytes]:
    """Yield the lines in blocks."""
    block, size, sign = [before], 0, ""
    for line in lines:
        block += [sign, line]
        size += len(line)
        sign = between
        if size > BLOCK:
            yield "".join(block).encode()
            block, size = [], 0
    yield "".join([*block, after]).encode()


def write_xlsx(file: IO[bytes], title: str, columns: Sequence[tuple[str, str]], rows: Rows) -> None:
    """Write a workbook into `file`: the rows, over several sheets where one cannot hold them, and what columns hold.

    `columns` are (name, what it holds). Rows go to a file of their own as they come: none is kept.
    """
    # The library takes twenty megabytes, which no other format needs.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    names = [name for name, _about in columns]
    sheet, used, sheets = None, 0, 0
    for row in rows:
        if sheet is None or used == MOST_ROWS:
            sheets += 1
            sheet, used = _sheet(book, title if sheets == 1 else f"{title} {sheets}", names), 1
        sheet.append([_in_xlsx(value) for value in row])
        used += 1
    if sheet is None:
        _sheet(book, title, names)
    told = _sheet(book, "columns", ["name", "holds"])
    for name, about in columns:
        told.append([name, _in_xlsx(about)])
    book.save(file)


def _sheet(book: Workbook, title: str, names: Sequence[str]):  # type: ignore[no-untyped-def] # the stubs know no write-only sheet
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    sheet.append(list(names))
    return sheet


def _in_xlsx(value: Cell) -> str | int | bool | None:
    cell = in_cell(value)
    if not isinstance(cell, str):
        return cell
    # A spreadsheet knows one kind of line break.
    text = cell.replace("\r\n", "\n")
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
