"""All commitments: who promised what, due when, and what became of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from config.public import public_page
from statements.commitment_filters import CommitmentFilter, facets_of
from statements.views.commitments import commitment_cards
from visits.exports.answers import followed, ways_to_take
from visits.facets import on_page
from visits.filters import address_with
from visits.views.rows import page_of_rows


@public_page
def commitment_list(request: HttpRequest) -> HttpResponse:
    """Commitments with their filters; every state is in the address, and overdue is said as of today (UTC)."""
    today = timezone.now().date()
    filters = CommitmentFilter(request.GET, reader=request.user, today=today)
    page, moved = page_of_rows(request, filters.sorted)
    rows: Any = page.object_list
    context = {
        "section": "commitments",
        "commitments": commitment_cards(rows, request.user, today=today),
        "page": page,
        "page_moved": moved,
        "address": address_with(request.GET),
        "take": ways_to_take("commitment_export", filters.address),
        "follow": followed("commitment", gettext("Commitments"), filters.address),
        **on_page(facets_of(filters)),
        "notes": filters.not_understood,
    }
    return render(request, "statements/commitment_list.html", context)
