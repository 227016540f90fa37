"""Taking in a list of statements, every check on, against writing the finished rows and nothing else.

The floor is a bare COPY (on SQLite: executemany) of the rows that an import has left in every table, histories
included, constraints on. The index of the search is written in the same transaction, and told apart. Run by itself
with `python -m tests.bench.importing`; SCALE is the share of 100,000 rows.
"""

from __future__ import annotations

import csv
import json
import os
import pickle
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from tests.bench import table

ROWS, ROUNDS = 100_000, 3
# The least share of the floor's rows per second, and the most memory.
LEAST = {"postgresql": 0.6, "sqlite": 0.5}
MOST_MEMORY = 300
BLOCK = 256 * 1024
COLUMNS = (
    "visit", "date", "act", "mode", "occasion", "speakers", "speaker_pages", "sides", "words", "words_kind",
    "words_language", "topics", "sources", "quotations", "locators",
)  # fmt: skip
# Of a hundred sources so many hold their text, in which quotations are sought.
HOLDING = 20
# Of a hundred quotations so many have a word otherwise.
OTHERWISE = 2


def show() -> int:
    """Print the figures of both databases; return how many are past what they may be."""
    print("\nA list of statements taken in, every check on, against the finished rows written bare")
    failed = 0
    for vendor in LEAST:
        with table.database(vendor, table.SHARE / 100) as settings, tempfile.TemporaryDirectory() as folder:
            failed += _Turns(vendor, settings, Path(folder)).show()
    return failed


def _quoted(draw: random.Random, words: str) -> str:
    """Return the first words as they are quoted, now and then with one left out."""
    quoted = words.split()[:30]
    if draw.randrange(100) < OTHERWISE:
        del quoted[draw.randrange(len(quoted))]
    return " ".join(quoted)


class _Turns:
    """One database: each turn is a process of its own on a copy of the same record, which is thrown away."""

    def __init__(self, vendor: str, settings: dict[str, str], folder: Path) -> None:
        self.vendor, self.settings, self.folder = vendor, settings, folder

    def run(self, part: str, record: str) -> dict[str, Any]:
        """Do a part on a copy of `record`, which it leaves changed under its own name, and return what it tells."""
        url = self._copied(record, f"import_{part}")
        variables = {**self.settings, "DATABASE_URL": url, "DATA_DIR": str(self.folder)}
        command = [sys.executable, "-W", "ignore", "-m", "tests.bench.importing", part, str(self.folder)]
        done = subprocess.run(command, cwd=table.ROOT, env=os.environ | variables, check=True, stdout=subprocess.PIPE)
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def _copied(self, record: str, copy: str) -> str:
        url = self.settings["DATABASE_URL"]
        if self.vendor == "sqlite":
            source = Path(url.removeprefix("sqlite:///")) if record == "postgres" else self.folder / record
            with sqlite3.connect(source) as held, sqlite3.connect(self.folder / f"{copy}.new") as new:
                held.backup(new)
            for end in ("-wal", "-shm"):
                (self.folder / f"{copy}{end}").unlink(missing_ok=True)
            (self.folder / f"{copy}.new").rename(self.folder / copy)
            return f"sqlite:///{self.folder / copy}"
        # A database is no template while somebody is connected to it.
        base = url.rpartition("/")[0]
        server = f"{base}/template1".replace("postgres://", "postgresql://")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {copy}")
            connection.execute(f"CREATE DATABASE {copy} TEMPLATE {record}")
        return f"{base}/{copy}"

    def show(self) -> int:
        """Print the figures; return how many are past what they may be."""
        self.run("list", "postgres")
        self.run("dump", self.run("ours", "import_list") and "import_ours")
        turns = []
        for _round in range(ROUNDS):
            ours = self.run("ours", "import_list")
            turns.append((ours, self.run("floor", "import_list"), self.run("index", "import_list")))
        rows, least = turns[0][0]["rows"], LEAST[self.vendor]
        share = median(floor["seconds"] / ours["seconds"] for ours, floor, _index in turns)
        most = max(ours["memory"] for ours, _floor, _index in turns)
        ours, bare = (rows / median(turn[place]["seconds"] for turn in turns) for place in (0, 1))
        index, terms = rows / median(turn[0]["index"] for turn in turns), rows / median(t[2]["seconds"] for t in turns)
        print(
            f"{self.vendor:<12}{rows:>8,} rows  {ours:>7,.0f} rows/s against {bare:>7,.0f}"
            f"   share {share:.2f}, at least {least:g}: {'holds' if share >= least else 'TOO SLOW'}"
        )
        print(f"{'':<12}memory {most:.0f} MB, under {MOST_MEMORY}: {'holds' if most < MOST_MEMORY else 'TOO MUCH'}")
        print(f"{'':<12}index of the search apart: {index:,.0f} rows/s, its rows bare {terms:,.0f}", flush=True)
        return int(share < least) + int(most >= MOST_MEMORY)


def write_list(folder: Path, number: int) -> None:
    """Write a list of so many statements on the generated record, and texts into some of its sources."""
    from statements.models import Topic
    from statements.scale.words import text
    from visits.choices import Visibility, Workflow
    from visits.models import Person, Source, Visit

    draw = random.Random(7)  # noqa: S311 - nothing secret
    seen = {"workflow": Workflow.PUBLISHED, "visibility": Visibility.PUBLIC}
    visits = list(Visit.objects.filter(dates_earliest__isnull=False, **seen).values_list("slug", "dates_earliest"))
    people = list(Person.objects.values_list("name", "slug"))
    topics = list(Topic.objects.values_list("name", flat=True))
    sources = list(Source.objects.filter(language="en", **seen).values_list("public_id", "url"))
    held = {key: [text(draw) for _ in range(30)] for key, _url in sources if draw.randrange(100) < HOLDING}
    for key, said in held.items():
        Source.objects.filter(public_id=key).update(extracted_text="\n\n".join(said))
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        said: set[tuple[str, str, str]] = set()
        for line in range(number):
            slug, first = draw.choice(visits)
            name, page = draw.choice(people)
            source, url = draw.choice(sources)
            words = _part(draw, draw.choice(held[source])) if source in held else f"{text(draw)} {line}"
            # No row tells of the same as another: the same person says the same once on each visit.
            while (slug, name, words) in said:
                slug, first = draw.choice(visits)
            said.add((slug, name, words))
            writer.writerow([
                slug, first.isoformat(), draw.choice(("asserts", "announces", "calls for", "criticises")),
                draw.choice(("direct", "indirect", "summary")), "interview", name, f"/people/{page}/",
                draw.choice(("government", "civil_society")), words, "original", "en",
                " | ".join(draw.sample(topics, draw.randint(1, 2))), url or source, _quoted(draw, words),
                f"paragraph {draw.randint(1, 90)}",
            ])  # fmt: skip


def _part(draw: random.Random, paragraph: str) -> str:
    """Return some words of a paragraph, as somebody would quote them."""
    words = paragraph.split()
    first = draw.randrange(max(1, len(words) - 12))
    return " ".join(words[first : draw.randint(min(first + 12, len(words)), len(words))])


def take_in(folder: Path) -> dict[str, Any]:
    """Take the list in as the command does; return the seconds without those of the index."""
    from statements.imports import importing
    from statements.imports.kind import STATEMENTS
    from visits.import_commands import import_file
    from visits.imports.mapping import guess_columns

    started = time.perf_counter()
    result = import_file(
        path=folder / "list.csv",
        kind=STATEMENTS,
        by=None,
        columns=lambda names: guess_columns(names, STATEMENTS),
        answers={},
    )
    spent = time.perf_counter() - started
    index = float(importing.spent["indexed"])
    print({name: round(value, 2) for name, value in importing.spent.items()}, round(spent, 2), file=sys.stderr)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": result.counts["new"], "seconds": spent - index, "index": index, "memory": most}


def _tables() -> Iterator[tuple[str, str, str]]:
    """Yield each table that an import writes, the number that rises in it, and with what it is written."""
    from statements import models
    from visits.models import ImportBatch, ImportRow

    for model in (
        models.Statement, models.StatementSpeaker, models.StatementText, models.Citation, models.StatementTopic,
        ImportBatch,
    ):  # fmt: skip
        yield model._meta.db_table, "id", "floor"
        yield model.history.model._meta.db_table, "history_id", "floor"  # type: ignore[attr-defined]
    yield ImportRow._meta.db_table, "id", "floor"
    yield models.SearchEntry._meta.db_table, "id", "index"


def _last() -> dict[str, int]:
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for name, key, _part in _tables():
            cursor.execute(f"SELECT coalesce(max({key}), 0) FROM {name}")  # noqa: S608 - names of tables
            found[name] = cursor.fetchone()[0]
    return found


def dump(folder: Path) -> None:
    """Keep the rows that an import has written, as the floor writes them."""
    from django.db import connection

    before = json.loads((folder / "before.json").read_text())
    with connection.cursor() as cursor:
        for name, key, _part in _tables():
            sql = f"SELECT * FROM {name} WHERE {key} > {before[name]} ORDER BY {key}"  # noqa: S608 - names of tables
            with (folder / f"{name}.rows").open("wb") as file:
                if connection.vendor == "postgresql":
                    with cursor.copy(f"COPY ({sql}) TO STDOUT") as copy:
                        for block in copy:
                            file.write(block)
                else:
                    cursor.execute(sql)
                    pickle.dump(cursor.fetchall(), file)


def write_bare(folder: Path, part: str) -> float:
    """Write the rows that were kept, and nothing else; return the seconds."""
    from django.db import connection, transaction

    names = [name for name, _key, of in _tables() if of == part]
    held: dict[str, Any] = {}
    if connection.vendor == "sqlite":
        held = {name: pickle.loads((folder / f"{name}.rows").read_bytes()) for name in names}  # noqa: S301 - our own
    connection.ensure_connection()
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for name in names:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {name} FROM STDIN") as copy, (folder / f"{name}.rows").open("rb") as file:
                    while block := file.read(BLOCK):
                        copy.write(block)
            elif rows := held[name]:
                into = f"INSERT INTO {name} VALUES ({', '.join(['%s'] * len(rows[0]))})"  # noqa: S608 - names of tables
                cursor.executemany(into, rows)
    return time.perf_counter() - started


def main(arguments: list[str]) -> int:
    """Do one part in this process and tell what came of it, or all of them in processes of their own."""
    if not arguments:
        return show()
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    part, folder = arguments[0], Path(arguments[1])
    told: dict[str, Any] = {}
    if part == "list":
        write_list(folder, max(100, round(ROWS * table.SHARE)))
        (folder / "before.json").write_text(json.dumps(_last()))
    elif part == "ours":
        told = take_in(folder)
    elif part == "dump":
        dump(folder)
    else:
        told = {"seconds": write_bare(folder, part)}
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
