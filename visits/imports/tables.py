"""What every form of file becomes: names of columns and rows of texts, each with what is wrong in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from visits.imports.refusals import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Refused


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file: the number of its line or of its row in the sheet, a text for each column, what is wrong.

    `problems` holds by the place of a column (-1: the row as a whole) why its cell cannot be read.
    """

    number: int
    cells: tuple[str, ...]
    problems: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A file as it was understood; `rows` can be gone through once."""

    form: str
    names: tuple[str, ...]
    rows: Iterator[Row]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def too_many_columns(number: int) -> Refused:
    """Return the refusal of a table of so many columns."""
    return Refused(_("The file has %(n)d columns; at most %(most)d are read.") % {"n": number, "most": MOST_COLUMNS})


def checked_names(heading: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns; raise Refused where two are the same or there are too many."""
    cells = [" ".join(name.replace("\x00", " ").split()) for name in heading]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise too_many_columns(len(cells))
    seen: dict[str, int] = {}
    for place, name in enumerate(cells, start=1):
        if len(name) > 200:
            raise Refused(_("The name of column %(n)d is longer than 200 characters.") % {"n": place})
        if name and name.casefold() in seen:
            told = _("Columns %(first)d and %(second)d have the same name, “%(name)s”.")
            raise Refused(told % {"first": seen[name.casefold()], "second": place, "name": name})
        seen[name.casefold()] = place
    named = [name or _("(column %(n)d)") % {"n": place} for place, name in enumerate(cells, start=1)]
    if len(set(named)) < len(named):
        raise Refused(_("A column without a name stands beside one that is called like it."))
    return tuple(named)


def row_of(number: int, cells: Sequence[str], names: Sequence[str], problems: dict[int, str] | None = None) -> Row:
    """Return a row with a text for each column: what is missing at its end is empty, what is too much is told."""
    width = len(names)
    told = dict(problems or {})
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        told[-1] = _("The row has %(n)d cells, the heading %(of)d.") % {"n": len(cells), "of": width}
    texts = [cell.strip() for cell in cells[:width]]
    for place, text in enumerate(texts):
        if len(text) > LONGEST_CELL:
            told[place] = _("The cell has more than %(most)d characters.") % {"most": LONGEST_CELL}
            texts[place] = f"{text[:80]}…"
        elif "\x00" in text:
            told[place] = _("The cell holds a sign that no text may hold.")
            texts[place] = text.replace("\x00", " ")
    texts += [""] * (width - len(texts))
    return Row(number, tuple(texts), told)


def counted(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows that hold anything; raise Refused where there are too many."""
    number = 0
    for row in rows:
        if not row.problems and not any(row.cells):
            continue
        number += 1
        if number > MOST_ROWS:
            raise Refused(_("The file has more than %(most)d rows.") % {"most": MOST_ROWS})
        yield row
