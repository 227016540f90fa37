"""The auth backend that answers `has_perm` for the admin from the roles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend

from visits.access import Permission, has_permission

# What the Django admin asks for, by the first word of the codename; the second word is the model.
_ADMIN_VERBS = {
    "view": Permission.ENTER_ADMIN,
    "add": Permission.EDIT_RECORD,
    "change": Permission.EDIT_RECORD,
}
_USER_MODELS = frozenset(
    {
        "user",
        "apitoken",
        "compartment",
        "compartmentmember",
        "removalrequest",
        "invitation",
        "emailaddress",
        "group",
        "permission",
    }
)


class RoleBackend(BaseBackend):
    """Answers `has_perm` for the admin from the roles above; nothing is stored in permission tables.

    Deleting is allowed to nobody: records are withdrawn or removed by actions, never deleted.
    """

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        app, _dot, codename = perm.partition(".")
        verb, _under, model = codename.partition("_")
        if app not in {"visits", "statements"}:
            return False
        if model.removeprefix("historical") in _USER_MODELS:
            return has_permission(user_obj, Permission.MANAGE_USERS) and verb in {
                "view",
                "add",
                "change",
            }
        needed = _ADMIN_VERBS.get(verb)
        return needed is not None and has_permission(user_obj, needed)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether the admin shows the app at all."""
        return app_label in {"visits", "statements"} and has_permission(user_obj, Permission.ENTER_ADMIN)
