"""What somebody typed and has not saved yet, what they sent already, and who has which record open."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from visits.classification import FieldClass, declare
from visits.querysets import OwnQuerySet


class Draft(models.Model):
    """The fields of one form as somebody left them. Its author alone ever meets it, and nothing is published by it.

    `data` maps the name of a field to the list of its values. `earlier` are drafts that were typed over unread:
    {"saved_at": ISO 8601, "version": number or None, "data": …}, the newest first.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        internal="id key base_version saved_at", confidential="data earlier", identity="user"
    )

    user = models.ForeignKey("visits.User", on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(_("key"), max_length=160)
    data = models.JSONField(_("fields"))
    base_version = models.PositiveIntegerField(_("version it is based on"), null=True)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    earlier = models.JSONField(_("earlier drafts"), default=list)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        ordering = ["-saved_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="visits_draft_once")]

    def __str__(self) -> str:
        return self.key


class SentForm(models.Model):
    """A form that was sent and saved, by the token it carried: sent again, it leads to what was made of it."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(internal="id token address sent_at", identity="user")

    user = models.ForeignKey("visits.User", on_delete=models.CASCADE, related_name="+")
    token = models.CharField(_("token"), max_length=200)
    address = models.CharField(_("leads to"), max_length=400)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("sent form")
        constraints = [models.UniqueConstraint(fields=["user", "token"], name="visits_sentform_once")]

    def __str__(self) -> str:
        return self.token


class Presence(models.Model):
    """When somebody was last seen with a record open at the desk."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(internal="id key seen_at", identity="user")

    user = models.ForeignKey("visits.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(_("key"), max_length=160)
    seen_at = models.DateTimeField(_("seen"))

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="visits_presence_once")]
        indexes = [models.Index(fields=["key", "seen_at"], name="presence_of_key")]

    def __str__(self) -> str:
        return self.key
