"""Names sealed by keys of the environment, which are never in the database (Fernet: AES-128-CBC and HMAC-SHA256)."""

from __future__ import annotations

import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class NoKey(ValidationError):
    """There is no key, or none that opens what is sealed."""


def _keys() -> MultiFernet:
    if not settings.PROTECTED_KEYS:
        raise NoKey(_("No key is set to seal names with: an administrator sets PROTECTED_KEYS."))
    return MultiFernet([Fernet(key) for key in settings.PROTECTED_KEYS])


def sealed(names: list[str]) -> str:
    """Return names, the one to be shown first, sealed by the first key."""
    return _keys().encrypt(json.dumps(names).encode()).decode()


def opened(token: str) -> list[str]:
    """Return the names that were sealed; raises NoKey where no key opens them."""
    try:
        return list(json.loads(_keys().decrypt(token.encode())))
    except InvalidToken as error:
        raise NoKey(_("None of the keys opens this name.")) from error


def resealed(token: str) -> str:
    """Return the same names sealed by the first key; raises NoKey where no key opens them."""
    try:
        return _keys().rotate(token.encode()).decode()
    except InvalidToken as error:
        raise NoKey(_("None of the keys opens this name.")) from error
