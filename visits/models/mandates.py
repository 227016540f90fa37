"""Countries, mandates, and who held them when. Public vocabulary: always visible."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from visits.choices import DateBasis, HolderKind, MandateKind
from visits.classification import FieldClass, declare
from visits.fields import BoundField, PartialDateField, partial_date_check
from visits.folding import fold
from visits.models.base import Versioned, ends_after_start, filled


class Country(Versioned):
    """A State or territory of the M49 standard, with its names in the six official languages."""

    PERMANENT: ClassVar[tuple[str, ...]] = ("iso3",)
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        public="iso3 iso2 m49 name formal_name name_fr name_es name_ar name_ru name_zh region region_code subregion"
        " subregion_code languages standing_invitation standing_invitation_earliest standing_invitation_latest"
        " date_basis folded",
    )

    iso3 = models.CharField("ISO 3166-1 alpha-3", max_length=3, unique=True)
    iso2 = models.CharField("ISO 3166-1 alpha-2", max_length=2, unique=True)
    m49 = models.CharField("M49", max_length=3, unique=True)
    name = models.CharField(_("name"), max_length=120)
    formal_name = models.CharField(_("formal name"), max_length=200, blank=True)
    name_fr = models.CharField(_("name in French"), max_length=120, blank=True)
    name_es = models.CharField(_("name in Spanish"), max_length=120, blank=True)
    name_ar = models.CharField(_("name in Arabic"), max_length=120, blank=True)
    name_ru = models.CharField(_("name in Russian"), max_length=120, blank=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=40, blank=True, db_index=True)
    region_code = models.CharField(max_length=3, blank=True)
    subregion = models.CharField(_("subregion"), max_length=60, blank=True)
    subregion_code = models.CharField(max_length=3, blank=True)
    languages = models.CharField(_("languages"), max_length=200, blank=True)
    standing_invitation = PartialDateField(_("standing invitation since"), blank=True)
    standing_invitation_earliest = BoundField("standing_invitation", "earliest")
    standing_invitation_latest = BoundField("standing_invitation", "latest")
    date_basis = models.CharField(_("date basis"), max_length=12, choices=DateBasis.choices, default=DateBasis.STATED)
    folded = models.TextField(editable=False, default="")

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["name"]
        constraints = [
            partial_date_check("visits_country_invitation_bounds", field="standing_invitation"),
            models.CheckConstraint(name="visits_country_iso3_filled", condition=filled("iso3")),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("country_detail", args=[self.iso3.lower()])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the names in all languages folded for finding."""
        names = (
            self.name,
            self.formal_name,
            self.name_fr,
            self.name_es,
            self.name_ar,
            self.name_ru,
            self.name_zh,
        )
        self.folded = fold(" ".join((*names, self.iso3)))
        super().save(*args, **kwargs)


class Mandate(Versioned):
    """A mandate of the Special Procedures, thematic or for a country."""

    PERMANENT: ClassVar[tuple[str, ...]] = ("slug",)
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        public="slug kind holder_kind name scope country established_year established_by established_source folded",
    )

    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=MandateKind.choices)
    holder_kind = models.CharField(_("held by"), max_length=3, choices=HolderKind.choices)
    name = models.CharField(_("name"), max_length=300, help_text=_("In full, as the mandate is titled."))
    scope = models.CharField(_("short name"), max_length=120)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, blank=True, related_name="mandates")
    established_year = models.PositiveSmallIntegerField(_("established in"), null=True, blank=True)
    established_by = models.CharField(_("established by"), max_length=200, blank=True)
    established_source = models.CharField(_("source"), max_length=500, blank=True)
    folded = models.TextField(editable=False, default="")

    class Meta:
        verbose_name = _("mandate")
        ordering = ["scope"]
        constraints = [
            models.CheckConstraint(
                name="visits_mandate_country_by_kind",
                condition=Q(kind=MandateKind.COUNTRY, country__isnull=False)
                | Q(kind=MandateKind.THEMATIC, country__isnull=True),
            ),
            models.CheckConstraint(name="visits_mandate_slug_filled", condition=filled("slug")),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("mandate_detail", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the names folded for finding."""
        self.folded = fold(f"{self.name} {self.scope}")
        super().save(*args, **kwargs)


class MandateTitle(Versioned):
    """What a mandate was called and by whom it was held, from when to when."""

    PART_OF: ClassVar[str] = "mandate"
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        public="mandate title holder_kind since since_earliest since_latest until until_earliest until_latest"
        " date_basis",
    )

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="titles")
    title = models.CharField(_("title"), max_length=300)
    holder_kind = models.CharField(_("held by"), max_length=3, choices=HolderKind.choices)
    since = PartialDateField(_("from"), blank=True)
    since_earliest = BoundField("since", "earliest")
    since_latest = BoundField("since", "latest")
    until = PartialDateField(_("to"), blank=True)
    until_earliest = BoundField("until", "earliest")
    until_latest = BoundField("until", "latest")
    date_basis = models.CharField(_("date basis"), max_length=12, choices=DateBasis.choices, default=DateBasis.STATED)

    class Meta:
        verbose_name = _("title of a mandate")
        ordering = ["since_earliest"]
        constraints = [
            partial_date_check("visits_mandatetitle_since_bounds", field="since"),
            partial_date_check("visits_mandatetitle_until_bounds", field="until"),
            ends_after_start("visits_mandatetitle_end_after_start"),
            models.UniqueConstraint(fields=["mandate", "title"], name="visits_mandatetitle_once"),
        ]

    def __str__(self) -> str:
        return self.title


class MandateTerm(Versioned):
    """One person's time as holder of a mandate. A person may hold one twice."""

    PART_OF: ClassVar[str] = "mandate"
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        public="mandate person since since_earliest since_latest until until_earliest until_latest"
        " date_basis order source_note",
    )

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="terms")
    person = models.ForeignKey("visits.Person", on_delete=models.PROTECT, related_name="terms")
    since = PartialDateField(_("from"), blank=True)
    since_earliest = BoundField("since", "earliest")
    since_latest = BoundField("since", "latest")
    until = PartialDateField(_("to"), blank=True)
    until_earliest = BoundField("until", "earliest")
    until_latest = BoundField("until", "latest")
    date_basis = models.CharField(_("date basis"), max_length=12, choices=DateBasis.choices, default=DateBasis.STATED)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    source_note = models.CharField(_("source"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("term of a mandate holder")
        ordering = ["mandate", "order", "since_earliest"]
        constraints = [
            partial_date_check("visits_mandateterm_since_bounds", field="since"),
            partial_date_check("visits_mandateterm_until_bounds", field="until"),
            ends_after_start("visits_mandateterm_end_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.mandate.scope}"
