"""Requests over HTTP: the server that `make run` starts, and a client that costs hardly anything itself."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START = 60
# Requests in a row, so that the clock is not what is measured; and how many rows of them, in turns.
IN_A_ROW = 100
ROUNDS = 15


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: its status, headers by lower-case name, and body as it was sent."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """A connection that is kept alive; answers carry their length."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""

    def ask(self, request: bytes) -> Answer:
        """Return the answer to `request`, which `request_for` made."""
        self._socket.sendall(request)
        while b"\r\n\r\n" not in self._rest:
            self._rest += self._receive()
        head, _end, body = self._rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
        size = int(headers.get("content-length", 0))
        while len(body) < size:
            body += self._receive()
        self._rest = body[size:]
        return Answer(int(first.split()[1]), headers, body[:size])

    def _receive(self) -> bytes:
        found = self._socket.recv(1 << 18)
        if not found:
            raise ConnectionError("the server closed the connection")
        return found

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def request_for(address: str, **headers: str) -> bytes:
    """Return a request as a browser would send it, compressed answers welcome."""
    lines = {
        "Host": "localhost",
        "Accept-Encoding": "gzip",
        **{name.replace("_", "-"): headers[name] for name in headers},
    }
    told = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"GET {address} HTTP/1.1\r\n{told}\r\n".encode()


def free_port() -> int:
    """Return a port of this machine on which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def served(
    settings: dict[str, str], application: str = "tests.bench.site:application", threads: int = 4
) -> Iterator[int]:
    """Yield the port of a server with these settings: one worker, with as many threads as `make run` has."""
    port = free_port()
    static = Path(settings["DATA_DIR"]) / "static"
    environment = os.environ | settings | {"ALLOWED_HOSTS": "localhost,127.0.0.1", "STATIC_ROOT": str(static)}
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=ROOT, env=environment, check=True
    )
    command = [
        sys.executable, "-W", "ignore", "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--blocking-threads", str(threads), "--no-ws", "--log-level", "warning",
        application,
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait(server, port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError):
            connection = Connection(port)
            if connection.ask(request_for("/health/live")).status == 200:
                connection.close()
                return
        time.sleep(0.2)
    raise SystemExit("The server did not start.")


@dataclass(frozen=True, slots=True)
class Rate:
    """Requests per second of ours and of the floor, the median of their ratios, and the least it may be."""

    name: str
    ours: float
    floor: float
    ratio: float
    least: float


def rates(settings: dict[str, str], address: str) -> list[Rate]:
    """Return how a page from the cache is served beside the bare view, and what is not modified beside it."""
    with served({**settings, "CACHE_URL": "locmemcache://"}) as port:
        connection = Connection(port)
        page, bare = request_for(address), request_for("/bare/")
        first = connection.ask(page)
        again = request_for(address, If_None_Match=first.headers["etag"])
        _expect(connection, page, 200, first.body)
        _expect(connection, again, 304, b"")
        if b"Nothing was asked" not in connection.ask(bare).body:
            raise SystemExit("The bare view does not answer.")
        found = [
            _rate("visit of 60 entries, from the cache", connection, page, bare),
            _rate("the same, not modified (304)", connection, again, bare),
        ]
        connection.close()
        return found


def _expect(connection: Connection, request: bytes, status: int, body: bytes) -> None:
    answer = connection.ask(request)
    if (answer.status, answer.body) != (status, body):
        raise SystemExit(f"{request[:60]!r} is answered by {answer.status}, {len(answer.body)} bytes.")


def _rate(name: str, connection: Connection, ours: bytes, floor: bytes) -> Rate:
    pairs = [(_row(connection, ours), _row(connection, floor)) for _round in range(ROUNDS)]
    return Rate(
        name,
        IN_A_ROW / median(pair[0] for pair in pairs),
        IN_A_ROW / median(pair[1] for pair in pairs),
        median(pair[1] / pair[0] for pair in pairs),
        0.5,
    )


def _row(connection: Connection, request: bytes) -> float:
    started = time.perf_counter()
    for _number in range(IN_A_ROW):
        connection.ask(request)
    return time.perf_counter() - started


def told(rows: list[Rate], vendor: str) -> tuple[list[str], int]:
    """Return the lines of the table, and how many rates are below what they are to reach."""
    lines = [f"{'over HTTP, requests per second, ' + vendor:<44}{'ours':>9}{'bare':>9}{'ratio':>8}{'least':>6}"]
    for row in rows:
        late = "  TOO SLOW" if row.ratio < row.least else ""
        lines.append(f"{row.name:<44}{row.ours:>9.0f}{row.floor:>9.0f}{row.ratio:>8.2f}{row.least:>6}{late}")
    return lines, sum(row.ratio < row.least for row in rows)


def show(settings: dict[str, str], address: str, vendor: str) -> int:
    """Print the rates; return how many are too low."""
    lines, late = told(rates(settings, address), vendor)
    print("\n".join(lines), flush=True)
    return late
