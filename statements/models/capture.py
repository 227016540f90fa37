"""What an editor decided about passages of a source or a note that make no statement."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from statements.querysets import SetAsideQuerySet
from visits.classification import FieldClass, declare
from visits.models import MeetingNote, Source, Versioned


class SetAside(Versioned):
    """A passage of a source or a note that is no statement and is not suggested again; `exact`: its words then."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES, internal="source start end set_aside_at", confidential="note exact", identity="by"
    )

    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, blank=True, related_name="set_asides")
    note = models.ForeignKey(MeetingNote, on_delete=models.CASCADE, null=True, blank=True, related_name="set_asides")
    start = models.PositiveIntegerField(_("from character"))
    end = models.PositiveIntegerField(_("to character"))
    exact = models.TextField(_("words"))
    by = models.ForeignKey("visits.User", on_delete=models.PROTECT, null=True, related_name="+")
    set_aside_at = models.DateTimeField(auto_now_add=True)

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage set aside")
        verbose_name_plural = _("passages set aside")
        ordering = ["start", "id"]
        constraints = [
            models.CheckConstraint(name="statements_setaside_some_words", condition=Q(end__gt=F("start"))),
            models.CheckConstraint(
                name="statements_setaside_source_or_note",
                condition=Q(source__isnull=False, note__isnull=True) | Q(source__isnull=True, note__isnull=False),
            ),
            models.UniqueConstraint(fields=["source", "start", "end"], name="statements_setaside_once"),
            models.UniqueConstraint(fields=["note", "start", "end"], name="statements_setaside_once_in_note"),
        ]

    def __str__(self) -> str:
        return self.exact[:60]
