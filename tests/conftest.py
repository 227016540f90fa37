"""What all tests share: settings that make them quick, and nothing that makes them lenient."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")


def pytest_collection_modifyitems(config, items):
    """Refuse to mix the tests on the sample record, which stands in their database, with those on an empty one."""
    kinds = {"tests/record/" in str(item.path) for item in items}
    if len(kinds) > 1:
        raise pytest.UsageError("Run tests/record by itself: its database holds the sample record.")


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
