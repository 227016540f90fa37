"""Review: what reviewers decided of statements and why, and what they and the editors wrote to each other."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from statements.choices import Decision
from statements.models.statement import Statement
from statements.querysets import ReviewQuerySet
from visits.classification import FieldClass, declare
from visits.fields import PublicIdField
from visits.models import User
from visits.models.base import filled, known


class Review(models.Model):
    """One decision on one statement: a log that is only added to. Internal: no public page tells of it."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        internal="id statement at statement_version decision answers reason", identity="reviewer"
    )

    statement = models.ForeignKey(
        Statement, verbose_name=_("statement"), on_delete=models.PROTECT, related_name="reviews"
    )
    reviewer = models.ForeignKey(
        User, verbose_name=_("reviewer"), on_delete=models.PROTECT, null=True, related_name="reviews"
    )
    at = models.DateTimeField(_("decided"), auto_now_add=True)
    statement_version = models.PositiveIntegerField(_("version decided on"))
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices)
    # {"answers": question → answer, "hints": questions}, as `statements.harm` gives them. The reasons of a hint are
    # names and words of others: kept here, they would outlive the sealing of a name and the removal of a source.
    answers = models.JSONField(_("checklist"), default=dict, blank=True)
    reason = models.TextField(_("reasons"), blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        ordering = ["-at", "-id"]
        constraints = [known("statements_review_decision_known", "decision", Decision.values)]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} ({self.statement_id})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new decision; raise ValidationError for one that is stored already."""
        if not self._state.adding:
            raise ValidationError(_("A decision is not changed: decide anew."))
        super().save(*args, **kwargs)


class ReviewComment(models.Model):
    """What a reviewer asks of an editor about a statement, or an editor answers. Internal."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        internal="id public_id statement text at settled", identity="author"
    )

    public_id = PublicIdField()
    statement = models.ForeignKey(
        Statement, verbose_name=_("statement"), on_delete=models.PROTECT, related_name="comments"
    )
    author = models.ForeignKey(
        User, verbose_name=_("author"), on_delete=models.PROTECT, null=True, related_name="review_comments"
    )
    text = models.TextField(_("comment"))
    at = models.DateTimeField(_("written"), auto_now_add=True)
    settled = models.BooleanField(_("settled"), default=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(name="statements_reviewcomment_filled", condition=filled("text"))]
        indexes = [models.Index(fields=["statement"], condition=Q(settled=False), name="reviewcomment_open")]

    def __str__(self) -> str:
        return self.text[:80]
