"""All statements as CSV over HTTP beside PostgreSQL's own COPY of the same rows and cells, and what memory it takes.

The floor asks the gate once and makes every cell in one COPY without end; ours is what a reader gets.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import serving, table

ROUNDS = 3
# Of the floor's rows per second ours has to reach so much, within so much memory of the process that serves it.
LEAST, MOST_MEGABYTES = 0.7, 150
ADDRESS = "/statements.csv"
# The address of a row stands in its second cell, and in no other just so.
BEGINS = b",http://localhost/statements/"


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it was taken: how many rows and bytes in how many seconds, and after how many the first row."""

    rows: int
    size: int
    seconds: float
    first: float

    @property
    def rate(self) -> float:
        """Return rows per second."""
        return self.rows / self.seconds


def take(port: int, address: str) -> Taken:
    """Return how a file is taken over HTTP, in pieces, kept nowhere; one that breaks off is an error."""
    started, first, size, lines, last = time.perf_counter(), 0.0, 0, 0, b""
    line = http.client.HTTPConnection("127.0.0.1", port)
    line.request("GET", address, headers={"Host": "localhost"})
    with line.getresponse() as answer:
        while block := answer.read(1 << 18):
            size += len(block)
            lines += (last + block).count(BEGINS)
            first = first or (time.perf_counter() - started if lines else 0)
            last = (last + block)[1 - len(BEGINS) :]
    line.close()
    return Taken(lines, size, time.perf_counter() - started, first)


def processes(parent: int) -> list[int]:
    """Return the ids of the processes below `parent`, and its own."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [parent, *(one for child in children for one in processes(int(child)))]


class Watch:
    """The largest resident memory of the server's worker, in megabytes, while it is watched."""

    def __init__(self, port: int) -> None:
        self.port, self.peak, self._over = port, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.05):
            for one in processes(os.getpid())[1:]:
                try:
                    name = Path(f"/proc/{one}/cmdline").read_text()
                    told = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{one}/status").read_text())
                except OSError:
                    continue
                if told and "granian" in name and str(self.port) in name:
                    self.peak = max(self.peak, int(told[1]) / 1024)


def figures(settings: dict[str, str]) -> dict[str, Any]:
    """Return the figures of ours and of the floor, in turns, on the record of these settings."""
    ours: list[Taken] = []
    floors: list[dict[str, float]] = []
    with serving.served(settings, "config.wsgi:application") as port:
        take(port, ADDRESS + "?year=1900")
        with Watch(port) as watch:
            for _round in range(ROUNDS):
                ours.append(take(port, ADDRESS))
                floors.append(_floor(settings))
                low = floors[-1]["rows"] / floors[-1]["seconds"]
                print(f"{ours[-1].rate:,.0f} rows/s, COPY {low:,.0f}, peak {watch.peak:.0f} MB", file=sys.stderr)
    if {one.rows for one in ours} != {int(one["rows"]) for one in floors}:
        raise SystemExit(f"Ours has {ours[0].rows} rows, the floor {floors[0]['rows']}.")
    return {
        "rows": ours[0].rows,
        "bytes": ours[0].size,
        "first": median(one.first for one in ours),
        "ours": median(one.rate for one in ours),
        "floor": median(one["rows"] / one["seconds"] for one in floors),
        "ratio": median(one.rate / (low["rows"] / low["seconds"]) for one, low in zip(ours, floors, strict=True)),
        "peak": watch.peak,
    }


def _floor(settings: dict[str, str]) -> dict[str, float]:
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.bench.exporting", "floor"],
        cwd=table.ROOT, env=os.environ | settings, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(told.stdout)
    return found


def floor() -> dict[str, float]:
    """Return rows and seconds of one COPY of all statements with the cells of the file, thrown away as it comes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.contrib.auth.models import AnonymousUser
    from django.db import connection
    from django.utils import timezone

    from statements.exports import STATEMENTS
    from visits.access import Role
    from visits.exports.cells import values_of, written
    from visits.exports.columns import Taking

    taking = Taking(AnonymousUser(), "http://localhost", timezone.now().date(), "en")
    every: Any = connection
    text = whole(written(STATEMENTS, Role.NONE, "en"))
    sql = every.ops.compose_sql(f"COPY ({text}) TO STDOUT (FORMAT csv)", values_of(taking, ()))
    rows = 0
    with connection.cursor() as cursor:
        started = time.perf_counter()
        with cursor.copy(sql) as copy:
            while copy.read():
                rows += 1
        return {"rows": rows, "seconds": time.perf_counter() - started}


def whole(text: str) -> str:
    """Return the query of a chunk as one of all statements, newest first: parts of any row, each row in its place."""
    text, parts = re.subn(r'"?\w+"?\."\w+" = ANY\(ARRAY\(SELECT id FROM w\)\)', "TRUE", text)
    every = (
        "SELECT id, row_number() OVER (ORDER BY COALESCE(date_latest, '0001-01-01') DESC, id DESC)"
        " FROM statements_statement"
    )
    text, lists = re.subn(r"SELECT \* FROM unnest\(%\(ids\)s::bigint\[\]\) WITH ORDINALITY", every, text)
    if lists != 1 or parts < 5 or "%(ids)s" in text:
        raise SystemExit("The query of a chunk is not as the floor knows it.")
    return text


def show() -> int:
    """Print the figures; return how many are not reached."""
    with table.database("postgresql", table.SHARE) as settings:
        found = figures(settings)
    slow, heavy = found["ratio"] < LEAST, found["peak"] > MOST_MEGABYTES
    print(f"\nall statements as CSV over HTTP, postgresql, {table.SHARE:g} of a million")
    names = ("rows", "MB", "first s", "rows/s", "COPY", "ratio", "least", "peak MB", "most")
    print("".join(f"{name:>{width}}" for name, width in zip(names, (10, 8, 9, 10, 10, 8, 7, 9, 6), strict=True)))
    print(
        f"{found['rows']:>10,}{found['bytes'] / 1e6:>8.0f}{found['first']:>9.2f}{found['ours']:>10,.0f}"
        f"{found['floor']:>10,.0f}{found['ratio']:>8.2f}{LEAST:>7}{found['peak']:>9.0f}{MOST_MEGABYTES:>6}"
        f"{'  TOO SLOW' if slow else ''}{'  TOO LARGE' if heavy else ''}",
        flush=True,
    )
    return slow + heavy


if __name__ == "__main__":
    if sys.argv[1:] == ["floor"]:
        print(json.dumps(floor()))
    else:
        sys.exit(1 if show() else 0)
