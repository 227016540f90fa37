"""Answers given at even moments: their time does not tell whether something hidden, or an account, is there.

A hidden and a missing address take the same questions to the database and the same bytes. The database itself is
quicker where it finds no row, since it need not ask who may see it: 1.3 ms of 4 for a topic of the sample record.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]


def wait_until_even(begun: float, every: float) -> None:
    """Sleep until a whole number of `every` seconds has passed since `begun`, a moment of `time.monotonic`."""
    time.sleep(-(time.monotonic() - begun) % every)


def answer_missing_evenly(get_response: Handler) -> Handler:
    """Send an answer with status 404 when a whole number of MISSING_EVERY milliseconds has passed since the request."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        begun = time.monotonic()
        answer = get_response(request)
        if answer.status_code == 404 and settings.MISSING_EVERY > 0:
            wait_until_even(begun, settings.MISSING_EVERY / 1000)
        return answer

    return middleware
