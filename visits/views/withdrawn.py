"""What remains at the address of a withdrawn record: a public note, told to whoever could have seen it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render


def withdrawn_page(request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
    """Return the note on the withdrawn public record among `rows`, with status 410, or raise Http404."""
    record = rows.withdrawn_for_everybody(request.user).first()  # type: ignore[attr-defined]
    if record is None:
        raise Http404
    response = render(request, "visits/withdrawn.html", {"note": record.withdrawn_note}, status=410)
    # Unasked, browsers keep a 410 for ever: past the day on which the record is published again, or removed.
    response.headers["Cache-Control"] = "no-store"
    return response
