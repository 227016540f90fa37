"""The columns of the list of visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from visits.access import gate
from visits.among import Among
from visits.choices import DatesKind
from visits.exports.columns import (
    SOURCE_TEXTS,
    Cell,
    Column,
    Row,
    dated,
    kind_of,
    listed,
    page_column,
    sources,
    state_of,
    stored,
)
from visits.exports.everybody import open_pieces
from visits.models import Visit, VisitExpert, VisitLeg, VisitMandate, VisitStep
from visits.partial_dates import parse
from visits.pieces import pieces
from visits.prepared import Given, prepared

if TYPE_CHECKING:
    from visits.access import Reading
    from visits.exports.cells import Query

# Who reads without an account.


@prepared
def _records(reader: Reading, ids: Given) -> QuerySet[Visit]:
    return Visit.objects.visible_to(reader).filter(Among("pk", ids)).defer("note", "folded")


def _pieces(reader: Reading, ids: Given) -> list[QuerySet[Any]]:
    mine = Among("visit_id", ids)
    steps = VisitStep.objects.filter(mine, voids__isnull=True, voided_by__isnull=True)
    legs = VisitLeg.objects.filter(mine)
    own = Visit.objects.filter(Among("pk", ids))
    return [
        pieces("mandate", VisitMandate.objects.filter(mine), "visit_id", "order", "mandate__slug", "mandate__name"),
        pieces("holder", VisitExpert.objects.filter(mine), "visit_id", "order", "term__person__name"),
        pieces("country", legs.filter(country__isnull=False), "visit_id", "order", "country__iso3", "country__name"),
        pieces("territory", legs.exclude(territory=""), "visit_id", "order", "territory"),
        pieces("report", steps.filter(kind="report").exclude(document=""), "visit_id", "id", "document"),
        pieces("source", steps.filter(gate(reader, "source")), "visit_id", "id", *SOURCE_TEXTS),
        pieces("follows", own.filter(gate(reader, "follows")), "id", "id", "follows__slug"),
        open_pieces(Visit, ids),
    ]  # fmt: skip


def _follows(row: Row) -> Cell:
    return next((row.page("visit_detail", piece.a) for piece in row.all("follows")), "")


def _days(row: Row) -> Cell:
    visit = row.record
    return parse(visit.dates).days if visit.dates and visit.dates_kind == DatesKind.ACTUAL else None


def _days_sql(query: Query) -> str:
    # Both ends are known to the day, or the one day it was.
    known = f"{query.of('dates_kind')} = 'actual' AND length({query.of('dates')}) IN (10, 21)"
    return f"CASE WHEN {known} THEN ({query.of('dates_latest')} - {query.of('dates_earliest')} + 1)::text END"


def _countries(row: Row) -> Cell:
    return list({piece.a: None for piece in row.all("country")})


def _country_names(row: Row) -> Cell:
    return list({piece.a: piece.b for piece in row.all("country")}.values())


VISITS = kind_of(
    "visits",
    (
        stored("id", _("its permanent id"), "visits.Visit.public_id"),
        page_column("address", _("its permanent address"), "visit_detail", "slug", "visits.Visit.slug"),
        stored("place", _("where: the countries or territory"), "visits.Visit.title"),
        Column("countries", _("ISO 3166 codes of the countries"), _countries, ("visits.VisitLeg.country",),
               lambda query: query.listed("country", "a", once="ab"), holds="texts"),
        Column("country_names", _("their names, in the same order"), _country_names, ("visits.VisitLeg.country",),
               lambda query: query.listed("country", "b", once="ab"), holds="texts"),
        listed("territories", _("territories that are no State"), "territory", "a", "visits.VisitLeg.territory"),
        listed("mandates", _("the mandates that made it"), "mandate", "a", "visits.VisitMandate.mandate"),
        listed("mandate_names", _("their names, in the same order"), "mandate", "b", "visits.VisitMandate.mandate"),
        listed("mandate_holders", _("who travelled"), "holder", "a", "visits.VisitExpert.term"),
        stored("kind", _("kind of visit"), "visits.Visit.kind"),
        stored("status", _("how far it has come, by its steps"), "visits.Visit.status"),
        *dated("dates", _("its dates, as precise as they are known"), "visits.Visit.dates"),
        stored("dates_kind", _("what the dates are: held, planned, or one end alone"), "visits.Visit.dates_kind"),
        Column("days", _("how many days it lasted, both ends counted"), _days, ("visits.Visit.dates",),
               _days_sql, plain=True, holds="number"),
        stored("duration_as_reported", _("how long, where a source counts"), "visits.Visit.duration_as_reported"),
        stored("purpose", _("its purpose"), "visits.Visit.purpose"),
        Column("follows", _("the visit that it follows"), _follows, ("visits.Visit.follows",),
               lambda query: query.page("visit_detail", query.grouped("follows", "min(p_00)")), plain=True),
        listed("reports", _("UN symbols of its reports"), "report", "a", "visits.VisitStep.document"),
        *sources(_("the sources of its steps")),
        stored("is_example", _("whether it is an invented example"), "visits.Visit.is_example"),
        *state_of("visits.Visit"),
    ),
    _records,
    _pieces,
)  # fmt: skip
