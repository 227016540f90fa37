"""Compartments at the desk: who is in names others; two persons let in in an emergency, and it ends by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.cast import Cast, signed_in
from visits import compartment_actions as actions
from visits.compartments import Compartments, key_of, sign_of
from visits.models import AccessRequest, AuditEntry, AuditKind, Compartment, CompartmentMember, Meeting

pytestmark = pytest.mark.django_db
PAGE = "/desk/compartments/"


def page(person) -> str:
    return " ".join(signed_in(person).get(PAGE).content.decode().split())


def post(person, name: str, key: str, **fields):
    return signed_in(person).post(reverse(f"desk_compartment_{name}", args=[key]), fields)


@pytest.fixture
def room(people: Cast):
    """Return a compartment of the editor, with a meeting in it."""
    visit = make.visit()
    within = make.compartment(visit=visit, name="Room of few", members=(people.editor,))
    make.meeting(visit=visit, title="Closed meeting", **make.confidential(within))
    return within


def sees(person) -> bool:
    return Meeting.objects.visible_to(person).filter(title="Closed meeting").exists()


def test_who_makes_a_compartment_is_in_it_alone_and_names_others(people: Cast) -> None:
    visit = make.visit()
    signed_in(people.editor).post(PAGE, {"name": "A room", "visit": visit.slug})
    row = Compartment.objects.get(name="A room")
    assert [one.user for one in row.memberships.all()] == [people.editor] and row.visit == visit
    post(people.editor, "name", key_of(row), user=people.reviewer.username)
    html = page(people.reviewer)
    assert "A room" in html and people.editor.username in html and visit.title in html
    assert "A room" not in page(make.user(role="reviewer"))
    post(people.editor, "name", key_of(row), user=people.reader.username)
    assert row.memberships.count() == 2


@pytest.mark.parametrize("of_a_visit", [True, False])
def test_a_name_that_a_hidden_compartment_has_is_taken_like_any_other(people: Cast, of_a_visit: bool) -> None:
    visit = make.visit() if of_a_visit else None
    make.compartment(visit=visit, name="Witnesses", members=(people.editor,))
    sent = {"name": "Witnesses", "visit": visit.slug if visit else ""}
    assert signed_in(people.reviewer).post(PAGE, sent).status_code == 302
    assert Compartment.objects.filter(name="Witnesses", visit=visit).count() == 2
    assert signed_in(people.reviewer).post(PAGE, sent).status_code == 400


def test_of_two_with_one_name_a_form_knows_which_is_meant(people: Cast) -> None:
    rooms = [make.compartment(name="Witnesses", members=(people.editor,)) for _ in range(2)]
    assert [row.pk for row in Compartments(people.editor).rows.values()] == [row.pk for row in rooms]


def test_a_name_twice_in_a_visit_is_told_in_the_form(people: Cast, room: Compartment) -> None:
    answer = signed_in(people.editor).post(PAGE, {"name": room.name, "visit": room.visit.slug})
    assert answer.status_code == 400 and Compartment.objects.filter(name=room.name).count() == 1


@pytest.mark.parametrize("who", ["member", "reviewer", "admin"])
def test_who_is_not_in_names_nobody_and_cannot_tell_that_there_is_one(
    people: Cast, room: Compartment, who: str
) -> None:
    person = people.named(who)
    for key in (key_of(room), "nosuchcompartment"):
        answer = post(person, "name", key, user=people.admin.username)
        assert answer.status_code == (403 if who == "member" else 404)
    with pytest.raises(ValidationError if who != "member" else Exception):
        actions.name_in(compartment=room, user=make.user(role="member"), by=person)
    assert not sees(person) and room.memberships.count() == 1


def test_it_opens_until_the_last_day_is_over_and_the_row_stays(people: Cast, room: Compartment) -> None:
    tomorrow = timezone.now().date() + timedelta(days=1)
    post(people.editor, "name", key_of(room), user=people.member.username, last_day=tomorrow.isoformat())
    member = CompartmentMember.objects.get(user=people.member)
    assert member.ends_at.date() == tomorrow + timedelta(days=1) and sees(people.member)
    CompartmentMember.objects.filter(pk=member.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    assert not sees(people.member)
    assert "was in until" in page(people.editor)
    post(people.editor, "name", key_of(room), user=people.member.username, last_day="2020-01-01")
    assert not sees(people.member)
    post(people.editor, "name", key_of(room), user=people.member.username)
    assert sees(people.member)


def test_who_is_taken_out_sees_nothing_more_and_somebody_stays_in(people: Cast, room: Compartment) -> None:
    post(people.editor, "out", key_of(room), user=people.editor.username)
    assert sees(people.editor)
    actions.name_in(compartment=room, user=people.reviewer, by=people.editor)
    post(people.reviewer, "out", key_of(room), user=people.editor.username)
    assert not sees(people.editor) and sees(people.reviewer)
    assert post(people.editor, "out", key_of(room), user=people.reviewer.username).status_code == 404
    assert post(people.reviewer, "out", key_of(room), user=people.member.username).status_code == 404


def test_an_admin_sees_who_is_in_and_nothing_of_what_is_inside(people: Cast, room: Compartment) -> None:
    html = page(people.admin)
    assert sign_of(room) in html and people.editor.username in html
    # A name tells what is inside as a text does, in the administration too.
    listed = signed_in(people.admin).get(reverse("admin:visits_compartment_changelist")).content.decode()
    assert "Room of few" not in html + listed and "Room of few" in page(people.editor)
    # The visit is public, and a choice for a new compartment; with this one it is not told.
    assert html.count(room.visit.title) == html.count(f'value="{room.visit.slug}"') == 1
    assert "Closed meeting" not in html


def test_two_persons_let_in_for_hours_and_each_step_is_logged(people: Cast, room: Compartment) -> None:
    post(people.admin, "ask", key_of(room), reason="The editor was arrested.", hours=4)
    asked = AccessRequest.objects.get()
    answer = reverse("desk_compartment_answer", args=[asked.public_id])
    signed_in(people.admin).post(answer, {"answer": "grant"})
    assert not sees(people.admin)
    outside = make.user(role="reviewer")
    assert "arrested" not in page(outside)
    assert signed_in(outside).post(answer, {"answer": "grant"}).status_code == 404
    told = page(make.user(role="admin"))
    assert "The editor was arrested." in told and sign_of(room) in told and "Room of few" not in told
    assert "The editor was arrested." in page(people.editor)
    signed_in(make.user(role="admin")).post(answer, {"answer": "grant"})
    assert sees(people.admin)
    member = CompartmentMember.objects.get(user=people.admin)
    assert timedelta(hours=3, minutes=59) < member.ends_at - timezone.now() <= timedelta(hours=4)
    # Who is let in for hours lets nobody in.
    with pytest.raises(ValidationError):
        actions.name_in(compartment=room, user=people.member, by=people.admin)
    told = AuditEntry.objects.filter(kind=AuditKind.GLASS, row=room.pk).order_by("pk").values_list("detail", flat=True)
    assert list(told) == [f"asked {people.admin.pk}, 4 h", f"granted {people.admin.pk}, 4 h"]
    assert AuditEntry.objects.filter(kind=AuditKind.MEMBER, row=room.pk, detail=f"named {people.admin.pk}").exists()
    assert "was let in on" in page(people.editor)
    CompartmentMember.objects.filter(pk=member.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    assert not sees(people.admin)


def test_a_request_is_declined_taken_back_or_answered_once(people: Cast, room: Compartment) -> None:
    for person in (people.editor, people.admin):
        asked = actions.ask_access(compartment=room, by=people.admin, reason="x", hours=1)
        with pytest.raises(ValidationError):
            actions.ask_access(compartment=room, by=people.admin, reason="x", hours=1)
        signed_in(person).post(reverse("desk_compartment_answer", args=[asked.public_id]), {"answer": "decline"})
        with pytest.raises(ValidationError):
            actions.grant_access(request=asked, by=people.editor)
    assert not sees(people.admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessRequest.objects.filter(pk=asked.pk).update(
            declined_at=None, granted_at=timezone.now(), second=people.admin
        )


def test_only_admins_ask_and_words_and_hours_are_needed(people: Cast, room: Compartment) -> None:
    assert post(people.reviewer, "ask", key_of(room), reason="x", hours=1).status_code == 403
    for fields in ({"reason": " ", "hours": 1}, {"reason": "x", "hours": 9999}):
        post(people.admin, "ask", key_of(room), **fields)
    assert not AccessRequest.objects.exists()


def test_who_lost_the_role_meanwhile_is_not_let_in(people: Cast, room: Compartment) -> None:
    asking = make.user(role="admin")
    asked = actions.ask_access(compartment=room, by=asking, reason="x", hours=1)
    asking.role = "member"
    asking.save()
    signed_in(people.admin).post(reverse("desk_compartment_answer", args=[asked.public_id]), {"answer": "grant"})
    assert not sees(asking)


def test_the_page_costs_the_same_with_more_rooms(people: Cast, room: Compartment) -> None:
    client, counts = signed_in(people.editor), []
    client.get(PAGE)
    for more in (0, 2):
        for _one in range(more):
            make.compartment(members=(people.editor, people.reviewer))
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_administration_names_nobody(people: Cast, room: Compartment) -> None:
    client = signed_in(people.admin)
    assert client.get(reverse("admin:visits_compartment_add")).status_code == 403
    address = reverse("admin:visits_compartment_change", args=[room.pk])
    stranger = make.user(role="reviewer")
    sent = {
        "name": room.name, "visit": room.visit.pk, "version_read": room.version,
        "memberships-TOTAL_FORMS": 2, "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": room.memberships.get().pk, "memberships-0-compartment": room.pk,
        "memberships-1-user": stranger.pk, "memberships-1-compartment": room.pk,
    }  # fmt: skip
    # To an admin who is not in it is not there.
    assert client.get(address).status_code == client.post(address, sent).status_code == 302
    assert [one.user for one in room.memberships.all()] == [people.editor] and not sees(people.admin)
    actions.name_in(compartment=room, user=people.admin, by=people.editor)
    assert people.editor.username in client.get(address).content.decode()
    client.post(address, sent)
    assert {one.user for one in room.memberships.all()} == {people.editor, people.admin}
