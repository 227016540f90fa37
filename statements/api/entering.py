"""From the bodies of the API to the actions of `statements`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from statements.actions import enter_commitment, enter_statement
from statements.api import bodies
from statements.models import Citation, Commitment, CommitmentEvidence, Statement, Topic, TopicAlias
from visits.api.entering import change, named, part, take_out
from visits.api.known import of_this_name
from visits.api.writing import Writer
from visits.folding import fold
from visits.models import User


def _statement(
    *,
    by: User,
    speakers: Sequence[Any],
    texts: Sequence[Any],
    citations: Sequence[Citation] = (),
    topics: Sequence[Topic] = (),
    addressees: Sequence[Any] = (),
    links: Sequence[tuple[str, Statement]] = (),
    **data: Any,
) -> Statement:
    statement = Statement(**data)
    if statement.meeting is not None:
        statement.visit = statement.visit or statement.meeting.visit
        statement.leg = statement.meeting.leg
    return enter_statement(
        statement=statement,
        by=by,
        speakers=speakers,
        texts=texts,
        citations=citations,
        topics=list(dict.fromkeys(topics)),
        addressees=addressees,
        links=links,
    )


def _commitment(*, by: User, evidence: Sequence[CommitmentEvidence] = (), **data: Any) -> Commitment:
    commitment = Commitment(visit=data["statement"].visit, **data)
    return enter_commitment(commitment=commitment, by=by, evidence=evidence)


def _topics(rows: QuerySet[Any], data: Mapping[str, Any]) -> QuerySet[Any]:
    """Return the topics of which this is the name or another word."""
    aliases = TopicAlias.objects.filter(folded=fold(data["name"])).values("topic_id")
    return rows.filter(Q(pk__in=aliases) | Q(pk__in=of_this_name(rows, data).values("pk")))


STATEMENTS = Writer(bodies.StatementEntry, _statement, bodies.StatementChange, change)
CITATIONS = Writer(bodies.CitationEntry, part(Citation), bodies.CitationChange, change, take_out)
TOPICS = Writer(bodies.TopicEntry, named(Topic), bodies.TopicBody, change, known=_topics)
COMMITMENTS = Writer(bodies.CommitmentEntry, _commitment, bodies.CommitmentChange, change)
