"""What a briefing holds, read for one reader in a fixed number of queries; more than is printed is refused."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.utils import timezone

from statements.briefing.subjects import said_on
from statements.cards import Card, cards_of
from statements.compared import Reading as Compared
from statements.models import Citation, Commitment, Erratum, Position, Statement
from statements.querysets import proof_gate
from statements.views.commitments import CommitmentCard, commitment_cards
from visits.among import Among
from visits.models import AccessNote, Meeting, MeetingNote, Source, Visit
from visits.prepared import Given, prepared
from visits.querysets import author_named

if TYPE_CHECKING:
    from datetime import datetime

    from statements.briefing.options import Options, Person
    from statements.briefing.subjects import Panel, Subject
    from statements.comparison import Line
    from visits.access import Reading

# So many statements, meetings and notes are printed: a PDF of so many statements has some seventy pages and takes some
# six seconds of a processor.
MOST_STATEMENTS = 150
MOST_OTHERS = 200
# What became of a statement is read among so many, printed or not.
MOST_COMPARED = 1000
# Marks of versions are so long: enough to tell two wordings apart.
MARK = 12


class TooMuchError(Exception):
    """More fits than a briefing holds; nothing of it was read."""


@dataclass(slots=True)
class Told:
    """A statement as it is printed: its number, and which version of it this is."""

    number: int
    card: Card
    visit: Visit | None
    mark: str
    published: datetime | None
    corrected: Any = None


@dataclass(slots=True)
class Material:
    """All that a briefing holds."""

    told: list[Told] = field(default_factory=list)
    sources: dict[int, Source] = field(default_factory=dict)
    positions: list[Position] = field(default_factory=list)
    commitments: list[tuple[CommitmentCard, int]] = field(default_factory=list)
    withdrawn: list[Statement] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    access_notes: list[AccessNote] = field(default_factory=list)
    notes: list[MeetingNote] = field(default_factory=list)
    lines: list[tuple[Panel, list[Line]]] = field(default_factory=list)

    @property
    def numbers(self) -> dict[int, int]:
        """Return the number of each statement by its id."""
        return {told.card.pk: told.number for told in self.told}


def material_of(subject: Subject, options: Options, reader: Person) -> Material:
    """Return what a briefing on `subject` holds for `reader`; raise TooMuchError where that is more than is printed."""
    said = said_on(subject, options, Statement.objects.visible_to(reader))
    rows = list(said.select_related("visit").order_by(*_ORDER)[: MOST_STATEMENTS + 1])
    if len(rows) > MOST_STATEMENTS:
        raise TooMuchError
    ids = [row.pk for row in rows]
    found = Material(told=_told(rows, reader))
    visits = [subject.sheet.visit.pk] if subject.sheet else sorted({row.visit_id for row in rows if row.visit_id})
    cited = _with_authors(_citations(reader, ids=ids))
    found.sources = {citation.pk: citation.source for citation in cited if citation.source}
    found.positions = _positions(subject, options, reader, visits)
    found.commitments = _commitments(ids, reader)
    withdrawn = said_on(subject, options, Statement.objects.withdrawn_for_everybody(reader))
    found.withdrawn = _some(withdrawn.order_by(F("date_earliest").asc(nulls_last=True), "public_id"))
    if subject.sheet is not None:
        mine = {"visit": subject.sheet.visit}
        found.meetings = _some(Meeting.objects.visible_to(reader).filter(**mine))
        readable = Source.objects.visible_to(reader).filter(pk=OuterRef("source_id"))
        guarantees = AccessNote.objects.visible_to(reader).filter(**mine).annotate(source_seen=Exists(readable))
        guarantees = guarantees.annotate(source_by=author_named(reader, "source__")).select_related("source")
        found.access_notes = _with_authors(_some(guarantees.order_by(*_BY_DAY)))
    if options.internal:
        notes = MeetingNote.objects.visible_to(reader).filter(Among("meeting__visit_id", visits))
        found.notes = _some(notes.select_related("meeting").order_by("meeting__date_earliest", "created_at", "pk"))
    if subject.panels:
        everything = said_on(subject, replace(options, columns=()), Statement.objects.visible_to(reader))
        if len(everything.order_by().values_list("pk")[: MOST_COMPARED + 1]) > MOST_COMPARED:
            raise TooMuchError
        shown = [visit for panel in subject.panels for visit in panel.visits]
        compared = Compared(subject.topic.pk, shown, reader)
        found.lines = [(panel, list(compared.compare(panel.visits, panel.places))) for panel in subject.panels]
    return found


_BY_DAY = (F("date_earliest").asc(nulls_last=True), "pk")
# The newest visit first, and within it what was said first; what was said on no visit stands last.
_ORDER = (F("visit__dates_earliest").desc(nulls_last=True), F("visit__slug").asc(nulls_last=True),
          F("date_earliest").asc(nulls_last=True), F("date_latest").asc(nulls_last=True), "order", "pk")  # fmt: skip


def _some(rows: QuerySet[Any]) -> list[Any]:
    found = list(rows[: MOST_OTHERS + 1])
    if len(found) > MOST_OTHERS:
        raise TooMuchError
    return found


def _told(rows: list[Statement], reader: Person) -> list[Told]:
    if not rows:
        return []
    told_at = Erratum.objects.filter(Among("statement_id", [row.pk for row in rows])).order_by().values("statement_id")
    corrected = dict(told_at.annotate(last=Max("told_at")).values_list("statement_id", "last"))
    cards = zip(rows, cards_of(rows, reader), strict=True)
    return [
        Told(number, card, row.visit, mark_of(row, card), row.published_at, corrected.get(row.pk))
        for number, (row, card) in enumerate(cards, 1)
    ]


def mark_of(row: Statement, card: Card) -> str:
    """Return the mark of a statement's version: another as soon as its act, day, speakers or words are others.

    The number of times that a record was saved is no version that everybody may know: it rises with hidden parts too.
    """
    who = [(voice.name, voice.office, voice.side, voice.behalf) for voice in card.speakers]
    words = sorted((text.language, text.kind, text.text) for text in card.texts)
    told = [row.public_id, row.act, row.mode, row.date, who, words]
    return sha256(repr(told).encode()).hexdigest()[:MARK]


@prepared
def _citations(reader: Reading, ids: Given) -> QuerySet[Citation]:
    cited = Citation.objects.filter(Among("statement_id", ids), proof_gate(reader))
    return cited.annotate(source_by=author_named(reader, "source__")).select_related("source").order_by("pk")


def _with_authors(rows: list[Any]) -> list[Any]:
    """Give the source that each row names its author, read with the row (`source_by`)."""
    for row in rows:
        if row.source is not None:
            row.source.author_named = row.source_by
    return rows


def _positions(subject: Subject, options: Options, reader: Person, visits: list[int]) -> list[Position]:
    """Return the editors' summaries on these visits, with the ids of the statements on which each rests."""
    rows = Position.objects.visible_to(reader).filter(Among("visit_id", visits), column__in=options.shown_columns)
    if subject.topic is not None:
        rows = rows.filter(topic_id=subject.topic.pk)
    elif options.topics:
        rows = rows.filter(topic__slug__in=options.topics)
    return _some(rows.select_related("topic").prefetch_related("position_evidence").order_by("pk"))


def _commitments(ids: list[int], reader: Person) -> list[tuple[CommitmentCard, int]]:
    rows = Commitment.objects.visible_to(reader).filter(Among("statement_id", ids))
    rows = rows.order_by(F("due_earliest").asc(nulls_last=True), "pk")
    found = _some(rows.values_list("pk", "statement_id"))
    cards = commitment_cards(rows, reader, today=timezone.now().date()) if found else []
    return [(card, statement) for card, (_pk, statement) in zip(cards, found, strict=True)]
