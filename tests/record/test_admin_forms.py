"""Forms of the admin, posted back as a browser would: nothing lost, nothing shown that is hidden, no bare errors."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from statements.models import Citation, Statement
from statements.seed.hidden import canary
from tests.admin_form import AdminForm
from tests.record.test_absence import canaries_in, may_see
from tests.record.test_admin import FOR_ADMINS_ONLY, OURS, _request, name_of
from visits.models import Compartment, Meeting, MeetingNote, Source, User, Versioned, Visit, VisitStep


def form_of(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return AdminForm(response.content.decode()).data


def change(row):
    return reverse(name_of(type(row), "change"), args=[row.pk])


def fullest(model, request):
    """Return the readable row of `model` with rows in most of its inlines."""
    own = admin.site._registry[model]
    rows = list(own.get_queryset(request)[:6])

    def filled(row):
        inlines = own.get_inline_instances(request, row)
        return sum(
            inline.get_queryset(request).filter(**{inline.get_formset(request, row).fk.name: row}).exists()
            for inline in inlines
        )

    return max(rows, key=filled, default=None) if own.inlines else (rows[0] if rows else None)


@pytest.mark.parametrize("role", ["editor", "admin"])
@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_form_saved_unchanged_is_accepted_and_changes_nothing(model, role, clients, people):
    request = _request(getattr(people, role))
    own = admin.site._registry[model]
    row = fullest(model, request)
    if row is None or not own.has_change_permission(request, row):
        return
    stored = model._base_manager.filter(pk=row.pk).values().get()
    versions = {m: list(m._base_manager.values_list("pk", "version")) for m in OURS if issubclass(m, Versioned)}
    kept = model.history.count() if hasattr(model, "history") else 0
    response = clients[role].post(change(row), form_of(clients[role], change(row)))
    words = response.context["errors"] if response.status_code == 200 else ""
    assert response.status_code == 302, words
    assert model._base_manager.filter(pk=row.pk).values().get() == stored
    assert versions == {m: list(m._base_manager.values_list("pk", "version")) for m in versions}
    assert (model.history.count() if hasattr(model, "history") else 0) == kept


def published_statement(citations=1):
    from django.db.models import Count

    rows = Statement.objects.filter(workflow="published", visibility="public").annotate(n=Count("citations"))
    return rows.filter(n=citations, citations__source__isnull=False).first()


def refused(response, *typed):
    html = response.content.decode()
    assert response.status_code == 200
    assert "errornote" in html
    for words in typed:
        assert words in html
    return html


def test_taking_out_the_last_citation_is_refused_on_the_same_page(clients):
    statement = published_statement()
    data = form_of(clients["reviewer"], change(statement))
    data |= {"citations-0-DELETE": "on", "note": "typed before", "errata-TOTAL_FORMS": "1"}
    data |= {"errata-0-text": "typed in a row", "errata-0-statement": statement.pk}
    html = refused(clients["reviewer"].post(change(statement), data), "typed before", "typed in a row")
    assert "needs a published citation" in html
    statement.refresh_from_db()
    assert statement.note != "typed before"
    assert statement.citations.count() == 1
    assert not statement.errata.filter(text="typed in a row").exists()


def test_the_last_citation_may_be_replaced_in_one_go(clients):
    statement = published_statement()
    data = form_of(clients["reviewer"], change(statement))
    total = int(data["citations-TOTAL_FORMS"])
    data |= {
        "citations-0-DELETE": "on",
        "citations-TOTAL_FORMS": total + 1,
        f"citations-{total}-source": statement.citations.get().source_id,
        f"citations-{total}-role": "primary",
        f"citations-{total}-verdict": "not_held",
        f"citations-{total}-locator": "p. 7",
        f"citations-{total}-statement": statement.pk,
        "citations-0-locator": "old",
    }
    response = clients["reviewer"].post(change(statement), data)
    assert response.status_code == 302, response.context["errors"]
    assert [row.locator for row in statement.citations.all()] == ["p. 7"]


def test_a_source_that_was_not_opened_is_refused_inline_and_by_itself(clients):
    statement = published_statement()
    unopened = Source.objects.filter(consulted=False, visibility="public", workflow="published").first()
    data = form_of(clients["reviewer"], change(statement))
    total = int(data["citations-TOTAL_FORMS"])
    row = {"source": unopened.pk, "role": "primary", "verdict": "not_held", "locator": "typed locator"}
    data |= {f"citations-{total}-{name}": value for name, value in row.items()}
    data |= {"citations-TOTAL_FORMS": total + 1, f"citations-{total}-statement": statement.pk}
    assert "Only sources that were opened" in refused(
        clients["reviewer"].post(change(statement), data), "typed locator"
    )
    address = reverse("admin:statements_citation_add")
    answer = clients["reviewer"].post(address, {"statement": statement.pk, **row})
    assert "Only sources that were opened" in refused(answer, "typed locator")
    assert not Citation.objects.filter(locator="typed locator").exists()


def test_an_editor_who_opens_a_published_internal_visit_reads_why_not(clients):
    visit = Visit.objects.get(slug=canary("visit", "internal"))
    data = form_of(clients["editor"], change(visit)) | {"visibility": "public", "note": "typed before"}
    assert "Your role does not allow this" in refused(clients["editor"].post(change(visit), data), "typed before")
    visit.refresh_from_db()
    assert visit.visibility == "internal"


def test_a_row_changed_and_a_row_added_in_one_save_go_together(clients):
    meeting = Meeting.objects.filter(workflow="published", visibility="public", participants__isnull=False).first()
    data = form_of(clients["reviewer"], change(meeting))
    total = int(data["participants-TOTAL_FORMS"])
    data |= {
        "participants-0-order": "70",
        "participants-TOTAL_FORMS": total + 1,
        f"participants-{total}-order": "71",
        f"participants-{total}-label": "somebody new",
        f"participants-{total}-side": "government",
        f"participants-{total}-meeting": meeting.pk,
        "notes-TOTAL_FORMS": int(data["notes-TOTAL_FORMS"]) + 1,
        f"notes-{data['notes-TOTAL_FORMS']}-text": "a new note",
        f"notes-{data['notes-TOTAL_FORMS']}-visibility": "internal",
        f"notes-{data['notes-TOTAL_FORMS']}-meeting": meeting.pk,
    }
    response = clients["reviewer"].post(change(meeting), data)
    assert response.status_code == 302, response.context["errors"]
    assert meeting.participants.filter(label="somebody new").exists()
    assert MeetingNote.objects.get(text="a new note").author.username == "cast-reviewer"


def test_a_hidden_value_is_said_to_be_closed_and_survives_a_save(clients):
    hidden = Visit.objects.get(slug=canary("visit", "confidential"))
    visit = Visit.objects.get(slug="cambodia-2022-08")
    Visit.objects.filter(pk=visit.pk).update(follows=hidden)
    address = change(visit)
    html = clients["reviewer"].get(address).content.decode()
    assert "not open to you" in html
    assert not canaries_in(html) & {canary("visit", "confidential")}
    data = form_of(clients["reviewer"], address) | {"note": "a change", "follows": ""}
    assert clients["reviewer"].post(address, data).status_code == 302
    visit.refresh_from_db()
    assert (visit.follows_id, visit.note) == (hidden.pk, "a change")


def test_a_hidden_source_of_a_step_is_not_named_on_the_visit_or_the_step(clients):
    hidden = Source.objects.get(title=canary("source", "confidential"))
    visit = Visit.objects.get(slug="cambodia-2022-08")
    step = VisitStep(visit=visit, kind="report", date="2023-09", source=hidden)
    step.save()
    for address in (change(visit), change(step), reverse("admin:visits_visitstep_changelist")):
        for role in ("editor", "reviewer", "admin"):
            html = clients[role].get(address).content.decode()
            assert not canaries_in(html) & {canary("source", "confidential")}
            assert "changelist" in address or "not open to you" in html or address.endswith("visitstep/")


def test_only_compartments_in_which_one_is_named_are_offered(clients):
    visit = Visit.objects.get(slug="cambodia-2022-08")
    for role in ("editor", "admin"):
        html = clients[role].get(change(visit)).content.decode()
        assert 'name="compartment"' in html
        assert not any(row.name in html for row in Compartment.objects.all())


def test_questions_by_address_reach_no_related_row(clients):
    for query in ("visit__title__startswith=can", "visit__purpose__contains=a", "note__startswith=a", "follows=1"):
        assert clients["editor"].get(reverse("admin:statements_statement_changelist") + f"?{query}").status_code == 400
    found = clients["editor"].get(reverse("admin:visits_visit_changelist") + "?q=canary-visit-confidential")
    assert found.context["cl"].result_count == 0


@pytest.mark.parametrize(("role", "least"), [("editor", 300), ("reviewer", 300), ("admin", 300)])
def test_no_page_of_the_admin_shows_what_is_hidden_from_the_role(role, least, clients, people):
    client, request, leaks, swept = clients[role], _request(getattr(people, role)), [], 0

    def look(address):
        response = client.get(address)
        assert response.status_code in {200, 403}, address
        shown = canaries_in(response.content.decode()) - {"canary"}
        leaks.extend((address, word) for word in shown if not may_see(role, word))
        return 1

    for model in OURS:
        own = admin.site._registry[model]
        if model._meta.model_name in FOR_ADMINS_ONLY and role != "admin":
            continue
        swept += look(reverse(name_of(model, "changelist")))
        swept += look(reverse(name_of(model, "changelist")) + "?q=canary") if own.search_fields else 0
        # The rows entered last are the hidden ones and what stands beside them.
        for row in own.get_queryset(request).order_by("-pk")[:4]:
            swept += look(change(row)) + look(reverse(name_of(model, "history"), args=[row.pk]))
        for holder in (own, *own.get_inline_instances(request)):
            for name in holder.get_autocomplete_fields(request):
                given = f"app_label={holder.opts.app_label}&model_name={holder.opts.model_name}&field_name={name}"
                for term in ("", "canary"):
                    swept += look(reverse("admin:autocomplete") + f"?{given}&term={term}")
    assert not leaks
    assert swept >= least


def test_a_withdrawal_asks_for_words_for_the_public(clients):
    statement = published_statement()
    address = reverse("admin:statements_statement_changelist")
    asked = {"action": "withdraw", "_selected_action": [statement.pk]}
    page = clients["reviewer"].post(address, asked)
    assert page.status_code == 200
    assert 'name="note"' in page.content.decode()
    statement.refresh_from_db()
    assert statement.workflow == "published"
    read = {"version_read": f"{statement.pk}:{statement.version}"}
    clients["reviewer"].post(address, asked | read | {"confirmed": "yes", "note": "Entered twice."})
    statement.refresh_from_db()
    assert (statement.workflow, statement.withdrawn_note) == ("withdrawn", "Entered twice.")


def test_a_record_in_review_is_sent_back(clients, people):
    # A statement is sent back at the desk, where its editor is told why: the admin leaves it in review.
    for model, sent_back in ((Source, "draft"), (Statement, "in_review")):
        draft = model.objects.visible_to(people.reviewer).filter(workflow="draft").first()
        address = reverse(name_of(model, "changelist"))
        for action, state in (("submit", "in_review"), ("send_back", sent_back)):
            clients["reviewer"].post(address, {"action": action, "_selected_action": [draft.pk]})
            draft.refresh_from_db()
            assert draft.workflow == state


def test_roles_are_not_raised_and_nobody_becomes_a_superuser(clients, people):
    own = change(people.editor)
    for role in ("editor", "reviewer"):
        assert clients[role].post(own, {"username": "cast-editor", "role": "admin"}).status_code == 403
    data = form_of(clients["admin"], own) | {"is_superuser": "on", "is_staff": "on", "first_name": "Ed"}
    assert clients["admin"].post(own, data).status_code == 302
    stored = User.objects.get(pk=people.editor.pk)
    assert (stored.role, stored.is_superuser, stored.first_name) == ("editor", False, "Ed")
    for model in OURS:
        row = model._base_manager.first()
        if row is not None:
            gone = clients["admin"].post(reverse(name_of(model, "delete"), args=[row.pk]), {"post": "yes"})
            assert gone.status_code in {403, 302}, model
            assert model._base_manager.filter(pk=row.pk).exists()
