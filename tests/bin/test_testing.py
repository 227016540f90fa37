"""What `make test` makes of what its parts say."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bin"))

import testing  # noqa: E402

SKIPPED = """No known vulnerabilities found
Name   Skip Reason
------ --------------------------------------------------------------------------
django Dependency not found on PyPI and could not be audited: django (5.2.19)
nh3    Dependency not found on PyPI and could not be audited: nh3 (0.3.8)
"""


@pytest.mark.parametrize(
    ("said", "failed", "line"),
    [
        ("No known vulnerabilities found", False, ("pip-audit", True)),
        (SKIPPED, False, ("pip-audit (2 packages could not be audited)", True)),
        (
            SKIPPED.rpartition("nh3")[0].rpartition("nh3")[0],
            False,
            ("pip-audit (1 package could not be audited)", True),
        ),
        ("Found 1 known vulnerability in 1 package", True, ("pip-audit", False)),
        (
            "Found 2 known vulnerabilities in 1 package\n" + SKIPPED.partition("\n")[2],
            True,
            ("pip-audit (2 packages could not be audited)", False),
        ),
        ("ConnectionError: no answer", True, ("pip-audit (service not reached: nothing audited)", True)),
    ],
)
def test_what_was_not_audited_is_never_told_as_passed(said: str, failed: bool, line: tuple[str, bool]) -> None:
    assert testing.audited(said, failed=failed) == line


def test_workers_of_the_site_and_of_the_tests_have_names_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKERS", "7")
    monkeypatch.setenv("TEST_WORKERS", "3")
    assert testing.workers() == "3"
    monkeypatch.delenv("TEST_WORKERS")
    assert testing.workers() != "7"
