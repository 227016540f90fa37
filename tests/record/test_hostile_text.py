"""Naughty strings in every text field, parameter and form of the sample record break no page: nothing answers 5xx."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from openpyxl import load_workbook

from statements.filters import StatementFilter
from tests.audit.figures import is_long, is_whole
from tests.audit.hostile_record import Stored, admin_addresses, desk_addresses, make_one_of_each, one_of_each, poison
from tests.audit.naughty import naughty
from tests.cast import signed_in
from tests.record.addresses import list_addresses, record_addresses
from visits.filters import VisitFilter

pytestmark = [pytest.mark.audit, pytest.mark.django_db]

FILES = [
    *(f"/{name}.{form}" for name in ("visits", "statements", "commitments", "meetings")
      for form in ("csv", "json", "xlsx", "atom")),
    *(f"/{name}.{form}" for name in ("people", "organisations", "topics", "sources") for form in ("csv", "xlsx")),
    "/visits.ics", "/meetings.ics", "/commitments.ics", "/corrections.atom", "/people.popolo.json", "/corrections/",
    *(f"/visits/cambodia-2022-08/{name}" for name in (
        "briefing.html", "briefing.docx", "feed.atom", "visit.ics", "cite.bib", "cite.ris", "cite.json",
    )),
    *(f"/api/v1/{name}/" for name in ("visits", "meetings", "statements", "citations", "sources", "people")),
    "/pictures/visits/cambodia-2022-08.png", "/embed/visits/cambodia-2022-08/", "/search/suggest/?q=a",
]  # fmt: skip
# Whatever stands in an address: the filters of lists, and what views read beside them.
PARAMETERS = sorted(
    {*VisitFilter.base_filters, *StatementFilter.base_filters}
    | {"q", "page", "sort", "take", "number", "visit", "kind", "state", "entry", "saved", "format", "url", "maxwidth"}
    | {"maxheight", "next", "o", "p", "all", "_popup", "_to_field", "_changelist_filters", "e", "other", "internal"}
    | {"cursor", "limit", "include", "fields", "order", "term", "app_label", "model_name", "field_name", "title"}
)
ASKED = [
    "/", "/visits/", "/statements/", "/search/", "/search/suggest/", "/positions/", "/commitments/", "/people/",
    "/topics/",
    "/countries/", "/mandates/", "/corrections/", "/visits.csv", "/statements.json", "/statements.atom", "/visits.ics",
    "/meetings.atom", "/commitments.xlsx", "/oembed", "/api/v1/visits/", "/api/v1/statements/", "/api/v1/sources/",
    "/positions/briefing.html", "/visits/cambodia-2022-08/briefing.html", "/desk/review/", "/desk/statements/",
    "/desk/sources/new/", "/desk/who-saw/", "/desk/imports/", "/searches/", "/admin/visits/visit/",
    "/admin/statements/statement/", "/admin/visits/source/", "/admin/autocomplete/", "/accounts/login/",
    "/topics/elections/", "/countries/khm/", "/statements/feed/", "/desk/merge/person/",
]  # fmt: skip


# OWASP, “CSV Injection”, and the same signs in full width.
BEGINNINGS = tuple("=+-@\t\r\n＝＋－＠")


def broken(answer: Any) -> bool:
    """Whether an answer is a fault of ours, read to its end."""
    if answer.streaming:
        for _block in islice(answer.streaming_content, 10_000):
            pass
    # oEmbed has 501 for a format that is not offered (oembed.com, 2.3.4).
    return bool(answer.status_code >= 500 and answer.status_code != 501)


def formulas(address: str, data: bytes) -> list[str]:
    """Return the cells of a table that a spreadsheet would compute."""
    if address.endswith(".csv"):
        cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
        return [cell for cell in cells if cell.startswith(BEGINNINGS)]
    rows = load_workbook(io.BytesIO(data), read_only=True).worksheets[0].iter_rows()
    cells = [cell for row in rows for cell in row if cell.value is not None]
    return [str(cell.value) for cell in cells if cell.data_type == "f" or str(cell.value).startswith(BEGINNINGS)]


@pytest.fixture
def client(people, settings) -> Client:
    """Return a client of an admin, who is let read as much as there is; faults are answers, as in earnest."""
    settings.MOST_READ_PER_HOUR = {}
    found = signed_in(people.admin)
    found.raise_request_exception = False
    return found


def squared(names: list[str], turn: int, strings: tuple[str, ...]) -> dict[str, str]:
    """Return a string for each name, with every turn another: after as many turns each name had each string."""
    return {name: strings[(turn + place * 17) % len(strings)] for place, name in enumerate(names)}


def test_strings_in_every_field_break_no_page(people, client, figure):
    stored, wrong, asked = Stored(), [], 0
    make_one_of_each(people.admin)
    addresses = [*list_addresses(), *record_addresses()]
    lists = [*addresses, *desk_addresses(), *admin_addresses()] if is_whole() else [
        *one_of_each(addresses), *desk_addresses(), *admin_addresses()[:: 7],
    ]  # fmt: skip
    for turn in range(5 if is_whole() else 1):
        poison(naughty(), stored, turn=turn, most=400 if is_whole() else 40)
        call_command("reindex", verbosity=0)
        for address in [*lists, *FILES]:
            asked += 1
            wrong += [address] if broken(client.get(address)) else []
    assert wrong == []
    refused = set(naughty()) - stored.strings()
    # A NUL is no text to PostgreSQL: no form takes it.
    assert all("\0" in text for text in refused)
    computed, cells = [], 0
    for address in FILES:
        if address.endswith((".csv", ".xlsx")):
            data = client.get(address).getvalue()
            computed += formulas(address, data)
            cells += len(data)
    assert computed == []
    assert cells > 100_000
    figure("hostile_formulas", len(computed))
    figure("hostile_strings", len(stored.strings()))
    figure("hostile_fields", sum(bool(held) for held in stored.held.values()))
    figure("hostile_pages", asked)


def test_strings_in_every_parameter_break_no_page(client, figure):
    wrong, used = [], set()
    turns = len(naughty()) if is_whole() else len(ASKED) * 2
    for turn in range(turns):
        for address in ASKED if is_whole() and turn % 8 == 0 else [ASKED[turn % len(ASKED)]]:
            # Together they would be too long for any server: some of them each time.
            for some in (PARAMETERS[0::3], PARAMETERS[1::3], PARAMETERS[2::3]):
                given = {name: text[:300] for name, text in squared(some, turn * 7, naughty()).items()}
                used |= set(given.values())
                if broken(client.get(address, given)):
                    wrong.append((address, given))
    assert wrong == []
    assert len(used) > len(naughty()) - 30


def test_every_parameter_that_a_view_reads_is_tried():
    from pathlib import Path

    read = set()
    for folder in ("visits", "statements", "config"):
        for path in Path(folder).rglob("*.py"):
            read |= set(re.findall(r"GET(?:\.get|\.getlist)?[\[(]\"(\w+)\"", path.read_text()))
    assert len(read) >= 10
    assert read <= set(PARAMETERS)


def forms_of(client: Client, address: str) -> Iterator[tuple[str, dict[str, str], list[str]]]:
    """Yield each form of a page that is posted: where to, what it holds, and the names of its fields for text."""
    answer = client.get(address)
    if answer.status_code != 200 or answer.streaming or "html" not in answer.headers["Content-Type"]:
        return
    for form in lxml_html.fromstring(answer.content).forms:
        to = (form.get("action") or "").partition("#")[0] or address
        if (form.method or "").upper() != "POST" or "logout" in to:
            continue
        held = {name: value for name, value in form.fields.items() if value is not None and name}
        typed = [
            element.name for element in form.inputs
            if element.name and (element.tag == "textarea" or element.get("type", "text") in
                                 {"text", "search", "url", "email", "number", "date", "hidden", "password"})
        ]  # fmt: skip
        yield to, held, [name for name in typed if name not in {"csrfmiddlewaretoken", "old_password", "oldpassword"}]


def test_strings_in_every_form_break_no_page(people, client, figure):
    make_one_of_each(people.admin)
    wrong, posted, forms = [], 0, 0
    addresses = [*desk_addresses(), *admin_addresses(), "/accounts/login/", "/accounts/password/reset/"]
    addresses = addresses if is_whole() else [*addresses[:30], *addresses[30::9]]
    for address in addresses:
        for to, held, typed in forms_of(client, address):
            forms += 1
            texts = [name for name in typed if not re.search(r"_FORMS$|_id$|-id$", name)]
            for turn in range(14 if is_whole() else 1):
                given = squared(texts, turn * 13 + forms, naughty())
                data = held | ({name: text[:5_000] for name, text in given.items()})
                answer = client.post(to, data)
                posted += 1
                if broken(answer):
                    wrong.append((to, data))
    assert [(to, {name: text[:40] for name, text in data.items()}) for to, data in wrong] == []
    assert forms >= 25
    figure("hostile_posts", posted)


PATHS = [*ASKED, *(f"/{name}/%s/" for name in (
    "visits", "meetings", "statements", "sources", "countries", "mandates", "people", "organisations", "topics",
    "embed/visits", "embed/statements", "api/v1/visits", "api/v1/statements", "searches", "searches/stop",
    "files", "desk/notes",
    "desk/meetings", "desk/sources", "desk/drafts", "desk/review", "desk/history/visit", "admin/visits/visit",
)), "/%s", "/visits/%s/cite.bib", "/pictures/visits/%s.png", "/visits/%s/briefing.docx", "/feeds/%s/%s/"]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(naughty()), st.text(max_size=60), st.integers().map(str), st.floats().map(str))
REQUESTS = st.lists(
    st.tuples(
        st.sampled_from(["get", "get", "get", "head", "post", "put", "delete"]),
        st.sampled_from(PATHS),
        TEXTS,
        st.dictionaries(st.one_of(st.sampled_from(PARAMETERS), st.text(max_size=12)), TEXTS, max_size=4),
    ),
    min_size=20,
    max_size=20,
)


def test_made_up_requests_are_answered(client, figure):
    asked, faults = 0, []

    @settings(
        max_examples=500 if is_long() else 50, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(REQUESTS)
    def ask(requests: list[tuple[str, str, str, dict[str, str]]]) -> None:
        nonlocal asked
        for method, path, text, values in requests:
            name = quote(text[:200].encode("utf-8", "replace"), safe="")
            address = path.replace("%s", name or "x")
            given_values = {key: value[:300] for key, value in values.items()}
            # What a client cannot write in UTF-8 nobody sends.
            given_values = {
                key.encode("utf-8", "replace").decode(): value.encode("utf-8", "replace").decode()
                for key, value in given_values.items()
            }
            asked += 1
            answer = (
                getattr(client, method)(address, given_values)
                if method in {"get", "head", "post"}
                else getattr(client, method)(address, str(given_values), content_type="application/json")
            )
            if broken(answer):
                faults.append((method, address, given_values))

    ask()
    assert faults == []
    figure("hostile_requests", asked)
    figure("hostile_faults", len(faults))
