"""`manage.py check_record` finds each kind of broken row, written here past the actions; `statements` registers its
own checks beside those of `visits`, and a test counts them all.
"""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from statements.models import Citation, CommitmentEvidence, PositionEvidence, StatementSpeaker
from tests import factories as make
from visits import record_checks
from visits.models import VisitExpert, VisitExpertLeg, VisitStep

pytestmark = pytest.mark.django_db


def set_raw(row, **values) -> None:  # type: ignore[no-untyped-def]
    """Write past the actions and the model."""
    assert type(row)._base_manager.filter(pk=row.pk).update(**values) == 1


def found() -> list[tuple[str, str, str]]:
    """Return what all checks find."""
    return sorted((finding.model, finding.row, finding.what) for finding in record_checks.run())


def by(name: str) -> list[tuple[str, str, str]]:
    """Return what one check finds."""
    check = next(check for check in record_checks.CHECKS if check.__name__ == name)
    return [(finding.model, finding.row, finding.what) for finding in check()]


def test_every_check_has_its_tests_here() -> None:
    assert {check.__name__ for check in record_checks.CHECKS} == {
        "parents",
        "derived",
        "moved",
        "organisations",
        "topics",
        "legs_of_steps",
        "statements",
        "positions",
        "commitments",
        "offices",
    }
    assert len(record_checks.CHECKS) == 10


def test_a_sound_record_has_no_finding_and_the_command_says_so() -> None:
    meeting = make.meeting()
    make.note(meeting=meeting)
    make.access_note(visit=meeting.visit)
    said = make.statement(meeting=meeting)
    make.position(visit=meeting.visit, evidence=(said,))
    make.commitment(statement=said, evidence=(CommitmentEvidence(source=make.source()),))
    assert found() == []
    call_command("check_record", stdout=StringIO())


def test_the_command_names_rows_by_their_ids_and_fails() -> None:
    """A slug is made of a name, and what a nightly run finds goes out by mail."""
    visit, organisation = make.visit(), make.organisation()
    set_raw(visit, status="reported")
    set_raw(organisation, parent=make.organisation(parent=organisation))
    out, err = StringIO(), StringIO()
    with pytest.raises((CommandError, SystemExit)) as ended:
        call_command("check_record", stdout=out, stderr=err)
    told = out.getvalue() + err.getvalue() + str(ended.value)
    assert f"visits.Visit {visit.public_id}:" in told and f"visits.Organisation {organisation.pk}:" in told
    assert visit.slug not in told and organisation.slug not in told and organisation.name not in told


# parents


def test_parents_finds_what_is_more_visible_than_what_it_belongs_to() -> None:
    meeting, note, access = make.meeting(), None, make.access_note(visit=make.visit())
    note = make.note(meeting=make.meeting())
    set_raw(meeting.visit, visibility="internal")
    set_raw(access.visit, visibility="internal")
    set_raw(note.meeting, visibility="confidential", compartment=make.compartment(), published_as="not")
    assert {(model, row) for model, row, _what in by("parents")} == {
        ("visits.Meeting", meeting.public_id),
        ("visits.AccessNote", access.public_id),
        ("visits.MeetingNote", note.public_id),
    }


def test_parents_finds_what_is_published_in_a_draft() -> None:
    meeting = make.meeting()
    set_raw(meeting.visit, workflow="draft")
    assert [row for _model, row, _what in by("parents")] == [meeting.public_id]


def test_parents_finds_an_access_note_more_visible_than_its_source() -> None:
    access = make.access_note(visit=make.visit(), source=make.source())
    set_raw(access.source, visibility="internal")
    assert [row for _model, row, _what in by("parents")] == [access.public_id]


def test_parents_finds_legs_and_compartments_of_another_visit() -> None:
    meeting, access, closed = make.meeting(), make.access_note(visit=make.visit()), make.meeting()
    other = make.visit()
    set_raw(meeting, leg=other.legs.get())
    set_raw(access, leg=other.legs.get())
    set_raw(closed, visibility="confidential", compartment=make.compartment(visit=other))
    rows = by("parents")
    assert {row for _model, row, _what in rows} == {meeting.public_id, access.public_id, closed.public_id}
    assert all("another visit" in what for _model, _row, what in rows)


# derived


@pytest.mark.parametrize(
    "values",
    [
        {"status": "reported"},
        {"dates_kind": "planned"},
        {"dates": "2021", "dates_earliest": "2021-01-01", "dates_latest": "2021-12-31"},
    ],
)
def test_derived_finds_what_the_steps_do_not_give(values: dict[str, str]) -> None:
    visit = make.visit()
    make.visit()
    set_raw(visit, **values)
    assert [(model, row) for model, row, _what in by("derived")] == [("visits.Visit", visit.public_id)]


def test_derived_finds_a_step_that_was_slipped_in() -> None:
    visit = make.visit()
    VisitStep._base_manager.bulk_create([make.step("report 2023-03-01", visit=visit)])
    assert [row for _model, row, _what in by("derived")] == [visit.public_id]


# legs_of_steps


def test_legs_of_steps_finds_a_step_on_the_leg_of_another_visit() -> None:
    visit, other = make.visit(), make.visit()
    step = visit.steps.first()
    set_raw(step, leg=other.legs.get())
    assert by("legs_of_steps") == [("visits.VisitStep", str(step.pk), "its leg belongs to another visit")]


def test_legs_of_steps_finds_a_member_on_the_leg_of_another_visit() -> None:
    visit, other = make.visit(experts=((make.term(), (0,)),)), make.visit()
    row = VisitExpertLeg.objects.get(expert__visit=visit)
    assert by("legs_of_steps") == []
    set_raw(row, leg=other.legs.get())
    assert [model for model, _row, _what in by("legs_of_steps")] == ["visits.VisitExpertLeg"]


# moved


def test_moved_finds_a_member_and_a_step_of_a_mandate_that_does_not_make_the_visit() -> None:
    term, visit, other = make.term(), make.visit(), make.visit()
    VisitExpert.objects.bulk_create([VisitExpert(visit=visit, term=term)])
    set_raw(other.steps.first(), mandate=term.mandate)
    assert {row for _model, row, _what in by("moved")} == {visit.public_id, other.public_id}


@pytest.mark.parametrize(("name", "maker"), [("office", make.office), ("term", make.term)])
def test_moved_finds_a_participant_in_an_office_or_term_of_somebody_else(name: str, maker) -> None:  # type: ignore[no-untyped-def]
    participant = make.participant(meeting=make.meeting())
    set_raw(participant, **{name: maker()})
    assert by("moved") == [
        ("visits.Meeting", participant.meeting.public_id, f"a participant holds another person's {name}")
    ]


# organisations and topics


@pytest.mark.parametrize(("check", "maker"), [("organisations", make.organisation), ("topics", make.topic)])
def test_what_stands_through_others_under_itself_is_found(check: str, maker) -> None:  # type: ignore[no-untyped-def]
    first = maker()
    second = maker(parent=first)
    assert by(check) == []
    set_raw(first, parent=second)
    assert {row for _model, row, _what in by(check)} == {str(first.pk), str(second.pk)}


# statements


def broken_statements():  # type: ignore[no-untyped-def]
    """Yield for each rule of a statement its name and what breaks it."""
    yield "visit of its meeting", lambda row: set_raw(row, visit=make.visit(), meeting=make.meeting())
    yield "visit of its leg", lambda row: set_raw(row, leg=make.visit().legs.get())
    yield "visibility of its visit", lambda row: set_raw(row.visit, visibility="internal")
    yield "workflow of its visit", lambda row: set_raw(row.visit, workflow="draft")
    yield "visibility of its source", lambda row: set_raw(row.citations.get().source, visibility="internal")
    yield "workflow of its source", lambda row: set_raw(row.citations.get().source, workflow="draft")
    yield "source not opened", lambda row: set_raw(row.citations.get().source, consulted=False)
    yield "no citation", lambda row: Citation.objects.filter(statement=row).delete()
    yield "no speaker", lambda row: StatementSpeaker.objects.filter(statement=row).delete()
    yield "answers nothing", lambda row: set_raw(row, act="denies")


@pytest.mark.parametrize("broken", list(broken_statements()), ids=lambda pair: pair[0])
def test_statements_finds_each_kind_of_broken_statement(broken) -> None:  # type: ignore[no-untyped-def]
    make.statement()
    row = make.statement()
    assert by("statements") == []
    broken[1](row)
    assert [(model, name) for model, name, _what in by("statements")] == [("statements.Statement", row.public_id)]


# positions


def test_positions_finds_evidence_of_another_visit() -> None:
    position = make.position()
    set_raw(PositionEvidence.objects.get(), statement=make.statement())
    assert by("positions") == [
        ("statements.Position", position.public_id, "A position rests on statements of its own visit."),
    ]


def test_positions_finds_evidence_of_no_visit() -> None:
    position = make.position()
    set_raw(PositionEvidence.objects.get(), statement=make.statement(visit=None))
    assert [row for _model, row, _what in by("positions")] == [position.public_id]


def test_positions_finds_a_published_one_without_evidence() -> None:
    position = make.position()
    PositionEvidence.objects.all().delete()
    assert (
        "statements.Position",
        position.public_id,
        "A published position rests on published statements.",
    ) in by("positions")


@pytest.mark.parametrize("values", [{"visibility": "internal"}, {"workflow": "draft"}])
def test_positions_finds_one_more_visible_than_its_evidence_or_its_visit(values: dict[str, str]) -> None:
    resting, within = make.position(), make.position()
    set_raw(resting.evidence.get(), **values)
    set_raw(within.visit, **values)
    assert {row for _model, row, _what in by("positions")} == {resting.public_id, within.public_id}


# commitments


def test_commitments_finds_one_of_another_visit() -> None:
    commitment = make.commitment()
    set_raw(commitment, visit=make.visit())
    assert by("commitments") == [
        ("statements.Commitment", commitment.public_id, "The statement belongs to another visit.")
    ]


@pytest.mark.parametrize("parent", ["statement", "visit"])
def test_commitments_finds_one_more_visible_than_its_statement_or_visit(parent: str) -> None:
    commitment = make.commitment()
    set_raw(getattr(commitment, parent), visibility="internal")
    assert [row for _model, row, _what in by("commitments")] == [commitment.public_id]


# offices


@pytest.mark.parametrize(("name", "maker"), [("office", make.office), ("term", make.term)])
def test_offices_finds_a_speaker_in_an_office_or_term_of_somebody_else(name: str, maker) -> None:  # type: ignore[no-untyped-def]
    statement = make.statement()
    set_raw(statement.speakers.get(), **{name: maker()})
    assert by("offices") == [
        ("statements.Statement", statement.public_id, f"its speaker holds another person's {name}")
    ]


def test_offices_finds_an_organisation_in_the_office_of_a_person() -> None:
    statement = make.statement(speakers=(make.speaker(organisation=make.organisation()),))
    set_raw(statement.speakers.get(), office=make.office())
    assert [row for _model, row, _what in by("offices")] == [statement.public_id]
