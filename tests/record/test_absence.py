"""Whatever is hidden in the sample is absent for those who may not see it, on every address, for every role."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from statements.models import Commitment, Position, Statement
from statements.seed.hidden import CANARIES
from tests.record.addresses import list_addresses, record_addresses
from tests.record.conftest import ROLES
from visits.models import AccessNote, Meeting, MeetingNote, Participant, Source, Visit

SEES = {
    "drafts": {"editor", "reviewer", "admin"},
    "internal": {"member", "editor", "reviewer", "admin"},
    # Only the member is named in the compartments of the sample.
    "confidential": {"member"},
    "nobody": set(),
}
CANARY = re.compile(r"canary[-a-z0-9]*", re.IGNORECASE)


def may_see(role: str, canary: str) -> bool:
    """Whether a role may meet a canary; one that is not declared is for nobody."""
    return role in SEES[CANARIES.get(canary.lower(), "nobody")]


def canaries_in(text: str) -> set[str]:
    """Return the canaries in `text`, in lower case, each whole."""
    return {found.lower().rstrip("-") for found in CANARY.findall(text)}


def test_hidden_rows_of_every_kind_stand_in_the_sample():
    kinds = {
        Visit,
        Meeting,
        MeetingNote,
        Participant,
        Source,
        Statement,
        Position,
        Commitment,
        AccessNote,
    }
    told = {canary.split("-")[1] for canary in CANARIES}
    assert {model._meta.model_name for model in kinds} <= told
    for audience in ("drafts", "internal", "confidential"):
        assert sum(seen == audience for seen in CANARIES.values()) >= 6


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_with_a_page_that_shows_the_role_nothing_hidden_from_it(role, clients):
    client = clients[role]
    leaks, met, swept = [], set(), 0
    for address in [*list_addresses(), *record_addresses()]:
        response = client.get(address)
        assert response.status_code in {200, 404, 410}, (address, response.status_code)
        swept += 1
        html = response.content.decode()
        assert html.count("<h1>") == html.count("<main") == 1, address
        assert " style=" not in html, address
        assert "<script" not in html, address
        assert "default-src 'none'" in response.headers["Content-Security-Policy"], address
        text = html + "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        # The address itself may name what was asked for: a page that repeats the question tells nothing.
        shown = canaries_in(text) - ({"canary"} if "q=canary" in address else set())
        met |= shown
        leaks += [(address, canary) for canary in sorted(shown) if not may_see(role, canary)]
    assert not leaks
    assert swept >= 470
    # The sweep can only prove an absence where it would have noticed a presence.
    assert bool(met) == any(may_see(role, canary) for canary in CANARIES)


@pytest.mark.parametrize("role", ["anonymous", "outsider", "reader"])
def test_the_public_meets_not_one_canary(role, clients):
    for address in list_addresses():
        assert canaries_in(clients[role].get(address).content.decode()) <= {"canary"}


HIDDEN = [
    ("visit_detail", Visit, "slug"),
    ("visit_positions", Visit, "slug"),
    ("visit_commitments", Visit, "slug"),
    ("visit_sources", Visit, "slug"),
    ("visit_history", Visit, "slug"),
    ("meeting_detail", Meeting, "public_id"),
    ("statement_detail", Statement, "public_id"),
    ("source_detail", Source, "public_id"),
]


@pytest.mark.parametrize(("name", "model", "key"), HIDDEN)
def test_a_hidden_and_a_missing_address_answer_with_the_same_bytes(name, model, key, clients):
    hidden = model._base_manager.exclude(workflow="published", visibility="public").exclude(workflow="withdrawn")
    keys = list(hidden.values_list(key, flat=True))
    assert keys
    missing = clients["anonymous"].get(reverse(name, args=["nothing-of-this-name"]))
    assert missing.status_code == 404
    for value in keys:
        answer = clients["anonymous"].get(reverse(name, args=[value]))
        assert answer.status_code == 404
        assert answer.content == missing.content
        assert dict(answer.headers) == dict(missing.headers)
