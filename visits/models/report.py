"""What somebody without an account tells of an error or a danger."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from visits.classification import FieldClass, declare
from visits.fields import PublicIdField
from visits.models.accounts import User
from visits.models.base import filled, known
from visits.querysets import ReportQuerySet


def today() -> date:
    """Return the day in UTC."""
    return datetime.now(UTC).date()


class ReportKind(models.TextChoices):
    """What a report is about."""

    ERROR = "error", _("Something is wrong")
    DANGER = "danger", _("Something could endanger somebody")
    OTHER = "other", _("Something else")


class ReportState(models.TextChoices):
    """What became of a report."""

    NEW = "new", _("new")
    SEEN = "seen", _("seen")
    DONE = "done", _("done")


class Report(models.Model):
    """One report. Of its sender it holds what they wrote and nothing else: no address, no browser, no time of day.

    Once it is done its words are erased; what stays is that there was one, about which page.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        internal="id public_id kind page state received_on", confidential="text contact", identity="seen_by done_by"
    )

    public_id = PublicIdField()
    kind = models.CharField(_("what about"), max_length=10, choices=ReportKind.choices, default=ReportKind.ERROR)
    # The path of a page of this site, as it stood in the link; "" for none.
    page = models.CharField(_("page"), max_length=300, blank=True)
    text = models.TextField(_("what is wrong"), blank=True)
    contact = models.CharField(_("how to reach you"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ReportState.choices, default=ReportState.NEW)
    # The day alone: a moment could be found again in the log of a proxy.
    received_on = models.DateField(_("received"), default=today)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        ordering = ["-id"]
        constraints = [
            known("visits_report_kind_known", "kind", ReportKind.values),
            known("visits_report_state_known", "state", ReportState.values),
            models.CheckConstraint(
                name="visits_report_words_until_done",
                condition=Q(state="done", text="", contact="") | (~Q(state="done") & filled("text")),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
