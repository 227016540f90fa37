"""What of `statements` is erased with a removed record, told to `visits.removal_actions`."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from statements.models import (
    Citation,
    Commitment,
    CommitmentEvidence,
    Position,
    PositionEvidence,
    Review,
    ReviewComment,
    Statement,
    StatementLink,
    StatementText,
)
from visits import drafts
from visits.removal_actions import Erasure, register_eraser, register_going


def _statement(statement: Any, erasure: Erasure) -> None:
    """Erase what leads to a statement without being a part of it, and what reviewers wrote of it."""
    erasure.rows(StatementLink.objects.filter(to_statement=statement))
    erasure.rows(PositionEvidence.objects.filter(statement=statement))
    erasure.rows(CommitmentEvidence.objects.filter(statement=statement))
    erasure.rows(Review.objects.filter(statement=statement))
    comments = ReviewComment.objects.filter(statement=statement)
    for public_id in comments.values_list("public_id", flat=True):
        drafts.forget(public_id)
    erasure.rows(comments)


def _cited(column: str) -> Any:
    """Return what is erased with a source or note that statements with another proof cite as well."""

    def erase(proof: Any, erasure: Erasure) -> None:
        erasure.rows(Citation.objects.filter(**{column: proof}))
        if column == "source":
            erasure.rows(StatementText.objects.filter(source=proof))
            erasure.rows(CommitmentEvidence.objects.filter(source=proof))

    return erase


def _resting_on(column: str) -> Any:
    """Return the statements that a source or note alone proves, or whose only words are the source's."""

    def going(proof: Any) -> QuerySet[Any]:
        cited = Citation._base_manager.filter(statement_id=OuterRef("pk"))
        alone = Exists(cited.filter(**{column: proof})) & ~Exists(cited.exclude(**{column: proof}))
        if column == "source":
            words = StatementText._base_manager.filter(statement_id=OuterRef("pk"))
            alone |= Exists(words.filter(source=proof)) & ~Exists(words.exclude(source=proof))
        return Statement._base_manager.filter(Q(alone))

    return going


def register() -> None:
    """Register all of it."""
    register_eraser("statements.Statement", _statement)
    register_eraser("visits.Source", _cited("source"))
    register_eraser("visits.MeetingNote", _cited("note"))
    register_going("statements.Statement", lambda row: Commitment._base_manager.filter(statement=row))
    register_going("visits.Source", _resting_on("source"))
    register_going("visits.MeetingNote", _resting_on("note"))
    register_going("visits.Meeting", lambda row: Statement._base_manager.filter(meeting=row))
    register_going("visits.Visit", lambda row: Statement._base_manager.filter(visit=row))
    register_going("visits.Visit", lambda row: Position._base_manager.filter(visit=row))
    register_going("visits.Visit", lambda row: Commitment._base_manager.filter(visit=row))
