"""The merging of duplicates: what was moved, so that it can be moved back."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from visits.classification import FieldClass, declare
from visits.fields import PublicIdField
from visits.models.accounts import User
from visits.models.base import known


class MergeKind(models.TextChoices):
    """What can be merged."""

    PERSON = "person", _("people")
    ORGANISATION = "organisation", _("organisations")
    TOPIC = "topic", _("topics")
    SOURCE = "source", _("sources")


class Merge(models.Model):
    """One duplicate that went up in another row; `kept` and `gone` are their ids, the row `gone` is no longer there.

    `changes` is what the merge did, by which it is undone: `created` [[model, id]], `changed` [[model, id, {column:
    [old, new]}]] and `dropped` [[model, {column: value}]], the duplicate itself first.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        internal="id public_id kind kept gone at undone_at",
        identity="kept_name gone_name by undone_by",
        confidential="changes",
    )

    public_id = PublicIdField()
    kind = models.CharField(_("kind"), max_length=12, choices=MergeKind.choices)
    kept = models.PositiveBigIntegerField()
    gone = models.PositiveBigIntegerField()
    kept_name = models.CharField(_("kept"), max_length=300)
    gone_name = models.CharField(_("duplicate"), max_length=300)
    changes = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    by = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"), auto_now_add=True)
    undone_by = models.ForeignKey(
        User, verbose_name=_("undone by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone at"), null=True)

    class Meta:
        verbose_name = _("merge")
        ordering = ["-at", "-id"]
        constraints = [known("visits_merge_kind_known", "kind", MergeKind.values)]
        indexes = [models.Index(fields=["kind", "gone"], name="merge_of_gone")]

    def __str__(self) -> str:
        # Without the names: the admin puts this over its pages, whoever reads them.
        return self.public_id
