"""What the database does while Python goes on: PostgreSQL takes the rows of one chunk as the next is planned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from contextvars import ContextVar
from types import TracebackType
from typing import Any, NamedTuple

from django.db import connections


class Copied(NamedTuple):
    """Rows that are to be written, and the COPY by which."""

    sql: str
    rows: Iterable[Sequence[Any]]


class Behind:
    """Writes rows on the connection of this thread, behind its back and in their order; `wait` ends that.

    Whatever this thread asks the connection through Django meanwhile waits until it is done. Once closed it has waited,
    and has raised what nobody waited for; after another error that is lost with the transaction, which it has broken.
    """

    def __init__(self, using: str) -> None:
        self.connection = connections[using]
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="import")
        self._running: list[Future[None]] = []
        self._open = ExitStack()
        self._before: Behind | None = None

    def __enter__(self) -> Behind:
        self._open.enter_context(self.connection.execute_wrapper(self._after))
        self._before = _at_work.get()
        _at_work.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _at_work.set(self._before)
        self._threads.shutdown(wait=True)
        self._open.close()
        if kind is None:
            self.wait()

    def run(self, copies: Sequence[Copied]) -> None:
        """Begin to write rows, after what was begun before, within the transaction that is open."""
        if copies:
            self._running.append(self._threads.submit(self._write, self.connection.connection, copies))

    def wait(self) -> None:
        """Wait for what was begun; raise the error of Django's with which it ended."""
        running, self._running = self._running, []
        with self.connection.wrap_database_errors:
            for begun in running:
                begun.result()

    def _after(self, execute: Callable[..., Any], *asked: Any) -> Any:
        self.wait()
        return execute(*asked)

    @staticmethod
    def _write(connection: Any, copies: Sequence[Copied]) -> None:
        with connection.cursor() as cursor:
            # Foreign keys are otherwise looked after when the transaction ends: there is nothing to do beside it then.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            _copy(cursor, copies)
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


_at_work: ContextVar[Behind | None] = ContextVar("behind", default=None)


def copy_rows(using: str, copies: Sequence[Copied]) -> None:
    """Copy rows into tables of PostgreSQL: at once, or behind whoever is writing so on this connection."""
    connection, behind = connections[using], _at_work.get()
    if behind is not None and behind.connection is connection:
        behind.run(copies)
        return
    with connection.cursor() as cursor:
        _copy(cursor, copies)


def _copy(cursor: Any, copies: Sequence[Copied]) -> None:
    for sql, rows in copies:
        with cursor.copy(sql) as copy:
            for row in rows:
                copy.write_row(row)
