"""Visits as lists print them: one query for all that belongs to the visits of a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from statements.models import StatementSpeaker
from visits.access import visible
from visits.among import Among
from visits.choices import COLUMN_SHAPES, Column, DatesKind, VisitStatus, column_of
from visits.models import Visit, VisitExpert, VisitMandate, VisitStep
from visits.partial_dates import parse
from visits.pieces import Parts, gathered, pieces, union
from visits.prepared import Given, prepared

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.access import Reading
    from visits.models import User

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Share:
    """How many statements stand in a column, with its place in a bar of all of them."""

    column: str
    label: str
    shape: str
    count: int
    start: int


@dataclass(slots=True)
class VisitRow:
    """A visit in a list."""

    url: str
    title: str
    dates: str
    dates_note: str
    status: str
    status_label: str
    is_draft: bool
    is_example: bool
    visibility: str
    mandates: list[tuple[str, str]] = field(default_factory=list)
    experts: list[tuple[str, str]] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    total: int = 0
    days: int | None = None


def visit_rows(visits: Sequence[Visit], user: User | AnonymousUser) -> list[VisitRow]:
    """Return the rows of visible `visits`, whatever their number by one query."""
    ids = [visit.pk for visit in visits]
    if not ids:
        return []
    parts = gathered(_parts(user, ids=ids))
    return [_row(visit, parts) for visit in visits]


@prepared
def _parts(reader: Reading, ids: Given) -> QuerySet[Any]:
    mine = Among("visit_id", ids)
    said = (
        StatementSpeaker.objects.filter(
            Among("statement__visit_id", ids), visible(reader, "statement__version"), order=0
        )
        .values("statement__visit_id", "side")
        .annotate(number=Count("id"))
    )
    reports = VisitStep.objects.filter(kind="report", voids__isnull=True, voided_by__isnull=True).filter(mine)
    return union([
        pieces("mandate", VisitMandate.objects.filter(mine), "visit_id", "order", "mandate__scope", "mandate__slug"),
        pieces(
            "expert", VisitExpert.objects.filter(mine), "visit_id", "order", "term__person__name",
            "term__person__slug",
        ),
        pieces("report", reports.exclude(document=""), "visit_id", "id", "document"),
        pieces("said", said, "statement__visit_id", 0, "side", "number"),
    ])  # fmt: skip


def _row(visit: Visit, parts: Parts) -> VisitRow:
    language = get_language() or "en"
    date = parse(visit.dates) if visit.dates else None
    counts: Counter[str] = Counter()
    for piece in parts.get(("said", visit.pk), ()):
        counts[column_of(piece.a).value] += int(piece.b)
    kind = DatesKind(visit.dates_kind)
    return VisitRow(
        url=visit.get_absolute_url(),
        title=visit.title,
        dates=date.display(language) if date else "",
        dates_note="" if kind in {DatesKind.ACTUAL, DatesKind.NONE} else str(kind.label),
        status=visit.status,
        status_label=str(VisitStatus(visit.status).label),
        is_draft=visit.workflow != "published",
        is_example=visit.is_example,
        visibility=visit.visibility,
        mandates=[
            (piece.a, reverse("mandate_detail", args=[piece.b])) for piece in parts.get(("mandate", visit.pk), ())
        ],
        experts=[(piece.a, reverse("person_detail", args=[piece.b])) for piece in parts.get(("expert", visit.pk), ())],
        reports=[piece.a for piece in parts.get(("report", visit.pk), ())],
        shares=shares_of(counts),
        total=sum(counts.values()),
        days=date.days if date and kind is DatesKind.ACTUAL else None,
    )


def shares_of(counts: Counter[str]) -> list[Share]:
    """Return the columns that hold something, in the order of every screen."""
    found, start = [], 0
    for column in Column:
        count = counts[column.value]
        if count:
            found.append(Share(column.value, str(column.label), COLUMN_SHAPES[column], count, start))
            start += count
    return found


def page_of_rows(request: HttpRequest, rows: QuerySet[Any] | range, per_page: int = PER_PAGE) -> tuple[Page[Any], bool]:
    """Return the page that the address asks for, and whether there is none so that the nearest one is shown."""
    pages: Paginator[Any] = Paginator(rows, per_page)
    number = request.GET.get("page", "1")
    try:
        return pages.page(number), False
    except PageNotAnInteger:
        return pages.page(1), True
    except EmptyPage:
        return pages.page(pages.num_pages if number.lstrip("-").isdigit() and int(number[:9]) > 0 else 1), True
