"""What every record has: a version that each save checks, a history, and who may see it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from visits.choices import Visibility, Workflow
from visits.classification import FieldClass, declare
from visits.fields import BoundField, PublicIdField


class StaleVersion(ValidationError):
    """Somebody else saved this record after it was read; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else has changed this record since you opened it. Nothing was saved: reload and try again."),
            code="stale_version",
        )


class Versioned(models.Model):
    """A row whose every save checks the version it was read at, and raises it by one.

    `PERMANENT` names fields whose value never changes once stored (slugs and public ids: design, rule 4).
    `PART_OF` names the relation to the whole whose version a change of this row raises.
    """

    PERMANENT: ClassVar[tuple[str, ...]] = ()
    PART_OF: ClassVar[str] = ""
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(public="id version")

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    history = HistoricalRecords(inherit=True)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Self:
        """Keep the stored values of the permanent fields, to notice a change."""
        instance = super().from_db(db, field_names, values, **kwargs)
        loaded = instance.__dict__
        instance._permanent = {name: loaded[name] for name in cls.PERMANENT if name in loaded}
        return instance

    def clean_fields(self, exclude: Any = None) -> None:
        """Check the fields, then bring the bounds of partial dates up to them: constraints are checked next."""
        super().clean_fields(exclude=exclude)
        for field in self._meta.concrete_fields:
            if isinstance(field, BoundField):
                field.pre_save(self, add=False)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; raise StaleVersion where the stored version is another, ValidationError where a slug changed."""
        if self._state.adding:
            super().save(*args, **kwargs)
            self._permanent = {name: getattr(self, name) for name in self.PERMANENT}
            return
        for name, stored in getattr(self, "_permanent", {}).items():
            if getattr(self, name) != stored:
                raise ValidationError({name: _("This address is permanent and cannot be changed.")}, code="permanent")
        using = kwargs.get("using") or self._state.db or "default"
        with transaction.atomic(using=using):
            manager = type(self)._base_manager.using(using)
            raised = manager.filter(pk=self.pk, version=self.version).update(version=F("version") + 1)
            if not raised:
                raise StaleVersion
            read_at = self.version
            self.version = read_at + 1
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "version"}
            try:
                super().save(*args, **kwargs)
            except BaseException:
                self.version = read_at
                raise


class Record(Versioned):
    """A row with workflow and visibility of its own. Confidential rows belong to a compartment."""

    PERMANENT: ClassVar[tuple[str, ...]] = ("public_id",)
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        public="public_id workflow visibility published_at changed_at withdrawn_note",
        internal="created_at",
        identity="compartment entered_by",
    )

    public_id = PublicIdField()
    workflow = models.CharField(_("workflow"), max_length=10, choices=Workflow.choices, default=Workflow.DRAFT)
    visibility = models.CharField(
        _("visibility"), max_length=12, choices=Visibility.choices, default=Visibility.INTERNAL
    )
    compartment = models.ForeignKey(
        "visits.Compartment",
        verbose_name=_("compartment"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    withdrawn_note = models.CharField(_("public note on the withdrawal"), max_length=300, blank=True)
    entered_by = models.ForeignKey(
        "visits.User",
        verbose_name=_("entered by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    def check_proof(self) -> None:
        """Raise ValidationError where the record lacks what its state asks for; the base asks for nothing."""

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_compartment_of_confidential",
                condition=(Q(visibility=Visibility.CONFIDENTIAL) & Q(compartment__isnull=False))
                | (~Q(visibility=Visibility.CONFIDENTIAL) & Q(compartment__isnull=True)),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_workflow_known",
                condition=Q(workflow__in=Workflow.values) & Q(visibility__in=Visibility.values),
            ),
        ]
        indexes = [
            models.Index(fields=["workflow", "visibility"], name="%(class)s_seen"),
        ]


def filled(name: str) -> Q:
    """Return the condition that a text column is not empty."""
    return ~Q(**{name: ""})


def ends_after_start(name: str) -> models.CheckConstraint:
    """Return the constraint that `until`, where both are known, does not end before `since` begins."""
    return models.CheckConstraint(
        name=name,
        condition=Q(since_earliest__isnull=True)
        | Q(until_latest__isnull=True)
        | Q(until_latest__gte=F("since_earliest")),
    )
