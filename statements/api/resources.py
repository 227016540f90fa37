"""The resources of `statements`, each described once."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from statements.api import entering, filters, linked
from statements.api.kinds import CITATIONS, TOPICS, citation_mark
from statements.commitment_filters import CommitmentFilter
from statements.exports import COMMITMENTS, STATEMENTS
from statements.filters import StatementFilter
from statements.models import Citation, Commitment, Statement, Topic
from visits.api.resource import Resource, Sort, by_key, by_parent, register
from visits.api.resources import PUBLISHED, days, paged, thin
from visits.partial_dates import LAST_YEAR

register(
    Resource(
        name="statements",
        about=_("Statements: one act and one claim each, with who said it, where it stands and what it is about."),
        kind=STATEMENTS,
        rows=Statement.objects.visible_to,
        key="public_id",
        filters=lambda data, reader, today: StatementFilter(data, reader=reader),
        filter_class=StatementFilter,
        has_words=True,
        sorts=days("date"),
        linked=linked.statement,
        expansions={
            "visit": by_key("visits", lambda row: [row.record.visit.slug] if row.record.visit else []),
            "meeting": by_key("meetings", lambda row: [row.record.meeting.public_id] if row.record.meeting else []),
            "people": by_key("people", paged("speaker", "person")),
            "organisations": by_key("organisations", paged("speaker", "organisation")),
            "mandates": by_key("mandates", paged("speaker", "mandate")),
            "topics": by_key("topics", thin("topic")),
            "citations": by_parent("citations", "statement_id"),
            "sources": by_key("sources", thin("source")),
            "commitments": by_parent("commitments", "statement_id"),
        },
        writer=entering.STATEMENTS,
    )
)
register(
    Resource(
        name="citations",
        about=_("Where statements stand: words quoted out of sources. The key changes with what the row says."),
        kind=CITATIONS,
        rows=Citation.objects.visible_to,
        key="statement__public_id",
        mark=citation_mark,
        filters=filters.CitationFilter,
        filter_class=filters.CitationFilter,
        sorts={"statement": Sort("statement__public_id")},
        linked=linked.citation,
        expansions={
            "statement": by_key("statements", lambda row: [row.record.statement.public_id]),
            "source": by_key("sources", lambda row: [row.record.source.public_id] if row.record.source else []),
        },
        writer=entering.CITATIONS,
    )
)
register(
    Resource(
        name="topics",
        about=_("What statements and meetings are about."),
        kind=TOPICS,
        rows=Topic.objects.visible_to,
        key="slug",
        filters=filters.TopicFilter,
        filter_class=filters.TopicFilter,
        sorts={"name": Sort("name")},
        linked=linked.topic,
        expansions={"parent": by_key("topics", thin("parent"))},
        writer=entering.TOPICS,
    )
)
register(
    Resource(
        name="commitments",
        about=_("What was promised in statements, by when, and what became of it."),
        kind=COMMITMENTS,
        rows=Commitment.objects.visible_to,
        key="public_id",
        filters=lambda data, reader, today: CommitmentFilter(data, reader=reader, today=today),
        filter_class=CommitmentFilter,
        sorts={
            # What has no date comes last.
            "due": Sort(Coalesce(F("due_earliest"), Value(date(LAST_YEAR, 12, 31)))),
            "published": PUBLISHED,
        },
        linked=linked.commitment,
        expansions={
            "statement": by_key("statements", lambda row: [row.record.statement.public_id]),
            "visit": by_key("visits", lambda row: [row.record.visit.slug] if row.record.visit else []),
        },
        writer=entering.COMMITMENTS,
    )
)
