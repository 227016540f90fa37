"""The sample record and the cast, entered once per worker."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from tests.cast import cast


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Enter the sample record into the new database, and the cast; every test sees both and changes neither."""
    from statements.seed.hidden import name_in_compartments

    with django_db_blocker.unblock():
        call_command("seed", verbosity=0)
        people = cast()
        name_in_compartments(people.member)


@pytest.fixture
def people(db):
    """Return the fixed cast."""
    return cast()


ROLES = ("anonymous", "outsider", "reader", "member", "editor", "reviewer", "admin")


@pytest.fixture
def clients(people):
    """Return a client per role, signed in."""
    found = {"anonymous": Client()}
    for role in ROLES[1:]:
        found[role] = Client()
        found[role].force_login(getattr(people, role), backend="allauth.account.auth_backends.AuthenticationBackend")
    return found
