"""A visit from its request to its follow-up: its steps, legs, members and the guarantees it was given."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from visits.choices import (
    DateBasis,
    DatesKind,
    Guarantee,
    GuaranteeKept,
    StepActor,
    StepKind,
    Visibility,
    VisitKind,
    VisitStatus,
)
from visits.classification import FieldClass, declare
from visits.fields import BoundField, PartialDateField, partial_date_check
from visits.folding import fold
from visits.models.base import Record, Versioned, filled, known
from visits.models.mandates import Country, Mandate, MandateTerm
from visits.querysets import (
    AccessNoteQuerySet,
    ExpertLegQuerySet,
    PartOfVisitQuerySet,
    VisitQuerySet,
)


class Visit(Record):
    """A country visit. Status and dates are derived from the steps and legs, and stored by the actions."""

    PERMANENT: ClassVar[tuple[str, ...]] = ("public_id", "slug")
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Record.FIELD_CLASSES,
        public="slug title kind purpose duration_as_reported follows status dates dates_kind dates_earliest"
        " dates_latest is_example mandates folded",
        internal="note",
    )

    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    title = models.CharField(_("place"), max_length=200, help_text=_("Where: the countries or territory, as shown."))
    kind = models.CharField(_("kind"), max_length=12, choices=VisitKind.choices, default=VisitKind.OFFICIAL)
    mandates = models.ManyToManyField(Mandate, through="VisitMandate", related_name="visits")
    purpose = models.TextField(_("purpose"), blank=True)
    duration_as_reported = models.CharField(_("duration as reported"), max_length=60, blank=True)
    follows = models.ForeignKey(
        "self",
        verbose_name=_("follows"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
    )
    note = models.TextField(_("internal note"), blank=True)
    is_example = models.BooleanField(_("invented example"), default=False)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=VisitStatus.choices,
        default=VisitStatus.UNKNOWN,
        editable=False,
        db_index=True,
    )
    dates = PartialDateField(_("dates"), blank=True, editable=False)
    dates_earliest = BoundField("dates", "earliest")
    dates_latest = BoundField("dates", "latest")
    dates_kind = models.CharField(max_length=10, choices=DatesKind.choices, default=DatesKind.NONE, editable=False)
    folded = models.TextField(editable=False, default="")

    objects = VisitQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("visit")
        ordering = ["-dates_earliest", "slug"]
        constraints = [
            *Record.Meta.constraints,
            partial_date_check("visits_visit_dates_bounds", field="dates"),
            models.CheckConstraint(name="visits_visit_slug_filled", condition=filled("slug")),
            models.CheckConstraint(
                name="visits_visit_not_after_itself",
                condition=Q(follows__isnull=True) | ~Q(follows=F("id")),
            ),
            models.CheckConstraint(name="visits_visit_status_known", condition=Q(status__in=VisitStatus.values)),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.dates}" if self.dates else self.title

    def get_absolute_url(self) -> str:
        return reverse("visit_detail", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the title and purpose folded for finding."""
        self.folded = fold(f"{self.title} {self.purpose}")
        super().save(*args, **kwargs)


class VisitMandate(Versioned):
    """A mandate on whose behalf a visit is made. Joint visits have several."""

    PART_OF: ClassVar[str] = "visit"
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(Versioned.FIELD_CLASSES, public="visit mandate order")

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="visit_mandates")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="visit_mandates")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PartOfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate of the visit")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["visit", "mandate"], name="visits_visitmandate_once")]

    def __str__(self) -> str:
        return str(self.mandate)


class VisitLeg(Versioned):
    """A part of a visit in one country, or in a territory or region that is no State."""

    PART_OF: ClassVar[str] = "visit"
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        public="visit order country territory place dates dates_earliest dates_latest date_basis",
    )

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="legs")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, blank=True, related_name="legs")
    territory = models.CharField(_("territory or region"), max_length=120, blank=True)
    place = models.CharField(_("place"), max_length=160, blank=True)
    dates = PartialDateField(_("dates"), blank=True)
    dates_earliest = BoundField("dates", "earliest")
    dates_latest = BoundField("dates", "latest")
    date_basis = models.CharField(_("date basis"), max_length=12, choices=DateBasis.choices, default=DateBasis.STATED)

    objects = PartOfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("leg")
        ordering = ["order", "id"]
        constraints = [
            partial_date_check("visits_visitleg_dates_bounds", field="dates"),
            models.UniqueConstraint(fields=["visit", "order"], name="visits_visitleg_order"),
            models.CheckConstraint(
                name="visits_visitleg_somewhere",
                condition=Q(country__isnull=False) | filled("territory"),
            ),
        ]

    def __str__(self) -> str:
        return self.place or self.territory or str(self.country)


class VisitExpert(Versioned):
    """A mandate holder who travelled, and on which legs (none named: on all)."""

    PART_OF: ClassVar[str] = "visit"
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(Versioned.FIELD_CLASSES, public="visit term order legs")

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="experts")
    term = models.ForeignKey(MandateTerm, on_delete=models.PROTECT, related_name="travels")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    legs = models.ManyToManyField(VisitLeg, through="VisitExpertLeg", related_name="experts", blank=True)

    objects = PartOfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of the mission")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["visit", "term"], name="visits_visitexpert_once")]

    def __str__(self) -> str:
        return str(self.term)


class VisitExpertLeg(Versioned):
    """A leg on which a member of the mission travelled."""

    PART_OF: ClassVar[str] = "expert"
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(Versioned.FIELD_CLASSES, public="expert leg")

    expert = models.ForeignKey(VisitExpert, on_delete=models.CASCADE, related_name="expert_legs")
    leg = models.ForeignKey(VisitLeg, on_delete=models.CASCADE, related_name="expert_legs")

    objects = ExpertLegQuerySet.as_manager()

    class Meta:
        verbose_name = _("leg of a member")
        constraints = [models.UniqueConstraint(fields=["expert", "leg"], name="visits_visitexpertleg_once")]

    def __str__(self) -> str:
        return str(self.leg)

    def clean(self) -> None:
        """Check that member and leg are of one visit."""
        super().clean()
        if self.leg_id and self.expert_id and self.leg.visit_id != self.expert.visit_id:
            raise ValidationError({"leg": _("This leg belongs to another visit.")})


class VisitStep(Versioned):
    """A dated letter or event. Append-only: a wrong step is voided by another, which gives its reason."""

    PART_OF: ClassVar[str] = "visit"
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        public="visit kind actor mandate leg date date_earliest date_latest date_basis proposed proposed_earliest"
        " proposed_latest proposed_basis reason document source voids entered_at",
        internal="note",
    )

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("kind"), max_length=26, choices=StepKind.choices)
    actor = models.CharField(_("by"), max_length=6, choices=StepActor.choices, blank=True)
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    leg = models.ForeignKey(VisitLeg, on_delete=models.PROTECT, null=True, blank=True, related_name="steps")
    date = PartialDateField(_("date"), blank=True)
    date_earliest = BoundField("date", "earliest")
    date_latest = BoundField("date", "latest")
    date_basis = models.CharField(_("date basis"), max_length=12, choices=DateBasis.choices, default=DateBasis.STATED)
    proposed = PartialDateField(_("dates named"), blank=True)
    proposed_earliest = BoundField("proposed", "earliest")
    proposed_latest = BoundField("proposed", "latest")
    proposed_basis = models.CharField(
        _("basis of the dates named"), max_length=12, choices=DateBasis.choices, default=DateBasis.STATED
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    document = models.CharField(_("document symbol"), max_length=60, blank=True)
    source = models.ForeignKey("visits.Source", on_delete=models.PROTECT, null=True, blank=True, related_name="steps")
    voids = models.OneToOneField(
        "self",
        verbose_name=_("voids"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="voided_by",
    )
    note = models.TextField(_("internal note"), blank=True)
    entered_at = models.DateTimeField(auto_now_add=True)

    objects = PartOfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        ordering = ["date_earliest", "id"]
        constraints = [
            partial_date_check("visits_visitstep_date_bounds", field="date"),
            partial_date_check("visits_visitstep_proposed_bounds", field="proposed"),
            known("visits_visitstep_kind_known", "kind", StepKind.values),
            known("visits_visitstep_actor_known", "actor", StepActor.values, blank=True),
            models.CheckConstraint(
                name="visits_visitstep_voids_with_reason",
                condition=Q(voids__isnull=True) | filled("reason"),
            ),
            models.CheckConstraint(
                name="visits_visitstep_not_itself",
                condition=Q(voids__isnull=True) | ~Q(voids=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.date}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new step; raise ValidationError for a stored one, since steps are append-only."""
        if not self._state.adding:
            raise ValidationError(_("A step is never changed: void it by another step that says why."), code="append")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: a step is voided by another, never deleted."""
        raise ValidationError(_("A step is never deleted: void it by another step that says why."), code="append")


class AccessNote(Record):
    """Which guarantee of the terms of reference was kept or refused, where and when, according to whom."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Record.FIELD_CLASSES,
        public="visit leg guarantee kept place date date_earliest date_latest date_basis according_to text source",
    )

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="access_notes")
    leg = models.ForeignKey(VisitLeg, on_delete=models.PROTECT, null=True, blank=True, related_name="access_notes")
    guarantee = models.CharField(_("guarantee"), max_length=12, choices=Guarantee.choices)
    kept = models.CharField(_("kept or refused"), max_length=8, choices=GuaranteeKept.choices)
    place = models.CharField(_("where"), max_length=160, blank=True)
    date = PartialDateField(_("when"), blank=True)
    date_earliest = BoundField("date", "earliest")
    date_latest = BoundField("date", "latest")
    date_basis = models.CharField(_("date basis"), max_length=12, choices=DateBasis.choices, default=DateBasis.STATED)
    according_to = models.CharField(_("according to"), max_length=200)
    text = models.TextField(_("what happened"), blank=True)
    source = models.ForeignKey(
        "visits.Source",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="access_notes",
    )

    objects = AccessNoteQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("access note")
        ordering = ["date_earliest", "id"]
        constraints = [
            *Record.Meta.constraints,
            partial_date_check("visits_accessnote_date_bounds", field="date"),
            known("visits_accessnote_guarantee_known", "guarantee", Guarantee.values),
            known("visits_accessnote_kept_known", "kept", GuaranteeKept.values),
        ]

    def __str__(self) -> str:
        return f"{self.get_guarantee_display()}: {self.get_kept_display()}"

    def default_visibility(self) -> Visibility:
        """Return confidential: an access note may point to whom it was refused (design, rule 3)."""
        return Visibility.CONFIDENTIAL


class Deadline(Versioned):
    """A date by which something is due in a visit, typed by editors and never in code."""

    PART_OF: ClassVar[str] = "visit"
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        public="visit what due due_earliest due_latest date_basis met met_earliest met_latest",
    )

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="deadlines")
    what = models.CharField(_("what"), max_length=200)
    due = PartialDateField(_("due"))
    due_earliest = BoundField("due", "earliest")
    due_latest = BoundField("due", "latest")
    date_basis = models.CharField(_("date basis"), max_length=12, choices=DateBasis.choices, default=DateBasis.STATED)
    met = PartialDateField(_("met on"), blank=True)
    met_earliest = BoundField("met", "earliest")
    met_latest = BoundField("met", "latest")

    objects = PartOfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        ordering = ["due_earliest", "id"]
        constraints = [
            partial_date_check("visits_deadline_due_bounds", field="due"),
            partial_date_check("visits_deadline_met_bounds", field="met"),
        ]

    def __str__(self) -> str:
        return self.what
