"""Every write to tokens of the API."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from visits.access import Permission, has_permission
from visits.actions import require
from visits.audit.log import note
from visits.models import ApiToken, AuditKind, User
from visits.models.token import digest_of

# By its beginning, programs that look for secrets in what is published know one of ours.
PREFIX = "vav_"
MOST_TOKENS = 20
# When a token was last used is told to the minute at most: reading is not to write each time.
NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def make_token(*, by: User, name: str) -> tuple[ApiToken, str]:
    """Make a token of `by`; return it with its secret, which is nowhere else from then on."""
    require(by, Permission.EDIT_RECORD)
    # Of two forms sent at one moment the second waits here.
    User.objects.select_for_update().get(pk=by.pk)
    if ApiToken.objects.visible_to(by).open().count() >= MOST_TOKENS:
        raise ValidationError(
            _("You have %(most)d tokens, and no more can be made: revoke one that is not needed.")
            % {"most": MOST_TOKENS}
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(user=by, name=name, digest=digest_of(secret))
    token.full_clean()
    token.save()
    note(AuditKind.ROLE, by=by, row=by, detail="token made")
    return token, secret


def revoke_token(*, token: ApiToken, by: User) -> ApiToken:
    """Let a token open nothing from now on. It is its user's to revoke, or that of whoever manages users."""
    if token.user_id != by.pk and not has_permission(by, Permission.MANAGE_USERS):
        raise PermissionDenied
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
            note(AuditKind.ROLE, by=by, row=token.user, detail="token revoked")
    token.refresh_from_db()
    return token


@transaction.atomic
def revoke_all(*, user: User, by: User | None) -> int:
    """Let no token of `user` open anything from now on, and return how many there were.

    None is whoever runs commands on the server. Whoever calls it has made sure that `by` may: it goes with another
    password and with the end of all sessions.
    """
    count: int = ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    if count:
        note(AuditKind.ROLE, by=by, row=user, detail=f"{count} tokens revoked")
    return count


def on_another_password(sender: Any, request: Any, user: User, **_more: Any) -> None:
    """Revoke the tokens of whoever has another password: they may have leaked with the one before."""
    revoke_all(user=user, by=user)


def token_of(secret: str) -> ApiToken | None:
    """Return the token of a secret if it opens something: not revoked or run out, of somebody active who may edit.

    Its use is noted.
    """
    rows = ApiToken.objects.open().select_related("user")
    token = rows.filter(digest=digest_of(secret)).first()
    if token is None or not token.user.is_active or not has_permission(token.user, Permission.EDIT_RECORD):
        return None
    if settings.REQUIRE_MFA and not is_mfa_enabled(token.user):
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
