"""What every test has: a fast hasher, and a database that is either empty or holds the sample record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Cast


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse to mix the tests on the sample record with those on an empty database."""
    if len({"tests/record/" in str(item.path) for item in items}) > 1:
        raise pytest.UsageError("Run tests/record by itself: its database holds the sample record.")


@pytest.fixture(scope="session", autouse=True)
def _fast_hasher() -> None:
    """Hash passwords quickly: no test is about the strength of the hash."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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
