"""The list of visits as a file and as a calendar, and one visit as a calendar."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, gettext

from config.public import public_page
from statements.feeds import site_address
from visits.exports.answers import etag_of, exported
from visits.exports.calendar import BEGINNING, Entry, Said, written
from visits.exports.columns import CHUNK
from visits.exports.events import entries_of
from visits.exports.visits import VISITS
from visits.filters import VisitFilter
from visits.models import Visit


@public_page
def visit_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The visits of the list with the same filters, in its order: all that the reader may see."""
    filters = VisitFilter(request.GET, reader=request.user)
    return exported(request, form, VISITS, _ids(filters), site_address(request))


def _ids(filters: VisitFilter) -> Iterable[int]:
    return filters.sorted.values_list("pk", flat=True).iterator(CHUNK)


@public_page
def visit_calendar(request: HttpRequest) -> HttpResponseBase:
    """The public visits of the list with the same filters; the same to whoever asks, signed in or not."""
    filters = VisitFilter(request.GET, reader=AnonymousUser())
    return _calendar(request, gettext("Country visits"), _ids(filters), "visits")


@public_page
def visit_event(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One public visit; the same to whoever asks, signed in or not."""
    visit = Visit.objects.visible_to(AnonymousUser()).filter(slug=slug).first()
    if visit is None:
        raise Http404
    return _calendar(request, visit.title, [visit.pk], visit.slug)


def _calendar(request: HttpRequest, name: str, ids: Iterable[int], file: str) -> HttpResponseBase:
    site, language = site_address(request), get_language() or "en"
    headers = {
        "ETag": etag_of(request, site, "calendar"),
        "Cache-Control": "no-cache",
        "X-Robots-Tag": "noindex",
    }
    answer: HttpResponseBase | None = get_conditional_response(request, etag=headers["ETag"])
    if answer is None and request.method == "HEAD":
        answer = HttpResponse()
    if answer is None:
        said = Said(title="", status="unknown", dates="", dates_kind="none", purpose="", is_example=False)
        empty = Entry(
            uid=f"empty@{request.get_host()}", url=f"{site}/", said=said, sequence=0, changed=BEGINNING, void=False,
            summary=gettext("No visit fits all of this"), description=gettext("The calendar is empty."),
        )  # fmt: skip
        answer = StreamingHttpResponse(written(name, entries_of(ids, site, language), empty))
    if answer.status_code != 304:
        answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
        answer.headers["Content-Disposition"] = f'attachment; filename="{file}.ics"'
    for key, value in headers.items():
        answer.headers[key] = value
    return answer
