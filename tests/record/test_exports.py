"""Files and calendars of the sample record: nothing hidden leaves, and the examples of the document work."""

from __future__ import annotations

import io
import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from statements.exports import COMMITMENTS, STATEMENTS
from statements.meeting_export import MEETINGS
from statements.models import Statement
from statements.vocabulary_exports import VOCABULARY
from tests.record.addresses import list_addresses, record_addresses
from tests.record.conftest import ROLES
from tests.record.test_absence import RECORDS, canaries_in, may_see
from visits.exports.visits import VISITS

DOCUMENT = Path(settings.BASE_DIR, "docs", "exporting.md").read_text(encoding="utf-8")
KINDS = {"visit_list": VISITS, "statement_list": STATEMENTS, "commitment_list": COMMITMENTS}
# What is taken without a page of the same filters.
WHOLE = {kind.name: kind for kind in (MEETINGS, *VOCABULARY.values())}


def files(form: str) -> list[str]:
    """Return the address as a file of each list that the sweeps ask for."""
    found = []
    for name in KINDS:
        page = reverse(name)
        export = reverse(name.replace("_list", "_export"), args=[form])
        for address in dict.fromkeys(list_addresses()):
            path, _sign, query = address.partition("?")
            if path == page:
                found.append(f"{export}?{query}" if query else export)
    meetings = ("country=khm", "topic=canary", "person=canary", "organisation=canary", "year=2022")
    return [*found, *(f"/{name}.{form}" for name in WHOLE), *(f"/meetings.{form}?{query}" for query in meetings)]


def followed() -> list[str]:
    """Return feeds and calendars of lists, and of everything that has a page, hidden or not."""
    found = [f"/{name}.{form}" for name in ("visits", "meetings", "commitments") for form in ("atom", "ics")]
    found += [f"/{name}.atom" for name in VOCABULARY]
    found += [
        "/corrections.atom",
        "/visits.atom?country=khm",
        "/meetings.ics?topic=canary",
        "/commitments.atom?overdue=yes",
    ]
    for path in (address for address in record_addresses() if re.fullmatch(FOLLOWED, address)):
        found += [f"{path}feed.atom", f"{path}visit.ics" if path.startswith("/visits/") else f"{path}calendar.ics"]
    return found


FOLLOWED = r"/(visits|countries|mandates|people|organisations|topics)/[-\w]+/"


# No row of any role has this key: a file that is narrowed by it is refused.
OF_NO_ROW = re.compile(r"\b(topic|person|organisation)=canary\b")


def body(address: str, client: Client | None = None) -> bytes:
    """Return a file, or the page that says why there is none."""
    answer = (client or Client()).get(address)
    assert answer.status_code == (400 if OF_NO_ROW.search(address) else 200), address
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("role", ROLES)
def test_no_file_holds_what_its_reader_may_not_see(role: str, clients: dict[str, Client]) -> None:
    assert len(files("jsonl")) >= 30
    met: set[str] = set()
    for address in files("jsonl"):
        found = canaries_in(body(address, clients[role]).decode().replace("“canary” names nothing here.", ""))
        assert {canary for canary in found if not may_see(role, canary)} == set(), address
        met |= found
    # It would have been noticed: whoever may see more meets it.
    assert bool(met) == (role in {"member", "editor", "reviewer", "admin"})


@pytest.mark.parametrize("form", ["csv", "json"])
def test_public_files_are_the_same_whether_hidden_rows_exist_or_not(form: str, db: None) -> None:
    addresses = [*files(form), "/visits.ics", "/visits.ics?sort=oldest"]

    def taken() -> list[tuple[bytes, str]]:
        return [(body(address), Client().head(address).headers.get("ETag", "")) for address in addresses]

    before = taken()
    assert [not tag for _content, tag in before] == [bool(OF_NO_ROW.search(address)) for address in addresses]
    hidden = 0
    for model in RECORDS:
        public = model._base_manager.filter(workflow="published", visibility="public")
        hidden += model._base_manager.exclude(pk__in=public.values("pk")).update(workflow="removed")
    assert hidden >= 36
    assert taken() == before
    Statement.objects.filter(pk__in=Statement.objects.values("pk")[:500]).update(workflow="removed")
    assert taken() != before


def test_feeds_and_calendars_are_the_same_whether_hidden_rows_exist_or_not(db: None) -> None:
    addresses = followed()
    assert len(addresses) >= 100

    def taken() -> dict[str, tuple[int, bytes]]:
        answers = {address: Client().get(address) for address in addresses}
        return {
            address: (answer.status_code, b"".join(answer.streaming_content) if answer.streaming else answer.content)
            for address, answer in answers.items()
        }

    before = taken()
    assert {status for status, _content in before.values()} == {200, 400, 404}
    refused = [address for address, (status, _content) in before.items() if status == 400]
    assert refused == ["/meetings.ics?topic=canary"]
    for address, (status, content) in before.items():
        if status == 200:
            # That something was withdrawn is told, at its address and among the corrections.
            told = {"canary-visit-withdrawn-1"} if address == "/corrections.atom" else set()
            assert canaries_in(content.decode().replace("topic=canary", "")) == told, address
    for model in RECORDS:
        public = model._base_manager.filter(workflow__in=("published", "withdrawn"), visibility="public")
        model._base_manager.exclude(pk__in=public.values("pk")).update(workflow="removed")
    assert taken() == before


def test_the_calendar_of_the_sample_holds_every_visit_of_the_list_once(db: None) -> None:
    rows = json.loads(body("/visits.json"))
    calendar = re.sub(r"\r\n ", "", body("/visits.ics").decode())
    assert len(rows) >= 100
    assert sorted(re.findall(r"^UID:visit-(\w+)@vis-a-vis\r$", calendar, re.M)) == sorted(row["id"] for row in rows)
    days = [row for row in rows if row["dates"] and all(len(part) == 10 for part in row["dates"].split("/"))]
    assert calendar.count("BEGIN:VEVENT") == len(days)
    assert calendar.count("BEGIN:VJOURNAL") == len(rows) - len(days)
    assert 0 < len(days) < len(rows)


def test_every_address_in_the_document_brings_something(db: None) -> None:
    addresses = re.findall(r"^\| `(/[^`]+)` \|", DOCUMENT, re.M)
    assert len(addresses) >= 11
    assert {re.search(r"\.(\w+)", address)[1] for address in addresses} == {
        "csv",
        "xlsx",
        "json",
        "jsonl",
        "ics",
        "atom",
    }  # type: ignore[index]
    for address in addresses:
        content = body(address)
        if ".ics" in address:
            assert b"BEGIN:VEVENT" in content, address
        elif ".atom" in address:
            assert b"<entry>" in content, address
        elif ".xlsx" in address:
            rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
            assert "http://testserver/" in f"{rows[1][0]} {rows[1][1]}", address
        else:
            assert b"http://testserver/" in content or "/countries" in address, address


def test_the_program_in_the_document_runs(db: None, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.S)

    def urlopen(address: str) -> io.BytesIO:
        return io.BytesIO(body(address.removeprefix("http://127.0.0.1:8000")))

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    exec(compile(program, "exporting.md", "exec"), {})  # noqa: S102 - our own document
    assert re.match(r"\d{4}.* http://testserver/sources/", capsys.readouterr().out)


def test_the_document_tells_of_every_column_and_of_no_other() -> None:
    for kind in (*KINDS.values(), *WHOLE.values()):
        (part,) = re.findall(rf"^### {kind.name.capitalize()}\n(.*?)(?=^### |\Z)", DOCUMENT, re.M | re.S)
        told = re.findall(r"^\| `(\w+)` \| (.*) \|$", part, re.M)
        assert told == [(column.name, str(column.about)) for column in kind.columns]
