"""Sources: what was read, heard or received, and which relays which."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from visits.choices import CONFIDENTIAL_SOURCES, DateBasis, RelayKind, SourceKind, Visibility
from visits.classification import FieldClass, declare
from visits.fields import BoundField, PartialDateField, partial_date_check
from visits.models.base import Record, Versioned, known
from visits.models.people import Organisation, Person
from visits.querysets import SourceQuerySet, SourceRelayQuerySet


class Source(Record):
    """A document, post or recording. Only those that were opened are cited; stored text and files are internal."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Record.FIELD_CLASSES,
        public="kind title symbol session publisher publisher_organisation author author_person language published"
        " published_earliest published_latest published_basis url archive_url accessed consulted publishable",
        internal="stored_file sha256 extracted_text note",
    )

    kind = models.CharField(_("kind"), max_length=26, choices=SourceKind.choices, default=SourceKind.NEWS)
    title = models.CharField(_("title"), max_length=300)
    symbol = models.CharField(_("UN symbol"), max_length=60, blank=True, db_index=True)
    session = models.CharField(_("session"), max_length=60, blank=True)
    publisher = models.CharField(_("publisher"), max_length=160, blank=True)
    publisher_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="published"
    )
    author = models.CharField(_("author"), max_length=160, blank=True)
    author_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="written")
    language = models.CharField(_("language"), max_length=12, blank=True)
    published = PartialDateField(_("published"), blank=True)
    published_earliest = BoundField("published", "earliest")
    published_latest = BoundField("published", "latest")
    published_basis = models.CharField(
        _("date basis"), max_length=12, choices=DateBasis.choices, default=DateBasis.STATED
    )
    url = models.URLField(_("address"), max_length=600, blank=True)
    archive_url = models.URLField(_("archived at"), max_length=600, blank=True)
    accessed = models.DateField(_("accessed"), null=True, blank=True)
    consulted = models.BooleanField(_("opened by us"), default=True)
    stored_file = models.FileField(_("stored file"), upload_to="sources/", blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, db_index=True)
    extracted_text = models.TextField(_("extracted text"), blank=True)
    publishable = models.BooleanField(_("stored text may be published"), default=False)
    note = models.TextField(_("internal note"), blank=True)

    # By whom it was written, as a reader may read it. Rows of `with_author` alone have it: no page forgets to ask.
    author_named: str

    objects = SourceQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("source")
        ordering = ["-published_earliest", "title"]
        constraints = [
            *Record.Meta.constraints,
            partial_date_check("visits_source_published_bounds", field="published"),
            known("visits_source_kind_known", "kind", SourceKind.values),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("source_detail", args=[self.public_id])

    def default_visibility(self) -> Visibility:
        """Return confidential for what was handed over or recorded, else internal (design, rule 3)."""
        return Visibility.CONFIDENTIAL if self.kind in CONFIDENTIAL_SOURCES else Visibility.INTERNAL


class SourceRelay(Versioned):
    """One source passes on another: a newspaper relays a post, a blog republishes an article."""

    PART_OF: ClassVar[str] = "source"
    HIDDEN_ALONE: ClassVar[bool] = True
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(Versioned.FIELD_CLASSES, public="source original kind")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="relays")
    original = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="relayed_by")
    kind = models.CharField(_("kind"), max_length=12, choices=RelayKind.choices, default=RelayKind.RELAYS)

    objects = SourceRelayQuerySet.as_manager()

    class Meta:
        verbose_name = _("relay")
        constraints = [
            models.UniqueConstraint(fields=["source", "original", "kind"], name="visits_sourcerelay_once"),
            models.CheckConstraint(name="visits_sourcerelay_not_itself", condition=~Q(source=F("original"))),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_kind_display()} {self.original}"
