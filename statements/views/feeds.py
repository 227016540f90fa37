"""Searches as feeds: of what is public for everybody, and at a secret address for whoever may see more."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext

from config.public import public_page
from statements import feeds
from statements.filters import StatementFilter
from statements.following import Inner, canonical, inner_number, public_rows, told
from statements.models import SavedSearch
from statements.search_words import described, in_a_line
from visits.access import Permission, has_permission
from visits.api.naming import unmet
from visits.exports.answers import refused
from visits.narrowing import astray


@public_page
def statement_feed(request: HttpRequest) -> HttpResponseBase:
    """Public statements of a search, the latest published first; the same to whoever asks, signed in or not."""
    refusal = refused(request, unmet(StatementFilter(request.GET, reader=AnonymousUser())))
    if refusal is not None:
        return refusal
    query = canonical(request.GET)
    guid = feeds.public_path(query)
    # It has two addresses and one id; it tells the one at which it was asked for.
    path = request.path + guid.removeprefix(reverse("statement_feed"))
    etag = feeds.etag_of(feeds.site_address(request), path, Inner())
    unchanged = _unchanged(request, etag)
    if unchanged is not None:
        return unchanged
    (words,) = described([query], AnonymousUser())
    title = gettext("Statements: %(search)s") % {"search": in_a_line(words)} if words else gettext("Statements")
    return _feed(request, etag, title=title, query=query, path=path, guid=guid, inner=Inner())


@public_page
def saved_feed(request: HttpRequest, public_id: str, key: str) -> HttpResponseBase:
    """The feed of somebody's saved search, as long as they may see more than the public.

    A wrong key, an account that is closed and a role that was lost answer like a search that never was.
    """
    search = SavedSearch.objects.select_related("user").filter(public_id=public_id).first()
    if search is None or not feeds.is_key_of(search, key) or not has_permission(search.user, Permission.SEE_INTERNAL):
        raise Http404
    # What it asks for is saved with it; its address adds nothing.
    refusal = refused(request, astray(request.GET))
    if refusal is not None:
        return refusal
    inner = inner_number(search.query, search.user)
    asked = f"{search.public_id} {search.name} {search.query}"
    etag = feeds.etag_of(feeds.site_address(request), asked, inner)
    path, guid = feeds.own_path(search), reverse("saved_search", args=[search.public_id])
    response = _unchanged(request, etag) or _feed(
        request, etag, title=search.name, query=search.query, path=path, guid=guid, inner=inner
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _unchanged(request: HttpRequest, etag: str) -> HttpResponseBase | None:
    """Return the answer to whoever has the feed of this stamp already; None to others."""
    response = get_conditional_response(request, etag=etag)
    if response is not None:
        response.headers["ETag"] = etag
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _feed(request: HttpRequest, etag: str, *, query: str, **parts: Any) -> HttpResponse:
    headers = {"ETag": etag, "X-Robots-Tag": "noindex"}
    if request.method == "HEAD":
        return HttpResponse(content_type=feeds.Feed.content_type, headers=headers)
    text = feeds.atom(site=feeds.site_address(request), query=query, rows=told(public_rows(query)), **parts)
    return HttpResponse(text, content_type=feeds.Feed.content_type, headers=headers)
