"""The documents tell of every setting, command and target there is, and of none there is not."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def read(name: str) -> str:
    """Return a file of the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_setting_is_told_of() -> None:
    asked = set(re.findall(r'env\.\w+\("([A-Z_]+)"', read("config/settings.py")))
    asked |= set(re.findall(r'db_url\("([A-Z_]+)"', read("config/settings.py")))
    for name in ("startup.py", "prepare.py", "testing.py", "cluster.py"):
        asked |= set(re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', read(f"bin/{name}")))
        asked |= set(re.findall(r'number\("([A-Z_]+)"', read(f"bin/{name}")))
    asked -= {"PATH", "TIED_TO_PARENT", "ADDRESS", "ARTICLE", "PLAN"}
    told = set(re.findall(r"`([A-Z_]+)`", read("docs/deploying.md")))
    assert len(asked) >= 15
    assert asked <= told
    assert told <= asked


def test_every_command_of_ours_is_told_of() -> None:
    ours = {
        path.stem
        for app in ("visits", "statements")
        for path in (ROOT / app / "management" / "commands").glob("*.py")
        if not path.stem.startswith("_")
    }
    assert ours == {
        "backup",
        "changepassword",
        "check_record",
        "check_quotations",
        "export_meetings",
        "export_popolo",
        "export_record",
        "export_site",
        "import_mandates",
        "import_meetings",
        "import_people",
        "import_popolo",
        "import_record",
        "import_statements",
        "import_visits",
        "limit_rights",
        "make_backup_key",
        "make_site_key",
        "publish_files",
        "reindex",
        "repeat_removals",
        "restore",
        "rotate_keys",
        "seed",
        "sample_accounts",
        "send_digests",
        "suggest_quotations",
        "sweep_files",
        "verify_audit",
        "verify_backup",
        "verify_site",
    }
    told = set(re.findall(r"`manage\.py (\w+)", read("docs/deploying.md")))
    assert ours <= told


def test_every_target_of_the_makefile_stands_in_the_readme_and_the_other_way_round() -> None:
    targets = set(re.findall(r"^([a-z]+):.*##", read("Makefile"), re.M))
    told = set(re.findall(r"make ([a-z]+)", read("README.md")))
    checks = {"test", "check", "fix", "quality", "bench", "desk", "edits", "sweep", "audit", "torture"}
    assert targets == {"run", "seed", "shell", "screenshots", "help"} | checks
    assert targets == told


def test_links_of_the_documents_lead_somewhere() -> None:
    checked = 0
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), (document, target)
                checked += 1
    assert checked >= 1


def test_each_dependency_has_its_reason_beside_it() -> None:
    lines = [line for line in read("pyproject.toml").splitlines() if re.match(r'\s+"[a-z][^"]*[<>=]', line)]
    assert len(lines) >= 25
    assert all("#" in line for line in lines)


def test_no_index_address_and_no_path_of_a_machine_stands_in_a_file() -> None:
    looked = 0
    for folder in ("requirements", "bin", "config", "docs", ".ci"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in str(path):
                text = path.read_text(encoding="utf-8", errors="ignore")
                assert "--index-url" not in text and "--find-links" not in text, path
                assert "/home/" not in text and "/root/" not in text and "/work/" not in text, path
                looked += 1
    assert looked >= 20
