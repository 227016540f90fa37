"""The sample record and the cast, entered once per worker."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from tests.cast import cast, signed_in


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Enter the sample record into the new database, and the cast; every test sees both and changes neither."""
    from statements.seed.hidden import name_in_compartments

    with django_db_blocker.unblock():
        call_command("seed", verbosity=0)
        people = cast()
        name_in_compartments(people.member)


ROLES = ("anonymous", "outsider", "reader", "member", "editor", "reviewer", "admin")


@pytest.fixture
def clients(people):
    """Return a client per role, signed in."""
    return {role: signed_in(getattr(people, role)) for role in ROLES}


@pytest.fixture
def numbers_kept(db):
    """Put back the numbers that PostgreSQL gives next: loading a package sets them, and no rollback takes that back."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
        before = cursor.fetchall()
    yield
    with connection.cursor() as cursor:
        for name, last in before:
            cursor.execute("SELECT setval(%s::regclass, %s)", [name, last])
