"""Writes of the desk to meetings: who took part, the public summary, notes."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from visits.access import Permission
from visits.actions import (
    check_version,
    clean_and_save,
    remove_part,
    require,
    require_for_change,
    save_record,
    stamp_for,
)
from visits.choices import Visibility
from visits.compartments import CHOOSE
from visits.models import Compartment, Meeting, MeetingNote, Participant, User
from visits.told import is_told


@transaction.atomic
def add_participants(*, meeting: Meeting, participants: Sequence[Participant], by: User | None) -> list[Participant]:
    """Store several more who took part, after those already there; the meeting gets one new version."""
    require(by, Permission.EDIT_RECORD)
    require_for_change(meeting, by)
    last = meeting.participants.order_by("-order").values_list("order", flat=True).first()
    for order, participant in enumerate(participants, start=0 if last is None else last + 1):
        participant.meeting = meeting
        participant.order = order
        clean_and_save(participant)
    if participants:
        meeting.save()
    if any(is_told(participant) for participant in participants):
        stamp_for(meeting)
    return list(participants)


@transaction.atomic
def take_out_participant(*, meeting: Meeting, participant: Participant, by: User | None, version: int) -> None:
    """Take somebody out of a meeting who was entered by mistake; `version` is that of the meeting as read."""
    check_version(meeting, version)
    if participant.meeting_id != meeting.pk:
        raise ValidationError(_("This participant is of another meeting."))
    participant.meeting = meeting
    remove_part(part=participant, by=by)


@transaction.atomic
def write_summary(*, meeting: Meeting, text: str, by: User | None, version: int) -> Meeting:
    """Store the public summary of a meeting; `version` is that of the meeting as read."""
    check_version(meeting, version)
    meeting.public_summary = text
    save_record(record=meeting, by=by)
    return meeting


@transaction.atomic
def edit_note(
    *,
    note: MeetingNote,
    text: str,
    visibility: str,
    by: User,
    version: int,
    compartment: Compartment | None = None,
) -> MeetingNote:
    """Store a note as its author changed it; `version` is that of the note as read.

    A confidential note is open to `compartment`, else to that which it has, else to that of its meeting.
    Raises PermissionDenied for whoever is not its author: notes of others are quoted, not rewritten.
    """
    if note.author_id != by.pk:
        raise PermissionDenied(_("A note is changed by its author."))
    check_version(note, version)
    note.text = text
    note.visibility = visibility
    note.compartment = closed_into(note, compartment or note.compartment)
    save_record(record=note, by=by)
    return note


@transaction.atomic
def enter_note(
    *,
    meeting: Meeting,
    author: User,
    text: str,
    visibility: str,
    by: User | None,
    compartment: Compartment | None = None,
) -> MeetingNote:
    """Store a note on a meeting; a confidential one is open to `compartment`, else to that of its meeting.

    Raises ValidationError where there is neither: nobody could review it.
    """
    note = MeetingNote(meeting=meeting, author=author, text=text, visibility=visibility)
    note.compartment = closed_into(note, compartment)
    save_record(record=note, by=by)
    return note


def closed_into(note: MeetingNote, chosen: Compartment | None) -> Compartment | None:
    """Return the compartment of a note as its visibility stands, None where it is not confidential."""
    if note.visibility != Visibility.CONFIDENTIAL:
        return None
    found = chosen or note.meeting.compartment
    if found is None:
        raise ValidationError(CHOOSE)
    return found
