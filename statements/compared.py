"""A topic over several visits as its page prints it: statements, speakers, words and links as thin rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from statements import comparison
from statements.answering import ANSWERING_LINKS, is_answer
from statements.cards import column_of_side, first_side, first_speaker, show, show_long, title_of
from statements.choices import LINK_BACK, Act, LinkKind
from statements.comparison import Answer, Repeat, Said, Since
from statements.models import Statement, StatementLink, StatementSpeaker, StatementText
from statements.models.statement import WHO
from visits.access import gate_or_none, visible
from visits.among import Among
from visits.models import Visit
from visits.pieces import Piece, flag, gathered, pieces, union
from visits.prepared import Given, prepared
from visits.querysets import VisitQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.access import Reading as Reader
    from visits.models import User

NEWEST_VISITS = (F("dates_earliest").desc(nulls_last=True), F("dates_latest").desc(nulls_last=True), "slug")
# Of each group of a cell so many statements are printed; the board of the visit has all of them.
MOST_SHOWN = 20

GROUPS = (
    ("repeated", _("repeated, a link says so:")),
    ("same_act", _("the same act again, no link:")),
    ("new", _("newly said:")),
    ("dropped", _("dropped:")),
    ("answered", _("answered:")),
    ("unanswered", _("left unanswered:")),
)


@dataclass(slots=True)
class Entry:
    """A statement in a cell, with what it repeats and what answers it as (words, address)."""

    who: str
    url: str
    act: str
    date: str
    words: str = ""
    language: str = ""
    repeats: list[tuple[str, str]] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Group:
    """Statements of a cell that share what became of them; `more` of them are not printed, but stand at `url`."""

    name: str
    label: Any
    count: int
    entries: tuple[Entry, ...]
    more: int
    url: str


@dataclass(frozen=True, slots=True)
class CellCard:
    """A column at a visit."""

    column: str
    acts: tuple[tuple[str, int], ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class LineCard:
    """A visit with its cells; `previous` is the one it is compared with, as (title, address) of its line or board."""

    title: str
    dates: str
    url: str
    previous: tuple[str, str] | None
    dated: bool
    cells: tuple[CellCard, ...]


def visits_on(topic: int, rows: VisitQuerySet, user: User | AnonymousUser) -> list[Visit]:
    """Return those of `rows` on which something visible was said on a topic, newest first, those without dates last."""
    said = Statement.objects.visible_to(user).filter(visit_id=OuterRef("pk"), statement_topics__topic_id=topic)
    return list(rows.filter(Exists(said)).only("slug", "title", "dates", "dates_earliest").order_by(*NEWEST_VISITS))


def places_of(visits: Sequence[Visit]) -> dict[int, int]:
    """Return the place in time of each of `visits`, given newest first; those without dates have none."""
    dated = [visit.pk for visit in visits if visit.dates_earliest]
    return {pk: place for place, pk in enumerate(reversed(dated))}


class Reading:
    """What was said on a topic on some visits, read in two queries whatever their number."""

    def __init__(self, topic: int, visits: Sequence[Visit], user: User | AnonymousUser) -> None:
        rows = Statement.objects.visible_to(user).filter(
            visit_id__in={visit.pk for visit in visits}, statement_topics__topic_id=topic
        )
        self.rows = list(
            rows.order_by(F("date_earliest").asc(nulls_last=True), F("date_latest").asc(nulls_last=True), "order", "pk")
            .values_list("pk", "public_id", "act", "visit_id", "date")
        )  # fmt: skip
        self.parts = gathered(_parts(user, ids=[row[0] for row in self.rows]) if self.rows else ())

    def compare(self, visits: Sequence[Visit], places: dict[int, int]) -> tuple[comparison.Line, ...]:
        """Return a line for each of `visits`, compared with the one before it among them."""
        said: dict[int, list[Said]] = {visit.pk: [] for visit in visits}
        repeats: list[Repeat] = []
        answers: list[Answer] = []
        for row in self.rows:
            if row[3] not in said:
                continue
            key, found = str(row[0]), self._said(*row)
            said[row[3]].append(found)
            repeats += [Repeat(key, piece.a, column_of_side(piece.e), piece.f) for piece in self._of("repeat", row[0])]
            answers += [
                Answer(key, piece.a, column_of_side(piece.e), places.get(int(piece.f or 0)))
                for piece in self._of("answer", row[0])
            ]
        given = [(visit, str(visit.pk), places.get(visit.pk), tuple(said[visit.pk])) for visit in visits]
        return comparison.compare(
            [comparison.Visit(key, place, rows, visit) for visit, key, place, rows in given], repeats, answers
        )

    def _of(self, kind: str, key: int) -> Sequence[Piece]:
        return self.parts.get((kind, key), ())

    def _said(self, pk: int, public_id: str, act: str, _visit: int, date: str) -> Said:
        speakers = self._of("speaker", pk)
        column = column_of_side(speakers[0].b if speakers else "")
        texts = self._of("text", pk)
        words = next((text for text in texts if text.c), texts[0] if texts else None)
        entry = Entry(
            who=", ".join(piece.a for piece in speakers),
            url=reverse("statement_detail", args=[public_id]),
            act=str(Act(act).label),
            date=show(date),
            words=words.b if words else "",
            language=words.a if words else "",
            repeats=[(_told(piece), _page(piece)) for piece in self._of("repeat", pk)],
            answers=[
                (f"{LINK_BACK[LinkKind(piece.a)]} {_told(piece)}", _page(piece))
                for piece in self._of("answer", pk)
                if is_answer(piece.a, by=column_of_side(piece.e), to=column)
            ],
        )
        return Said(str(pk), column, act, entry)


def _told(piece: Piece) -> str:
    return ", ".join(part for part in (piece.d, show(piece.c)) if part)


def _page(piece: Piece) -> str:
    return reverse("statement_detail", args=[piece.b])


@prepared
def _parts(reader: Reader, ids: Given) -> QuerySet[Any]:
    mine = Among("statement_id", ids)
    links = StatementLink.objects
    back = links.filter(Among("to_statement_id", ids), visible(reader, "from_statement"), kind__in=ANSWERING_LINKS)
    out = links.filter(Among("from_statement_id", ids), visible(reader, "to_statement"), kind=LinkKind.REPEATS)
    texts = StatementText.objects.filter(mine, gate_or_none(reader, "source"))
    return union([
        pieces("speaker", StatementSpeaker.objects.filter(mine), "statement_id", "order", WHO, "side"),
        pieces("text", texts, "statement_id", "id", "language", "text", flag(preferred=True)),
        pieces(
            "answer", back, "to_statement_id", "id", "kind", "from_statement__public_id", "from_statement__date",
            first_speaker("from_statement_id"), first_side("from_statement_id"), "from_statement__visit_id",
        ),
        pieces(
            "repeat", out, "from_statement_id", "id", "to_statement_id", "to_statement__public_id",
            "to_statement__date", first_speaker("to_statement_id"), first_side("to_statement_id"),
            "to_statement__visit_id",
        ),
    ])  # fmt: skip


def line_cards(lines: Sequence[comparison.Line], topic: str) -> list[LineCard]:
    """Return lines as the page prints them; `topic` is the slug by which a board is opened."""
    return [_line(line, topic) for line in lines]


def board_of(visit: Visit, topic: str) -> str:
    """Return the address of a topic on the board of a visit."""
    return f"{reverse('visit_positions', args=[visit.slug])}#t-{topic}"


def _line(line: comparison.Line, topic: str) -> LineCard:
    visit: Visit = line.visit.card
    earlier: Visit | None = line.previous.card if line.previous else None
    here = board_of(visit, topic)
    there = board_of(earlier, topic) if earlier else here
    return LineCard(
        title=visit.title,
        dates=show_long(visit.dates),
        url=here,
        previous=(title_of(earlier), there) if earlier else None,
        dated=line.visit.place is not None,
        cells=tuple(
            CellCard(
                cell.column,
                tuple((str(Act(act).label), count) for act, count in cell.acts),
                _groups(cell.said, cell.since, here, there),
            )
            for cell in line.cells
        ),
    )


def _groups(said: tuple[Said, ...], since: Since | None, here: str, there: str) -> tuple[Group, ...]:
    """Return the groups of a cell that hold something; without an earlier visit all statements are one."""
    if since is None:
        return (_group("said", _("statements:"), said, here),) if said else ()
    found = [(name, label, getattr(since, name)) for name, label in GROUPS]
    return tuple(
        _group(name, label, rows, here if name in {"repeated", "same_act", "new"} else there)
        for name, label, rows in found
        if rows
    )


def _group(name: str, label: Any, rows: tuple[Said, ...], url: str) -> Group:
    entries = tuple(row.card for row in rows[:MOST_SHOWN])
    return Group(name, label, len(rows), entries, len(rows) - len(entries), url)
