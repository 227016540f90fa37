"""The publication stamp is raised by what everybody may see, and by nothing else: it stands in public marks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from statements.models import Commitment
from tests import factories as make
from tests.cast import Cast, again
from tests.visits.test_undo import Gathered
from visits import actions, meeting_actions
from visits.choices import MeetingStatus, PublishedAs
from visits.merge_undo import undo_merge
from visits.merging import merge_records
from visits.models import Meeting, Participant, PublicationStamp
from visits.undo import undo

pytestmark = pytest.mark.django_db


def stamp() -> int:
    return PublicationStamp.objects.values_list("value", flat=True).first() or 0


def raises(act: Callable[[], Any]) -> bool:
    """Whether an act raises the stamp."""
    before = stamp()
    act()
    return stamp() != before


def changed(row: Any, people: Cast, **values: Any) -> bool:
    """Whether the stamp is raised by a change of a record."""
    stored = again(row)
    for name, value in values.items():
        setattr(stored, name, value)
    return raises(lambda: actions.save_record(record=stored, by=people.reviewer))


@pytest.mark.parametrize("named", [True, False])
def test_somebody_entered_at_a_meeting_is_told_where_they_are_named(named: bool, people: Cast) -> None:
    meeting = make.meeting()
    row = Participant(label="A teacher", side="affected", named_publicly=named)
    entered = raises(
        lambda: meeting_actions.add_participants(meeting=again(meeting), participants=[row], by=people.reviewer)
    )
    assert entered == named


@pytest.mark.parametrize("hidden", [True, False])
def test_undoing_tells_of_what_was_told(hidden: bool, people: Cast) -> None:
    room = make.compartment(members=(people.editor,))
    meeting = make.meeting(**(make.confidential(room) if hidden else {}))
    with Gathered() as rows:
        row = Participant(meeting=again(meeting), label="A teacher", side="affected", order=1, named_publicly=True)
        actions.save_part(part=row, by=people.reviewer)
    assert raises(lambda: undo(rows=rows.named(), by=people.reviewer)) != hidden
    assert not Participant.objects.exists()


@pytest.mark.parametrize("hidden", [True, False])
def test_merging_tells_of_what_was_told(hidden: bool, people: Cast) -> None:
    kept, gone = (make.organisation(name=f"Union of {name}") for name in ("Farmers", "farmers of the North"))
    state = make.draft() if hidden else {}
    make.participant(meeting=make.meeting(**state), organisation=gone)
    merged = []
    assert (
        raises(lambda: merged.append(merge_records(kept=again(kept), gone=again(gone), by=people.reviewer))) != hidden
    )
    assert raises(lambda: undo_merge(merge=merged[0], by=people.reviewer)) != hidden


def test_a_meeting_of_which_nobody_learns_tells_nothing(people: Cast) -> None:
    room = make.compartment(members=(people.reviewer,))
    silent = make.meeting(published_as=PublishedAs.NOT)
    assert not changed(silent, people, title="Another")
    assert changed(silent, people, published_as=PublishedAs.FULL)
    assert changed(silent, people, title="A third")
    assert changed(silent, people, published_as=PublishedAs.NOT)
    for counted in (
        make.meeting(published_as=PublishedAs.COUNT),
        make.meeting(published_as=PublishedAs.COUNT, **make.confidential(room)),
    ):
        assert not changed(counted, people, title="Another", date="2022-08-20")
        # Whether it counts is told.
        assert changed(counted, people, status=MeetingStatus.CANCELLED)
        assert changed(counted, people, published_as=PublishedAs.NOT)
        assert not changed(counted, people, status=MeetingStatus.HELD)
    assert Meeting.objects.counted().count() == 0


def test_internal_columns_tell_nothing_and_the_text_of_a_source_where_it_is_published(people: Cast) -> None:
    visit = make.visit()
    said, source = make.statement(visit=visit), make.source(traced_by=visit)
    for row in (visit, said, source, make.meeting(visit=visit)):
        assert not changed(row, people, note="Ask again.")
    assert not changed(said, people, differs_reason="Two words were left out.")
    assert not changed(source, people, extracted_text="The whole text.")
    assert changed(source, people, publishable=True)
    assert changed(source, people, extracted_text="The whole text, read anew.")
    assert changed(source, people, title="Another", note="Ask once more.")


def test_what_is_withdrawn_or_taken_out_of_a_public_record_is_told(people: Cast) -> None:
    said = make.statement(act="commits")
    promise = make.commitment(statement=said)
    act = {"record": again(promise), "to": "withdrawn", "by": people.reviewer, "note": "It was another's."}
    assert raises(lambda: actions.change_workflow(**act))
    assert Commitment.objects.get().workflow == "withdrawn"
