"""The lists of statements and of commitments as files."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from config.public import public_page
from statements.commitment_filters import CommitmentFilter
from statements.exports import COMMITMENTS, STATEMENTS
from statements.facets import all_latest_of
from statements.feeds import site_address
from statements.filters import StatementFilter
from statements.vocabulary_exports import ROWS, VOCABULARY, filters_of_list
from visits.api.naming import unmet
from visits.exports.answers import exported, refused
from visits.exports.columns import IDS


@public_page
def statement_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The statements of the list with the same words and filters, newest first, however many they are."""
    filters = StatementFilter(request.GET, reader=request.user)
    return refused(request, unmet(filters)) or exported(
        request, form, STATEMENTS, _newest(filters), site_address(request)
    )


def _newest(filters: StatementFilter) -> Iterator[int]:
    return (row[-1] for row in all_latest_of(filters).iterator(IDS))


@public_page
def commitment_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The commitments of the list with the same filters, by the day they are due; overdue as of today (UTC)."""
    filters = CommitmentFilter(request.GET, reader=request.user, today=timezone.now().date())
    ids = filters.sorted.values_list("pk", flat=True).iterator(IDS)
    return refused(request, unmet(filters)) or exported(request, form, COMMITMENTS, ids, site_address(request))


@public_page
def vocabulary_export(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """People, organisations, countries, mandates, topics or sources that the reader may see, with the API's filters."""
    filters = filters_of_list(name, request.GET, request.user)
    rows = ROWS[name](request.user)
    if filters.asked:
        rows = rows.filter(pk__in=filters.narrowed().values("pk"))
    ids = rows.values_list("pk", flat=True).iterator(IDS)
    return refused(request, unmet(filters)) or exported(request, form, VOCABULARY[name], ids, site_address(request))
