"""What the schema allows is answered as it says, and what it forbids is refused: by Schemathesis, all checks on.

Every operation is called with what the schema describes and with what it forbids, by a token of a reviewer. Half of the
calls that the schema allows name rows that are there, so that more than 404 is seen. The short form makes up a few
calls for each operation; in the long form (`make audit`) they are hundreds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import AnonymousUser
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.config import ProjectsConfig, SchemathesisConfig

from config.api import schema as api_schema
from config.wsgi import application
from tests.audit.figures import is_long
from tests.visits.api.world import World, public_world
from visits.api.paging import page_of
from visits.api.resource import RESOURCES, ROOT
from visits.token_actions import make_token

# Counted together: the tests of a file are run by one process.
# The last test counts what the others have met, in one process (tests/conftest.py, TOGETHER).
pytestmark = pytest.mark.audit
EXAMPLES = 120 if is_long() else 20
CONFIG = SchemathesisConfig(
    projects=ProjectsConfig.from_dict(
        {
            "phases": {"coverage": {"enabled": is_long()}},
            "generation": {"deterministic": True, "database": "none"},
            "checks": {
                # A schema cannot say which rows there are, nor what the rules of the record are (422), nor what was
                # read before (412).
                "positive_data_acceptance": {
                    "expected-statuses": ["2xx", "401", "403", "404", "409", "412", "422"],
                },
                # RFC 6585: what a change without its precondition is answered by.
                "missing_required_header": {"expected-statuses": ["428", "400", "422"]},
            },
        }
    )
)
SCHEMA = schemathesis.openapi.from_dict(api_schema(), config=CONFIG)
SCHEMA.app = application
# By these names bodies name rows of other resources.
NAMED = {
    "visit": "visits", "follows": "visits", "meeting": "meetings", "statement": "statements", "to": "statements",
    "source": "sources", "original": "sources", "person": "people", "author_person": "people",
    "organisation": "organisations", "parent": "organisations", "on_behalf_of": "organisations",
    "by_whom": "organisations", "office": "offices", "mandate": "mandates", "mandates": "mandates",
    "country": "countries", "topics": "topics",
}  # fmt: skip
MET: Counter[tuple[str, int]] = Counter()


@pytest.fixture
def world(people: Any) -> Iterator[World]:
    """Return public rows of every resource and their keys, and the secret of a reviewer's token."""
    from django.test import Client

    found = public_world()
    for name in RESOURCES:
        [row, *_others] = Client().get(f"{ROOT}{name}/").json()["results"]
        found.keys[name] = row["self"].split("/")[-2]
    found.keys["region"] = found.rows["countries"].region
    found.keys["secret"] = make_token(by=people.reviewer, name="schemathesis")[1]
    yield found
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def naming(body: Any, keys: dict[str, str]) -> Any:
    """Return a body in which every row that is named is there."""
    if isinstance(body, dict):
        return {
            name: keys[NAMED[name]]
            if name in NAMED and isinstance(value, str)
            else [keys[NAMED[name]]]
            if name in NAMED and isinstance(value, list) and value
            else naming(value, keys)
            for name, value in body.items()
        }
    return [naming(part, keys) for part in body] if isinstance(body, list) else body


def asking(query: dict[str, Any], name: str, keys: dict[str, str]) -> dict[str, Any]:
    """Return the query of a list in which every row that a filter names is there: what is not there is refused.

    So is a cursor that no page has given: it follows the first row.
    """
    named = {**NAMED, "topic": "topics", "holder": "people", "parent": name}
    if name != "citations":
        # Of statements this is a kind of source.
        del named["source"]
    found = {one: keys[named[one]] if one in named else value for one, value in query.items()}
    known = {"speaker": f"person:{keys['people']}", "region": keys["region"]}
    if "cursor" in query:
        resource = RESOURCES[name]
        sort = query.get("sort", next(iter(resource.sorts)))
        _ids, after = page_of(resource, resource.rows(AnonymousUser()), sort, 0)
        assert after
        known["cursor"] = after.written()
    return {one: known.get(one, value) for one, value in found.items()}


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_every_operation_answers_as_the_schema_says(case: Any, world: World) -> None:
    headers = {"Authorization": f"Bearer {world.keys['secret']}", "Accept-Encoding": "identity"}
    allowed = case.meta is not None and case.meta.generation.mode.is_positive
    MET[case.operation.label, 0] += 1
    if allowed and case.query:
        case.query = asking(case.query, case.operation.path.removeprefix(ROOT).split("/")[0], world.keys)
    if allowed and MET[case.operation.label, 0] % 2:
        name = case.operation.path.removeprefix(ROOT).split("/")[0]
        if "key" in (case.path_parameters or {}):
            case.path_parameters["key"] = world.keys[name]
        if "If-Match" in (case.headers or {}):
            case.headers["If-Match"] = _mark(f"{ROOT}{name}/{world.keys[name]}/", headers)
        if isinstance(case.body, dict):
            case.body = naming(case.body, world.keys)
    # As Django's own client does while it asks: the transaction of the test outlives a request.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    response = case.call(headers=headers)
    MET[case.operation.label, response.status_code] += 1
    case.validate_response(response, headers=headers)


def _mark(address: str, headers: dict[str, str]) -> str:
    from django.test import Client

    return Client(headers={"authorization": headers["Authorization"]}).get(address).headers.get("ETag", '"none"')


def test_operations_and_requests_are_counted(figure: Any) -> None:
    assert sum(1 for _operation in SCHEMA.get_all_operations()) == 57
    asked = {operation for operation, status in MET if status == 0}
    assert len(asked) == 57
    figure("api_requests", sum(number for (_operation, status), number in MET.items() if status == 0))
    figure("api_faults", sum(number for (_operation, status), number in MET.items() if status >= 500))
