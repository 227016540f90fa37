"""A served site with a database of its own, made of that of the tests, which can be killed and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bin"))

import cluster  # noqa: E402 - found by the line above

# Whatever is waited for, it is not waited for longer.
PATIENCE_SECONDS = 120


def wait_until(holds: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> float:
    """Wait until `holds`; return how many seconds it took, or fail."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if holds():
            return time.monotonic() - started
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} seconds")


def processes_with(marker: str) -> list[int]:
    """Return the processes whose environment holds `marker`, without this one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            if (
                marker.encode() in (folder / "environ").read_bytes()
                and state != "Z"
                and int(folder.name) != os.getpid()
            ):
                found.append(int(folder.name))
    return found


def kill_all(found: list[int]) -> None:
    """Kill processes as a crash does: none is asked."""
    for pid in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@dataclass
class Postgres:
    """A server of PostgreSQL that loses nothing it acknowledged when it is killed."""

    folder: Path
    port: int = field(default_factory=cluster.free_port)
    process: Any = None

    def __post_init__(self) -> None:
        self.user = cluster.unprivileged()
        if self.user:
            os.chown(self.folder, self.user["user"], self.user["group"])
        self.run = {"cwd": self.folder, "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, **self.user}
        subprocess.run(
            [cluster.binaries() / "initdb", "-D", self.folder / "data", "-U", "visavis", "--auth=trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE_SECONDS, **self.run,
        )  # fmt: skip

    def start(self) -> None:
        """Start it, or start it again."""
        # The disk outlives a killed process: it need not be waited for. What is acknowledged has to be in its log.
        said = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        self.process = subprocess.Popen(
            [cluster.binaries() / "postgres", "-D", self.folder / "data", *said.split(), "-c", "synchronous_commit=on"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.run,
        )  # fmt: skip

    def answers(self) -> bool:
        """Whether it takes connections."""
        asked = [cluster.binaries() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False, timeout=20, **self.run).returncode == 0

    def kill(self) -> None:
        """Kill it with all its processes."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        kill_all([pid, *map(int, children)])
        self.process.wait(20)


@dataclass
class Site:
    """The served site: its folder, its port, and the database beside it."""

    data: Path
    address: str
    postgres: Postgres | None
    port: int = field(default_factory=cluster.free_port)
    process: Any = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes, as when serving; the folder in it marks them."""
        # What is served is compiled once: by the first start, or when its image is made.
        dropped = {"DJANGO_SETTINGS_MODULE", "SQLITE_SYNCHRONOUS", "CACHE_URL", "PYTHONDONTWRITEBYTECODE"}
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        return kept | {
            "DATA_DIR": str(self.data), "PORT": str(self.port), "HOST": "127.0.0.1", "DATABASE_URL": self.address,
            "SECRET_KEY": settings.SECRET_KEY, "REQUIRE_MFA": "off",
            "BACKUP_RECIPIENTS": ",".join(settings.BACKUP_RECIPIENTS), "BACKUP_DIR": str(self.data / "backups"),
            "BACKUP_KEEP": "1000,0,0",
        }  # fmt: skip

    def start(self) -> None:
        """Start it as a service manager does."""
        log = (self.data / "log").open("a")
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "bin" / "start.py"), "--no-venv"],
            env=self.environment, stdout=log, stderr=log, cwd="/",
        )  # fmt: skip
        log.close()

    def answers(self) -> bool:
        """Whether it can answer, its database too."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def kill(self) -> None:
        """Kill the server, its workers and whatever else runs in its environment."""
        for _again in range(3):
            kill_all(processes_with(str(self.data)))
        self.process.wait(20)


@contextlib.contextmanager
def own_database(folder: Path) -> Iterator[tuple[str, Postgres | None]]:
    """Lead this process to a copy of the database of the tests; yield its address."""
    alias = connections["default"]
    before = dict(alias.settings_dict)
    server = None
    with contextlib.ExitStack() as stack:
        if connection.vendor == "sqlite":
            told = {"NAME": str(folder / "db.sqlite3")}
            with alias.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [told["NAME"]])
            address = f"sqlite:///{told['NAME']}"
        else:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="visavis-pg-")))
            server = Postgres(place)
            server.start()
            stack.callback(lambda: server.process.poll() is None and server.kill())
            wait_until(server.answers, "PostgreSQL")
            address = f"postgres://visavis@127.0.0.1:{server.port}/postgres"
            named = {"HOST": before["HOST"], "PORT": before["PORT"], "USER": before["USER"], "NAME": before["NAME"]}
            old = "postgres://{USER}@{HOST}:{PORT}/{NAME}".format(**named)
            password = {"PGPASSWORD": str(before.get("PASSWORD") or "")}
            dump = [cluster.binaries() / "pg_dump", "--no-owner", "-Fc", "-d", old, "-f", str(folder / "dump")]
            subprocess.run(dump, check=True, env=os.environ | password, timeout=PATIENCE_SECONDS)
            back = [cluster.binaries() / "pg_restore", "--no-owner", "-d", address, str(folder / "dump")]
            subprocess.run(back, check=True, timeout=PATIENCE_SECONDS)
            told = {"HOST": "127.0.0.1", "PORT": str(server.port), "USER": "visavis", "NAME": "postgres"}
        alias.close()
        alias.settings_dict.update(told)
        try:
            yield address, server
        finally:
            alias.close()
            alias.settings_dict.update(before)
