"""People, organisations and the offices in which people spoke."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from visits.choices import DateBasis, NameKind, Side
from visits.classification import FieldClass, declare
from visits.fields import BoundField, PartialDateField, partial_date_check
from visits.models.base import Versioned, check_no_cycle, ends_after_start, filled, known
from visits.models.mandates import Country
from visits.querysets import (
    OfficeQuerySet,
    OrganisationQuerySet,
    PartOfPersonQuerySet,
    PersonQuerySet,
)


class Person(Versioned):
    """Somebody who met or spoke. A private individual has no page of their own."""

    PERMANENT: ClassVar[tuple[str, ...]] = ("slug",)
    HIDDEN_ALONE: ClassVar[bool] = True
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES, public="slug name private", internal="note"
    )

    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200, help_text=_("The preferred name, as shown on every page."))
    private = models.BooleanField(_("private individual"), default=False)
    note = models.TextField(_("internal note"), blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="visits_person_slug_filled", condition=filled("slug"))]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("person_detail", args=[self.slug])


class PersonName(Versioned):
    """A name of a person: full, short, or as some source printed it."""

    PART_OF: ClassVar[str] = "person"
    HIDDEN_ALONE: ClassVar[bool] = True
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        public="person text folded kind language script romanisation preferred",
    )

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(_("name"), max_length=200)
    folded = models.CharField(max_length=200, db_index=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=NameKind.choices, default=NameKind.FULL)
    language = models.CharField(_("language"), max_length=12, blank=True)
    script = models.CharField(_("script"), max_length=4, blank=True, help_text=_("ISO 15924, such as Latn or Khmr"))
    romanisation = models.CharField(_("romanisation"), max_length=60, blank=True)
    preferred = models.BooleanField(_("preferred"), default=False)

    objects = PartOfPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("name of a person")
        constraints = [
            models.UniqueConstraint(fields=["person", "text", "kind"], name="visits_personname_once"),
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(preferred=True),
                name="visits_personname_one_preferred",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: object, **kwargs: object) -> None:
        """Save, with the name folded for finding."""
        from visits.folding import fold

        self.folded = fold(self.text)
        super().save(*args, **kwargs)


class Organisation(Versioned):
    """A ministry, party, NGO, newspaper, court: whatever speaks or employs."""

    PERMANENT: ClassVar[tuple[str, ...]] = ("slug",)
    HIDDEN_ALONE: ClassVar[bool] = True
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES, public="slug name short_name parent side country", internal="note"
    )

    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=250)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    side = models.CharField(_("side"), max_length=20, choices=Side.choices)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, blank=True, related_name="organisations")
    note = models.TextField(_("internal note"), blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="visits_organisation_slug_filled", condition=filled("slug")),
            models.CheckConstraint(
                name="visits_organisation_not_in_itself",
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
            ),
            known("visits_organisation_side_known", "side", Side.values),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation_detail", args=[self.slug])

    def clean(self) -> None:
        """Check that the organisation is no part of itself, directly or through others."""
        super().clean()
        check_no_cycle(self)


class Office(Versioned):
    """A person's office in an organisation. Never unique: a person may return to an office."""

    PART_OF: ClassVar[str] = "person"
    HIDDEN_ALONE: ClassVar[bool] = True
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        public="person organisation title side since since_earliest since_latest until until_earliest until_latest"
        " seen seen_earliest seen_latest date_basis",
    )

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="offices")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="offices"
    )
    title = models.CharField(_("title"), max_length=200)
    side = models.CharField(_("side"), max_length=20, choices=Side.choices)
    since = PartialDateField(_("from"), blank=True)
    since_earliest = BoundField("since", "earliest")
    since_latest = BoundField("since", "latest")
    until = PartialDateField(_("to"), blank=True)
    until_earliest = BoundField("until", "earliest")
    until_latest = BoundField("until", "latest")
    seen = PartialDateField(_("seen in office on"), blank=True)
    seen_earliest = BoundField("seen", "earliest")
    seen_latest = BoundField("seen", "latest")
    date_basis = models.CharField(_("date basis"), max_length=12, choices=DateBasis.choices, default=DateBasis.STATED)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        ordering = ["person", "since_earliest"]
        constraints = [
            partial_date_check("visits_office_since_bounds", field="since"),
            partial_date_check("visits_office_until_bounds", field="until"),
            partial_date_check("visits_office_seen_bounds", field="seen"),
            ends_after_start("visits_office_end_after_start"),
            known("visits_office_side_known", "side", Side.values),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.organisation}" if self.organisation_id else self.title
