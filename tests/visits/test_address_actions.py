"""Another e-mail address of an account: mails go there alone, both boxes are told, and the one before opens nothing."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.admin_form import AdminForm
from tests.cast import Cast, again, signed_in
from tests.second_factor import PASSWORD
from visits import invitation_actions
from visits.address_actions import in_use
from visits.models import AuditEntry, AuditKind, User

pytestmark = pytest.mark.django_db
OLD, NEW = "Old.Box@example.org", "New.Box@example.org"


@pytest.fixture
def newcomer(people: Cast) -> User:
    """Return somebody who came by an invitation to the old box."""
    cache.clear()
    _row, token = invitation_actions.invite(by=people.admin, username="newcomer", email=OLD, role="member")
    found = invitation_actions.accept(token=token, password=PASSWORD)
    assert found is not None
    return again(found)


def by_admin(people: Cast, user: User, email: str) -> Any:
    client, at = signed_in(people.admin), reverse("admin:visits_user_change", args=[user.pk])
    return client.post(at, {**AdminForm(client.get(at).content.decode()).data, "email": email})


def by_program(people: Cast, user: User, email: str) -> None:
    user.email = email
    user.save()


def by_one_field(people: Cast, user: User, email: str) -> None:
    user.email = email
    user.save(update_fields=["email"])


def reset(address: str) -> list[str]:
    """Return to whom mails go when a reset is asked for an address."""
    mail.outbox.clear()
    Client().post(reverse("account_reset_password"), {"email": address})
    return [box.casefold() for message in mail.outbox for box in message.to]


@pytest.mark.parametrize("way", [by_admin, by_program, by_one_field])
def test_the_box_before_sets_no_password_any_more(people: Cast, newcomer: User, way: Any) -> None:
    assert reset(OLD) == [OLD.casefold()]
    link = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[-1].body)[0]
    way(people, again(newcomer), NEW)
    assert list(EmailAddress.objects.values_list("user_id", "email", "primary", "verified")) == [
        (newcomer.pk, NEW.lower(), True, False)
    ]
    assert (reset(OLD), reset(NEW)) == ([], [NEW.casefold()])
    # What was asked before opens nothing either.
    assert "This link opens nothing" in Client().get(link, follow=True).content.decode()


def test_both_boxes_are_told_and_neither_of_the_other(
    people: Cast, newcomer: User, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        by_program(people, newcomer, NEW)
    assert [message.to for message in mail.outbox] == [[OLD], [NEW]]
    for message in mail.outbox:
        told = f"{message.subject} {message.body}".casefold()
        assert not any(word in told for word in (OLD.casefold(), NEW.casefold(), "newcomer"))
    # Saved again, or written in another case, it is the same box.
    with django_capture_on_commit_callbacks(execute=True):
        newcomer.save()
        by_program(people, newcomer, NEW.upper())
    assert len(mail.outbox) == 2
    with django_capture_on_commit_callbacks(execute=True):
        by_program(people, newcomer, "")
    assert not EmailAddress.objects.exists() and mail.outbox[2].to == [NEW.upper()]


def test_a_mail_that_does_not_leave_keeps_nothing_back(
    people: Cast, newcomer: User, settings, django_capture_on_commit_callbacks
) -> None:
    settings.EMAIL_BACKEND = "tests.config.test_invitations.Refusing"
    with django_capture_on_commit_callbacks(execute=True):
        by_program(people, newcomer, NEW)
    assert again(newcomer).email == NEW


def test_another_address_is_logged_without_the_address(people: Cast, newcomer: User) -> None:
    before = AuditEntry.objects.filter(kind=AuditKind.ROLE)
    assert "example" not in "".join(before.values_list("detail", flat=True))
    by_admin(people, newcomer, NEW)
    entry = AuditEntry.objects.filter(kind=AuditKind.ROLE).latest("pk")
    assert (entry.by, entry.row, entry.detail) == (people.admin.pk, newcomer.pk, "e-mail address changed")


def test_an_admin_gives_nobody_the_address_of_another_account(people: Cast, newcomer: User) -> None:
    other = make.user(email="taken@example.org")
    answer = by_admin(people, newcomer, "Taken@example.org")
    assert "There is an account with this address" in answer.content.decode()
    assert 'value="Taken@example.org"' in answer.content.decode()
    assert again(newcomer).email == OLD
    # One's own in another case is one's own.
    assert by_admin(people, other, "TAKEN@example.org").status_code == 302


def test_an_address_that_was_given_up_is_free_for_somebody_else(people: Cast, newcomer: User) -> None:
    by_admin(people, newcomer, NEW)
    assert in_use(NEW.lower()) and not in_use(OLD) and not in_use("")
    _row, token = invitation_actions.invite(by=people.admin, username="second", email=OLD, role="member")
    answer = Client().post(reverse("invitation", args=[token]), {"password1": PASSWORD, "password2": PASSWORD})
    assert answer.headers["Location"] == reverse("account_login")
    assert User.objects.get(username="second").email == OLD


@pytest.mark.parametrize("taken", ["account", "row of allauth", "name"])
def test_whoever_accepts_an_invitation_to_a_name_or_address_that_is_in_use_by_now_is_told(
    people: Cast, taken: str
) -> None:
    row, token = invitation_actions.invite(by=people.admin, username="second", email=OLD, role="member")
    if taken == "row of allauth":
        EmailAddress.objects.create(user=people.member, email=OLD.lower(), verified=True, primary=True)
    else:
        make.user(**({"email": OLD.lower()} if taken == "account" else {"username": "SECOND"}))
    page = reverse("invitation", args=[token])
    assert Client().get(page).status_code == 200
    answer = Client().post(page, {"password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 409
    assert "There is an account with this name or e-mail address by now" in answer.content.decode()
    assert not User.objects.filter(username="second").exists()
    assert again(row).accepted_at is None


def test_addresses_that_were_left_behind_are_dropped_by_the_migration(people: Cast, newcomer: User) -> None:
    User.objects.filter(pk=newcomer.pk).update(email=NEW)
    user_of_case = make.user(email="Other.Box@example.org")
    EmailAddress.objects.create(user=user_of_case, email="other.box@example.org", verified=True, primary=True)
    import_module("visits.migrations.0014_addresses_of_accounts").drop_others(apps, None)
    assert list(EmailAddress.objects.values_list("user_id", flat=True)) == [user_of_case.pk]


def test_whoever_has_another_address_or_a_password_set_by_mail_can_set_up_a_second_factor(
    people: Cast, newcomer: User
) -> None:
    by_admin(people, newcomer, NEW)
    for asked in (False, True):
        if asked:
            assert reset(NEW)
        cache.clear()
        client = Client()
        client.post(reverse("account_login"), {"login": newcomer.username, "password": PASSWORD})
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        assert "<code>" in client.get(reverse("mfa_activate_totp")).content.decode()
