"""The list of visits and the home page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from config.public import public_page
from statements.cards import cards_of
from statements.models import Commitment, Statement
from statements.views.commitments import commitment_cards
from statements.views.search import number
from visits.actions import leg_dates, step_rows
from visits.among import Among, AmongRows
from visits.exports.answers import followed, ways_to_take
from visits.facets import facets_of, on_page
from visits.filters import SORTS, VisitFilter, address_with
from visits.lifecycle import Reading, reading
from visits.models import Country, Mandate, Visit, VisitLeg, VisitMandate
from visits.pieces import count_each, counts_of, first_of_each
from visits.prepared import Given, prepared
from visits.querysets import LATEST_SAID, LATEST_VISITS
from visits.views.rows import PER_PAGE, page_of_rows, visit_rows

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.access import Reading as Reader
    from visits.models import User

SHOWN_ON_HOME = 6
# Of so many that have begun, those are looked for that are under way: it is read from their steps.
MOST_BEGUN = 50
COMING_UP_DAYS = 90
# Beyond this, the number of statements is told as “10,000+”.
MOST_STATEMENTS = 10_000


@public_page
def visit_list(request: HttpRequest) -> HttpResponse:
    """Visits with their filters; every state is in the address."""
    filters = VisitFilter(request.GET, reader=request.user)
    passing = filters.passing()
    page, moved = page_of_rows(request, range(len(passing.all)))
    narrowed = on_page(facets_of(filters, passing))
    if query := filters.chosen.get("q"):
        narrowed["chosen"].insert(0, (filters.filters["q"].label, query, address_with(request.GET, q="")))
    sort, ids = filters.chosen.get("sort", "newest"), passing.all
    rows = _rows(request.user, sort, page.start_index() - 1, ids=ids) if ids else []
    return render(
        request,
        "visits/visit_list.html",
        {
            "section": "visits",
            "rows": visit_rows(rows, request.user),
            "page": page,
            "page_moved": moved,
            "figures": figures_of(request.user, passing.all) if page.object_list else {},
            "address": address_with(request.GET),
            "take": ways_to_take("visit_export", filters.address),
            "follow": followed("visit", gettext("Visits"), filters.address),
            **narrowed,
            "query": filters.chosen.get("q", ""),
            "kept": [(name, value) for name, value in filters.chosen.items() if name != "q"],
            "notes": filters.not_understood,
            "sorts": [(label, address_with(request.GET, sort=key), key == sort) for key, (label, _o) in SORTS.items()],
        },
    )


@prepared
def _rows(reader: Reader, sort: str, start: int, ids: Given) -> QuerySet[Visit]:
    """Return the visits of a page, in the order chosen."""
    rows = Visit.objects.visible_to(reader).filter(Among("pk", ids))
    return rows.order_by(*SORTS[sort][1])[start : start + PER_PAGE]


def figures_of(reader: User | AnonymousUser, ids: list[int]) -> dict[str, int]:
    """Return what visible visits come to, beside their number; counted in one query."""
    today = timezone.now().date()
    counted = _figures(reader, ids=ids, today=today, until=today + timedelta(days=COMING_UP_DAYS))
    return dict.fromkeys(("countries", "mandates", "coming_up", "overdue"), 0) | dict(counted)


@prepared
def _figures(reader: Reader, ids: Given, today: Any, until: Any) -> QuerySet[Any]:
    mine = Among("visit_id", ids)
    coming = Visit.objects.filter(Among("pk", ids)).coming_up(on=today).filter(dates_earliest__lte=until)
    promised = Commitment.objects.visible_to(reader).filter(mine)
    return counts_of(
        {
            "countries": Country.objects.filter(pk__in=VisitLeg.objects.filter(mine).values("country_id")),
            "mandates": Mandate.objects.filter(pk__in=VisitMandate.objects.filter(mine).values("mandate_id")),
            "coming_up": coming,
            "overdue": promised.overdue(on=today),
        }
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
    coming = visits.coming_up(on=today).filter(dates_earliest__lte=today + timedelta(days=COMING_UP_DAYS))
    lists = first_of_each(
        {
            "under_way": (visits.begun(on=today), (F("dates_earliest").desc(nulls_last=True), "slug"), MOST_BEGUN),
            "coming_up": (coming, ("dates_earliest", "slug"), SHOWN_ON_HOME),
            "held": (visits.filter(dates_kind="actual"), LATEST_VISITS, SHOWN_ON_HOME),
            "waiting": (visits.waiting(), (F("dates_earliest").asc(nulls_last=True), "slug"), SHOWN_ON_HOME),
        }
    )
    prefetch_related_objects(lists["under_way"], "steps", "legs", "visit_mandates")
    lists["under_way"] = [visit for visit in lists["under_way"] if _reading(visit, today).under_way][:SHOWN_ON_HOME]
    rows = iter(visit_rows([visit for found in lists.values() for visit in found], request.user))
    said = Statement.objects.visible_to(request.user)
    latest = said.select_related("visit").filter(date_earliest__isnull=False).order_by(*LATEST_SAID)[:SHOWN_ON_HOME]
    promised = Commitment.objects.visible_to(request.user).filter(state="open")
    nearest = promised.order_by(F("due_earliest").asc(nulls_last=True), "id")[:SHOWN_ON_HOME]
    context: dict[str, Any] = {name: [next(rows) for _visit in found] for name, found in lists.items()}
    some = Statement.objects.filter(AmongRows("pk", said.order_by().values("pk")[: MOST_STATEMENTS + 1]))
    figures: dict[str, Any] = count_each(
        {"visits": visits, "waiting": visits.waiting(), "statements": some, "open_commitments": promised}
    )
    figures["statements"] = number(min(figures["statements"], MOST_STATEMENTS), figures["statements"] > MOST_STATEMENTS)
    context |= {
        "figures": figures,
        "latest": cards_of(list(latest), request.user),
        "commitments": commitment_cards(nearest, request.user, today=today),
    }
    return render(request, "visits/home.html", context)
