"""Being let into a compartment in an emergency: one person asks, another grants, and it ends by itself."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from visits.classification import FieldClass, declare
from visits.fields import PublicIdField
from visits.models.accounts import Compartment, User
from visits.models.two_persons import two_persons
from visits.querysets import AccessRequestQuerySet


class AccessRequest(models.Model):
    """One request; open as long as it is neither granted nor declined. `hours` count from the grant.

    It stays with its reason, so that those who are named in the compartment see who was let in and why.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        internal="id public_id hours asked_at granted_at declined_at",
        confidential="reason",
        identity="compartment asked_by second",
    )

    public_id = PublicIdField()
    compartment = models.ForeignKey(Compartment, on_delete=models.CASCADE, related_name="access_requests")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    hours = models.PositiveSmallIntegerField(_("hours"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    second = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField(_("granted"), null=True, blank=True)
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a compartment")
        verbose_name_plural = _("requests for compartments")
        ordering = ["-asked_at", "-id"]
        constraints = two_persons("visits_accessrequest", of=["compartment", "asked_by"], done="granted_at")

    def __str__(self) -> str:
        return self.public_id
