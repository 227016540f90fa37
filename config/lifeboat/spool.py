"""What was read of the site, on the disk until it is written: a copy takes as much memory as one page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from config.lifeboat.places import file_of
from config.lifeboat.reading import Answer, Unreadable
from config.lifeboat.searching import Document

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE page (
    address TEXT PRIMARY KEY, asked INTEGER NOT NULL DEFAULT 0,
    file TEXT UNIQUE COLLATE NOCASE, type TEXT, leads_to TEXT, gone INTEGER, body BLOB
);
CREATE INDEX waiting ON page (address) WHERE NOT asked;
"""
# Redirects that lead in a circle end here.
_MOST_STEPS = 5


@dataclass(frozen=True, slots=True)
class Page:
    """What stands at an address: its file, type and body, and whether it was withdrawn."""

    address: str
    file: str
    media_type: str
    gone: bool
    body: bytes


class Spool:
    """Addresses and what they answered, in a file of its own; opened again by each process that reads it."""

    def __init__(self, path: Path, *, new: bool = False) -> None:
        self.path = path
        self.connection = sqlite3.connect(path, isolation_level=None)
        if new:
            self.connection.executescript(_TABLES)

    def want(self, addresses: Iterable[str]) -> None:
        """Note addresses that are to be asked, unless they are known."""
        with self.connection:
            self.connection.execute("BEGIN")
            rows = ((address,) for address in addresses)
            self.connection.executemany("INSERT OR IGNORE INTO page (address) VALUES (?)", rows)

    def waiting(self, most: int) -> list[str]:
        """Return some addresses that were not asked yet."""
        found = self.connection.execute("SELECT address FROM page WHERE NOT asked ORDER BY address LIMIT ?", (most,))
        return [address for (address,) in found]

    def number(self) -> int:
        """Return how many addresses are known."""
        return int(self.connection.execute("SELECT count(*) FROM page").fetchone()[0])

    def keep(self, address: str, answer: Answer, leads_to: str) -> None:
        """Keep what an address answered."""
        file = None if answer.body is None else file_of(address, answer.media_type)
        try:
            self.connection.execute(
                "UPDATE page SET asked = 1, file = ?, type = ?, body = ?, leads_to = ?, gone = ? WHERE address = ?",
                (file, answer.media_type, answer.body, leads_to, answer.gone, address),
            )
        except sqlite3.IntegrityError as error:
            raise Unreadable(f"{address} would be written over another page, into {file}.") from error

    def file(self, address: str) -> str:
        """Return the file in which an address stands, "" where it stands in none."""
        for _step in range(_MOST_STEPS):
            row = self.connection.execute("SELECT file, leads_to FROM page WHERE address = ?", (address,)).fetchone()
            if row is None:
                return ""
            if row[0]:
                return str(row[0])
            address = row[1]
        return ""

    def pages(self) -> Iterator[str]:
        """Yield the addresses that answered, in their order."""
        last = ""
        # In blocks: nothing is held open while others write.
        while found := self.connection.execute(
            "SELECT address FROM page WHERE file IS NOT NULL AND address > ? ORDER BY address LIMIT 500", (last,)
        ).fetchall():
            last = found[-1][0]
            yield from (address for (address,) in found)

    def page(self, address: str) -> Page:
        """Return what stands at an address."""
        found = self.connection.execute("SELECT file, type, gone, body FROM page WHERE address = ?", (address,))
        return Page(address, *found.fetchone())

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


_MADE = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE written (file TEXT PRIMARY KEY, digest TEXT NOT NULL);
CREATE TABLE asset (file TEXT PRIMARY KEY);
CREATE TABLE document (number INTEGER PRIMARY KEY, kind TEXT, title TEXT, file TEXT, about TEXT);
CREATE TABLE term (shard TEXT, term TEXT, document INTEGER, titled INTEGER);
"""


class Made:
    """What was written so far, and what the search will know, in a file of its own."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.executescript(_MADE)

    def note(self, file: str, digest: str) -> None:
        """Note a file that belongs to the copy, with its SHA-256."""
        self.connection.execute("INSERT OR REPLACE INTO written VALUES (?, ?)", (file, digest))

    def knows(self, file: str) -> bool:
        """Whether a file belongs to the copy."""
        return self.connection.execute("SELECT 1 FROM written WHERE file = ?", (file,)).fetchone() is not None

    def written(self) -> Iterator[tuple[str, str]]:
        """Yield the files with their digests, in the order of their names."""
        yield from self.connection.execute("SELECT file, digest FROM written ORDER BY file")

    def want_assets(self, names: Iterable[str]) -> None:
        """Note static files that pages load."""
        self.connection.executemany("INSERT OR IGNORE INTO asset VALUES (?)", ((name,) for name in names))

    def assets(self) -> list[str]:
        """Return the static files that are wanted."""
        return [name for (name,) in self.connection.execute("SELECT file FROM asset ORDER BY file")]

    def add_document(self, found: Document, file: str) -> None:
        """Add a page to what the search finds; it gets the next number."""
        number = self.connection.execute("SELECT count(*) FROM document").fetchone()[0]
        self.connection.execute("BEGIN")
        row = (number, found.kind, found.title, file, found.about)
        self.connection.execute("INSERT INTO document VALUES (?, ?, ?, ?, ?)", row)
        rows = ((shard, term, number, titled) for shard, term, titled in found.terms)
        self.connection.executemany("INSERT INTO term VALUES (?, ?, ?, ?)", rows)
        self.connection.execute("COMMIT")

    def documents(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield (kind, title, file, about) of the documents by their numbers."""
        yield from self.connection.execute("SELECT kind, title, file, about FROM document ORDER BY number")

    def terms(self) -> Iterator[tuple[str, str, int, int]]:
        """Yield (shard, term, document, titled) in this order."""
        yield from self.connection.execute("SELECT * FROM term ORDER BY shard, term, document")

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
