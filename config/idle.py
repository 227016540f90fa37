"""Signing out whoever does nothing for a while, and anybody in the end. What a page asks by itself is no activity.

`IDLE_MINUTES` says how long a while is; a session that was opened `SESSION_COOKIE_AGE` ago is over, whatever is done.

When somebody was last active is kept in the session, to the minute: a write for each request would lock SQLite.
A form that comes too late is shown again with all that was typed (`middleware.keep_what_was_typed`), and text that a
device keeps stays there: nobody has left it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]
# Under which the session keeps when the person was last active, in seconds since 1970.
ACTIVE = "active_at"
# And when it was opened.
OPENED = "opened_at"
TO_THE = 60
# Asked by scripts of open pages every few seconds, whether or not somebody sits there.
UNATTENDED = ("/desk/presence/",)
# Shown within pages of other sites, without a cookie: no activity either.
ELSEWHERE = ("/embed/", "/pictures/", "/oembed")


def sign_out_when_idle(get_response: Handler) -> Handler:
    """End the session of somebody who was not active for `IDLE_MINUTES`, before anything is read for them."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ELSEWHERE) and request.user.is_authenticated:
            now = int(time.time())
            active = request.session.get(ACTIVE, 0)
            attended = not request.path_info.startswith(UNATTENDED)
            idle = active and now - active >= settings.IDLE_MINUTES * 60
            if idle or now - request.session.get(OPENED, now) >= settings.SESSION_COOKIE_AGE:
                logout(request)
                request.was_idle, request.was_long = idle, not idle  # type: ignore[attr-defined]
            elif not active or (attended and now - active >= TO_THE) or active > now + TO_THE:
                # A time to come is of a clock that was ahead: counted from it, nobody would be signed out for days.
                request.session[ACTIVE] = now
                request.session[OPENED] = min(request.session.get(OPENED, now), now)
        return get_response(request)

    return middleware


@receiver(user_logged_in)
def open_anew(request: HttpRequest, **_more: Any) -> None:
    """Count from here: whoever signs in once more, in a session that goes on, has shown who they are."""
    request.session[OPENED] = int(time.time())
