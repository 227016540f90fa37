"""Settings fail loudly, in one sentence, before anything is served."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Import the settings in a fresh process with only `environment` beside the path."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import config.settings as s; print(s.SECURE_SSL_REDIRECT, s.DEBUG)",
        ],
        cwd=settings.BASE_DIR,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_secret_key_nothing_starts():
    found = start()
    assert found.returncode != 0
    assert "SECRET_KEY is not set" in found.stderr


@pytest.mark.parametrize("url", ["mysql://somebody@host/db", "nonsense"])
def test_a_database_that_is_not_served_is_named(url):
    found = start(SECRET_KEY="x", DATABASE_URL=url)
    assert found.returncode != 0
    assert "DATABASE_URL" in found.stderr


@pytest.mark.parametrize(("name", "value"), [("EMAIL_URL", "pigeon://host"), ("SITE_ADDRESS", "record.example.org")])
def test_what_mails_need_is_named_where_it_is_wrong(name, value):
    found = start(SECRET_KEY="x", **{name: value})
    assert found.returncode != 0
    assert f"{name} is not understood" in found.stderr


def test_pages_and_the_count_of_sign_ins_do_not_share_a_place():
    place = {"CACHE_URL": "rediscache://host:6379/0", "LIMITS_CACHE_URL": "rediscache://host:6379/0"}
    found = start(SECRET_KEY="x", **place)
    assert found.returncode != 0
    assert "CACHE_URL and LIMITS_CACHE_URL name one place" in found.stderr
    assert start(SECRET_KEY="x", **place | {"LIMITS_CACHE_URL": "rediscache://host:6379/1"}).returncode == 0
    assert start(SECRET_KEY="x", CACHE_URL="dummycache://").returncode == 0
    assert start(SECRET_KEY="x", CACHE_URL="nonsense").returncode != 0
    none = start(SECRET_KEY="x", LIMITS_CACHE_URL="dummycache://")
    assert none.returncode != 0
    assert "guesses at passwords would be without limit" in none.stderr


def test_several_processes_of_the_composed_site_count_in_one_place():
    text = (settings.BASE_DIR / "compose.yaml").read_text()
    assert "WORKERS: ${WORKERS:-2}" in text
    assert "LIMITS_CACHE_URL: redis://limits:6379/1" in text


def test_debug_is_off_and_plain_http_is_for_the_local_default_only():
    assert start(SECRET_KEY="x").stdout.split() == ["False", "False"]
    assert start(SECRET_KEY="x", SECURE="1").stdout.split() == ["True", "False"]


def test_production_settings_raise_no_warning():
    found = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"SECRET_KEY": "k3!" * 25 + "abcdefghij", "SECURE": "1", "ALLOWED_HOSTS": "example.org"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert "no issues" in found.stdout
