"""What was found as a page lists it: a title and the texts that fit, with what was asked for marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from statements.cards import Card, cards_of, show
from statements.models import SearchEntry, SearchKind, Statement, Topic
from statements.search.finding import Search, in_order
from statements.search.marking import Run, mark
from statements.search.matching import Matches
from statements.search.narrowing import narrowed
from statements.search.query import Conditions, Query
from statements.search.texts import ENTRIES
from visits.among import Among
from visits.choices import MeetingStatus, SourceKind, VisitStatus
from visits.models import Country, Mandate, Meeting, Organisation, Person, Source, Visit
from visits.prepared import Given, prepared

if TYPE_CHECKING:
    from visits.access import Reading

# The sections of the page in their order.
SECTIONS = (
    SearchKind.PERSON, SearchKind.COUNTRY, SearchKind.MANDATE, SearchKind.ORGANISATION, SearchKind.TOPIC,
    SearchKind.VISIT, SearchKind.STATEMENT, SearchKind.MEETING, SearchKind.SOURCE,
)  # fmt: skip
# So many characters of a text are shown, and so many further texts.
SHOWN_OF_TEXT = 240
SHOWN_TEXTS = 3


@dataclass(slots=True)
class Result:
    """A record that was found: its title in runs, what it is, and other texts of it that fit."""

    url: str
    title: list[Run]
    note: str = ""
    texts: list[list[Run]] = field(default_factory=list)


@dataclass(slots=True)
class Quoted:
    """A statement that was found, with the version of its words that fits, in runs."""

    card: Card
    language: str
    words: list[Run]


def visible(kind: str, reader: Reading) -> QuerySet[Any]:
    """Return the records of a kind that `reader` may see and that have a page."""
    ways: dict[str, Callable[[], QuerySet[Any]]] = {
        SearchKind.STATEMENT: lambda: Statement.objects.visible_to(reader),
        SearchKind.VISIT: lambda: Visit.objects.visible_to(reader),
        SearchKind.MEETING: lambda: Meeting.objects.visible_to(reader).select_related("visit"),
        SearchKind.PERSON: lambda: Person.objects.visible_to(reader).with_a_page(),
        SearchKind.ORGANISATION: lambda: Organisation.objects.visible_to(reader),
        SearchKind.TOPIC: lambda: Topic.objects.visible_to(reader),
        SearchKind.SOURCE: lambda: Source.objects.visible_to(reader),
        # The vocabulary is everybody's.
        SearchKind.COUNTRY: Country.objects.all,
        SearchKind.MANDATE: Mandate.objects.all,
    }
    return ways[kind]()


def search_in(kind: str, query: Query, conditions: Conditions, reader: Reading) -> Search:
    """Return the search of a kind for words and typed filters."""
    return Search(narrowed(visible(kind, reader), kind, query, reader), kind, conditions, reader)


def numbers(searches: Sequence[Search]) -> dict[str, int]:
    """Return by kind how many records each search finds, counted in one query; not for statements, which are many."""
    wanted = Q(pk__in=[])
    for search in searches:
        wanted |= Q(Exists(search.rows.order_by().filter(pk=OuterRef("record"))), kind=search.kind)
    if not searches:
        return {}
    rows = SearchEntry.objects.filter(Matches(searches[0].conditions), wanted)
    return dict(rows.order_by().values_list("kind").annotate(Count("record", distinct=True)))


def results_of(search: Search, ids: Sequence[int]) -> list[Any]:
    """Return the results with these ids, in their order: of statements Quoted, of others Result."""
    conditions = cast("Conditions", search.conditions)
    if search.kind == SearchKind.STATEMENT:
        return quoted(statements_of(ids, search.reader), conditions, search.reader)
    _model, entries_of = ENTRIES[search.kind]
    texts = {entry.record: entry.texts for entry in entries_of(list(ids))} if ids else {}
    return [
        _result(search.kind, row, texts.get(row.pk, []), conditions)
        for row in in_order(visible(search.kind, search.reader).filter(pk__in=ids), ids)
    ]


@prepared
def _statements(reader: Reading, ids: Given) -> QuerySet[Statement]:
    return Statement.objects.visible_to(reader).filter(Among("pk", ids)).select_related("visit")


def statements_of(ids: Sequence[int], reader: Reading) -> list[Statement]:
    """Return the visible statements with these ids in their order, with their visits."""
    return in_order(_statements(reader, ids=ids), ids) if ids else []


def quoted(rows: Sequence[Statement], conditions: Conditions, reader: Reading) -> list[Quoted]:
    """Return visible statements with the version of their words in which something fits, or else the preferred one."""
    found = []
    for card in cards_of(rows, reader):
        versions = [(words.language, mark(words.text, words.language, conditions)) for words in card.texts]
        preferred = next((number for number, words in enumerate(card.texts) if words.preferred), 0)
        versions = [*versions[preferred : preferred + 1], *versions[:preferred], *versions[preferred + 1 :]]
        language, runs = next(
            (version for version in versions if any(hit for _words, hit in version[1])),
            versions[0] if versions else ("", []),
        )
        found.append(Quoted(card, language, runs))
    return found


def _result(kind: str, row: Any, texts: Sequence[tuple[str, str]], conditions: Conditions) -> Result:
    title = title_of(kind, row)
    fitting = []
    for text, language in dict.fromkeys(texts):
        runs = mark(text, language, conditions, most=SHOWN_OF_TEXT) if text and text != title else []
        if any(hit for _words, hit in runs):
            fitting.append(runs)
    return Result(row.get_absolute_url(), mark(title, "en", conditions), note_on(kind, row), fitting[:SHOWN_TEXTS])


def title_of(kind: str, row: Any) -> str:
    """Return how a record is called in a list."""
    return str(row.title) if kind in {SearchKind.VISIT, SearchKind.MEETING, SearchKind.SOURCE} else str(row.name)


def note_on(kind: str, row: Any) -> str:
    """Return what tells a record from others of the same name."""
    parts: list[str] = []
    if kind == SearchKind.VISIT:
        parts = [show(row.dates), str(VisitStatus(row.status).label)]
    elif kind == SearchKind.MEETING:
        parts = [str(row.visit.title), show(row.date), str(MeetingStatus(row.status).label)]
    elif kind == SearchKind.SOURCE:
        parts = [str(SourceKind(row.kind).label), row.publisher, show(row.published), row.symbol]
    if getattr(row, "workflow", "published") != "published":
        parts.append(gettext("draft"))
    return " · ".join(part for part in parts if part)
