"""The admin tells nobody by a slug, an old address or a name that a hidden row has it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from statements.models import Topic
from tests import factories as make
from tests.admin_form import AdminForm
from tests.admin_rows import address_of
from tests.cast import Cast, again, signed_in
from visits.models import Organisation, Person, Visit

pytestmark = pytest.mark.django_db

_TITLES = {Visit: "title"}


def hidden(model: type[Model], people: Cast) -> Any:
    """Return a row of a model that the editor does not see."""
    within = make.compartment(members=(people.reviewer,))
    if model is Visit:
        return make.visit(slug="taken", title="Taken", **make.confidential(within))
    row = {Person: make.person, Organisation: make.organisation, Topic: make.topic}[model](slug="taken", name="Taken")
    visit = make.visit(**make.confidential(within))
    if model is Topic:
        make.statement(visit=visit, topics=(row,), **make.confidential(within))
    elif model is Person:
        make.participant(meeting=make.meeting(visit=visit, **make.confidential(within)), person=row)
    else:
        make.participant(meeting=make.meeting(visit=visit, **make.confidential(within)), organisation=row)
    assert not model.objects.visible_to(people.editor).filter(pk=row.pk).exists()
    return row


def form_of(client: Client, page: str) -> dict[str, Any]:
    return AdminForm(client.get(page).content.decode()).data


@pytest.mark.parametrize("model", [Person, Organisation, Topic, Visit])
def test_the_slug_of_a_hidden_row_is_taken_like_any_other(people: Cast, model: type[Any]) -> None:
    hidden(model, people)
    client, add, name = signed_in(people.editor), address_of(model, "add"), _TITLES.get(model, "name")
    form = form_of(client, add)
    assert "slug" not in form
    made = []
    for typed in ("taken", "free"):
        known = set(model._base_manager.values_list("pk", flat=True))
        answer = client.post(add, form | {name: typed.capitalize(), "slug": typed, "side": "government"})
        assert answer.status_code == 302, answer.context["errors"]
        made.append(model._base_manager.exclude(pk__in=known).get().slug)
    assert re.fullmatch(r"taken-\w{6}", made[0]) and re.fullmatch(r"free-\w{6}", made[1])


@pytest.mark.parametrize("model", [Person, Organisation, Topic, Visit])
def test_a_slug_is_shown_and_no_longer_typed(people: Cast, model: type[Any]) -> None:
    row = {Person: make.person, Organisation: make.organisation, Topic: make.topic, Visit: make.visit}[model]()
    client, page = signed_in(people.reviewer), address_of(model, "change", row.pk)
    assert row.slug in client.get(page).content.decode()
    form, slug = form_of(client, page), row.slug
    assert "slug" not in form
    for typed in (hidden(model, people).slug, "free"):
        assert client.post(page, form | {"slug": typed}).status_code == 302
        assert again(row).slug == slug


@pytest.mark.parametrize(
    ("model", "parts", "typed"),
    [
        (Person, "names", {"text": "Another Name", "kind": "short"}),
        (Person, "offices", {"title": "Minister", "side": "government"}),
        (Topic, "aliases", {"text": "another word"}),
        (Visit, "deadlines", {"what": "answer", "due": "2031-01-01"}),
        (Visit, "steps", {"kind": "announced", "date": "2020-01"}),
    ],
)
@pytest.mark.parametrize("new", [True, False])
def test_parts_are_entered_with_a_row_and_after_it(
    people: Cast, model: type[Any], parts: str, typed: dict[str, str], new: bool
) -> None:
    row = {Person: make.person, Topic: make.topic, Visit: make.visit}[model]()
    client, name = signed_in(people.reviewer), _TITLES.get(model, "name")
    page = address_of(model, "add") if new else address_of(model, "change", row.pk)
    form = form_of(client, page)
    number = int(form[f"{parts}-TOTAL_FORMS"])
    one_more = {
        key.replace("__prefix__", str(number)): value
        for key, value in form.items()
        if key.startswith(f"{parts}-__prefix__-")
    }
    one_more |= {f"{parts}-{number}-{field}": value for field, value in typed.items()}
    related = model._meta.get_field(parts).related_model
    before = related._base_manager.count()
    answer = client.post(page, form | {name: "Called so"} | one_more | {f"{parts}-TOTAL_FORMS": str(number + 1)})
    assert answer.status_code == 302, answer.context["errors"]
    assert related._base_manager.count() == before + 1
