"""How a briefing leaves over HTTP: made once for everybody who may read it, and so many at a time.

To set a PDF takes seconds of a processor, and everybody may ask for one. What is public is kept under the publication
stamp and the day, in one form of its address; longer briefings are refused before anything is set; and one file at a
time is made in each process, so that the pages of the record are served meanwhile.
"""

from __future__ import annotations

from contextlib import contextmanager
from hashlib import sha256
from threading import BoundedSemaphore
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from config.page_cache import read_stamp
from statements.briefing import pdf, web
from statements.briefing.build import build
from statements.briefing.reading import material_of
from statements.feeds import site_address
from visits.exports import answers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from statements.briefing.options import Options, Person
    from statements.briefing.subjects import Subject
    from statements.briefing.tree import Briefing

# The forms by the end of the address, in the order in which the page of options offers them.
FORMS = {"html": _("Page to print"), "pdf": "PDF", "docx": "Word"}
_TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
# Raised with every change of what a briefing holds or how it looks.
FORMAT = 1
KEPT = 60 * 60 * 24
# A file of more bytes is made anew each time.
LARGEST_KEPT = 3_000_000
# Whoever waits for another's file keeps a thread of the server.
LONGEST_WAIT = 2.0
_making = BoundedSemaphore(1)


class BusyError(Exception):
    """Another file is being made, and took longer than one waits for it."""


class FormConverter(answers.FormConverter):
    """The end of an address that names a form of a briefing."""

    regex = "|".join(FORMS)


def address_of(subject: Subject, options: Options, form: str = "") -> str:
    """Return the path of a briefing with these options, or of the page on which they are chosen."""
    path = f"{subject.options.rstrip('/')}.{form}" if form else subject.options
    query = urlencode([*subject.kept, *options.pairs()])
    return f"{path}?{query}" if query else path


def answer(request: HttpRequest, subject: Subject, options: Options, reader: Person, form: str) -> HttpResponseBase:
    """Return the briefing in a form. Raise TooMuchError, BusyError or pdf.NoPangoError where it cannot be had."""
    headers = {"X-Robots-Tag": "noindex"}
    if form != "html":
        headers["Content-Disposition"] = f'attachment; filename="briefing-{subject.file[:80]}.{form}"'
    key = ""
    if not options.internal:
        key = _key(request, subject, options, form)
        headers |= {"ETag": f'W/"{key}"', "Cache-Control": "no-cache"}
        unchanged = get_conditional_response(request, etag=headers["ETag"])
        if unchanged is not None:
            return unchanged
    if request.method == "HEAD":
        return HttpResponse(headers=headers, content_type=_TYPES[form])
    made = kept(key) if key else None
    if made is None:
        made = _made(request, subject, options, reader, form)
        if key and len(made) <= LARGEST_KEPT:
            _keep(key, made, request, subject, options, form)
    return HttpResponse(made, headers=headers, content_type=_TYPES[form])


def _key(request: HttpRequest, subject: Subject, options: Options, form: str) -> str:
    """Return under what a public briefing is kept: what is published, the day, and its address in its one form."""
    told = [
        FORMAT, get_language(), settings.DATA_LICENCE, read_stamp(), site_address(request), timezone.now().date(),
        address_of(subject, options, form),
    ]  # fmt: skip
    return sha256(repr(told).encode()).hexdigest()[:32]


_last_stamp = [""]


def kept(key: str) -> bytes | None:
    """Return a file that was made before. What was kept under an older stamp is thrown away: it may be gone since."""
    stamp = read_stamp()
    if stamp != _last_stamp[0]:
        caches["briefings"].clear()
        _last_stamp[0] = stamp
    found: bytes | None = caches["briefings"].get(key)
    return found


def _keep(key: str, made: bytes, request: HttpRequest, subject: Subject, options: Options, form: str) -> None:
    caches["briefings"].set(key, made, KEPT)
    if _key(request, subject, options, form) != key:
        # What was read may be gone since, and the cache was emptied before this was put into it.
        caches["briefings"].delete(key)


def _made(request: HttpRequest, subject: Subject, options: Options, reader: Person, form: str) -> bytes:
    found = material_of(subject, options, reader)
    briefing = build(subject, options, found, site=site_address(request), address=address_of(subject, options))
    if form == "html":
        return page_of(briefing).encode()
    with _one_at_a_time():
        if form == "pdf":
            return pdf.written(page_of(briefing))
        # Imported where it is used: python-docx takes as long to start as a page to build.
        from statements.briefing import word

        return word.written(briefing)


def page_of(briefing: Briefing) -> str:
    """Return the whole page to print."""
    body = mark_safe(web.body(briefing))  # noqa: S308 - every text in it is escaped
    return render_to_string(
        "statements/briefing_page.html",
        {"briefing": briefing, "body": body},
    )


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if not _making.acquire(timeout=LONGEST_WAIT):
        raise BusyError
    try:
        yield
    finally:
        _making.release()
