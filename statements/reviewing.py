"""What a reviewer looks at: the facts for the hints, the passages, the queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min, Q, QuerySet

from statements import harm
from statements.capture.verbatim import SourceText
from statements.cards import Card, cards_of
from statements.models import (
    Attribution,
    Citation,
    Statement,
    StatementAddressee,
    StatementSpeaker,
    StatementText,
)
from statements.passages import Passage, passage_of
from statements.querysets import StatementQuerySet, proof_gate
from visits.access import gate_or_none
from visits.choices import Workflow
from visits.models import Source, Visit
from visits.pieces import flag, gather, pieces

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.access import Reading
    from visits.models import User

OLDEST_FIRST = ("changed_at", "id")


@dataclass(slots=True)
class Proofed:
    """A citation in review: its source or note, and the passage where the stored text holds it."""

    title: str
    url: str
    verdict: str
    verdict_label: str
    exact: str
    locator: str
    waiting: bool
    passage: Passage | None = None


@dataclass(slots=True)
class Looked:
    """A statement as a reviewer looks at it."""

    statement: Statement
    card: Card
    proofs: list[Proofed] = field(default_factory=list)
    hints: tuple[harm.Hint, ...] = ()

    @property
    def pair(self) -> str:
        """Return id and version, as forms send them."""
        return f"{self.statement.public_id}:{self.statement.version}"


def facts_of(ids: Sequence[int], reader: Reading | None) -> dict[int, harm.Facts]:
    """Return the facts of statements that `reader` may see, for the hints, in one query. None: of all there is.

    Of the words those that reach the reader: a hint quotes them. What stands in a hidden version or citation alone is
    not told of at all: publishing the statement does not open it, since source and note keep their own gates.
    """
    mine = {"statement_id__in": ids}
    texts, cited = StatementText._base_manager.filter(**mine), Citation._base_manager.filter(**mine)
    if reader is not None:
        texts, cited = texts.filter(gate_or_none(reader, "source")), cited.filter(proof_gate(reader))
    voices = [
        pieces("voice", model._base_manager.filter(**mine), "statement_id", "order", "person__name", "label",
               flag(person__private=True))
        for model in (StatementSpeaker, StatementAddressee, Attribution)
    ]  # fmt: skip
    words = [
        pieces("words", texts, "statement_id", "id", "text"),
        pieces("words", cited, "statement_id", "id", "exact"),
    ]
    parts = gather(*voices, *words)
    return {
        pk: harm.Facts(
            words="\n".join(row.a for row in parts.get(("words", pk), ())),
            private_people=tuple(row.a for row in parts.get(("voice", pk), ()) if row.c),
            labels=tuple(row.b for row in parts.get(("voice", pk), ()) if row.b),
        )
        for pk in ids
    }


def looked_at(statements: Sequence[Statement], user: User | AnonymousUser) -> list[Looked]:
    """Return visible statements (with their visit joined in) as a reviewer looks at them, in three queries."""
    if not statements:
        return []
    ids = [statement.pk for statement in statements]
    cited = Citation.objects.visible_to(user).filter(statement_id__in=ids).select_related("source", "note__meeting")
    by_statement: dict[int, list[Citation]] = defaultdict(list)
    for citation in cited.order_by("id"):
        by_statement[citation.statement_id].append(citation)
    facts = facts_of(ids, user)
    texts: dict[tuple[str, int], SourceText] = {}
    return [
        Looked(
            statement=statement,
            card=card,
            proofs=[_proofed(citation, card, texts) for citation in by_statement[statement.pk]],
            hints=harm.hints(facts[statement.pk]),
        )
        for statement, card in zip(statements, cards_of(statements, user), strict=True)
    ]


def _proofed(citation: Citation, card: Card, texts: dict[tuple[str, int], SourceText]) -> Proofed:
    proof = citation.source or citation.note
    words = citation.exact or (card.words.text if card.words else "")
    stored = citation.source.extracted_text if citation.source else citation.note.text if citation.note else ""
    passage = None
    if stored and words:
        key = (type(proof).__name__, proof.pk if proof else 0)
        passage = passage_of(texts.setdefault(key, SourceText(stored)), words, citation.prefix)
        if passage.how == "absent" and not citation.exact:
            # The editor's own words need not stand there.
            passage = None
    return Proofed(
        title=str(proof),
        url=citation.source.get_absolute_url() if citation.source else "",
        verdict=citation.verdict,
        verdict_label=str(citation.get_verdict_display()),
        exact=citation.exact,
        locator=citation.locator,
        waiting=citation.source is not None and citation.source.workflow in {Workflow.DRAFT, Workflow.IN_REVIEW},
        passage=passage,
    )


def queue(user: User | AnonymousUser, visit: str = "") -> StatementQuerySet:
    """Return the statements in review that `user` may see, the one that waits longest first."""
    rows = Statement.objects.visible_to(user).filter(workflow=Workflow.IN_REVIEW)
    found: StatementQuerySet = (rows.filter(visit__slug=visit) if visit else rows).order_by(*OLDEST_FIRST)
    return found


def neighbours(statement: Statement, user: User | AnonymousUser, visit: str = "") -> tuple[str, str]:
    """Return the public ids of the statements before and after this one in the queue, "" where there is none."""
    rows = queue(user, visit).exclude(pk=statement.pk)
    at, pk = statement.changed_at, statement.pk
    after = rows.filter(Q(changed_at__gt=at) | Q(changed_at=at, pk__gt=pk))
    before = rows.filter(Q(changed_at__lt=at) | Q(changed_at=at, pk__lt=pk)).reverse()
    ids = [found.values_list("public_id", flat=True).first() or "" for found in (before, after)]
    return ids[0], ids[1]


def waiting_sources(rows: QuerySet[Any], user: User | AnonymousUser) -> list[tuple[Source, int]]:
    """Return the sources that statements among `rows` cite, each with their number, the longest waiting first."""
    cited = Citation.objects.visible_to(user).filter(statement__in=rows.order_by(), source__isnull=False)
    counted = (
        cited.order_by()
        .values("source_id")
        .annotate(number=Count("statement_id", distinct=True), first=Min("statement__changed_at"))
        .order_by("first", "source_id")
    )
    numbers = {row["source_id"]: row["number"] for row in counted}
    found: Mapping[int, Source] = (
        Source.objects.visible_to(user).only("public_id", "title", "publisher").in_bulk(list(numbers))
    )
    return [(found[pk], number) for pk, number in numbers.items() if pk in found]


def waiting_visits(user: User | AnonymousUser) -> list[tuple[str, str, int]]:
    """Return slug, title and number of waiting statements of each visit that has some."""
    rows = queue(user).filter(visit__in=Visit.objects.visible_to(user))
    return list(
        rows.order_by().values("visit__slug", "visit__title").annotate(number=Count("pk"))
        .order_by("visit__title").values_list("visit__slug", "visit__title", "number")
    )  # fmt: skip
