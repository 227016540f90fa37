"""Reads of `statements` in domain words. Every queryset that reaches a person goes through `visible_to(user)`."""

from __future__ import annotations

from collections.abc import Sequence
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
    meeting_gate,
    meeting_gate_or_none,
    plain_gate,
    plain_meeting_gate,
    visible,
    visible_or_none,
)
from visits.among import AmongRows
from visits.choices import Visibility, Workflow
from visits.pieces import union
from visits.prepared import Given
from visits.querysets import RecordQuerySet, held_back
from visits.traces import known
from visits.written import Anybody, define

if TYPE_CHECKING:
    from visits.access import Reading


def _model(name: str) -> type[models.Model]:
    return apps.get_model("statements", name)


def _model_rows(name: str) -> models.QuerySet[Any]:
    return _model(name)._base_manager.all()


@define("visible", "statements.Statement")
def _statement(_model: Any, reader: Anybody) -> Q:
    """Whoever may not see a single citation of a statement does not see the statement.

    One without any citation is a draft that only editors see.
    """
    citations = _model_rows("Citation").filter(statement_id=OuterRef("pk"))
    by_note = plain_gate(reader, "note__") & plain_meeting_gate(reader, "note__meeting__")
    proven = Q(Exists(citations.filter(plain_gate(reader, "source__") | by_note)))
    if has_permission(reader, Permission.SEE_DRAFTS):
        proven |= ~Q(Exists(citations))
    if not has_permission(reader, Permission.SEE_INTERNAL):
        # Whoever speaks, stands in the chain of speakers or is spoken to.
        for model in ("StatementSpeaker", "Attribution", "StatementAddressee"):
            naming = _model_rows(model).filter(statement_id=OuterRef("pk"), person__isnull=False)
            proven &= ~Q(Exists(naming.filter(held_back("person_id"))))
    return gate(reader) & gate_or_none(reader, "visit") & meeting_gate_or_none(reader) & proven


@define("visible", "statements.Position")
def _position(_model: Any, reader: Anybody) -> Q:
    evidence = _model_rows("PositionEvidence").filter(position_id=OuterRef("pk"))
    condition = gate(reader) & gate(reader, "visit") & ~Q(Exists(evidence.exclude(visible(reader, "statement"))))
    return condition if has_permission(reader, Permission.SEE_DRAFTS) else condition & Q(Exists(evidence))


@define("visible", "statements.Commitment")
def _commitment(_model: Any, reader: Anybody) -> Q:
    return gate(reader) & gate_or_none(reader, "visit") & visible(reader, "statement__version")


@define("visible", "statements.Topic")
def _topic(_model: Any, reader: Anybody) -> Q:
    return known(reader)


def proof_gate(user: Reading) -> Q:
    """Return the condition that the source or meeting note of a citation reaches `user`."""
    return gate(user, "source") | visible(user, "note")


def _told_statement(user: Reading) -> Q:
    """Return the condition that the statement of a row is shown to `user`, or was before it was withdrawn."""
    rows: Any = _model("Statement")._default_manager
    withdrawn = rows.withdrawn_for_everybody(user).values("pk")
    return visible(user, "statement") | Q(statement__in=withdrawn)


class StatementQuerySet(RecordQuerySet):
    """Statements."""

    def visible_to(self, user: Reading) -> Self:
        """Return the statements that `user` may see: their own gate, their visit's, meeting's and proof's.

        Whoever may not see a single citation of a statement does not see the statement; one without any citation
        is a draft that only editors see.
        """
        return self.filter(visible(user))

    def parents_visible_to(self, user: Reading) -> Self:
        """Return the statements whose visit, meeting and at least one citation would reach `user`."""
        citations = _model("Citation")._base_manager.filter(statement_id=OuterRef("pk"))
        # A source that was withdrawn since leaves its statements' notes in place.
        open_proofs = citations.filter(source__visibility=Visibility.PUBLIC).exclude(source__workflow=Workflow.REMOVED)
        return self.filter(gate_or_none(user, "visit"), meeting_gate_or_none(user), Exists(open_proofs))

    def of_visit(self, visit: models.Model | Given) -> Self:
        """Return the statements of `visit` by date."""
        return self.filter(visit=visit).order_by("date_earliest", "date_latest", "order", "id")

    def of_topic(self, topic: models.Model) -> Self:
        """Return the statements on `topic`."""
        through = _model("StatementTopic")._base_manager.filter(topic=topic).values("statement_id")
        return self.filter(AmongRows("pk", through))

    def search(self, query: str, reader: Reading) -> Self:
        """Return the statements of which `reader` may see a version of the words that fits what was typed."""
        from statements.search.finding import matching
        from statements.search.query import conditions_of, parse

        rows = matching(self.visible_to(reader), "statement", conditions_of(parse(query)), reader)
        return cast("Self", rows)

    def spoken_by(self, **speaker: Any) -> Self:
        """Return the statements of a speaker, named by lookups on the speaker's row, each of which is enough."""
        rows = _model("StatementSpeaker")._base_manager
        # Each by its index: of all at once, every speaker would be read.
        said = union(rows.filter(**{way: value}).order_by().values("statement_id") for way, value in speaker.items())
        return self.filter(AmongRows("pk", said))

    def of_sides(self, sides: Sequence[str]) -> Self:
        """Return the statements one of whose speakers is of one of these sides."""
        rows = _model("StatementSpeaker")._base_manager.filter(side__in=sides).values("statement_id")
        return self.filter(pk__in=rows)

    def voiced_by(self, **organisation: Any) -> Self:
        """Return the statements of an organisation: by it, in its name, or by those who spoke in an office of it.

        It is named as a lookup that leads to it: `organisation=…` or `organisation__slug=…`.
        """
        ((lookup, value),) = organisation.items()
        part = lookup.removeprefix("organisation")
        ways = (f"organisation{part}", f"on_behalf_of{part}", f"office__organisation{part}")
        return self.spoken_by(**dict.fromkeys(ways, value))

    def citing(self, source: models.Model) -> Self:
        """Return the statements that cite `source`."""
        return self.filter(pk__in=_model("Citation")._base_manager.filter(source=source).values("statement_id"))


class PartOfStatementQuerySet(models.QuerySet[Any]):
    """Rows that are as visible as their statement: speakers, addressees, topics, attribution, errata."""

    def visible_to(self, user: Reading) -> Self:
        """Return the parts of statements that `user` may see."""
        return self.filter(visible(user, "statement__version"))


class ReviewQuerySet(PartOfStatementQuerySet):
    """Decisions of reviewers and comments: for those who see drafts."""

    def visible_to(self, user: Reading) -> Self:
        """Return the rows of statements that `user` may see, none below editor."""
        return super().visible_to(user) if has_permission(user, Permission.SEE_DRAFTS) else self.none()


class StatementTextQuerySet(PartOfStatementQuerySet):
    """Versions of the words."""

    def visible_to(self, user: Reading) -> Self:
        """Return the versions whose statement and source `user` may see."""
        return super().visible_to(user).filter(gate_or_none(user, "source"))


class CitationQuerySet(PartOfStatementQuerySet):
    """Citations."""

    def visible_to(self, user: Reading) -> Self:
        """Return the citations whose statement and source or note `user` may see."""
        return super().visible_to(user).filter(proof_gate(user))


class StatementLinkQuerySet(models.QuerySet[Any]):
    """Links between statements."""

    def visible_to(self, user: Reading) -> Self:
        """Return the links both of whose ends `user` may see."""
        return self.filter(visible(user, "from_statement"), visible(user, "to_statement"))


class MeetingTopicQuerySet(models.QuerySet[Any]):
    """Topics of meetings."""

    def visible_to(self, user: Reading) -> Self:
        """Return the topics of meetings that `user` may see."""
        return self.filter(meeting_gate(user, "meeting"))


class TopicQuerySet(models.QuerySet[Any]):
    """Topics."""

    def visible_to(self, user: Reading) -> Self:
        """Return the topics that a row visible to `user` is about; editors also unused ones."""
        return self.filter(visible(user))


class TopicAliasQuerySet(models.QuerySet[Any]):
    """Other words for topics."""

    def visible_to(self, user: Reading) -> Self:
        """Return the aliases of topics that `user` may see."""
        return self.filter(visible(user, "topic"))


class PositionQuerySet(RecordQuerySet):
    """Positions."""

    def visible_to(self, user: Reading) -> Self:
        """Return the positions all of whose evidence `user` may see."""
        return self.filter(visible(user))

    def parents_visible_to(self, user: Reading) -> Self:
        """Return the positions whose visit `user` may see, and all of whose evidence they may see or could have."""
        evidence = _model("PositionEvidence")._base_manager.filter(position_id=OuterRef("pk"))
        return self.filter(gate(user, "visit")).exclude(Exists(evidence.exclude(_told_statement(user))))


class PositionEvidenceQuerySet(models.QuerySet[Any]):
    """Evidence of positions."""

    def visible_to(self, user: Reading) -> Self:
        """Return the evidence of positions that `user` may see."""
        return self.filter(visible(user, "position"))


class CommitmentQuerySet(RecordQuerySet):
    """Commitments."""

    def visible_to(self, user: Reading) -> Self:
        """Return the commitments whose statement and visit `user` may see."""
        return self.filter(visible(user))

    def overdue(self, *, on: date) -> Self:
        """Return the open commitments whose last day lies before the day `on`."""
        return self.filter(state="open", due_latest__lt=on)

    def parents_visible_to(self, user: Reading) -> Self:
        """Return the commitments whose visit `user` may see, and whose statement they may see or could have."""
        return self.filter(gate_or_none(user, "visit"), _told_statement(user))


class CommitmentEvidenceQuerySet(models.QuerySet[Any]):
    """Evidence on commitments."""

    def visible_to(self, user: Reading) -> Self:
        """Return the evidence of which `user` may see the commitment, the statement and the source."""
        return self.filter(
            visible_or_none(user, "statement"), gate_or_none(user, "source"), visible(user, "commitment")
        )


class SetAsideQuerySet(models.QuerySet[Any]):
    """Passages of sources and notes that are no statements."""

    def visible_to(self, user: Reading) -> Self:
        """Return the passages of what `user` may see; below editor none, for stored text is internal."""
        if not has_permission(user, Permission.SEE_DRAFTS):
            return self.none()
        return self.filter(visible(user, "source") | visible(user, "note"))
