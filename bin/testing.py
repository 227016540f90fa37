"""The parts of `make test`, each with its result and time in a table at the end. Standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cluster
import environment

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "SECURE": "1",
    "ALLOWED_HOSTS": "example.org",
    "SECRET_KEY": "only-for-checking-" + "k3y" * 20,
}
CHECKS: dict[str, list[str]] = {
    "ruff": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy", "config", "visits", "statements", "bin"],
    "djlint": ["-m", "djlint", "templates", "--lint", "--quiet"],
    "import-linter": ["-c", "from importlinter.cli import lint_imports_command as run; run()"],
    "deploy": ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
}


@dataclass
class Run:
    """One run: the Python to use, the folder of empty databases, what came out, and what the machine lacks."""

    python: str
    templates: str
    results: list[tuple[str, bool, float]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def call(self, name: str, arguments: list[str], **variables: str) -> bool:
        """Run the Python with `arguments`, note how it went and return whether it passed."""
        print(f"\n== {name}", flush=True)
        started = time.monotonic()
        folder = tempfile.mkdtemp(prefix="visavis-")
        settings = {"SECRET_KEY": "only-for-tests", "DATA_DIR": folder, "TEST_TEMPLATES": self.templates} | variables
        try:
            done = subprocess.run([self.python, *arguments], cwd=ROOT, env=os.environ | settings, check=False)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        passed = done.returncode == 0
        self.results.append((name, passed, time.monotonic() - started))
        return passed

    def pytest(self, name: str, *arguments: str, **variables: str) -> None:
        """Run a part of the suite."""
        self.call(name, ["-m", "pytest", "-q", "--durations=25", *arguments], **variables)


def workers() -> str:
    """Return how many tests run side by side."""
    return str(os.environ.get("TEST_WORKERS") or os.cpu_count() or 2)


def check(run: Run) -> None:
    """Style, types, templates, layers, settings, migrations, known holes."""
    for name, arguments in CHECKS.items():
        run.call(name, arguments, **(PRODUCTION if name == "deploy" else {}))
    known_holes(run)


def known_holes(run: Run) -> None:
    """Ask for known holes in the libraries; a service that cannot be reached is reported, not failed."""
    print("\n== pip-audit", flush=True)
    started = time.monotonic()
    command = [
        run.python,
        "-m",
        "pip_audit",
        "--disable-pip",
        "--require-hashes",
        "-r",
        "requirements/run.txt",
    ]
    try:
        done = subprocess.run(
            [*command, "--progress-spinner", "off", "--timeout", "20"], cwd=ROOT, capture_output=True, text=True,
            check=False, timeout=180,
        )  # fmt: skip
        said, failed = done.stdout + done.stderr, done.returncode != 0
    except subprocess.TimeoutExpired:
        said, failed = "no answer in 180 seconds", True
    print(said.strip()[-2000:], flush=True)
    name, passed = audited(said, failed=failed)
    run.results.append((name, passed, time.monotonic() - started))


def audited(said: str, *, failed: bool) -> tuple[str, bool]:
    """Return the line of results for what pip-audit said, and whether it passed: what it skipped was not audited."""
    holes = failed and "known vulnerabilit" in said and "No known" not in said
    skipped = said.count("could not be audited")
    remarks = []
    if failed and not holes:
        remarks.append("service not reached: nothing audited")
    if skipped:
        remarks.append(f"{skipped} package{'s' if skipped > 1 else ''} could not be audited")
    return f"pip-audit ({'; '.join(remarks)})" if remarks else "pip-audit", not holes


def sqlite(run: Run) -> None:
    """The suite on a SQLite file."""
    side_by_side = ["-n", workers(), "--dist", "loadfile"]
    coverage = [
        "--cov=visits.lifecycle", "--cov=visits.timeline", "--cov=visits.partial_dates", "--cov=statements.positions",
        "--cov=statements.standing", "--cov-branch", "--cov-fail-under=100", "--cov-report=term-missing:skip-covered",
    ]  # fmt: skip
    run.pytest("pure modules, covered", "tests/visits/test_lifecycle.py", "tests/visits/test_timeline.py",
               "tests/visits/test_partial_dates.py", "tests/statements/test_positions.py",
               "tests/statements/test_standing.py", *coverage)  # fmt: skip
    run.pytest("SQLite", "tests", "--ignore=tests/record", "--ignore=tests/browser", *side_by_side)
    run.pytest("SQLite, sample record", "tests/record", "-n", workers(), "--dist", "load")


def postgresql(run: Run) -> None:
    """The same suite on PostgreSQL: a cluster of our own, or the one that TEST_DATABASE_URL names."""
    try:
        with cluster.running() as url:
            # What never asks a database has been proven once, on SQLite.
            run.pytest("PostgreSQL", "tests", "--ignore=tests/record", "--ignore=tests/browser", "--ignore=tests/bin",
                       "--only-database", "-n", workers(), "--dist", "loadfile", DATABASE_URL=url)  # fmt: skip
            run.pytest(
                "PostgreSQL, sample record",
                "tests/record",
                "-n",
                workers(),
                "--dist",
                "load",
                DATABASE_URL=url,
            )
    except cluster.Missing as error:
        run.missing.append(str(error))


def browser(run: Run) -> None:
    """Every public page in a real browser."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        run.missing.append("Chromium: install Debian's chromium, or name one in CHROMIUM.")
        return
    # Each worker serves a site of its own.
    run.pytest("browser", "tests/browser", "-n", workers(), "--dist", "loadfile", CHROMIUM=found)


def sweep(run: Run) -> None:
    """Every address of the sample record as every role; `make test` opens one in ten of those that are alike."""
    run.pytest("sweep", "tests/record/test_absence.py", "-n", workers(), "--dist", "load",
               "-o", "faulthandler_timeout=0", FULL_SWEEP="1")  # fmt: skip


def edits(run: Run) -> None:
    """Two writers × 200 edits of one note and one statement; `make test` does 20."""
    run.pytest("edits", "tests/statements/desk/test_concurrent_edits.py", EDITS="200")


def audit(run: Run) -> None:
    """Count what tests/audit/figures.toml declares, in the long form, and print the table."""
    with tempfile.TemporaryDirectory(prefix="visavis-") as folder:
        asked = {"AUDIT": "long", "FIGURES_FILE": os.path.join(folder, "figures.jsonl")}
        # The long forms take as long as they take. What is logged is not kept: each entry holds its request, and of
        # ten thousand refused ones gigabytes would be.
        # The tests are few and long: each goes to whoever is free; tests/conftest.py says which stay together.
        counted = ["-m", "audit", "-n", workers(), "--dist", "loadgroup", "-o", "faulthandler_timeout=0"]
        counted += ["-p", "no:logging"]
        empty = ["tests", "--ignore=tests/record", "--ignore=tests/browser"]
        found = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
        run.pytest("audit, SQLite", *empty, *counted, **asked)
        run.pytest("audit, SQLite, sample record", "tests/record", *counted, **asked)
        if found:
            run.pytest("audit, browser", "tests/browser", *counted, CHROMIUM=found, **asked)
        else:
            run.missing.append("Chromium: install Debian's chromium, or name one in CHROMIUM.")
        try:
            with cluster.running() as url:
                run.pytest("audit, PostgreSQL", *empty, *counted, DATABASE_URL=url, **asked)
                run.pytest("audit, PostgreSQL, sample record", "tests/record", *counted, DATABASE_URL=url, **asked)
        except cluster.Missing as error:
            run.missing.append(str(error))
        run.call("audit, figures", ["-m", "tests.audit"], **asked)


def torture(run: Run) -> None:
    """Kill server and database 200 times each while they work; `make audit` does 20, `make test` 3."""
    killed = ["tests/lost/test_killed.py", "-o", "faulthandler_timeout=0"]
    run.pytest("torture, SQLite", *killed, KILLS="200")
    try:
        with cluster.running() as url:
            run.pytest("torture, PostgreSQL", *killed, KILLS="200", DATABASE_URL=url)
    except cluster.Missing as error:
        run.missing.append(str(error))


def fix(run: Run) -> None:
    """Put into shape what can be by itself."""
    run.call("ruff", ["-m", "ruff", "check", "--fix", "."])
    run.call("ruff format", ["-m", "ruff", "format", "."])


def screenshots(run: Run) -> None:
    """Take pictures of a running site."""
    run.call(
        "screenshots",
        ["-m", "tests.browser.screenshots", os.environ.get("ADDRESS", "http://127.0.0.1:8000")],
    )


def bench(run: Run) -> None:
    """Print speeds as ratios to floors measured in the same run."""
    run.call("bench", ["-m", "tests.bench"])


def desk(run: Run) -> None:
    """Enter the article named in ARTICLE at the desk of a served sample record and count the actions."""
    plan = ["--plan", os.environ["PLAN"]] if os.environ.get("PLAN") else []
    article = os.environ.get("ARTICLE") or "tests/browser/plans/river.txt"
    if not os.environ.get("ARTICLE"):
        plan = ["--plan", "tests/browser/plans/river.toml"]
    run.call("desk", ["-m", "tests.browser.desk", article, *plan])


PARTS: dict[str, Callable[[Run], None]] = {
    "check": check,
    "sqlite": sqlite,
    "postgresql": postgresql,
    "browser": browser,
    "sweep": sweep,
    "edits": edits,
    "audit": audit,
    "torture": torture,
    "fix": fix,
    "screenshots": screenshots,
    "bench": bench,
    "desk": desk,
}
WHOLE = ("check", "sqlite", "postgresql", "browser")


def main(arguments: list[str]) -> None:
    """Run the parts named, or all of `make test`; end with 1 where something failed."""
    unknown = [name for name in arguments if name not in PARTS]
    if unknown:
        sys.exit(f"There is no part “{unknown[0]}”: choose among {', '.join(PARTS)}.")
    try:
        python = str(environment.ensure(ROOT, "dev"))
    except environment.Missing as error:
        sys.exit(str(error))
    with tempfile.TemporaryDirectory(prefix="visavis-") as folder:
        run = Run(python, folder)
        for name in arguments or WHOLE:
            PARTS[name](run)
    print("\n== Results")
    for name, passed, seconds in run.results:
        print(f"{'passed' if passed else 'FAILED'}  {seconds:7.1f} s  {name}")
    for what in run.missing:
        print(f"missing on this machine: {what}")
    failed = [name for name, passed, _seconds in run.results if not passed]
    if run.missing and os.environ.get("CI", "").lower() == "true":
        failed += run.missing
    sys.exit(1 if failed else 0)
