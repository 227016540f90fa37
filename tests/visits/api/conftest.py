"""Names of the tests that Schemathesis makes of one function."""

from __future__ import annotations

import pytest
from _pytest.nodeid import NodeId


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Call each by its operation: of tests with one name, processes side by side run a single one."""
    for item in items:
        if label := getattr(item, "operation_label", None):
            item._id = NodeId.parse(f"{item.nodeid}[{label}]")
