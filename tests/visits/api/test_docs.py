"""The schema, the page that explains it, and the script of docs/api.md, run as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from config.api import schema
from config.public import PUBLIC_ENDPOINTS
from statements.models import StatementTopic
from statements.vocabulary_exports import FILTERS
from tests import factories as make
from tests.scripts import scripts_of
from visits.api.resource import RESOURCES, ROOT

OPERATIONS = [
    (address, method, told) for address, methods in schema()["paths"].items() for method, told in methods.items()
]


def test_the_schema_is_openapi_31_and_names_each_operation_once():
    found = Client().get(f"{ROOT}openapi.json").json()
    assert found == schema()
    assert found["openapi"] == "3.1.0"
    names = [told["operationId"] for _address, _method, told in OPERATIONS]
    assert len(names) == len(set(names)) == 57
    assert all(told["summary"] for _address, _method, told in OPERATIONS)


def test_every_address_of_the_api_stands_in_the_schema():
    routes = {
        "/" + str(within.pattern) + str(entry.pattern)
        for within in get_resolver().url_patterns
        if str(within.pattern) == "api/v1/"
        for entry in within.url_patterns
    }
    told = {re.sub(r"{(\w+)}", r"<str:\1>", address) for address in schema()["paths"]}
    assert routes - told == {f"{ROOT}openapi.json", f"{ROOT}docs/"}
    assert told <= routes


def test_reading_is_open_where_it_is_listed_and_writing_nowhere():
    opened = 0
    for address, method, told in OPERATIONS:
        is_open = {} in told["security"]
        assert {"token": []} in told["security"]
        assert not is_open or method == "get", address
        opened += is_open
    # But for the two pages that are no views of the API.
    assert opened == len(PUBLIC_ENDPOINTS) - 2 == 25


def test_examples_are_what_the_schema_says():
    store = schema()
    looked = 0
    for _address, _method, told in OPERATIONS:
        for answer in told["responses"].values():
            for content in answer.get("content", {}).values():
                for example in content.get("examples", {}).values():
                    jsonschema.validate(example["value"], {**content["schema"], "components": store["components"]})
                    looked += 1
    assert looked >= 40


def test_the_page_explains_every_resource_without_a_script_of_its_own(db):
    answer = Client().get(f"{ROOT}docs/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert scripts_of(page) == ["suggest"]
    assert " style=" not in page
    assert not [link for link in re.findall(r'(?:src|href)="([^"]*)"', page) if "//" in link]
    for resource in RESOURCES.values():
        assert f'id="{resource.name}"' in page
        for column in resource.kind.columns:
            assert f"<code>{column.name}</code>" in page
    for address, method, _told in OPERATIONS:
        assert f"<code>{method.upper()} {address}</code>" in page
    from visits.api.problems import KINDS

    for name in KINDS.values():
        assert f'id="{name}"' in page


@pytest.mark.django_db(transaction=True)
def test_the_script_of_the_documents_runs(live_server):
    country = make.country(iso3="KHM", iso2="KH", m49="116", name="Cambodia")
    visit = make.visit(legs=(make.VisitLeg(country=country),))
    topic = make.topic(slug="assembly")
    for act in ("asserts", "asserts", "commits"):
        said = make.statement(visit=visit, act=act)
        StatementTopic(statement=said, topic=topic).save()
    make.statement(act="warns")
    text = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")
    [script] = re.findall(r"```python\n(.*?)```", text, re.S)
    found = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "SITE": live_server.url, "NO_PROXY": "*"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert re.search(r"2022-08-15/2022-08-26 +state +2 +1", found.stdout), found.stdout
    assert re.search(r"assembly +3", found.stdout)
    assert "warns" not in found.stdout


def test_the_document_lists_the_filters_of_each_list_that_has_no_page_of_the_same() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z]+)/` \| (.*) \|$", text, re.M))
    assert set(rows) == set(RESOURCES) - {"visits", "statements", "commitments"}
    for name, told in rows.items():
        assert re.findall(r"`([^`]+)`", told) == list(RESOURCES[name].filter_class.base_filters), name
    # Files and feeds of names and sources have the same.
    assert {name: RESOURCES[name].filter_class for name in FILTERS} == FILTERS
