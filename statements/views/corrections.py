"""The public pages of corrections: of one visit, and of the whole record."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from config.public import public_page
from statements.corrections import correction_rows, corrections_of, place_of
from visits.exports.answers import followed
from visits.views.rows import PER_PAGE, page_of_rows
from visits.views.sheet import sheet_or_note


def _entries(request: HttpRequest, rows: QuerySet[Any]) -> dict[str, Any]:
    """Return one page of corrections; `?entry=` asks for the page on which that entry stands now."""
    asked = request.GET.get("entry", "")
    place = place_of(rows, asked) if asked else None
    if place is not None:
        moved_to = request.GET.copy()
        moved_to["page"] = str(place // PER_PAGE + 1)
        request.GET = moved_to  # type: ignore[assignment]
    page, moved = page_of_rows(request, rows)
    return {
        "entries": corrections_of(list(page.object_list), request.user),
        "page": page,
        "page_moved": moved,
        "address": "?",
    }


@public_page
def correction_list(request: HttpRequest) -> HttpResponse:
    """Everything that the record has told to be wrong, newest first."""
    context = {
        "section": "corrections",
        **_entries(request, correction_rows(request.user)),
        "follow": followed("correction", gettext("Corrections"), "", calendar=False),
    }
    return render(request, "statements/correction_list.html", context)


@public_page
def visit_corrections(request: HttpRequest, slug: str) -> HttpResponse:
    """What of one visit was told to be wrong, newest first."""
    sheet = sheet_or_note(request, slug)
    if isinstance(sheet, HttpResponse):
        return sheet
    context = {
        "section": "visits",
        "tab": "history",
        "sheet": sheet,
        **_entries(request, correction_rows(request.user, sheet.visit)),
    }
    return render(request, "visits/visit_corrections.html", context)
