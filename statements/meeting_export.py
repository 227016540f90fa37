"""The columns of meetings taken as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from statements.models import MeetingTopic, Statement
from visits.among import Among
from visits.exports.columns import Cell, Column, Row, dated, kind_of, listed, page_column, state_of, stored
from visits.exports.columns import text_column as text
from visits.exports.everybody import open_pieces
from visits.models import Meeting, Participant, VisitLeg
from visits.pieces import pieces
from visits.prepared import Given, prepared

if TYPE_CHECKING:
    from visits.access import Reading
    from visits.exports.cells import Query

NAME = Coalesce("person__name", "organisation__name", NullIf("label", Value("")))


@prepared
def _records(reader: Reading, ids: Given) -> QuerySet[Meeting]:
    rows = Meeting.objects.visible_to(reader).filter(Among("pk", ids)).select_related("visit")
    return rows.defer("note")


def _pieces(reader: Reading, ids: Given) -> list[QuerySet[Any]]:
    mine = Among("meeting_id", ids)
    own = Meeting.objects.filter(Among("pk", ids))
    legs = VisitLeg.objects.filter(visit_id__in=own.values("visit_id"), country__isnull=False)
    # Whoever may see more of those present sees it on the page: names that are not public leave in no file.
    named = Participant.objects.filter(mine).named_to_all()
    return [
        pieces("participant", named, "meeting_id", "order", NAME, "side"),
        pieces("topic", MeetingTopic.objects.filter(mine), "meeting_id", "order", "topic__slug", "topic__name"),
        pieces("country", legs, "visit_id", "order", "country__iso3"),
        pieces("said", Statement.objects.visible_to(reader).filter(mine), "meeting_id", "id", "public_id"),
        open_pieces(Meeting, ids),
    ]


def _countries(row: Row) -> Cell:
    return list({piece.a: None for piece in row.all("country", row.record.visit_id)})


def _time(name: str) -> Any:
    def read(row: Row) -> Cell:
        moment = getattr(row.record, name)
        return f"{moment:%H:%M}" if moment else ""

    return read


def _time_sql(name: str) -> Any:
    return lambda query: f"to_char({query.of(name)}, 'HH24:MI')"


def _said(row: Row) -> Cell:
    return [row.page("statement_detail", piece.a) for piece in row.all("said")]


def _said_sql(query: Query) -> str:
    return query.listed("said", "a", page="statement_detail")


_MEETING = "visits.Meeting"
_PARTICIPANT = tuple(f"visits.Participant.{name}" for name in ("person", "organisation", "label"))

MEETINGS = kind_of(
    "meetings",
    (
        stored("id", _("its permanent id"), f"{_MEETING}.public_id"),
        page_column("address", _("its permanent address"), "meeting_detail", "public_id", f"{_MEETING}.public_id"),
        stored("title", _("with whom"), f"{_MEETING}.title"),
        *dated("date", _("its date, as precise as it is known"), f"{_MEETING}.date"),
        stored("date_basis", _("what the date rests on"), f"{_MEETING}.date_basis"),
        stored("part_of_day", _("morning, afternoon or evening"), f"{_MEETING}.part_of_day"),
        Column("starts", _("when it began, in its time zone"), _time("starts_at"), (f"{_MEETING}.starts_at",),
               _time_sql("starts_at"), plain=True),
        Column("ends", _("when it ended"), _time("ends_at"), (f"{_MEETING}.ends_at",), _time_sql("ends_at"),
               plain=True),
        stored("time_zone", _("its time zone"), f"{_MEETING}.time_zone"),
        stored("place", _("where"), f"{_MEETING}.place"),
        stored("kind", _("kind of meeting"), f"{_MEETING}.kind"),
        stored("format", _("in person, online or both"), f"{_MEETING}.format"),
        stored("openness", _("public or behind closed doors"), f"{_MEETING}.openness"),
        stored("status", _("planned, held, postponed, cancelled or refused"), f"{_MEETING}.status"),
        stored("account", _("from whose account it is known"), f"{_MEETING}.account"),
        listed("participants", _("who took part and may be named"), "participant", "a", *_PARTICIPANT),
        listed("sides", _("their sides, in the same order"), "participant", "b", "visits.Participant.side"),
        listed("topics", _("its topics"), "topic", "a", "statements.MeetingTopic.topic"),
        listed("topic_names", _("their names, in the same order"), "topic", "b", "statements.MeetingTopic.topic"),
        stored("summary", _("what is told of it publicly"), f"{_MEETING}.public_summary"),
        page_column("visit", _("the visit on which it was"), "visit_detail", "visit__slug", "visits.Visit.slug"),
        text("visit_place", _("where that visit went"), "visit__title", "visits.Visit.title"),
        Column("countries", _("ISO 3166 codes of the countries of the visit"), _countries, ("visits.VisitLeg.country",),
               lambda query: query.listed("country", "a", "visit_id", once="a")),
        Column("statements", _("what was said in it: pages here"), _said, ("statements.Statement.public_id",),
               _said_sql, plain=True),
        *state_of(_MEETING),
    ),
    _records,
    _pieces,
)  # fmt: skip
