"""Drafts over the wire: kept, shown and thrown away by their author, offered on the page without JavaScript."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from statements.models import Citation
from statements.review_actions import comment_on
from tests import factories
from tests.cast import signed_in
from tests.statements.desk.test_meetings import desk, noted
from tests.statements.desk.test_mine import draft_of
from visits import drafts
from visits.models import Draft, MeetingNote, Participant
from visits.removal_actions import ask_removal, confirm_removal
from visits.sending import new_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(db):
    return factories.meeting(**{**factories.draft(), "visibility": "internal", "published_as": "not"})


def address(meeting, kind="meeting") -> str:
    return f"/desk/drafts/{kind}:{meeting.public_id}/"


def put(client, where, **sent):
    return client.put(where, json.dumps(sent), content_type="application/json")


def test_a_draft_is_put_shown_and_deleted(people, meeting) -> None:
    client, where = signed_in(people.editor), address(meeting)
    assert "data" not in client.get(where).json()
    assert put(client, where, data={"public_summary": ["typed"]}, version=1).status_code == 200
    assert client.get(where).json()["data"] == {"public_summary": ["typed"]}
    assert "data" not in signed_in(people.reviewer).get(where).json()
    assert client.delete(where).status_code == 200
    assert not Draft.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{", "{}", '{"data": 1}', '{"data": {"a": "b"}}', "[" * 100_000])
def test_what_is_no_draft_is_refused(people, meeting, body) -> None:
    response = signed_in(people.editor).put(address(meeting), body, content_type="application/json")
    assert response.status_code == 400
    assert not Draft.objects.exists()


def test_a_form_without_a_wish_is_refused(people, meeting) -> None:
    client = signed_in(people.editor)
    assert client.post(address(meeting)).status_code == 400
    sent = client.post(address(meeting), json.dumps({"data": {"a": ["b"]}}), content_type="application/json")
    assert sent.status_code == 200
    assert Draft.objects.get().data == {"a": ["b"]}


def test_a_number_that_is_no_version_counts_for_none(people, meeting) -> None:
    for version in (True, -1, 2**40, "1", 1.5):
        put(signed_in(people.editor), address(meeting), data={"a": ["b"]}, version=version)
        assert Draft.objects.get().base_version is None


def test_a_draft_publishes_nothing_and_is_met_by_nobody_else(people) -> None:
    published = factories.meeting(public_summary="As told.")
    put(signed_in(people.reviewer), address(published), data={"public_summary": ["Unsaid yet"]}, version=1)
    published.refresh_from_db()
    assert (published.public_summary, published.version) == ("As told.", 1)
    for one in (people.admin, people.editor):
        assert "Unsaid yet" not in signed_in(one).get(desk(published)).content.decode()
    assert "Unsaid yet" in signed_in(people.reviewer).get(desk(published)).content.decode()


def test_a_draft_is_offered_read_taken_back_and_saved_without_javascript(people, meeting) -> None:
    client = signed_in(people.editor)
    put(client, address(meeting), data={"public_summary": ["typed at night"]}, version=1)
    page = client.get(desk(meeting))
    assert "typed at night" in page.content.decode()
    assert page.context["summary"]["public_summary"].value() == ""
    taken = client.get(desk(meeting) + f"?take=meeting:{meeting.public_id}&number=0")
    assert taken.context["summary"]["public_summary"].value() == "typed at night"
    assert taken.context["summary_draft"].offers == []
    sent = {"public_summary": "typed at night", "version": taken.context["summary"]["version"].value()}
    assert client.post(desk(meeting), sent).status_code == 302
    assert not Draft.objects.exists()


def test_a_draft_based_on_an_old_version_meets_what_was_saved_since(people, meeting) -> None:
    client = signed_in(people.editor)
    put(client, address(meeting), data={"public_summary": ["mine"]}, version=1)
    signed_in(people.reviewer).post(desk(meeting), {"public_summary": "theirs", "version": 1})
    taken = client.get(desk(meeting) + f"?take=meeting:{meeting.public_id}")
    form = taken.context["summary"]
    assert form["version"].value() == 1
    late = client.post(desk(meeting), {"public_summary": form["public_summary"].value(), "version": 1})
    assert late.status_code == 409
    assert late.context["summary_draft"].offers == []
    assert "theirs" in late.content.decode()
    assert Draft.objects.count() == 1


def test_a_draft_is_thrown_away_without_javascript_and_leads_back_to_its_page_only(people, meeting) -> None:
    client = signed_in(people.editor)
    for there, back in ((desk(meeting), desk(meeting)), ("https://evil.example/", "/desk/"), ("", "/desk/")):
        put(client, address(meeting), data={"public_summary": ["x"]})
        response = client.post(address(meeting), {"throw": "1", "next": there})
        assert (response.status_code, response.headers["Location"]) == (302, back)
        assert not Draft.objects.exists()


def test_lines_of_participants_come_back_too(people, meeting) -> None:
    client = signed_in(people.editor)
    data = {
        "who-TOTAL_FORMS": ["4"],
        "who-INITIAL_FORMS": ["0"],
        "who-MIN_NUM_FORMS": ["0"],
        "who-MAX_NUM_FORMS": ["100"],
        "who-1-name": ["a witness"],
        "who-1-side": ["affected"],
        "who-1-named_publicly": ["on"],
    }
    key = f"participant:new:{meeting.public_id}"
    put(client, f"/desk/drafts/{key}/", data=data)
    page = client.get(desk(meeting) + f"?take={key}").content.decode()
    assert 'value="a witness"' in page
    assert '<option value="affected" selected>' in page


def test_a_note_that_was_saved_is_not_offered_any_more(people, meeting) -> None:
    client = signed_in(people.editor)
    key = f"meetingnote:new:{meeting.public_id}"
    put(client, f"/desk/drafts/{key}/", data={"text": ["words"], "visibility": ["internal"]})
    assert len(client.get(desk(meeting)).context["note_draft"].offers) == 1
    client.post(desk(meeting), {"text": "words", "visibility": "internal"})
    assert client.get(desk(meeting)).context["note_draft"].offers == []
    assert MeetingNote.objects.count() == 1


def test_who_else_is_here_is_told_by_heartbeat_and_page(people, meeting) -> None:
    editor, reviewer = signed_in(people.editor), signed_in(people.reviewer)
    beat = f"/desk/presence/meeting:{meeting.public_id}/"
    assert editor.post(beat).json() == {"others": []}
    assert "Another editor is here: cast-editor" in " ".join(reviewer.get(desk(meeting)).content.decode().split())
    assert editor.post(beat).json() == {"others": ["cast-reviewer"]}
    assert editor.post("/desk/presence/meeting:nothing/").status_code == 404
    assert editor.get(beat).status_code == 405


def test_notes_and_confidential_records_say_that_they_never_touch_the_device(people, meeting) -> None:
    note = noted(meeting, author=people.editor)
    client = signed_in(people.editor)
    page = client.get(desk(meeting)).content.decode()
    forms = [tag for tag in page.split("<form ")[1:] if "data-autosave" in tag.split(">")[0]]
    never = {tag.split('data-autosave="')[1].split(":")[0]: 'data-device="never"' in tag.split(">")[0] for tag in forms}
    assert never == {"meetingnote": True, "meeting": False, "participant": True}
    edit = client.get(f"/desk/notes/{note.public_id}/edit/").content.decode()
    assert 'data-device="never" autocomplete="off"' in edit
    meeting.visibility, meeting.compartment = "confidential", factories.compartment(members=(people.editor,))
    meeting.save()
    assert client.get(desk(meeting)).content.decode().count('data-device="never"') == 3
    assert drafts.draft_of(people.editor, f"meeting:{meeting.public_id}") is None


def reviewed(people, kind: str):
    """Return the page and the key of the draft of each form of the review."""
    workflow = "published" if kind == "withdrawal" else "in_review"
    row = factories.statement(workflow=workflow, visibility="public")
    if kind == "answer":
        row = draft_of(people.reviewer)
        comment = comment_on(statement=row, text="Which day?", by=people.editor)
        return reverse("my_statements"), f"answer:{comment.public_id}"
    if kind == "review:source":
        source = factories.source()
        row = factories.statement(
            workflow="in_review", visibility="public", citations=(Citation(source=source, exact="x"),)
        )
        return reverse("review_source", args=[source.public_id]), f"{kind}:{source.public_id}"
    if kind == "removal:new":
        return reverse("removals"), kind
    return reverse("review_statement", args=[row.public_id]), f"{kind}:{row.public_id}"


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("review", "reason"),
        ("review:source", "reason"),
        ("comment", "text"),
        ("answer", "text"),
        ("withdrawal", "note"),
        ("removal", "reason"),
        ("removal:new", "reason"),
    ],
)
def test_what_is_typed_in_the_review_is_kept_off_the_device_and_offered_to_its_author_alone(people, kind, field):
    page, key = reviewed(people, kind)
    client = signed_in(people.reviewer)
    assert f'data-autosave="{key}"' in (html := client.get(page).content.decode())
    # Nothing of a review is kept on the device: its texts speak of who is in danger.
    assert html.count("data-autosave=") == html.count('data-device="never"') > 0
    assert put(client, f"/desk/drafts/{key}/", data={field: ["half a sen"]}).status_code == 200
    offered = client.get(page).content.decode()
    assert f'data-offer-of="{key}"' in offered and "half a sen</" not in offered.replace("half a sen</p>", "")
    taken = client.get(f"{page}?take={key}").content.decode()
    assert "half a sen</textarea>" in taken.replace("\n", "") or 'value="half a sen"' in taken
    assert f'data-offer-of="{key}"' not in taken
    assert "half a sen" not in signed_in(people.admin).get(page).content.decode()


def test_ticks_of_a_decision_come_back_but_none_that_names_a_version(people) -> None:
    page, key = reviewed(people, "review")
    client = signed_in(people.reviewer)
    kept = {"applies": ["minor", "health"], "consent": ["recorded"], "reason": [""], "statement": ["x:1"]}
    put(client, f"/desk/drafts/{key}/", data=kept)
    assert "statement" not in Draft.objects.get().data
    form = client.get(f"{page}?take={key}").context["form"]
    assert [row.key for row in form.asked() if row.ticked] == ["minor", "health"]
    assert [value for value, _label, chosen in form.consents() if chosen] == ["recorded"]


def test_a_decision_and_a_comment_that_were_sent_are_drafts_no_more(people) -> None:
    client = signed_in(people.reviewer)
    row = factories.statement(workflow="in_review", visibility="public")
    for kind, name, sent in (
        ("comment", "review_comment", {"text": "Which day?"}),
        ("removal", "review_removal", {"reason": "It tells where she lives."}),
        ("review", "review_statement", {"statement": f"{row.public_id}:{row.version}", "decision": "changes",
                                        "reason": "Too long."}),
    ):  # fmt: skip
        put(client, f"/desk/drafts/{kind}:{row.public_id}/", data={"text": ["x"], "reason": ["x"]})
        assert Draft.objects.count() == 1
        assert client.post(reverse(name, args=[row.public_id]), sent).status_code == 302
        assert not Draft.objects.exists()


def test_what_a_review_refuses_is_shown_as_it_was_typed(people) -> None:
    client = signed_in(people.reviewer)
    row = factories.statement(workflow="published", visibility="public")
    stale = {"statement": f"{row.public_id}:99", "note": "Said by another person."}
    late = client.post(reverse("review_withdraw", args=[row.public_id]), stale)
    assert late.status_code == 409
    assert "Said by another person.</textarea>" in late.content.decode().replace("\n", "")
    for name, sent, typed in (
        ("review_withdraw", {"note": "n" * 301}, "n" * 301),
        ("review_removal", {"reason": "r" * 4001}, "r" * 4001),
        ("review_comment", {"text": "c" * 4001}, "c" * 4001),
    ):
        answer = client.post(reverse(name, args=[row.public_id]), sent)
        assert answer.status_code == 400
        assert f"{typed}</textarea>" in answer.content.decode().replace("\n", "")
    missing = client.post(
        reverse("removals"), {"kind": "source", "public_id": "nosuchsource1111", "reason": "She is in danger."}
    )
    assert missing.status_code == 400
    assert "She is in danger.</textarea>" in missing.content.decode().replace("\n", "")
    assert 'value="nosuchsource1111"' in missing.content.decode()


def test_a_removed_statement_leaves_no_draft_of_its_review(people) -> None:
    row = factories.statement(workflow="in_review", visibility="public")
    comment = comment_on(statement=row, text="Which day?", by=people.reviewer)
    keys = [f"{kind}:{row.public_id}" for kind in ("review", "comment", "removal")] + [f"answer:{comment.public_id}"]
    for key in keys:
        put(signed_in(people.admin), f"/desk/drafts/{key}/", data={"text": ["where she lives"]})
    assert Draft.objects.count() == len(keys)
    asked = ask_removal(record=row, reason="It tells where she lives.", by=people.reviewer)
    confirm_removal(request=asked, by=people.admin)
    assert not Draft.objects.exists()


def test_saving_one_note_leaves_what_was_typed_of_another(people, meeting) -> None:
    client = signed_in(people.editor)
    key = f"meetingnote:new:{meeting.public_id}"
    where = f"/desk/drafts/{key}/"
    one, two = new_token(key), new_token(key)
    put(client, where, data={"text": ["The first note, half"], "form_token": [one]})
    put(client, where, data={"text": ["Another, in another tab"], "form_token": [two]})
    sent = {"text": "The first note, whole", "visibility": "internal", "form_token": one}
    assert client.post(f"/desk/meetings/{meeting.public_id}/", sent).status_code == 302
    left = Draft.objects.get(key=key)
    assert (left.data["text"], left.earlier) == (["Another, in another tab"], [])
    # What comes late of a form that was saved is no draft any more.
    assert put(client, where, data={"text": ["The first note, who"], "form_token": [one]}).status_code == 200
    assert Draft.objects.get(key=key).data["text"] == ["Another, in another tab"]
    client.post(f"/desk/meetings/{meeting.public_id}/", {**sent, "text": "Another", "form_token": two})
    assert not Draft.objects.filter(key=key).exists()


def test_a_draft_that_was_taken_back_is_settled_by_saving_it(people, meeting) -> None:
    client = signed_in(people.editor)
    key = f"meetingnote:new:{meeting.public_id}"
    token, page = new_token(key), f"/desk/meetings/{meeting.public_id}/"
    put(client, f"/desk/drafts/{key}/", data={"text": ["Half a note"], "form_token": [token]})
    plain = client.get(page).content.decode()
    assert "Half a note" in plain and token not in plain
    taken = client.get(page, {"take": key}).content.decode()
    assert f'value="{token}"' in taken
    client.post(page, {"text": "Half a note", "visibility": "internal", "form_token": token})
    assert not Draft.objects.filter(key=key).exists()


def test_a_form_that_is_sent_twice_makes_one_and_leads_there_again(people, meeting) -> None:
    client = signed_in(people.editor)
    page = f"/desk/meetings/{meeting.public_id}/"
    before = MeetingNote.objects.filter(meeting=meeting).count()
    note = {"text": "Once", "visibility": "internal", "form_token": new_token(f"meetingnote:new:{meeting.public_id}")}
    assert [client.post(page, note).headers["Location"] for _time in range(2)] == [page, page]
    assert MeetingNote.objects.filter(meeting=meeting).count() == before + 1
    token = new_token(f"participant:new:{meeting.public_id}")
    line = {"who-0-name": "a villager", "who-0-side": "affected", "who-TOTAL_FORMS": 1, "who-INITIAL_FORMS": 0}
    assert [client.post(page, {**line, "form_token": token}).status_code for _time in range(2)] == [302, 302]
    assert Participant.objects.filter(meeting=meeting, label="a villager").count() == 1
    # One that was refused can be sent again, and a token of another form counts for none.
    token = new_token(f"meetingnote:new:{meeting.public_id}")
    assert client.post(page, {"text": "", "visibility": "internal", "form_token": token}).status_code == 400
    assert client.post(page, {"text": "Whole", "visibility": "internal", "form_token": token}).status_code == 302
    assert MeetingNote.objects.filter(meeting=meeting).count() == before + 2


def test_a_form_that_is_refused_is_shown_with_its_token_and_as_unsaved(people, meeting) -> None:
    client = signed_in(people.editor)
    page, token = f"/desk/meetings/{meeting.public_id}/", new_token(f"meetingnote:new:{meeting.public_id}")
    assert "data-resent" not in client.get(page).content.decode()
    refused = client.post(page, {"text": "", "visibility": "internal", "form_token": token}).content.decode()
    assert refused.count("data-resent") == 1
    assert refused.count(f'value="{token}"') == 1
