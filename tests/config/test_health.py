"""The health check of the image is answered whatever the site is called and however it is reached."""

from __future__ import annotations

import pytest
from django.test import Client

BY_ITSELF = {"host": "127.0.0.1:8000"}


@pytest.fixture
def in_earnest(settings):
    """Set the site as behind TLS under a name of its own."""
    settings.ALLOWED_HOSTS = ["record.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    return settings


def test_the_machine_asks_itself_by_its_address_and_without_tls(in_earnest, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = Client().get("/health/live", headers=BY_ITSELF)
    assert (response.status_code, response.content) == (200, b"live\n")
    assert Client().post("/health/live", headers=BY_ITSELF).status_code == 405


def test_nothing_else_is_answered_so(in_earnest, db):
    for path in ("/", "/health/ready", "/health/live/", "/admin/"):
        assert Client().get(path, headers=BY_ITSELF).status_code == 400, path
        led = Client().get(path, headers={"host": "record.example.org"})
        assert led.status_code == 301
        assert led.headers["Location"] == f"https://record.example.org{path}"


def test_the_health_check_stands_before_all_middleware_but_what_adds_headers_to_each_answer(settings):
    headers, policy, live, *_rest = settings.MIDDLEWARE
    assert (headers, policy) == ("config.headers.add_to_every_answer", "csp.middleware.CSPMiddleware")
    assert live == "config.middleware.answer_live_first"
