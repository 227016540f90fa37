"""The site as it answers somebody without an account: the whole way of a request, without a socket."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.base import BaseHandler
from django.core.signals import got_request_exception, request_finished
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase
from django.http.request import validate_host
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.test import RequestFactory
from django.utils import timezone

from config.lifeboat.scope import OWN
from config.page_cache import TOKEN

HERE = "http://localhost"
_RUN = ("text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml")


class Unreadable(Exception):
    """The site cannot be copied; says why and what to do, in one sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered: the body where there is a public one, or where it led on to.

    `gone` is what was withdrawn: a note that says so, which nobody looks for.
    """

    media_type: str
    body: bytes | None
    location: str = ""
    gone: bool = False


class Nobody:
    """A reader without a session at the address `site` ("https://…"); `told` is what pages of the copy's own tell."""

    def __init__(self, site: str, told: tuple[tuple[str, str], ...] = ()) -> None:
        parts = urlsplit(site)
        if not validate_host(parts.hostname or "", settings.ALLOWED_HOSTS or ["localhost"]):
            raise Unreadable(f"{parts.hostname} is not among ALLOWED_HOSTS.")
        try:
            static("css/site.css")
        except ValueError as error:
            raise Unreadable("Static files are not collected: run `manage.py collectstatic`.") from error
        self.told = dict(told)
        self.secure = parts.scheme == "https"
        self.requests = RequestFactory(headers={"host": parts.netloc})
        self.failed: list[BaseException | None] = []
        got_request_exception.connect(self._note)
        self.handler = BaseHandler()
        self.handler.load_middleware()

    def ask(self, address: str) -> Answer:
        """Return what an address answers. Raise Unreadable where the site fails."""
        request = self.requests.get(address, secure=self.secure)
        if template := OWN.get(address):
            return Answer("text/html", self._own(request, template))
        self.failed.clear()
        # That something is gone or not found is what we ask for, and nothing that an admin should look at.
        log = logging.getLogger("django.request")
        level = log.level
        log.setLevel(logging.CRITICAL)
        try:
            response = self.handler.get_response(request)
        finally:
            log.setLevel(level)
        try:
            return _read(address, response, self.failed)
        finally:
            # As Django's own client of tests does: the connection stays for the next address.
            request_finished.disconnect(close_old_connections)
            response.close()
            request_finished.connect(close_old_connections)

    def _note(self, **_signal: object) -> None:
        self.failed.append(sys.exc_info()[1])

    def _own(self, request: HttpRequest, template: str) -> bytes:
        request.user = AnonymousUser()
        return render_to_string(template, {**self.told, "day": timezone.now().date()}, request).encode()


def _read(address: str, response: HttpResponseBase, failed: list[BaseException | None]) -> Answer:
    if response.status_code >= 500:
        cause = failed[-1] if failed else None
        raise Unreadable(f"{address} answers {response.status_code} ({type(cause).__name__}).") from cause
    if response.status_code in (301, 302, 308):
        return Answer("", None, response.headers["Location"])
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip()
    # What was withdrawn says so at its address. A file that a browser would run is safe by headers alone, which no copy
    # has.
    runs = media_type in _RUN and "attachment" in response.headers.get("Content-Disposition", "")
    if response.status_code not in (200, 410) or runs:
        return Answer(media_type, None)
    body: bytes = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    # A form that is sent to us is its reader's own.
    return Answer(media_type, None if TOKEN in body else body, gone=response.status_code == 410)
