"""Files that leave slowly keep some threads of a process, never all of them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory

from config import leaving
from config.leaving import keep_threads_for_pages
from tests import factories as make

TAKE = RequestFactory().get("/api/v1/visits/")


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Return how a file is asked for, of which two may leave at once."""
    monkeypatch.setattr(leaving, "_leaving", BoundedSemaphore(2))
    return lambda: keep_threads_for_pages(lambda _request: StreamingHttpResponse([b"a", b"b"]))(TAKE)


def test_a_third_file_is_told_to_wait_until_one_of_two_is_taken(db: None, file: Callable[[], Any]) -> None:
    one, two = file(), file()
    third = file()
    assert (one.status_code, two.status_code, third.status_code) == (200, 200, 503)
    assert third.headers["Retry-After"] == "30"
    assert b"".join(one.streaming_content) == b"ab"
    # What is taken whole keeps its place until it is closed, and gives it back once.
    one.close()
    one.close()
    assert [file().status_code, two.status_code] == [200, 200]


def test_a_file_that_nobody_closes_gives_its_place_back(file: Callable[[], Any]) -> None:
    for _time in range(5):
        answer = file()
        assert answer.status_code == 200
        del answer
        gc.collect()


def test_pages_are_answered_and_files_refused_in_words(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make.country(iso3="KHM")
    full = BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(leaving, "_leaving", full)
    assert Client().get("/visits/").status_code == 200
    refused = Client().get("/visits.csv?country=khm")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert b"As many files are leaving as can at once" in refused.content
    assert b'href="/visits.csv?country=khm"' in refused.content
    full.release()
    answer = Client().get("/visits.csv")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"id,")  # type: ignore[attr-defined]


def test_a_file_that_breaks_off_says_so_in_its_last_line(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from visits.exports import answers

    def broken(*_asked: Any) -> Iterator[list[str]]:
        yield ["one"]
        raise OSError("the database went away")

    monkeypatch.setattr(answers, "can_copy", lambda _kind: False)
    monkeypatch.setattr(answers, "rows_of", broken)
    content = iter(Client().get("/visits.csv").streaming_content)  # type: ignore[attr-defined]
    taken = []
    with pytest.raises(OSError, match="went away"):
        while True:
            taken.append(next(content))
    assert taken[-1].endswith(b"*** This file was cut off here: rows are missing. Take it again. ***\r\n")
