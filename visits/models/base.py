"""What every record has: a version that each save checks, a history, and who may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from visits import noticing
from visits.access import Permission
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
    # What a person needs to write such a row where its whole is not published; what is published needs PUBLISH.
    WRITTEN_WITH: ClassVar[Permission] = Permission.EDIT_RECORD
    # Whether a row once told stays told: it is never taken out.
    STAYS: ClassVar[bool] = False
    HIDDEN_ALONE: ClassVar[bool] = False
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
            # Never an update: a new row with the key of a stored one would overwrite it past its version.
            if not args:
                kwargs["force_insert"] = kwargs.get("force_insert") or not kwargs.get("force_update")
            super().save(*args, **kwargs)
            self._permanent = {name: getattr(self, name) for name in self.PERMANENT}
            return
        for name, stored in self._stored_permanent().items():
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

    @classmethod
    def headings(cls, rows: Iterable[Any], user: Any) -> dict[int, str]:
        """Return by id what people call each of `rows`, as far as `user` may see it."""
        return {row.pk: str(row) for row in rows}

    def at_version(self, version: int | None) -> Any:
        """Return this row as it stood at `version`, out of its history; None where that is not kept."""
        return self.history.filter(version=version).order_by("-history_id").first() if version else None

    def check_out(self, by: Any) -> None:
        """Raise ValidationError where `by` may not take this part out of its whole; the base refuses nobody."""

    def hidden_alone(self) -> bool:
        """Whether this row can be hidden from everybody where what it is part of is not."""
        return self.HIDDEN_ALONE

    def _stored_permanent(self) -> dict[str, Any]:
        """Return the permanent fields as stored; what was not loaded with the row and set since is asked for."""
        known: dict[str, Any] = getattr(self, "_permanent", {})
        missing = [name for name in self.PERMANENT if name not in known and name in self.__dict__]
        if missing:
            known |= type(self)._base_manager.filter(pk=self.pk).values(*missing).first() or {}
        return known


class Watched(models.Model):
    """A row that keeps what it was read as of the fields whose change the audit log tells."""

    # By field as what it is told (`visits.models.audit.AuditKind`).
    WATCHED: ClassVar[dict[str, str]] = {}
    # These as they were read: of a new row nothing.
    as_loaded: Mapping[str, Any] = MappingProxyType({})

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Self:
        """Keep the watched fields as they were read."""
        instance = super().from_db(db, field_names, values, **kwargs)
        instance.as_loaded = {name: instance.__dict__[name] for name in cls.WATCHED if name in instance.__dict__}
        return instance


class Record(Versioned, Watched):
    """A row with workflow and visibility of its own. Confidential rows belong to a compartment."""

    PERMANENT: ClassVar[tuple[str, ...]] = ("public_id",)
    # Whether `REQUIRE_SECOND_PERSON` asks that somebody else than its author publishes it.
    TWO_PERSONS: ClassVar[bool] = False
    WATCHED: ClassVar[dict[str, str]] = {"visibility": "seen_by", "compartment_id": "seen_by", "workflow": "workflow"}
    # Fields that only those who may publish change.
    FOR_REVIEWERS: ClassVar[tuple[str, ...]] = ()
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES,
        public="public_id workflow visibility published_at changed_at withdrawn_note",
        internal="created_at",
        identity="compartment entered_by",
    )

    public_id = PublicIdField()
    workflow = models.CharField(_("workflow"), max_length=10, choices=Workflow.choices, default=Workflow.DRAFT)
    visibility = models.CharField(
        _("visibility"),
        max_length=12,
        choices=Visibility.choices,
        default="",
        blank=True,
        help_text=_("Empty: as is usual for its kind."),
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

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Self:
        """Tell the audit log where the row is confidential and somebody reads (`visits.noticing`)."""
        instance = super().from_db(db, field_names, values, **kwargs)
        noticing.loaded(cls, instance.__dict__)
        return instance

    def default_visibility(self) -> Visibility:
        """Return the visibility of a new record of which nobody said it (design, rule 3)."""
        return Visibility.INTERNAL

    def check_proof(self, *, publishing: bool = False, by: Any = None) -> None:
        """Raise ValidationError where the record lacks what its state asks for; the base asks for nothing.

        `publishing` asks for what has to stand on the day of publication; later a proof may be withdrawn, and the
        gate then hides what rested on it alone. Of what it rests on, what `by` may see decides (None: all of it), so
        that no refusal tells of the rest.
        """

    def check_dependants(self, by: Any = None) -> None:
        """Raise ValidationError where rows that `by` may see and that belong to the record contradict it."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the visibility that is usual for its kind where none was said."""
        if not self.visibility:
            self.visibility = self.default_visibility()
        super().save(*args, **kwargs)

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


def check_no_cycle(row: models.Model) -> None:
    """Raise ValidationError where `row` stands, through its parents, under itself."""
    seen = {row.pk}
    parent = getattr(row, "parent")  # noqa: B009 - only models with a tree are checked
    while parent is not None:
        if parent.pk in seen and parent.pk is not None:
            raise ValidationError({"parent": _("It would stand under itself.")})
        seen.add(parent.pk)
        parent = parent.parent


def known(name: str, field: str, values: Sequence[str], *, blank: bool = False) -> models.CheckConstraint:
    """Return the constraint that `field` holds one of `values`, or nothing where `blank`."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__in": [*values, *([""] if blank else [])]}))


def ends_after_start(name: str) -> models.CheckConstraint:
    """Return the constraint that `until`, where both are known, does not end before `since` begins."""
    return models.CheckConstraint(
        name=name,
        condition=Q(since_earliest__isnull=True)
        | Q(until_latest__isnull=True)
        | Q(until_latest__gte=F("since_earliest")),
    )


def heading_of(row: Any, user: Any) -> str:
    """Return what people call a row, as far as `user` may see it."""
    return type(row).headings([row], user)[row.pk] if isinstance(row, Versioned) else str(row)
