"""Tokens of the API: made once at the desk, stored as a digest, revoked, and never more than their user."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.cast import again, signed_in
from tests.second_factor import PASSWORD, signed_in_by_password, with_password
from visits.api.resource import ROOT
from visits.models import ApiToken, AuditEntry, User
from visits.token_actions import MOST_TOKENS, PREFIX, make_token, revoke_token

ME = f"{ROOT}me/"


def bearing(secret: str) -> Client:
    """Return a client that sends a token with every request."""
    return Client(headers={"authorization": f"Bearer {secret}"})


def test_a_token_tells_whose_it_is(people):
    _token, secret = make_token(by=people.editor, name="notebook")
    assert bearing(secret).get(ME).json() == {"user": "cast-editor", "role": "editor", "token": "notebook"}


def test_its_secret_is_stored_nowhere(people):
    token, secret = make_token(by=people.editor, name="notebook")
    assert secret.startswith(PREFIX)
    assert len(secret) >= 40
    stored = ApiToken._base_manager.filter(pk=token.pk).values().get()
    assert secret not in str(stored)
    assert secret.removeprefix(PREFIX) not in str(stored)


@pytest.mark.parametrize("role", ["reader", "member"])
def test_only_editors_make_tokens(role, people):
    with pytest.raises(PermissionDenied):
        make_token(by=people.named(role), name="notebook")


def refused(secret: str) -> bool:
    """Whether a token opens nothing, neither for writing nor for what everybody may read."""
    answers = [bearing(secret).get(address) for address in (ME, f"{ROOT}visits/")]
    assert {answer.headers.get("WWW-Authenticate") for answer in answers if answer.status_code == 401} <= {
        'Bearer realm="api"'
    }
    return [answer.status_code for answer in answers] == [401, 401]


def test_a_revoked_token_opens_nothing(people):
    token, secret = make_token(by=people.editor, name="notebook")
    assert not refused(secret)
    revoke_token(token=token, by=people.editor)
    assert refused(secret)


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "member"}])
def test_a_token_of_somebody_who_may_edit_no_more_opens_nothing(change, people):
    user = make.user(role="editor")
    _token, secret = make_token(by=user, name="notebook")
    assert not refused(secret)
    for name, value in change.items():
        setattr(user, name, value)
    user.save()
    assert refused(secret)


@pytest.mark.parametrize("header", ["Bearer vav_wrong", "Bearer", "Basic dXNlcjpwYXNz", "Token x", "Bearer \u00e9"])
def test_what_is_no_token_opens_nothing(header, people):
    answer = Client(headers={"authorization": header}).get(f"{ROOT}visits/")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_whoever_has_no_token_is_told_how_to_send_one(db):
    answer = Client().get(ME)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_its_use_is_noted_and_not_with_each_request(people, django_assert_num_queries):
    token, secret = make_token(by=people.editor, name="notebook")
    assert token.last_used_at is None
    with time_machine.travel(timezone.now(), tick=False) as clock:
        bearing(secret).get(ME)
        first = again(token).last_used_at
        assert first == timezone.now()
        clock.shift(timedelta(seconds=30))
        with django_assert_num_queries(1):
            bearing(secret).get(ME)
        clock.shift(timedelta(seconds=31))
        bearing(secret).get(ME)
        assert again(token).last_used_at == first + timedelta(seconds=61)


def test_so_many_tokens_and_no_more(people):
    for number in range(MOST_TOKENS):
        token, _secret = make_token(by=people.editor, name=f"program {number}")
    with pytest.raises(ValidationError):
        make_token(by=people.editor, name="one more")
    revoke_token(token=token, by=people.editor)
    make_token(by=people.editor, name="one more")


def test_the_desk_shows_a_new_token_once(people):
    client = signed_in(people.editor)
    answer = client.post(reverse("desk_tokens"), {"name": "nightly script"})
    assert answer.headers["Cache-Control"] == "private, no-store"
    [secret] = re.findall(rf"{PREFIX}[\w-]+", answer.content.decode())
    assert bearing(secret).get(ME).json()["token"] == "nightly script"
    page = client.get(reverse("desk_tokens")).content.decode()
    assert "nightly script" in page
    assert secret not in page


def test_a_token_without_a_name_is_not_made(people):
    answer = signed_in(people.editor).post(reverse("desk_tokens"), {"name": " "})
    assert answer.status_code == 400
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_at_the_desk_by_its_user_alone(people):
    token, secret = make_token(by=people.editor, name="nightly script")
    address = reverse("desk_token_revoke", args=[token.public_id])
    assert signed_in(people.reviewer).post(address).status_code == 404
    assert "nightly script" not in signed_in(people.reviewer).get(reverse("desk_tokens")).content.decode()
    assert not refused(secret)
    assert signed_in(people.editor).post(address).status_code == 302
    assert refused(secret)
    with pytest.raises(PermissionDenied):
        revoke_token(token=token, by=people.reviewer)


def test_an_admin_sees_that_a_token_is_there_and_revokes_it_without_its_name(people):
    token, secret = make_token(by=people.editor, name="nightly script")
    client = signed_in(people.admin)
    listed = client.get(reverse("admin:visits_apitoken_changelist"))
    detail = client.get(reverse("admin:visits_apitoken_change", args=[token.pk]))
    for page in (listed, detail):
        text = page.content.decode()
        assert "cast-editor" in text
        assert "nightly script" not in text
        assert token.digest not in text
    chosen = {"action": "revoke", "_selected_action": [str(token.pk)]}
    client.post(reverse("admin:visits_apitoken_changelist"), chosen)
    assert refused(secret)
    assert signed_in(people.reviewer).get(reverse("admin:visits_apitoken_changelist")).status_code == 403


def test_another_password_ends_the_tokens_of_its_person_alone(people, mailoutbox):
    editor = with_password(people.editor)
    _token, others = make_token(by=people.reviewer, name="script")
    client = signed_in_by_password(editor)
    _token, secret = make_token(by=editor, name="script")
    new = "quite another long one"
    assert "API" in client.get(reverse("account_change_password")).content.decode()
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert refused(secret) and not refused(others)
    assert AuditEntry.objects.filter(kind="role", by=editor.pk, row=editor.pk, detail="1 tokens revoked").exists()
    _token, secret = make_token(by=editor, name="script")
    User.objects.filter(pk=editor.pk).update(email="editor@example.org")
    Client().post(reverse("account_reset_password"), {"email": "editor@example.org"})
    [link] = re.findall(r"http://testserver(/\S+)", mailoutbox[-1].body)
    reset = Client()
    form = reset.get(link, follow=True)
    assert "API" in form.content.decode()
    reset.post(form.redirect_chain[-1][0], {"password1": new + "!", "password2": new + "!"})
    assert again(editor).check_password(new + "!")
    assert refused(secret) and not refused(others)


def test_a_password_that_an_admin_sets_ends_them_too_and_is_logged(people):
    _token, secret = make_token(by=people.editor, name="script")
    client = signed_in(people.admin)
    address = reverse("admin:auth_user_password_change", args=[people.editor.pk])
    client.post(address, {"usable_password": "true", "password1": "short", "password2": "short"})
    assert not refused(secret)
    new = "quite another long one"
    told = client.post(address, {"usable_password": "true", "password1": new, "password2": new}, follow=True)
    assert again(people.editor).check_password(new)
    assert "1 token of the API was revoked." in told.content.decode()
    assert refused(secret)
    logged = AuditEntry.objects.filter(kind="role", by=people.admin.pk, row=people.editor.pk)
    assert set(logged.values_list("detail", flat=True)) == {"password changed", "1 tokens revoked"}


def test_a_password_set_at_the_server_ends_them_too_and_is_logged_as_nobody_s(people, monkeypatch):
    _token, secret = make_token(by=people.editor, name="script")
    _token, others = make_token(by=people.reviewer, name="script")
    given = iter(["quite another long one", "a slip of the pen", "quite another long one", "quite another long one"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(given))
    told = StringIO()
    call_command("changepassword", "cast-editor", stdout=told, stderr=told)
    assert "1 tokens of the API were revoked" in told.getvalue()
    assert again(people.editor).check_password("quite another long one")
    assert refused(secret) and not refused(others)
    logged = AuditEntry.objects.filter(kind="role", by=None, row=people.editor.pk).exclude(detail__startswith="role")
    assert set(logged.values_list("detail", flat=True)) == {"password changed", "1 tokens revoked"}


def test_a_password_that_was_not_set_at_the_server_ends_nothing(people, monkeypatch):
    _token, secret = make_token(by=people.editor, name="script")
    monkeypatch.setattr("getpass.getpass", lambda prompt: "short")
    with pytest.raises(CommandError):
        call_command("changepassword", "cast-editor", stdout=StringIO(), stderr=StringIO())
    assert not refused(secret)
    assert not AuditEntry.objects.filter(row=people.editor.pk, detail="password changed").exists()


def test_whoever_ends_all_sessions_of_somebody_ends_their_tokens(people):
    _token, secret = make_token(by=people.editor, name="script")
    _token, others = make_token(by=people.reviewer, name="script")
    address = reverse("admin:visits_user_changelist")
    client = signed_in(people.admin)
    assert "End all sessions and tokens of the users chosen" in client.get(address).content.decode()
    chosen = {"action": "end_all_sessions", "_selected_action": [people.editor.pk]}
    told = client.post(address, chosen, follow=True).content.decode()
    assert "1 token of the API was revoked." in told
    assert refused(secret) and not refused(others)


def test_a_token_runs_out_after_a_year_and_the_desk_says_when(people):
    token, secret = make_token(by=people.editor, name="nightly script")
    ends = token.created_at + timedelta(days=365)
    with time_machine.travel(ends - timedelta(minutes=1), tick=False):
        assert not refused(secret)
        page = signed_in(people.editor).get(reverse("desk_tokens")).content.decode()
        assert f"opens until {ends:%Y-%m-%d}" in page
    with time_machine.travel(ends + timedelta(minutes=1), tick=False):
        assert refused(secret)
        page = signed_in(people.editor).get(reverse("desk_tokens")).content.decode()
        assert "You have no token." in page and "nightly script" in page
        for number in range(MOST_TOKENS):
            make_token(by=people.editor, name=f"program {number}")


def test_a_token_goes_round_no_second_factor(people, settings):
    _token, secret = make_token(by=people.editor, name="script")
    assert not refused(secret)
    # Whoever has none set up, or had it taken away, is no more by a token than in a session.
    settings.REQUIRE_MFA = True
    assert refused(secret)
