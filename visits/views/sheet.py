"""What every page of one visit needs: the visit, its parts and its steps, in three queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from statements.cards import show
from statements.models import Commitment
from visits.access import Permission, has_permission
from visits.actions import leg_dates, step_rows
from visits.choices import (
    Column,
    DateBasis,
    DatesKind,
    Side,
    SmallestCount,
    StepActor,
    StepKind,
    VisitKind,
    VisitStatus,
    column_of,
)
from visits.lifecycle import Reading, Stage, VisitDates, derive_dates, reading, stages
from visits.models import (
    Deadline,
    Meeting,
    Participant,
    Source,
    Visit,
    VisitExpert,
    VisitExpertLeg,
    VisitLeg,
    VisitMandate,
    VisitStep,
)
from visits.partial_dates import PartialDate, parse
from visits.pieces import Piece, flag, gathered, pieces, union
from visits.prepared import Given, prepared
from visits.timeline import Window
from visits.views.withdrawn import withdrawn_page

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.access import Reading as Reader
    from visits.models import User

# No count of meetings below this is published: a small one names people.
SMALLEST_COUNT = SmallestCount.FIVE.value
_CIVIL = [side.value for side in Side if column_of(side) == Column.CIVIL]


@dataclass(slots=True)
class StepCard:
    """A step as pages print it."""

    key: int
    kind: str
    label: str
    actor: str
    date: PartialDate | None
    date_text: str
    basis: str
    on_or_before: bool
    proposed: str
    reason: str
    document: str
    source_title: str
    source_url: str
    voided: bool
    voids: bool
    entered: Any


@dataclass(slots=True)
class Leg:
    """A leg as pages print it."""

    name: str
    url: str
    place: str
    dates: str
    region: str


@dataclass(slots=True)
class StageCard:
    """A stage of the life-cycle bar; `css` is done, implied, next, none or ended."""

    css: str
    label: str
    text: str


_STAGE_LABELS = {
    "request": _("Request"),
    "acceptance": _("Acceptance"),
    "visit": _("Visit"),
    "end_of_mission_statement": _("End-of-mission statement"),
    "state_reply": _("State reply"),
    "report": _("Report"),
    "interactive_dialogue": _("Interactive dialogue"),
    "follow_up": _("Follow-up"),
}
# An announcement tells of an acceptance, and the status says “reported” by these too: the bar tells why, beside an
# acceptance or a report that is not recorded itself.
_IMPLIED_BY = {
    "announced": _("implied by the announcement; none recorded"),
    "state_comments": _("implied by the comments of the State; no symbol recorded"),
    "interactive_dialogue": _("implied by the interactive dialogue; no symbol recorded"),
}


def stage_card(stage: Stage) -> StageCard:
    """Return a stage in words: its date, what implies it, that it is expected next, or that none is recorded."""
    when = show(stage.dates.text) if stage.dates else ""
    if stage.state == "failed":
        text = " · ".join(part for part in (str(VisitStatus(stage.detail).label), when) if part)
    elif stage.state == "done":
        # A request and an acceptance can be told by more than one kind of step.
        named = stage.detail if stage.detail in {"invited", "dates_agreed"} else ""
        words = str(StepKind(named).label) if named else ""
        text = " ".join(part for part in (words, when) if part) or gettext("no date recorded")
    elif stage.state == "implied":
        text = str(_IMPLIED_BY[stage.detail])
    else:
        text = gettext("expected next") if stage.state == "next" else gettext("none recorded")
    if stage.count:
        text += " · " + ngettext("%(n)d commitment open", "%(n)d commitments open", stage.count) % {"n": stage.count}
    css = {"failed": "ended"}.get(stage.state, stage.state)
    return StageCard(css, str(_STAGE_LABELS[stage.key]), text)


@dataclass(slots=True)
class Sheet:
    """A visit with its parts."""

    visit: Visit
    title: str
    kind_label: str
    status_label: str
    dates_text: str
    dates: VisitDates
    window: Window | None
    bar: list[StageCard]
    reading: Reading
    steps: list[StepCard]
    mandates: list[tuple[str, str]] = field(default_factory=list)
    experts: list[tuple[str, str, str, str]] = field(default_factory=list)
    # Members who have a page: name and address.
    holders: list[tuple[str, str]] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    deadlines: list[tuple[str, str, str]] = field(default_factory=list)
    neighbours: list[tuple[str, str, bool]] = field(default_factory=list)
    counted_meetings: int = 0
    counted_organisations: int = 0
    commitments: int = 0
    commitments_open: int = 0
    waiting_since: str = ""


def visit_or_404(slug: str, user: User | AnonymousUser) -> Visit:
    """Return the visit of this slug that `user` may see; hidden and missing ones are the same Http404."""
    found = _visit(user, slug=slug)
    if not found:
        raise Http404
    return found[0]


@prepared
def _visit(reader: Reader, slug: Given) -> QuerySet[Visit]:
    return Visit.objects.visible_to(reader).filter(slug=slug).select_related("follows")


def sheet_or_note(request: HttpRequest, slug: str) -> Sheet | HttpResponse:
    """Return the sheet of the visit of this slug, or the note that remains of a withdrawn one."""
    try:
        return sheet_of(slug, request.user)
    except Http404:
        return withdrawn_page(request, Visit.objects.filter(slug=slug))


def sheet_of(slug: str, user: User | AnonymousUser) -> Sheet:
    """Return the visit of this slug with its parts; Http404 where `user` may not see it or there is none."""
    visit = visit_or_404(slug, user)
    parts = gathered(_parts(user, visit=visit.pk, follows=visit.follows_id or 0))

    def of(kind: str) -> list[Piece]:
        return parts.get((kind, visit.pk), [])

    steps = _steps(user, visit=visit.pk)
    voided = {step.voids_id for step in steps if step.voids_id}
    rows = step_rows(steps)
    legs = leg_dates(piece.e for piece in of("leg"))
    made_for = [piece.c for piece in of("mandate")]
    dates = derive_dates(rows, legs)
    states = [piece.a for piece in of("commitment")]
    now = reading(rows, today=timezone.now().date(), legs=legs, mandates=made_for)
    language = get_language() or "en"
    shown = parse(visit.dates).display(language) if visit.dates else ""
    counted, met = len(of("counted")), len({piece.a for piece in of("met")})
    return Sheet(
        visit=visit,
        title=f"{visit.title}, {shown}" if shown else visit.title,
        kind_label=str(VisitKind(visit.kind).label),
        status_label=str(VisitStatus(visit.status).label),
        dates_text=shown,
        dates=dates,
        window=_window(visit),
        bar=[
            stage_card(stage)
            for stage in stages(rows, dates=dates, commitments_open=states.count("open"), mandates=made_for)
        ],
        reading=now,
        steps=[_step_card(step, step.pk in voided) for step in steps],
        mandates=[(piece.a, reverse("mandate_detail", args=[piece.b])) for piece in of("mandate")],
        experts=[_expert(piece, parts) for piece in of("expert")],
        holders=[(piece.a, reverse("person_detail", args=[piece.b])) for piece in of("expert") if piece.e],
        legs=[_leg(piece) for piece in of("leg")],
        deadlines=[(piece.a, show(piece.b), show(piece.c)) for piece in of("deadline")],
        neighbours=[(piece.a, reverse("visit_detail", args=[piece.b]), bool(piece.c)) for piece in of("neighbour")],
        counted_meetings=counted if counted >= SMALLEST_COUNT else 0,
        counted_organisations=met if met >= SMALLEST_COUNT else 0,
        commitments=len(states),
        commitments_open=states.count("open"),
        waiting_since=show(now.waiting_since.text) if now.waiting_since else "",
    )


@prepared
def _parts(reader: Reader, visit: Given, follows: Given) -> QuerySet[Any]:
    mine = {"visit_id": visit}
    visible = Visit.objects.visible_to(reader)
    earlier = visible.filter(pk=follows).annotate(later_id=visit)
    found = [
        pieces("mandate", VisitMandate.objects.filter(**mine), "visit_id", "order", "mandate__name", "mandate__slug",
               "mandate_id"),
        pieces(
            "expert", VisitExpert.objects.filter(**mine), "visit_id", "order", "term__person__name",
            "term__person__slug", "term__mandate__name", "id", flag(term__person__private=False),
        ),
        pieces(
            "expert_leg", VisitExpertLeg.objects.filter(expert__visit_id=visit), "expert_id", "leg__order",
            "leg__country__name", "leg__territory",
        ),
        pieces(
            "leg", VisitLeg.objects.filter(**mine), "visit_id", "order", "country__name", "country__iso3",
            "territory", "place", "dates", "country__region",
        ),
        pieces("deadline", Deadline.objects.filter(**mine), "visit_id", "id", "what", "due", "met"),
        pieces("commitment", Commitment.objects.visible_to(reader).filter(**mine), "visit_id", "id", "state"),
        pieces("neighbour", visible.filter(follows_id=visit), "follows_id", "id", "title", "slug"),
        pieces("neighbour", earlier, "later_id", "id", "title", "slug", Value("1")),
    ]  # fmt: skip
    if not has_permission(reader, Permission.SEE_INTERNAL):
        counted = Meeting.objects.counted().filter(**mine)
        found.append(pieces("counted", counted, "visit_id", "id"))
        # Of these the public learns the number alone: no row of them goes further than `len`.
        met = Participant.objects.filter(meeting__in=counted, organisation__isnull=False, side__in=_CIVIL)
        found.append(pieces("met", met, "meeting__visit_id", "id", "organisation_id"))
    return union(found)


@prepared
def _steps(reader: Reader, visit: Given) -> QuerySet[VisitStep]:
    readable = Source.objects.visible_to(reader).filter(pk=OuterRef("source_id"))
    return VisitStep.objects.filter(visit=visit).select_related("source").annotate(source_seen=Exists(readable))


def _step_card(step: VisitStep, voided: bool) -> StepCard:
    seen = step.source is not None and step.source_seen  # type: ignore[attr-defined]
    return StepCard(
        key=step.pk,
        kind=step.kind,
        label=str(StepKind(step.kind).label),
        actor=str(StepActor(step.actor).label) if step.actor else "",
        date=parse(step.date) if step.date else None,
        date_text=show(step.date),
        basis=str(DateBasis(step.date_basis).label) if step.date and step.date_basis != "stated" else "",
        on_or_before=step.date_basis == DateBasis.PUBLICATION,
        proposed=show(step.proposed),
        reason=step.reason,
        document=step.document,
        source_title=step.source.title if seen and step.source else "",
        source_url=step.source.get_absolute_url() if seen and step.source else "",
        voided=voided,
        voids=step.voids_id is not None,
        entered=step.entered_at,
    )


def _window(visit: Visit) -> Window | None:
    if not visit.dates:
        return None
    start, end = parse(visit.dates).parts
    kind = DatesKind(visit.dates_kind)
    if kind is DatesKind.START_ONLY:
        return Window(start, None)
    if kind is DatesKind.END_ONLY:
        return Window(None, end)
    return Window(start, end, folds=kind is DatesKind.ACTUAL)


def _expert(piece: Piece, parts: dict[tuple[str, int], list[Piece]]) -> tuple[str, str, str, str]:
    """Return name, page, mandate, and the legs travelled where not all."""
    legs = ", ".join(leg.a or leg.b for leg in parts.get(("expert_leg", int(piece.d)), ()))
    return piece.a, reverse("person_detail", args=[piece.b]), piece.c, legs


def _leg(piece: Piece) -> Leg:
    url = reverse("country_detail", args=[piece.b.lower()]) if piece.b else ""
    return Leg(piece.a or piece.c, url, piece.d, show(piece.e), piece.f)
