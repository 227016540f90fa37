"""What an answer costs: the same number of queries for one row and for three, told as numbers."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.visits.api.test_tokens import bearing
from tests.visits.api.world import public_world
from visits.api.inputs import RowField
from visits.api.resource import RESOURCES, ROOT
from visits.exports.columns import Taking
from visits.token_actions import make_token

# Without an account the stamp is read; then the keys of the page, its rows, and what belongs to them.
OF_A_LIST = 4
# The key, the row and what belongs to it.
OF_A_ROW = 3
# Whether it is there for whoever writes, and the row: what belongs to it is not read.
OF_A_NAME = 2
# Bringing along: which rows, those rows, and what belongs to them.
OF_AN_EXPANSION = 3


def queries(client: Client, address: str) -> int:
    """Return how many queries an answer costs once what is kept between requests is there."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    return len(found)


@pytest.mark.parametrize("name", sorted({"visits", "meetings", "statements", "citations", "sources", "people",
                                         "organisations", "offices", "mandates", "countries", "topics",
                                         "commitments"}))  # fmt: skip
def test_a_list_costs_the_same_with_one_row_and_with_three(name, db):
    public_world()
    resource = RESOURCES[name]
    plain, everything = f"{ROOT}{name}/", f"{ROOT}{name}/?expand={','.join(resource.expansions)}"
    rows = Client().get(plain).json()["results"]
    few = len(rows)
    assert queries(Client(), plain) == OF_A_LIST
    first = queries(Client(), everything)
    assert OF_A_LIST < first <= OF_A_LIST + OF_AN_EXPANSION * len(resource.expansions)
    assert queries(Client(), rows[0]["self"]) == OF_A_ROW
    public_world()
    public_world()
    assert len(Client().get(plain).json()["results"]) == 3 * few
    assert queries(Client(), plain) == OF_A_LIST
    assert queries(Client(), everything) == first
    assert queries(Client(), rows[0]["self"]) == OF_A_ROW


def test_who_has_the_answer_costs_one_query(db):
    public_world()
    mark = Client().get(f"{ROOT}statements/").headers["ETag"]
    with CaptureQueriesContext(connection) as found:
        assert Client().get(f"{ROOT}statements/", headers={"if-none-match": mark}).status_code == 304
    assert len(found) == 1


def test_a_token_costs_one_query_more_and_reads_no_stamp(people):
    public_world()
    client = bearing(make_token(by=people.editor, name="script")[1])
    assert queries(client, f"{ROOT}statements/") == OF_A_LIST


@pytest.mark.parametrize("name", ["visits", "meetings", "statements", "people", "organisations", "topics"])
def test_a_row_that_a_body_names_costs_two_queries(name, people, django_assert_num_queries):
    public_world()
    [row, *_others] = Client().get(f"{ROOT}{name}/").json()["results"]
    key = row["self"].split("/")[-2]
    taking = Taking(people.editor, "http://testserver", timezone.now().date(), "en")
    field = RowField(name)
    field._context = {"taking": taking}
    expected = RESOURCES[name].find(key, taking).record
    with django_assert_num_queries(OF_A_NAME):
        found = field.to_internal_value(key)
    assert found == expected
