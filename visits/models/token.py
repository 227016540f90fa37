"""Tokens by which programs of an editor use the API."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from visits.classification import FieldClass, declare
from visits.fields import PublicIdField
from visits.querysets import OwnQuerySet

LONGEST_TOKEN_NAME = 100
# A token that nobody misses is found by whoever reads old files of configuration.
TOKEN_LIVES = timedelta(days=365)


def digest_of(secret: str) -> str:
    """Return what is stored of a token. It is random and long: a slow hash would guard it no better."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiTokenQuerySet(OwnQuerySet):
    """Tokens of one user each."""

    def open(self) -> Self:
        """Return those that are neither revoked nor have run out."""
        return self.filter(revoked_at=None, created_at__gt=timezone.now() - TOKEN_LIVES)


class ApiToken(models.Model):
    """A token of one user, who alone names, sees and revokes it; admins see that it is there, and can revoke it.

    The token itself is shown once and never stored. It does what its user may do at that moment, as long as they are
    active and may edit, for a year at most. One that is revoked or has run out stays, so that it is told when it was
    last used.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        internal="id public_id created_at last_used_at revoked_at", confidential="name digest", identity="user"
    )

    public_id = PublicIdField()
    user = models.ForeignKey("visits.User", on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=LONGEST_TOKEN_NAME)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token of the API")
        verbose_name_plural = _("tokens of the API")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.public_id

    @property
    def ends_at(self) -> datetime:
        """When it runs out."""
        return self.created_at + TOKEN_LIVES

    @property
    def is_open(self) -> bool:
        """Whether it is neither revoked nor has run out."""
        return self.revoked_at is None and self.ends_at > timezone.now()
