"""The pages on the generated record, at full size and at a hundredth of it, on both databases: a table of ratios.

The record is generated once into BENCH_DATA (a folder of temporary files where that is not set) and used again. SCALE
is the share of the full size, which is a million statements.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench import serving

ROOT = Path(__file__).resolve().parent.parent.parent
SHARE = float(os.environ.get("SCALE", "1"))
FOLDER = Path(os.environ.get("BENCH_DATA") or Path(tempfile.gettempdir()) / "visavis-bench")
# The visit that is measured: `statements.scale.record.MEASURED`, which needs the apps.
MEASURED = "scale-measured"
# A page on all of the data may take so many times what it takes on a hundredth.
GROWTH = 5
# As a server for such a record would be set up; the default is for the smallest machine.
SERVER = "-c shared_buffers=1GB -c work_mem=32MB -c max_wal_size=4GB -c random_page_cost=1.1"
# Words so common that only the newest are ranked are read in full wherever they rank everything.
NOT_BOUND = "very frequent, by relevance"


@contextlib.contextmanager
def database(vendor: str, share: float) -> Iterator[dict[str, str]]:
    """Yield the settings of a database with the record of this share in it, generated on first use."""
    folder = FOLDER / f"{share:g}"
    folder.mkdir(parents=True, exist_ok=True)
    common = {"DATA_DIR": str(folder), "SECRET_KEY": "only-for-measuring"}
    if vendor == "sqlite":
        settings = {**common, "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}"}
        _generate(settings, folder / "sqlite.done", share)
        yield settings
        return
    sys.path.insert(0, str(ROOT / "bin"))
    import cluster

    with cluster.running(FOLDER / f"postgresql-{share:g}", SERVER) as url:
        settings = {**common, "DATABASE_URL": url}
        _generate(settings, folder / "postgresql.done", share)
        yield settings


def _generate(settings: dict[str, str], done: Path, share: float) -> None:
    if done.exists():
        return
    print(f"Generating {share:g} of a million statements for {settings['DATABASE_URL'].split(':')[0]} …", flush=True)
    learn = "from django.db import connection; connection.cursor().execute('ANALYZE')"
    for command in (["migrate", "-v0"], ["seed", "--scale", "--share", str(share)], ["shell", "-v0", "-c", learn]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=os.environ | settings, check=True)
    done.touch()


def measured(vendor: str, share: float) -> list[dict[str, Any]]:
    """Return the rows of a database at a share of the full size."""
    with database(vendor, share) as settings:
        told = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.bench.pages"],
            cwd=ROOT, env=os.environ | settings, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    return [json.loads(line) for line in told.stdout.splitlines()]


def show() -> int:
    """Print the table; return how many figures are past what they may be."""
    failed = 0
    for vendor in ("postgresql", "sqlite"):
        small = {row["name"]: row["ours"] for row in measured(vendor, SHARE / 100)}
        print(f"\n{vendor}, {SHARE:g} of a million statements, against a hundredth of that")
        print(
            f"{'page':<44}{'ms':>9}{'p99':>9}{'floor':>9}{'ratio':>8}{'most':>6}{'growth':>8}{'queries':>9}{'bytes':>9}"
        )
        for row in measured(vendor, SHARE):
            growth = row["ours"] / small[row["name"]]
            late = [row["limit"] is not None and row["ratio"] > row["limit"]]
            late.append(growth > GROWTH and not row["name"].endswith(NOT_BOUND))
            failed += sum(late)
            print(
                f"{row['name']:<44}{row['ours']:>9.1f}{row['p99']:>9.1f}{row['floor']:>9.1f}{row['ratio']:>8.2f}"
                f"{row['limit'] or '':>6}{growth:>8.2f}{row['queries']:>9}{row['bytes']:>9,}"
                f"{'  TOO SLOW' if late[0] else ''}{'  GROWS' if late[1] else ''}",
                flush=True,
            )
        with database(vendor, SHARE) as settings:
            failed += serving.show(settings, f"/visits/{MEASURED}/", vendor)
    return failed


if __name__ == "__main__":
    sys.exit(1 if show() else 0)
