"""Starting and ending the site: one clear sentence where it cannot, and nothing left where it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
START = [sys.executable, str(ROOT / "bin" / "start.py"), "--no-venv"]
# Generous: a busy machine takes a minute to make a database.
PATIENCE_SECONDS = 180

pytestmark = pytest.mark.startup


def free_port() -> int:
    """Return a port that nobody holds now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, port: int, **more: str) -> dict[str, str]:
    """Return the environment of a start with a folder and a port of its own."""
    dropped = {"DATABASE_URL", "STATIC_STORAGE", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"DATA_DIR": str(data), "PORT": str(port), "HOST": "127.0.0.1"} | more


def processes_with(marker: str) -> list[int]:
    """Return the processes whose environment or command holds `marker`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            continue
        if marker.encode() in text and state != "Z" and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def wait_until(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    """Return whether `holds` came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False


def answers(port: int) -> bool:
    """Whether the site on this port says that it lives."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=2) as response:
            return bool(response.read() == b"live\n")
    except (OSError, urllib.error.URLError):
        return False


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder as a first start makes it out of nothing."""
    folder = tmp_path_factory.mktemp("first")
    port = free_port()
    process = subprocess.Popen(START, env=environment(folder / "data", port), stdout=subprocess.DEVNULL, cwd="/")
    try:
        assert wait_until(lambda: answers(port))
    finally:
        process.terminate()
        process.wait(20)
    return folder / "data"


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    """Return a folder of this test alone that was started from before."""
    return Path(shutil.copytree(prepared, tmp_path / "data"))


@pytest.fixture
def site(data: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int, str]]:
    """Start the site and yield its process, its port and the marker of its processes."""
    port = free_port()
    marker = f"{tmp_path}"
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            START, env=environment(data, port), stdout=log, stderr=subprocess.STDOUT, text=True, cwd="/"
        )
    try:
        assert wait_until(lambda: answers(port)), (tmp_path / "log").read_text()
        yield process, port, marker
    finally:
        for pid in processes_with(marker):
            os.kill(pid, signal.SIGKILL)
        process.wait(10)


def test_it_serves_pages_and_compressed_styles(site: tuple[subprocess.Popen[str], int, str]) -> None:
    _process, port, _marker = site
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/visits/", timeout=20) as response:
        html = response.read().decode()
    assert "No visit is recorded yet" in html
    name = html.partition('rel="stylesheet" href="')[2].partition('"')[0]
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{name}", headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(asked, timeout=20) as response:
        assert response.headers["Content-Encoding"] == "br"
        assert "immutable" in response.headers["Cache-Control"]


def test_the_data_folder_and_all_that_is_made_in_it_are_the_owners_alone(
    prepared: Path,
) -> None:
    made = {path.relative_to(prepared).as_posix(): path.stat().st_mode & 0o777 for path in prepared.rglob("*")}
    assert {"db.sqlite3", "secret-key", "static/.collected"} <= set(made)
    assert prepared.stat().st_mode & 0o777 == 0o700
    assert {name: oct(mode) for name, mode in made.items() if mode not in {0o600, 0o700}} == {}


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_whatever_ends_it_leaves_no_process_behind(
    sent: signal.Signals, site: tuple[subprocess.Popen[str], int, str]
) -> None:
    process, port, marker = site
    assert len(processes_with(marker)) >= 2
    process.send_signal(sent)
    process.wait(20)
    assert wait_until(lambda: not processes_with(marker), 15)
    assert not answers(port)


def test_it_ends_with_the_process_that_started_it(data: Path, tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux tells a process that its parent is gone")
    port = free_port()
    code = f"import subprocess; subprocess.run({[*START, '--tied']!r})"
    parent = subprocess.Popen([sys.executable, "-c", code], env=environment(data, port), cwd="/")
    try:
        assert wait_until(lambda: answers(port))
        parent.kill()
        parent.wait(10)
        assert wait_until(lambda: not processes_with(str(tmp_path)), 15)
    finally:
        for pid in processes_with(str(tmp_path)):
            os.kill(pid, signal.SIGKILL)


def test_the_health_check_of_the_image_passes_behind_tls_under_another_name(data: Path, tmp_path: Path) -> None:
    line = next(line for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("HEALTHCHECK"))
    check = json.loads(line.removeprefix("HEALTHCHECK CMD "))
    port = free_port()
    variables = environment(data, port, SECURE="1", ALLOWED_HOSTS="record.example.org")
    process = subprocess.Popen(START, env=variables, stdout=subprocess.DEVNULL, cwd="/")
    asked = [sys.executable, *check[1:]]
    try:
        assert subprocess.run(asked, env=variables, capture_output=True, check=False).returncode != 0
        assert wait_until(lambda: answers(port))
        assert subprocess.run(asked, env=variables, capture_output=True, check=False).returncode == 0
    finally:
        for pid in processes_with(str(tmp_path)):
            os.kill(pid, signal.SIGKILL)
        process.wait(10)


def test_the_start_script_is_a_command_of_its_own_as_a_service_manager_calls_it() -> None:
    done = subprocess.run(
        [str(ROOT / "bin" / "start.py"), "--help"], capture_output=True, text=True, check=False, timeout=60, cwd="/"
    )
    assert done.returncode == 0, done.stderr
    assert "Start Vis-à-vis." in done.stdout


def test_a_second_copy_on_the_same_port_is_refused_in_one_sentence(
    site: tuple[subprocess.Popen[str], int, str], tmp_path: Path
) -> None:
    _process, port, _marker = site
    done = run(tmp_path / "other", port)
    assert done.returncode != 0
    assert one_sentence(done) == f"Port {port} on 127.0.0.1 is taken: stop what runs there, or choose another " + (
        "with PORT=8001 make run."
    )
    assert answers(port)


def run(data: Path, port: int, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Start the site where it cannot start and return how it went."""
    return subprocess.run(
        [*START, *arguments], env=environment(data, port, **more), capture_output=True, text=True, timeout=60, cwd="/",
        check=False,
    )  # fmt: skip


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Return what was said, which has to be one line without a traceback."""
    said = (done.stdout + done.stderr).strip()
    assert "Traceback" not in said
    said = said.removeprefix("Making a secret key …\n")
    assert len(said.splitlines()) == 1, said
    return said


def test_a_port_that_somebody_else_holds_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        done = run(tmp_path / "data", holder.getsockname()[1])
    assert done.returncode != 0
    assert "is taken" in one_sentence(done)
    assert not (tmp_path / "data").exists()


def test_two_copies_that_start_together_are_parted_by_a_lock(tmp_path: Path) -> None:
    import fcntl

    port = free_port()
    with (tmp_path / f"port-{port}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run(tmp_path, port)
    assert done.returncode != 0
    assert "Another copy of Vis-à-vis" in one_sentence(done)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"PORT": "http"}, "PORT must be a whole number"),
        ({"PORT": "99999"}, "PORT 99999 is no port"),
        ({"WORKERS": "2"}, "WORKERS=2 needs LIMITS_CACHE_URL"),
        ({"HOST": "no.such.host.invalid"}, "name no address of this machine"),
        ({"DATABASE_URL": "mysql://u@h/d"}, "DATABASE_URL"),
    ],
)
def test_settings_that_cannot_be_are_named(variables: dict[str, str], words: str, tmp_path: Path) -> None:
    done = run(tmp_path, free_port(), **variables)
    assert done.returncode != 0
    assert words in one_sentence(done)


def test_what_was_restored_is_not_served_before_removals_are_repeated(tmp_path: Path) -> None:
    (tmp_path / "restored").touch()
    done = run(tmp_path, free_port())
    assert done.returncode != 0
    assert "repeat_removals` before anybody reads" in one_sentence(done)
    assert not (tmp_path / "secret-key").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    done = run(tmp_path / "file" / "data", free_port())
    assert done.returncode != 0
    assert "cannot be written" in one_sentence(done)


def pretend(prelude: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the start script in a Python that `prelude` has changed."""
    script = str(ROOT / "bin" / "start.py")
    started = f"sys.argv = {[script, *arguments]!r}; runpy.run_path({script!r}, run_name='__main__')"
    code = f"import sys, runpy; {prelude}; {started}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)


def test_an_old_python_is_told_which_one_is_needed() -> None:
    done = pretend("sys.version_info = (3, 10, 4, 'final', 0)")
    assert done.returncode == 1
    assert one_sentence(done) == "Python 3.11 or newer is needed; this is 3.10."


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    prelude = (
        "import importlib.util as u; real = u.find_spec;"
        " u.find_spec = lambda name, *a: None if name in ('venv', 'ensurepip') else real(name, *a);"
        f" sys.path.insert(0, {str(ROOT / 'bin')!r}); import environment, pathlib;"
        " shown = environment.ensure;"
        f" environment.ensure = lambda root, kind: shown(pathlib.Path({str(tmp_path)!r}), kind);"
        f" (pathlib.Path({str(tmp_path)!r}) / 'requirements').mkdir();"
        f" (pathlib.Path({str(tmp_path)!r}) / 'requirements' / 'run.txt').write_text('')"
    )
    os.environ["PORT"] = str(free_port())
    try:
        done = pretend(prelude)
    finally:
        del os.environ["PORT"]
    assert done.returncode == 1
    assert "venv module is missing" in one_sentence(done)


def test_the_secret_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    sys.path.insert(0, str(ROOT / "bin"))
    import startup

    first = startup.secret_key(tmp_path)
    assert len(first) >= 50
    assert startup.secret_key(tmp_path) == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_files_that_an_earlier_start_left_open_are_closed_and_a_folder_of_somebody_else_is_left_as_it_is(
    tmp_path: Path,
) -> None:
    sys.path.insert(0, str(ROOT / "bin"))
    import startup

    tmp_path.chmod(0o755)
    for name in ("db.sqlite3", "db.sqlite3-wal", "secret-key", "sample-accounts.txt", "something.else"):
        (tmp_path / name).touch(0o644)
        (tmp_path / name).chmod(0o644)
    before = os.umask(0o022)
    try:
        startup.keep_private(tmp_path)
    finally:
        os.umask(before)
    open_ = {path.name for path in tmp_path.iterdir() if path.stat().st_mode & 0o077}
    assert open_ == {"something.else"}
    assert tmp_path.stat().st_mode & 0o777 == 0o755
