"""What starts the site: look at the machine, make what is missing, then become the server. Standard library only.

The process that was started becomes the server itself (exec), so that a signal to it reaches the server, and its
workers end by themselves when it is gone (config/parent.py).
"""

from __future__ import annotations

import argparse
import fcntl
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import environment

ROOT = Path(__file__).resolve().parent.parent
LAST_PORT = 65535
# Left in the data folder by `manage.py restore`, taken away by `manage.py repeat_removals` (config/backups/making.py).
RESTORED = "restored"
# The database with its journals, and what opens accounts and sessions.
PRIVATE_FILES = ("db.sqlite3*", "secret-key", "sample-accounts.txt")


def stop(sentence: str) -> NoReturn:
    """End with one clear sentence and status 1."""
    sys.exit(sentence)


def tie_to_parent() -> None:
    """Ask Linux to end this process when the one that started it is gone; it survives exec."""
    if sys.platform == "linux":
        import ctypes
        import signal

        pr_set_pdeathsig = 1
        ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGTERM)


def check_port(host: str, port: int) -> None:
    """Stop where somebody serves or holds the port. A server may share a port, so both ways are tried."""
    taken = f"Port {port} on {host} is taken: stop what runs there, or choose another with PORT=8001 make run."
    probe = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound
    if not 0 < port <= LAST_PORT:
        stop(f"PORT {port} is no port: choose a number from 1 to {LAST_PORT}.")
    try:
        family = socket.getaddrinfo(probe, port, type=socket.SOCK_STREAM)[0][0]
    except OSError:
        stop(f"HOST {host} and PORT {port} name no address of this machine.")
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(1)
        if client.connect_ex((probe, port)) == 0:
            stop(taken)
    with socket.socket(family, socket.SOCK_STREAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((host, port))
        except PermissionError:
            stop(f"Port {port} may not be opened by this user: choose one above 1023 with PORT=8000 make run.")
        except OSError as error:
            import errno

            stop(taken if error.errno == errno.EADDRINUSE else f"Port {port} on {host} cannot be opened: {error}.")


def hold_lock(data: Path, port: int) -> None:
    """Stop where another copy of this site is starting on the same port; the lock lasts as long as this process."""
    lock = os.open(data / f"port-{port}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        stop(
            f"Another copy of Vis-à-vis is starting or running on port {port}: choose another with PORT=8001 make run."
        )
    os.set_inheritable(lock, True)


def data_folder() -> Path:
    """Return the folder for everything that is made here, after writing into it.

    It is made for its owner alone. One that is there already keeps its mode, since it may be somebody's home or /tmp;
    what lies in it is closed by `keep_private`.
    """
    data = Path(os.environ.get("DATA_DIR", ROOT / "var"))
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = data / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        stop(f"The folder {data} cannot be written ({error.strerror}): make it writable, or name another in DATA_DIR.")
    return data


def keep_private(data: Path) -> None:
    """Let nobody but the owner read what is made from here on, nor the files that an earlier start left open."""
    os.umask(0o077)
    for name in PRIVATE_FILES:
        for path in data.glob(name):
            if path.stat().st_uid == os.getuid():
                path.chmod(0o600)


def secret_key(data: Path) -> str:
    """Return the secret key of this installation, made once and readable by its owner only."""
    path = data / "secret-key"
    if not path.exists():
        print("Making a secret key …", flush=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="utf-8").strip()


def number(name: str, default: int) -> int:
    """Return a whole number from the environment."""
    text = os.environ.get(name) or str(default)
    if not text.isdigit():
        stop(f"{name} must be a whole number, not “{text}”.")
    return int(text)


def main(arguments: list[str]) -> None:
    """Start the site; return never."""
    parser = argparse.ArgumentParser(prog="start.py", description="Start Vis-à-vis.")
    parser.add_argument("--sample", action="store_true", help="load the sample record and make sample accounts")
    parser.add_argument("--no-venv", action="store_true", help="use this Python as it is, as in a container")
    parser.add_argument("--tied", action="store_true", help="end when the process that started this one is gone")
    options = parser.parse_args(arguments)
    host, port = os.environ.get("HOST") or "127.0.0.1", number("PORT", 8000)
    if (workers := number("WORKERS", 1)) > 1 and not os.environ.get("LIMITS_CACHE_URL"):
        stop(
            f"WORKERS={workers} needs LIMITS_CACHE_URL, such as redis://host:6379/1: "
            "each process would count guesses at passwords by itself."
        )
    if options.tied:
        tie_to_parent()
    check_port(host, port)
    data = data_folder()
    if (data / RESTORED).exists():
        stop(
            "A backup was restored here: run `manage.py migrate` and `manage.py repeat_removals` before anybody reads "
            "(docs/backup.md)."
        )
    hold_lock(data, port)
    try:
        python = Path(sys.executable) if options.no_venv else environment.ensure(ROOT, "run")
    except environment.Missing as error:
        stop(str(error))
    # Not before: another user may run the same .venv.
    keep_private(data)
    os.chdir(ROOT)
    os.environ.setdefault("SECRET_KEY", "")
    if not os.environ["SECRET_KEY"]:
        os.environ["SECRET_KEY"] = secret_key(data)
    os.environ["DATA_DIR"] = str(data.resolve())
    if options.sample:
        # Invented records on a desk; whoever tries them has the printed passwords and no telephone at hand.
        os.environ.setdefault("REQUIRE_MFA", "off")
    prepared = subprocess.run(
        [str(python), str(ROOT / "bin" / "prepare.py"), *(["--sample"] if options.sample else [])],
        check=False,
    )
    if prepared.returncode:
        sys.exit(prepared.returncode if prepared.returncode > 0 else 1)
    check_port(host, port)
    shown = f"[{host}]" if ":" in host else host
    print(f"Serving on http://{shown}:{port}/ – Ctrl-C ends it.", flush=True)
    os.environ["TIED_TO_PARENT"] = "1"
    # What serves does not know the account that owns the tables.
    os.environ.pop("OWNER_DATABASE_URL", None)
    os.execv(  # noqa: S606 - our own interpreter, no shell
        str(python),
        [str(python), "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
         "--workers", str(workers), "--blocking-threads", str(number("THREADS", 4)),
         "--no-ws", "--log-level", "warning", "config.wsgi:application"],
    )  # fmt: skip
