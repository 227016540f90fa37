"""Why something was not stored: each kind of full disk and busy database, told from other faults."""

from __future__ import annotations

import errno
import sqlite3

import psycopg
import pytest

from config.causes import is_busy, is_full, is_out_of_reach


def lite(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("told by SQLite")
    error.sqlite_errorcode = code
    return error


def wrapped(error: BaseException) -> RuntimeError:
    around = RuntimeError("wrapped")
    around.__cause__ = error
    return around


FULL = (
    OSError(errno.ENOSPC, "No space left on device"), psycopg.errors.DiskFull(), wrapped(lite(sqlite3.SQLITE_FULL)),
)  # fmt: skip
BUSY = (
    lite(sqlite3.SQLITE_BUSY), wrapped(lite(sqlite3.SQLITE_BUSY_SNAPSHOT)), psycopg.errors.DeadlockDetected(),
    wrapped(psycopg.errors.LockNotAvailable()),
)  # fmt: skip
UNREACHED = (
    wrapped(lite(sqlite3.SQLITE_CANTOPEN)), wrapped(psycopg.OperationalError("connection refused")),
    psycopg.errors.ConnectionTimeout(),
)  # fmt: skip
OTHERS = (
    OSError(errno.EACCES, "Permission denied"), psycopg.errors.UniqueViolation(), lite(sqlite3.SQLITE_CORRUPT), None,
)  # fmt: skip


@pytest.mark.parametrize("error", FULL, ids=repr)
def test_a_full_disk_is_full_and_not_busy(error: BaseException) -> None:
    assert is_full(error) and not is_busy(error)


@pytest.mark.parametrize("error", BUSY, ids=repr)
def test_a_database_that_others_write_to_is_busy_and_not_full(error: BaseException) -> None:
    assert is_busy(error) and not is_full(error)


@pytest.mark.parametrize("error", UNREACHED, ids=repr)
def test_a_database_that_is_not_there_is_out_of_reach(error: BaseException) -> None:
    assert is_out_of_reach(error) and not is_busy(error) and not is_full(error)


@pytest.mark.parametrize("error", (*FULL, *BUSY), ids=repr)
def test_a_database_that_answers_is_not_out_of_reach(error: BaseException) -> None:
    assert not is_out_of_reach(error)


@pytest.mark.parametrize("error", OTHERS, ids=repr)
def test_other_faults_are_none_of_these(error: BaseException | None) -> None:
    assert not is_busy(error) and not is_full(error) and not is_out_of_reach(error)


def test_an_error_that_led_to_itself_is_gone_through_once() -> None:
    error = RuntimeError("round")
    error.__cause__ = error
    assert not is_busy(error)
