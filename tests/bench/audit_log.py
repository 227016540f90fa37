"""“Who saw this person's data since …”, of a log of a million entries and of a hundredth of it; and by which plan."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.measure import seconds
from tests.bench.table import GROWTH, ROOT, SERVER, SHARE

ENTRIES = int(1_000_000 * SHARE)
# So many meetings name the person, and each was read so often: as many in a small log as in a large one.
NAMED, TIMES = 50, 2
SINCE = date(2026, 1, 1)
ROUNDS = 20
AT_ONCE = 10_000


@contextlib.contextmanager
def database(vendor: str) -> Iterator[dict[str, str]]:
    """Yield the settings of an empty database."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="visavis-")))
        settings = {"DATA_DIR": str(folder), "SECRET_KEY": "only-for-measuring"}
        settings["DATABASE_URL"] = f"sqlite:///{folder / 'db.sqlite3'}"
        if vendor == "postgresql":
            sys.path.insert(0, str(ROOT / "bin"))
            import cluster

            settings["DATABASE_URL"] = stack.enter_context(cluster.running(None, SERVER))
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=os.environ | settings, check=True)
        yield settings


def measured(vendor: str, entries: int) -> dict[str, Any]:
    """Return milliseconds and plan of the question on a log of so many entries."""
    with database(vendor) as settings:
        told = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.bench.audit_log", str(entries)],
            cwd=ROOT, env=os.environ | settings, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def ask(entries: int) -> dict[str, Any]:
    """Fill the log, put the question as the page does, and return how long it takes and by which plan."""
    from django.db import connection

    from tests import factories as make
    from visits.audit.who_saw import entries_about, readers_of, rows_naming
    from visits.models import AuditEntry, AuditKind

    person, reader = make.person(), make.user(role="member")
    visit = make.visit()
    meetings = []
    for _number in range(NAMED):
        meeting = make.meeting(visit=visit)
        make.participant(meeting=meeting, person=person)
        meetings.append(meeting.pk)
    first, every = datetime(2026, 1, 1, tzinfo=UTC), max(1, entries // (NAMED * TIMES))

    def row_of(number: int) -> int:
        return meetings[number // every % NAMED] if number % every == 0 else 10**6 + number % 50_000

    for start in range(0, entries, AT_ONCE):
        AuditEntry.objects.bulk_create(
            AuditEntry(
                at=first + timedelta(seconds=number), kind=AuditKind.READ, by=reader.pk + number % 40,
                row_kind="visits.meeting", row=row_of(number), place="meeting_detail",
            )
            for number in range(start, min(start + AT_ONCE, entries))
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = readers_of(person, SINCE)
    assert sum(one.times for one in found) >= min(entries, NAMED * TIMES)
    plans = [asked.explain() for asked in entries_about(rows_naming(person), SINCE)]
    times = [seconds(lambda: readers_of(person, SINCE)) for _round in range(ROUNDS)]
    return {"ms": median(times) * 1000, "plan": "\n".join(plans)}


def show() -> int:
    """Print a line for each database; return how many are past what they may be."""
    failed = 0
    print(f"\nwho saw this person's data, of {ENTRIES:,} entries of the audit log, against a hundredth of them")
    for vendor in ("postgresql", "sqlite"):
        small, whole = measured(vendor, ENTRIES // 100), measured(vendor, ENTRIES)
        growth = whole["ms"] / small["ms"]
        by_index = "visits_audit_row" in whole["plan"]
        failed += growth > GROWTH or not by_index
        print(
            f"{vendor:<12}{whole['ms']:>9.1f} ms, growth {growth:6.2f}, at most {GROWTH}; "
            f"{'by its index' if by_index else 'NOT BY ITS INDEX'}{'  GROWS' if growth > GROWTH else ''}",
            flush=True,
        )
    return failed


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(ask(int(sys.argv[1]))))
