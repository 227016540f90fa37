"""What browsers are told with every kind of answer, scored as Mozilla's Observatory scores it, with SECURE on."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from config.headers import FEATURES, HEADERS, LENT, add_to_every_answer
from tests import factories
from tests.cast import signed_in
from tests.observatory import results, score

WANTED = 125
NAMES = ("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_", "X_FRAME_", "ALLAUTH_")


@pytest.fixture(scope="session")
def in_earnest() -> dict[str, object]:
    """Return the settings of browsers and cookies as a start with SECURE makes them."""
    code = (
        "import json, config.settings as s; "
        f"print(json.dumps({{n: v for n, v in vars(s).items() if n.startswith({NAMES!r})}}))"
    )
    env = {**os.environ, "SECURE": "on", "SECRET_KEY": "x"}
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=configured.BASE_DIR, env=env, capture_output=True, text=True, check=True
    )
    found: dict[str, object] = json.loads(said.stdout)
    return found


@pytest.fixture
def secure(db, settings, in_earnest):
    """Serve as with SECURE, with static files found where they stand."""
    cache.clear()
    for name, value in in_earnest.items():
        setattr(settings, name, tuple(value) if isinstance(value, list) else value)
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    yield settings
    cache.clear()


def answers_of_every_kind(people, settings, monkeypatch):
    """Yield (kind, status that is expected, answer)."""
    visit = factories.visit(workflow="published", visibility="public")
    reader = Client(raise_request_exception=False)
    editor = signed_in(people.editor)
    page = reader.get("/", secure=True)
    yield "page", 200, page
    yield "page of a visit", 200, reader.get(f"/visits/{visit.slug}/", secure=True)
    yield "page of somebody signed in", 200, editor.get("/desk/", secure=True)
    yield "page of the admin", 200, editor.get("/admin/", secure=True)
    yield "page with a form", 200, reader.get("/accounts/login/", secure=True)
    yield "redirect", 302, reader.get("/desk/", secure=True)
    yield "missing", 404, reader.get("/nowhere", secure=True)
    yield "hidden", 404, reader.get(f"/visits/{factories.visit(workflow='draft').slug}/", secure=True)
    yield "unreadable", 400, reader.get("/visits/?q=%00", secure=True)
    yield "of another host", 400, reader.get("/", secure=True, headers={"host": "evil.example"})
    yield "not allowed", 403, signed_in(people.reader).get("/desk/", secure=True)
    yield "of no such method", 405, reader.post("/", secure=True)
    static = reader.get("/static/css/site.css", secure=True)
    yield "static file", 200, static
    since = {"if-modified-since": static.headers["Last-Modified"]}
    yield "static file that is known", 304, reader.get("/static/css/site.css", secure=True, headers=since)
    yield "missing static file", 404, reader.get("/static/css/none.css", secure=True)
    feed = reader.get("/statements/feed/", secure=True)
    yield "feed", 200, feed
    known = {"if-none-match": feed.headers["ETag"]}
    yield "feed that is known", 304, reader.get("/statements/feed/", secure=True, headers=known)
    yield "file", 200, reader.get("/visits.csv", secure=True)
    yield "workbook", 200, reader.get("/visits.xlsx", secure=True)
    yield "calendar", 200, reader.get("/visits.ics", secure=True)
    yield "JSON", 200, reader.get("/search/suggest/?q=cam", secure=True, headers={"accept": "application/json"})
    yield "head", 200, reader.head("/", secure=True)
    yield "API", 200, reader.get("/api/v1/visits/", secure=True)
    yield "problem of the API", 404, reader.get("/api/v1/visits/nothing/", secure=True)
    yield "refused by the API", 401, reader.post("/api/v1/topics/", {}, content_type="application/json", secure=True)
    yield "Atom feed", 200, reader.get("/visits.atom", secure=True)
    gone = factories.visit(workflow="withdrawn", visibility="public", withdrawn_note="It was wrong.")
    yield "withdrawn", 410, reader.get(f"/visits/{gone.slug}/", secure=True)
    yield "alive", 200, reader.get("/health/live", secure=True)
    yield "robots", 200, reader.get("/robots.txt", secure=True)
    yield "ready", 200, reader.get("/health/ready", secure=True)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    sent = {"title": "x" * 100}
    yield "too large", 413, editor.post(reverse("desk_source_new"), sent, secure=True)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10**7
    for number in range(40):
        wrong = {"login": f"nobody-{number}", "password": "wrong"}
        many = Client().post("/accounts/login/", wrong, secure=True)
    yield "too many", 429, many
    monkeypatch.setattr("visits.views.lists.render", lambda *about, **more: 1 / 0)
    yield "fault of ours", 500, reader.get("/visits/", secure=True)


@pytest.mark.audit
def test_every_kind_of_answer_scores_125_or_more(people, secure, monkeypatch, figure):
    kinds, short, lowest = 0, [], 200
    for kind, status, answer in answers_of_every_kind(people, secure, monkeypatch):
        assert answer.status_code == status, kind
        kinds += 1
        reached = score(answer.headers, answer.cookies.values())
        lowest = min(lowest, reached)
        if reached < WANTED:
            short.append((kind, reached, results(answer.headers, answer.cookies.values())))
        for name in HEADERS:
            assert answer.headers[name] == HEADERS[name], (kind, name)
        assert answer.headers["X-Frame-Options"] == "DENY", kind
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"], kind
        assert "unsafe" not in answer.headers["Content-Security-Policy"], kind
        assert "nonce" not in answer.headers["Content-Security-Policy"], kind
    assert short == []
    assert kinds == 33
    figure("header_kinds", kinds)
    figure("header_score", lowest)


def test_every_kind_of_answer_says_what_it_is(people, secure, monkeypatch):
    seen = set()
    for kind, status, answer in answers_of_every_kind(people, secure, monkeypatch):
        if status == 304 or not (answer.streaming or answer.content):
            continue
        said = answer.headers["Content-Type"]
        assert "utf-8" in said or said.startswith("application/"), kind
        is_page = not answer.streaming and answer.content.lstrip().lower().startswith(b"<!doctype html")
        assert is_page == said.startswith("text/html"), kind
        seen.add(said.partition(";")[0])
    assert {"text/html", "text/css", "text/csv", "text/plain", "text/calendar", "application/json"} <= seen


def test_over_plain_http_all_is_led_to_tls_and_only_the_machine_is_answered(secure):
    led = Client().get("/visits/")
    assert (led.status_code, led.headers["Location"]) == (301, "https://testserver/visits/")
    assert Client().get("/health/live").status_code == 200
    # A program is told so: led on, it would go on sending its token in clear.
    told = Client().get("/api/v1/visits/", headers={"authorization": "Bearer vav_secret"})
    assert (told.status_code, told.headers["Content-Type"]) == (403, "application/problem+json")
    assert "Use https" in told.json()["detail"]
    assert Client().get("/api/v1/visits/", secure=True).status_code == 200
    for answer in (led, told, Client().get("/health/live")):
        assert all(answer.headers[name] == value for name, value in HEADERS.items())
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_cookies_are_of_this_host_over_tls_and_no_script_reads_them(secure, people):
    from tests.second_factor import PASSWORD, with_password

    client = Client()
    cookies = dict(client.get("/accounts/login/", secure=True).cookies)
    sent = {"login": with_password(people.reader).username, "password": PASSWORD}
    cookies |= client.post("/accounts/login/", sent, secure=True).cookies
    # Words for the next page: “You have signed out.”
    cookies |= {name: one for name, one in client.post("/accounts/logout/", secure=True).cookies.items() if one.value}
    assert {"__Host-session", "__Host-csrf", "__Host-messages"} <= set(cookies)
    assert all(name.startswith("__Host-") for name in cookies)
    for cookie in cookies.values():
        assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
        assert not cookie["domain"]


def test_the_score_falls_with_each_header_that_is_taken_away(secure):
    headers = dict(Client().get("/", secure=True).headers)
    whole = score(headers)
    assert whole == 130
    for name in (
        "Content-Security-Policy",
        "Cross-Origin-Resource-Policy",
        "Strict-Transport-Security",
        "Referrer-Policy",
        "X-Content-Type-Options",
    ):
        assert score({key: value for key, value in headers.items() if key != name}) < whole, name
    loose = {**headers, "Content-Security-Policy": "default-src 'self' 'unsafe-inline'"}
    assert score(loose) == 80
    assert score(headers, [{"secure": "", "httponly": True, "samesite": "Lax"}]) == 80


def test_only_what_is_lent_may_be_loaded_by_other_sites(rf):
    from django.http import HttpResponse

    def lending(_request):
        answer = HttpResponse(headers={"Cross-Origin-Resource-Policy": "cross-origin"})
        answer.xframe_options_exempt = True
        return answer

    for address, said in (("/visits/", "same-origin"), *((f"{place}x/", "cross-origin") for place in LENT)):
        answer = add_to_every_answer(lending)(rf.get(address))
        assert answer.headers["Cross-Origin-Resource-Policy"] == said
        assert "X-Frame-Options" not in answer.headers


def test_no_feature_of_the_browser_is_given_to_anybody_but_passkeys_to_us():
    said = dict(part.split("=") for part in HEADERS["Permissions-Policy"].split(", "))
    assert {name for name, who in said.items() if who == "()"} == set(FEATURES)
    assert {who for name, who in said.items() if name.startswith("publickey-")} == {"(self)"}
    assert len(said) == len(FEATURES) + 2
