"""Ways in of others, which whoever manages users ends: sessions, tokens of programs, and the password."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import transaction

from visits.access import Permission, has_permission
from visits.audit.log import note
from visits.models import AuditKind, User
from visits.token_actions import revoke_all


@transaction.atomic
def end_sessions(*, user: User, by: User) -> tuple[int, int]:
    """End every session and token of `user` and return how many there were of each. Raises PermissionDenied."""
    if not has_permission(by, Permission.MANAGE_USERS):
        raise PermissionDenied
    open_ones = list(UserSession.objects.filter(user=user))
    for session in open_ones:
        session.end()
    note(AuditKind.SIGNED_OUT, by=by, row=user, detail=f"{len(open_ones)} sessions ended by another")
    return len(open_ones), revoke_all(user=user, by=by)


@transaction.atomic
def tell_password_set(*, user: User, by: User | None) -> int:
    """Log that `by` gave `user` another password, revoke the tokens and return how many. Raises PermissionDenied.

    None is whoever runs commands on the server. The sessions end by themselves: each is tied to the password that
    opened it.
    """
    if by is not None and not has_permission(by, Permission.MANAGE_USERS):
        raise PermissionDenied
    note(AuditKind.ROLE, by=by, row=user, detail="password changed")
    return revoke_all(user=user, by=by)
