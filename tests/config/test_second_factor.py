"""Without a second factor in this session nobody reads more than everybody: every role, every gate, the admin too."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from config.accounts import SealedMFAAdapter
from tests import factories
from tests.cast import NAMES, signed_in
from tests.second_factor import (
    PASSWORD,
    code_of,
    set_up_app,
    signed_in_by_password,
    signed_in_with_both,
    with_password,
)
from visits.access import ROLES, Permission, role_given
from visits.choices import Visibility, Workflow

TRUSTED = ("member", "editor", "reviewer", "admin")
DESK = ("editor", "reviewer", "admin")


@pytest.fixture(autouse=True)
def asked_for(settings, db):
    """Ask for the second factor, with counts of attempts that start anew."""
    settings.REQUIRE_MFA = True
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def rows(db):
    """Return a public, an internal, a draft and a confidential visit."""
    return {
        "public": factories.visit(workflow=Workflow.PUBLISHED, visibility=Visibility.PUBLIC),
        "internal": factories.visit(workflow=Workflow.PUBLISHED, visibility=Visibility.INTERNAL),
        "draft": factories.visit(workflow=Workflow.DRAFT, visibility=Visibility.PUBLIC),
    }


def opened_by(client: Client, rows) -> set[str]:
    """Return which of the visits the client may open."""
    return {
        name for name, row in rows.items() if client.get(reverse("visit_detail", args=[row.slug])).status_code == 200
    }


@pytest.mark.parametrize("role", NAMES)
def test_a_session_opened_by_the_password_alone_reads_what_everybody_reads(role, people, rows):
    client = signed_in(people.named(role))
    assert opened_by(client, rows) == {"public"}
    html = client.get("/visits/").content.decode()
    assert ("once your account has a second factor" in html) is (role in TRUSTED)
    assert rows["internal"].slug not in html
    # Hidden and missing answer alike to them too.
    hidden, missing = (client.get(f"/visits/{slug}/") for slug in (rows["internal"].slug, "nothing-of-this-name"))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    strip = (rows["internal"].slug, "nothing-of-this-name")
    assert hidden.content.decode().replace(strip[0], "…") == missing.content.decode().replace(strip[1], "…")


@pytest.mark.parametrize("role", TRUSTED)
def test_with_the_second_factor_a_session_reads_what_the_role_allows(role, people, rows):
    person = with_password(people.named(role))
    secret = set_up_app(person)
    first = signed_in_by_password(person)
    assert "Signed in as" not in first.get("/").content.decode()
    client = signed_in_with_both(person, secret)
    assert opened_by(client, rows) == ({"public", "internal", "draft"} if role in DESK else {"public", "internal"})
    assert client.get("/desk/").status_code == (200 if role in DESK else 403)
    assert client.get("/admin/").status_code == (200 if role in DESK else 302)
    assert "second factor</a>" not in client.get("/visits/").content.decode()


@pytest.mark.parametrize("role", DESK)
def test_desk_and_admin_open_to_nobody_by_the_password_alone(role, people):
    client = signed_in(people.named(role))
    refused = client.get("/desk/")
    assert refused.status_code == 403
    assert "set up an authenticator app or a passkey" in refused.content.decode()
    led = client.get("/admin/", follow=True)
    assert led.status_code == 403
    assert "set up an authenticator app or a passkey" in led.content.decode()
    assert client.post(reverse("admin:visits_visit_add"), {}).status_code == 302
    assert "Administration" not in client.get("/").content.decode()


def test_where_it_is_not_asked_for_the_password_does(settings, people, rows):
    settings.REQUIRE_MFA = False
    assert opened_by(signed_in(people.member), rows) == {"public", "internal"}


def test_a_role_that_opens_nothing_more_is_asked_for_nothing(people):
    html = signed_in(people.reader).get("/visits/").content.decode()
    assert "second factor</a>" not in html


def test_what_is_withheld_is_never_written_down(people):
    admin = with_password(people.admin)
    client = signed_in_by_password(admin)
    new = "quite another long one"
    changed = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert changed.status_code == 302
    admin.refresh_from_db()
    assert admin.check_password(new)
    assert admin.is_staff
    assert Permission.MANAGE_USERS in ROLES[role_given(admin)]


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_opens_this_session_and_ends_the_others(people, rows):
    member = with_password(people.member)
    other = signed_in_by_password(member)
    assert "Signed in as" in other.get("/").content.decode()
    client = signed_in_by_password(member)
    # Who one is is asked once more, without script: the form of the password, then on to the app.
    led = client.get(reverse("mfa_activate_totp"))
    assert led.headers["Location"].startswith(reverse("account_reauthenticate"))
    confirmed = client.post(led.headers["Location"], {"password": PASSWORD}, follow=True)
    html = confirmed.content.decode()
    assert confirmed.redirect_chain == [(reverse("mfa_activate_totp"), 302)]
    assert "data:" not in html
    picture = client.get(reverse("mfa_totp_picture"))
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "private, no-store"
    assert b"<svg" in picture.content
    secret = html.partition("<code>")[2].partition("</code>")[0]
    assert opened_by(client, rows) == {"public"}
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert opened_by(client, rows) == {"public", "internal"}
    assert "Signed in as" not in other.get("/").content.decode()
    # Kept sealed, and shown by nobody's page again.
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert client.get(reverse("mfa_totp_picture")).status_code == 404
    codes = client.get(reverse("mfa_download_recovery_codes"))
    assert len(codes.content.split()) == 10


@pytest.mark.django_db(transaction=True)
def test_the_owner_is_told_by_mail(people):
    member = with_password(people.member)
    member.email = "member@example.org"
    member.save()
    mail.outbox.clear()
    client = signed_in_by_password(member)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    html = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = html.partition("<code>")[2].partition("</code>")[0]
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert [message.to for message in mail.outbox] == [["member@example.org"]]
    assert secret and secret not in mail.outbox[0].body


def test_recovery_codes_open_once_each(people, rows):
    member = with_password(people.member)
    set_up_app(member)
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    client = signed_in_by_password(member)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert opened_by(client, rows) == {"public", "internal"}
    again = signed_in_by_password(member)
    assert "Incorrect code" in again.post(reverse("mfa_authenticate"), {"code": code}).content.decode()
    assert opened_by(again, rows) == {"public"}


def test_a_code_is_taken_once(people, rows):
    member = with_password(people.member)
    secret = set_up_app(member)
    assert opened_by(signed_in_with_both(member, secret), rows) == {"public", "internal"}
    assert opened_by(signed_in_with_both(member, secret), rows) == {"public"}


def test_an_app_that_is_taken_away_counts_no_longer_in_any_session(people, rows):
    member = with_password(people.member)
    secret = set_up_app(member)
    client = signed_in_with_both(member, secret)
    assert opened_by(client, rows) == {"public", "internal"}
    Authenticator.objects.filter(user=member).delete()
    assert opened_by(client, rows) == {"public"}


def test_with_a_second_factor_the_password_alone_confirms_nothing(people, rows):
    member = with_password(people.member)
    # Signed in before there was one, as by somebody who had found out the password.
    thief = signed_in(member)
    thief.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = set_up_app(member)
    session = thief.session
    session["account_authentication_methods"] = []
    session.save()
    led = thief.get(reverse("mfa_deactivate_totp"))
    assert led.headers["Location"].startswith(reverse("mfa_reauthenticate"))
    sent = thief.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert sent.headers["Location"].startswith(reverse("mfa_reauthenticate"))
    assert thief.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert Authenticator.objects.filter(user=member, type="totp").exists()
    assert "given your second factor" in thief.get("/").content.decode()
    # Who holds it confirms this session with it.
    confirmed = thief.post(f"{reverse('mfa_reauthenticate')}?next=/visits/", {"code": code_of(secret)})
    assert confirmed.status_code == 302
    assert opened_by(thief, rows) == {"public", "internal"}


def test_confirming_gives_the_session_another_token(people, rows):
    member = with_password(people.member)
    # Opened before there was a second factor; somebody has got hold of its token.
    client = signed_in_by_password(member)
    secret = set_up_app(member)
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert "Signed in as" in thief.get("/").content.decode()
    client.post(reverse("mfa_reauthenticate"), {"code": code_of(secret)})
    assert opened_by(client, rows) == {"public", "internal"}
    assert opened_by(thief, rows) == {"public"}
    assert "Signed in as" not in thief.get("/").content.decode()
    # It is the same session in the list of one's own.
    html = client.get(reverse("account_sessions")).content.decode()
    assert html.count("since ") == html.count("<strong>this one</strong>") == 1


def test_a_session_of_one_person_opens_nothing_for_the_next(people, rows):
    member, admin = with_password(people.member), people.admin
    client = signed_in_with_both(member, set_up_app(member))
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert opened_by(client, rows) == {"public"}


def test_secrets_are_sealed_and_open_by_keys_that_were_replaced(settings):
    sealed = SealedMFAAdapter().encrypt("the secret")
    assert "the secret" not in sealed
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert SealedMFAAdapter().decrypt(sealed) == "the secret"


def test_only_ones_own_passkeys_have_an_address(people):
    from config.account_views import key_of

    row = Authenticator.objects.create(user=people.admin, type="webauthn", data={"name": "key", "credential": {}})
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert signed_in(people.member).get(reverse(name, args=[key_of(row)])).status_code == 404
        assert signed_in(people.admin).get(reverse(name, args=[key_of(row)])).status_code == 302
