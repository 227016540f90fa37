"""A statement: one act and one claim, by whom, to whom, on what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from statements.choices import ANSWERING_ACTS, Act, CitationRole, Mode, Occasion, Verdict
from statements.models.topic import Topic
from statements.querysets import PartOfStatementQuerySet, StatementQuerySet, proof_gate
from visits.access import gate_or_none, visible
from visits.choices import DateBasis, Side, Workflow, column_of
from visits.classification import FieldClass, declare
from visits.days import Day
from visits.fields import BoundField, PartialDateField, partial_date_check
from visits.models import (
    Mandate,
    MandateTerm,
    Meeting,
    Office,
    Organisation,
    Person,
    Record,
    Versioned,
    Visit,
    VisitLeg,
)
from visits.models.base import filled
from visits.pieces import flag, gather, pieces
from visits.workflow import openness

WORDS_OF_HEADING = 10
# Who a voice is, as a column of text.
WHO = Coalesce("person__name", "organisation__name", "mandate__name", NullIf("label", Value("")))


class Statement(Record):
    """What somebody said. Visit and meeting are both optional; a passage with two claims is two statements."""

    TWO_PERSONS: ClassVar[bool] = True
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Record.FIELD_CLASSES,
        public="act mode occasion visit meeting leg date date_earliest date_latest date_basis original_language"
        " answers_text order is_example topics",
        internal="note differs_reason",
    )
    FOR_REVIEWERS: ClassVar[tuple[str, ...]] = ("differs_reason",)

    act = models.CharField(_("act"), max_length=16, choices=Act.choices)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices)
    occasion = models.CharField(_("occasion"), max_length=20, choices=Occasion.choices)
    visit = models.ForeignKey(
        Visit,
        verbose_name=_("visit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
    )
    meeting = models.ForeignKey(
        Meeting,
        verbose_name=_("meeting"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
    )
    leg = models.ForeignKey(
        VisitLeg,
        verbose_name=_("leg"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
    )
    date = PartialDateField(_("date"), blank=True)
    date_earliest = BoundField("date", "earliest")
    date_latest = BoundField("date", "latest")
    date_basis = models.CharField(_("date basis"), max_length=12, choices=DateBasis.choices, default=DateBasis.STATED)
    original_language = models.CharField(
        _("original language"),
        max_length=12,
        blank=True,
        help_text=_("Such as km; empty where it is not known."),
    )
    answers_text = models.TextField(
        _("answers"),
        blank=True,
        help_text=_("What it denies or agrees with, where that has no record of its own."),
    )
    topics = models.ManyToManyField(Topic, through="StatementTopic", related_name="statements")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_example = models.BooleanField(_("invented example"), default=False)
    note = models.TextField(_("internal note"), blank=True)
    differs_reason = models.TextField(
        _("why words that differ are published"),
        blank=True,
        help_text=_("Written by a reviewer; without it a quotation that differs from its source is not published."),
    )

    objects = StatementQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("statement")
        ordering = ["-date_earliest", "order", "id"]
        constraints = [
            *Record.Meta.constraints,
            partial_date_check("statements_statement_date_bounds", field="date"),
            models.CheckConstraint(
                name="statements_statement_words_known",
                condition=Q(act__in=Act.values) & Q(mode__in=Mode.values) & Q(occasion__in=Occasion.values),
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["visit", "date_earliest", "order"], name="statement_of_visit"),
            models.Index(Day("date_latest").desc(), models.F("id").desc(), name="statement_latest"),
            # What was published last is what feeds ask for.
            models.Index(fields=["-published_at", "-id"], name="statement_latest_published"),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} ({self.public_id})"

    @classmethod
    def headings(cls, rows: Iterable[Any], user: Any) -> dict[int, str]:
        """Return by id who says what in each: “A. Person denies: The dam is…”. One query for all of them."""
        from statements.models.proof import StatementText

        found = {row.pk: row for row in rows}
        speakers = StatementSpeaker.objects.visible_to(user).filter(statement__in=found)
        texts = StatementText.objects.visible_to(user).filter(statement__in=found)
        parts = gather(
            pieces("speaker", speakers, "statement_id", "order", WHO),
            pieces("text", texts, "statement_id", "id", "text", flag(preferred=True)),
        )
        heads = {}
        for pk, row in found.items():
            versions = parts[("text", pk)]
            words = next((text.a for text in versions if text.b), versions[0].a if versions else "")
            heads[pk] = in_one_line(row.get_act_display(), [piece.a for piece in parts[("speaker", pk)]], words)
        return heads

    def get_absolute_url(self) -> str:
        return reverse("statement_detail", args=[self.public_id])

    def check_proof(self, *, publishing: bool = False, by: Any = None) -> None:
        """Raise ValidationError where speakers, words or citations are not what the statement's state asks for.

        Who may see a statement may see its proof: a public one has a public citation, and one that rests on a
        single source is no more visible than it. Only sources that were opened are cited. What is hidden from `by`
        neither hinders nor helps: a refusal would tell of it.
        """
        if self._state.adding:
            return
        proofs = [citation.source or citation.note for citation in self.citations_seen(by)]
        if any(getattr(proof, "consulted", True) is False for proof in proofs):
            raise ValidationError(_("Only sources that were opened can be cited."))
        if proofs and max(openness(proof.visibility) for proof in proofs) < openness(self.visibility):
            raise ValidationError(_("This cannot be more visible than what it cites."))
        if self.workflow != Workflow.PUBLISHED:
            return
        if not self.speakers.all():
            raise ValidationError(_("Say who speaks before publishing."))
        allowed = openness(self.visibility)
        told = {Workflow.PUBLISHED} if publishing else {Workflow.PUBLISHED, Workflow.WITHDRAWN}
        if not any(proof.workflow in told and openness(proof.visibility) >= allowed for proof in proofs):
            raise ValidationError(_("A published statement needs a published citation that its readers may see."))
        if not any(text.source is None or openness(text.source.visibility) >= allowed for text in self._texts_seen(by)):
            raise ValidationError(_("A published statement needs words that its readers may see."))
        if self.act in ANSWERING_ACTS and not self.answers_text and not self._links_seen(by):
            raise ValidationError(_("Say what this denies or agrees with: link it, or write it in “answers”."))
        if publishing and self.quotes_otherwise(by) and not self.differs_reason.strip():
            raise ValidationError(_("The quoted words differ from the source: a reviewer says why they are published."))

    def quotes_otherwise(self, by: Any = None) -> bool:
        """Whether words in quotation marks stand otherwise in a source that this rests on, whatever the mode.

        Of the sources, those that `by` may see; None: all.
        """
        return any(
            citation.verdict == Verdict.DIFFERS and citation.role != CitationRole.CONTRADICTS
            for citation in self.citations_seen(by)
        )

    def citations_seen(self, by: Any) -> Iterable[Any]:
        """Return the citations whose source or note `by` may see; None: all."""
        rows = self.citations.all()
        return rows if by is None else rows.filter(proof_gate(by)).select_related("source", "note")

    def _texts_seen(self, by: Any) -> Iterable[Any]:
        rows = self.texts.all()
        return rows if by is None else rows.filter(gate_or_none(by, "source")).select_related("source")

    def _links_seen(self, by: Any) -> Iterable[Any]:
        return self.links.all() if by is None else self.links.filter(visible(by, "to_statement"))


def in_one_line(act: str, names: list[str], words: str) -> str:
    """Return one line: the speakers, what they do, and the first words; without speakers or words, without them."""
    said = f"{', '.join(names)} {act}".strip()
    first = Truncator(" ".join(words.split()).strip('“”"«» ')).words(WORDS_OF_HEADING, truncate="…")
    return f"{said}: {first}" if first else said


# Exactly one of four says who it is.
_ONE_OF_FOUR = (
    Q(person__isnull=False, organisation__isnull=True, mandate__isnull=True, label="")
    | Q(person__isnull=True, organisation__isnull=False, mandate__isnull=True, label="")
    | Q(person__isnull=True, organisation__isnull=True, mandate__isnull=False, label="")
    | (Q(person__isnull=True, organisation__isnull=True, mandate__isnull=True) & filled("label"))
)


class Voice(Versioned):
    """Somebody in a statement: exactly one of person, organisation, mandate or label."""

    PART_OF: ClassVar[str] = "statement"
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        public="statement order",
        identity="person organisation mandate label",
    )

    order = models.PositiveSmallIntegerField(_("order"), default=0)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss"
    )
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    label = models.CharField(
        _("label"),
        max_length=160,
        blank=True,
        help_text=_("Such as “not attributed” or “a villager”."),
    )

    objects = PartOfStatementQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "id"]
        constraints = [models.CheckConstraint(name="%(app_label)s_%(class)s_one_of_four", condition=_ONE_OF_FOUR)]

    def __str__(self) -> str:
        return str(self.person or self.organisation or self.mandate or self.label)


class StatementSpeaker(Voice):
    """The outermost speaker, or one of several joint ones; the side is that of the office held on the day."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Voice.FIELD_CLASSES, public="side attribution", identity="office term on_behalf_of"
    )

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="speakers")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, blank=True, related_name="speeches")
    term = models.ForeignKey(MandateTerm, on_delete=models.PROTECT, null=True, blank=True, related_name="speeches")
    side = models.CharField(_("side"), max_length=20, choices=Side.choices)
    on_behalf_of = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    attribution = models.CharField(_("attribution as printed"), max_length=200, blank=True)

    class Meta(Voice.Meta):
        verbose_name = _("speaker")
        constraints = [
            *Voice.Meta.constraints,
            models.UniqueConstraint(fields=["statement", "order"], name="statements_speaker_order"),
            models.CheckConstraint(
                name="statements_speaker_office_or_term",
                condition=Q(office__isnull=True) | Q(term__isnull=True),
            ),
            models.CheckConstraint(name="statements_speaker_side_known", condition=Q(side__in=Side.values)),
        ]

    @property
    def column(self) -> str:
        """Return the column in which the speaker stands."""
        return column_of(self.side).value

    def clean(self) -> None:
        """Check that office and term are this person's own."""
        super().clean()
        if self.office is not None and self.office.person_id != self.person_id:
            raise ValidationError({"office": _("This office is another person's.")})
        if self.term is not None and self.person_id is not None and self.term.person_id != self.person_id:
            raise ValidationError({"term": _("This term is another person's.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the side of the office or the mandate where none was chosen."""
        if not self.side:
            self.side = self.office.side if self.office else Side.MANDATE_HOLDER if self.term else ""
        super().save(*args, **kwargs)


class StatementAddressee(Voice):
    """To whom it was said."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = Voice.FIELD_CLASSES

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="addressees")

    class Meta(Voice.Meta):
        verbose_name = _("addressee")
        constraints = [
            *Voice.Meta.constraints,
            models.UniqueConstraint(fields=["statement", "order"], name="statements_addressee_order"),
        ]


class StatementTopic(Versioned):
    """A topic of a statement; the first one leads."""

    PART_OF: ClassVar[str] = "statement"
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(Versioned.FIELD_CLASSES, public="statement topic order")

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="statement_topics")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="statement_topics")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PartOfStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic of a statement")
        verbose_name_plural = _("topics of statements")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["statement", "topic"], name="statements_topic_once")]

    def __str__(self) -> str:
        return str(self.topic)
