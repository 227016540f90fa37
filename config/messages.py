"""Words for the next page, kept in a cookie that browsers take from this very host alone, as they do the session's."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage

NAMES = ("messages", "__Host-messages")


class Cookie(CookieStorage):
    """The cookie, named so over TLS that no other host and no page without TLS can set it."""

    @property
    def cookie_name(self) -> str:  # type: ignore[override]
        """Return the name of the cookie."""
        return NAMES[bool(settings.SESSION_COOKIE_SECURE)]


class Messages(FallbackStorage):
    """A cookie, and the session for what is too long for one."""

    storage_classes = (Cookie, SessionStorage)
