"""Forms that make something new: each is shown with a token of its own, and makes it once however often it is sent."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from visits.models import SentForm, User

# The field of a form in which its token stands, and the time for which a token is known.
TOKEN = "form_token"  # noqa: S105 - a name, no secret
KEPT = timedelta(days=30)
LONGEST = 200


class SentAlready(Exception):
    """The form was sent and saved before; `address` is that of what was made of it."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def new_token(key: str) -> str:
    """Return a token for a form whose draft is kept under `key` (visits.keys)."""
    return f"{key} {secrets.token_urlsafe(12)}"


def token_of(fields: Mapping[str, Any], key: str) -> str:
    """Return the token that a form of this key was sent with, or its draft kept with; "" for none or another's."""
    given = fields.get(TOKEN, "")
    token = (given[-1] if given else "") if isinstance(given, list) else given
    return token if token.startswith(f"{key} ") and len(token) <= LONGEST and "\x00" not in token else ""


@contextmanager
def sending_once(*, by: User, token: str) -> Iterator[SentForm]:
    """Save what a form says within the block and set the `address` of what is yielded to where that is shown.

    Block and token are one transaction: where the block fails the form can be sent again, and of two sent at one
    moment the second waits for the first. Raises SentAlready where it was saved before. Without a token, nothing is
    noted.
    """
    with transaction.atomic():
        sent, new = SentForm(user=by), True
        if token:
            sent, new = SentForm.objects.get_or_create(user=by, token=token)
        if not new:
            raise SentAlready(sent.address)
        yield sent
        if token:
            sent.save(update_fields=["address"])
            SentForm.objects.filter(sent_at__lt=timezone.now() - KEPT).delete()


def was_sent(*, by: User, token: str) -> bool:
    """Whether a form with this token was saved already."""
    return bool(token) and SentForm.objects.filter(user=by, token=token).exists()
