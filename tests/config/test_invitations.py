"""Accounts come by invitation alone: by mail, once, within its days, and only from those who may invite."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import NAMES, signed_in
from tests.second_factor import PASSWORD
from visits import invitation_actions as actions
from visits.access import Role
from visits.models import Invitation, User

WANTED = {"username": "newcomer", "email": "New.Comer@example.org", "role": "editor"}
CHOSEN = {"password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def invited(people):
    """Return a client of the admin who has invited somebody, and the link of the mail."""
    client = signed_in(people.admin)
    assert client.post(reverse("desk_invitations"), WANTED).status_code == 302
    return client, link_of(mail.outbox[-1])


def link_of(message) -> str:
    """Return the path of the link in a mail."""
    return re.search(r"http://testserver(/accounts/invitation/\S+)", message.body)[1]


def test_who_is_invited_chooses_a_password_and_has_the_role(invited):
    _client, link = invited
    assert mail.outbox[-1].to == ["New.Comer@example.org"]
    page = Client().get(link)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert not User.objects.filter(username="newcomer").exists()
    done = Client().post(link, CHOSEN)
    assert done.headers["Location"] == reverse("account_login")
    made = User.objects.get(username="newcomer")
    assert (made.role, made.email, made.check_password(PASSWORD)) == ("editor", "New.Comer@example.org", True)
    assert EmailAddress.objects.get(user=made).verified
    client = Client()
    assert client.post(reverse("account_login"), {"login": "newcomer", "password": PASSWORD}).status_code == 302
    assert "Signed in as newcomer" in client.get("/").content.decode()


def test_of_the_link_only_a_hash_is_kept(invited):
    client, link = invited
    token = link.rstrip("/").rpartition("/")[2]
    row = Invitation.objects.values().get()
    assert token not in str(row)
    assert row["token_hash"] == actions.hash_of(token)
    assert token not in client.get(reverse("desk_invitations")).content.decode()


def test_a_link_that_opens_nothing_is_like_one_that_never_was(invited, people):
    client, first = invited
    row = Invitation.objects.get()
    never = Client().get(reverse("invitation", args=["x" * 43]))
    assert never.status_code == 404

    def opens(link: str) -> bool:
        answers = [Client().get(link), Client().post(link, CHOSEN)]
        alike = [answer.status_code == 404 and answer.content == never.content for answer in answers]
        assert alike in ([True, True], [False, False])
        return not alike[0]

    # Sent again, it has another link.
    assert client.post(reverse("desk_invitation_again", args=[row.public_id])).status_code == 302
    second = link_of(mail.outbox[-1])
    assert first != second
    assert not opens(first)
    # It runs out, and opens again once it is sent again.
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not opens(second)
    client.post(reverse("desk_invitation_again", args=[row.public_id]))
    third = link_of(mail.outbox[-1])
    # Whoever may no longer invite has invited nobody.
    User.objects.filter(pk=people.admin.pk).update(role=Role.EDITOR)
    assert not opens(third)
    User.objects.filter(pk=people.admin.pk).update(role=Role.ADMIN)
    # Withdrawn.
    assert client.post(reverse("desk_invitation_revoke", args=[row.public_id])).status_code == 302
    assert not opens(third)
    assert client.post(reverse("desk_invitation_again", args=[row.public_id])).status_code == 404
    assert not User.objects.filter(username="newcomer").exists()
    # Used.
    client.post(reverse("desk_invitations"), WANTED)
    fourth = link_of(mail.outbox[-1])
    assert opens(fourth)
    assert not opens(fourth)
    assert User.objects.filter(username="newcomer").count() == 1


def test_it_is_used_once_however_often_it_is_sent_at_one_moment(invited):
    _client, link = invited
    token = link.rstrip("/").rpartition("/")[2]
    real, taken = actions.open_invitation, []

    def both_find_it_open(asked: str):
        found = real(asked)
        if not taken:
            taken.append(1)
            assert actions.accept(token=asked, password=PASSWORD) is not None
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "open_invitation", both_find_it_open)
        assert actions.accept(token=token, password="another one of theirs") is None
    assert User.objects.get(username="newcomer").check_password(PASSWORD)


@pytest.mark.parametrize("role", [name for name in NAMES if name != "admin"])
def test_nobody_but_admins_invites_or_learns_who_is_expected(role, people, invited):
    row = Invitation.objects.get()
    person = people.named(role)
    client = signed_in(person)
    sent = len(mail.outbox)
    refused = 302 if role == "anonymous" else 403
    for name, args in (
        ("desk_invitations", []),
        ("desk_invitation_again", [row.public_id]),
        ("desk_invitation_revoke", [row.public_id]),
    ):
        answer = client.post(reverse(name, args=args), {**WANTED, "username": "other"})
        assert answer.status_code == refused
    page = client.get(reverse("desk_invitations"))
    assert page.status_code == refused
    assert b"newcomer" not in page.content
    assert not Invitation.objects.visible_to(person).exists()
    assert Invitation.objects.visible_to(people.admin).count() == 1
    assert len(mail.outbox) == sent
    if role != "anonymous":
        with pytest.raises(PermissionDenied):
            actions.invite(by=person, username="x", email="x@example.org", role="member")
        with pytest.raises(PermissionDenied):
            actions.revoke(invitation=row, by=person)
        with pytest.raises(PermissionDenied):
            actions.renew(invitation=row, by=person)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"username": "CAST-Member"}, "There is an account of this name."),
        ({"username": "NewComer"}, "send that invitation again"),
        ({"email": "TAKEN@example.org", "username": "other"}, "There is an account with this address."),
        ({"username": "other", "email": "nowhere"}, "Enter a valid email address."),
        ({"username": "other", "role": "superuser"}, "Select a valid choice."),
        ({"username": "o th<er"}, "Enter a valid username."),
    ],
)
def test_what_cannot_be_invited_is_told_beside_its_field(changed, told, invited, people):
    client, _link = invited
    User.objects.filter(pk=people.reader.pk).update(email="taken@example.org")
    sent = len(mail.outbox)
    answer = client.post(reverse("desk_invitations"), {**WANTED, "email": "other@example.org", **changed})
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert len(mail.outbox) == sent
    assert Invitation.objects.count() == 1


def test_a_weak_password_is_refused_and_the_invitation_stays(invited):
    _client, link = invited
    for weak in ("password", "newcomer", "short"):
        answer = Client().post(link, {"password1": weak, "password2": weak})
        assert answer.status_code == 200
        assert "errorlist" in answer.content.decode()
    assert not User.objects.filter(username="newcomer").exists()
    assert Client().post(link, CHOSEN).status_code == 302


def test_a_mail_that_does_not_leave_is_told_and_can_be_sent_again(people, settings):
    settings.EMAIL_BACKEND = "tests.config.test_invitations.Refusing"
    client = signed_in(people.admin)
    told = client.post(reverse("desk_invitations"), WANTED, follow=True).content.decode()
    assert "could not be sent" in told
    assert "The mail has not left." in told
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    again = client.post(
        reverse("desk_invitation_again", args=[Invitation.objects.get().public_id]), follow=True
    ).content.decode()
    assert "The mail has not left." not in again
    assert len(mail.outbox) == 1


def test_accepted_and_withdrawn_invitations_are_changed_no_more(invited, people):
    row = Invitation.objects.get()
    actions.revoke(invitation=row, by=people.admin)
    with pytest.raises(ValidationError):
        actions.revoke(invitation=row, by=people.admin)
    with pytest.raises(ValidationError):
        actions.renew(invitation=row, by=people.admin)


def test_whoever_is_signed_in_where_an_invitation_is_accepted_is_signed_out(invited):
    client, link = invited
    assert "Signed in as cast-admin" in client.get("/").content.decode()
    client.post(link, CHOSEN)
    assert "Signed in as" not in client.get("/").content.decode()


class Refusing:
    """A mail server that is not there."""

    def __init__(self, **_more: object) -> None:
        pass

    def send_messages(self, _messages: object) -> int:
        """Fail as a closed port does."""
        raise ConnectionRefusedError


@pytest.mark.parametrize("taken", [{"username": "NEWCOMER"}, {"email": "NewComer@example.org"}])
def test_where_the_name_or_address_was_given_away_meanwhile_the_link_opens_nothing(taken, invited, people):
    from tests import factories as make
    from visits.models import Invitation

    waiting = Invitation.objects.get()
    Invitation.objects.update(username="newcomer", email="newcomer@example.org")
    make.user(**taken)
    answer = Client().post(
        link_of(mail.outbox[0]), {"password1": "a long one for me", "password2": "a long one for me"}
    )
    assert answer.status_code < 500
    assert not type(people.admin).objects.filter(username="newcomer").exists()
    waiting.refresh_from_db()
    assert waiting.accepted_at is None
