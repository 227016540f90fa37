"""Every write to compartments: making one, naming people in it and taking them out, and letting in in an emergency.

A compartment belongs to those who are named in it: they alone name others, and admins are in like everybody else, by
being named. Where nobody who is in can be reached, two persons open it for hours (break-glass); it ends by itself, and
those who are in see on the same page who was let in, by whom and why.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from visits.access import Permission, compartments_of, has_permission
from visits.actions import clean_and_save, require, save_part
from visits.audit.log import note
from visits.models import AccessRequest, AuditKind, Compartment, CompartmentMember, User, Visit

# Long enough to look, too short to work: whoever needs longer has to be named by somebody who is in.
HOURS = (1, 4, 24)


def is_in(compartment: Compartment, user: User) -> bool:
    """Whether `user` is named in a compartment at this moment."""
    return bool(CompartmentMember.objects.holding().filter(compartment=compartment, user=user).exists())


@transaction.atomic
def make_compartment(*, by: User, name: str, visit: Visit | None = None) -> Compartment:
    """Make a compartment, of a visit or of none, in which its maker alone is named."""
    require(by, Permission.EDIT_RECORD)
    # Of their own alone: that another is called so is told to those who are in it.
    if Compartment.objects.filter(pk__in=compartments_of(by), visit=visit, name=name.strip()).exists():
        raise ValidationError(_("You are named in one that is called so already."))
    compartment = Compartment(visit=visit, name=name.strip())
    clean_and_save(compartment)
    clean_and_save(CompartmentMember(compartment=compartment, user=by))
    return compartment


@transaction.atomic
def name_in(*, compartment: Compartment, user: User, by: User, ends_at: datetime | None = None) -> CompartmentMember:
    """Name somebody in a compartment, for good or until a moment; somebody who was in already gets the new moment."""
    require(by, Permission.EDIT_RECORD)
    if not has_permission(user, Permission.SEE_INTERNAL):
        raise ValidationError(_("Only members and above can be named in a compartment."))
    if ends_at is not None and ends_at <= timezone.now():
        raise ValidationError(_("Choose a day to come."))
    found = CompartmentMember.objects.filter(compartment=compartment, user=user).first()
    member = found or CompartmentMember(compartment=compartment, user=user)
    member.ends_at = ends_at
    save_part(part=member, by=by)
    return member


@transaction.atomic
def take_out(*, compartment: Compartment, user: User, by: User) -> None:
    """Take somebody out: those who are in may, whoever manages users too, and everybody may leave.

    Raises ValidationError where nobody would be left in.
    """
    if not (has_permission(by, Permission.MANAGE_USERS) or is_in(compartment, by)):
        raise PermissionDenied(_("Your role does not allow this."))
    # Of two who take each other out at one moment, one waits for the other.
    Compartment.objects.select_for_update().get(pk=compartment.pk)
    for_good = CompartmentMember.objects.filter(compartment=compartment, ends_at=None)
    if for_good.filter(user=user).exists() and not for_good.exclude(user=user).exists():
        raise ValidationError(_("Somebody has to stay in: name another person first."))
    for member in CompartmentMember.objects.filter(compartment=compartment, user=user):
        member.delete()


@transaction.atomic
def ask_access(*, compartment: Compartment, by: User, reason: str, hours: int) -> AccessRequest:
    """Ask to be let into a compartment for hours; somebody else has to grant it."""
    require(by, Permission.MANAGE_USERS)
    if is_in(compartment, by):
        raise ValidationError(_("You are in this compartment already."))
    if hours not in HOURS:
        raise ValidationError(_("Choose for how long."))
    if not reason.strip():
        raise ValidationError(_("Say what has happened: the second person has only these words."))
    if AccessRequest.objects.open().filter(compartment=compartment, asked_by=by).exists():
        raise ValidationError(_("You have asked for this already."))
    asked = AccessRequest.objects.create(compartment=compartment, asked_by=by, reason=reason.strip(), hours=hours)
    _noted(asked, by, f"asked {by.pk}, {hours} h")
    return asked


@transaction.atomic
def grant_access(*, request: AccessRequest, by: User) -> CompartmentMember:
    """Let in whoever asked, as the second person, for as many hours as they asked for."""
    check_second(request, by)
    now = timezone.now()
    _answered(request, second=by, granted_at=now)
    require(request.asked_by, Permission.MANAGE_USERS)
    ends = now + timedelta(hours=request.hours)
    about: dict[str, Any] = {"compartment": request.compartment, "user": request.asked_by}
    member = CompartmentMember.objects.filter(**about).first() or CompartmentMember(**about)
    member.ends_at = ends
    clean_and_save(member)
    _noted(request, by, f"granted {request.asked_by_id}, {request.hours} h")
    return member


@transaction.atomic
def decline_access(*, request: AccessRequest, by: User) -> None:
    """Close a request: the second person declines, or who asked takes it back."""
    if by.pk != request.asked_by_id:
        check_second(request, by)
    _answered(request, second=None if by.pk == request.asked_by_id else by, declined_at=timezone.now())
    _noted(request, by, f"declined {request.asked_by_id}")


def check_second(request: AccessRequest, by: User) -> None:
    """Raise where `by` is no second person: whoever manages users or is in the compartment, and did not ask."""
    if by.pk == request.asked_by_id:
        raise ValidationError(_("Another person has to grant this."))
    if not (has_permission(by, Permission.MANAGE_USERS) or is_in(request.compartment, by)):
        raise PermissionDenied(_("Your role does not allow this."))


def _answered(request: AccessRequest, **state: Any) -> None:
    """Close an open request; raise ValidationError where somebody else has closed it since."""
    if not AccessRequest.objects.open().filter(pk=request.pk).update(**state):
        raise ValidationError(_("This request is closed already."))


def _noted(request: AccessRequest, by: User, detail: str) -> None:
    note(AuditKind.GLASS, by=by, row=request.compartment, detail=detail)
