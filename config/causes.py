"""Why a database or a file did not do what was asked: a full disk, others write too long, it is not there. Pure."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Collection, Iterator

import psycopg

_ERRNO = {errno.ENOSPC, errno.EDQUOT}
# SQLite tells a full disk by three codes: of a write, of the log, and of the index beside the log.
_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_BUSY_RECOVERY}
# A file that is not there or not ours, a folder that is missing, a file in place of a folder.
_UNOPENED = {
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CANTOPEN_ISDIR, sqlite3.SQLITE_CANTOPEN_FULLPATH,
    sqlite3.SQLITE_CANTOPEN_NOTEMPDIR, sqlite3.SQLITE_CANTOPEN_CONVPATH, sqlite3.SQLITE_CANTOPEN_SYMLINK,
}  # fmt: skip
# PostgreSQL, appendix A: “disk_full”; then “serialization_failure”, “deadlock_detected”, “lock_not_available” and
# “too_many_connections”.
_SQLSTATE_FULL = {"53100"}
_SQLSTATES_BUSY = {"40001", "40P01", "55P03", "53300"}


def is_full(error: BaseException | None) -> bool:
    """Whether `error`, or one that led to it, was raised since there is no room on the disk."""
    return any(
        (isinstance(one, OSError) and one.errno in _ERRNO) or _told(one, _FULL, _SQLSTATE_FULL) for one in _chain(error)
    )


def is_busy(error: BaseException | None) -> bool:
    """Whether `error`, or one that led to it, was raised since others were writing: trying again may do."""
    return any(_told(one, _BUSY, _SQLSTATES_BUSY) for one in _chain(error))


def is_out_of_reach(error: BaseException | None) -> bool:
    """Whether `error`, or one that led to it, was raised since the database could not be opened or connected to."""
    return any(_told(one, _UNOPENED, ()) or _is_unconnected(one) for one in _chain(error))


def _is_unconnected(error: BaseException) -> bool:
    # What the server did not say itself has no code.
    return isinstance(error, psycopg.OperationalError) and error.sqlstate is None


def _told(error: BaseException, sqlite: Collection[int], sqlstates: Collection[str]) -> bool:
    return getattr(error, "sqlite_errorcode", None) in sqlite or getattr(error, "sqlstate", None) in sqlstates


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
