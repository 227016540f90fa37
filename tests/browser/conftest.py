"""A served copy of the sample record and Debian's Chromium. Every test drives the real thing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.bin.test_start import answers as lives
from tests.bin.test_start import environment, free_port, processes_with, wait_until
from tests.browser.screenshots import chromium

# A loaded machine with two cores is slow; what waits is over as soon as it holds.
expect.set_options(timeout=20_000)

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the site with the sample record and its accounts, as `make run` does; yield its address."""
    folder = tmp_path_factory.mktemp("site")
    with served(folder) as port:
        os.environ["SAMPLE_ACCOUNTS"] = str(folder / "sample-accounts.txt")
        yield f"http://127.0.0.1:{port}"


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[int]:
    """Serve the sample record from a folder, with some settings of its own; yield the port."""
    port = free_port()
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "bin" / "start.py"), "--no-venv", "--sample"],
            env=environment(folder, port, **settings),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        assert wait_until(lambda: lives(port), 180), (folder / "log").read_text()
        yield port
    finally:
        for pid in processes_with(str(folder)):
            os.kill(pid, signal.SIGKILL)
        process.wait(10)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium."""
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield running
        running.close()
