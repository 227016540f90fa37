"""Asking addresses so that nothing but the record can make a difference: a fixed clock, the same chance each time."""

from __future__ import annotations

import hashlib
import random
import secrets
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import time_machine
from django.core.cache import caches
from django.test import Client
from django.test.utils import override_settings

# After everything in the record, and far from where a day turns.
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES = {name: {**MEMORY, "LOCATION": f"twins-{name}"} for name in ("default", "pages", "briefings")}


class Ask(NamedTuple):
    """A request: its address, method and headers."""

    address: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()


class Answer(NamedTuple):
    """What came back, all of it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    cookies: str
    body: bytes

    @property
    def mark(self) -> str:
        """Return a short form in which two answers are the same only where all of it is."""
        return hashlib.sha256(repr(self[:3]).encode() + self.body).hexdigest()


@contextmanager
def fixed(at: datetime = NOON) -> Iterator[time_machine.Traveller]:
    """Hold the clock, and keep pages in memory as a site does."""
    with override_settings(CACHES=CACHES), time_machine.travel(at, tick=False) as clock, _undated_files():
        clear()
        yield clock
        clear()


@contextmanager
def _undated_files() -> Iterator[None]:
    """Let a workbook be dated alike: the times of its sheets are those of files, which no clock of ours holds."""
    real = zipfile.ZipInfo.from_file

    def from_file(*args: Any, **named: Any) -> zipfile.ZipInfo:
        found = real(*args, **named)
        found.date_time = (1980, 1, 1, 0, 0, 0)
        return found

    zipfile.ZipInfo.from_file = from_file  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        zipfile.ZipInfo.from_file = real  # type: ignore[method-assign]


def clear() -> None:
    """Empty all that is kept between requests."""
    for name in CACHES:
        caches[name].clear()


@contextmanager
def by_seed(seed: str) -> Iterator[None]:
    """Let every number drawn by chance within be the same for the same `seed`."""
    chance = random.Random(seed)  # noqa: S311 - that it can be foretold is what it is for
    drawn = ("choice", "randbelow", "token_bytes", "token_hex", "token_urlsafe")
    real = {name: getattr(secrets, name) for name in drawn}
    secrets.choice = chance.choice  # type: ignore[assignment]
    secrets.randbelow = chance.randrange  # type: ignore[assignment]
    secrets.token_bytes = lambda size=32: chance.randbytes(size or 32)  # type: ignore[assignment]
    secrets.token_hex = lambda size=32: chance.randbytes(size or 32).hex()  # type: ignore[assignment]
    secrets.token_urlsafe = lambda size=32: chance.randbytes(size or 32).hex()  # type: ignore[assignment]
    random.seed(seed)
    try:
        yield
    finally:
        for name, one in real.items():
            setattr(secrets, name, one)


def answer(client: Client, ask: Ask) -> Answer:
    """Return what a request is answered, streams to their end."""
    with by_seed(repr(ask)):
        response = getattr(client, ask.method.lower())(ask.address, headers=dict(ask.headers))
        body = b"".join(response.streaming_content) if response.streaming else response.content
    cookies = response.cookies.output()
    headers = tuple(sorted((name, value) for name, value in response.headers.items()))
    return Answer(response.status_code, headers, cookies, body)


def walk(client: Client, asks: Iterable[Ask]) -> dict[Ask, str]:
    """Return the mark of each answer."""
    return {ask: answer(client, ask).mark for ask in asks}
