"""A list as CSV made by PostgreSQL itself: one query for the whole cells of a chunk, taken out by COPY.

The same cells as `columns` read and `writers` write, byte by byte (docs/adr/0023), at many times their speed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import translation

from visits.access import role_of
from visits.exports.cells import values_of, written
from visits.exports.columns import Kind, Taking
from visits.exports.writers import write_csv

if TYPE_CHECKING:
    from psycopg import Copy

# So many rows are made by one query: few at first, so that the file begins at once, then more. Those for everybody are
# made while others are sent, and lie in a file; those for somebody who has signed in lie in memory.
FIRST_CHUNK, LARGEST_CHUNK, LARGEST_AHEAD = 500, 4_000, 20_000
# A block of so many bytes is sent at once.
BLOCK = 64 * 1024
# Signs that no cell may hold become spaces, as in `in_cell`: those of one byte, and two of three.
_FIT = bytes(0x20 if code < 0x20 and code not in b"\t\n\r" else code for code in range(256))
_UNFIT = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")


def can_copy(kind: Kind) -> bool:
    """Whether the database makes the cells of a kind."""
    return connections[DEFAULT_DB_ALIAS].vendor == "postgresql" and all(column.sql for column in kind.columns)


def copied(kind: Kind, ids: Iterable[int], taking: Taking) -> Iterator[bytes]:
    """Yield the rows with these ids as CSV in blocks, as `write_csv` does; nothing is read before it is asked for.

    The gate is asked again for each chunk: what was hidden since the file was begun is in no later chunk of it.
    """
    known = taking.reader.is_authenticated
    chunks = _chunks(iter(ids), LARGEST_CHUNK if known else LARGEST_AHEAD)
    before = b"".join(write_csv(kind.names, ()))
    for block in (_in_turns if known else _ahead)(kind, chunks, taking):
        yield before + block
        before = b""
    if before:
        yield before


def _chunks(rest: Iterator[int], largest: int) -> Iterator[list[int]]:
    number = FIRST_CHUNK
    while chunk := list(islice(rest, number)):
        yield chunk
        number = min(4 * number, largest)


def _in_turns(kind: Kind, chunks: Iterable[list[int]], taking: Taking) -> Iterator[bytes]:
    """Yield blocks for somebody who has signed in: of a chunk all are taken before the first is sent.

    A connection answers nothing else as long as a COPY is open, and whoever sends a block of theirs may ask it
    something: the log of what was read does.
    """
    for ids in chunks:
        with _making(kind, ids, taking) as copy:
            blocks = list(_blocks(copy))
        yield from map(_fit, blocks)


def _ahead(kind: Kind, chunks: Iterable[list[int]], taking: Taking) -> Iterator[bytes]:
    """Yield blocks for everybody: while those of a chunk are sent, the server makes the next.

    What it makes is taken at once, into a file, by a thread beside: whoever reads slowly keeps no server at work and no
    table locked.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    sizes: list[int] = []
    with TemporaryFile() as one, TemporaryFile() as other, ThreadPoolExecutor(1) as beside:
        leaving, coming = one, other
        for ids in chunks:
            with _making(kind, ids, taking) as copy, connection.execute_wrapper(_at_work):
                taken = beside.submit(_kept, copy, coming)
                try:
                    yield from _taken_back(leaving, sizes)
                finally:
                    sizes = taken.result()
            leaving, coming = coming, leaving
        yield from _taken_back(leaving, sizes)


def _kept(copy: Copy, file: IO[bytes]) -> list[int]:
    """Write all of a chunk into a file; return the sizes of its blocks, which end with a row."""
    file.seek(0)
    file.truncate()
    return [file.write(block) for block in _blocks(copy)]


def _at_work(*_asked: Any) -> None:
    # Without this it would wait for itself for ever.
    raise RuntimeError("The connection makes the next rows of a file: nothing can be asked before they are there.")


def _taken_back(kept: IO[bytes], sizes: Iterable[int]) -> Iterator[bytes]:
    kept.seek(0)
    return (_fit(kept.read(size)) for size in sizes)


@contextmanager
def _making(kind: Kind, ids: list[int], taking: Taking) -> Iterator[Copy]:
    """Let the server begin the rows with these ids, and yield what they come out of."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    with translation.override(taking.language):
        values = values_of(taking, ids)
        text = written(kind, role_of(taking.reader), taking.language)
    sql = connection.ops.compose_sql(f"COPY ({text}) TO STDOUT (FORMAT csv)", values)
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        yield copy


def _blocks(copy: Copy) -> Iterator[bytes]:
    block: list[Any] = []
    size = 0
    while row := copy.read():
        # A row arrives by itself, with a line feed at its end.
        block += [row[:-1], b"\r\n"]
        size += len(row)
        if size > BLOCK:
            yield b"".join(block)
            block, size = [], 0
    if block:
        yield b"".join(block)


def _fit(block: bytes) -> bytes:
    block = block.translate(_FIT)
    for sign in _UNFIT:
        block = block.replace(sign, b" ")
    return block
