"""What the database does while Python goes on: PostgreSQL takes the rows of one chunk as the next is planned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import Any, NamedTuple

from django.db import connections


class Copied(NamedTuple):
    """Rows that are to be written, and the COPY by which."""

    sql: str
    rows: Iterable[Sequence[Any]]


class Behind:
    """Writes rows on the connection of this thread, behind its back; `wait` ends that.

    Whatever this thread asks the connection through Django meanwhile waits until it is done. Once closed it has waited;
    an error that nobody waited for is lost with the transaction, which it has broken.
    """

    def __init__(self, using: str) -> None:
        self.connection = connections[using]
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="import")
        self._running: Future[None] | None = None
        self._open = ExitStack()

    def __enter__(self) -> Behind:
        self._open.enter_context(self.connection.execute_wrapper(self._after))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=True)
        self._open.close()

    def run(self, copies: Sequence[Copied]) -> None:
        """Begin to write rows, within the transaction that is open."""
        if copies:
            self._running = self._threads.submit(self._write, self.connection.connection, copies)

    def wait(self) -> None:
        """Wait for what was begun; raise the error of Django's that it ended with."""
        running, self._running = self._running, None
        if running is not None:
            with self.connection.wrap_database_errors:
                running.result()

    def _after(self, execute: Callable[..., Any], *asked: Any) -> Any:
        self.wait()
        return execute(*asked)

    @staticmethod
    def _write(connection: Any, copies: Sequence[Copied]) -> None:
        with connection.cursor() as cursor:
            # Foreign keys are otherwise looked after when the transaction ends: there is nothing to do beside it then.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for sql, rows in copies:
                with cursor.copy(sql) as copy:
                    for row in rows:
                        copy.write_row(row)
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
