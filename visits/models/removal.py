"""Removing a record that endangers somebody: one person asks, another confirms; what stays is that it was done."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from visits.classification import FieldClass, declare
from visits.models.accounts import User
from visits.models.two_persons import two_persons


class RemovalRequest(models.Model):
    """One request. Of a removed record it keeps the kind, the public id, who and when: the reason is erased too.

    Open: neither done nor declined. Records that were removed with another one have a row of their own, so that
    whoever restores a backup can remove them all again.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        internal="id kind public_id reason asked_at done_at declined_at", identity="asked_by second"
    )

    kind = models.CharField(_("kind"), max_length=40)
    public_id = models.CharField(_("public id"), max_length=32)
    asked_by = models.ForeignKey(User, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    second = models.ForeignKey(
        User, verbose_name=_("second person"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(_("removed"), null=True, blank=True)
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)

    class Meta:
        verbose_name = _("request for removal")
        verbose_name_plural = _("requests for removal")
        ordering = ["-asked_at", "-id"]
        constraints = two_persons("visits_removalrequest", of=["kind", "public_id"], done="done_at")

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
