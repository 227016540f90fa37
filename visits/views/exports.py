"""The list of visits as a file and as a calendar, and one visit as a calendar."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import get_language, gettext

from config.public import public_page
from statements.feeds import site_address
from statements.things import thing_of
from visits.api.naming import unmet
from visits.exports.answers import calendar_answer, exported, refused, without_filters
from visits.exports.columns import IDS
from visits.exports.events import entries_of
from visits.exports.visits import VISITS
from visits.filters import VisitFilter


@public_page
def visit_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The visits of the list with the same filters, in its order: all that the reader may see."""
    filters = VisitFilter(request.GET, reader=request.user)
    return refused(request, unmet(filters)) or exported(request, form, VISITS, _ids(filters), site_address(request))


def _ids(filters: VisitFilter) -> Iterable[int]:
    return filters.sorted.values_list("pk", flat=True).iterator(IDS)


@public_page
def visit_calendar(request: HttpRequest) -> HttpResponseBase:
    """The public visits of the list with the same filters; the same to whoever asks, signed in or not."""
    filters = VisitFilter(request.GET, reader=AnonymousUser())
    site = site_address(request)
    entries = entries_of(_ids(filters), site, get_language() or "en")
    return refused(request, unmet(filters)) or calendar_answer(
        request, gettext("Country visits"), entries, "visits", site
    )


@public_page
@without_filters
def visit_event(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One public visit with its meetings and what was promised on it; the same to whoever asks, signed in or not."""
    visit = thing_of("visit", slug)
    if visit is None:
        raise Http404
    site = site_address(request)
    return calendar_answer(request, visit.name, visit.happenings(site, get_language() or "en"), slug, site)
