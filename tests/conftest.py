"""What every test has: a fast hasher, and a database that is either empty or holds the sample record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cast import Cast


DATABASE = frozenset({"db", "transactional_db", "live_server", "django_db_setup"})


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what `bin/testing.py` asks for on the second database."""
    parser.addoption("--only-database", action="store_true", help="leave out tests that never ask a database")


def asks_database(item: pytest.Item) -> bool:
    """Return whether a test may ask a database: by its mark, by a fixture, or by a process of its own."""
    if item.get_closest_marker("django_db") or item.get_closest_marker("postgresql"):
        return True
    return bool(DATABASE & set(getattr(item, "fixturenames", ()))) or "subprocess" in vars(item.module)  # type: ignore[attr-defined]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse to mix the tests on the sample record with those on an empty database; choose and order them."""
    if len({"tests/record/" in str(item.path) for item in items}) > 1:
        raise pytest.UsageError("Run tests/record by itself: its database holds the sample record.")
    if config.getoption("only_database"):
        asked = [item for item in items if asks_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(asked)])
        items[:] = asked
    # What one process does alone comes first: begun last, it would keep the other waiting.
    items.sort(key=lambda item: item.nodeid.partition("::")[0] not in TOGETHER)


# Files whose tests build on each other within one process: one of them counts what the others have met, or they share a
# server. (`xdist_group` would say it with them; xdist 3.8 cannot name groups to pytest 9.)
TOGETHER = ("tests/visits/api/test_schemathesis.py", "tests/lost/test_killed.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each test by itself to whoever is free, but for those that belong together; asked for by `loadgroup`."""
    from xdist.scheduler import LoadScopeScheduling

    class ByTest(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file in TOGETHER else nodeid

    return ByTest(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.fixture(scope="session", autouse=True)
def _fast_hasher() -> None:
    """Hash passwords quickly: no test is about the strength of the hash."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Begin with a copy of one database that all workers of a run share."""
    from django.db import connection

    from tests import template

    template.use(connection)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Let tests that use real transactions empty all tables afterwards, the audit log's too.

    SQLite empties a table by DELETE, which the log's triggers refuse; tests of the log make them again.
    """
    from django.db import connection

    from visits.audit import triggers

    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with connection.schema_editor() as editor:
                triggers.unprotect(editor)


@pytest.fixture(autouse=True)
def _settings_put_back() -> Iterator[None]:
    """Check that a test leaves the caches as they were: what one overrides within another's block is put back last."""
    from django.conf import settings

    before = settings.CACHES
    yield
    assert settings.CACHES is before


@pytest.fixture
def people(db: None) -> Cast:
    """Return the fixed cast."""
    from tests.cast import cast

    return cast()


@pytest.fixture
def index_in_step(db: None) -> Iterator[None]:
    """Check after the test that the index of the search is what it would be if it were built anew."""
    from tests.statements.search.stored import anew, stored

    yield
    assert stored() == anew()


@pytest.fixture
def figure() -> Callable[[str, float], None]:
    """Return how a test reports a figure of tests/audit/figures.toml: it fails where the figure is not reached."""
    from django.db import connection

    from tests.audit.figures import declared, is_long, report

    def reached(name: str, count: float) -> None:
        figure = declared()[name]
        report(figure, connection.vendor, count)
        asked = {"long": is_long(), "database": connection.vendor}
        assert figure.holds(count, **asked), f"{figure.what}: {count}, wanted {figure.bound(**asked)}"

    return reached


@pytest.fixture(autouse=True)
def _empty_index(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Empty the index of words after a test that really commits: Django empties its own tables, and that is none."""
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = (marker is not None and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames
    if commits or "live_server" in request.fixturenames:
        from django.db import connection

        from statements.search.columns import TABLE

        if connection.vendor == "sqlite":
            with django_db_blocker.unblock(), connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608 - our own name
