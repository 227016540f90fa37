"""Every write to `statements` that touches more than one row, or that the public could see.

As in `visits.actions`: keyword-only, atomic, `by` is the user who acts or None for the program itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from statements.choices import LinkKind
from statements.models import (
    Attribution,
    Citation,
    Commitment,
    CommitmentEvidence,
    Erratum,
    MeetingTopic,
    Position,
    PositionEvidence,
    Statement,
    StatementAddressee,
    StatementLink,
    StatementSpeaker,
    StatementText,
    StatementTopic,
    Topic,
)
from statements.verbatim_actions import check_statement
from visits.access import Permission
from visits.actions import (
    check_parents,
    check_version,
    clean_and_save,
    require,
    require_for_change,
    save_record,
    stamp_for,
)
from visits.after_save import together
from visits.models import Meeting, User
from visits.told import is_told


def _ordered(statement: Statement, rows: Iterable[Any]) -> None:
    """Store rows of a statement in the order given."""
    for order, row in enumerate(rows):
        row.statement = statement
        if hasattr(row, "order"):
            row.order = order
        clean_and_save(row)


@transaction.atomic
def enter_statement(
    *,
    statement: Statement,
    by: User | None,
    speakers: Sequence[StatementSpeaker],
    texts: Sequence[StatementText],
    citations: Sequence[Citation] = (),
    topics: Sequence[Topic] = (),
    addressees: Sequence[StatementAddressee] = (),
    attributions: Sequence[Attribution] = (),
    links: Sequence[tuple[str, Statement]] = (),
) -> Statement:
    """Store a new statement whole. `links` are (kind, the earlier statement); the first text is preferred if none is.

    A statement is stored before its proof, so what its state asks for is checked when all of it is there.
    """
    if not speakers:
        raise ValidationError(_("Say who speaks; where nobody is named, use the label “not attributed”."))
    if not texts:
        raise ValidationError(_("Give the words in at least one version."))
    if not any(text.preferred for text in texts):
        texts[0].preferred = True
    with together():
        save_record(record=statement, by=by)
        _ordered(statement, speakers)
        _ordered(statement, addressees)
        _ordered(statement, attributions)
        _ordered(statement, texts)
        _ordered(statement, citations)
        for order, topic in enumerate(topics):
            clean_and_save(StatementTopic(statement=statement, topic=topic, order=order))
        for kind, other in links:
            clean_and_save(StatementLink(from_statement=statement, to_statement=other, kind=kind))
    check_statement(statement, by)
    check_parents(statement, by=by)
    return statement


@transaction.atomic
def link_statements(
    *, statement: Statement, to: Statement, kind: str, by: User | None, version: int | None = None
) -> StatementLink:
    """Say what `statement` does to the earlier one `to`; both get a new version, and public ones a stamp."""
    require(by, Permission.EDIT_RECORD)
    require_for_change(statement, by)
    check_version(statement, version)
    link = StatementLink(from_statement=statement, to_statement=to, kind=LinkKind(kind))
    clean_and_save(link)
    statement.save()
    to.save()
    if is_told(link):
        stamp_for(statement, to)
    return link


@transaction.atomic
def tell_erratum(*, statement: Statement, text: str, by: User | None, version: int | None = None) -> Erratum:
    """Tell publicly of a mistake of our own in `statement`."""
    require(by, Permission.PUBLISH)
    check_version(statement, version)
    erratum = Erratum(statement=statement, text=text)
    clean_and_save(erratum)
    statement.save()
    stamp_for(statement)
    return erratum


@transaction.atomic
def enter_position(*, position: Position, by: User | None, evidence: Sequence[Statement]) -> Position:
    """Store a new position with the statements it rests on, all of them of its visit."""
    save_record(record=position, by=by)
    for order, statement in enumerate(evidence):
        clean_and_save(PositionEvidence(position=position, statement=statement, order=order))
    check_parents(position, by=by)
    return position


@transaction.atomic
def enter_commitment(
    *, commitment: Commitment, by: User | None, evidence: Sequence[CommitmentEvidence] = ()
) -> Commitment:
    """Store a new commitment of a statement, with what shows whether it was kept."""
    save_record(record=commitment, by=by)
    for row in evidence:
        row.commitment = commitment
        clean_and_save(row)
    return commitment


@transaction.atomic
def name_meeting_topics(*, meeting: Meeting, topics: Sequence[Topic], by: User | None) -> None:
    """Say which topics a meeting touched on, beside those already named; the meeting gets a new version."""
    require(by, Permission.EDIT_RECORD)
    require_for_change(meeting, by)
    known = set(MeetingTopic.objects.filter(meeting=meeting).values_list("topic_id", flat=True))
    for order, topic in enumerate(topics, start=len(known)):
        if topic.pk not in known:
            clean_and_save(MeetingTopic(meeting=meeting, topic=topic, order=order))
    meeting.save()
    stamp_for(meeting)
