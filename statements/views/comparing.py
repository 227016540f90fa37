"""One topic compared over the visits of a country, of two countries side by side, or of a mandate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.public import public_page
from statements.compared import LineCard, Reading, line_cards, places_of, visits_on
from statements.comparison_choices import Chosen, Option, choose, visits_of, ways_on
from visits.filters import address_with
from visits.models import Visit
from visits.views.rows import page_of_rows

# So many visits stand on a page, of each country where there are two.
VISITS_PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class Panel:
    """The visits of one place: how many there are on the topic, and those of the page."""

    name: str
    total: int
    lines: list[LineCard]


def _found(chosen: Chosen, request: HttpRequest) -> list[tuple[str, list[Visit]]]:
    """Return the visits on the topic for each place chosen, newest first."""
    if chosen.topic is None or not (chosen.countries or chosen.mandate):
        return []
    countries: list[Option | None] = [*chosen.countries] or [None]
    mandate = chosen.mandate.name if chosen.mandate else ""
    return [
        (
            " · ".join(part for part in (country.name if country else "", mandate) if part),
            visits_on(chosen.topic.pk, visits_of(request.user, country, chosen.mandate), request.user),
        )
        for country in countries
    ]


def _panels(topic: Option, found: list[tuple[str, list[Visit]]], start: int, request: HttpRequest) -> list[Panel]:
    """Return the visits of the page; the one before the last of them is read too, or it could not be compared."""
    shown = {name: visits[start : start + VISITS_PER_PAGE + 1] for name, visits in found}
    reading = Reading(topic.pk, [visit for visits in shown.values() for visit in visits], request.user)
    return [
        Panel(
            name,
            len(visits),
            line_cards(reading.compare(shown[name], places_of(visits))[:VISITS_PER_PAGE], topic.key),
        )
        for name, visits in found
    ]


@public_page
def comparison(request: HttpRequest) -> HttpResponse:
    """A topic over time: what each column repeated, newly said and dropped, and which of its claims were answered."""
    chosen = choose(request.GET, request.user)
    found = _found(chosen, request)
    longest = max((len(visits) for _name, visits in found), default=0)
    page, moved = page_of_rows(request, range(longest), VISITS_PER_PAGE)
    context: dict[str, Any] = {
        "section": "positions",
        "chosen": chosen,
        "page": page,
        "page_moved": moved,
        "address": address_with(request.GET),
        "ways": [] if longest else ways_on(chosen, request.user),
        "panels": [],
    }
    if chosen.topic is not None and longest:
        context["panels"] = _panels(chosen.topic, found, (page.number - 1) * VISITS_PER_PAGE, request)
    return render(request, "statements/comparison.html", context)
