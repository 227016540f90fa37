"""The people of the tests: one of each role, made once in a database."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.test import Client

from tests import factories
from visits.access import Role
from visits.models import User


@dataclass(frozen=True, slots=True)
class Cast:
    """One signed-in person of each role; an outsider is signed in and has none."""

    anonymous: AnonymousUser
    outsider: User
    reader: User
    member: User
    editor: User
    reviewer: User
    admin: User

    def __iter__(self):  # type: ignore[no-untyped-def]
        """Go through all of them, from the least to the most trusted."""
        return (getattr(self, field.name) for field in fields(self))

    def named(self, name: str) -> User | AnonymousUser:
        """Return one of them by name, for tables of tests."""
        found: User | AnonymousUser = getattr(self, name)
        return found


NAMES = tuple(field.name for field in fields(Cast))
_ROLES = {
    "outsider": Role.NONE,
    "reader": Role.READER,
    "member": Role.MEMBER,
    "editor": Role.EDITOR,
    "reviewer": Role.REVIEWER,
    "admin": Role.ADMIN,
}


def cast() -> Cast:
    """Return the cast of this database, making whoever is missing."""
    known = User.objects.in_bulk([f"cast-{name}" for name in _ROLES], field_name="username")
    people = {
        name: known.get(f"cast-{name}") or factories.user(username=f"cast-{name}", role=role)
        for name, role in _ROLES.items()
    }
    return Cast(anonymous=AnonymousUser(), **people)


def signed_in(person: User | AnonymousUser) -> Client:
    """Return a client in which `person` has signed in; of the anonymous, one in which nobody has."""
    client = Client()
    if person.is_authenticated:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def name_on(client: Client) -> bool:
    """Whether a page says that somebody is signed in."""
    return "Signed in as" in client.get("/").content.decode()


def again(row: Any) -> Any:
    """Return the stored row, read anew."""
    return type(row)._base_manager.get(pk=row.pk)
