"""What is hidden is in no answer of the API: no row, no name, no count, no order, no header, for no role."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.cast import NAMES as ROLES
from tests.cast import signed_in
from tests.visits.api.world import CANARY, hidden_world, public_world
from visits.api.resource import RESOURCES, ROOT

LINKED = {"accept": "application/ld+json"}
# Of the three hidden worlds (a draft, internal, confidential) how many a role may meet; the member is named in the
# compartment.
SEES = {"anonymous": 0, "outsider": 0, "reader": 0, "member": 2, "editor": 2, "reviewer": 2, "admin": 2}


def addresses(rows: dict[str, Any]) -> list[str]:
    """Return lists in every order, whole and in pages, with all that they bring along, and the public rows."""
    found = []
    for name, resource in RESOURCES.items():
        listed = f"{ROOT}{name}/"
        everything = f"expand={','.join(resource.expansions)}"
        found += [listed, f"{listed}?{everything}", f"{listed}?limit=1", f"{listed}?limit=1&{everything}"]
        found += [f"{listed}?sort={sort}" for sort in resource.sorts]
        key = _key(rows[name], resource)
        if resource.mark is None:
            found += [f"{listed}{key}/", f"{listed}{key}/?{everything}"]
    visit = rows["visits"].slug
    for query in (f"visits/?topic={CANARY}-topic-0", f"visits/?q={CANARY}", f"people/?q={CANARY}",
                  f"topics/?q={CANARY}",
                  f"statements/?q={CANARY}", f"statements/?speaker=person:{CANARY}-person-0",
                  f"offices/?person={CANARY}-person-1", f"people/?organisation={CANARY}-body-0",
                  f"organisations/?parent={CANARY}-body-1", f"meetings/?topic={CANARY}-topic-1",
                  f"meetings/?visit={CANARY}-visit-0", f"citations/?visit={visit}",
                  f"meetings/?visit={visit}", f"statements/?organisation={CANARY}-body-2"):  # fmt: skip
        found.append(ROOT + query)
    return found


def _key(row: Any, resource: Any) -> str:
    for part in resource.key.split("__"):
        row = getattr(row, part)
    return str(row)


@pytest.fixture
def worlds(people):
    """Return the public rows, and what enters the hidden ones beside them."""
    world = public_world()
    within = make.compartment(members=(people.member,))
    return world.rows, lambda: hidden_world(world.rows["visits"], world.rows["statements"], within)


def read(client: Client, found: list[str]) -> dict[str, tuple[int, bytes, dict[str, str]]]:
    """Return all answers, as JSON and as JSON-LD; ETags of lists carry the publication stamp, which rows do not."""
    answers = {}
    for address in found:
        for kind, headers in (("json", {}), ("ld", LINKED)):
            got = client.get(address, headers=headers)
            told = {name: value for name, value in got.headers.items() if name != "ETag"}
            answers[f"{kind} {address}"] = (got.status_code, got.content, told)
    return answers


@pytest.mark.parametrize("role", ["anonymous", "outsider", "reader"])
def test_to_the_public_every_answer_is_the_same_whether_hidden_rows_are_there_or_not(role, worlds, people):
    rows, enter = worlds
    found = addresses(rows)
    assert len(found) >= 90
    client = signed_in(people.named(role))
    before = read(client, found)
    assert enter() == 3
    after = read(client, found)
    assert [address for address in before if before[address] != after[address]] == []
    # What a hidden row would be named by is an error, as for a row that never was.
    refused = {address for address, (status, _body, _headers) in before.items() if status != 200}
    assert refused == {address for address in before if f"{CANARY}-" in address}
    assert {before[address][0] for address in refused} == {400}


def test_to_the_public_no_mark_changes_with_what_is_hidden(worlds):
    rows, enter = worlds
    client = Client()
    marks = {address: client.get(address).headers.get("ETag") for address in addresses(rows)}
    enter()
    # Hidden rows are entered through actions, and raise no stamp that the public reads.
    assert {address: client.get(address).headers.get("ETag") for address in marks} == marks
    assert sum(mark is not None for mark in marks.values()) >= 80


@pytest.mark.parametrize("role", ROLES)
def test_each_role_meets_the_hidden_rows_that_it_may_see_and_no_other(role, worlds, people):
    rows, enter = worlds
    enter()
    client = signed_in(people.named(role))
    text = "".join(body.decode() for _status, body, _headers in read(client, addresses(rows)).values())
    visits = {row["id"] for row in client.get(f"{ROOT}visits/").json()["results"]}
    assert len(visits) == 1 + SEES[role]
    assert (CANARY in text.replace(f"{CANARY}-", "")) is bool(SEES[role])
    seen = client.get(f"{ROOT}statements/").json()["results"]
    assert len(seen) == 1 + SEES[role]
    # What the editor may not see is the confidential world, what the member may not is the draft.
    missing = {"member": "0", "editor": "2", "reviewer": "2", "admin": "2"}.get(role)
    for number in "012":
        met = f'"{CANARY} person {number}"' in text
        assert met is (bool(SEES[role]) and number != missing), (role, number)


NAMED = {
    "visits": f"{CANARY}-visit-0", "people": f"{CANARY}-person-0", "organisations": f"{CANARY}-body-0",
    "topics": f"{CANARY}-topic-0",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted({"visits", "meetings", "statements", "sources", "people", "organisations",
                                         "offices", "topics", "commitments", "citations"}))  # fmt: skip
def test_a_hidden_and_a_missing_row_answer_alike_by_the_same_queries(name, worlds, people):
    _rows, enter = worlds
    enter()
    resource = RESOURCES[name]
    hidden = resource.model._default_manager.exclude(pk__in=resource.rows(people.anonymous).values("pk"))
    keys = list(dict.fromkeys(hidden.values_list(resource.key, flat=True)))
    end = f".{'0' * 16}" if resource.mark else ""
    assert len(keys) >= 2

    def asked(key: str) -> tuple[int, bytes, dict[str, str], list[str]]:
        with CaptureQueriesContext(connection) as queries:
            got = Client().get(f"{ROOT}{name}/{key}{end}/")
        sql = [query["sql"].replace(key, "KEY") for query in queries]
        return got.status_code, got.content, dict(got.headers), sql

    asked("nothing-of-this-name")
    missing = asked("nothing-of-this-name")
    assert missing[0] == 404
    for key in keys:
        if not resource.rows(people.anonymous).filter(**{resource.key: key}).exists():
            assert asked(key) == missing, key


def test_private_people_and_what_is_theirs_have_no_address(people):
    private = make.person(private=True)
    office = make.office(person=private)
    make.statement(speakers=(make.speaker(person=private, office=office),))
    for role in ROLES:
        client = signed_in(people.named(role))
        assert client.get(f"{ROOT}people/{private.slug}/").status_code == 404
        assert private.slug not in client.get(f"{ROOT}people/").content.decode()
        refused = client.get(f"{ROOT}offices/?person={private.slug}")
        never = client.get(f"{ROOT}offices/?person=never-was")
        assert (refused.status_code, never.status_code) == (400, 400)
        assert refused.content.replace(private.slug.encode(), b"never-was") == never.content
        [row] = client.get(f"{ROOT}statements/?expand=people").json()["results"]
        assert (row["speaker_pages"], row["expanded"]["people"]) == ([""], [])


INTERNAL = ("note", "extracted_text", "stored_file", "sha256", "entered_by", "compartment", "differs_reason", "version")


def test_no_column_is_made_of_a_field_that_is_not_public():
    from django.apps import apps

    from visits.classification import FieldClass

    looked = 0
    for resource in RESOURCES.values():
        for column in resource.kind.columns:
            assert column.name not in INTERNAL
            for field in column.fields:
                app, model, name = field.split(".")
                kind = apps.get_model(app, model).FIELD_CLASSES[name]  # type: ignore[attr-defined]
                # Who spoke or took part is told as far as the gate of that row opens.
                assert kind in {FieldClass.PUBLIC, FieldClass.IDENTITY}, field
                assert kind is FieldClass.PUBLIC or model in {"StatementSpeaker", "StatementAddressee", "Attribution",
                                                              "Participant"}, field  # fmt: skip
                looked += 1
    assert looked >= 150
