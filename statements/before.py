"""Where a topic of a visit's board was spoken of before: at the previous visit to the country, or of the mandate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from statements.cards import show_long
from statements.comparison_choices import address_of
from statements.models import StatementTopic
from visits.access import visible
from visits.among import AmongRows
from visits.models import Visit, VisitLeg, VisitMandate

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User


@dataclass(frozen=True, slots=True)
class Earlier:
    """The board of an earlier visit at a topic, and the comparison that both stand in."""

    title: str
    url: str
    compared: str
    of_country: bool


def earlier_boards(visit: Visit, topics: Sequence[str], user: User | AnonymousUser) -> dict[str, Earlier]:
    """Return for each of `topics` (slugs) the visit before `visit` on which something is recorded on it; one query.

    A visit to the same country goes before one of the same mandate. A visit without dates has none before it.
    """
    if not topics or visit.dates_earliest is None:
        return {}
    here = {"visit_id": OuterRef("statement__visit_id")}
    countries = VisitLeg.objects.filter(visit=visit, country__isnull=False).values("country_id")
    mandates = VisitMandate.objects.filter(visit=visit).values("mandate_id")
    legs = VisitLeg.objects.filter(country_id__in=countries, **here).order_by("order")
    made = VisitMandate.objects.filter(mandate_id__in=mandates, **here).order_by("order")
    there = Q(legs__country_id__in=countries) | Q(visit_mandates__mandate_id__in=mandates)
    near = Visit.objects.visible_to(user).filter(there).order_by().values("pk")
    rows = (
        StatementTopic.objects.filter(
            _before(visit),
            visible(user, "statement__version"),
            AmongRows("statement__visit_id", near),
            topic__slug__in=topics,
        )
        .annotate(country=Subquery(legs.values("country__iso3")[:1]))
        .annotate(mandate=Subquery(made.values("mandate__slug")[:1]))
        .filter(Q(country__isnull=False) | Q(mandate__isnull=False))
        .order_by("statement__visit__dates_earliest", "statement__visit__dates_latest", "-statement__visit__slug")
        .values_list(
            "topic__slug",
            "country",
            "mandate",
            "statement__visit__slug",
            "statement__visit__title",
            "statement__visit__dates",
            "statement__visit__dates_earliest",
            "statement__visit__dates_latest",
        )
        .distinct()
    )
    found: dict[str, Earlier] = {}
    for topic, country, mandate, slug, title, dates, *_days in rows:
        # They come in the order of time: the last one stands, one to the country above all of the mandate.
        if country or topic not in found or not found[topic].of_country:
            place: dict[str, Any] = {"country": country.lower()} if country else {"mandate": mandate}
            found[topic] = Earlier(
                title=f"{title}, {show_long(dates)}",
                url=f"{reverse('visit_positions', args=[slug])}#t-{topic}",
                compared=address_of(topic=topic, **place),
                of_country=bool(country),
            )
    return found


def _before(visit: Visit) -> Q:
    """Return the condition that the visit of a statement comes before `visit`, in the order of a comparison."""
    first, last = visit.dates_earliest, visit.dates_latest
    there = "statement__visit__"
    same = Q(**{f"{there}dates_earliest": first})
    return (
        Q(**{f"{there}dates_earliest__lt": first})
        | same & Q(**{f"{there}dates_latest__lt": last})
        | same & Q(**{f"{there}dates_latest": last, f"{there}slug__gt": visit.slug})
    )
