"""Lists and what one page is about, to be followed: as Atom feeds and as calendars. The same to whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, gettext

from config.public import public_page
from statements import feeds
from statements.commitment_events import commitment_entries, latest_commitments
from statements.commitment_filters import CommitmentFilter
from statements.corrections import correction_rows, corrections_of
from statements.entry_feeds import (
    MOST_TOLD,
    Item,
    atom_of,
    item_of_correction,
    item_of_entry,
    item_of_statement,
    newest_items,
)
from statements.following import Inner, told
from statements.meeting_export import MEETINGS
from statements.name_feeds import TITLES, items_of_names, latest_names
from statements.things import Thing, newest, thing_of
from statements.views.embeds import EVERYBODY
from statements.vocabulary_exports import filters_of_list
from visits.api.naming import unmet
from visits.exports.answers import calendar_answer, exported, refused, without_filters
from visits.exports.columns import CHUNK, Taking
from visits.exports.events import entries_of, latest_of
from visits.exports.meeting_events import latest_meetings, meeting_entries
from visits.filters import VisitFilter
from visits.meeting_filters import MeetingFilter
from visits.narrowing import OneChoiceFilter

_WITHOUT_PAGE = frozenset({"meeting", "organisation", "source"})
_FILTERED = frozenset({"visit", "commitment"})
# Filters whose values mean the same in capitals: a list has one feed and one id.
CASELESS = frozenset({"country", "region"})


@public_page
def visit_atom(request: HttpRequest) -> HttpResponseBase:
    """The public visits of the list with the same filters, those first of which something changed last."""
    filters = VisitFilter(request.GET, reader=EVERYBODY)
    return _list(request, filters, "visit", gettext("Country visits"), lambda site: _changed(
        entries_of(latest_of(filters.narrowed(), MOST_TOLD), site, _language())))  # fmt: skip


@public_page
def meeting_atom(request: HttpRequest) -> HttpResponseBase:
    """The public meetings with the same filters as the file, those first of which something changed last."""
    filters = MeetingFilter(request.GET, reader=EVERYBODY)
    return _list(request, filters, "meeting", gettext("Meetings"), lambda site: _changed(
        meeting_entries(latest_meetings(filters.narrowed(), MOST_TOLD), site, _language())))  # fmt: skip


@public_page
def commitment_atom(request: HttpRequest) -> HttpResponseBase:
    """The public commitments of the list with the same filters, those first of which something changed last."""
    filters = _commitments(request)
    return _list(request, filters, "commitment", gettext("Commitments"), lambda site: _changed(
        commitment_entries(latest_commitments(filters.narrowed(), MOST_TOLD), site, _language())))  # fmt: skip


@public_page
@without_filters
def correction_atom(request: HttpRequest) -> HttpResponseBase:
    """What the record has told to be wrong, the latest first."""
    path = reverse("correction_list")

    def items(site: str) -> list[Item]:
        rows = list(correction_rows(EVERYBODY)[:MOST_TOLD])
        return [item_of_correction(entry, site, path) for entry in corrections_of(rows, EVERYBODY)]

    return _feed(request, gettext("Corrections"), path, reverse("correction_atom"), items)


@public_page
def name_atom(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """The public names of a list with the filters of its file, those first of which something was published last."""
    filters = filters_of_list(name, request.GET, EVERYBODY)

    def items(site: str) -> list[Item]:
        taking = Taking(EVERYBODY, site, timezone.now().date(), _language())
        return items_of_names(name, latest_names(name, filters.narrowed()), taking)

    return _list(request, filters, kind, str(TITLES[name]), items)


@public_page
@without_filters
def thing_feed(request: HttpRequest, kind: str, **key: str) -> HttpResponseBase:
    """What belongs to a visit, person, country, mandate, organisation or topic: what is new or changed of it."""
    thing = _thing(kind, key)

    def items(site: str) -> list[Item]:
        said: Any = thing.statements.filter(published_at__isnull=False).order_by("-published_at", "-id")
        return newest_items(
            _changed(thing.latest(MOST_TOLD, site, _language())),
            [item_of_statement(row, site) for row in told(said, MOST_TOLD)],
        )

    return _feed(request, thing.name, thing.path, reverse(f"{kind}_feed", kwargs=key), items)


@public_page
@without_filters
def thing_calendar(request: HttpRequest, kind: str, **key: str) -> HttpResponseBase:
    """The visits, meetings and commitments that belong to it, as a calendar."""
    thing = _thing(kind, key)
    site = feeds.site_address(request)
    (name,) = key.values()
    return calendar_answer(request, thing.name, thing.happenings(site, _language()), name.lower(), site)


@public_page
def meeting_calendar(request: HttpRequest) -> HttpResponseBase:
    """The public meetings with the same filters as the file, as a calendar."""
    site = feeds.site_address(request)
    filters = MeetingFilter(request.GET, reader=EVERYBODY)
    entries = meeting_entries(filters.sorted.values_list("pk", flat=True).iterator(CHUNK), site, _language())
    return refused(request, unmet(filters)) or calendar_answer(request, gettext("Meetings"), entries, "meetings", site)


@public_page
def commitment_calendar(request: HttpRequest) -> HttpResponseBase:
    """The public commitments of the list with the same filters, on the days when they are due."""
    site = feeds.site_address(request)
    filters = _commitments(request)
    ids = filters.sorted.values_list("pk", flat=True).iterator(CHUNK)
    entries = commitment_entries(ids, site, _language())
    return refused(request, unmet(filters)) or calendar_answer(
        request, gettext("Commitments"), entries, "commitments", site, _day_of(filters)
    )


@public_page
def meeting_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The meetings that the reader may see, narrowed by the filters in the address, the latest first."""
    filters = MeetingFilter(request.GET, reader=request.user)
    ids = filters.sorted.values_list("pk", flat=True).iterator(CHUNK)
    return refused(request, unmet(filters)) or exported(request, form, MEETINGS, ids, feeds.site_address(request))


def _commitments(request: HttpRequest) -> CommitmentFilter:
    return CommitmentFilter(request.GET, reader=EVERYBODY, today=timezone.now().date())


def _thing(kind: str, key: dict[str, str]) -> Thing:
    (name,) = key.values()
    thing = thing_of(kind, name)
    if thing is None:
        raise Http404
    return thing


def _language() -> str:
    return get_language() or "en"


def _changed(entries: Any) -> list[Item]:
    return [item_of_entry(entry) for entry in newest(entries, MOST_TOLD)]


def canonical_of(filters: OneChoiceFilter) -> str:
    """Return the filters that are understood as a query, in the one form and order they have."""
    found = QueryDict(mutable=True)
    for name in type(filters).base_filters:
        if name in filters.asked:
            value = str(filters.chosen[name])
            found[name] = value.lower() if name in CASELESS else value
    return found.urlencode()


def _list(
    request: HttpRequest, filters: OneChoiceFilter, kind: str, title: str, items: Callable[[str], Sequence[Item]]
) -> HttpResponseBase:
    """Return the feed of a list with its filters; its address is the one form that they have."""
    refusal = refused(request, unmet(filters))
    if refusal is not None:
        return refusal
    query = canonical_of(filters)
    asked = f"?{query}" if query else ""
    page = reverse("home") if kind in _WITHOUT_PAGE else reverse(f"{kind}_list")
    # The pages of lists of names take no filters.
    page += asked if kind in _FILTERED else ""
    return _feed(request, title, page, reverse(f"{kind}_atom") + asked, items, _day_of(filters))


def _day_of(filters: OneChoiceFilter) -> str:
    """Return the day, where the answer turns with it: what is overdue does."""
    return str(timezone.now().date()) if "overdue" in filters.asked else ""


def _feed(
    request: HttpRequest, title: str, page: str, path: str, items: Callable[[str], Sequence[Item]], *more: str
) -> HttpResponseBase:
    site = feeds.site_address(request)
    # Read before any row is: what is published meanwhile gets another.
    headers = {
        "ETag": feeds.etag_of(site, " ".join([path, *more]), Inner()),
        "Cache-Control": "no-cache",
        "X-Robots-Tag": "noindex",
    }
    answer: HttpResponseBase | None = get_conditional_response(request, etag=headers["ETag"])
    if answer is None:
        text = ""
        # For its head nothing is read.
        if request.method != "HEAD":
            text = atom_of(title=title, site=site, page=page, path=path, items=items(site))
        answer = HttpResponse(text, content_type=feeds.Feed.content_type)
    for name, value in headers.items():
        answer.headers[name] = value
    return answer
