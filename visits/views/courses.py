"""Visits of a country or a mandate over the years, what still waits among them, and which States were visited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from statements.cards import show
from visits.choices import DatesKind, StepKind, VisitStatus
from visits.course import STEP_MARKS, Course, Event, EventKind, Lane, build, in_order
from visits.models import Visit, VisitLeg, VisitMandate, VisitStep
from visits.partial_dates import parse
from visits.pieces import Piece, flag, gather, pieces
from visits.views.waits import Named, VisitParts, WaitingRow, waiting_row
from visits.world import STANDINGS

if TYPE_CHECKING:
    from visits.models import Country, Mandate


@dataclass(frozen=True, slots=True)
class EventCard:
    """An event as the picture and the table behind it print it; `css` tells how a visit is drawn."""

    css: str
    what: str
    when: str
    title: str
    url: str
    lane: Named
    is_draft: bool
    visibility: str

    @property
    def told(self) -> str:
        """Return the whole event in words."""
        return f"{self.lane[0]}: {self.what}, {self.when or gettext('no date recorded')} ({self.title})"


@dataclass(frozen=True, slots=True)
class Told:
    """The picture, the rows of the table behind it, what waits, and the ISO codes of the countries visited."""

    course: Course
    lanes: dict[str, Named]
    rows: list[EventCard]
    waiting: list[WaitingRow]
    visited: frozenset[str]
    asked: dict[str, str]

    @property
    def lines(self) -> list[tuple[Named, Lane]]:
        """Return the lines of the picture with their names."""
        return [(self.lanes[lane.key], lane) for lane in self.course.lanes]


def read_parts(visits: QuerySet[Visit]) -> list[VisitParts]:
    """Return visible `visits` with their steps, legs and mandates, in one query."""
    mine = {"visit_id__in": visits.order_by().values("pk")}
    found = gather(
        pieces("visit", visits, "pk", 0, "slug", "title", "status", "dates", "dates_kind", "workflow", "visibility"),
        pieces(
            "step", VisitStep.objects.filter(**mine), "visit_id", "id", "kind", "date", "proposed", "mandate_id",
            "leg_id", flag(voids__isnull=False), flag(voided_by__isnull=False), "document",
        ),
        pieces(
            "leg", VisitLeg.objects.filter(**mine), "visit_id", "order", "id", "country__iso3", "country__name",
            "territory", "dates",
        ),
        pieces(
            "mandate", VisitMandate.objects.filter(**mine), "visit_id", "order", "mandate_id", "mandate__slug",
            "mandate__scope", "mandate__name",
        ),
    )  # fmt: skip
    return [
        VisitParts(piece, *(found.get((kind, owner), []) for kind in ("step", "leg", "mandate")))
        for (whole, owner), (piece, *_none) in found.items()
        if whole == "visit"
    ]


def course_in(country: Country, visits: QuerySet[Visit]) -> Told:
    """Return visible `visits` to a country on a line for each mandate; one query."""

    def lanes_of(parts: VisitParts) -> dict[str, Named]:
        # The mandate on this country is shortly called by the country's name, which says nothing on its page.
        made_for = {
            piece.a: (piece.d if piece.c == country.name else piece.c, reverse("mandate_detail", args=[piece.b]))
            for piece in parts.mandates
        }
        return made_for or {"": (gettext("mandate not recorded"), "")}

    def concerns(step: Piece, lane: str, parts: VisitParts) -> bool:
        here = {leg.a for leg in parts.legs if leg.b == country.iso3}
        return (step.d not in {mandate.a for mandate in parts.mandates} or step.d == lane) and (
            not step.e or step.e in here
        )

    return _told(read_parts(visits), lanes_of, concerns)


def course_for(mandate: Mandate, visits: QuerySet[Visit]) -> Told:
    """Return visible `visits` of a mandate on a line for each country or territory; one query."""

    def key(leg: Piece) -> str:
        return leg.b or f"- {leg.d}"

    def lanes_of(parts: VisitParts) -> dict[str, Named]:
        places = {
            key(leg): (leg.c or leg.d, reverse("country_detail", args=[leg.b.lower()]) if leg.b else "")
            for leg in parts.legs
        }
        return places or {f"- {parts.visit.b}": (parts.visit.b, "")}

    def concerns(step: Piece, lane: str, parts: VisitParts) -> bool:
        there = {leg.a for leg in parts.legs if key(leg) == lane}
        return step.d in {"", str(mandate.pk)} and (not step.e or step.e in there)

    return _told(read_parts(visits), lanes_of, concerns)


def _told(read: list[VisitParts], lanes_of: Any, concerns: Any) -> Told:
    today = timezone.now().date()
    names: dict[str, Named] = {}
    events: list[Event] = []
    waiting: list[WaitingRow] = []
    visited: set[str] = set()
    asked: dict[str, str] = {}
    for parts in read:
        lanes = lanes_of(parts)
        names |= lanes
        for lane, named in lanes.items():
            steps = [step for step in parts.steps if concerns(step, lane, parts)]
            events += _events(parts.visit, steps, lane, named)
        codes = {leg.b for leg in parts.legs if leg.b}
        if parts.visit.c in STANDINGS["waiting"]:
            waiting.append(waiting_row(parts, tuple(lanes.values()), today))
            asked |= dict.fromkeys(codes, str(VisitStatus(parts.visit.c).label))
        if parts.visit.c in STANDINGS["held"] or parts.visit.e in {"actual", "start_only", "end_only"}:
            visited |= codes
    by_name = sorted(names, key=lambda lane: (names[lane][0].casefold(), lane))
    told = build(events, by_name)
    waiting.sort(key=lambda row: (-row.days, row.title, row.url))
    rows = [event.card for event in in_order(events)]
    return Told(told, names, rows, waiting, frozenset(visited), asked)


def _events(visit: Piece, steps: Iterable[Piece], lane: str, named: Named) -> list[Event]:
    """Return what of a visit is marked on a line: itself, and its letters and reports."""
    title = f"{visit.b}, {show(visit.d)}" if visit.d else visit.b
    url = reverse("visit_detail", args=[visit.a])

    def event(key: str, kind: EventKind, when: str, css: str, what: str, order: int = 0) -> Event:
        card = EventCard(
            css=css,
            what=what,
            when=show(when),
            title=title,
            url=url,
            lane=named,
            is_draft=visit.f != "published",
            visibility=visit.g,
        )
        return Event(f"{visit.a} {key}", lane, kind, parse(when) if when else None, order, card)

    dates_kind = DatesKind(visit.e)
    css = "planned" if dates_kind is DatesKind.PLANNED else "held"
    # Only days can be drawn from the first to the last: of a month or year, the visit was somewhere in it.
    if visit.d and parse(visit.d).days is None:
        css += " vague"
    what = gettext("visit") if dates_kind is DatesKind.NONE else gettext("visit, %(how)s") % {"how": dates_kind.label}
    found = [event("visit", "visit", visit.d, css, what)]
    for step in steps:
        kind = STEP_MARKS.get(step.a)
        if kind and not step.f and not step.g:
            words = str(StepKind(step.a).label) + (f" {step.h}" if step.h else "")
            found.append(event(f"step {step.order}", kind, step.b, kind, words, step.order))
    return found


def not_visited(states: Iterable[tuple[str, str, str]], told: Told) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return by region the States (ISO code, name, region) without a visit: name, page, what they are asked for."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for iso3, name, region in states:
        if iso3 not in told.visited:
            url = reverse("country_detail", args=[iso3.lower()])
            found[region].append((name, url, capfirst(told.asked.get(iso3, ""))))
    return sorted(found.items())
