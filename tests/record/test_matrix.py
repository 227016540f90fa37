"""Every address answers every role and method as tests/audit/matrix.csv declares, and none is undeclared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from statements.models import Statement
from tests.audit.crowd import Crowd, keys_of
from tests.audit.figures import is_thin, is_whole
from tests.audit.insiders import admin_name
from tests.audit.matrix import METHODS, ROLES, admin_addresses, declared, patterns
from tests.cast import Cast
from tests.record.test_urls import addresses, client_of  # noqa: F401 - a fixture
from visits.models import Meeting, Source, Visit

pytestmark = [pytest.mark.audit, pytest.mark.django_db]

# The short form asks one in so many, in turns through addresses, roles and methods.
ONE_IN = 24 if is_thin() else 6
# What has no name of its own, and an address of it.
UNNAMED = {
    "pattern admin/login/": "/admin/login/",
    "pattern admin/r/<int:content_type>/<path:row>/": "/admin/r/1/1/",
    "pattern admin:<path:object_id>/": "/admin/visits/visit/1/",
    "pattern admin:(?P<url>.*)$": "/admin/nothing/",
    "admin:app_list": "/admin/visits/",
    "admin:view_on_site": "/admin/r/1/1/",
}


def every_address(named: dict[str, str]) -> dict[str, str]:
    """Return an address of each pattern."""
    return dict(sorted({**admin_addresses(), **named, **UNNAMED}.items()))


def requests(found: dict[str, str], one_in: int) -> Iterator[tuple[str, str, str, str]]:
    """Yield (name, address, role, method), one in so many of them."""
    for number, (name, address) in enumerate(found.items()):
        for place, role in enumerate(ROLES):
            for turn, method in enumerate(METHODS):
                if (number + place + turn) % one_in == 0:
                    yield name, address, role, method


def asked(client: Client, address: str, method: str) -> int:
    """Return the status of an answer; nothing of what it did stays, in the database or in the session."""
    # Limits count what was asked before, and have tests of their own.
    cache.clear()
    kept = client.cookies.copy()
    with transaction.atomic():
        response: Any = client.generic(method, address)
        if response.streaming:
            list(response.streaming_content)
        transaction.set_rollback(True)
    client.cookies = kept
    return response.status_code


def test_every_pattern_is_declared_and_nothing_else() -> None:
    assert set(declared()) == set(patterns())
    assert all(len(row[role]) == len(METHODS) for row in declared().values() for role in ROLES)


def test_every_address_answers_every_role_and_method_as_declared(people: Cast, addresses, figure) -> None:  # noqa: F811
    table, found = declared(), every_address(addresses)
    assert set(found) == set(table)
    clients = {role: client_of(role, people) for role in ROLES}
    deviations, count = [], 0
    for name, address, role, method in requests(found, 1 if is_whole() else ONE_IN):
        count += 1
        status = asked(clients[role], address, method)
        if status != table[name][role][METHODS.index(method)]:
            deviations.append((role, method, name, address, status, table[name][role][METHODS.index(method)]))
    assert deviations == []
    figure("matrix_requests", count)
    figure("matrix_deviations", len(deviations))


RECORDS = {"visit": Visit, "meeting": Meeting, "source": Source, "statement": Statement}
# Of each kind the pages of the desk, with the key of a row.
DESK = {
    "visit": ("/visits/{}/", "/desk/visits/{}/balance/", "/desk/visits/{}/meetings/new/", "/desk/history/visit/{}/"),
    "meeting": ("/meetings/{}/", "/desk/meetings/{}/", "/desk/history/meeting/{}/"),
    "source": ("/sources/{}/", "/desk/sources/{}/", "/desk/review/source/{}/"),
    "statement": ("/statements/{}/", "/desk/review/{}/", "/desk/review/{}/withdraw/", "/desk/review/{}/removal/"),
    "note": ("/desk/notes/{}/", "/desk/notes/{}/edit/"),
}


@pytest.mark.parametrize("role", ["member", "editor", "reviewer", "admin"] if is_whole() else ["reviewer"])
def test_rows_of_a_compartment_of_others_are_read_and_written_as_if_they_were_not(role: str, people: Cast) -> None:
    """By pages of the desk with each method, by forms, actions and bulk edits of the admin."""
    Crowd(people.member).enter(("elsewhere",))
    client, keys = client_of(role, people), keys_of("elsewhere", 0)
    for kind, places in DESK.items():
        key = getattr(keys, kind)
        for place in places:
            for method in ("GET", "POST", "PUT", "DELETE"):
                # A key of nothing, as long: in nothing but the key do the answers differ.
                assert asked(client, place.format(key), method) == asked(client, place.format(f"{key[:-1]}0"), method)
    for kind, model in RECORDS.items():
        (row,) = model._base_manager.filter(**{"slug" if kind == "visit" else "public_id": getattr(keys, kind)})
        before = model._base_manager.filter(pk=row.pk).values().get()
        listed = reverse(admin_name(model, "changelist"))
        for action in ("submit", "send_back", "publish", "withdraw"):
            told = []
            for pk in (row.pk, 999_999_999):
                posted = {"action": action, "_selected_action": [pk], "confirmed": "1", "note": "Taken back.",
                          "version_read": f"{pk}:1"}  # fmt: skip
                told.append(client.post(listed, posted).status_code)
            assert told[0] == told[1], (kind, action)
        for page in ("change", "history", "delete"):
            one, other = (reverse(admin_name(model, page), args=[pk]) for pk in (row.pk, 999_999_999))
            for method in ("GET", "POST"):
                assert asked(client, one, method) == asked(client, other, method), (one, method)
        assert model._base_manager.filter(pk=row.pk).values().get() == before
