"""Lists for tests: rows written as CSV, and the ways to take them in."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from visits.import_commands import Result, import_file
from visits.imports.command import Ticking
from visits.imports.kinds import Judged, given, kind_named
from visits.imports.mapping import guess_columns
from visits.imports.reading import opened
from visits.imports.running import Done


def as_csv(*rows: Mapping[str, str]) -> bytes:
    """Return rows as CSV, with a column for each name in any of them."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def judged(
    kind: str, *rows: Mapping[str, str], by: Any = None, answers: Mapping[str, str] | None = None
) -> list[Judged]:
    """Return what each row is to the record, with one set of answers for all."""
    found = kind_named(kind)
    assert found is not None
    judge = found.judge(by, "")
    with opened(as_csv(*rows)) as table:
        columns = guess_columns(table.names, found)
        return [judge.judge(row, answers or {}) for row in given(table.rows, table.names, columns)]


def taken_in(
    path: Path, kind: str, *rows: Mapping[str, str], tick: bool = True, **more: Any
) -> tuple[Result, list[Done]]:
    """Write rows into a file at `path` and take it in; return what came of it and the rows that were not taken in."""
    if rows:
        path.write_bytes(as_csv(*rows))
    found = kind_named(kind)
    assert found is not None
    failed: list[Done] = []
    judge = found.judge(more.get("by"), more.get("source", ""))
    values = {
        "columns": lambda names: guess_columns(names, found),
        "answers": {},
        "by": None,
        "failed": lambda done, _names: failed.append(done),
        "judge": Ticking(judge) if tick else judge,
        **more,
    }
    return import_file(path=path, kind=found, **values), failed
