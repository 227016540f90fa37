"""A form of the admin filled in on an old version: 409, both values shown, both kept, saved by one more step."""

from __future__ import annotations

from tests.record.test_admin_forms import change, form_of
from visits.choices import Workflow
from visits.models import Meeting


def draft_with_people(people):
    rows = Meeting.objects.visible_to(people.editor).filter(workflow=Workflow.DRAFT, participants__isnull=False)
    return rows.order_by("pk").first()


def meeting_of(clients, people):
    meeting = draft_with_people(people)
    if meeting is None:
        meeting = Meeting.objects.visible_to(people.editor).filter(participants__isnull=False).order_by("pk").first()
        Meeting.objects.filter(pk=meeting.pk).update(workflow=Workflow.DRAFT)
        meeting.refresh_from_db()
    return meeting


def test_words_of_both_are_kept_and_saved_by_one_more_step(clients, people):
    meeting = meeting_of(clients, people)
    address = change(meeting)
    start = form_of(clients["editor"], address) | {"public_summary": "First of all.\r\n\r\nLast of all."}
    assert clients["editor"].post(address, start).status_code == 302
    read = form_of(clients["editor"], address)
    theirs = read | {"public_summary": "First and foremost.\r\n\r\nLast of all.", "place": "Their place"}
    assert clients["reviewer"].post(address, theirs).status_code == 302
    mine = read | {"public_summary": "First of all.\r\n\r\nLast but one.", "title": "My title"}
    late = clients["editor"].post(address, mine)
    page = late.content.decode()
    assert late.status_code == 409
    assert "First and foremost.\n\nLast of all." in page
    assert "First of all.\n\nLast but one." in page
    assert "<del>" in page and "<ins>" in page
    meeting.refresh_from_db()
    assert meeting.public_summary == "First and foremost.\n\nLast of all."
    both = late.context["adminform"].form
    again = mine | {name: both[name].data for name in ("public_summary", "place", "title", "version_read")}
    assert clients["editor"].post(address, again).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.public_summary, meeting.place, meeting.title) == (
        "First and foremost.\n\nLast but one.",
        "Their place",
        "My title",
    )


def test_a_row_of_an_inline_is_refused_and_merged_as_well(clients, people):
    meeting = meeting_of(clients, people)
    address = change(meeting)
    read = form_of(clients["editor"], address)
    side, named = "participants-0-side", "participants-0-named_publicly"
    before = read[side]
    theirs = {name: value for name, value in read.items() if name != named} | {side: "media"}
    if named not in read:
        theirs[named] = "on"
    assert clients["reviewer"].post(address, theirs).status_code == 302
    late = clients["editor"].post(address, read | {side: "academia"})
    assert late.status_code == 409
    page = late.content.decode()
    assert "academia" in page and "media" in page
    assert "You both changed the same words" in page
    row = late.context["inline_admin_formsets"][0].formset.forms[0]
    assert row["side"].data == "academia"
    assert bool(row["named_publicly"].data) == (named not in read)
    assert before not in {"media", "academia"}


def test_a_form_that_was_not_read_at_all_is_a_conflict_too(clients, people):
    meeting = meeting_of(clients, people)
    read = form_of(clients["editor"], change(meeting))
    late = clients["editor"].post(change(meeting), read | {"version_read": "", "title": "Unread"})
    assert late.status_code == 409
    assert late.context["adminform"].form["version_read"].data == str(meeting.version)
