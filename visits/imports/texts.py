"""CSV and JSON lines to rows, line by line. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visits.imports.encoding import ENCODINGS, guess_encoding
from visits.imports.refusals import LONGEST_CELL, LONGEST_LINE, Refused
from visits.imports.tables import Row, Table, checked_names, counted, row_of

# Parts the texts of a cell that holds several: as our files write it.
BETWEEN = " | "
DELIMITERS = {",": gettext_lazy("comma"), ";": gettext_lazy("semicolon"), "\t": gettext_lazy("tab")}
# So many rows tell by what a file parts its cells, and so many lines which columns JSON lines have.
_LOOKED_AT, _LINES_LOOKED_AT = 20, 1000


# How an array of objects begins, or an object that is written over several lines.
_WHOLE_JSON = re.compile(r"\{|\[(\s*\{.*)?", re.S)


def read_text(file: BinaryIO, encoding: str = "", delimiter: str = "") -> Table:
    """Return the table of a text; encoding and delimiter are guessed where they are not said. Raises Refused."""
    name = encoding or guess_encoding(file)
    if name not in ENCODINGS:
        raise Refused(_("“%(name)s” is no encoding that is read here.") % {"name": name[:40]})
    if _looks_binary(file, name):
        raise _no_table()
    lines = _lines(file, name)
    first = next((line for line in lines if line.strip()), "")
    if _WHOLE_JSON.fullmatch(first.strip()):
        raise Refused(_("This is JSON as a whole: give JSON lines (.jsonl), an object a line without commas between."))
    if first.lstrip().startswith("{"):
        return _json_lines(chain([first], lines), name)
    # From the beginning again: a heading may run over several lines.
    return _separated(file, name, delimiter)


def _no_table() -> Refused:
    return Refused(_("This is no table: give CSV, XLSX or JSON lines."))


def _looks_binary(file: BinaryIO, encoding: str) -> bool:
    """Whether the beginning holds many signs that no text has."""
    file.seek(0)
    head = file.read(8192).decode(encoding, errors="replace")
    odd = sum(sign < "\t" or "\r" < sign < " " for sign in head)
    return odd > 3 and odd * 50 > len(head)


def _lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the lines of a text with their ends, none longer than LONGEST_LINE."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        while line := text.readline(LONGEST_LINE + 1):
            if len(line) > LONGEST_LINE:
                raise Refused(_("A line is longer than %(most)d characters.") % {"most": LONGEST_LINE})
            yield line
    except UnicodeError as error:
        told = _("The file is not written in %(encoding)s: choose another encoding, or save it as UTF-8.")
        raise Refused(told % {"encoding": ENCODINGS[encoding]}) from error
    finally:
        # The file is read again, and closed by whoever opened it: who asks no more rows may have done so.
        with suppress(ValueError):
            text.detach()


def _separated(file: BinaryIO, encoding: str, delimiter: str) -> Table:
    chosen = delimiter or _guess_delimiter(file, encoding)
    if chosen not in DELIMITERS:
        raise Refused(_("Cells are parted by a comma, a semicolon or a tab."))
    records = _records(_lines(file, encoding), chosen)
    for _number, heading in records:
        if any(cell.strip() for cell in heading):
            break
    else:
        raise Refused(_("The file is empty."))
    if any("\x00" in cell for cell in heading):
        raise _no_table()
    names = checked_names(heading)
    rows = counted(row_of(number, cells, names) for number, cells in records)
    return Table("csv", names, rows, encoding, chosen)


def _records(lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the line on which each record begins, and its cells."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error):
                told = _("Line %(n)d has a cell of more than %(most)d characters.")
                raise Refused(told % {"n": begins, "most": LONGEST_CELL}) from error
            told = _("Line %(n)d cannot be parted into cells: a quotation mark is missing or too many.")
            raise Refused(told % {"n": begins}) from error
        yield begins, cells
        begins = reader.line_num + 1


def _guess_delimiter(file: BinaryIO, encoding: str) -> str:
    """Return what parts the cells of the first rows most often, and as often in each of them as in the heading."""
    best, most = ",", (0, 0)
    for delimiter in DELIMITERS:
        try:
            rows = [cells for _n, cells in islice(_records(_lines(file, encoding), delimiter), _LOOKED_AT) if cells]
        except Refused:
            continue
        width = len(rows[0]) if rows else 0
        found = (sum(len(cells) == width for cells in rows), width)
        if width > 1 and found > most:
            best, most = delimiter, found
    return best


def _json_lines(lines: Iterator[str], encoding: str) -> Table:
    read = (_object(number, line) for number, line in enumerate(lines, start=1) if line.strip())
    some = list(islice(read, _LINES_LOOKED_AT))
    heading = list(dict.fromkeys(name for _number, cells, _told in some for name in cells))
    names = checked_names(heading)
    if not names:
        raise Refused(_("No line of the file tells anything."))
    return Table("jsonl", names, counted(_json_rows(chain(some, read), names, heading)), encoding)


def _json_rows(read: Iterable[tuple[int, dict[str, Any], str]], names: Sequence[str], keys: list[str]) -> Iterator[Row]:
    for number, cells, told in read:
        problems = {-1: told} if told else {}
        if not told and not cells.keys() <= set(keys):
            unknown = sorted(cells.keys() - set(keys))
            problems[-1] = _("“%(name)s” stands in none of the first lines.") % {"name": unknown[0][:80]}
        texts = []
        for place, key in enumerate(keys):
            text, wrong = _text(cells.get(key))
            texts.append(text)
            if wrong:
                problems[place] = wrong
        yield row_of(number, texts, names, problems)


def _object(number: int, line: str) -> tuple[int, dict[str, Any], str]:
    try:
        found = json.loads(line, object_pairs_hook=_distinct)
    except (ValueError, RecursionError) as error:
        told = _("This line is no JSON.") if isinstance(error, json.JSONDecodeError | RecursionError) else str(error)
        return number, {}, told
    return (number, found, "") if isinstance(found, dict) else (number, {}, _("This line is no JSON object."))


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(_("A name stands twice in this line."))
    return found


def _text(value: Any) -> tuple[str, str]:
    """Return a value of JSON as the text of a cell, and what is wrong with it."""
    if value is None:
        return "", ""
    if isinstance(value, bool):
        return str(value).lower(), ""
    if isinstance(value, str | int | float):
        return str(value), ""
    if isinstance(value, list) and all(isinstance(part, str | int) for part in value):
        return BETWEEN.join(str(part) for part in value), ""
    return "", _("A cell holds a text, a number, yes or no, or a list of texts.")
