"""People whose name is known to few: everywhere a code name stands, the real one is sealed in a table of its own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from visits.classification import FieldClass, declare
from visits.fields import PublicIdField
from visits.models.accounts import Compartment, User
from visits.models.meeting import Participant
from visits.models.people import Person
from visits.querysets import ProtectedNameQuerySet


class ProtectedName(models.Model):
    """The real name of a person, or of a participant who is a label: opened by a key that is not in the database.

    Who is named in the compartment may open it (`protected_actions.look`), each time noted in the audit log.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        internal="id public_id protected_at",
        confidential="sealed",
        identity="person participant compartment protected_by",
    )

    public_id = PublicIdField()
    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="protected_name"
    )
    participant = models.OneToOneField(
        Participant, on_delete=models.CASCADE, null=True, blank=True, related_name="protected_name"
    )
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="protected_names")
    sealed = models.TextField()
    protected_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    protected_at = models.DateTimeField(_("protected"), default=timezone.now)

    objects = ProtectedNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("protected name")
        verbose_name_plural = _("protected names")
        ordering = ["-protected_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="visits_protectedname_of_one",
                condition=Q(person__isnull=False, participant__isnull=True)
                | Q(person__isnull=True, participant__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def code_name(self) -> str:
        """Return what stands in place of the name."""
        return self.person.name if self.person is not None else self.participant.label  # type: ignore[union-attr]
