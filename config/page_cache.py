"""Public pages from a cache: kept under the publication stamp and the day, so that they are at once fresh and free.

The stamp rises in the transaction of every change that the public can see, and each request reads it: what was
published is there at the next request, on every worker. Whatever turns on time turns at 00:00 UTC, so the day is part
of the key. Kept are compressed bodies of pages for nobody in particular: who has a session is served past the cache.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers

from config.messages import NAMES
from config.public import CACHED_PAGES
from visits.days import TodayInUTC

Handler = Callable[[HttpRequest], HttpResponseBase]
# Whoever has one of these cookies may see a page of their own.
COOKIES = (settings.SESSION_COOKIE_NAME, *NAMES)
# Stands in every form that is sent to us: such a page is its reader's own.
TOKEN = b"csrfmiddlewaretoken"
# A longer question is asked once.
LONGEST_QUERY = 512
KEPT = 60 * 60 * 24
# As Django's own middleware reads it, which would compress anything else on its way out.
GZIP = re.compile(r"\bgzip\b")
# The page is the same for everybody: hardly any time is spent on the last per cent.
LEVEL = 6
# The day as the gates ask for it.
TODAY = {"sqlite": TodayInUTC.template, "postgresql": TodayInUTC.postgresql_template}


@dataclass(frozen=True, slots=True)
class Page:
    """An answer as it is kept: its headers, the mark of its body, and the body compressed."""

    headers: tuple[tuple[str, str], ...]
    etag: str
    body: bytes


def serve_public_pages(get_response: Handler) -> Handler:
    """Answer for public pages from the cache, with 304 where the reader has the page already."""
    if settings.DEBUG or isinstance(caches["pages"], DummyCache):
        raise MiddlewareNotUsed("pages are built afresh")
    last = [""]

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not may_be_kept(request):
            return get_response(request)
        # Each thread has its own: not every client of a cache may be shared.
        cache, stamp = caches["pages"], read_stamp()
        if stamp != last[0]:
            # What was kept before can be reached no more; what was removed since is not to lie there either.
            if last[0]:
                cache.clear()
            last[0] = stamp
        key = key_of(request, stamp)
        page = cache.get(key)
        if page is None:
            response = get_response(request)
            if not isinstance(response, HttpResponse) or not is_public(request, response):
                return response
            page = page_of(response)
            cache.set(key, page, KEPT)
            if read_stamp() != stamp:
                # What was read may be gone since, and the cache was emptied before this was put into it.
                cache.delete(key)
        return answer(request, page)

    return middleware


def may_be_kept(request: HttpRequest) -> bool:
    """Whether somebody without a session reads an address that is not too long."""
    return (
        request.method in ("GET", "HEAD")
        and not any(name in request.COOKIES for name in COOKIES)
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        and "HTTP_AUTHORIZATION" not in request.META
    )


def is_public(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer is a whole public page that is the same for everybody."""
    match = request.resolver_match
    return (
        response.status_code == 200
        and match is not None
        and match.url_name in CACHED_PAGES
        and not response.cookies
        and not response.has_header("Content-Encoding")
        and TOKEN not in response.content
        and "no-store" not in response.headers.get("Cache-Control", "")
    )


def read_stamp() -> str:
    """Return the publication stamp, when it was raised and the day, "0" where nothing was ever published. One query.

    The number alone comes again where a backup was restored. The day (UTC) is that of the database, which the gates ask
    where a consent has ended: its clock may be another machine's, and turn a moment after ours.
    """
    with connection.cursor() as cursor:
        today = TODAY[connection.vendor]
        cursor.execute(f"SELECT value, raised_at, {today} FROM visits_publicationstamp WHERE id = 1")  # noqa: S608
        row = cursor.fetchone()
    return " ".join(map(str, row)) if row else "0"


def key_of(request: HttpRequest, stamp: str) -> str:
    """Return under what a page is kept: the address, which carries the language, stamp, day and release."""
    # Raises DisallowedHost for a host that is not ours, as the page itself would.
    address = request.build_absolute_uri()
    day = timezone.now().date().isoformat()
    return hashlib.sha256(f"{RELEASE} {stamp} {day} {address}".encode()).hexdigest()


def page_of(response: HttpResponse) -> Page:
    """Return an answer as it is kept. Its mark is of the body alone: what is hidden changes neither."""
    mark = hashlib.sha256(response.content).hexdigest()[:32]
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, no_cache=True)
    headers = tuple((name, value) for name, value in response.items() if name != "Content-Length")
    return Page(headers, f'W/"{mark}"', gzip.compress(response.content, LEVEL, mtime=0))


def answer(request: HttpRequest, page: Page) -> HttpResponse:
    """Return the page, compressed where the reader takes that; an empty 304 where they have it already."""
    marks = {mark.strip() for mark in request.headers.get("If-None-Match", "").split(",")}
    if marks & {page.etag, "*"}:
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    elif GZIP.search(request.headers.get("Accept-Encoding", "")):
        response = HttpResponse(page.body, headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(gzip.decompress(page.body))
    for name, value in page.headers:
        if response.status_code != 304 or name not in ("Content-Type", "Content-Language"):
            response.headers[name] = value
    response.headers["ETag"] = page.etag
    if response.status_code == 200:
        response.headers["Content-Length"] = str(len(response.content))
    return response


def _release() -> str:
    """Return the state of the program and its templates: a shared cache outlives a new version."""
    folders = ("config", "visits", "statements", "templates", "static", "locale")
    files = [
        path
        for folder in folders
        for path in Path(settings.BASE_DIR, folder).rglob("*")
        if path.suffix not in (".pyc", "") and path.is_file()
    ]
    return hashlib.sha256(
        "\n".join(f"{path} {path.stat().st_mtime_ns}" for path in sorted(files)).encode()
    ).hexdigest()[:16]


RELEASE = _release()
