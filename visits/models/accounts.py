"""People who use the record, what they may open, and the counters and addresses of the record itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from visits.access import ROLE_LABELS, ROLES, Permission, Role, role_given
from visits.classification import FieldClass, declare
from visits.models.base import Versioned, Watched
from visits.querysets import AliasQuerySet, CompartmentMemberQuerySet


class User(AbstractUser, Watched):
    """Somebody who signs in. The role says what they may do; compartments name who may open them."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        confidential="password",
        internal="id role is_active is_staff is_superuser last_login date_joined groups user_permissions ever_named",
        identity="username first_name last_name email",
    )

    WATCHED: ClassVar[dict[str, str]] = {"role": "role", "is_active": "role", "email": "role"}

    role = models.CharField(_("role"), max_length=10, choices=ROLE_LABELS, default=Role.NONE, blank=True)
    # The page that gives this session the person's role, while it lacks a second factor (`access.withhold`).
    withheld: str = ""
    # As they were read of the database, by column.
    _read: Mapping[str, Any] = MappingProxyType({})
    # Whether they are named in a compartment, or were: what such a person reads is looked through for the audit log.
    ever_named = models.BooleanField(default=False, editable=False)
    # No history of the password's hash, and none of each sign-in.
    history = HistoricalRecords(excluded_fields=["password", "last_login", "ever_named"])

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(name="visits_user_role_known", condition=Q(role__in=[r.value for r in Role])),
            # Whoever is a superuser would pass every has_perm unasked: roles are the only way in.
            models.CheckConstraint(name="visits_user_no_superuser", condition=Q(is_superuser=False)),
        ]

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Self:
        """Keep the values as they were read, to save those alone that differ."""
        instance = super().from_db(db, field_names, values, **kwargs)
        instance._read = {name: instance.__dict__[name] for name in field_names}
        return instance

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save what was changed since it was read, keeping `is_staff`, which Django's admin asks for, with the role.

        A user is read with each request and has no version: whoever changes a password while an admin takes the role
        away would give it back otherwise.
        """
        before, only = self._read.get("email", self.email), kwargs.get("update_fields")
        moved = before != self.email and (only is None or "email" in only)
        if not self._state.adding and only is None:
            self._take_in_what_others_saved()
        self.is_superuser = False
        self.is_staff = Permission.ENTER_ADMIN in ROLES[role_given(self)]
        super().save(*args, **kwargs)
        self._read = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        if moved:
            from visits.address_actions import follow_address

            follow_address(user=self, before=before)

    def _take_in_what_others_saved(self) -> None:
        stored = User._base_manager.select_for_update().filter(pk=self.pk).first()
        if stored is None:
            return
        for name, read in self._read.items():
            now = getattr(stored, name)
            if now != read and getattr(self, name) == read:
                setattr(self, name, now)
                if name in self.as_loaded:
                    # Told to the audit log by whoever changed it.
                    self.as_loaded = {**self.as_loaded, name: now}


class Compartment(Versioned):
    """The confidential part of a visit, open to its named users only, admins not included.

    Several may have one name: whoever makes one would be told otherwise that there is another.
    """

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES, confidential="visit name", identity="members"
    )

    visit = models.ForeignKey(
        "visits.Visit",
        verbose_name=_("visit"),
        on_delete=models.PROTECT,
        related_name="compartments",
        null=True,
        blank=True,
    )
    name = models.CharField(_("name"), max_length=120)
    members = models.ManyToManyField(User, through="CompartmentMember", related_name="compartments")

    class Meta:
        verbose_name = _("compartment")

    def __str__(self) -> str:
        return self.name


class CompartmentMember(Versioned):
    """One person named in a compartment, for good or until a moment."""

    PART_OF: ClassVar[str] = "compartment"
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES, identity="compartment user", confidential="ends_at"
    )

    compartment = models.ForeignKey(Compartment, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    # From then on it opens nothing; the row stays, and says who was in.
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = CompartmentMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a compartment")
        constraints = [models.UniqueConstraint(fields=["compartment", "user"], name="visits_compartment_user")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and have what the person reads logged from now on."""
        super().save(*args, **kwargs)
        User.objects.filter(pk=self.user_id, ever_named=False).update(ever_named=True)

    def __str__(self) -> str:
        return str(self.user)


class PublicationStamp(models.Model):
    """One row: a number that rises in the same transaction as any change which the public can see."""

    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(public="id value raised_at")

    value = models.PositiveBigIntegerField(default=0)
    raised_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("publication stamp")
        constraints = [models.CheckConstraint(name="visits_stamp_single", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.value)


class Redirect(Versioned):
    """An old address, which leads to the new one for ever.

    Of several from one address the latest leads on that the reader may open (`visits.views.errors`): that one which is
    hidden starts there already is told to nobody.
    """

    WRITTEN_WITH: ClassVar[Permission] = Permission.PUBLISH
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(Versioned.FIELD_CLASSES, public="old_path new_path")

    old_path = models.CharField(_("old path"), max_length=300, db_index=True)
    new_path = models.CharField(_("new path"), max_length=300)

    class Meta:
        verbose_name = _("redirect")
        constraints = [
            models.CheckConstraint(name="visits_redirect_moves", condition=~Q(old_path=models.F("new_path"))),
            # A path of this site: never another host, which a leading “//” would name.
            models.CheckConstraint(
                name="visits_redirect_stays_here",
                condition=Q(new_path__startswith="/") & ~Q(new_path__startswith="//"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_path} → {self.new_path}"

    def clean(self) -> None:
        """Check that both are plain paths of this site, and that following the redirects ends somewhere."""
        super().clean()
        for name in ("old_path", "new_path"):
            path = getattr(self, name)
            if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
                raise ValidationError({name: _("Give a path of this site, such as /visits/cambodia-2022-08/.")})
        seen, paths = set[str](), {self.new_path}
        while paths:
            if self.old_path in paths:
                raise ValidationError({"new_path": _("This would lead round in a circle.")})
            seen |= paths
            paths = set(Redirect.objects.filter(old_path__in=paths).values_list("new_path", flat=True)) - seen


class Alias(Versioned):
    """Another name for a country, mandate, person or organisation: old, variant, or of a merged record."""

    HIDDEN_ALONE: ClassVar[bool] = True
    FIELD_CLASSES: ClassVar[dict[str, FieldClass]] = declare(
        Versioned.FIELD_CLASSES, public="text folded country mandate person organisation"
    )

    text = models.CharField(_("name"), max_length=300)
    folded = models.CharField(max_length=300, db_index=True, editable=False)
    country = models.ForeignKey(
        "visits.Country", on_delete=models.CASCADE, null=True, blank=True, related_name="aliases"
    )
    mandate = models.ForeignKey(
        "visits.Mandate", on_delete=models.CASCADE, null=True, blank=True, related_name="aliases"
    )
    person = models.ForeignKey("visits.Person", on_delete=models.CASCADE, null=True, blank=True, related_name="aliases")
    organisation = models.ForeignKey(
        "visits.Organisation",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="aliases",
    )

    objects = AliasQuerySet.as_manager()

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        constraints = [
            models.CheckConstraint(
                name="visits_alias_of_one",
                condition=(
                    Q(
                        country__isnull=False,
                        mandate__isnull=True,
                        person__isnull=True,
                        organisation__isnull=True,
                    )
                    | Q(
                        country__isnull=True,
                        mandate__isnull=False,
                        person__isnull=True,
                        organisation__isnull=True,
                    )
                    | Q(
                        country__isnull=True,
                        mandate__isnull=True,
                        person__isnull=False,
                        organisation__isnull=True,
                    )
                    | Q(
                        country__isnull=True,
                        mandate__isnull=True,
                        person__isnull=True,
                        organisation__isnull=False,
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the name folded for finding."""
        from visits.folding import fold

        self.folded = fold(self.text)
        super().save(*args, **kwargs)
