"""Writes: what is checked, what is raised with them, and that nothing is half done."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from tests import factories
from tests.cast import Cast, again
from tests.factories import step
from visits import actions, meeting_actions
from visits.choices import Visibility, Workflow
from visits.models import (
    AccessNote,
    Compartment,
    CompartmentMember,
    Meeting,
    MeetingNote,
    Participant,
    PublicationStamp,
    Record,
    Source,
    StaleVersion,
    User,
    Visit,
    VisitLeg,
    VisitStep,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index_in_step")]


def stamp() -> int:
    return PublicationStamp.objects.filter(pk=1).values_list("value", flat=True).first() or 0


# Versions: whoever read an older one writes nothing.


def test_what_is_opened_to_the_public_is_published_at_that_moment(db):
    visit = factories.visit(**factories.internal())
    first = again(visit).published_at
    actions.save_record(record=visit, by=None)
    assert again(visit).published_at == first
    visit = again(visit)
    visit.visibility = "public"
    actions.save_record(record=visit, by=None)
    opened = again(visit).published_at
    assert opened > first
    # Closing it and any other save leave it.
    for visibility in ("public", "internal"):
        visit = again(visit)
        visit.visibility = visibility
        actions.save_record(record=visit, by=None)
    assert again(visit).published_at == opened


def test_of_two_who_read_the_same_version_the_second_writes_nothing(people: Cast) -> None:
    visit = factories.visit(purpose="")
    mine, theirs = again(visit), again(visit)
    theirs.purpose = "theirs"
    actions.save_record(record=theirs, by=people.reviewer)
    mine.purpose = "mine"
    with pytest.raises(StaleVersion):
        actions.save_record(record=mine, by=people.reviewer)
    stored = again(visit)
    assert (stored.purpose, stored.version) == ("theirs", visit.version + 1)
    assert mine.version == visit.version, "the row in hand is still at the version it was read at"
    assert visit.history.filter(purpose="mine").count() == 0


@pytest.mark.parametrize("change", ["save", "publish", "step"])
def test_a_form_that_was_opened_before_a_change_is_stale(change: str, people: Cast) -> None:
    visit = factories.visit(workflow=Workflow.DRAFT)
    opened_at = visit.version - 1
    steps, before = visit.steps.count(), stamp()
    with pytest.raises(StaleVersion):
        if change == "save":
            actions.save_record(record=visit, by=people.editor, version=opened_at)
        elif change == "publish":
            actions.publish(record=visit, by=people.reviewer, version=opened_at)
        else:
            actions.add_step(visit=visit, by=people.editor, step=step("report 2022-10"), version=opened_at)
    stored = again(visit)
    assert (stored.workflow, stored.steps.count(), stamp()) == (Workflow.DRAFT, steps, before)


def test_every_save_raises_the_version_by_one_and_leaves_a_row_of_history() -> None:
    visit = factories.visit()
    version, kept = visit.version, visit.history.count()
    visit.purpose = "another"
    actions.save_record(record=visit, by=None)
    assert (again(visit).version, visit.history.count()) == (version + 1, kept + 1)


def test_a_part_raises_the_version_of_its_whole(people: Cast) -> None:
    visit = factories.visit()
    meeting = factories.meeting(visit=visit)
    visit_at, meeting_at = again(visit).version, again(meeting).version
    factories.participant(meeting=meeting)
    factories.leg(visit=again(visit))
    assert again(meeting).version == meeting_at + 1
    assert again(visit).version == visit_at + 1


def test_a_part_taken_out_is_gone_its_history_stays_and_its_whole_is_raised(people: Cast) -> None:
    meeting = factories.meeting()
    gone = factories.participant(meeting=meeting)
    pk, version, before = gone.pk, again(meeting).version, stamp()
    part = Participant.objects.get(pk=pk)
    actions.remove_part(part=part, by=people.reviewer)
    assert not Participant.objects.filter(pk=pk).exists()
    assert Participant.history.filter(id=pk, history_type="-").exists()
    assert again(meeting).version == version + 1
    assert stamp() > before


@pytest.mark.parametrize("which", ["step", "visit"])
def test_neither_a_step_nor_a_whole_record_is_taken_out(which: str, people: Cast) -> None:
    visit = factories.visit()
    part = visit.steps.first() if which == "step" else visit
    with pytest.raises(ValidationError, match="no part"):
        actions.remove_part(part=part, by=people.editor)
    assert visit.steps.count() == 2


# Addresses are permanent.


@pytest.mark.parametrize("name", ["slug", "public_id"])
def test_the_address_of_a_visit_is_permanent(name: str) -> None:
    visit = again(factories.visit())
    stored = getattr(visit, name)
    setattr(visit, name, "another-address")
    with pytest.raises(ValidationError) as refusal:
        actions.save_record(record=visit, by=None)
    assert name in refusal.value.message_dict
    assert getattr(again(visit), name) == stored


def test_the_address_of_a_row_just_made_is_permanent_too() -> None:
    person = factories.person()
    person.slug = "another-address"
    with pytest.raises(ValidationError, match="permanent"):
        person.save()


# A child is not more visible than its parents.


def child(kind: str, parent_state: dict, child_state: dict):  # type: ignore[no-untyped-def, type-arg]
    """Return an unsaved child of a new parent, each in a given state."""
    if kind == "note on meeting":
        meeting = factories.meeting(**parent_state)
        return MeetingNote(meeting=meeting, author=factories.user(role="editor"), text="x", **child_state)
    if kind == "access note with source":
        origin = factories.source(**parent_state)
        visit = factories.visit()
        return AccessNote(
            visit=visit,
            source=origin,
            guarantee="security",
            kept="kept",
            according_to="x",
            **child_state,
        )
    visit = factories.visit(**parent_state)
    if kind == "meeting of visit":
        return Meeting(visit=visit, title="x", **child_state)
    return AccessNote(visit=visit, guarantee="security", kept="kept", according_to="x", **child_state)


CHILDREN = ["meeting of visit", "access note of visit", "access note with source"]


@pytest.mark.parametrize("kind", CHILDREN)
def test_a_public_child_of_an_internal_parent_is_refused(kind: str) -> None:
    row = child(kind, factories.internal(), factories.published())
    with pytest.raises(ValidationError, match="more visible"):
        actions.save_record(record=row, by=None)
    assert not type(row)._base_manager.filter(public_id=row.public_id).exists()


@pytest.mark.parametrize("kind", CHILDREN)
def test_a_published_child_of_a_draft_is_refused_and_a_draft_child_is_not(kind: str) -> None:
    with pytest.raises(ValidationError, match="first"):
        actions.save_record(record=child(kind, factories.draft(), factories.published()), by=None)
    row = actions.save_record(record=child(kind, factories.draft(), factories.draft()), by=None)
    assert again(row).workflow == Workflow.DRAFT


@pytest.mark.parametrize("kind", [*CHILDREN, "note on meeting"])
def test_a_child_as_visible_as_its_parent_is_stored(kind: str) -> None:
    row = child(kind, factories.internal(), factories.internal())
    actions.save_record(record=row, by=None)
    assert again(row).visibility == Visibility.INTERNAL


def test_an_internal_note_on_a_confidential_meeting_is_refused(people: Cast) -> None:
    within = factories.compartment(members=(people.editor,))
    row = child("note on meeting", factories.confidential(within), factories.internal())
    with pytest.raises(ValidationError, match="more visible"):
        actions.save_record(record=row, by=None)


def test_a_note_is_never_public() -> None:
    row = child("note on meeting", factories.published(), factories.published())
    with pytest.raises(ValidationError):
        actions.save_record(record=row, by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_meeting_on_the_leg_of_another_visit_is_refused() -> None:
    visit, other = factories.visit(), factories.visit()
    with pytest.raises(ValidationError, match="another visit"):
        factories.meeting(visit=visit, leg=other.legs.get())
    assert factories.meeting(visit=visit, leg=visit.legs.get()).leg == visit.legs.get()


def test_a_compartment_of_another_visit_is_refused() -> None:
    visit, other = factories.visit(), factories.visit()
    with pytest.raises(ValidationError, match="another visit"):
        factories.meeting(visit=visit, **factories.confidential(factories.compartment(visit=other)))
    own = factories.meeting(visit=visit, **factories.confidential(factories.compartment(visit=visit)))
    assert own.pk


@pytest.mark.parametrize("visibility", ["public", "internal", "confidential"])
def test_confidential_means_a_compartment_and_a_compartment_confidential(visibility: str) -> None:
    within = None if visibility == "confidential" else factories.compartment()
    fields = {"workflow": "published", "visibility": visibility, "compartment": within}
    with pytest.raises(ValidationError):
        factories.source(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Source(title="x", **fields).save()


# Publishing and withdrawing.


def test_publishing_takes_a_reviewer_and_dates_the_publication_once(people: Cast) -> None:
    visit = factories.visit(workflow=Workflow.DRAFT, published_at=None)
    with pytest.raises(PermissionDenied):
        actions.publish(record=visit, by=people.editor)
    assert again(visit).workflow == Workflow.DRAFT
    actions.submit(record=visit, by=people.editor)
    assert again(visit).workflow == Workflow.IN_REVIEW
    actions.publish(record=visit, by=people.reviewer)
    first = again(visit).published_at
    assert first is not None
    actions.withdraw(record=visit, by=people.reviewer, note="Under correction.")
    assert (again(visit).workflow, again(visit).withdrawn_note) == (
        "withdrawn",
        "Under correction.",
    )
    actions.publish(record=visit, by=people.reviewer)
    assert (again(visit).published_at, again(visit).withdrawn_note) == (first, "")


@pytest.mark.parametrize("name", ["outsider", "reader", "member"])
def test_below_editor_nothing_is_written(name: str, people: Cast) -> None:
    visit, by = factories.visit(workflow=Workflow.DRAFT), people.named(name)
    before = again(visit).version
    for write in (
        lambda: actions.save_record(record=visit, by=by),
        lambda: actions.submit(record=visit, by=by),
        lambda: actions.add_step(visit=visit, by=by, step=step("report 2022-10")),
        lambda: actions.save_part(part=VisitLeg(visit=visit, order=5, territory="x"), by=by),
        lambda: actions.remove_part(part=visit.legs.get(), by=by),
    ):
        with pytest.raises(PermissionDenied):
            write()
    assert (again(visit).version, visit.legs.count(), visit.steps.count()) == (before, 1, 2)


def test_a_record_does_not_go_where_no_way_leads(people: Cast) -> None:
    visit = factories.visit(workflow=Workflow.DRAFT)
    with pytest.raises(ValidationError, match=r"cannot go from .draft. to .withdrawn."):
        actions.withdraw(record=visit, by=people.reviewer)
    assert again(visit).workflow == Workflow.DRAFT


def test_a_meeting_of_a_visit_in_draft_is_not_published(people: Cast) -> None:
    visit = factories.visit(workflow=Workflow.DRAFT)
    meeting = factories.meeting(visit=visit, **factories.draft())
    with pytest.raises(ValidationError, match="Publish the visit first"):
        actions.publish(record=meeting, by=people.reviewer)
    assert again(meeting).workflow == Workflow.DRAFT
    actions.publish(record=visit, by=people.reviewer)
    actions.publish(record=again(meeting), by=people.reviewer)
    assert again(meeting).workflow == Workflow.PUBLISHED


def test_a_record_that_fails_its_checks_is_not_published_in_hand_either(people: Cast) -> None:
    visit = factories.visit(workflow=Workflow.DRAFT)
    visit.title = ""
    with pytest.raises(ValidationError):
        actions.publish(record=visit, by=people.reviewer)
    assert (visit.workflow, again(visit).workflow) == (Workflow.DRAFT, Workflow.DRAFT)


def test_removing_takes_two_reviewers_and_nobody_sees_it_after(people: Cast) -> None:
    visit = factories.visit()
    with pytest.raises(ValidationError, match="two persons"):
        actions.remove(record=visit, by=people.reviewer, second=people.reviewer)
    for by, second in ((people.editor, people.reviewer), (people.reviewer, people.editor)):
        with pytest.raises(PermissionDenied):
            actions.remove(record=visit, by=by, second=second)
    before = stamp()
    actions.remove(record=visit, by=people.reviewer, second=people.admin)
    assert stamp() == before + 1
    assert not any(Visit.objects.filter(pk=visit.pk).visible_to(who).exists() for who in people)
    with pytest.raises(ValidationError, match="cannot go"):
        actions.publish(record=visit, by=people.admin)


def test_removing_what_the_public_never_saw_raises_no_stamp(people: Cast) -> None:
    visit = factories.visit(**factories.internal())
    before = stamp()
    actions.remove(record=visit, by=people.reviewer, second=people.admin)
    assert stamp() == before


# The publication stamp.


@pytest.mark.parametrize(
    ("state", "rises"),
    [
        (factories.published, True),
        (lambda: {"workflow": "withdrawn", "visibility": "public"}, True),
        (factories.internal, False),
        (factories.draft, False),
        (lambda: {"workflow": "in_review", "visibility": "public"}, False),
    ],
)
@pytest.mark.parametrize("change", ["enter", "save", "step", "leg"])
def test_the_stamp_rises_with_a_change_that_the_public_sees_and_no_other(state, change: str, *, rises: bool) -> None:  # type: ignore[no-untyped-def]
    visit = None if change == "enter" else factories.visit(**state())
    before = stamp()
    if visit is None:
        factories.visit(**state())
    elif change == "save":
        visit.purpose = "another"
        actions.save_record(record=visit, by=None)
    elif change == "step":
        actions.add_step(visit=visit, by=None, step=step("report 2022-10"))
    else:
        actions.save_part(part=VisitLeg(visit=visit, order=7, territory="Elsewhere"), by=None)
    assert (stamp() > before) is rises


def test_the_stamp_rises_when_a_public_record_becomes_internal_and_back() -> None:
    visit = factories.visit()
    before = stamp()
    visit.visibility = Visibility.INTERNAL
    actions.save_record(record=visit, by=None)
    assert stamp() == before + 1
    visit.visibility = Visibility.PUBLIC
    actions.save_record(record=visit, by=None)
    assert stamp() == before + 2


@pytest.mark.parametrize(
    ("visibility", "risen"),
    [(Visibility.PUBLIC, [0, 1, 1]), (Visibility.INTERNAL, [0, 0, 0])],
)
def test_the_stamp_rises_on_the_ways_into_and_out_of_public(visibility: str, risen: list[int], people: Cast) -> None:
    visit = factories.visit(workflow=Workflow.DRAFT, visibility=visibility)
    found = []
    for go in (actions.submit, actions.publish, actions.withdraw):
        before = stamp()
        go(record=visit, by=people.reviewer)
        found.append(stamp() - before)
    assert found == risen


def test_a_write_that_fails_raises_no_stamp_and_leaves_nothing(people: Cast) -> None:
    before, visits = stamp(), Visit.objects.count()
    with pytest.raises(ValidationError):
        factories.visit(steps=("started 2022-08-15", "ended 2022-02-30"))
    assert (stamp(), Visit.objects.count()) == (before, visits)


def test_the_vocabulary_is_shown_everywhere_and_so_raises_the_stamp(people: Cast) -> None:
    before = stamp()
    actions.save_part(part=factories.country(), by=people.editor)
    assert stamp() == before + 1


# Status and dates derive from the steps and are stored.


@pytest.mark.parametrize(
    ("steps", "status", "dates", "kind"),
    [
        ((), "unknown", "", "none"),
        (("requested 2021",), "requested", "", "none"),
        (("accepted 2021 > 2022-08",), "accepted", "2022-08", "planned"),
        (("started 2022-08-15",), "announced", "2022-08-15", "start_only"),
        (("ended 2022-08-26",), "completed", "2022-08-26", "end_only"),
        (factories.HELD, "completed", "2022-08-15/2022-08-26", "actual"),
        (("started 2022-08-15", "ended 2022-08"), "completed", "2022-08-15/2022-08", "actual"),
        (
            ("report 2022-10", *reversed(factories.HELD)),
            "reported",
            "2022-08-15/2022-08-26",
            "actual",
        ),
    ],
)
def test_status_and_dates_are_stored_as_the_steps_give_them(
    steps: tuple[str, ...], status: str, dates: str, kind: str
) -> None:
    visit = again(factories.visit(steps=steps))
    assert (visit.status, visit.dates, visit.dates_kind) == (status, dates, kind)


def test_a_leg_entered_later_refines_the_dates() -> None:
    visit = factories.visit(steps=("started 2022-08", "ended 2022-08"), legs=())
    factories.leg(visit=visit, dates="2022-08-15/2022-08-26")
    assert again(visit).dates == "2022-08-15/2022-08-26"


def test_a_step_changes_status_and_dates_at_once(people: Cast) -> None:
    visit = factories.visit(steps=("announced 2022-08-01 > 2022-08-15/2022-08-26",))
    assert again(visit).dates_kind == "planned"
    actions.add_step(visit=visit, by=people.reviewer, step=step("cancelled 2022-08-10"))
    assert again(visit).status == "cancelled"


def test_a_voided_step_counts_no_more_and_stays_with_its_reason(people: Cast) -> None:
    visit = factories.visit()
    assert again(visit).status == "completed"
    wrong = visit.steps.get(kind="ended")
    actions.void_step(step=wrong, by=people.reviewer, reason="Another visit's end.")
    stored = again(visit)
    assert (stored.status, stored.dates, stored.dates_kind) == (
        "announced",
        "2022-08-15",
        "start_only",
    )
    assert stored.steps.count() == 3
    assert wrong.voided_by.reason == "Another visit's end."


def test_voiding_needs_a_reason_and_a_step_is_voided_once(people: Cast) -> None:
    visit = factories.visit()
    wrong = visit.steps.get(kind="ended")
    with pytest.raises(ValidationError):
        actions.void_step(step=wrong, by=people.reviewer, reason="")
    actions.void_step(step=wrong, by=people.reviewer, reason="Wrong.")
    with pytest.raises(ValidationError):
        actions.void_step(step=again(wrong), by=people.reviewer, reason="Wrong again.")
    assert again(visit).steps.count() == 3


def test_a_step_is_neither_changed_nor_deleted() -> None:
    stored = factories.visit().steps.first()
    stored.reason = "another"
    with pytest.raises(ValidationError, match="never changed"):
        stored.save()
    with pytest.raises(ValidationError, match="never deleted"):
        stored.delete()
    assert again(stored).reason == ""


@pytest.mark.parametrize("what", ["leg", "voids"])
def test_a_step_that_points_into_another_visit_is_refused(what: str, people: Cast) -> None:
    visit, other = factories.visit(), factories.visit()
    fields = {"leg": other.legs.get()} if what == "leg" else {"voids": other.steps.first(), "reason": "x"}
    with pytest.raises(ValidationError, match="another visit"):
        actions.add_step(visit=visit, by=people.reviewer, step=step("report 2022-10", **fields))
    assert visit.steps.count() == 2
    assert not VisitStep.objects.filter(visit=other, voided_by__isnull=False).exists()


def test_a_step_entered_as_a_part_derives_the_status_too(people: Cast) -> None:
    visit = factories.visit()
    actions.save_part(part=step("report 2022-10", visit=visit), by=people.reviewer)
    assert again(visit).status == "reported"


# Entering wholes.


def test_a_visit_is_entered_with_mandates_members_legs_and_who_entered_it(people: Cast) -> None:
    one, two = factories.mandate(), factories.mandate()
    term = factories.term(mandate=one)
    visit = Visit(slug="entered-whole", title="Two places", **factories.draft())
    actions.enter_visit(
        visit=visit,
        by=people.editor,
        mandates=(two, one),
        legs=(VisitLeg(order=0, territory="Here"), VisitLeg(order=1, territory="There")),
        experts=((term, (1,)),),
        steps=(step("requested 2021"),),
    )
    stored = again(visit)
    assert [str(m) for m in stored.visit_mandates.all()] == [str(two), str(one)]
    assert [leg.territory for leg in stored.experts.get().legs.all()] == ["There"]
    assert (stored.entered_by, stored.status) == (people.editor, "requested")


def test_a_source_is_entered_with_what_it_relays_and_relays_never_itself() -> None:
    post = factories.source(consulted=False)
    paper = Source(title="Paper", **factories.published())
    actions.enter_source(source=paper, by=None, relays={post: "relays"})
    assert [(r.original, r.kind) for r in paper.relays.all()] == [(post, "relays")]
    with pytest.raises(ValidationError):
        actions.enter_source(source=post, by=None, relays={post: "relays"})


def test_participants_stand_in_the_order_in_which_they_were_entered() -> None:
    meeting = factories.meeting(participants=tuple(Participant(label=label, side="government") for label in "cab"))
    assert [(p.order, p.label) for p in meeting.participants.all()] == [
        (0, "c"),
        (1, "a"),
        (2, "b"),
    ]


def test_no_mark_of_what_is_public_tells_that_an_internal_note_was_written(people: Cast) -> None:
    """By the mark of a list, whoever asks often would learn when somebody works."""
    visit = factories.visit()
    person, body = factories.person(), factories.organisation()
    meeting = factories.meeting(visit=visit)
    for named in ({"person": person}, {"organisation": body}):
        factories.participant(meeting=meeting, **named)
    rows = (visit, meeting, factories.source(traced_by=visit), factories.statement(visit=visit), person, body)
    mark = Client().get("/visits.csv").headers["ETag"]
    for row in map(again, rows):
        row.note = "They were afraid to come."
        if isinstance(row, Record):
            actions.save_record(record=row, by=people.reviewer)
        else:
            actions.save_part(part=row, by=people.reviewer)
        assert again(row).note == row.note
        assert Client().get("/visits.csv").headers["ETag"] == mark, row
    visit = again(visit)
    visit.title, visit.note = "Elsewhere", ""
    actions.save_record(record=visit, by=people.reviewer)
    assert Client().get("/visits.csv").headers["ETag"] != mark


def test_a_compartment_that_is_made_by_itself_does_not_tell_how_many_others_there_are(people: Cast) -> None:
    visit = factories.visit()
    meeting = factories.meeting(visit=visit)

    def made_for(by: User) -> str:
        note = MeetingNote(meeting=meeting, author=by, text="Told in private.", visibility="confidential")
        return actions.save_record(record=note, by=by).compartment.name

    for number in range(3):
        factories.compartment(visit=visit, members=(people.member,), name=f"Of others {number}")
    factories.compartment(visit=visit, members=(people.member,), name="cast-editor 1")
    assert made_for(people.editor) == made_for(people.editor) == "cast-editor 1"
    CompartmentMember.objects.filter(user=people.editor).delete()
    # They know that they had one.
    assert made_for(people.editor) == "cast-editor 2" and made_for(people.reviewer) == "cast-reviewer 1"


def test_a_note_goes_to_the_compartment_of_its_meeting(people: Cast) -> None:
    within = factories.compartment(members=(people.editor,))
    meeting = factories.meeting(**factories.confidential(within))
    note = meeting_actions.enter_note(
        meeting=meeting, author=people.editor, text="x", visibility="confidential", by=people.editor
    )
    assert again(note).compartment == within
    plain = meeting_actions.enter_note(
        meeting=factories.meeting(),
        author=people.editor,
        text="x",
        visibility="internal",
        by=people.editor,
    )
    assert again(plain).compartment is None


def test_a_confidential_note_is_never_open_to_its_author_alone_unasked(people: Cast) -> None:
    within, meeting = factories.compartment(members=(people.editor,)), factories.meeting()
    note = {"meeting": meeting, "author": people.editor, "by": people.editor, "visibility": "confidential"}
    with pytest.raises(ValidationError, match="choose the compartment"):
        meeting_actions.enter_note(text="x", **note)
    assert not Compartment.objects.exclude(pk=within.pk).exists()
    stored = meeting_actions.enter_note(text="x", compartment=within, **note)
    assert again(stored).compartment == within
    other = factories.compartment(members=(people.editor, people.reviewer))
    given = {"text": "y", "visibility": "confidential", "by": people.editor}
    meeting_actions.edit_note(note=stored, version=1, **given)
    assert again(stored).compartment == within
    meeting_actions.edit_note(note=stored, version=2, compartment=other, **given)
    assert again(stored).compartment == other


def test_a_visit_cannot_have_been_held_on_days_that_are_still_to_come(people):
    with time_machine.travel(datetime(2026, 3, 10, 22, tzinfo=UTC), tick=False):
        # East of Greenwich it is the next day already.
        assert factories.visit(steps=("started 2026-03-11",)).dates_kind == "start_only"
        for steps in (("started 2026-03-12",), ("started 2027-01-04", "ended 2027-01-09"), ("ended 2027",)):
            with pytest.raises(ValidationError, match=r"cannot have been held .*202[67]: that is still to come"):
                factories.visit(steps=steps)
        planned = factories.visit(steps=("announced 2026-03-01 > 2026-04-01/2026-04-03",))
        late = VisitStep(kind="ended", date="2026-04-03")
        with pytest.raises(ValidationError, match="Enter such dates as announced"):
            actions.add_step(visit=again(planned), by=people.reviewer, step=late)
        assert again(planned).status == "announced"
    with time_machine.travel(datetime(2026, 4, 4, tzinfo=UTC), tick=False):
        actions.add_step(visit=again(planned), by=people.reviewer, step=VisitStep(kind="ended", date="2026-04-03"))
        assert again(planned).status == "completed"
