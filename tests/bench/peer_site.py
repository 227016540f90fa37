"""Two servers on ports of this machine, ours and the peer's, and a reader who keeps the connection."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.bench.serving import free_port, served
from tests.bench.table import FOLDER, ROOT, database

# The last release that was no trial when the figures in docs/performance.md were taken.
VERSION = "0.65.5"
HEADERS = {"Accept-Encoding": "gzip", "Accept": "text/html,application/json"}
START_SECONDS = 60
# No limit is to cut an answer short. Its pages suggest facets, as ours offer filters; its JSON is asked without.
SETTINGS = {
    "sql_time_limit_ms": 120_000,
    "facet_time_limit_ms": 120_000,
    "max_returned_rows": 5000,
    "cache_size_kb": 256_000,
}
# A page of a table has no order by relevance: who wants one writes a query of their own.
BY_RELEVANCE = """
    SELECT s.* FROM (
        SELECT rowid AS place, rank FROM statements_fts WHERE statements_fts MATCH escape_fts(:words)
        ORDER BY rank LIMIT 20
    ) AS best JOIN statements AS s ON s.place = best.place ORDER BY best.rank
"""


class Site:
    """A server, asked over one connection that is kept."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)

    def ask(self, address: str) -> tuple[http.client.HTTPResponse, bytes]:
        """Return the answer and its body as it came."""
        try:
            self.connection.request("GET", address, headers=HEADERS)
            response = self.connection.getresponse()
            body = response.read()
        except BaseException:
            # The next question is not to meet the rest of this answer.
            self.connection.close()
            raise
        if response.status != 200:
            raise SystemExit(f"{address} answers {response.status}: there is nothing to compare.")
        return response, body

    def text(self, address: str) -> str:
        """Return the body as text."""
        response, body = self._again(address)
        return (gzip.decompress(body) if response.headers["Content-Encoding"] == "gzip" else body).decode()

    def header(self, address: str, name: str) -> str:
        """Return a header of the answer, "" where it has none."""
        return self._again(address)[0].headers[name] or ""

    def seconds(self, addresses: Iterable[str]) -> float:
        """Return how long the answers take, one after the other, on a connection that is open."""
        return sum(self._seconds(address) for address in addresses)

    def _seconds(self, address: str) -> float:
        while True:
            started = time.perf_counter()
            with contextlib.suppress(ConnectionError, http.client.HTTPException):
                self.ask(address)
                return time.perf_counter() - started

    def _again(self, address: str) -> tuple[http.client.HTTPResponse, bytes]:
        """Ask, once more where the server has closed a connection on which nothing was said for long."""
        try:
            return self.ask(address)
        except (ConnectionError, http.client.HTTPException):
            return self.ask(address)


@contextlib.contextmanager
def _serving(command: list[str], port: int, address: str, environment: dict[str, str]) -> Iterator[Site]:
    """Yield a server once it answers at `address`; it is gone afterwards."""
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    site = Site(port)
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                site.ask(address)
                break
            except (OSError, http.client.HTTPException):
                if server.poll() is not None or time.monotonic() > until:
                    raise SystemExit(f"{' '.join(command)} does not answer.") from None
                time.sleep(0.1)
        yield site
    finally:
        site.connection.close()
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextlib.contextmanager
def ours(settings: dict[str, str]) -> Iterator[Site]:
    """Yield our site with these settings: one worker with one thread, so that one connection keeps all plans."""
    with served(settings, "config.wsgi:application", threads=1) as port:
        site = Site(port)
        yield site
        site.connection.close()


def file_of(share: float) -> Path:
    """Return the peer's file of a share of the full size, made on first use out of the SQLite record."""
    file = FOLDER / f"{share:g}" / "peer.db"
    with database("sqlite", share) as settings:
        if not file.exists():
            print(f"Writing the same rows for Datasette, {share:g} of a million statements …", flush=True)
            command = [sys.executable, "-W", "ignore", "-m", "tests.bench.peer_file", str(file)]
            subprocess.run(command, cwd=ROOT, env=os.environ | settings, check=True)
    return file


def _python() -> Path:
    """Return the Python of an environment with Datasette in it, made on first use."""
    folder = FOLDER / "datasette-venv"
    done = folder / f"installed-{VERSION}"
    python = folder / "bin" / "python"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"datasette=={VERSION}"]
        subprocess.run([str(python), *install], check=True)
        done.touch()
    return python


@contextlib.contextmanager
def datasette(file: Path) -> Iterator[Site]:
    """Yield Datasette on its file, which it takes as one that never changes."""
    metadata = file.with_name("datasette.json")
    metadata.write_text(json.dumps({"databases": {"peer": {"queries": {"by_relevance": {"sql": BY_RELEVANCE}}}}}))
    port = free_port()
    command = [
        str(_python()), "-m", "datasette", "serve", "--immutable", str(file), "--metadata", str(metadata),
        "--host", "127.0.0.1", "--port", str(port),
    ]  # fmt: skip
    for name, value in SETTINGS.items():
        command += ["--setting", name, str(value)]
    # Nothing of our environment is its own.
    with _serving(command, port, "/peer.json", {"PATH": os.environ.get("PATH", "")}) as site:
        yield site
