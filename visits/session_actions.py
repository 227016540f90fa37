"""Sessions of others: whoever manages users ends them."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import transaction

from visits.access import Permission, has_permission
from visits.audit.log import note
from visits.models import AuditKind, User


@transaction.atomic
def end_sessions(*, user: User, by: User) -> int:
    """End every session of `user` and return how many there were. Raises PermissionDenied."""
    if not has_permission(by, Permission.MANAGE_USERS):
        raise PermissionDenied
    open_ones = list(UserSession.objects.filter(user=user))
    for session in open_ones:
        session.end()
    note(AuditKind.SIGNED_OUT, by=by, row=user, detail=f"{len(open_ones)} sessions ended by another")
    return len(open_ones)
