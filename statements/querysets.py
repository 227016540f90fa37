"""Reads of `statements` in domain words. Every queryset that reaches a person goes through `visible_to(user)`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self, cast

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from visits.access import (
    Permission,
    gate,
    gate_or_none,
    has_permission,
    known,
    meeting_gate,
    meeting_gate_or_none,
    role_of,
)
from visits.choices import Visibility, Workflow
from visits.querysets import RecordQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User


def _model(name: str) -> type[models.Model]:
    return apps.get_model("statements", name)


def _visible_statements(user: User | AnonymousUser) -> models.QuerySet[Any]:
    """Return the statements that `user` may see, for use in other queries.

    A page asks for it many times, and building it is most of what a page costs: it is kept beside the person, for the
    role that it was built for. It holds subqueries only, nothing read.
    """
    kept: dict[str, models.QuerySet[Any]] = user.__dict__.setdefault("_visible_statements", {})
    role = role_of(user).value
    if role not in kept:
        kept[role] = _model("Statement")._default_manager.visible_to(user)  # type: ignore[attr-defined]
    return kept[role]


def _told_statement(user: User | AnonymousUser) -> Q:
    """Return the condition that the statement of a row is shown to `user`, or was before it was withdrawn."""
    rows: Any = _model("Statement")._default_manager
    withdrawn = rows.withdrawn_for_everybody(user).values("pk")
    return Q(statement__in=_visible_statements(user)) | Q(statement__in=withdrawn)


def proof_gate(user: User | AnonymousUser) -> Q:
    """Return the condition that the source or meeting note of a citation reaches `user`."""
    return (Q(source__isnull=False) & gate(user, "source__")) | (
        Q(note__isnull=False) & gate(user, "note__") & meeting_gate(user, "note__meeting__")
    )


class StatementQuerySet(RecordQuerySet):
    """Statements."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the statements that `user` may see: their own gate, their visit's, meeting's and proof's.

        Whoever may not see a single citation of a statement does not see the statement; one without any citation
        is a draft that only editors see.
        """
        citations = _model("Citation")._base_manager.filter(statement_id=OuterRef("pk"))
        proven: Any = Exists(citations.filter(proof_gate(user)))
        if has_permission(user, Permission.SEE_DRAFTS):
            proven = proven | ~Exists(citations)
        return self.filter(gate(user), gate_or_none(user, "visit"), meeting_gate_or_none(user), proven)

    def parents_visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the statements whose visit, meeting and at least one citation would reach `user`."""
        citations = _model("Citation")._base_manager.filter(statement_id=OuterRef("pk"))
        # A source that was withdrawn since leaves its statements' notes in place.
        open_proofs = citations.filter(source__visibility=Visibility.PUBLIC).exclude(source__workflow=Workflow.REMOVED)
        return self.filter(gate_or_none(user, "visit"), meeting_gate_or_none(user), Exists(open_proofs))

    def of_visit(self, visit: models.Model) -> Self:
        """Return the statements of `visit` by date."""
        return self.filter(visit=visit).order_by("date_earliest", "date_latest", "order", "id")

    def of_topic(self, topic: models.Model) -> Self:
        """Return the statements on `topic`."""
        through = _model("StatementTopic")._base_manager.filter(topic=topic).values("statement_id")
        return self.filter(pk__in=through)

    def search(self, query: str, reader: User | AnonymousUser) -> Self:
        """Return the statements of which `reader` may see a version of the words that fits what was typed."""
        from statements.search.finding import matching
        from statements.search.query import conditions_of, parse

        rows = matching(self.visible_to(reader), "statement", conditions_of(parse(query)), reader)
        return cast("Self", rows)

    def spoken_by(self, **speaker: Any) -> Self:
        """Return the statements of a speaker, named as a lookup on the speaker's row."""
        rows = _model("StatementSpeaker")._base_manager.filter(**speaker).values("statement_id")
        return self.filter(pk__in=rows)

    def citing(self, source: models.Model) -> Self:
        """Return the statements that cite `source`."""
        return self.filter(pk__in=_model("Citation")._base_manager.filter(source=source).values("statement_id"))


class PartOfStatementQuerySet(models.QuerySet[Any]):
    """Rows that are as visible as their statement: speakers, addressees, topics, attribution, errata."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the parts of statements that `user` may see."""
        return self.filter(statement__in=_visible_statements(user))


class ReviewQuerySet(PartOfStatementQuerySet):
    """Decisions of reviewers and comments: for those who see drafts."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the rows of statements that `user` may see, none below editor."""
        return super().visible_to(user) if has_permission(user, Permission.SEE_DRAFTS) else self.none()


class StatementTextQuerySet(PartOfStatementQuerySet):
    """Versions of the words."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the versions whose statement and source `user` may see."""
        return super().visible_to(user).filter(gate_or_none(user, "source"))


class CitationQuerySet(PartOfStatementQuerySet):
    """Citations."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the citations whose statement and source or note `user` may see."""
        return super().visible_to(user).filter(proof_gate(user))


class StatementLinkQuerySet(models.QuerySet[Any]):
    """Links between statements."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the links both of whose ends `user` may see."""
        seen = _visible_statements(user)
        return self.filter(from_statement__in=seen, to_statement__in=seen)


class MeetingTopicQuerySet(models.QuerySet[Any]):
    """Topics of meetings."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the topics of meetings that `user` may see."""
        return self.filter(meeting_gate(user, "meeting__"))


class TopicQuerySet(models.QuerySet[Any]):
    """Topics."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the topics that a row visible to `user` is about; editors also unused ones."""
        return self.filter(known("statements.Topic", user))


class TopicAliasQuerySet(models.QuerySet[Any]):
    """Other words for topics."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the aliases of topics that `user` may see."""
        return self.filter(topic__in=_model("Topic")._default_manager.visible_to(user))  # type: ignore[attr-defined]


class PositionQuerySet(RecordQuerySet):
    """Positions."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the positions all of whose evidence `user` may see."""
        evidence = _model("PositionEvidence")._base_manager.filter(position_id=OuterRef("pk"))
        rows = self.filter(gate(user), gate(user, "visit__"))
        rows = rows.exclude(Exists(evidence.exclude(statement__in=_visible_statements(user))))
        if not has_permission(user, Permission.SEE_DRAFTS):
            rows = rows.filter(Exists(evidence))
        return rows

    def parents_visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the positions whose visit `user` may see, and all of whose evidence they may see or could have."""
        evidence = _model("PositionEvidence")._base_manager.filter(position_id=OuterRef("pk"))
        return self.filter(gate(user, "visit__")).exclude(Exists(evidence.exclude(_told_statement(user))))


class PositionEvidenceQuerySet(models.QuerySet[Any]):
    """Evidence of positions."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the evidence of positions that `user` may see."""
        positions = _model("Position")._default_manager.visible_to(user)  # type: ignore[attr-defined]
        return self.filter(position__in=positions)


class CommitmentQuerySet(RecordQuerySet):
    """Commitments."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the commitments whose statement and visit `user` may see."""
        return self.filter(gate(user), gate_or_none(user, "visit"), statement__in=_visible_statements(user))

    def overdue(self, *, on: date) -> Self:
        """Return the open commitments whose last day lies before the day `on`."""
        return self.filter(state="open", due_latest__lt=on)

    def parents_visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the commitments whose visit `user` may see, and whose statement they may see or could have."""
        return self.filter(gate_or_none(user, "visit"), _told_statement(user))


class CommitmentEvidenceQuerySet(models.QuerySet[Any]):
    """Evidence on commitments."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the evidence of which `user` may see the commitment, the statement and the source."""
        commitments = _model("Commitment")._default_manager.visible_to(user)  # type: ignore[attr-defined]
        return self.filter(
            Q(statement__isnull=True) | Q(statement__in=_visible_statements(user)),
            gate_or_none(user, "source"),
            commitment__in=commitments,
        )


class SetAsideQuerySet(models.QuerySet[Any]):
    """Passages of sources and notes that are no statements."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the passages of what `user` may see; below editor none, for stored text is internal."""
        if not has_permission(user, Permission.SEE_DRAFTS):
            return self.none()
        sources: Any = apps.get_model("visits", "Source")._default_manager
        notes: Any = apps.get_model("visits", "MeetingNote")._default_manager
        return self.filter(models.Q(source__in=sources.visible_to(user)) | models.Q(note__in=notes.visible_to(user)))
