"""Positions, an editor's neutral summary of a side on a topic, and commitments with their evidence."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from statements.choices import CommitmentState
from statements.models.statement import Statement
from statements.models.topic import Topic
from statements.querysets import (
    CommitmentEvidenceQuerySet,
    CommitmentQuerySet,
    PositionEvidenceQuerySet,
    PositionQuerySet,
)
from visits.choices import Column, DateBasis, Workflow
from visits.classification import FieldClass, declare
from visits.fields import BoundField, PartialDateField, partial_date_check
from visits.models import Record, Source, Versioned, Visit
from visits.workflow import openness

STANDS_ALREADY = _("There is a position of this column on this topic in this visit already: change that one.")


class Position(Record):
    """Where a column stands on a topic in a visit, in neutral words; its evidence are statements.

    One of no compartment, and one that you see in each of yours.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Record.FIELD_CLASSES, public="visit topic column summary evidence"
    )

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="positions")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="positions")
    column = models.CharField(_("column"), max_length=6, choices=Column.choices)
    summary = models.TextField(_("summary"))
    evidence = models.ManyToManyField(Statement, through="PositionEvidence", related_name="positions")

    objects = PositionQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("position")
        ordering = ["topic", "column"]
        constraints = [
            *Record.Meta.constraints,
            # Among those of no compartment alone, which editors all see: whoever is refused for a row learns of it.
            models.UniqueConstraint(
                fields=["visit", "topic", "column"],
                condition=Q(compartment__isnull=True) & ~Q(workflow=Workflow.REMOVED),
                name="statements_position_once_in_the_open",
                violation_error_message=STANDS_ALREADY,
            ),
            models.CheckConstraint(name="statements_position_column_known", condition=Q(column__in=Column.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_column_display()}: {self.topic}"

    def check_proof(self, *, publishing: bool = False, by: Any = None) -> None:
        """Raise ValidationError where a published position lacks evidence, or is more visible than some of it."""
        self._check_place(by)
        if self._state.adding:
            return
        evidence = list(self.evidence.all())
        if any(statement.visit_id != self.visit_id for statement in evidence):
            raise ValidationError(_("A position rests on statements of its own visit."))
        if any(openness(statement.visibility) < openness(self.visibility) for statement in evidence):
            raise ValidationError(_("A position cannot be more visible than a statement it rests on."))
        if self.workflow != Workflow.PUBLISHED:
            return
        told = {Workflow.PUBLISHED} if publishing else {Workflow.PUBLISHED, Workflow.WITHDRAWN}
        if not evidence or any(statement.workflow not in told for statement in evidence):
            raise ValidationError(_("A published position rests on published statements."))

    def _check_place(self, by: Any) -> None:
        """Raise ValidationError where one that `by` sees stands in the same compartment, unless this one stood there.

        No rule of the database: one that rests on a statement of another compartment is hidden from some who are in
        this one, and would be told to them by it.
        """
        if self.compartment_id is None or self.visit_id is None or self.topic_id is None:
            return
        place = {name: getattr(self, name) for name in ("visit_id", "topic_id", "column", "compartment_id")}
        there = Position._base_manager.filter(**place)
        if not self._state.adding and there.filter(pk=self.pk).exists():
            return
        if (there if by is None else Position.objects.visible_to(by).filter(**place)).exists():
            raise ValidationError(STANDS_ALREADY)


class PositionEvidence(Versioned):
    """A statement on which a position rests."""

    PART_OF: ClassVar[str] = "position"
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(Versioned.FIELD_CLASSES, public="position statement order")

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="position_evidence")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="position_evidence")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PositionEvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence of a position")
        verbose_name_plural = _("evidence of positions")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["position", "statement"], name="statements_positionevidence_once")
        ]

    def __str__(self) -> str:
        return str(self.statement)


class Commitment(Record):
    """Something promised in a statement, by when, and what became of it."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Record.FIELD_CLASSES,
        public="statement visit by_whom what due due_earliest due_latest due_basis state",
    )

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="commitments")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="commitments")
    by_whom = models.ForeignKey(
        "visits.Organisation",
        verbose_name=_("by whom"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
    )
    what = models.TextField(_("what"))
    due = PartialDateField(_("due"), blank=True)
    due_earliest = BoundField("due", "earliest")
    due_latest = BoundField("due", "latest")
    due_basis = models.CharField(_("date basis"), max_length=12, choices=DateBasis.choices, default=DateBasis.STATED)
    state = models.CharField(_("state"), max_length=8, choices=CommitmentState.choices, default=CommitmentState.OPEN)

    objects = CommitmentQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("commitment")
        ordering = ["due_earliest", "id"]
        constraints = [
            *Record.Meta.constraints,
            partial_date_check("statements_commitment_due_bounds", field="due"),
            models.CheckConstraint(
                name="statements_commitment_state_known",
                condition=Q(state__in=CommitmentState.values),
            ),
        ]

    def __str__(self) -> str:
        return self.what[:80]


class CommitmentEvidence(Versioned):
    """What shows that a commitment was kept or not: a statement or a source."""

    PART_OF: ClassVar[str] = "commitment"
    HIDDEN_ALONE: ClassVar[bool] = True
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES, public="commitment statement source text"
    )

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="evidence")
    statement = models.ForeignKey(
        Statement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitment_evidence",
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="commitment_evidence"
    )
    text = models.CharField(_("what it shows"), max_length=300, blank=True)

    objects = CommitmentEvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence on a commitment")
        verbose_name_plural = _("evidence on commitments")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="statements_commitmentevidence_one",
                condition=Q(statement__isnull=False, source__isnull=True)
                | Q(statement__isnull=True, source__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.text or str(self.statement or self.source)
