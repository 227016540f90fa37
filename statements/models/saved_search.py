"""Searches that somebody keeps, to come back to or to be told by feed or mail what is new in them."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from statements.choices import Frequency
from visits.classification import FieldClass, declare
from visits.fields import PublicIdField
from visits.models import User
from visits.models.base import known
from visits.querysets import OwnQuerySet

LONGEST_NAME = 100


def new_feed_key() -> str:
    """Return what parts a feed address from the one before it: nothing that could be guessed."""
    return secrets.token_urlsafe(16)


class SavedSearch(models.Model):
    """A search of statements that its user alone ever meets. `query` is its address in the one form it has.

    Whatever was published up to `told_until` has been told by mail, or was there when mails were chosen; `looked_on`
    is the day (UTC) of the last mail, or of the last day on which nothing was new. `claimed_at` says that a mail is on
    its way. Who knows `feed_key` and the site's secret key knows the address of the feed.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        internal="id public_id created_at frequency told_until looked_on claimed_at",
        confidential="name query feed_key",
        identity="user",
    )

    public_id = PublicIdField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    query = models.TextField(_("search"), blank=True)
    created_at = models.DateTimeField(_("saved"), default=timezone.now)
    frequency = models.CharField(_("mail"), max_length=6, choices=Frequency.choices, default=Frequency.NONE)
    told_until = models.DateTimeField(default=timezone.now)
    looked_on = models.DateField(null=True)
    claimed_at = models.DateTimeField(null=True)
    feed_key = models.CharField(max_length=32, default=new_feed_key)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["name", "id"]
        constraints = [known("statements_savedsearch_frequency_known", "frequency", Frequency.values)]
        indexes = [models.Index(fields=["frequency", "looked_on"], name="savedsearch_due")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address at which the search is made anew."""
        return reverse("statement_list") + (f"?{self.query}" if self.query else "")
