"""A throwaway PostgreSQL cluster from the installed server binaries, gone when the tests are done."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Missing(Exception):
    """The machine has no PostgreSQL server."""


def binaries() -> Path:
    """Return the folder of the newest installed server; raise Missing where there is none."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[-3].partition(".")[0]),
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path and shutil.which("pg_ctl"):
        return Path(on_path).resolve().parent
    raise Missing("PostgreSQL: install Debian's postgresql, or name a server in TEST_DATABASE_URL.")


def unprivileged() -> dict[str, Any]:
    """Return as whom the server runs: it refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise Missing("PostgreSQL: no unprivileged user (postgres or nobody) to run it as.")


def free_port() -> int:
    """Return a port that nobody holds now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(kept: Path | None = None, more: str = "") -> Iterator[str]:
    """Yield the address of a running server as DATABASE_URL takes it.

    Its data are gone with it, unless `kept`. `more` are further settings of the server ("-c work_mem=64MB").
    """
    if os.environ.get("TEST_DATABASE_URL"):
        yield os.environ["TEST_DATABASE_URL"]
        return
    bin_folder, user = binaries(), unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="visavis-pg-"))
    data = kept or folder / "data"
    try:
        if user:
            os.chown(folder, user["user"], user["group"])
            if kept:
                kept.mkdir(parents=True, exist_ok=True)
                os.chown(kept, user["user"], user["group"])
        port = free_port()
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        common: dict[str, Any] = {"cwd": folder, "env": environment, **user}
        if not (data / "PG_VERSION").exists():
            subprocess.run(
                [bin_folder / "initdb", "-D", data, "-U", "visavis", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8",
                 "--no-sync"],
                check=True, stdout=subprocess.DEVNULL, **common,
            )  # fmt: skip
        # Nothing of it has to outlive a power cut.
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        settings += " -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
        server = subprocess.Popen(
            [bin_folder / "postgres", "-D", data, *settings.split(), *more.split()],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **common,
        )  # fmt: skip
        try:
            for _attempt in range(300):
                if server.poll() is not None:
                    raise SystemExit(f"PostgreSQL stopped as it started; is another one at work in {data}?")
                ready = subprocess.run(
                    [bin_folder / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)],
                    check=False,
                    **common,
                )
                if ready.returncode == 0:
                    break
                time.sleep(0.1)
            else:
                raise SystemExit("PostgreSQL did not start within half a minute.")
            yield f"postgres://visavis@127.0.0.1:{port}/postgres"
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
