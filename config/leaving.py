"""Files leave as fast as somebody takes them: so many at once, and the other threads of a process answer pages."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from threading import BoundedSemaphore

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from visits.api.problems import is_api, problem_response

Handler = Callable[[HttpRequest], HttpResponseBase]
# Seconds until it is worth to ask again.
AGAIN = 30
_leaving = BoundedSemaphore(settings.FILES_AT_ONCE)


def keep_threads_for_pages(get_response: Handler) -> Handler:
    """Answer 503 where as many files leave as may at once.

    Whoever streams has a thread until the last byte is taken. Four who asked for a long list and took nothing of it
    kept all four threads of a process, and no page was answered any more.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not response.streaming or request.method == "HEAD":
            return response
        if _leaving.acquire(blocking=False):
            # Done once: as the answer is closed, or where nobody ever closes it.
            response._resource_closers.append(weakref.finalize(response, _leaving.release))  # type: ignore[attr-defined]
            return response
        # Not closed as an answer is: the request goes on.
        for close in response._resource_closers:  # type: ignore[attr-defined]
            close()
        if is_api(request):
            busy: HttpResponseBase = problem_response(503, "As many files are leaving as can at once.")
        else:
            busy = render(request, "busy.html", status=503)
        busy.headers["Retry-After"] = str(AGAIN)
        busy.headers["Cache-Control"] = "no-store"
        return busy

    return middleware
