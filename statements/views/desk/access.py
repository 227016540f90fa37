"""Who enters the desk: editors and above; every page of it is for the one who is signed in."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from visits.access import Permission
from visits.models import User
from visits.views.asking import P, View, asks_for


def desk_page(permission: Permission = Permission.EDIT_RECORD) -> Callable[[View[P]], View[P]]:
    """Let a view answer only those whose role has `permission`; others get 403, the anonymous are asked to sign in."""
    return asks_for(permission)


def editor_of(request: HttpRequest) -> User:
    """Return the person at the desk, whom `desk_page` has let in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
