"""Who is let in, how often, and from where: tokens, the list of open endpoints, limits, and other sites' scripts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from allauth.core.internal.ratelimit import truncate_ip
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from config.public import PUBLIC_ENDPOINTS
from visits.access import Permission, has_permission
from visits.api.problems import is_api
from visits.models import ApiToken, User
from visits.token_actions import token_of

Handler = Callable[[HttpRequest], HttpResponseBase]


class BearerToken(BaseAuthentication):
    """A token in the header `Authorization: Bearer …` (RFC 6750)."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return whose token it is; None where there is none, and an error where it opens nothing."""
        kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if not kind:
            return None
        token = token_of(secret.strip()) if kind.lower() == "bearer" else None
        if token is None:
            raise AuthenticationFailed(
                _("This token opens nothing: it is wrong, revoked or run out, or its user may not edit.")
            )
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return how to sign in."""
        return 'Bearer realm="api"'


class SessionForReading(BaseAuthentication):
    """The session of a browser, for reading alone: what a page of another site could send writes nothing."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Return who is signed in."""
        user = getattr(request._request, "user", AnonymousUser())
        reads = request.method in SAFE_METHODS
        return (user, None) if reads and isinstance(user, User) and user.is_active else None


class AsListed(IsAuthenticated):
    """Reading is open where `config.public` lists the endpoint; all else asks for a token that may edit."""

    def has_permission(self, request: Any, view: Any) -> bool:
        """Whether the request is let in."""
        if request.method not in view.allowed_methods:
            # The view says which methods there are; nothing is read for it.
            return True
        reads = request.method in SAFE_METHODS
        match = request._request.resolver_match
        if reads and match is not None and match.url_name in PUBLIC_ENDPOINTS:
            return True
        allowed = super().has_permission(request, view)
        return allowed and (reads or has_permission(request.user, Permission.EDIT_RECORD))


class Limit(SimpleRateThrottle):
    """So many requests in a time, of a person or else of an address; `API_LIMITS` says how many."""

    def get_rate(self) -> str:
        """Return the limit, as “600/hour”."""
        return str(settings.API_LIMITS[str(self.scope)])

    def applies(self, request: Request) -> bool:
        """Whether a request counts here."""
        raise NotImplementedError

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Return under what a request is counted. Of an address only a digest is kept."""
        if not self.applies(request):
            return None
        # Of IPv6 the network: whoever has one has more addresses than could be counted.
        signed_in = request.user.is_authenticated
        who = f"user {request.user.pk}" if signed_in else f"address {truncate_ip(self.get_ident(request))}"
        return f"api-{self.scope}-{hashlib.sha256(f'{settings.SECRET_KEY} {who}'.encode()).hexdigest()[:32]}"


class StrangerLimit(Limit):
    """Of requests without an account."""

    scope = "stranger"

    def applies(self, request: Request) -> bool:
        """Whether nobody has signed in."""
        return not request.user.is_authenticated


class ReaderLimit(Limit):
    """Of reading requests with an account."""

    scope = "reader"

    def applies(self, request: Request) -> bool:
        """Whether somebody who has signed in reads."""
        return bool(request.user.is_authenticated) and request.method in SAFE_METHODS


class WriterLimit(Limit):
    """Of writing requests."""

    scope = "writer"

    def applies(self, request: Request) -> bool:
        """Whether somebody who has signed in writes."""
        return bool(request.user.is_authenticated) and request.method not in SAFE_METHODS


def open_to_scripts(get_response: Handler) -> Handler:
    """Let scripts of other sites read what everybody may read (CORS, Fetch Standard): GET, without who is signed in.

    No header allows credentials or another method, so a browser neither sends what it knows of a person nor writes.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not is_api(request):
            return get_response(request)
        response: HttpResponseBase
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response = HttpResponse(status=204)
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
            response.headers["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
            response.headers["Access-Control-Max-Age"] = "86400"
        else:
            response = get_response(request)
            patch_vary_headers(response, ("Accept", "Authorization", "Cookie"))
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
        return response

    return middleware
