"""The set-wise way in: statements that passed `rules` are written to all their tables at once, histories included.

What `statements.actions.enter_statement`, and `visits.actions.publish` after it, leave behind for each row, this leaves
behind for many; a test compares every table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from simple_history.models import HistoricalRecords

from statements.imports.planned import Planned
from statements.imports.targets import Moment, Target
from statements.models import (
    Attribution,
    Citation,
    SearchKind,
    Statement,
    StatementAddressee,
    StatementSpeaker,
    StatementText,
    StatementTopic,
)
from statements.search.index import enter_new
from visits.actions import own_compartment, raise_stamp
from visits.among import Among
from visits.audit.log import note_rows
from visits.choices import Visibility, Workflow
from visits.fields import random_public_ids
from visits.imports.behind import Behind
from visits.models import AuditKind, User

_WHO = ("person_id", "organisation_id", "mandate_id", "label")
# What the verbatim check finds after a citation was entered: its history tells of the citation as it was entered.
_FOUND = ("verdict", "how", "start", "end", "prefix", "suffix", "differing")
# A published statement was entered as a draft and then published: two versions, two rows of history.
_ENTERED = {"workflow": Workflow.DRAFT.value, "published_at": None, "version": 1}
Each = Sequence[tuple[int, Planned]]


class Writer:
    """Writes planned statements, of one import at one moment, within a transaction of its own or the caller's.

    `by` enters them, None being the program itself. `write` leaves the search to `index`, which belongs in the same
    transaction.
    """

    def __init__(self, *, by: User | None, using: str = "default") -> None:
        self.by, self.using = by, using
        # Whoever django-simple-history would name: the person whose request this is.
        historian = HistoricalRecords().get_history_user(None)
        self.moment = Moment(using, timezone.now(), historian.pk if historian is not None else None)
        self.now = self.moment.stored
        self.statements = self._target(
            Statement, "public_id", "workflow", "visibility", "compartment_id", "entered_by_id", "published_at",
            "version", "visit_id", "meeting_id", "leg_id", "act", "mode", "occasion", "date", "date_earliest",
            "date_latest", "date_basis", "original_language", "answers_text", "is_example", **_ENTERED,
        )  # fmt: skip
        self.speakers = self._target(
            StatementSpeaker, "statement_id", "order", *_WHO, "side", "office_id", "term_id", "on_behalf_of_id",
            "attribution",
        )  # fmt: skip
        self.addressees = self._target(StatementAddressee, "statement_id", "order", *_WHO)
        self.chain = self._target(Attribution, "statement_id", "order", *_WHO)
        self.texts = self._target(StatementText, "statement_id", "language", "kind", "text", "preferred", "source_id")
        fresh = Citation()
        found = {name: getattr(fresh, name) for name in _FOUND} | {"differing": "{}"}
        self.citations = self._target(
            Citation, "statement_id", "source_id", "role", "exact", "locator", *_FOUND, **found
        )  # fmt: skip
        self.topics = self._target(StatementTopic, "statement_id", "topic_id", "order")
        # The order in which they are filled.
        self.targets = (
            self.statements, self.speakers, self.addressees, self.chain, self.texts, self.citations, self.topics,
        )  # fmt: skip
        # Visit and meeting → compartment of what is confidential there.
        self.closed: dict[tuple[int | None, int | None], int] = {}

    def _target(self, model: type[models.Model], *columns: str, **entered: Any) -> Target:
        return Target(self.moment, model, *columns, **entered)

    def write(self, rows: Sequence[Planned]) -> tuple[list[int], list[str]]:
        """Write statements with their parts and histories; return their ids and public ids, in order."""
        with transaction.atomic(using=self.using), Behind(self.using) as behind:
            told = self.begin(rows, behind)
            behind.wait()
            return told

    def begin(self, rows: Sequence[Planned], behind: Behind) -> tuple[list[int], list[str]]:
        """Begin to write statements, as `write` does, within a transaction: they are there when `behind` has waited."""
        if not rows:
            return [], []
        self._close(rows)
        ids, addresses = self.statements.reserve(len(rows)), random_public_ids(len(rows))
        some = any(row.publish for row in rows)
        published = ("workflow", Workflow.PUBLISHED.value) if some else ("", "")
        told = [self._statement(*each) for each in zip(ids, addresses, rows, strict=True)]
        left = self.statements.put(told, published=published)
        each = list(zip(ids, rows, strict=True))
        for target, parts in (
            (self.speakers, _speakers(each)),
            (self.addressees, _voices(each, "addressees")),
            (self.chain, _voices(each, "chain")),
            (self.texts, _texts(each)),
            (self.citations, _citations(each)),
            (self.topics, _topics(each)),
        ):
            if values := list(parts):
                numbers = target.reserve(len(values))
                left += target.put([(number, *part) for number, part in zip(numbers, values, strict=True)])
        if some:
            public = [("statements.statement", key) for key, row in each if row.publish]
            note_rows(AuditKind.WORKFLOW, by=self.by, rows=public, detail="workflow draft>published")
        if any(row.publish and row.visibility == Visibility.PUBLIC for row in rows):
            raise_stamp()
        behind.run(left)
        return ids, addresses

    def index(self, ids: Sequence[int]) -> None:
        """Write the entries of the search of statements that `write` has just entered."""
        enter_new(SearchKind.STATEMENT, ids)

    def take_out(self, ids: Sequence[int]) -> None:
        """Take statements out to which nothing leads but the parts with which they were entered."""
        for target in reversed(self.targets):
            column = "pk" if target is self.statements else "statement_id"
            target.take_out(target.model._base_manager.filter(Among(column, ids)))

    def _close(self, rows: Sequence[Planned]) -> None:
        """Put what is confidential into the compartment into which the row-wise way would."""
        for row in rows:
            if row.visibility == Visibility.CONFIDENTIAL and row.compartment is None and self.by is not None:
                of = (row.visit, row.meeting)
                if of not in self.closed:
                    self.closed[of] = own_compartment(Statement(visit_id=of[0], meeting_id=of[1]), self.by).pk
                row.compartment = self.closed[of]

    def _statement(self, key: int, address: str, row: Planned) -> tuple[Any, ...]:
        state = (Workflow.PUBLISHED.value, self.now, 2) if row.publish else (Workflow.DRAFT.value, None, 1)
        return (
            key, address, state[0], row.visibility, row.compartment, self.by and self.by.pk, state[1], state[2],
            row.visit, row.meeting, row.leg, row.act, row.mode, row.occasion, row.date, _day(row.earliest),
            _day(row.latest), row.date_basis, row.original_language, row.answers_text, row.is_example,
        )  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _speakers(rows: Each) -> Iterator[tuple[Any, ...]]:
    for key, row in rows:
        for order, (who, side, office, term, behalf, printed) in enumerate(row.speakers):
            yield (key, order, *who, side, office, term, behalf, printed)


def _voices(rows: Each, of: str) -> Iterator[tuple[Any, ...]]:
    for key, row in rows:
        for order, who in enumerate(getattr(row, of)):
            yield (key, order, *who)


def _texts(rows: Each) -> Iterator[tuple[Any, ...]]:
    for key, row in rows:
        for text in row.texts:
            yield (key, text.language, text.kind, text.text, text.preferred, text.source)


def _citations(rows: Each) -> Iterator[tuple[Any, ...]]:
    for key, row in rows:
        for proof in row.citations:
            found = proof.found
            derived: Iterable[Any] = (found[name] for name in _FOUND[:-1])
            yield (
                key, proof.source, proof.role, proof.exact, proof.locator, *derived,
                json.dumps(found["differing"]) if found["differing"] else "{}",
            )  # fmt: skip


def _topics(rows: Each) -> Iterator[tuple[Any, ...]]:
    for key, row in rows:
        for order, topic in enumerate(row.topics):
            yield (key, topic, order)
