"""Every write to invitations: inviting, sending the link anew, withdrawing it, and accepting it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from visits.access import Permission, has_permission
from visits.actions import require
from visits.address_actions import in_use
from visits.models import Invitation, User


def _link() -> tuple[str, str]:
    """Return the secret end of a new link and its hash. The secret is as long as a key: a plain hash holds it."""
    token = secrets.token_urlsafe(32)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """Return by what a link is found."""
    return sha256(token.encode()).hexdigest()


def _ends() -> datetime:
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


@transaction.atomic
def invite(*, by: User, username: str, email: str, role: str) -> tuple[Invitation, str]:
    """Expect somebody under a name and role; return the invitation and the secret end of its link, told this once.

    Raises ValidationError where the name is taken, in whatever case, or waits for somebody already.
    """
    require(by, Permission.MANAGE_USERS)
    # Names that differ by case alone would be one at signing in, and open neither account.
    if User.objects.filter(username__iexact=username).exists():
        raise ValidationError({"username": _("There is an account of this name.")})
    if Invitation.objects.waiting().filter(username__iexact=username).exists():
        raise ValidationError({"username": _("Somebody is invited under this name: send that invitation again.")})
    if in_use(email):
        raise ValidationError({"email": _("There is an account with this address.")})
    token, hashed = _link()
    about = {"username": username, "email": email, "role": role}
    return Invitation.objects.create(**about, token_hash=hashed, invited_by=by, expires_at=_ends()), token


@transaction.atomic
def renew(*, invitation: Invitation, by: User) -> str:
    """Give an invitation another link and its whole time; return the secret end. The link before leads nowhere."""
    require(by, Permission.MANAGE_USERS)
    token, hashed = _link()
    _change(invitation, token_hash=hashed, expires_at=_ends(), invited_by=by, sent_at=None)
    return token


@transaction.atomic
def revoke(*, invitation: Invitation, by: User) -> None:
    """Withdraw an invitation: its link leads nowhere from now on."""
    require(by, Permission.MANAGE_USERS)
    _change(invitation, revoked_at=timezone.now())


def mark_sent(*, invitation: Invitation) -> None:
    """Note that the mail was handed to its server."""
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=timezone.now())


def open_invitation(token: str) -> Invitation | None:
    """Return the invitation that a link opens now; one of somebody who may invite no more opens nothing."""
    found = (
        Invitation.objects.waiting()
        .filter(token_hash=hash_of(token), expires_at__gt=timezone.now())
        .select_related("invited_by")
        .first()
    )
    return found if found is not None and has_permission(found.invited_by, Permission.MANAGE_USERS) else None


@transaction.atomic
def accept(*, token: str, password: str) -> User | None:
    """Make the account of an invitation, once; None where its link opens nothing any more.

    The link came by mail: the address is known to be the person's, who may be told that there is an account with it.
    Raises ValidationError where an account has the name or address by now.
    """
    invitation = open_invitation(token)
    if invitation is None:
        return None
    waiting = Invitation.objects.waiting().filter(pk=invitation.pk, token_hash=invitation.token_hash)
    # Of two who send the form at one moment one finds it waiting.
    if not waiting.update(accepted_at=timezone.now()):
        return None
    # Somebody may have been given the name or address since; names that differ by case open neither account.
    if in_use(invitation.email) or User.objects.filter(username__iexact=invitation.username).exists():
        raise _taken()
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.username, invitation.email, password, role=invitation.role)
            EmailAddress.objects.create(user=user, email=user.email.lower(), verified=True, primary=True)
    except IntegrityError as error:
        # Another invitation of this name or address was accepted at the same moment.
        raise _taken() from error
    return user


def _taken() -> ValidationError:
    return ValidationError(
        _(
            "There is an account with this name or e-mail address by now: sign in with it, or ask whoever invited you "
            "for an invitation under another name or address."
        )
    )


def _change(invitation: Invitation, **fields: object) -> None:
    """Change an invitation that still waits; raise ValidationError where it does no more."""
    if not Invitation.objects.waiting().filter(pk=invitation.pk).update(**fields):
        raise ValidationError(_("This invitation is accepted or withdrawn already."))
