"""Lists taken in: each file is a record of its own, with its rows as they were answered and what came of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from visits.classification import FieldClass, declare
from visits.fields import PublicIdField
from visits.models.accounts import User
from visits.models.base import Versioned, known
from visits.querysets import ImportBatchQuerySet, ImportRowQuerySet


class ImportState(models.TextChoices):
    """How far a file has come. Only what is done has changed the record."""

    UPLOADED = "uploaded", _("columns to be chosen")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked, nothing is written yet")
    APPLYING = "applying", _("being written")
    DONE = "done", _("written")
    CANCELLED = "cancelled", _("cancelled, nothing was written")
    UNDONE = "undone", _("undone")


class ImportOutcome(models.TextChoices):
    """What came of a row."""

    NONE = "", _("not written")
    NEW = "new", _("entered")
    CHANGED = "changed", _("changed")
    SAME = "same", _("the same")
    LEFT = "left", _("left out")
    WRONG = "wrong", _("not taken in")


class ImportBatch(Versioned):
    """One file that was read into the record, so that it can be undone as a whole. Its user alone meets it.

    `columns` maps names of the file's columns to fields of the kind, `source` names the list it is a version of.
    """

    PERMANENT: ClassVar[tuple[str, ...]] = ("public_id",)
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        internal="public_id kind file_name sha256 started_at finished_at undone_at rows_new rows_changed rows_same"
        " rows_wrong rows_left rows_waiting rows_total source state encoding delimiter sheet columns told",
        identity="by",
    )

    public_id = PublicIdField()
    kind = models.CharField(_("kind"), max_length=30)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    source = models.CharField(
        _("name of the list"),
        max_length=120,
        blank=True,
        help_text=_("Rows with a key of their own are found again in later versions of the list of this name."),
    )
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    encoding = models.CharField(_("encoding"), max_length=12, blank=True)
    delimiter = models.CharField(_("cells parted by"), max_length=1, blank=True)
    sheet = models.CharField(_("sheet"), max_length=60, blank=True)
    columns = models.JSONField(_("columns"), default=dict, blank=True)
    told = models.CharField(_("what went wrong"), max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_new = models.PositiveIntegerField(default=0)
    rows_changed = models.PositiveIntegerField(default=0)
    rows_same = models.PositiveIntegerField(default=0)
    rows_wrong = models.PositiveIntegerField(default=0)
    rows_left = models.PositiveIntegerField(default=0)
    rows_waiting = models.PositiveIntegerField(default=0)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        ordering = ["-started_at", "-id"]
        constraints = [known("visits_importbatch_state_known", "state", ImportState.values)]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """A row of a file: what it was judged to be, what was answered, and what was written.

    `told` holds what the preview shows (changes, questions, problems), and is emptied when the file is done; `writes`
    are the history rows [model, id] by which the row is undone.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        internal="id batch number key state waits left outcome record writes",
        confidential="about told answers",
    )

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    key = models.CharField(_("key in its list"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, blank=True)
    waits = models.BooleanField(_("waits for an answer"), default=False)
    about = models.CharField(_("about"), max_length=300, blank=True)
    told = models.JSONField(_("what is told of it"), default=dict)
    answers = models.JSONField(_("answers"), default=dict)
    left = models.BooleanField(_("left out"), default=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=ImportOutcome.choices, blank=True)
    record = models.CharField(_("what it became"), max_length=130, blank=True)
    writes = models.JSONField(default=list)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="visits_importrow_once")]
        indexes = [
            models.Index(fields=["key"], name="importrow_key"),
            models.Index(fields=["record"], name="importrow_record"),
            models.Index(fields=["batch", "state", "number"], name="importrow_state"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.about}"


class ImportMapping(Versioned):
    """Which columns of a list are which fields, kept under a name for its next version."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES, internal="kind name columns encoding delimiter"
    )

    kind = models.CharField(_("kind"), max_length=30)
    name = models.CharField(_("name of the list"), max_length=120)
    columns = models.JSONField(_("columns"), default=dict)
    encoding = models.CharField(_("encoding"), max_length=12, blank=True)
    delimiter = models.CharField(_("cells parted by"), max_length=1, blank=True)

    class Meta:
        verbose_name = _("mapping of columns")
        verbose_name_plural = _("mappings of columns")
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="visits_importmapping_once")]

    def __str__(self) -> str:
        return self.name
