"""What somebody agreed to: that what they said is published, that they are named, that words are attributed to them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from visits.classification import FieldClass, declare
from visits.fields import PublicIdField
from visits.models.base import Versioned, known
from visits.models.people import Person
from visits.querysets import ConsentQuerySet


class ConsentUse(models.TextChoices):
    """What a consent is for."""

    PUBLICATION = "publication", _("that it is published")
    NAME = "name", _("to be named")
    ATTRIBUTION = "attribution", _("that words are attributed")


class Consent(Versioned):
    """One consent of a person to one use, up to the end of `ends_on` (UTC) or without an end.

    From the next day on the public reads nothing that rests on it; members and above do as before.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES, internal="id public_id use ends_on", confidential="note", identity="person"
    )

    public_id = PublicIdField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    use = models.CharField(_("use"), max_length=12, choices=ConsentUse.choices)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    note = models.CharField(_("how it was given"), max_length=300, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        ordering = [models.F("ends_on").asc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "use"], name="visits_consent_once"),
            known("visits_consent_use_known", "use", ConsentUse.values),
        ]
        indexes = [
            models.Index(fields=["ends_on", "person"], condition=Q(ends_on__isnull=False), name="visits_consent_ends")
        ]

    def __str__(self) -> str:
        return self.public_id
