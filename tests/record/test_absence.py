"""Whatever is hidden in the sample is absent for those who may not see it, on every address, for every role."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse

from statements.models import (
    Commitment,
    Position,
    Statement,
    StatementSpeaker,
    StatementText,
    Topic,
)
from statements.seed.hidden import AUDIENCES, CANARIES, KINDS, MAIN_KINDS, STATES, WITHDRAWN_NOTE, canary
from tests.record.addresses import TABS, list_addresses, record_addresses
from tests.record.conftest import ROLES
from tests.scripts import scripts_of
from visits.models import (
    AccessNote,
    Meeting,
    MeetingNote,
    Organisation,
    Participant,
    Person,
    Source,
    Visit,
)

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


MODELS: dict[str, type[models.Model]] = {
    model._meta.model_name: model
    for model in (
        Visit,
        Meeting,
        Participant,
        MeetingNote,
        Source,
        Statement,
        Position,
        Commitment,
        AccessNote,
        Person,
        Organisation,
        Topic,
    )
}
# The words of a statement stand in its parts as well.
PARTS = {"statement": (StatementText, StatementSpeaker)}


def rows_holding(word: str) -> models.QuerySet[Any]:
    """Return the rows of the kind that a canary names in whose text, or that of their parts, it stands."""
    kind = word.split("-")[1]
    model = MODELS[kind]

    def holds(of: type[models.Model]) -> Q:
        condition = Q(pk__in=[])
        for field in of._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField):
                condition |= Q(**{f"{field.name}__contains": word})
        return condition

    found = set(model._base_manager.filter(holds(model)).values_list("pk", flat=True))
    for part in PARTS.get(kind, ()):
        found |= set(part._base_manager.filter(holds(part)).values_list(f"{kind}_id", flat=True))
    return model._default_manager.filter(pk__in=found)


def test_hidden_rows_of_every_kind_and_audience_stand_in_the_database(db):
    assert set(KINDS) == set(MODELS)
    expected = {canary(kind, audience) for kind in KINDS for audience in AUDIENCES}
    expected |= {canary(kind, state) for kind in MAIN_KINDS for state in STATES}
    assert expected <= set(CANARIES)
    assert [word for word in CANARIES if not rows_holding(word).exists()] == []


@pytest.mark.parametrize("kind", sorted(MODELS))
def test_the_gate_opens_each_hidden_row_to_those_who_may_see_it_and_to_nobody_else(kind, people):
    wrong = [
        (word, role)
        for word in CANARIES
        if word.split("-")[1] == kind
        for role in ROLES
        if rows_holding(word).visible_to(getattr(people, role)).exists() is not may_see(role, word)
    ]
    assert wrong == []


@pytest.mark.parametrize("state", sorted(STATES))
@pytest.mark.parametrize("kind", MAIN_KINDS)
def test_only_the_workflow_keeps_some_rows_from_the_public(kind, state, people):
    row = rows_holding(canary(kind, state)).get()
    assert (row.workflow, row.visibility) == (state, "public")
    rows = type(row).objects.filter(pk=row.pk)
    assert not rows.visible_to(people.anonymous).exists()
    # A source is found through what cites it: its statement is published with it.
    rows.update(workflow="published")
    Statement.objects.filter(citations__source__in=rows.values("pk") if kind == "source" else []).update(
        workflow="published"
    )
    assert rows.visible_to(people.anonymous).exists()


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_with_a_page_that_shows_the_role_nothing_hidden_from_it(role, clients):
    client = clients[role]
    leaks, met, swept, files = [], set(), 0, 0
    for address in [*list_addresses(), *record_addresses()]:
        response = client.get(address)
        # A briefing on a topic that nobody has is refused; pages say that nothing fits.
        answers = {400} if ".html?" in address and "topic=canary" in address else {200, 404, 410}
        assert response.status_code in answers, (address, response.status_code)
        swept += 1
        html = response.content.decode()
        if response.headers["Content-Type"].startswith("text/html"):
            assert html.count("<h1>") == html.count("<main") == 1, address
            assert " style=" not in html, address
            # A briefing is paper: it has no interface.
            on_paper = "/briefing.html" in address and response.status_code == 200
            scripts = ["suggest"] if role == "anonymous" else ["suggest", "idle"]
            assert scripts_of(html) == ([] if on_paper else scripts), address
        else:
            assert "/cite." in address
            files += 1
        assert "default-src 'none'" in response.headers["Content-Security-Policy"], address
        text = html + "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        # The address itself may name what was asked for: a page that repeats the question tells nothing.
        shown = canaries_in(text) - ({"canary"} if "canary" in address else set())
        met |= shown
        leaks += [(address, canary) for canary in sorted(shown) if not may_see(role, canary)]
    assert not leaks
    assert swept >= 650
    assert files >= 100
    # The sweep can only prove an absence where it would have noticed a presence: whoever may see a hidden row meets
    # it somewhere. Every kind of row has a page on which it shows, so none is left out.
    assert met == {word for word in CANARIES if may_see(role, word)}


@pytest.mark.parametrize("role", ["anonymous", "outsider", "reader"])
def test_the_public_meets_not_one_canary(role, clients):
    for address in list_addresses():
        assert canaries_in(clients[role].get(address).content.decode()) <= {"canary"}


ADDRESSES = [
    *((name, Visit, "slug") for name in TABS),
    ("meeting_detail", Meeting, "public_id"),
    ("statement_detail", Statement, "public_id"),
    ("source_detail", Source, "public_id"),
    ("person_detail", Person, "slug"),
    ("organisation_detail", Organisation, "slug"),
    ("topic_detail", Topic, "slug"),
]


@pytest.mark.parametrize(("name", "model", "key"), ADDRESSES)
def test_a_hidden_and_a_missing_address_answer_with_the_same_bytes(name, model, key, clients):
    anonymous = AnonymousUser()
    hidden = model._default_manager.exclude(pk__in=model._default_manager.visible_to(anonymous).values("pk"))
    if issubclass(model, Visit | Meeting | Statement | Source):
        hidden = hidden.exclude(pk__in=model._default_manager.withdrawn_for_everybody(anonymous).values("pk"))
    keys = list(hidden.values_list(key, flat=True))
    assert len(keys) >= len(AUDIENCES)
    missing = clients["anonymous"].get(reverse(name, args=["nothing-of-this-name"]))
    assert missing.status_code == 404
    for value in keys:
        answer = clients["anonymous"].get(reverse(name, args=[value]))
        assert answer.status_code == 404, value
        assert answer.content == missing.content
        assert dict(answer.headers) == dict(missing.headers)


@pytest.mark.parametrize(("name", "kind", "key"), [(name, model, key) for name, model, key in ADDRESSES[:7]])
def test_of_a_withdrawn_record_the_note_remains_and_nothing_else(name, kind, key, clients):
    row = rows_holding(canary(kind._meta.model_name, "withdrawn")).get()
    answer = clients["anonymous"].get(reverse(name, args=[getattr(row, key)]))
    assert answer.status_code == 410
    html = answer.content.decode()
    assert WITHDRAWN_NOTE in html
    assert canaries_in(html) == set()


RECORDS = (Visit, Meeting, MeetingNote, Source, Statement, Position, Commitment, AccessNote)


def public_addresses(client) -> list[str]:
    """Return lists, every choice of every filter, and the pages beside which hidden rows stand."""
    visits = reverse("visit_list")
    choices = re.findall(r'href="(\?[^"]*)"', client.get(visits).content.decode())
    found = [*list_addresses(), *(visits + query.replace("&amp;", "&") for query in choices)]
    found += [reverse(name, args=[slug]) for name in TABS for slug in ("cambodia-2022-08", "example-working-group")]
    found += [row.get_absolute_url() for row in Meeting.objects.filter(visit__slug="example-working-group")]
    found += [row.get_absolute_url() for row in Statement.objects.filter(visit__slug="example-working-group")]
    found += [row.get_absolute_url() for row in Source.objects.filter(title__startswith="Example: news from")]
    found += [reverse("country_detail", args=["khm"]), reverse("mandate_detail", args=["cambodia"])]
    found += [reverse("country_detail", args=["lka"]), reverse("mandate_detail", args=["example-fair-markets"])]
    found += [reverse("organisation_detail", args=["royal-government-of-cambodia"])]
    found += [reverse("topic_detail", args=["economic-justice"]), reverse("person_detail", args=["diego-exemplar"])]
    return list(dict.fromkeys(found))


def test_public_bytes_are_the_same_whether_hidden_rows_exist_or_not(clients):
    client = clients["anonymous"]
    withdrawn = {row.get_absolute_url() for model in (Meeting, Statement, Source)
                 for row in model.objects.filter(workflow="withdrawn")}  # fmt: skip
    addresses = [address for address in public_addresses(client) if address not in withdrawn]
    assert len(addresses) >= 120

    def read() -> dict[str, tuple[int, bytes, dict[str, str]]]:
        answers = ((address, client.get(address)) for address in addresses)
        return {address: (got.status_code, got.content, dict(got.headers)) for address, got in answers}

    before = read()
    gone = 0
    for model in RECORDS:
        public = model._base_manager.filter(workflow="published", visibility="public")
        gone += model._base_manager.exclude(pk__in=public.values("pk")).update(workflow="removed")
    assert gone >= 36
    after = read()
    assert [address for address in addresses if before[address] != after[address]] == []
    # It would have been noticed: what the member sees has changed.
    shown = clients["member"].get(reverse("visit_detail", args=["example-working-group"])).content.decode()
    assert canary("statement", "internal", 3) not in shown


@pytest.mark.parametrize("role", ROLES)
def test_the_search_box_suggests_to_nobody_what_is_hidden_from_them(role, clients):
    met = set()
    for typed in ("canary", "canary person", "canary topic", "canary visit", "can", "example can"):
        answer = clients[role].get(reverse("suggest"), {"q": typed}).content.decode()
        met |= canaries_in(answer)
    assert {word for word in met if not may_see(role, word)} == set()
    # Whoever may see hidden rows is suggested some of them.
    assert bool(met) is any(may_see(role, word) for word in CANARIES)
