"""Middleware of the whole site: a sign of life, bad addresses, the language, no storing of signed-in pages."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import translation

from config.health import live
from config.public import PUBLIC_ENDPOINTS, PUBLIC_PAGES, WAY_IN
from visits.api.problems import is_api, problem_response
from visits.exports.answers import FORMS
from visits.views.resend import may_be_shown_again, shown_again

# Longer query strings than this are no question a person asked; 8 KiB is also what servers commonly take.
LONGEST_QUERY = 8192
# These pages read as much of what was typed as they can, and say so.
READ_AS_TYPED = (
    "/search/",
    "/search/suggest/",
    "/statements/",
    *(f"/statements.{form}" for form in FORMS),
)
WAYS_IN = ("/accounts/login/", "/admin/login/")
# What everybody may have: pages and the API, and not the way in, which is somebody's own.
PUBLIC_ANSWERS = (PUBLIC_PAGES | PUBLIC_ENDPOINTS) - WAY_IN
# Methods that tell of what stands between: the API refuses them, and more, by itself.
UNASKED = ("TRACE", "TRACK", "CONNECT")
Handler = Callable[[HttpRequest], HttpResponseBase]


def answer_live_first(get_response: Handler) -> Handler:
    """Answer `/health/live` before the checks of host and TLS: who asks is the machine itself, by its own address."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return live(request) if request.path_info == "/health/live" else get_response(request)

    return middleware


def refuse_unasked_methods(get_response: Handler) -> Handler:
    """Answer methods that no page takes, whatever view would."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method in UNASKED and not is_api(request):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        return get_response(request)

    return middleware


def refuse_plain_api(get_response: Handler) -> Handler:
    """Answer a program that speaks to the API without TLS by an error: led on, nobody would notice what it sends."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.SECURE_SSL_REDIRECT and is_api(request) and not request.is_secure():
            return problem_response(403, "Use https. A token that was sent without it is to be revoked.")
        return get_response(request)

    return middleware


class Compression(GZipMiddleware):
    """Compresses answers, but for those whose ETag a change has to name: compression would make it weak.

    RFC 9110 compares If-Match strongly (13.1.1); programs that keep to it do not send a weak one.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the answer, compressed where it may be."""
        if getattr(response, "keeps_its_mark", False):
            return response
        return super().process_response(request, response)


def reject_bad_addresses(get_response: Handler) -> Handler:
    """Answer addresses with NUL bytes or an oversize query by a helpful page, before anything reads them."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if request.path.endswith(READ_AS_TYPED):
            return get_response(request)
        if request.path.startswith("/api/") and ("\x00" in request.path or len(query) > LONGEST_QUERY):
            return problem_response(
                400, "The address cannot be read: it is too long, or holds a sign that no text has."
            )
        if request.path.startswith("/api/"):
            # What stands in the query is read, and refused, by the API itself.
            return get_response(request)
        if "\x00" in request.path or "%00" in query or "\x00" in query:
            return _refused(request)
        if len(query) > LONGEST_QUERY:
            return _refused(request, too_long=True)
        return get_response(request)

    return middleware


def _refused(request: HttpRequest, **why: bool) -> HttpResponseBase:
    response = render(request, "400.html", why, status=400)
    # The middleware that says so of other pages stands further in and is not asked.
    response.headers["X-Frame-Options"] = settings.X_FRAME_OPTIONS
    return response


def language_from_address(get_response: Handler) -> Handler:
    """Take the language from the address alone: no cookie and no header changes a public body."""
    codes = {code for code, _name in settings.LANGUAGES}

    def middleware(request: HttpRequest) -> HttpResponseBase:
        first = request.path_info.split("/", 2)[1] if request.path_info.startswith("/") else ""
        code = first if first in codes else settings.LANGUAGE_CODE
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware


def keep_what_was_typed(get_response: Handler) -> Handler:
    """Show a form again whose sender was signed out meanwhile, instead of leading away from it to the way in."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        sent_away = response.status_code == HTTPStatus.FOUND and not request.user.is_authenticated
        if sent_away and urlsplit(response.headers["Location"]).path in WAYS_IN and may_be_shown_again(request):
            return shown_again(request)
        return response

    return middleware


def no_store_unless_public(get_response: Handler) -> Handler:
    """Keep whatever is not public out of every cache; what was read and typed leaves the device as they sign out."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        before = request.user.is_authenticated
        response = get_response(request)
        if before and not request.user.is_authenticated and not is_api(request):
            # Drafts that were kept while offline: the next person at this device is another.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        if before or request.user.is_authenticated:
            response.headers["Cache-Control"] = "private, no-store"
        elif not is_public(request):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def is_public(request: HttpRequest) -> bool:
    """Whether the address is one of a public page, or of none at all."""
    match = request.resolver_match
    return match is None or match.view_name in PUBLIC_ANSWERS
