"""The virtual environment `.venv`: made once, filled from a hash-locked list, filled again when the list changes."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path


class Missing(Exception):
    """Something that this machine lacks, in one sentence that says what to do."""


def ensure(root: Path, kind: str) -> Path:
    """Return the Python of `.venv`, with requirements/<kind>.txt installed ("run" or "dev"; dev holds run)."""
    venv = root / ".venv"
    python = venv / "bin" / "python"
    lock = root / "requirements" / f"{kind}.txt"
    wanted = _digest(lock)
    if not _works(python):
        if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
            raise Missing("Python's venv module is missing: install it first (on Debian: apt install python3-venv).")
        print("Making .venv …", flush=True)
        done = subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=False)
        if done.returncode:
            raise Missing(f"{venv} could not be made: see the lines above (is the folder writable?).")
    notes = [venv / f"installed-{name}" for name in {kind, "dev"}]
    if any(note.exists() and note.read_text() == _digest(root / "requirements" / f"{note.name[10:]}.txt")
           for note in notes):  # fmt: skip
        return python
    print(f"Installing what requirements/{kind}.txt lists …", flush=True)
    # The list is whole: looking for more (an extra of a locked library, say) could only find what is not locked.
    done = subprocess.run(
        [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off",
         "--no-deps", "--require-hashes", "-r", str(lock)],
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise Missing("Installing failed: see the lines above (is there a network?). Run the same command again.")
    (venv / f"installed-{kind}").write_text(wanted)
    return python


def _works(python: Path) -> bool:
    """Whether the environment is there, whole and of a Python that still exists."""
    if not python.exists():
        return False
    return subprocess.run([str(python), "-m", "pip", "--version"], check=False, capture_output=True).returncode == 0


def _digest(lock: Path) -> str:
    version = ".".join(str(part) for part in sys.version_info[:2])
    return f"{version} {hashlib.sha256(lock.read_bytes()).hexdigest()}"
