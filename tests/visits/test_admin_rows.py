"""Rows edited in a list of the admin, and accounts: what two save at one moment is stored or told, never lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.forms import SetPasswordForm

from tests import factories as make
from tests.admin_form import AdminForm
from tests.admin_rows import signed_in
from visits.choices import MeetingStatus
from visits.models import AuditEntry, Deadline, Meeting, User

pytestmark = pytest.mark.django_db
MEETINGS, DEADLINES = "/admin/visits/meeting/", "/admin/visits/deadline/"


def shown(client: Any, address: str) -> dict[str, Any]:
    """Return what the form of a list would send."""
    return AdminForm(client.get(address).content.decode()).data | {"_save": "Save"}


def of(sent: dict[str, Any], row: Any) -> str:
    """Return the prefix of a row in a list."""
    return next(name for name, value in sent.items() if name.endswith("-id") and value == str(row.pk))[:-2]


def test_rows_are_saved_by_the_actions_with_a_version_each():
    client, meetings = signed_in("editor"), [make.meeting(status="planned", **make.draft()) for _ in range(3)]
    sent = shown(client, MEETINGS)
    for meeting in meetings[:2]:
        sent[f"{of(sent, meeting)}status"] = "held"
    assert client.post(MEETINGS, sent).status_code == 302
    found = [Meeting.objects.get(pk=meeting.pk) for meeting in meetings]
    assert [row.status for row in found] == ["held", "held", "planned"]
    assert [row.version - meeting.version for row, meeting in zip(found, meetings, strict=True)] == [1, 1, 0]


def test_who_comes_late_is_told_and_saves_by_one_more_step():
    late, early = signed_in("editor"), signed_in("reviewer")
    visit = make.visit(**make.draft())
    mine, both, theirs = (make.deadline(due=f"2022-01-0{day}", visit=visit) for day in (1, 2, 3))
    read = shown(late, DEADLINES)
    now = shown(early, DEADLINES)
    now |= {f"{of(now, both)}due": "2023-05", f"{of(now, theirs)}met": "2024"}
    assert early.post(DEADLINES, now).status_code == 302
    sent = read | {f"{of(read, mine)}met": "2022-02", f"{of(read, both)}due": "2023-06"}
    answer = late.post(DEADLINES, sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "2023-05" in page and "You both changed the same words" in page
    assert [Deadline.objects.get(pk=row.pk).met for row in (mine, theirs)] == ["", "2024"]
    again = AdminForm(page).data | {"_save": "Save"}
    assert again[f"{of(again, both)}due"] == "2023-06" and again[f"{of(again, mine)}met"] == "2022-02"
    # What nobody chose here is as it is stored.
    assert again[f"{of(again, theirs)}met"] == "2024"
    assert late.post(DEADLINES, again).status_code == 302
    stored = [Deadline.objects.get(pk=row.pk) for row in (mine, both, theirs)]
    assert [(row.due, row.met) for row in stored] == [
        ("2022-01-01", "2022-02"), ("2023-06", ""), ("2022-01-03", "2024"),
    ]  # fmt: skip


def test_a_row_that_nobody_touched_here_is_neither_saved_nor_a_conflict():
    late, mine, theirs = signed_in("editor"), *(make.deadline(visit=make.visit(**make.draft())) for _ in range(2))
    sent = shown(late, DEADLINES)
    changed = Deadline.objects.get(pk=theirs.pk)
    changed.due = "2031"
    changed.save()
    assert late.post(DEADLINES, sent | {f"{of(sent, mine)}met": "2022"}).status_code == 302
    assert Deadline.objects.get(pk=theirs.pk).due == "2031"
    assert Deadline.objects.get(pk=mine.pk).met == "2022"


@pytest.mark.parametrize("read", ["", "x", "²", "99", "9" * 30])
def test_a_row_without_its_version_is_not_saved(read):
    client, row = signed_in("editor"), make.deadline(visit=make.visit(**make.draft()), due="2022")
    sent = shown(client, DEADLINES)
    place = of(sent, row)
    answer = client.post(DEADLINES, sent | {f"{place}due": "2023", f"{place}version_read": read})
    assert answer.status_code in {200, 409}
    assert Deadline.objects.get(pk=row.pk).due == "2022"


def test_what_an_action_refuses_is_told_by_row_and_nothing_of_the_list_is_saved():
    client = signed_in("editor")
    draft = make.meeting(status="planned", **make.draft())
    published = make.meeting(status="planned", **(make.published() | {"visibility": "internal"}))
    sent = shown(client, MEETINGS)
    for meeting in (draft, published):
        sent[f"{of(sent, meeting)}status"] = "held"
    answer = client.post(MEETINGS, sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Your role does not allow this." in page
    assert set(Meeting.objects.values_list("status", flat=True)) == {MeetingStatus.PLANNED}
    again = AdminForm(page).data
    assert again[f"{of(again, draft)}status"] == "held"


def test_a_value_that_cannot_be_is_told_with_its_row():
    client, row = (
        signed_in("editor"),
        make.deadline(visit=make.visit(**make.draft()), what="Answer of the State", due="2022"),
    )
    sent = shown(client, DEADLINES)
    answer = client.post(DEADLINES, sent | {f"{of(sent, row)}due": "some day"})
    page = answer.content.decode()
    assert "Answer of the State: Due:" in page
    assert AdminForm(page).data[f"{of(sent, row)}due"] == "some day"


def test_a_row_that_left_the_list_meanwhile_is_told_of():
    client, row, other = signed_in("editor"), make.meeting(status="planned", **make.draft()), make.meeting()
    sent = shown(client, MEETINGS)
    Meeting.objects.filter(pk=row.pk).update(workflow="removed")
    answer = client.post(MEETINGS, sent | {f"{of(sent, row)}status": "held"})
    assert answer.status_code == 200
    assert "1 row has left this list meanwhile: nothing was saved." in answer.content.decode()
    assert Meeting.objects.get(pk=row.pk).status == "planned"
    assert Meeting.objects.get(pk=other.pk).version == other.version


def test_members_of_the_list_who_may_not_edit_get_no_inputs():
    make.meeting()
    assert signed_in("member").get(MEETINGS).status_code in {302, 403}


def test_an_old_form_of_an_account_does_not_give_a_role_back():
    first, second, person = signed_in("admin"), signed_in("admin"), make.user(role="editor", first_name="A")
    address = f"/admin/visits/user/{person.pk}/change/"
    old = AdminForm(first.get(address).content.decode()).data
    now = AdminForm(second.get(address).content.decode()).data
    now.pop("is_active", None)
    assert second.post(address, now | {"role": ""}).status_code == 302
    answer = first.post(address, old | {"first_name": "B"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else has changed this record" in page and "Stored is: A" in page
    stored = User.objects.get(pk=person.pk)
    assert (stored.role, stored.is_active, stored.first_name) == ("", False, "A")
    again = AdminForm(page).data | {"role": ""}
    again.pop("is_active", None)
    assert first.post(address, again).status_code == 302
    stored = User.objects.get(pk=person.pk)
    assert (stored.role, stored.is_active, stored.first_name) == ("", False, "B")


def test_a_new_password_gives_back_no_role_that_was_taken_meanwhile():
    person = make.user(role="editor")
    read = User.objects.get(pk=person.pk)
    taken = User.objects.get(pk=person.pk)
    taken.role, taken.is_active = "", False
    taken.save()
    told = AuditEntry.objects.filter(row=person.pk, row_kind="visits.user").count()
    form = SetPasswordForm(read, {"new_password1": "long enough 17", "new_password2": "long enough 17"})
    assert form.is_valid()
    form.save()
    stored = User.objects.get(pk=person.pk)
    assert (stored.role, stored.is_active, stored.is_staff) == ("", False, False)
    assert stored.check_password("long enough 17")
    assert stored.history.latest().role == ""
    assert AuditEntry.objects.filter(row=person.pk, row_kind="visits.user").count() == told
