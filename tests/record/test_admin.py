"""Django admin: every model opens for those who may, reads through the gate, and costs no query per row."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from visits.models import User

OURS = [model for model in admin.site._registry if model._meta.app_label in {"visits", "statements"}]
FOR_ADMINS_ONLY = {"apitoken", "compartment", "removalrequest", "user"}


def name_of(model, page: str) -> str:
    """Return the address of a page of the admin."""
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"


def test_every_model_of_both_apps_stands_in_the_admin():
    from django.apps import apps

    stored = {
        model
        for label in ("visits", "statements")
        for model in apps.get_app_config(label).get_models()
        if not model.__name__.startswith("Historical")
    }
    # The rows of the first are edited inside their compartment; the index is written by the writes of what it is of;
    # those of the others are met by their own user alone; columns of lists are kept at the desk.
    own = {"Draft", "Presence", "SentForm", "SavedSearch", "ImportRow"}
    others = {"CompartmentMember", "NameWord", "SearchEntry", "ImportMapping"}
    # Invitations are sent at the desk; the audit log is asked there, and verified by a command.
    others |= {"Invitation", "AuditEntry", "AuditSeal"}
    # Who is let into compartments is told at the desk to those who are in.
    others |= {"AccessRequest"}
    # Reports are answered at the desk.
    others |= {"Report"}
    # Sealed names are looked at there, one at a time.
    others |= {"ProtectedName"}
    # Consents are recorded there.
    others |= {"Consent"}
    assert {model.__name__ for model in stored - set(OURS)} == others | own


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_lists_and_forms_open_for_an_admin(model, clients):
    client = clients["admin"]
    listed = client.get(reverse(name_of(model, "changelist")))
    assert listed.status_code == 200
    first = re.search(r'href="([^"]+/change/[^"]*)"', listed.content.decode())
    if first:
        assert client.get(first.group(1).replace("&amp;", "&")).status_code == 200
    if admin.site._registry[model].has_add_permission(_request(User(role="admin", is_active=True))):
        assert client.get(reverse(name_of(model, "add"))).status_code == 200


def _request(user):
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user = user
    return request


@pytest.mark.parametrize("role", ["anonymous", "outsider", "reader", "member"])
def test_nobody_below_editor_enters(role, clients):
    for model in OURS:
        response = clients[role].get(reverse(name_of(model, "changelist")))
        assert response.status_code == 302
        assert "/admin/login/" in response.headers["Location"] or "/accounts/login/" in response.headers["Location"]


def test_editors_do_not_reach_users_and_compartments(clients):
    for model in OURS:
        response = clients["editor"].get(reverse(name_of(model, "changelist")))
        assert response.status_code == (403 if model._meta.model_name in FOR_ADMINS_ONLY else 200), model


def test_nothing_is_deleted(clients):
    from visits.models import Visit

    visit = Visit.objects.get(slug="cambodia-2022-08")
    response = clients["admin"].post(reverse("admin:visits_visit_delete", args=[visit.pk]), {"post": "yes"})
    assert response.status_code == 403
    assert Visit.objects.filter(pk=visit.pk).exists()


def test_two_editors_cannot_overwrite_each_other_and_typed_words_stay(clients):
    from visits.models import Person

    person = Person.objects.get(slug="hun-sen")
    address = reverse("admin:visits_person_change", args=[person.pk])
    form = clients["editor"].get(address).context["adminform"].form
    data = {
        "name": "First",
        "slug": person.slug,
        "note": "typed by the second",
        "version_read": form.initial.get("version_read", person.version),
    }
    for prefix in ("names", "offices"):
        data |= {f"{prefix}-{key}": "0" for key in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    data["version_read"] = person.version
    first = clients["editor"].post(address, data)
    assert first.status_code == 302, first.context["adminform"].form.errors if first.context else first
    second = clients["reviewer"].post(address, data | {"name": "Second"})
    assert second.status_code == 409
    assert "Somebody else has changed this record" in second.content.decode()
    assert "typed by the second" in second.content.decode()
    person.refresh_from_db()
    assert person.name == "First"


def test_workflow_is_read_only_in_the_form_and_changed_by_the_actions_of_the_list(clients, people):
    from statements.models import Statement

    draft = Statement.objects.visible_to(people.reviewer).filter(workflow="draft").first()
    address = reverse("admin:statements_statement_changelist")
    form = clients["reviewer"].get(reverse("admin:statements_statement_change", args=[draft.pk]))
    assert 'name="workflow"' not in form.content.decode()
    clients["reviewer"].post(address, {"action": "submit", "_selected_action": [draft.pk]})
    draft.refresh_from_db()
    assert draft.workflow == "in_review"


def test_admin_asks_for_the_account_like_everything_else(db):
    assert Client().get("/admin/login/?next=/admin/").headers["Location"] == "/accounts/login/?next=/admin/"
