"""Declared figures and what tests reached: pure, but for the file of lines in which workers leave what they saw."""

from __future__ import annotations

import json
import operator
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

DECLARED = Path(__file__).with_name("figures.toml")
# Where the tests of a run leave what they reached; not set in `make test`.
FILE = "FIGURES_FILE"
_HOLDS: dict[str, Callable[[float, float], bool]] = {"=": operator.eq, ">=": operator.ge, "<=": operator.le}
DATABASES = ("sqlite", "postgresql")


def is_long() -> bool:
    """Whether the long form runs, as in `make audit`."""
    return os.environ.get("AUDIT") == "long"


def is_whole() -> bool:
    """Whether the long form runs on SQLite.

    What hardly depends on the database, and takes many minutes, is gone through whole on one of them; on the other in
    the form of `make test`.
    """
    return is_long() and not os.environ.get("DATABASE_URL", "").startswith("postgres")


def is_thin() -> bool:
    """Whether the short form runs on PostgreSQL.

    What hardly depends on the database is sampled on SQLite, and thinner here: `make audit` has both.
    """
    return not is_long() and os.environ.get("DATABASE_URL", "").startswith("postgres")


@dataclass(frozen=True, slots=True)
class Figure:
    """A count: its name, what it says, what both forms have to reach, and on which databases.

    On those that are not among `whole` the long form has to reach what the short one has; on PostgreSQL the short one
    what `thin` says, where that is said.
    """

    name: str
    what: str
    wanted: str
    short: str = ""
    databases: tuple[str, ...] = DATABASES
    whole: tuple[str, ...] = DATABASES
    thin: str = ""

    def bound(self, *, long: bool, database: str) -> str:
        """Return what has to be reached, as “>= 5000”."""
        if self.thin and not long and database == "postgresql":
            return self.thin
        return self.wanted if (long and database in self.whole) or not self.short else self.short

    def holds(self, reached: float, *, long: bool, database: str) -> bool:
        """Whether `reached` is enough."""
        sign, number = self.bound(long=long, database=database).split()
        return _HOLDS[sign](reached, float(number))


def declared(text: str | None = None) -> dict[str, Figure]:
    """Return the figures by their names."""
    tables = tomllib.loads(DECLARED.read_text() if text is None else text)
    figures = (
        Figure(name, **{**table, **{of: tuple(table.get(of, DATABASES)) for of in ("databases", "whole")}})
        for name, table in tables.items()
    )
    return {figure.name: figure for figure in figures}


def report(figure: Figure, database: str, reached: float) -> None:
    """Leave what was reached, where a table is made; one short line, so that workers do not mix theirs."""
    if path := os.environ.get(FILE):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"name": figure.name, "database": database, "reached": reached}) + "\n")


def lines(figures: Iterable[Figure], reported: Iterable[str], *, long: bool) -> Iterator[tuple[bool, str]]:
    """Yield for each figure and database whether it holds, and its line in the table.

    Where several tests report one figure, the table has the worst of it: all of them have to hold.
    """
    seen: dict[tuple[str, str], list[float]] = {}
    for line in reported:
        row = json.loads(line)
        seen.setdefault((row["name"], row["database"]), []).append(row["reached"])
    for figure in figures:
        for database in figure.databases:
            found = seen.get((figure.name, database), [])
            holds = bool(found) and all(figure.holds(reached, long=long, database=database) for reached in found)
            told = ", ".join(f"{reached:,.6g}" for reached in sorted(set(found))) or "not counted"
            bound, end = figure.bound(long=long, database=database), "" if holds else "  SHORT"
            yield holds, f"{figure.what:<72} {database:<11} {told:>16} {bound:>12}{end}"


def table(figures: Iterable[Figure], reported: Iterable[str], *, long: bool) -> tuple[str, int]:
    """Return the table and how many lines of it fall short."""
    rows = list(lines(figures, reported, long=long))
    head = f"{'what':<72} {'database':<11} {'reached':>16} {'wanted':>12}"
    return "\n".join([head, *(line for _holds, line in rows)]), sum(not holds for holds, _line in rows)
