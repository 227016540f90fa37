"""The dated entries of a visit: steps, meetings and statements as rows of the timeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse

from statements.cards import (
    Card,
    Voice,
    base_card,
    fill,
    meeting_pieces,
    show,
    statement_pieces,
    voice,
)
from statements.models import Statement
from visits.choices import (
    ONE_SIDED_ACCOUNTS,
    Account,
    DateBasis,
    MeetingFormat,
    MeetingKind,
    MeetingStatus,
    Openness,
    PartOfDay,
)
from visits.models import Meeting, Visit
from visits.partial_dates import PartialDate, parse
from visits.pieces import Parts, gathered, union
from visits.prepared import Given, prepared
from visits.timeline import Row
from visits.views.sheet import StepCard

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.access import Reading
    from visits.models import User


@dataclass(slots=True)
class MeetingCard:
    """A meeting as pages print it."""

    pk: int
    public_id: str
    url: str
    title: str
    kind_label: str
    status: str
    status_label: str
    openness_label: str
    format_label: str
    place: str
    date: PartialDate | None
    date_text: str
    basis: str
    time: str
    summary: str
    one_sided: str
    account: str
    order: int
    is_draft: bool
    visibility: str
    participants: list[Voice] = field(default_factory=list)
    topics: list[tuple[str, str]] = field(default_factory=list)


def meeting_card(meeting: Meeting, parts: Parts) -> MeetingCard:
    """Return the card of a meeting with what was gathered for it."""
    account = Account(meeting.account) if meeting.account else None
    return MeetingCard(
        pk=meeting.pk,
        public_id=meeting.public_id,
        url=reverse("meeting_detail", args=[meeting.public_id]),
        title=meeting.title,
        kind_label=str(MeetingKind(meeting.kind).label),
        status=meeting.status,
        status_label=str(MeetingStatus(meeting.status).label),
        openness_label=str(Openness(meeting.openness).label) if meeting.openness != Openness.UNKNOWN else "",
        format_label=str(MeetingFormat(meeting.format).label) if meeting.format != MeetingFormat.UNKNOWN else "",
        place=meeting.place,
        date=parse(meeting.date) if meeting.date else None,
        date_text=show(meeting.date),
        basis=_basis(meeting.date, meeting.date_basis),
        time=_time(meeting),
        summary=meeting.public_summary,
        one_sided=str(account.label) if account in ONE_SIDED_ACCOUNTS and account else "",
        account=str(account.label) if account else "",
        order=meeting.order,
        is_draft=meeting.workflow != "published",
        visibility=meeting.visibility,
        participants=[voice(row) for row in parts.get(("participant", meeting.pk), ())],
        topics=[(row.a, row.b) for row in parts.get(("meeting_topic", meeting.pk), ())],
    )


def _basis(date: str, basis: str) -> str:
    return str(DateBasis(basis).label) if date and basis != DateBasis.STATED else ""


def _time(meeting: Meeting) -> str:
    if meeting.starts_at is None:
        return str(PartOfDay(meeting.part_of_day).label) if meeting.part_of_day else ""
    end = f"–{meeting.ends_at:%H:%M}" if meeting.ends_at else ""
    return f"{meeting.starts_at:%H:%M}{end} ({meeting.time_zone})"


@dataclass(slots=True)
class Entries:
    """What a visit holds for a reader."""

    meetings: list[MeetingCard]
    cards: list[Card]

    def rows(self, steps: list[StepCard]) -> list[Row]:
        """Return steps in force, meetings and statements as rows of the timeline."""
        found = [
            Row(
                key=f"step-{step.key}",
                kind="step",
                date=step.date,
                on_or_before=step.on_or_before,
                order=number,
                card=step,
            )
            for number, step in enumerate(steps)
            if not step.voided and not step.voids
        ]
        found += [
            Row(
                key=f"meeting-{card.pk}",
                kind="meeting",
                date=card.date,
                order=card.order,
                card=card,
            )
            for card in self.meetings
        ]
        found += [
            Row(
                key=f"statement-{card.pk}",
                kind="statement",
                date=card.date,
                column=card.column,
                meeting=f"meeting-{card.meeting}" if card.meeting else "",
                on_or_before=card.basis == DateBasis.PUBLICATION,
                order=card.order,
                card=card,
            )
            for card in self.cards
        ]
        return found


@prepared
def _meetings(reader: Reading, visit: Given) -> QuerySet[Any]:
    return Meeting.objects.visible_to(reader).filter(visit=visit)


@prepared
def _statements(reader: Reading, visit: Given) -> QuerySet[Any]:
    return Statement.objects.visible_to(reader).of_visit(visit)


@prepared
def _parts(reader: Reading, meetings: Given, statements: Given) -> QuerySet[Any]:
    return union([*meeting_pieces(reader, meetings), *statement_pieces(reader, statements)])


def entries_of(visit: Visit, user: User | AnonymousUser) -> Entries:
    """Return the meetings and statements of `visit` that `user` may see, in three queries."""
    meetings = _meetings(user, visit=visit.pk)
    statements = _statements(user, visit=visit.pk)
    ids = {"meetings": [meeting.pk for meeting in meetings], "statements": [row.pk for row in statements]}
    parts = gathered(_parts(user, **ids) if any(ids.values()) else ())
    cards = [fill(base_card(statement), parts) for statement in statements]
    here = {card.pk: f"#s-{card.public_id}" for card in cards}
    for card in cards:
        for reply in (*card.links, *card.replies):
            reply.url = here.get(reply.key, reply.url)
    return Entries([meeting_card(meeting, parts) for meeting in meetings], cards)
