"""Who enters the desk: editors and above; every page of it is for the one who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from visits.access import Permission, has_permission
from visits.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def desk_page(permission: Permission = Permission.EDIT_RECORD) -> Callable[[View[P]], View[P]]:
    """Let a view answer only those whose role has `permission`; others get 403, the anonymous are asked to sign in."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not has_permission(request.user, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return inner

    return decorate


def editor_of(request: HttpRequest) -> User:
    """Return the person at the desk, whom `desk_page` has let in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
