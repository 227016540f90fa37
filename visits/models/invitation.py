"""Invitations: the one way in which an account comes to be without an admin knowing its password."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from visits.access import ROLE_LABELS, Role
from visits.classification import FieldClass, declare
from visits.fields import PublicIdField
from visits.querysets import InvitationQuerySet


class Invitation(models.Model):
    """An account that waits for its person, who comes by the link of a mail.

    Of the link only its hash is kept (SHA-256 of 256 random bits). It opens once, until `expires_at`, and no longer
    once it was withdrawn or sent anew.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        internal="id public_id role invited_at sent_at expires_at accepted_at revoked_at",
        confidential="token_hash",
        identity="username email invited_by",
    )

    public_id = PublicIdField()
    username = models.CharField(_("username"), max_length=150)
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=10, choices=ROLE_LABELS, default=Role.MEMBER, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey("visits.User", on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("invited"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)
    expires_at = models.DateTimeField(_("holds until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        ordering = ["-invited_at", "-id"]
        constraints = [
            models.CheckConstraint(name="visits_invitation_role_known", condition=Q(role__in=[r.value for r in Role])),
            models.UniqueConstraint(
                fields=["username"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="visits_invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return self.username
