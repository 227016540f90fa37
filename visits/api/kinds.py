"""The columns of those resources that no list of a page exports: meetings, sources, people, organisations, offices."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from statements.cards import meeting_pieces, office_of
from visits.access import visible
from visits.among import Among
from visits.exports.columns import SOURCE_TEXTS, Cell, Column, Kind, Row, dated, listed, state_of, stored
from visits.exports.everybody import author_of, open_pieces
from visits.models import (
    MandateTerm,
    Meeting,
    Office,
    Organisation,
    Person,
    PersonName,
    Source,
    SourceRelay,
)
from visits.pieces import pieces, union
from visits.prepared import Given, prepared

if TYPE_CHECKING:
    from visits.access import Reading

# So much of a digest parts the rows of one owner.
MARK_LENGTH = 16


def mark(*facts: Any) -> str:
    """Return what parts a row from others of its owner: made of what it says, and the same as long as it says that."""
    return sha256("\x1f".join(str(fact or "") for fact in facts).encode()).hexdigest()[:MARK_LENGTH]


def address(page: str, field: str, about: Any) -> Column:
    """Return the column of the permanent address of a row, made of one of its fields."""
    attribute = field.rpartition(".")[2]
    return Column("address", about, lambda row: row.page(page, getattr(row.record, attribute)), (field,))


def licence() -> Column:
    """Return the column that says under what a row may be used."""
    return Column("licence", _("under what it may be used"), lambda row: row.licence)


@prepared
def _meetings(reader: Reading, ids: Given) -> QuerySet[Meeting]:
    return Meeting.objects.visible_to(reader).filter(Among("pk", ids)).select_related("visit").defer("note")


@prepared
def _meeting_pieces(reader: Reading, ids: Given) -> QuerySet[Any]:
    return union([*meeting_pieces(reader, ids), open_pieces(Meeting, ids)])


def _time(name: str) -> Any:
    return lambda row: found.isoformat("minutes") if (found := getattr(row.record, name)) else ""


def _participants(row: Row) -> Cell:
    return [row.page(f"{piece.b}_detail", piece.c) if piece.b else "" for piece in row.all("participant")]


_WHO = tuple(f"visits.Participant.{name}" for name in ("person", "organisation", "label"))
MEETINGS = Kind(
    "meetings",
    (
        stored("id", _("its permanent id"), "visits.Meeting.public_id"),
        address("meeting_detail", "visits.Meeting.public_id", _("its permanent address")),
        stored("title", _("with whom"), "visits.Meeting.title"),
        Column("visit", _("the visit that it is part of"), lambda row: row.page("visit_detail", row.record.visit.slug),
               ("visits.Visit.slug",)),
        stored("place", _("where"), "visits.Meeting.place"),
        *dated("date", _("on which day, as precise as it is known"), "visits.Meeting.date"),
        stored("date_basis", _("what the date rests on"), "visits.Meeting.date_basis"),
        stored("part_of_day", _("in which part of the day"), "visits.Meeting.part_of_day"),
        Column("starts_at", _("from what time, local"), _time("starts_at"), ("visits.Meeting.starts_at",)),
        Column("ends_at", _("until what time, local"), _time("ends_at"), ("visits.Meeting.ends_at",)),
        stored("time_zone", _("the time zone of both"), "visits.Meeting.time_zone"),
        stored("kind", _("kind of meeting"), "visits.Meeting.kind"),
        stored("format", _("in person or not"), "visits.Meeting.format"),
        stored("openness", _("whether the public could come"), "visits.Meeting.openness"),
        stored("status", _("whether it was held"), "visits.Meeting.status"),
        stored("account", _("on whose account the record rests"), "visits.Meeting.account"),
        stored("public_summary", _("what is told of it"), "visits.Meeting.public_summary"),
        listed("participants", _("who took part, as far as they may be named"), "participant", "a", *_WHO),
        Column("participant_pages", _("their pages here, in the same order; empty for who has none"), _participants,
               _WHO, holds="texts"),
        Column("participant_offices", _("in which office they took part"),
               lambda row: [office_of(piece) for piece in row.all("participant")],
               ("visits.Participant.office", "visits.Participant.term"), holds="texts"),
        listed("participant_sides", _("their sides on that day"), "participant", "d", "visits.Participant.side"),
        listed("topics", _("its topics"), "meeting_topic", "a", "statements.MeetingTopic.topic"),
        listed("topic_names", _("their names, in the same order"), "meeting_topic", "b",
               "statements.MeetingTopic.topic"),
        *state_of("visits.Meeting"),
    ),
    _meetings,
    _meeting_pieces,
)  # fmt: skip


@prepared
def _sources(reader: Reading, ids: Given) -> QuerySet[Source]:
    rows = Source.objects.visible_to(reader).filter(Among("pk", ids)).with_author(reader)
    return rows.defer("note", "extracted_text", "stored_file", "sha256")


@prepared
def _source_pieces(reader: Reading, ids: Given) -> QuerySet[Any]:
    relays = SourceRelay.objects.visible_to(reader).filter(Among("source_id", ids))
    texts = [name.replace("source__", "original__") for name in SOURCE_TEXTS]
    return union([pieces("relay", relays, "source_id", "id", *texts[:2], "kind"), open_pieces(Source, ids)])


SOURCES = Kind(
    "sources",
    (
        stored("id", _("its permanent id"), "visits.Source.public_id"),
        address("source_detail", "visits.Source.public_id", _("its permanent address")),
        stored("kind", _("kind of source"), "visits.Source.kind"),
        stored("title", _("its title"), "visits.Source.title"),
        stored("symbol", _("its UN symbol"), "visits.Source.symbol"),
        stored("session", _("session to which it was submitted"), "visits.Source.session"),
        stored("publisher", _("who published it"), "visits.Source.publisher"),
        Column("author", _("who wrote it"), author_of, ("visits.Source.author", "visits.Source.author_person")),
        stored("language", _("its language"), "visits.Source.language"),
        *dated("published", _("when it was published, as precise as it is known"), "visits.Source.published"),
        stored("published_basis", _("what that date rests on"), "visits.Source.published_basis"),
        stored("url", _("where it was published"), "visits.Source.url"),
        stored("archive_url", _("where a copy is kept"), "visits.Source.archive_url"),
        Column("accessed", _("when it was opened"),
               lambda row: row.record.accessed.isoformat() if row.record.accessed else None,
               ("visits.Source.accessed",), holds="day"),
        stored("consulted", _("whether it was opened by us"), "visits.Source.consulted"),
        Column("relays", _("what it passes on: pages here"),
               lambda row: [row.page("source_detail", piece.a) for piece in row.all("relay")],
               ("visits.SourceRelay.original",), holds="texts"),
        listed("relay_titles", _("their titles, in the same order"), "relay", "b", "visits.SourceRelay.original"),
        listed("relay_kinds", _("how it passes them on"), "relay", "c", "visits.SourceRelay.kind"),
        *state_of("visits.Source"),
    ),
    _sources,
    _source_pieces,
)  # fmt: skip


@prepared
def _people(reader: Reading, ids: Given) -> QuerySet[Person]:
    return Person.objects.visible_to(reader).with_a_page().filter(Among("pk", ids)).defer("note")


@prepared
def _person_pieces(reader: Reading, ids: Given) -> QuerySet[Any]:
    mine = Among("person_id", ids)
    offices = Office.objects.visible_to(reader).filter(mine)
    return union([
        pieces("name", PersonName.objects.filter(mine), "person_id", "id", "text", "language"),
        pieces("term", MandateTerm.objects.filter(mine), "person_id", "id", "mandate__slug", "mandate__name", "since",
               "until"),
        pieces("office", offices, "person_id", "id", "title", "organisation__slug", "organisation__name", "since",
               "until"),
        open_pieces(Person, ids),
    ])  # fmt: skip


def _other_names(row: Row) -> Cell:
    return list({piece.a: None for piece in row.all("name") if piece.a != row.record.name})


PEOPLE = Kind(
    "people",
    (
        stored("id", _("their permanent id"), "visits.Person.slug"),
        address("person_detail", "visits.Person.slug", _("their permanent address")),
        stored("name", _("the name by which pages show them"), "visits.Person.name"),
        Column("other_names", _("other names and romanisations"), _other_names, ("visits.PersonName.text",),
               holds="texts"),
        listed("mandates", _("mandates that they hold or held"), "term", "a", "visits.MandateTerm.mandate"),
        listed("mandate_names", _("their names, in the same order"), "term", "b", "visits.MandateTerm.mandate"),
        listed("mandates_since", _("since when, in the same order"), "term", "c", "visits.MandateTerm.since"),
        listed("mandates_until", _("until when, in the same order"), "term", "d", "visits.MandateTerm.until"),
        listed("offices", _("offices that they hold or held"), "office", "a", "visits.Office.title"),
        listed("office_organisations", _("in which organisation, in the same order"), "office", "c",
               "visits.Office.organisation"),
        licence(),
    ),
    _people,
    _person_pieces,
)  # fmt: skip


@prepared
def _organisations(reader: Reading, ids: Given) -> QuerySet[Organisation]:
    rows = Organisation.objects.visible_to(reader).filter(Among("pk", ids)).select_related("country")
    return rows.defer("note")


@prepared
def _organisation_pieces(reader: Reading, ids: Given) -> QuerySet[Any]:
    own = Organisation.objects.filter(Among("pk", ids), visible(reader, "parent"))
    parent = pieces("parent", own, "id", "id", "parent__slug", "parent__name")
    return union([parent, open_pieces(Organisation, ids)])


ORGANISATIONS = Kind(
    "organisations",
    (
        stored("id", _("its permanent id"), "visits.Organisation.slug"),
        address("organisation_detail", "visits.Organisation.slug", _("its permanent address")),
        stored("name", _("its name"), "visits.Organisation.name"),
        stored("short_name", _("its short name"), "visits.Organisation.short_name"),
        stored("side", _("its side"), "visits.Organisation.side"),
        Column("parent", _("the organisation that it is part of"),
               lambda row: next((row.page("organisation_detail", piece.a) for piece in row.all("parent")), ""),
               ("visits.Organisation.parent",)),
        Column("country", _("ISO 3166 code of its country"),
               lambda row: row.record.country.iso3 if row.record.country else "", ("visits.Organisation.country",)),
        licence(),
    ),
    _organisations,
    _organisation_pieces,
)  # fmt: skip


@prepared
def _offices(reader: Reading, ids: Given) -> QuerySet[Office]:
    rows = Office.objects.visible_to(reader).filter(Among("pk", ids), visible(reader, "person"), person__private=False)
    return rows.select_related("person", "organisation")


@prepared
def _office_pieces(reader: Reading, ids: Given) -> QuerySet[Any]:
    own = Office.objects.filter(Among("pk", ids), visible(reader, "organisation"))
    return union([pieces("organisation", own, "id", "id", "organisation__slug"), open_pieces(Office, ids)])


def office_mark(row: Row) -> str:
    """Return what parts an office from others of the same person."""
    office = row.record
    slug = office.organisation.slug if office.organisation else ""
    return mark(slug, office.title, office.side, office.since, office.until, office.seen)


OFFICES = Kind(
    "offices",
    (
        Column("person", _("whose office it is: their permanent address"),
               lambda row: row.page("person_detail", row.record.person.slug), ("visits.Office.person",)),
        Column("person_name", _("their name"), lambda row: row.record.person.name, ("visits.Office.person",)),
        stored("title", _("its title"), "visits.Office.title"),
        Column("organisation", _("the organisation in which it is held: its permanent address"),
               lambda row: next((row.page("organisation_detail", piece.a) for piece in row.all("organisation")), ""),
               ("visits.Office.organisation",)),
        Column("organisation_name", _("its name"),
               lambda row: row.record.organisation.name if row.record.organisation else "",
               ("visits.Office.organisation",)),
        stored("side", _("its side"), "visits.Office.side"),
        *dated("since", _("since when, as precise as it is known"), "visits.Office.since"),
        *dated("until", _("until when, as precise as it is known"), "visits.Office.until"),
        *dated("seen", _("when somebody was seen in it"), "visits.Office.seen"),
        stored("date_basis", _("what the dates rest on"), "visits.Office.date_basis"),
        licence(),
    ),
    _offices,
    _office_pieces,
)  # fmt: skip
