"""Which answers other sites may show within their own pages: those marked here, and nothing else.

The policy of the whole site (settings.py) and X-Frame-Options forbid it everywhere. What is marked holds no form, no
script and nothing of whoever reads it, so that nobody can be led to press what they do not see.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

# Whole, and not what the site's policy says with one word changed: the page cache keeps headers and no marks for the
# middleware, which leaves alone what is there.
POLICY = "; ".join(
    ("default-src 'none'", "style-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors *")
)


FRAMED = frozenset({"embed_statement", "embed_visit"})


def framed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let any site show what `view` answers in a frame; search engines are led to the page it is about instead."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponse:
        return in_frames(view(*args, **kwargs))

    return answer


def is_framed(request: HttpRequest) -> bool:
    """Whether a view that is marked was asked, also where it found nothing."""
    return request.resolver_match is not None and request.resolver_match.url_name in FRAMED


def in_frames(response: HttpResponse) -> HttpResponse:
    """Let any site show an answer in a frame."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Robots-Tag"] = "noindex"
    response.xframe_options_exempt = True  # read by XFrameOptionsMiddleware
    return lent(response)


def lent(response: HttpResponse) -> HttpResponse:
    """Let other sites load an answer into their own pages."""
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
