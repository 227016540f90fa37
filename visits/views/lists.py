"""The list of visits and the home page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst

from config.public import public_page
from statements.cards import cards_of
from statements.models import Commitment, Statement
from statements.views.commitments import commitment_cards
from visits.actions import leg_dates, step_rows
from visits.filters import SORTS, VisitFilter, address_with, facets_of
from visits.lifecycle import Reading, reading
from visits.models import Visit
from visits.views.rows import LATEST_SAID, LATEST_VISITS, page_of_rows, visit_rows

SHOWN_ON_HOME = 6
COMING_UP_DAYS = 90


@public_page
def visit_list(request: HttpRequest) -> HttpResponse:
    """Visits with their filters; every state is in the address."""
    filters = VisitFilter(request.GET, reader=request.user)
    page, moved = page_of_rows(request, filters.sorted)
    facets = facets_of(filters)
    chosen = [(facet.label, capfirst(facet.chosen), facet.clear) for facet in facets if facet.chosen]
    if query := filters.chosen.get("q"):
        chosen.insert(0, (filters.filters["q"].label, query, address_with(request.GET, q="")))
    sort = filters.chosen.get("sort", "newest")
    return render(
        request,
        "visits/visit_list.html",
        {
            "section": "visits",
            "rows": visit_rows(list(page.object_list), request.user),
            "page": page,
            "page_moved": moved,
            "address": address_with(request.GET),
            "facets": [facet for facet in facets if facet.choices or facet.chosen],
            "chosen": chosen,
            "query": filters.chosen.get("q", ""),
            "kept": [(name, value) for name, value in filters.chosen.items() if name != "q"],
            "notes": filters.not_understood,
            "sorts": [(label, address_with(request.GET, sort=key), key == sort) for key, (label, _o) in SORTS.items()],
        },
    )


def _reading(visit: Visit, today: date) -> Reading:
    """Return what a visit with its steps, legs and mandates read is on the day `today`."""
    return reading(
        step_rows(visit.steps.all()),
        today=today,
        legs=leg_dates(leg.dates for leg in visit.legs.all()),
        mandates=[str(row.mandate_id) for row in visit.visit_mandates.all()],
    )


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """What is under way, coming up and waiting; the latest statements; open commitments; figures."""
    today = timezone.now().date()
    visits = Visit.objects.visible_to(request.user)
    begun = visits.begun(on=today).order_by(F("dates_earliest").desc(nulls_last=True), "slug")
    begun = begun.prefetch_related("steps", "legs", "visit_mandates")[:50]
    coming = visits.coming_up(on=today).filter(dates_earliest__lte=today + timedelta(days=COMING_UP_DAYS))
    shown = {
        "under_way": [visit for visit in begun if _reading(visit, today).under_way][:SHOWN_ON_HOME],
        "coming_up": coming.order_by("dates_earliest", "slug")[:SHOWN_ON_HOME],
        "held": visits.filter(dates_kind="actual").order_by(*LATEST_VISITS)[:SHOWN_ON_HOME],
        "waiting": visits.waiting().order_by(F("dates_earliest").asc(nulls_last=True), "slug")[:SHOWN_ON_HOME],
    }
    lists = {name: list(rows) for name, rows in shown.items()}
    rows = iter(visit_rows([visit for found in lists.values() for visit in found], request.user))
    said = Statement.objects.visible_to(request.user).select_related("visit")
    latest = said.filter(date_earliest__isnull=False).order_by(*LATEST_SAID)[:SHOWN_ON_HOME]
    promised = Commitment.objects.visible_to(request.user).filter(state="open")
    promised = promised.order_by(F("due_earliest").asc(nulls_last=True), "id")
    context: dict[str, Any] = {name: [next(rows) for _visit in found] for name, found in lists.items()}
    figures = {
        "visits": visits.count(),
        "waiting": visits.waiting().count(),
        "statements": said.count(),
        "open_commitments": promised.count(),
    }
    context |= {
        "figures": figures,
        "latest": cards_of(list(latest), request.user),
        "commitments": commitment_cards(promised[:SHOWN_ON_HOME], request.user, today=today),
    }
    return render(request, "visits/home.html", context)
