"""Rules across rows, who may change what is published, and what is confidential unless somebody says otherwise."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.test import Client

from statements.models import Erratum, Position, Statement, StatementTopic, Topic
from tests import factories
from tests.cast import cast
from visits import actions, traces
from visits.models import (
    AccessNote,
    Compartment,
    CompartmentMember,
    Meeting,
    MeetingNote,
    Participant,
    Person,
    PublicationStamp,
    Redirect,
    Source,
)

pytestmark = pytest.mark.django_db


def stamp() -> int:
    """Return the publication stamp."""
    return PublicationStamp.objects.values_list("value", flat=True).first() or 0


# Who may change what is published.


def test_an_editor_changes_drafts_and_no_published_record_nor_a_part_of_one():
    people = cast()
    visit = factories.visit()
    meeting = factories.meeting(visit=visit, published_as="count")
    statement = factories.statement(visit=visit)
    meeting.published_as = "full"
    with pytest.raises(PermissionDenied):
        actions.save_record(record=meeting, by=people.editor)
    participant = Participant(meeting=meeting, label="A witness", side="affected", named_publicly=True)
    text = statement.texts.get()
    text.text = "Other words"
    for part in (participant, text, factories.step("announced 2022-01")):
        if hasattr(part, "visit_id"):
            part.visit = visit
        with pytest.raises(PermissionDenied):
            actions.save_part(part=part, by=people.editor)
    with pytest.raises(PermissionDenied):
        actions.remove_part(part=statement.speakers.get(), by=people.editor)
    actions.save_part(part=text, by=people.reviewer)
    draft = factories.visit(**factories.draft())
    draft.purpose = "Seen by nobody yet"
    actions.save_record(record=draft, by=people.editor)


def test_an_editor_lowers_nothing_that_is_published():
    people = cast()
    visit = factories.visit()
    visit.visibility = "internal"
    with pytest.raises(PermissionDenied):
        actions.save_record(record=visit, by=people.editor)


def test_an_erratum_is_told_by_reviewers_and_never_taken_back():
    people = cast()
    statement = factories.statement()
    erratum = Erratum(statement=statement, text="It was 9 and not 8.")
    with pytest.raises(PermissionDenied):
        actions.save_part(part=erratum, by=people.editor)
    actions.save_part(part=erratum, by=people.reviewer)
    with pytest.raises(ValidationError):
        actions.remove_part(part=erratum, by=people.reviewer)


def test_a_private_individual_is_made_public_by_a_reviewer():
    people = cast()
    person = factories.person(private=True)
    person.private = False
    with pytest.raises(PermissionDenied):
        actions.save_part(part=person, by=people.editor)
    actions.save_part(part=person, by=people.reviewer)


def test_nobody_opens_a_compartment_to_themselves_or_hides_a_row_in_one_of_others():
    people = cast()
    closed = factories.compartment(members=(people.member,))
    with pytest.raises(ValidationError):
        actions.save_part(part=CompartmentMember(compartment=closed, user=people.admin), by=people.admin)
    with pytest.raises(ValidationError):
        actions.save_part(part=CompartmentMember(compartment=closed, user=people.reviewer), by=people.admin)
    CompartmentMember(compartment=closed, user=people.admin).save()
    raised = stamp()
    actions.save_part(part=CompartmentMember(compartment=closed, user=people.reviewer), by=people.admin)
    assert stamp() == raised
    source = Source(title="A letter", visibility="confidential", compartment=closed)
    with pytest.raises(ValidationError):
        actions.save_record(record=source, by=people.editor)


# Confidential by default.


@pytest.mark.parametrize(
    ("status", "sides", "visibility"),
    [
        ("planned", ["government"], "confidential"),
        ("held", ["government"], "internal"),
        ("held", ["government", "mandate_holder"], "internal"),
        ("held", ["government", "civil_society"], "confidential"),
        ("held", ["academia"], "confidential"),
        ("held", [], "confidential"),
    ],
)
def test_a_meeting_is_confidential_unless_it_was_held_with_the_state_alone(status, sides, visibility):
    people = cast()
    visit = factories.visit(**factories.draft())
    meeting = Meeting(visit=visit, title="Somebody", status=status)
    guests = [Participant(label=f"Guest {number}", side=side) for number, side in enumerate(sides)]
    actions.enter_meeting(meeting=meeting, by=people.editor, participants=guests)
    assert meeting.visibility == visibility
    if visibility == "confidential":
        assert [row.user for row in meeting.compartment.memberships.all()] == [people.editor]
        assert meeting.compartment.visit == visit
        note = MeetingNote(meeting=meeting, author=people.editor, text="Heard")
        actions.save_record(record=note, by=people.editor)
        assert (note.visibility, note.compartment) == ("confidential", meeting.compartment)


@pytest.mark.parametrize(
    ("kind", "visibility"),
    [("ngo_submission", "confidential"), ("recording", "confidential"), ("news", "internal"), ("report", "internal")],
)
def test_what_was_handed_over_or_recorded_is_confidential(kind, visibility):
    source = Source(title="Something", kind=kind)
    actions.save_record(record=source, by=cast().editor)
    assert source.visibility == visibility


def test_access_notes_are_confidential_and_one_compartment_serves_one_editor():
    people = cast()
    visit = factories.visit(**factories.draft())
    for _again in range(2):
        note = AccessNote(visit=visit, guarantee="security", kept="kept", according_to="x")
        actions.save_record(record=note, by=people.editor)
        assert note.visibility == "confidential"
    assert Compartment.objects.filter(visit=visit).count() == 1


# Rules across rows.


def test_what_a_record_names_is_of_one_visit_also_where_the_record_names_none():
    here, there = factories.visit(), factories.visit()
    statement = factories.statement(visit=None)
    statement.meeting, statement.leg = factories.meeting(visit=here), there.legs.get()
    with pytest.raises(ValidationError, match="another visit"):
        actions.save_record(record=statement, by=None)


def test_a_meeting_moves_to_another_visit_only_without_its_statements():
    here, there = factories.visit(), factories.visit()
    meeting = factories.meeting(visit=here)
    factories.statement(visit=here, meeting=meeting)
    meeting.visit = there
    with pytest.raises(ValidationError, match="move them first"):
        actions.save_record(record=meeting, by=None)


def test_a_part_stays_with_its_whole():
    meeting, other = factories.meeting(), factories.meeting()
    participant = factories.participant(meeting=meeting)
    participant.meeting = other
    with pytest.raises(ValidationError, match="stays with its record"):
        actions.save_part(part=participant, by=None)


def test_nobody_takes_part_in_another_persons_office():
    office = factories.office()
    with pytest.raises(ValidationError, match="another person"):
        factories.participant(meeting=factories.meeting(), person=factories.person(), office=office)


def test_members_and_steps_are_of_mandates_that_make_the_visit():
    foreign = factories.term()
    with pytest.raises(ValidationError, match="does not make this visit"):
        factories.visit(mandates=(factories.mandate(),), experts=((foreign, ()),))
    with pytest.raises(ValidationError, match="does not make this visit"):
        factories.visit(steps=(factories.step("requested 2020", mandate=foreign.mandate),))


@pytest.mark.parametrize("make", [factories.topic, factories.organisation], ids=["topic", "organisation"])
def test_nothing_stands_under_itself_directly_or_through_others(make):
    first = make()
    second = make(parent=first)
    first.parent = second
    with pytest.raises(ValidationError, match="under itself"):
        actions.save_part(part=first, by=None)


def test_lowering_a_visit_lowers_what_belongs_to_it_and_to_that():
    visit = factories.visit()
    meeting = factories.meeting(visit=visit)
    statement = factories.statement(visit=None, meeting=meeting)
    visit.visibility = "internal"
    actions.save_record(record=visit, by=None)
    assert Meeting.objects.get(pk=meeting.pk).visibility == "internal"
    assert Statement.objects.get(pk=statement.pk).visibility == "internal"


def test_lowering_the_only_source_of_a_statement_lowers_the_statement():
    statement = factories.statement()
    source = statement.citations.get().source
    source.visibility = "internal"
    actions.save_record(record=source, by=None)
    assert Statement.objects.get(pk=statement.pk).visibility == "internal"


def test_a_statement_is_published_with_a_published_proof_and_outlives_its_withdrawal_unseen():
    people = cast()
    statement = factories.statement()
    source = statement.citations.get().source
    actions.withdraw(record=source, by=people.reviewer, note="Retracted by the paper")
    assert not Statement.objects.visible_to(people.anonymous).filter(pk=statement.pk).exists()
    statement = Statement.objects.get(pk=statement.pk)
    actions.withdraw(record=statement, by=people.reviewer)
    with pytest.raises(ValidationError, match="published citation"):
        actions.publish(record=statement, by=people.reviewer)


def test_a_published_statement_keeps_words():
    statement = factories.statement()
    with pytest.raises(ValidationError, match="words"):
        actions.remove_part(part=statement.texts.get(), by=cast().reviewer)


# Every save checks the version, and nothing permanent changes.


def test_a_new_row_with_the_key_of_a_stored_one_overwrites_nothing():
    person = factories.person()
    with pytest.raises(IntegrityError):
        Person(pk=person.pk, slug="other", name="Other").save()


def test_a_permanent_field_is_known_as_stored_also_where_it_was_not_loaded():
    person = Person.objects.only("name", "version").get(pk=factories.person().pk)
    person.slug = "other"
    with pytest.raises(ValidationError, match="permanent"):
        person.save()


# Redirects stay on the site and tell nothing.


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil", "visits/"]
)
def test_a_redirect_leads_to_a_path_of_this_site(path):
    with pytest.raises(ValidationError):
        actions.save_part(part=Redirect(old_path="/old/", new_path=path), by=None)


def test_redirects_do_not_lead_round():
    actions.save_part(part=Redirect(old_path="/a/", new_path="/b/"), by=None)
    with pytest.raises(ValidationError, match="circle"):
        actions.save_part(part=Redirect(old_path="/b/", new_path="/a/"), by=None)


def test_a_redirect_leads_only_to_what_the_reader_may_open():
    hidden, shown = factories.visit(**factories.internal()), factories.visit()
    for old, visit in (("/old-hidden/", hidden), ("/old-shown/", shown)):
        actions.save_part(part=Redirect(old_path=old, new_path=visit.get_absolute_url()), by=None)
    client = Client()
    assert client.get("/old-shown/").headers["Location"] == shown.get_absolute_url()
    missing = client.get("/never-was/")
    answer = client.get("/old-hidden/")
    assert (answer.status_code, answer.content) == (404, missing.content)


# Nothing leads to whom only hidden rows name.


def test_the_admin_leads_from_no_number_to_an_address():
    client = Client()
    client.force_login(cast().admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    visit = factories.visit()
    for content_type in ContentType.objects.all():
        assert client.get(f"/admin/r/{content_type.pk}/{visit.pk}/").status_code == 404


def test_who_is_named_only_by_hidden_rows_is_hidden_from_editors_who_are_not_named_there():
    people = cast()
    within = factories.compartment(members=(people.member,))
    secret = factories.meeting(**factories.confidential(within))
    person = factories.participant(meeting=secret).person
    office = factories.office(person=person, organisation=factories.organisation())
    author, publisher = factories.person(), factories.organisation()
    factories.source(author_person=author, publisher_organisation=publisher, **factories.confidential(within))
    topic = factories.topic()
    position = Position(visit=factories.visit(), topic=topic, column="state", summary="Closed to most")
    position.visibility, position.compartment = "confidential", within
    actions.save_record(record=position, by=None)
    rows = [person, office, office.organisation, author, publisher, topic]
    for row in rows:
        same = type(row)._default_manager.filter(pk=row.pk)
        assert not same.visible_to(people.editor).exists(), row
    unused = factories.office(organisation=factories.organisation())
    for row in (unused, unused.organisation, factories.topic(), factories.organisation()):
        assert type(row)._default_manager.filter(pk=row.pk).visible_to(people.editor).exists(), row


# By these nobody is led anywhere: the row is part of the vocabulary itself, or follows the record it stands on.
UNTRACED = {
    # A passage set aside is of a source that is open already.
    "statements.SetAside.source",
    # What a person agreed to and what a protected one is called: read by the few who keep them, and shown to nobody.
    "visits.Consent.person",
    "visits.ProtectedName.person",
    "visits.Alias.organisation",
    "visits.Alias.person",
    "visits.MandateTerm.person",
    "visits.Office.person",
    "visits.Organisation.parent",
    "visits.PersonName.person",
    "visits.SourceRelay.original",
    "visits.SourceRelay.source",
    "statements.TopicAlias.topic",
}


TRACED = {
    "statements.Attribution.organisation",
    "statements.Attribution.person",
    "statements.Citation.source",
    "statements.Commitment.by_whom",
    "statements.CommitmentEvidence.source",
    "statements.MeetingTopic.topic",
    "statements.Position.topic",
    "statements.StatementAddressee.organisation",
    "statements.StatementAddressee.person",
    "statements.StatementSpeaker.office",
    "statements.StatementSpeaker.on_behalf_of",
    "statements.StatementSpeaker.organisation",
    "statements.StatementSpeaker.person",
    "statements.StatementText.source",
    "statements.StatementTopic.topic",
    "statements.Topic.parent",
    "visits.AccessNote.source",
    "visits.Office.organisation",
    "visits.Participant.office",
    "visits.Participant.on_behalf_of",
    "visits.Participant.organisation",
    "visits.Participant.person",
    "visits.Source.author_person",
    "visits.Source.publisher_organisation",
    "visits.VisitStep.source",
}


def test_every_relation_to_who_exists_only_through_rows_has_a_trace_or_is_named_here():
    targets = {"visits.Person", "visits.Organisation", "visits.Office", "visits.Source", "statements.Topic"}
    relations = {
        f"{model._meta.label}.{field.name}"
        for label in ("visits", "statements")
        for model in apps.get_app_config(label).get_models()
        if not model.__name__.startswith("Historical")
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model._meta.label in targets
    }
    assert relations == TRACED | UNTRACED
    # One trace a relation; organisations also through the offices of speakers and participants, topics two steps up
    # from both statements and meetings, people through their mandates.
    assert sum(len(traces._TRACES[target]) for target in targets) == len(TRACED) + 6


def test_a_wider_topic_is_shown_with_a_narrower_one_that_is():
    wide = factories.topic()
    narrow = factories.topic(parent=wide)
    statement = factories.statement()
    assert not Topic.objects.visible_to(cast().anonymous).filter(pk=wide.pk).exists()
    actions.save_part(part=StatementTopic(statement=statement, topic=narrow), by=None)
    assert Topic.objects.visible_to(cast().anonymous).filter(pk=wide.pk).exists()
