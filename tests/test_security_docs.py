"""The documents on security tell of each requirement, key, log and kind of data, and of no test there is not."""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from visits.classification import FieldClass
from visits.models import User

ROOT = Path(settings.BASE_DIR)
# Of OWASP ASVS 5.0: 70 requirements of level 1 and 183 of level 2.
LEVELS = {1: 70, 2: 183}
ROW = re.compile(r"^\| (V\d+\.\d+\.\d+) \| (\d) \| (.+) \| (.+) \| (.+) \|$", re.M)
# How a row begins that needs no test: whatever else is met is shown by one.
WITHOUT_TEST = ("Does not apply, because", "Not met:", "At deployment:", "In part:")
KINDS = {"In part:": "in part", "Not met:": "not met", "Does not apply, because": "not there"}


def read(name: str) -> str:
    """Return a file of the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def rows() -> dict[str, tuple[int, str, str, list[str]]]:
    """Return id → level, what it asks, how it is met, tests."""
    found = ROW.findall(read("docs/asvs.md"))
    assert len(found) == len({row[0] for row in found}), "a requirement has two rows"
    return {key: (int(level), asks, how, re.findall(r"`([^`]+)`", tests)) for key, level, asks, how, tests in found}


@cache
def names_in(name: str) -> frozenset[str]:
    """Return the names of the tests of a file, those of classes too."""
    tree = ast.parse(read(name))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_requirement_of_levels_1_and_2_has_its_row():
    with (ROOT / "tests/data/asvs-5.0.csv").open(encoding="utf-8") as file:
        wanted = {row["id"]: int(row["level"]) for row in csv.DictReader(file)}
    assert Counter(wanted.values()) == LEVELS
    assert {key: row[0] for key, row in rows().items()} == wanted


def test_every_row_says_how_and_names_a_test_that_exists_or_why_there_is_none():
    missing = []
    named = set()
    for key, (_level, asks, how, tests) in rows().items():
        assert len(asks.strip()) > 2 and len(how.strip()) > 8, key
        assert tests or any(word in how for word in WITHOUT_TEST), f"{key} names no test"
        for told in tests:
            path, _parted, name = told.partition("::")
            named.add(told)
            if not (ROOT / path).is_file() or (name and name not in names_in(path)):
                missing.append(f"{key}: {told}")
    assert missing == []
    assert len(named) >= 120


def test_the_numbers_above_are_those_of_the_rows():
    found = Counter()
    for _level, _asks, how, _tests in rows().values():
        kinds = [kind for word, kind in (*KINDS.items(), ("At deployment:", "at deployment")) if word in how]
        # Of several the one that leaves most open: not met before in part before at deployment.
        order = ("not met", "in part", "not there", "at deployment")
        found[min(kinds, key=order.index) if kinds else "met"] += 1
    told = dict(re.findall(r"^\| (met|[^|]*“[^”]+”\)) \| (\d+) \|$", read("docs/asvs.md"), re.M))
    words = {
        "met": "met",
        "at deployment": "met by whoever runs the site (“At deployment”)",
        "in part": "met in part (“In part”)",
        "not met": "not met (“Not met”)",
        "not there": "of what is not there (“Does not apply”)",
    }
    assert {words[kind]: str(number) for kind, number in found.items()} == told


@pytest.mark.parametrize("document", ["SECURITY.md", "docs/security.md", "docs/asvs.md"])
def test_links_and_files_that_are_named_exist(document):
    text = read(document)
    folder = (ROOT / document).parent
    links = [one for one in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in one]
    files = re.findall(r"`((?:tests|visits|statements|config|docs|requirements)/[\w./-]*)(?:::\w+)?`", text)
    assert [one for one in links if not (folder / one).exists()] == []
    assert [one for one in files if not (ROOT / one).exists()] == []
    assert links or files


def section(title: str) -> list[str]:
    """Return the first cells of the table below a heading of docs/security.md."""
    text = read("docs/security.md").partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return [line.split(" | ")[0].removeprefix("| ") for line in text.splitlines() if line.startswith("| ")][1:]


def test_the_keys_that_settings_name_are_told_of():
    told = " ".join(section("Keys"))
    named = set(re.findall(r'env\.\w+\("(\w*(?:KEYS?|RECIPIENTS))"', read("config/settings.py")))
    assert {"SECRET_KEY", "BACKUP_RECIPIENTS", "PROTECTED_KEYS", "SITE_KEY"} == named
    for name in (*named, "DATABASE_URL", "EMAIL_URL", "CACHE_URL"):
        assert f"`{name}`" in told
        assert f'"{name}"' in read("config/settings.py")
    assert "`SECRET_KEY_FALLBACKS`" in read("docs/security.md")


def test_each_kind_of_data_has_its_line():
    assert [cell.strip("`") for cell in section("Kinds of data")] == [kind.value for kind in FieldClass]


def test_each_log_is_told_of():
    told = section("Logs")
    assert len(told) == 5
    handlers = set(settings.LOGGING["handlers"])
    assert handlers == {"console", "mail"}
    assert told[0].startswith("standard error") and "ADMIN_MAILS" in told[1]


def test_times_for_mending_are_named():
    text = read("SECURITY.md")
    assert "7 days" in text.partition("## How quickly")[2].partition("##")[0]
    assert "## Supported versions" in text
    # No address was invented.
    assert "@" not in text


def test_a_new_record_has_no_account(db):
    assert not User.objects.exists()


def test_the_image_holds_neither_tests_nor_history():
    copied = {name for line in re.findall(r"^COPY (.+)$", read("Dockerfile"), re.M) for name in line.split()[:-1]}
    folders = {"bin", "config", "visits", "statements", "templates", "static"}
    assert copied == folders | {"requirements/run.txt", "manage.py", "pyproject.toml"}
