"""Commitments as pages print them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from statements.cards import PAGE, PAGE_KIND, page_of, show, title_of
from statements.choices import CommitmentState
from statements.models import Commitment, CommitmentEvidence, StatementSpeaker
from statements.models.statement import WHO
from visits.pieces import gather, pieces

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User


@dataclass(slots=True)
class CommitmentCard:
    """A commitment with its statement, and what shows whether it was kept."""

    public_id: str
    what: str
    by_whom: str
    by_url: str
    due: str
    overdue: bool
    state: str
    state_label: str
    statement_url: str
    visit_title: str
    visit_url: str
    is_draft: bool
    said: str
    speakers: list[tuple[str, str]] = field(default_factory=list)
    evidence: list[tuple[str, str]] = field(default_factory=list)


def commitment_cards(
    rows: QuerySet[Commitment], user: User | AnonymousUser, *, today: date | None = None
) -> list[CommitmentCard]:
    """Return the cards of visible commitments, in two queries; overdue is said as of `today` (UTC)."""
    found = list(rows.select_related("statement", "by_whom", "visit"))
    if not found:
        return []
    day = today or timezone.now().date()
    ids = [row.pk for row in found]
    statements = [row.statement_id for row in found]
    evidence = CommitmentEvidence.objects.visible_to(user).filter(commitment_id__in=ids)
    parts = gather(
        pieces("speaker", StatementSpeaker.objects.filter(statement_id__in=statements), "statement_id", "order", WHO,
               PAGE_KIND, PAGE),
        pieces("evidence", evidence, "commitment_id", "id", "text", "source__title", "source__public_id",
               "statement__public_id"),
    )  # fmt: skip
    return [_card(row, parts, day) for row in found]


def _card(row: Commitment, parts: dict[tuple[str, int], list[Any]], day: date) -> CommitmentCard:
    evidence = []
    for piece in parts.get(("evidence", row.pk), ()):
        name, public_id = ("source", piece.c) if piece.c else ("statement", piece.d)
        evidence.append((piece.a or piece.b, reverse(f"{name}_detail", args=[public_id])))
    return CommitmentCard(
        public_id=row.public_id,
        what=row.what,
        by_whom=row.by_whom.name if row.by_whom else "",
        by_url=row.by_whom.get_absolute_url() if row.by_whom else "",
        due=show(row.due),
        overdue=row.state == CommitmentState.OPEN and row.due_latest is not None and row.due_latest < day,
        state=row.state,
        state_label=str(CommitmentState(row.state).label),
        statement_url=reverse("statement_detail", args=[row.statement.public_id]),
        visit_title=title_of(row.visit) if row.visit else "",
        visit_url=row.visit.get_absolute_url() if row.visit else "",
        is_draft=row.workflow != "published",
        said=show(row.statement.date),
        speakers=[(piece.a, page_of(piece.b, piece.c)) for piece in parts.get(("speaker", row.statement_id), ())],
        evidence=evidence,
    )
