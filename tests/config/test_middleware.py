"""What every answer carries, and what none may."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.cast import signed_in


@pytest.fixture
def member(db):
    """Return a client signed in as a member."""
    user = get_user_model().objects.create_user("somebody", password="a long enough password", role="member")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_strict_policy_stands_on_every_page_and_allows_only_this_site(db):
    for path in ("/", "/visits/", "/nowhere", "/accounts/login/"):
        policy = Client().get(path).headers["Content-Security-Policy"]
        parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
        assert parts["default-src"] == "'none'"
        assert parts["frame-ancestors"] == "'none'"
        assert "unsafe" not in policy
        assert set(" ".join(parts.values()).split()) == {"'none'", "'self'"}


def test_static_files_carry_the_policy_and_are_taken_for_what_they_say_they_are(db, settings):
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    client, page = Client(), Client().get("/")
    for path in ("/static/css/site.css", "/static/icon.svg"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Content-Security-Policy"] == page.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        unchanged = client.get(path, headers={"if-modified-since": answer.headers["Last-Modified"]})
        assert unchanged.status_code == 304
        assert "Content-Security-Policy" in unchanged.headers


def test_public_pages_set_no_cookie_and_do_not_vary_by_it(db):
    for path in ("/", "/visits/", "/nowhere"):
        response = Client().get(path)
        assert not response.cookies
        assert "no-store" not in response.headers.get("Cache-Control", "")


def test_nothing_a_signed_in_person_sees_is_stored(member):
    assert member.get("/visits/").headers["Cache-Control"] == "private, no-store"


def test_language_is_that_of_the_address_whatever_the_browser_prefers(db):
    client = Client(headers={"accept-language": "es"})
    assert client.get("/visits/").headers["Content-Language"] == "en"
    # No catalogue, no address: a page in English under another code would be told as what it is not.
    assert client.get("/fr/visits/").status_code == 404
    assert client.get("/es/visits/").status_code == 404


def test_a_language_with_a_catalogue_lives_under_its_code(db, settings):
    settings.LANGUAGES = [("en", "English"), ("fr", "French")]
    client = Client(headers={"accept-language": "fr"})
    assert client.get("/visits/").headers["Content-Language"] == "en"
    assert client.get("/fr/visits/").headers["Content-Language"] == "fr"
    assert 'lang="fr"' in client.get("/fr/visits/").content.decode()


@pytest.mark.parametrize("path", ["/visits/?q=a%00b", "/visits/a%00b/"])
def test_nul_bytes_are_refused_before_anything_reads_them(path, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert Client().get(path).status_code == 400


def test_query_of_more_than_eight_kibibytes_is_refused_unread(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert Client().get("/visits/?q=" + "x" * 8193).status_code == 400
    assert Client().get("/visits/?q=" + "x" * 190).status_code == 200


def test_health_and_robots_need_no_account(db):
    assert Client().get("/health/live").content == b"live\n"
    assert Client().get("/health/ready").content == b"ready\n"
    told = Client().get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in told
    # Whole lists as files; the pages of the lists are what is to be found.
    for kind in ("visits", "statements", "commitments", "meetings", "people", "organisations", "countries", "mandates",
                 "topics", "sources", "corrections"):  # fmt: skip
        assert f"Disallow: /{kind}.\n" in told
        assert f"/{kind}/" not in told


def test_the_admin_is_reached_only_through_the_one_way_in(db, member):
    first = Client().get("/admin/", follow=True)
    assert first.redirect_chain[-1][0].startswith("/accounts/login/")
    assert "next=" in first.redirect_chain[-1][0]
    # A member has no business in the admin, and is told so instead of being sent in circles.
    refused = member.get("/admin/", follow=True)
    assert refused.status_code == 403
    assert "Your role does not allow this" in refused.content.decode()


def test_one_can_sign_in_and_out(db):
    get_user_model().objects.create_user("editor-x", password="a long enough password", role="editor")
    client = Client()
    assert client.get("/accounts/login/").status_code == 200
    wrong = client.post("/accounts/login/", {"login": "editor-x", "password": "wrong"})
    assert "not correct" in wrong.content.decode()
    done = client.post("/accounts/login/", {"login": "editor-x", "password": "a long enough password"})
    assert done.status_code == 302
    assert "Signed in as editor-x" in client.get("/").content.decode()
    assert client.get("/admin/").status_code == 200
    client.post("/accounts/logout/")
    assert "Sign in" in client.get("/").content.decode()


def test_nobody_can_sign_up(db):
    assert Client().get("/accounts/signup/").status_code == 404


def test_who_signs_out_leaves_nothing_typed_on_the_device(member):
    assert "Clear-Site-Data" not in member.get("/visits/").headers
    assert member.post("/accounts/logout/").headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in member.post("/accounts/logout/").headers


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/admin/", "/accounts/login/", "/desk/", "/api/v1/", "/static/css/site.css"])
def test_methods_that_tell_of_what_stands_between_are_answered_nowhere(address, people):
    for method in ("TRACE", "TRACK", "CONNECT"):
        answer = signed_in(people.admin).generic(method, address, headers={"x-told-back": "canary"})
        assert answer.status_code == 405
        assert "canary" not in answer.content.decode()
