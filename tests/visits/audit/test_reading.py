"""What is logged of reading, of files, of signing in and of changes; and who is stopped."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.cast import Cast, signed_in
from tests.second_factor import PASSWORD, code_of, signed_in_by_password, with_password
from visits import actions
from visits.audit.log import note_rows
from visits.audit.who_saw import entries_about, readers_of, rows_naming
from visits.choices import Visibility, Workflow
from visits.models import AuditEntry, AuditKind, CompartmentMember
from visits.token_actions import make_token, revoke_token
from visits.views.audit import address_of

pytestmark = pytest.mark.django_db


def logged(kind: AuditKind) -> list[tuple]:
    return list(AuditEntry.objects.filter(kind=kind).order_by("pk").values_list("by", "row_kind", "row", "detail"))


@pytest.fixture
def closed(people: Cast):
    """Return a confidential meeting of a public visit, open to the member alone, with somebody taking part in it."""
    # Numbers of people come again from test to test, and what is open to them is kept for seconds.
    cache.clear()
    visit = make.visit(**make.published())
    within = make.compartment(visit=visit, members=(people.member,))
    meeting = make.meeting(visit=visit, **make.confidential(within))
    make.participant(meeting=meeting, person=make.person(name="Somebody Endangered", private=True))
    return meeting


def test_a_confidential_row_is_logged_for_whoever_may_read_it_and_for_nobody_else(people, closed):
    visit = closed.visit
    for role in ("anonymous", "reader", "member", "editor", "admin"):
        signed_in(getattr(people, role)).get(reverse("visit_detail", args=[visit.slug]))
    read = {(by, kind, row) for by, kind, row, _detail in logged(AuditKind.READ)}
    assert (people.member.pk, "visits.meeting", closed.pk) in read
    assert {by for by, _kind, _row in read} == {people.member.pk}


def test_a_row_that_is_not_confidential_is_not_logged(people, closed):
    signed_in(people.member).get(reverse("country_list"))
    assert logged(AuditKind.READ) == []


def test_who_was_taken_out_of_the_compartment_reads_nothing_and_is_not_logged(people, closed):
    CompartmentMember.objects.all().delete()
    signed_in(people.member).get(reverse("visit_detail", args=[closed.visit.slug]))
    assert logged(AuditKind.READ) == []


def test_files_are_logged_for_those_who_are_signed_in(people, closed):
    address = reverse("visit_export", args=["csv"])
    b"".join(Client().get(address).streaming_content)
    b"".join(signed_in(people.reader).get(address).streaming_content)
    assert [(by, detail) for by, _kind, _row, detail in logged(AuditKind.TAKEN)] == [(people.reader.pk, "csv")]


def test_what_a_stream_holds_is_logged_with_each_piece(people):
    visit = make.visit()
    within = make.compartment(visit=visit, members=(people.member,))
    hidden = make.visit(**make.confidential(make.compartment(members=(people.member,))))
    answer = signed_in(people.member).get(reverse("visit_export", args=["csv"]))
    body = b"".join(answer.streaming_content)
    assert hidden.slug.encode() in body
    assert within.visit_id != hidden.pk
    assert (people.member.pk, "visits.visit", hidden.pk, "") in logged(AuditKind.READ)


def test_signing_in_and_out_is_logged_and_so_is_a_refusal_without_what_was_typed(people):
    people.editor.set_password("the right one")
    people.editor.save()
    client, way_in = Client(), reverse("account_login")
    client.post(way_in, {"login": people.editor.username, "password": "a wrong one"})
    client.post(way_in, {"login": people.editor.username.upper(), "password": "another wrong one"})
    client.post(way_in, {"login": "nobody-here", "password": "secret-typed"})
    client.post(way_in, {"login": people.editor.username, "password": "the right one"})
    client.post(reverse("account_logout"))
    assert [row[0] for row in logged(AuditKind.REFUSED)] == [people.editor.pk, people.editor.pk, None]
    assert [row[0] for row in logged(AuditKind.SIGNED_IN)] == [people.editor.pk]
    assert [row[0] for row in logged(AuditKind.SIGNED_OUT)] == [people.editor.pk]
    assert not [entry for entry in AuditEntry.objects.values_list() if "typed" in str(entry) or "nobody" in str(entry)]


@pytest.mark.django_db(transaction=True)
def test_changes_of_ways_in_and_wrong_codes_are_logged(people):
    cache.clear()
    member = with_password(people.member)
    client = signed_in_by_password(member)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    html = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = html.partition("<code>")[2].partition("</code>")[0]
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    other = signed_in_by_password(member)
    other.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_deactivate_totp"))
    own = ("visits.user", member.pk)
    changed = logged(AuditKind.FACTOR)
    assert {row[:3] for row in changed} == {(member.pk, *own)}
    assert {row[3] for row in changed} == {
        "totp added", "recovery_codes added", "totp removed", "recovery_codes removed",
    }  # fmt: skip
    assert logged(AuditKind.REFUSED) == [(member.pk, "", None, "second factor")]
    new = "quite another long one"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert logged(AuditKind.ROLE)[-1] == (member.pk, *own, "password changed")
    cache.clear()


def test_making_and_revoking_a_token_is_logged(people):
    token, _secret = make_token(by=people.editor, name="a program")
    revoke_token(token=token, by=people.admin)
    revoke_token(token=token, by=people.admin)
    own = ("visits.user", people.editor.pk)
    assert logged(AuditKind.ROLE)[-2:] == [
        (people.editor.pk, *own, "token made"),
        (people.admin.pk, *own, "token revoked"),
    ]


def test_changes_of_role_and_visibility_and_publication_are_logged_with_both_values(people):
    source = make.source(workflow=Workflow.DRAFT, visibility=Visibility.INTERNAL)
    source.refresh_from_db()
    again = type(source).objects.get(pk=source.pk)
    again.visibility = Visibility.PUBLIC
    actions.save_record(record=again, by=people.reviewer) if hasattr(actions, "save_record") else again.save()
    assert logged(AuditKind.SEEN_BY)[-1][1:] == ("visits.source", source.pk, "visibility internal>public")
    person = type(people.reader).objects.get(pk=people.reader.pk)
    person.role = "editor"
    person.save()
    assert logged(AuditKind.ROLE)[-1][1:] == ("visits.user", person.pk, "role reader>editor")
    person.save()
    assert len([row for row in logged(AuditKind.ROLE) if row[2] == person.pk and ">editor" in row[3]]) == 1


def test_being_named_in_a_compartment_and_taken_out_is_logged(people):
    within = make.compartment(members=(people.reader,))
    CompartmentMember.objects.get(compartment=within).delete()
    told = [(kind, row, detail) for _by, kind, row, detail in logged(AuditKind.MEMBER)]
    assert told == [
        ("visits.compartment", within.pk, f"named {people.reader.pk}"),
        ("visits.compartment", within.pk, f"taken out {people.reader.pk}"),
    ]
    people.reader.refresh_from_db()
    assert people.reader.ever_named


def test_whoever_reads_too_much_is_stopped_for_an_hour_and_told_of(people, closed, settings, time_machine):
    settings.MOST_READ_PER_HOUR = {"member": 1}
    settings.ADMINS = [("", "admin@example.org")]
    settings.SERVER_EMAIL = "site@example.org"
    other = make.meeting(visit=closed.visit, **make.confidential(closed.compartment))
    client = signed_in(people.member)
    address = reverse("visit_detail", args=[closed.visit.slug])
    for _again in range(2):
        answer = client.get(address)
        assert answer.status_code == 429
        assert closed.title not in answer.content.decode()
        assert other.title not in answer.content.decode()
    assert client.get(reverse("country_list")).status_code == 200
    assert len(mail.outbox) == 1
    assert "Endangered" not in mail.outbox[0].body
    assert len(logged(AuditKind.STOPPED)) == 1


def test_who_saw_somebodys_data_is_told_by_person_and_page(people, closed):
    person = closed.participants.get().person
    client = signed_in(people.member)
    address = reverse("meeting_detail", args=[closed.public_id])
    client.get(address)
    client.get(address)
    (told,) = [one for one in readers_of(person, closed.created_at.date()) if one.place == "meeting_detail"]
    assert (told.by, told.times) == (people.member.pk, 4)
    assert rows_naming(person)["visits.meeting"] == {closed.pk}
    assert readers_of(make.person(), closed.created_at.date()) == []


def test_the_page_of_it_is_for_admins_and_tells_no_contents(people, closed):
    person = make.person(name="Somebody Known")
    make.participant(meeting=closed, person=person)
    make.participant(meeting=make.meeting(visit=closed.visit, **make.published()), person=person)
    signed_in(people.member).get(reverse("meeting_detail", args=[closed.public_id]))
    address = reverse("who_saw")
    for role in ("reader", "member", "editor", "reviewer"):
        assert signed_in(getattr(people, role)).get(address).status_code == 403
    body = signed_in(people.admin).get(address, {"person": person.slug, "since": "2020-01-01"}).content.decode()
    assert people.member.username in body
    assert "<td>/meetings/…/</td>" in body
    assert closed.title not in body
    assert closed.public_id not in body
    empty = signed_in(people.admin).get(address, {"person": person.slug, "since": "2999-01-01"}).content.decode()
    assert "Nobody has read" in empty


@pytest.mark.parametrize(
    ("place", "address"),
    [
        ("meeting_detail", "/meetings/…/"),
        ("visit_list", "/visits/"),
        ("admin:visits_meeting_change", "/admin/visits/meeting/…/change/"),
        ("a_page_that_was", "a_page_that_was"),
        ("nowhere:a_page_that_was", "nowhere:a_page_that_was"),
        ("", ""),
    ],
)
def test_a_place_of_the_log_is_told_as_an_address(place, address):
    assert address_of(place) == address


def test_the_question_is_answered_by_an_index(people, closed):
    person = closed.participants.get().person
    # Of a log of a few rows any plan will do, and PostgreSQL chose now one and now another.
    others = [("visits.meeting", closed.pk + 1 + number) for number in range(5000)]
    note_rows(AuditKind.READ, by=people.member, rows=others)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE visits_auditentry")
    (entries,) = entries_about(rows_naming(person), closed.created_at.date())
    plan = entries.explain()
    assert "visits_audit_row" in plan
    assert "SCAN visits_auditentry\n" not in f"{plan}\n"
    assert "Seq Scan" not in plan


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "xlsx"])
def test_a_name_that_is_open_by_a_compartment_alone_is_logged_when_it_leaves_in_a_file(people, closed, form):
    hidden = make.person(name="Known To Few")
    make.participant(meeting=closed, person=hidden, named_publicly=True)
    answer = signed_in(people.member).get(reverse("person_export", args=[form]))
    data = b"".join(answer.streaming_content)
    if form == "xlsx":
        data = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert b"Known To Few" in data
    assert (people.member.pk, "visits.person", hidden.pk, "") in logged(AuditKind.READ)
