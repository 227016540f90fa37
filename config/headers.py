"""What every answer says about how browsers may treat it: pages, files, redirects and errors alike.

The policy of content and who may frame a page are written in settings.py; here stands what else keeps other sites away.
An answer that other sites may load says so itself by its own `Cross-Origin-Resource-Policy`, and is left as it is;
those may only live below `LENT`.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]

# Cards and pictures that other sites show within their pages.
LENT = ("/embed/", "/pictures/")
# No page uses any of these, nor may a page that it shows.
FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
# Passkeys, on pages of this site alone.
OWN = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS = ", ".join([*(f"{name}=()" for name in FEATURES), *(f"{name}=(self)" for name in OWN)])
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
}


def add_to_every_answer(get_response: Handler) -> Handler:
    """Add the headers to whatever is answered, by whatever part of the site."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not request.path_info.startswith(LENT):
            response.headers.pop("Cross-Origin-Resource-Policy", None)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            # Django's own says so of all that comes as far as it.
            response.headers.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")
        # Asked by nobody else than the machine, and before anything is known of the request.
        # Of a card that was kept, the policy tells that it may be framed.
        framed = "frame-ancestors *" in response.headers.get("Content-Security-Policy", "")
        if not framed and not getattr(response, "xframe_options_exempt", False):
            response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        return response

    return middleware
