"""Meetings at the desk: quick entry, summary, notes with preview, conflicts, and nothing for those who may not see."""

from __future__ import annotations

import pytest
from django import forms

from statements.models import SetAside, Statement
from statements.views.desk.conflict import conflicts_of
from tests import factories
from tests.cast import signed_in
from tests.statements.desk.test_capture import form_of
from visits.access import Role
from visits.choices import MeetingKind
from visits.compartments import key_of
from visits.models import Draft, Meeting, MeetingNote
from visits.removal_actions import ask_removal, confirm_removal

pytestmark = pytest.mark.django_db


def desk(meeting) -> str:
    return f"/desk/meetings/{meeting.public_id}/"


def noted(meeting, **fields):
    """Return a note that is a draft, as the desk makes them, on a meeting that may be one."""
    return factories.note(**{"meeting": meeting, "workflow": "draft", "published_at": None, **fields})


def lines(*rows: dict[str, str]) -> dict[str, str]:
    data = {"who-TOTAL_FORMS": str(max(len(rows), 4)), "who-INITIAL_FORMS": "0"}
    return data | {f"who-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


@pytest.fixture
def meeting(db):
    return factories.meeting(**{**factories.draft(), "visibility": "internal", "published_as": "not"})


def test_several_participants_are_entered_at_once_known_ones_with_their_office(people, meeting) -> None:
    office = factories.office(person=factories.person(name="Vee Ratanak"), since="2020")
    body = factories.organisation(name="House of Ink", short_name="HoI")
    client = signed_in(people.editor)
    sent = lines(
        {"name": "vee RATANAK", "side": "", "named_publicly": "on"},
        {"name": "HoI", "side": ""},
        {},
        {"name": "a villager", "side": "affected"},
    )
    response = client.post(desk(meeting), sent, follow=True)
    rows = list(meeting.participants.order_by("order"))
    assert [(row.person_id, row.organisation_id, row.label, row.side, row.named_publicly) for row in rows] == [
        (office.person_id, None, "", "government", True),
        (None, body.pk, "", "civil_society", False),
        (None, None, "a villager", "affected", False),
    ]
    assert rows[0].office == office
    assert "entered as a label: a villager" in response.content.decode()
    assert Meeting.objects.get(pk=meeting.pk).version == 2


def test_what_is_wrong_in_a_line_is_said_and_nothing_is_entered(people, meeting) -> None:
    for _n in range(2):
        factories.person(name="Twin Name")
    response = signed_in(people.editor).post(
        desk(meeting), lines({"name": "Twin Name", "side": "other"}, {"name": "somebody", "side": ""})
    )
    page = response.content.decode()
    assert response.status_code == 400
    assert "Several are called" in page
    assert "Say on which side" in page
    assert 'value="somebody"' in page
    assert not meeting.participants.exists()


def test_names_that_only_hidden_rows_tell_are_neither_offered_nor_found(people, meeting) -> None:
    hidden = factories.person(name="Hidden Witness")
    closed = factories.compartment(members=(people.reviewer,))
    secret = factories.meeting(**factories.confidential(closed))
    factories.participant(meeting=secret, person=hidden)
    client = signed_in(people.editor)
    assert "Hidden Witness" not in client.get(desk(meeting)).content.decode()
    client.post(desk(meeting), lines({"name": "Hidden Witness", "side": "affected"}))
    assert meeting.participants.get().label == "Hidden Witness"
    assert "Hidden Witness" in signed_in(people.reviewer).get(desk(secret)).content.decode()


def test_a_hidden_meeting_and_a_missing_one_answer_alike(people) -> None:
    closed = factories.compartment(members=(people.reviewer,))
    secret = factories.meeting(**factories.confidential(closed))
    note = factories.note(meeting=secret, **factories.confidential(closed))
    client = signed_in(people.editor)
    for address, missing in [
        (desk(secret), "/desk/meetings/nothing/"),
        (f"/desk/notes/{note.public_id}/", "/desk/notes/nothing/"),
        (f"/desk/notes/{note.public_id}/edit/", "/desk/notes/nothing/edit/"),
        (f"/desk/drafts/meeting:{secret.public_id}/", "/desk/drafts/meeting:nothing/"),
        (f"/desk/visits/{_hidden_visit(closed).slug}/meetings/new/", "/desk/visits/nothing/meetings/new/"),
    ]:
        hidden, gone = client.get(address), client.get(missing)
        assert hidden.status_code == gone.status_code == 404, address
        assert hidden.content == gone.content
    assert signed_in(people.reviewer).get(desk(secret)).status_code == 200


def _hidden_visit(closed):
    return factories.visit(**factories.confidential(closed))


def test_somebody_entered_by_mistake_is_taken_out_where_the_list_is_as_it_was_read(people, meeting) -> None:
    kept, wrong = (factories.participant(meeting=meeting, label=name) for name in ("kept", "wrong"))
    meeting.refresh_from_db()
    client = signed_in(people.editor)
    stale = client.post(desk(meeting), {"take_out": "1", "version": meeting.version - 1})
    assert stale.status_code == 409
    assert meeting.participants.count() == 2
    assert client.post(desk(meeting), {"take_out": "1", "version": meeting.version}).status_code == 302
    assert [row.pk for row in meeting.participants.all()] == [kept.pk]
    assert wrong.pk != kept.pk
    for bad in ({"take_out": "7", "version": "1"}, {"take_out": "x", "version": "1"}, {"take_out": "0"}, {}):
        assert client.post(desk(meeting), bad).status_code == 400


def test_the_summary_of_a_published_meeting_is_changed_by_reviewers_only(people) -> None:
    open_meeting = factories.meeting(public_summary="As told.")
    sent = {"public_summary": "Rewritten.", "version": open_meeting.version}
    editor = signed_in(people.editor)
    assert 'name="public_summary"' not in editor.get(desk(open_meeting)).content.decode()
    assert editor.post(desk(open_meeting), sent).status_code == 403
    assert editor.post(desk(open_meeting), lines({"name": "x", "side": "other"})).status_code == 403
    assert signed_in(people.reviewer).post(desk(open_meeting), sent).status_code == 302
    open_meeting.refresh_from_db()
    assert open_meeting.public_summary == "Rewritten."


def test_a_summary_saved_on_an_old_version_is_refused_with_both_texts_and_merged_in_one_step(people, meeting) -> None:
    editor, reviewer = signed_in(people.editor), signed_in(people.reviewer)
    editor.post(desk(meeting), {"public_summary": "First line.\n\nLast line.", "version": 1})
    assert (
        reviewer.post(desk(meeting), {"public_summary": "First word.\n\nLast line.", "version": 2}).status_code == 302
    )
    late = editor.post(desk(meeting), {"public_summary": "First line.\r\n\r\nLast of all.", "version": 2})
    page = late.content.decode()
    assert late.status_code == 409
    assert "First word.\n\nLast line." in page
    assert "First line.\n\nLast of all." in page
    assert "<del>" in page and "<ins>" in page
    merged = late.context["summary"]
    assert merged["public_summary"].value() == "First word.\n\nLast of all."
    assert merged["version"].value() == "3"
    again = {"public_summary": merged["public_summary"].value(), "version": merged["version"].value()}
    assert editor.post(desk(meeting), again).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.public_summary, meeting.version) == ("First word.\n\nLast of all.", 4)


def test_a_note_is_previewed_without_being_saved_then_entered_under_its_author(people, meeting) -> None:
    client = signed_in(people.editor)
    sent = {"text": "*Dry* <script>x</script>", "visibility": "internal"}
    preview = client.post(desk(meeting), {**sent, "preview": "1"})
    assert "<em>Dry</em>" in preview.content.decode()
    assert not MeetingNote.objects.exists()
    asked = client.post("/desk/notes/preview/", {"text": sent["text"]}).json()["html"]
    assert "<em>Dry</em>" in asked
    assert "<script" not in asked
    assert client.post(desk(meeting), sent).status_code == 302
    note = MeetingNote.objects.get()
    assert (note.author, note.entered_by, note.visibility, note.workflow) == (people.editor,) * 2 + (
        "internal",
        "draft",
    )
    assert client.post(desk(meeting), {"text": "  \n", "visibility": "internal"}).status_code == 400
    assert client.post(desk(meeting), {"text": "x", "visibility": "public"}).status_code == 400


def test_a_confidential_note_reaches_those_of_its_compartment_alone(people, meeting) -> None:
    closed = factories.compartment(name="Witnesses", members=(people.editor, people.admin))
    sent = {"text": "Whispered words", "visibility": "confidential", "open_to": key_of(closed)}
    assert signed_in(people.editor).post(desk(meeting), sent).status_code == 302
    note = MeetingNote.objects.get()
    assert note.compartment == closed
    assert "Whispered words" in signed_in(people.editor).get(desk(meeting)).content.decode()
    assert "Whispered words" in signed_in(people.admin).get(desk(meeting)).content.decode()
    assert "Whispered words" not in signed_in(people.reviewer).get(desk(meeting)).content.decode()


def test_a_confidential_note_asks_for_one_of_the_compartments_of_its_author(people, meeting) -> None:
    others = factories.compartment(name="Of others", members=(people.reviewer,))
    factories.compartment(name="Of another visit", members=(people.editor,), visit=factories.visit())
    client, sent = signed_in(people.editor), {"text": "Whispered words", "visibility": "confidential"}
    refused = client.post(desk(meeting), sent)
    assert refused.status_code == 400
    page = refused.content.decode()
    assert "You are named in no compartment that fits" in page
    assert "Whispered words" in page
    assert "Of others" not in page and "Of another visit" not in page
    alone = factories.compartment(name="Alone", members=(people.editor,))
    factories.compartment(name="Both", members=(people.editor, people.reviewer), visit=meeting.visit)
    page = client.post(desk(meeting), sent).content.decode()
    assert "choose the compartment whose people may see it" in page
    assert "Alone: only you, so that nobody else can review it" in page
    assert f"Both ({meeting.visit.title}): you and 1 other" in page
    for wrong in (key_of(others), "nothing"):
        assert client.post(desk(meeting), {**sent, "open_to": wrong}).status_code == 400
    internal = client.post(desk(meeting), {**sent, "visibility": "internal", "open_to": key_of(alone)})
    assert "A compartment goes with" in internal.content.decode()
    assert not MeetingNote.objects.exists()


def test_notes_of_several_authors_stand_on_the_page_and_each_changes_their_own(people, meeting) -> None:
    mine = noted(meeting, author=people.editor, text="Mine")
    other = noted(meeting, author=people.reviewer, text="Of another")
    client = signed_in(people.editor)
    page = client.get(desk(meeting)).content.decode()
    assert "Mine" in page and "Of another" in page
    assert f"/desk/notes/{mine.public_id}/edit/" in page
    assert f"/desk/notes/{other.public_id}/edit/" not in page
    sent = {"text": "Changed", "visibility": "internal", "version": 1}
    assert client.post(f"/desk/notes/{other.public_id}/edit/", sent).status_code == 403
    assert client.post(f"/desk/notes/{mine.public_id}/edit/", sent).status_code == 302
    mine.refresh_from_db()
    assert (mine.text, mine.version) == ("Changed", 2)


def test_a_note_saved_on_an_old_version_is_refused_and_a_word_changed_twice_is_shown_twice(people, meeting) -> None:
    note = noted(meeting, author=people.editor, text="He said five.")
    client, address = signed_in(people.editor), f"/desk/notes/{note.public_id}/edit/"
    assert client.post(address, {"text": "He said six.", "visibility": "internal", "version": 1}).status_code == 302
    late = client.post(address, {"text": "She said seven.", "visibility": "internal", "version": 1})
    assert late.status_code == 409
    assert late.context["form"]["text"].value() == "She said seven."
    (conflict,) = late.context["conflicts"]
    assert [(clash.mine, clash.theirs) for clash in conflict.clashes] == [(" seven", " six")]
    assert "You both changed the same words" in late.content.decode()
    note.refresh_from_db()
    assert note.text == "He said six."


def test_what_both_sides_chose_is_told_in_words_and_kept_as_it_is_stored(meeting) -> None:
    class Chosen(forms.Form):
        kind = forms.ChoiceField(choices=MeetingKind.choices)

    Meeting.objects.filter(pk=meeting.pk).update(kind=MeetingKind.PRESS)
    meeting.refresh_from_db()
    (conflict,) = conflicts_of(Chosen({"kind": MeetingKind.DETENTION}), meeting, None)
    assert (conflict.mine, conflict.theirs) == (MeetingKind.DETENTION.label, MeetingKind.PRESS.label)
    assert conflict.merged == MeetingKind.DETENTION.value


def test_closing_a_note_closes_the_statements_that_rest_on_it(people, meeting) -> None:
    note = noted(meeting, author=people.editor, text="A word.")
    closed = factories.compartment(name="Witnesses", members=(people.editor, people.reviewer))
    client = signed_in(people.editor)
    statement = _stated(client, note)
    sent = {"text": "A word.", "visibility": "confidential", "version": 1}
    assert client.post(f"/desk/notes/{note.public_id}/edit/", sent).status_code == 400
    assert client.post(f"/desk/notes/{note.public_id}/edit/", {**sent, "open_to": key_of(closed)}).status_code == 302
    statement.refresh_from_db()
    note.refresh_from_db()
    assert (statement.visibility, statement.compartment) == ("confidential", closed)
    page = client.get(f"/desk/notes/{note.public_id}/edit/")
    assert page.context["form"]["open_to"].value() == key_of(closed)


def _stated(client, note, query="", **more):
    """Enter what the page of capture proposes for a passage of the note, with `more` typed in."""
    address = f"/desk/notes/{note.public_id}/{query}"
    sent = {**form_of(client.get(address).content.decode()), "action": "save", "speaker": "a villager"}
    sent["passage"] = sent["passage"] or note.text
    sent |= {"speaker_is": "label", "side": "affected", "act": "alleges", **more}
    response = client.post(address, sent)
    assert response.status_code == 302, response.context["form"].errors
    return Statement.objects.latest("pk")


def test_a_passage_of_a_note_becomes_a_statement_that_cites_it_and_is_as_closed(people, meeting) -> None:
    closed = factories.compartment(members=(people.editor,))
    note = noted(
        meeting,
        author=people.reviewer,
        text="First.\n\nThey took the\nland.",
        visibility="confidential",
        compartment=closed,
    )
    topic = factories.topic()
    client = signed_in(people.editor)
    page = client.get(f"/desk/notes/{note.public_id}/?p=1&p=77&p=x")
    assert page.context["form"]["passage"].value() == "They took the\nland."
    # Nobody is named: unlike an article a note is not itself a voice.
    assert page.context["form"]["speaker"].value() == ""
    statement = _stated(client, note, "?p=1", topic1=topic.name, words="They lost it.")
    assert (statement.visibility, statement.compartment, statement.workflow) == ("confidential", closed, "draft")
    assert (statement.meeting, statement.visit, statement.occasion) == (meeting, meeting.visit, "meeting")
    assert (statement.date, statement.date_basis) == (meeting.date, meeting.date_basis)
    cited = statement.citations.get()
    assert (cited.note, cited.source, cited.exact, cited.start) == (note, None, "They took the\nland.", 8)
    assert statement.texts.get().text == "They lost it."
    assert statement.topics.get() == topic
    assert statement.speakers.get().label == "a villager"
    assert not Statement.objects.visible_to(people.reviewer).filter(pk=statement.pk).exists()


def test_a_statement_of_a_note_is_never_more_open_than_the_note(people, meeting) -> None:
    note = noted(meeting, text="They took the land.")
    statement = _stated(signed_in(people.editor), note, "?p=0", visibility="public")
    assert statement.visibility == "internal"


def test_quotations_of_a_note_are_proposed_with_their_speaker_and_checked(people, meeting) -> None:
    office = factories.office(person=factories.person(name="Lena Brook"), title="Minister of Water")
    factories.participant(meeting=meeting, person=office.person, office=office)
    note = noted(meeting, text="Long talk.\n\n“The dam is safe,” said Lena Brook.\n\nThey left at noon.")
    client, address = signed_in(people.editor), f"/desk/notes/{note.public_id}/"
    page = client.get(address)
    assert page.context["coverage"].passages == 1
    shown = form_of(page.content.decode())
    assert (shown["passage"], shown["speaker"], shown["mode"]) == ("“The dam is safe,”", "Lena Brook", "direct")
    assert shown["office"].startswith("Minister of Water")
    assert shown["meeting"] == meeting.public_id
    asked = client.post(f"{address}check/", {"passage": "“The dam is sound,”", "mode": "direct"}).json()
    assert asked["verdict"] == "differs"
    said = client.post(address, {**shown, "action": "save"})
    assert said.status_code == 302
    statement = Statement.objects.latest("pk")
    assert statement.citations.get().verdict == "match"
    assert statement.texts.get().kind == "original"
    assert statement.speakers.get().office == office
    assert client.get(address).context["coverage"].entered == 1


def test_words_that_are_not_those_of_the_note_are_told_to_differ(people, meeting) -> None:
    note = noted(meeting, text="“They took the land,” she said.")
    statement = _stated(signed_in(people.editor), note, passage="“They took the house,”", mode="direct")
    assert statement.citations.get().verdict == "differs"


def test_a_passage_of_a_note_is_set_aside_for_those_who_may_read_the_note(people, meeting) -> None:
    closed = factories.compartment(members=(people.editor,))
    note = noted(meeting, text="“All is well,” said Lena Brook.", visibility="confidential", compartment=closed)
    client, address = signed_in(people.editor), f"/desk/notes/{note.public_id}/"
    shown = form_of(client.get(address).content.decode())
    assert shown["passage"] == "“All is well,”"
    client.post(address, {**shown, "action": "aside"})
    row = SetAside.objects.get()
    assert (row.note, row.source, row.exact) == (note, None, "“All is well,”")
    assert client.get(address).context["page"].open == []
    assert list(SetAside.objects.visible_to(people.editor)) == [row]
    assert not SetAside.objects.visible_to(people.reviewer).exists()
    asked = ask_removal(record=note, reason="It tells where she lives.", by=closed_reviewer(closed))
    confirm_removal(request=asked, by=closed_reviewer(closed))
    assert not SetAside.objects.exists() and not SetAside.history.exists()


def closed_reviewer(compartment):
    """Return another reviewer who is named in `compartment`."""
    found = factories.user(role="reviewer")
    compartment.members.add(found)
    return found


def test_a_new_meeting_of_a_visit_is_entered_with_its_participants(people) -> None:
    visit = factories.visit()
    client, address = signed_in(people.editor), f"/desk/visits/{visit.slug}/meetings/new/"
    assert client.get(address).status_code == 200
    sent = {"title": "Council of Elders", "date": "2022-08-16", "status": "held", "kind": "official_meeting"}
    sent |= {"format": "in_person", "openness": "closed", **lines({"name": "an elder", "side": "affected"})}
    Draft(user=people.editor, key=f"meeting:new:{visit.slug}", data={}).save()
    response = client.post(address, sent)
    meeting = Meeting.objects.get(title="Council of Elders")
    assert response.headers["Location"] == desk(meeting)
    assert (meeting.visibility, meeting.workflow, meeting.visit) == ("confidential", "draft", visit)
    assert meeting.participants.get().label == "an elder"
    assert not Draft.objects.exists()
    assert client.post(address, {**sent, "title": ""}).status_code == 400


@pytest.mark.parametrize("role", [Role.NONE, Role.READER, Role.MEMBER])
def test_nobody_below_editor_reads_the_desk(role, meeting) -> None:
    note = noted(meeting)
    client = signed_in(factories.user(role=role))
    for address in (desk(meeting), f"/desk/notes/{note.public_id}/", f"/desk/drafts/meeting:{meeting.public_id}/"):
        assert client.get(address).status_code == 403


def test_a_page_costs_the_same_queries_at_one_row_and_at_three(people, meeting, django_assert_num_queries) -> None:
    client = signed_in(people.editor)
    client.get(desk(meeting))
    for rows in (1, 3):
        while meeting.participants.count() < rows:
            factories.participant(meeting=meeting, label="x")
            noted(meeting)
        with django_assert_num_queries(QUERIES):
            client.get(desk(meeting))


QUERIES = 18


def test_somebody_whose_name_is_signs_alone_is_offered_and_breaks_no_form(people, meeting) -> None:
    person = factories.person(name="— 🙈", slug="signs")
    client = signed_in(people.editor)
    assert "— 🙈 (signs)" in client.get(desk(meeting)).content.decode()
    client.post(desk(meeting), lines({"name": "— 🙈 (signs)", "side": "affected"}), follow=True)
    assert meeting.participants.get().person == person
