"""Beside each choice of each filter the number of statements that it would leave, all from one query.

Numbers are told as far as the page tells how many statements fit at all. Of more than that, the choices are those of
the newest ones, without numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Case, CharField, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat

from statements.cards import PAGE, PAGE_KIND
from statements.choices import Act, Verdict
from statements.filters import StatementFilter
from statements.models import Citation, SearchKind, Statement, StatementSpeaker, StatementText, StatementTopic
from statements.models.statement import WHO
from statements.querysets import StatementQuerySet, proof_gate
from statements.search import finding
from statements.search.matching import expression_of
from visits.access import gate_or_none
from visits.among import Among
from visits.choices import Column, Side, SourceKind, column_of
from visits.facets import Counted, Facet, by_filter, by_year, counting, make_facet, years_of
from visits.pieces import union
from visits.prepared import Given, prepared
from visits.templatetags.record import language_name

if TYPE_CHECKING:
    from visits.access import Reading

_ORDER = (
    "column", "side", "act", "topic", "country", "mandate", "speaker", "year", "language", "source", "verdict",
)  # fmt: skip
# Of more statements than are counted, the choices of so many are offered.
NEWEST = 200
# Of more choices than this the ones with most statements are offered, and the chosen one.
MOST_CHOICES = 60
_WORDS: dict[str, Any] = {
    "column": Column, "side": Side, "act": Act, "source": SourceKind, "verdict": Verdict,
}  # fmt: skip


def column_in(side: str) -> Case:
    """Return the column of the side that the path `side` leads to."""
    ways = (
        When(**{f"{side}__in": [one.value for one in Side if column_of(one) == column]}, then=Value(column.value))
        for column in Column
    )
    return Case(*ways, default=Value(""), output_field=CharField())


def latest_of(filters: StatementFilter, *, but: str = "") -> list[int]:
    """Return the ids of the statements that pass every filter except `but`, newest first: one more than are counted."""
    words = expression_of(filters.conditions)
    return [row[-1] for row in filters.read(_latest, but, finding.MOST_COUNTED + 1, **words)]


def _latest(filters: StatementFilter, but: str, size: int, **words: Given) -> QuerySet[Any]:
    return _search(filters, words, but).latest(0, size)


def _search(filters: StatementFilter, words: dict[str, Given], but: str = "") -> finding.Search:
    # Filters whose values are not known yet have no words of their own.
    wanted = filters.conditions or next(iter(words.values()), filters.conditions)
    return finding.Search(filters.narrowed(but=but, words=False), SearchKind.STATEMENT, wanted, filters.reader)


def ranking_of(filters: StatementFilter) -> finding.Ranking:
    """Return the statements that pass the filters by how well they fit the words, and newest first."""
    if connections[DEFAULT_DB_ALIAS].vendor != "postgresql":
        return _search(filters, {}).ranking()
    words = expression_of(filters.conditions)
    return finding.ranking_of(filters.read(_newest_with_rank, finding.MOST_RANKED + 1, **words))


def _newest_with_rank(filters: StatementFilter, size: int, **words: Given) -> QuerySet[Any]:
    return _search(filters, words).newest_with_rank(size)


def told(latest: list[int]) -> tuple[int, bool]:
    """Return how many statements are told of, and whether there are more."""
    return min(len(latest), finding.MOST_COUNTED), len(latest) > finding.MOST_COUNTED


def facets_of(filters: StatementFilter, latest: list[int]) -> list[Facet]:
    """Return the facets of the list, counted in one query; `latest` is `latest_of` with every filter.

    What is chosen may be replaced: each such filter is counted among what the others leave, for one query more.
    """
    among = {name: latest_of(filters, but=name) for name in _ORDER if name in filters.chosen}
    ids = {"ids": _shown(latest)} | {f"ids_{name}": _shown(found) for name, found in among.items()}
    counted = by_filter(_all_choices(filters.reader, **ids))
    counted["year"] = by_year(counted["year"])
    counted["language"] = [(code, language_name(code), count) for code, _label, count in counted["language"]]
    return [
        _facet(name, filters, counted[name], told=len(among.get(name, latest)) <= finding.MOST_COUNTED)
        for name in _ORDER
    ]


def _shown(latest: list[int]) -> list[int]:
    """Return of statements those whose choices are offered: all where they are counted, else the newest."""
    return latest if len(latest) <= finding.MOST_COUNTED else latest[:NEWEST]


@prepared
def _all_choices(reader: Reading, ids: Given, **others: Given) -> QuerySet[Any]:
    return union(counting_of(name, reader, others.get(f"ids_{name}", ids)) for name in _ORDER)


def _facet(name: str, filters: StatementFilter, counted: list[Counted], *, told: bool) -> Facet:
    chosen = str(filters.chosen.get(name, "")).lower()
    most = sorted(counted, key=lambda one: (-one[2], one[1]))
    offered = most[:MOST_CHOICES] + [one for one in most[MOST_CHOICES:] if one[0].lower() == chosen]
    words = dict(_WORDS[name].choices) if name in _WORDS else {}
    return make_facet(name, filters, offered, words=words, caseless=name == "country", told=told)


def counting_of(name: str, reader: Reading, among: StatementQuerySet | Given) -> QuerySet[Any]:
    """Return rows of (filter, value, label, number of statements) for one filter.

    Counted is `among` visible statements: rows, or ids.
    """
    if isinstance(among, Given):
        rows: Any = Statement.objects.filter(Among("pk", among))
        said: Any = Among("statement_id", among)
    else:
        rows = among.order_by()
        said = Q(statement__in=rows.values("pk"))
    text = TextField()
    blank = Value("", output_field=text)
    ways: dict[str, Callable[[], tuple[QuerySet[Any], Any, Any]]] = {
        "column": lambda: (StatementSpeaker.objects.filter(said), column_in("side"), blank),
        "side": lambda: (StatementSpeaker.objects.filter(said), F("side"), blank),
        "act": lambda: (rows, F("act"), blank),
        "topic": lambda: (StatementTopic.objects.filter(said), F("topic__slug"), F("topic__name")),
        "country": lambda: (
            rows.filter(visit__legs__country__isnull=False),
            F("visit__legs__country__iso3"),
            F("visit__legs__country__name"),
        ),
        "mandate": lambda: (
            rows.filter(visit__visit_mandates__isnull=False),
            F("visit__visit_mandates__mandate__slug"),
            F("visit__visit_mandates__mandate__scope"),
        ),
        "speaker": lambda: (
            StatementSpeaker.objects.filter(said, Q(person__private=False) | Q(person=None, label="")),
            Concat(PAGE_KIND, Value(":"), PAGE, output_field=text),
            WHO,
        ),
        "year": lambda: (rows.filter(date_earliest__isnull=False), years_of("date"), blank),
        "language": lambda: (
            StatementText.objects.filter(said, gate_or_none(reader, "source")), F("language"), blank,
        ),
        "source": lambda: (
            Citation.objects.filter(said, proof_gate(reader), source__isnull=False), F("source__kind"), blank,
        ),
        "verdict": lambda: (Citation.objects.filter(said, proof_gate(reader)), F("verdict"), blank),
    }  # fmt: skip
    found, value, label = ways[name]()
    return counting(name, found, value, label, "pk" if found.model is Statement else "statement_id")
