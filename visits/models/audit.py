"""The log of who read what is confidential and who changed who may: only added to, and sealed in a chain."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from visits.classification import FieldClass, declare


class AuditKind(models.TextChoices):
    """What is logged."""

    READ = "read", _("confidential row read")
    TAKEN = "taken", _("file taken")
    SIGNED_IN = "signed_in", _("signed in")
    REFUSED = "refused", _("sign-in refused")
    SIGNED_OUT = "signed_out", _("signed out")
    FACTOR = "factor", _("second factor changed")
    ROLE = "role", _("role or account changed")
    MEMBER = "member", _("named in a compartment, or taken out")
    SEEN_BY = "seen_by", _("visibility changed")
    WORKFLOW = "workflow", _("published, withdrawn or taken back")
    GLASS = "glass", _("let into a compartment in an emergency: asked, granted, declined")
    PROTECTED = "protected", _("name protected")
    LOOKED = "looked", _("protected name looked at")
    CONSENT = "consent", _("consent recorded or ended")
    REMOVAL = "removal", _("removal asked, confirmed or declined")
    STOPPED = "stopped", _("stopped for reading too much")
    OTHER = "other", _("other")


class AuditEntry(models.Model):
    """One thing that somebody did: ids, never contents. Triggers of the database refuse to change or delete it.

    `by` and `row` are plain numbers: what they name may be erased, and the entry stays.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        internal="id at kind row_kind row place detail", identity="by"
    )

    at = models.DateTimeField(_("time"))
    kind = models.CharField(_("kind"), max_length=10, choices=AuditKind.choices)
    by = models.BigIntegerField(_("person"), null=True)
    row_kind = models.CharField(_("kind of row"), max_length=60, blank=True)
    row = models.BigIntegerField(_("row"), null=True)
    # The name of an address, and a word about the change: “role editor>admin”.
    place = models.CharField(_("page"), max_length=80, blank=True)
    detail = models.CharField(_("change"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["row_kind", "row", "at"], name="visits_audit_row"),
            models.Index(fields=["by", "at"], name="visits_audit_by"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_kind} {self.row or ''}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry; a stored one is never changed."""
        super().save(*args, **(kwargs | {"force_insert": True}))

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise TypeError("Entries of the audit log are never deleted.")


class AuditSeal(models.Model):
    """A link of the chain: the digest of an entry, its number and the digest before it (`visits.audit.chain`)."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(internal="number entry digest")

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.DO_NOTHING, related_name="seal")
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"
