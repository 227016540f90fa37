"""The sample record as a package: read back it is the same record, and nothing hidden stands in the public one."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from tests.record.addresses import list_addresses, record_addresses
from tests.record.test_absence import RECORDS, canaries_in
from tests.statements.package.emptying import empty_the_record, stored
from visits.models import Participant

pytestmark = pytest.mark.usefixtures("numbers_kept")


def export(target: Path, *options: str) -> bytes:
    """Write a package and return its bytes."""
    call_command("export_record", str(target), *options, verbosity=0, stdout=io.StringIO())
    return target.read_bytes()


def words(folder: Path) -> str:
    return "".join(path.read_text("utf-8") for path in sorted(folder.rglob("*.csv")))


def pages(addresses: list[str]) -> list[tuple[int, bytes]]:
    return [((answer := Client().get(address)).status_code, answer.content) for address in addresses]


def test_the_record_read_back_is_the_same_in_every_table_and_on_every_page(db, tmp_path):
    before = stored()
    assert len(before) >= 92
    assert sum(map(len, before.values())) >= 5000
    # Pages of every kind, a part of those that are alike.
    addresses = [*list_addresses(), *record_addresses()[::7]]
    assert len(addresses) >= 150
    shown = pages(addresses)
    assert len({status for status, _body in shown}) >= 2
    package = export(tmp_path / "record.zip")

    empty_the_record()
    assert sum(map(len, stored().values())) == 0
    assert pages(addresses[:1]) != shown[:1]

    call_command("import_record", str(tmp_path / "record.zip"), verbosity=0, stdout=io.StringIO())
    after = stored()
    assert list(after) == list(before)
    for name, rows in before.items():
        assert after[name] == rows, name
    for address, now, then in zip(addresses, pages(addresses), shown, strict=True):
        assert now == then, address
    assert export(tmp_path / "again.zip") == package


def test_the_public_package_is_the_same_whether_hidden_rows_exist_or_not(db, tmp_path):
    public = export(tmp_path / "public.zip", "--public")
    hidden = 0
    for model in RECORDS:
        shown = model._base_manager.filter(workflow="published", visibility="public")
        rows = model._base_manager.exclude(pk__in=shown.values("pk"))
        hidden += rows.update(workflow="removed", changed_at="2020-01-01T00:00:00Z")
    assert hidden >= 36
    # Who is not named publicly was there or not.
    assert Participant._base_manager.filter(named_publicly=False).delete()[0] >= 3
    assert export(tmp_path / "without.zip", "--public") == public
    RECORDS[0]._base_manager.filter(workflow="published").update(workflow="draft")
    assert export(tmp_path / "less.zip", "--public") != public


def test_no_canary_stands_in_the_public_package_and_all_stand_in_the_whole_one(db, tmp_path):
    call_command("export_record", str(tmp_path / "public"), "--public", verbosity=0, stdout=io.StringIO())
    call_command("export_record", str(tmp_path / "whole"), verbosity=0, stdout=io.StringIO())
    assert canaries_in(words(tmp_path / "public")) == set()
    assert len(canaries_in(words(tmp_path / "whole"))) >= 40


def test_a_record_made_of_the_public_package_shows_the_same_pages(db, tmp_path):
    # Histories stay behind, and with them the page of changes.
    addresses = [*list_addresses(), *(one for one in record_addresses()[::9] if not one.endswith("/history/"))]
    shown = pages(addresses)
    export(tmp_path / "public.zip", "--public")
    empty_the_record()
    call_command("import_record", str(tmp_path / "public.zip"), verbosity=0, stdout=io.StringIO())
    call_command("check_record", stdout=io.StringIO())
    same = 0
    for address, now, then in zip(addresses, pages(addresses), shown, strict=True):
        # Of what was withdrawn a note stays where it was withdrawn.
        assert now[0] == (404 if then[0] == 410 else then[0]), address
        if now[0] == 200:
            assert now == then, address
            same += 1
    assert same >= 100
