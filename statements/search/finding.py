"""Records by words: the narrow index first, then the one gate on its ids. What pages, feeds and filters call.

`rows` are always records that the reader may see, narrowed by whatever else was chosen. What matches is the same on
both databases, and so is the order by date; the order by relevance is each database's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import log
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connections
from django.db.models import Exists, F, OuterRef, QuerySet

from statements.models import SearchEntry, SearchKind, StatementText
from statements.search.columns import TABLE
from statements.search.matching import Matches, Rank, Wanted
from statements.search.query import Conditions
from visits.access import gate_or_none
from visits.among import AmongRows
from visits.prepared import Given
from visits.querysets import LATEST_SAID

if TYPE_CHECKING:
    from visits.access import Reading

# Beyond this, numbers are told as “1,000+”.
MOST_COUNTED = 1000
# Of a word so common only the newest entries are ranked, and the page says so.
MOST_RANKED = 2000


def entries(kind: str, conditions: Wanted, reader: Reading, *, common: bool = False) -> QuerySet[SearchEntry]:
    """Return the entries of a kind that fulfil `conditions`, of versions of the words that `reader` may see.

    Whether they may see the record is not asked here.
    """
    found = SearchEntry.objects.filter(kind=kind)
    if conditions:
        found = found.filter(Matches(conditions, common=common))
    if kind == SearchKind.STATEMENT:
        texts = StatementText.objects.filter(gate_or_none(reader, "source"), pk=OuterRef("part"))
        found = found.filter(Exists(texts))
    return found


def matching(rows: QuerySet[Any], kind: str, conditions: Wanted, reader: Reading) -> QuerySet[Any]:
    """Return those of the visible `rows` that fulfil `conditions` in words that `reader` may see."""
    return rows.filter(pk__in=entries(kind, conditions, reader).values("record")) if conditions else rows


@dataclass(frozen=True, slots=True)
class Search:
    """Visible `rows` of a kind, and the conditions that their words are to fulfil, which ask for something."""

    rows: QuerySet[Any]
    kind: str
    conditions: Wanted
    reader: Reading
    # Whether the words stand in many entries: see `matching.is_common`.
    common: bool = False
    # Whether the rows are few beside those with the words: then they are gathered, and asked for their words.
    narrow: bool = False

    @property
    def found(self) -> QuerySet[SearchEntry]:
        """Return the entries that fulfil the conditions, of the rows."""
        found = entries(self.kind, self.conditions, self.reader, common=self.common and not self.narrow)
        if self.narrow:
            return found.filter(AmongRows("record", self.rows.order_by().values("pk")))
        # Asked of each entry that fits: as a list of ids, all visible records would be gathered first.
        return found.filter(Exists(self.rows.order_by().filter(pk=OuterRef("record"))))

    @property
    def _newest_first(self) -> tuple[Any, ...]:
        # Every entry has a date. Asked for what has none, PostgreSQL does not go through the newest one by one.
        return (F("date").desc(nulls_last=True) if self.narrow else "-date", "-record")

    def count(self) -> tuple[int, bool]:
        """Return how many records there are, MOST_COUNTED at most, and whether there are more."""
        return count_of(self.found.values("record").distinct())

    def newest(self, start: int, size: int) -> list[int]:
        """Return the ids of a part of the records, newest first; what has no date comes last."""
        return [row[-1] for row in self.latest(start, size)]

    def latest(self, start: int, size: int) -> QuerySet[Any, Any]:
        """Return rows that end with the ids of `newest`."""
        return self.all_latest()[start : start + size]

    def all_latest(self) -> QuerySet[Any, Any]:
        """Return rows that end with the ids of all records, newest first."""
        if not self.conditions and self.kind == SearchKind.STATEMENT:
            return self.rows.order_by(*LATEST_SAID).values_list("pk")
        return self.found.order_by(*self._newest_first).values_list("date", "record").distinct()

    def ranking(self) -> Ranking:
        """Return the records by how well they fit, or the newest of them where a word is common; one query."""
        if isinstance(self.conditions, Given) or not self.conditions.groups:
            ids = self.newest(0, MOST_RANKED)
            return Ranking(ids, ids, common=False)
        if connections[self.rows.db].vendor == "postgresql":
            return ranking_of(self.newest_with_rank(MOST_RANKED + 1))
        return ranking_of(_ranked_by_sqlite(self._newest_entries(MOST_RANKED + 1), self.conditions))

    def _newest_entries(self, size: int) -> QuerySet[SearchEntry]:
        return self.found.order_by(*self._newest_first, "part")[:size]

    def newest_with_rank(self, size: int) -> QuerySet[Any, Any]:
        """Return rows of (record, date, rank by PostgreSQL) of the newest entries."""
        return self._newest_entries(size).annotate(rank=Rank(self.conditions)).values_list("record", "date", "rank")


class Ranking(NamedTuple):
    """Ids of records: what fits best first, and the newest first; `common` where there are more than were ranked."""

    best: list[int]
    latest: list[int]
    common: bool


def ranking_of(rows: Iterable[tuple[int, date, float]]) -> Ranking:
    """Return the ranking of entries that come newest first as (record, date, rank), one more than are ranked at most.

    Of a record with several, the best counts; of records alike, the newest comes first.
    """
    entries_found = list(rows)
    ranked: dict[int, tuple[float, date]] = {}
    for record, day, rank in entries_found[:MOST_RANKED]:
        known = ranked.get(record)
        ranked[record] = (max(rank, known[0]), known[1]) if known else (rank, day)
    latest = list(ranked)
    best = sorted(latest, key=lambda record: (*ranked[record], record), reverse=True)
    return Ranking(best, latest, common=len(entries_found) > MOST_RANKED)


def _ranked_by_sqlite(newest: QuerySet[SearchEntry], conditions: Conditions) -> list[tuple[int, date, float]]:
    """Return rows of (record, date, rank) of entries, in their order: each is ranked by its own words alone.

    SQLite's bm25 weighs a word by how many entries have it, the hidden ones among them: the order of two public records
    would tell that a note has a name in it.
    """
    inner, params = newest.values("id", "record", "date", "part").query.sql_with_params()
    # The terms are looked up entry by entry; a subquery with a limit is read first.
    sql = f"""
        SELECT seen.record, seen.date, terms.exact, terms.other
        FROM ({inner}) AS seen CROSS JOIN {TABLE} AS terms ON terms.rowid = seen.id
        ORDER BY seen.date DESC, seen.record DESC, seen.part
    """  # noqa: S608 - the inner query is Django's own, its values are parameters
    with connections[newest.db].cursor() as cursor:
        cursor.execute(sql, params)
        return [(record, day, rank_of(conditions, exact, other)) for record, day, exact, other in cursor]


def rank_of(conditions: Conditions, *columns: str) -> float:
    """Return how well a text fits, by its terms in each form: how often it has each of the words, and how short it is.

    The tenth place of a word says less than the second: who has all words somewhere comes before who repeats one.
    """
    # A sign parts two terms on both sides, so that a word that stands twice in a row is counted twice.
    texts = [f" {terms.replace(' ', '  ')} " for terms in columns]
    rank = 0.0
    for phrases in conditions.groups:
        wanted = [f" {'  '.join(phrase)} " for phrase in phrases]
        often = max(text.count(words) for text in texts for words in wanted)
        rank += often / (often + 1.2)
    return rank / (1 + log(1 + columns[0].count(" ")))


def count_of(rows: QuerySet[Any]) -> tuple[int, bool]:
    """Return how many rows there are, MOST_COUNTED at most, and whether there are more."""
    number = rows.order_by()[: MOST_COUNTED + 1].count()
    return min(number, MOST_COUNTED), number > MOST_COUNTED


def in_order(rows: Iterable[Any], ids: Iterable[int]) -> list[Any]:
    """Return those of `rows` that have one of these ids, in the order of the ids."""
    known = {row.pk: row for row in rows}
    return [known[pk] for pk in ids if pk in known]
