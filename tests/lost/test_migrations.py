"""Every migration goes forward, back and forward again on data, in a copy of the database of the tests.

`make audit` goes back to the first one, and to none; `make test` goes back by the last of each app.
"""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from statements.search.index import rebuild
from tests import factories as make
from tests.audit.figures import is_long
from tests.cast import cast
from tests.lost.served import own_database
from visits.models import Compartment, ImportBatch, Redirect

OURS = ("statements", "visits")


def tables() -> dict[str, list[str]]:
    """Return the columns of our tables."""
    found = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            # The index of words is built anew after a way back; its tables are SQLite's own.
            if name.startswith(OURS) and not name.startswith("statements_searchterms"):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)} LIMIT 0")  # noqa: S608 - a name
                found[name] = sorted(column[0] for column in cursor.description)
    return found


def cells(columns: dict[str, list[str]]) -> dict[str, list[tuple[Any, ...]]]:
    """Return what stands in columns of tables, in order."""
    quote, found = connection.ops.quote_name, {}
    with connection.cursor() as cursor:
        for table, names in columns.items():
            cursor.execute(f"SELECT {', '.join(map(quote, names))} FROM {quote(table)}")  # noqa: S608 - names
            found[table] = sorted((tuple(row) for row in cursor.fetchall()), key=repr)
    return found


def to(app: str, name: str) -> None:
    """Bring an app to a migration."""
    call_command("migrate", app, name, verbosity=0, interactive=False)


def state() -> set[tuple[str, str]]:
    """Return the migrations of ours that are applied."""
    return {key for key in MigrationExecutor(connection).loader.applied_migrations if key[0] in OURS}


def test_no_migration_is_irreversible(db):
    looked = 0
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app in OURS:
            for operation in migration.operations:
                assert operation.reversible, (app, name, operation)
                looked += 1
    assert looked > 100


@pytest.mark.audit
def test_every_migration_goes_back_and_forward_on_data(django_db_setup, django_db_blocker, tmp_path, figure):
    with django_db_blocker.unblock(), own_database(tmp_path):
        people = cast()
        make.statement(visit=make.visit(title="Visit to Cambodia"), texts=(make.text("We will open the prisons."),))
        make.note(meeting=make.meeting(), author=people.editor)
        make.deadline(visit=make.visit())
        ImportBatch(kind="visits", file_name="list.csv", by=people.editor).save()
        last, whole = state(), tables()
        for app in OURS:
            to(app, first(app) if is_long() else before_last(app))
        gone_back = len(last) - len(state())
        # Columns of both ends hold the same at both.
        both = {
            table: [name for name in columns if name in whole[table]]
            for table, columns in tables().items()
            if table in whole
        }
        at_first = cells(both)
        assert sum(map(len, at_first.values())) > 50
        to("visits", latest("visits"))
        to("statements", latest("statements"))
        assert (state(), tables()) == (last, whole)
        assert cells(both) == at_first
        rebuild()
        call_command("check_record", verbosity=0, stdout=io.StringIO())
        # And what is new can be written: numbers go on, constraints are those of before.
        make.statement(visit=make.visit())
        figure("migrations-gone-back", gone_back)
        if is_long():
            to("visits", "zero")
            assert not tables()
            call_command("migrate", verbosity=0, interactive=False)
            assert (state(), tables()) == (last, whole)


@pytest.mark.audit
def test_names_and_addresses_that_several_have_go_back_and_forward(django_db_setup, django_db_blocker, tmp_path):
    with django_db_blocker.unblock(), own_database(tmp_path):
        visit = make.visit()
        for place in (visit, visit, None, None):
            make.compartment(name="n" * 120, visit=place)
        for path in ("/visits/", "/people/", "/topics/"):
            Redirect(old_path="/old/", new_path=path).save()
        to("visits", "0012_protection")
        names = Compartment._base_manager.values_list("visit", "name")
        assert len(set(names)) == 4 and all(len(name) <= 120 for _place, name in names)
        leading = Redirect.objects.filter(old_path="/old/").values_list("new_path", flat=True)
        assert list(leading) == ["/topics/"] and Redirect.objects.count() == 3
        to("visits", latest("visits"))
        to("statements", latest("statements"))
        assert set(leading.all()) == {"/visits/", "/people/", "/topics/"}


def first(app: str) -> str:
    """Return the first migration of an app."""
    return str(MigrationLoader(connection).graph.root_nodes(app)[0][1])


def before_last(app: str) -> str:
    """Return the migration of an app before its last one."""
    graph = MigrationLoader(connection).graph
    return next(str(key[1]) for key in graph.node_map[app, latest(app)].parents if key[0] == app)


def latest(app: str) -> str:
    """Return the last migration of an app."""
    ((_app, name),) = MigrationLoader(connection).graph.leaf_nodes(app)
    return str(name)
