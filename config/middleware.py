"""Middleware of the whole site: a sign of life, bad addresses, the language, no storing of signed-in pages."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from config.health import live
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
Handler = Callable[[HttpRequest], HttpResponseBase]


def answer_live_first(get_response: Handler) -> Handler:
    """Answer `/health/live` before the checks of host and TLS: who asks is the machine itself, by its own address."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return live(request) if request.path_info == "/health/live" else get_response(request)

    return middleware


def reject_bad_addresses(get_response: Handler) -> Handler:
    """Answer addresses with NUL bytes or an oversize query by a helpful page, before anything reads them."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if request.path.endswith(READ_AS_TYPED):
            return get_response(request)
        if "\x00" in request.path or "%00" in query or "\x00" in query:
            return render(request, "400.html", status=400)
        if len(query) > LONGEST_QUERY:
            return render(request, "400.html", {"too_long": True}, status=400)
        return get_response(request)

    return middleware


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


def no_store_for_signed_in(get_response: Handler) -> Handler:
    """Keep whatever a signed-in person sees out of every cache; what was typed leaves the device as they sign out."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        before = request.user.is_authenticated
        response = get_response(request)
        if before and not request.user.is_authenticated:
            # Drafts that were kept while offline: the next person at this device is another.
            response.headers["Clear-Site-Data"] = '"storage"'
        if isinstance(response, HttpResponse) and request.user.is_authenticated:
            response.headers["Cache-Control"] = "private, no-store"
        return response

    return middleware
