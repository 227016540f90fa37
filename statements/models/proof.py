"""The words and their proof: versions, citations, the chain of attribution, links and our own errata."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from statements.choices import CitationRole, How, LinkKind, TextKind, Verdict
from statements.models.statement import Statement, Voice
from statements.querysets import (
    CitationQuerySet,
    PartOfStatementQuerySet,
    StatementLinkQuerySet,
    StatementTextQuerySet,
)
from visits.access import Permission
from visits.choices import Side, Workflow
from visits.classification import FieldClass, declare
from visits.models import MeetingNote, Source, Versioned
from visits.models.base import filled, known


class StatementText(Versioned):
    """The words in one language, and whose words they are. One version is preferred."""

    PART_OF: ClassVar[str] = "statement"
    HIDDEN_ALONE: ClassVar[bool] = True
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES, public="statement language kind text source preferred"
    )

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=12, default="en")
    kind = models.CharField(_("kind"), max_length=14, choices=TextKind.choices)
    text = models.TextField(_("text"))
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="texts")
    preferred = models.BooleanField(_("preferred"), default=False)

    objects = StatementTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the words")
        verbose_name_plural = _("versions of the words")
        ordering = ["-preferred", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement"],
                condition=Q(preferred=True),
                name="statements_text_one_preferred",
                violation_error_message=_("Only one version of the words is preferred: take the tick off the other."),
            ),
            models.CheckConstraint(name="statements_text_filled", condition=filled("text")),
            known("statements_text_kind_known", "kind", TextKind.values),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.text[:60]}"


class Citation(Versioned):
    """Where it stands: in a source or in a meeting note, by the W3C Web Annotation TextQuoteSelector."""

    PART_OF: ClassVar[str] = "statement"
    HIDDEN_ALONE: ClassVar[bool] = True
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        public="statement source role exact prefix suffix locator verdict how",
        internal="start end differing",
        confidential="note",
    )

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="citations")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="citations")
    note = models.ForeignKey(MeetingNote, on_delete=models.PROTECT, null=True, blank=True, related_name="citations")
    role = models.CharField(_("role"), max_length=12, choices=CitationRole.choices, default=CitationRole.PRIMARY)
    exact = models.TextField(_("quoted words"), blank=True)
    prefix = models.CharField(_("words before"), max_length=300, blank=True)
    suffix = models.CharField(_("words after"), max_length=300, blank=True)
    locator = models.CharField(_("paragraph, page or time"), max_length=80, blank=True)
    # What follows is found by the verbatim check (`verbatim_actions`) and never typed in.
    verdict = models.CharField(
        _("verbatim check"), max_length=12, choices=Verdict.choices, default=Verdict.NOT_HELD, editable=False
    )
    how = models.CharField(_("how it was found"), max_length=10, choices=How.choices, blank=True, editable=False)
    start = models.PositiveIntegerField(_("from character"), null=True, blank=True, editable=False)
    end = models.PositiveIntegerField(_("to character"), null=True, blank=True, editable=False)
    # Where words differ: {"quoted": runs, "source": runs}, a run being [words, whether they differ].
    differing = models.JSONField(_("differing words"), default=dict, blank=True, editable=False)

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="statements_citation_source_or_note",
                condition=Q(source__isnull=False, note__isnull=True) | Q(source__isnull=True, note__isnull=False),
            ),
            known("statements_citation_role_known", "role", CitationRole.values),
            known("statements_citation_verdict_known", "verdict", Verdict.values),
            known("statements_citation_how_known", "how", How.values, blank=True),
            models.CheckConstraint(
                name="statements_citation_place_whole",
                condition=Q(start__isnull=True, end__isnull=True) | Q(end__gte=F("start")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.source or self.note)

    def check_out(self, by: Any) -> None:
        """Refuse to take out the last citation that `by` may see.

        Whether a hidden one is left decides nothing: where one is, the statement would be hidden with it.
        """
        if by is None or self.statement.workflow == Workflow.PUBLISHED:
            return
        if all(row.pk == self.pk for row in self.statement.citations_seen(by)):
            raise ValidationError(_("This is all that the statement rests on: cite something else first."))


class Attribution(Voice):
    """One link of the chain of speakers, from the outermost inwards; `cue` is the word that hands over."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(Voice.FIELD_CLASSES, public="side cue")

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="attributions")
    side = models.CharField(_("side"), max_length=20, choices=Side.choices, blank=True)
    cue = models.CharField(_("cue"), max_length=60, blank=True)

    class Meta(Voice.Meta):
        verbose_name = _("attribution")
        constraints = [
            *Voice.Meta.constraints,
            models.UniqueConstraint(fields=["statement", "order"], name="statements_attribution_order"),
        ]


class StatementLink(Versioned):
    """What one statement does to another: replies, denies, corrects, disowns …"""

    PART_OF: ClassVar[str] = "from_statement"
    HIDDEN_ALONE: ClassVar[bool] = True
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES, public="from_statement to_statement kind"
    )

    from_statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="links")
    to_statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="linked_from")
    kind = models.CharField(_("kind"), max_length=14, choices=LinkKind.choices)

    objects = StatementLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link between statements")
        verbose_name_plural = _("links between statements")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["from_statement", "to_statement", "kind"], name="statements_link_once"),
            known("statements_link_kind_known", "kind", LinkKind.values),
            models.CheckConstraint(name="statements_link_not_itself", condition=~Q(from_statement=F("to_statement"))),
        ]

    def __str__(self) -> str:
        return f"{self.from_statement} {self.get_kind_display()} {self.to_statement}"


class Erratum(Versioned):
    """A mistake of our own in a statement, told publicly and never taken back."""

    PART_OF: ClassVar[str] = "statement"
    WRITTEN_WITH: ClassVar[Permission] = Permission.PUBLISH
    STAYS: ClassVar[bool] = True
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(Versioned.FIELD_CLASSES, public="statement text told_at")

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="errata")
    text = models.TextField(_("what was wrong, and what is right"))
    told_at = models.DateField(_("told on"), auto_now_add=True)

    objects = PartOfStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("erratum")
        verbose_name_plural = _("errata")
        ordering = ["told_at", "id"]
        constraints = [models.CheckConstraint(name="statements_erratum_filled", condition=filled("text"))]

    def __str__(self) -> str:
        return self.text[:80]
