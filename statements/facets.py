"""Beside each choice of each filter the number of statements that it would leave, all from one query.

Numbers are told as far as the page tells how many statements fit at all. Of more than that, the choices are those of
the newest ones, without numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce

from statements.cards import PAGE, PAGE_KIND
from statements.choices import Act, Verdict
from statements.filters import StatementFilter
from statements.models import Citation, SearchKind, Statement, StatementSpeaker, StatementText
from statements.models.statement import WHO
from statements.querysets import proof_gate
from statements.search import finding
from statements.search.matching import expression_of
from visits.access import gate_or_none
from visits.among import Among
from visits.choices import Column, Side, SourceKind, column_of
from visits.facets import Counted, Facet, by_year, make_facet, years_of
from visits.pieces import union
from visits.prepared import Given, prepared
from visits.templatetags.record import language_name

if TYPE_CHECKING:
    from visits.access import Reading

_ORDER = (
    "column", "side", "act", "topic", "country", "mandate", "speaker", "year", "language", "source", "verdict",
)  # fmt: skip
# Filters that leave few statements of many.
NARROW = frozenset({"topic", "country", "mandate", "speaker", "organisation", "year"})
# Of more statements than are counted, the choices of so many are offered.
NEWEST = 200
# Of more choices than this the ones with most statements are offered, and the chosen one.
MOST_CHOICES = 60
_WORDS: dict[str, Any] = {
    "column": Column, "side": Side, "act": Act, "source": SourceKind, "verdict": Verdict,
}  # fmt: skip


def latest_of(filters: StatementFilter, *, but: str = "") -> list[int]:
    """Return the ids of the statements that pass every filter except `but`, newest first: one more than are counted."""
    words = expression_of(filters.conditions)
    shape = (but, finding.MOST_COUNTED + 1, filters.are_common)
    return [row[-1] for row in filters.read(_latest, *shape, **words)]


def _latest(filters: StatementFilter, but: str, size: int, common: bool, **words: Given) -> QuerySet[Any]:
    return _search(filters, words, but, common=common).latest(0, size)


def _search(
    filters: StatementFilter, words: dict[str, Given], but: str = "", *, common: bool = False
) -> finding.Search:
    # Filters whose values are not known yet have no words of their own.
    wanted = filters.conditions or next(iter(words.values()), filters.conditions)
    rows = filters.narrowed(but=but, words=False)
    narrow = bool(NARROW & filters.asked.keys() - {but})
    return finding.Search(rows, SearchKind.STATEMENT, wanted, filters.reader, common, narrow)


def all_latest_of(filters: StatementFilter) -> QuerySet[Any]:
    """Return rows that end with the ids of all statements that pass the filters, newest first, however many."""
    return _search(filters, {}, common=filters.are_common).all_latest()


def listed(filters: StatementFilter) -> finding.Ranking:
    """Return the statements of the list: in the order chosen, and as many of the newest as `latest_of` returns."""
    if not filters.by_relevance:
        latest = latest_of(filters)
        return finding.Ranking(latest, latest, common=False)
    ranking = _ranking_of(filters)
    if ranking.common and len(ranking.latest) <= finding.MOST_COUNTED:
        # The newest texts of a common word can be of fewer statements than are counted.
        return ranking._replace(latest=latest_of(filters))
    return ranking._replace(latest=ranking.latest[: finding.MOST_COUNTED + 1])


def _ranking_of(filters: StatementFilter) -> finding.Ranking:
    """Return the statements that pass the filters by how well they fit the words, and newest first."""
    if connections[DEFAULT_DB_ALIAS].vendor != "postgresql":
        return _search(filters, {}, common=filters.are_common).ranking()
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
    ids = {"ids": _shown(latest)} | {name: _shown(found) for name, found in among.items()}
    counted = {
        name: [(value, label, len(statements)) for (value, label), statements in found.items()]
        for name, found in having(choices(filters.reader, _ORDER, **ids)).items()
    }
    counted["year"] = by_year(counted["year"])
    counted["language"] = [(code, language_name(code), count) for code, _label, count in counted["language"]]
    return [
        _facet(name, filters, counted[name], told=len(among.get(name, latest)) <= finding.MOST_COUNTED)
        for name in _ORDER
    ]


def _shown(latest: list[int]) -> list[int]:
    """Return of statements those whose choices are offered: all where they are counted, else the newest."""
    return latest if len(latest) <= finding.MOST_COUNTED else latest[:NEWEST]


# Of each kind of row that a choice is read from, the filters whose choices it has.
_READ: dict[str, tuple[str, ...]] = {
    "said": ("act", "year", "country", "mandate", "topic"),
    "voiced": ("column", "side", "speaker"),
    "text": ("language",),
    "proof": ("source", "verdict"),
}
WIDTH = 8


@prepared
def choices(reader: Reading, wanted: tuple[str, ...], ids: Given, **others: Given) -> QuerySet[Any]:
    """Return rows of (filters, statement, texts) for visible statements and the filters `wanted`.

    The filters are those whose choices are read from the row, parted by spaces; each of `others` has ids of its own.
    What a statement has several of stands in several rows, each with each: a statement is counted once for a value.
    """
    parts = []
    for kind, names in _READ.items():
        shared = [name for name in names if name in wanted and name not in others]
        parts += [_part(kind, " ".join(shared), reader, ids)] if shared else []
        parts += [_part(kind, name, reader, others[name]) for name in names if name in others]
    return union(parts)


def _part(kind: str, names: str, reader: Reading, ids: Given) -> QuerySet[Any]:
    rows = Statement.objects.filter(Among("pk", ids))
    mine = Among("statement_id", ids)
    country, mandate = "visit__legs__country__", "visit__visit_mandates__mandate__"
    topic = "statement_topics__topic__"
    ways: dict[str, Callable[[], tuple[QuerySet[Any], str, tuple[Any, ...]]]] = {
        "said": lambda: (
            rows, "pk",
            (
                F("act"), years_of("date"), f"{country}iso3", f"{country}name", f"{mandate}slug", f"{mandate}scope",
                f"{topic}slug", f"{topic}name",
            ),
        ),
        "voiced": lambda: (
            StatementSpeaker.objects.filter(mine), "statement_id", (F("side"), PAGE_KIND, PAGE, WHO),
        ),
        "text": lambda: (
            StatementText.objects.filter(mine, gate_or_none(reader, "source")), "statement_id", (F("language"),),
        ),
        "proof": lambda: (
            Citation.objects.filter(mine, proof_gate(reader)), "statement_id", (F("source__kind"), F("verdict")),
        ),
    }  # fmt: skip
    found, owner, columns = ways[kind]()
    nothing = Value("", output_field=TextField())
    texts = [Coalesce(Cast(column, TextField()), nothing) for column in columns] + [nothing] * (WIDTH - len(columns))
    named = {f"f_{number}": text for number, text in enumerate(texts)}
    return (
        found.order_by()
        .annotate(f_names=Value(names, output_field=TextField()), **named)
        .values_list("f_names", owner, *named)
    )


# Of each filter the places of its value and label in a row; of a filter without labels, the value alone.
_PLACES: dict[str, tuple[int, int | None]] = {
    "act": (0, None), "year": (1, None), "country": (2, 3), "mandate": (4, 5),
    "column": (0, None), "side": (0, None), "topic": (6, 7),
    "language": (0, None), "source": (0, None), "verdict": (1, None),
}  # fmt: skip


# Ids of the statements that have a value with its label.
Having = dict[tuple[str, str], set[int]]


def having(rows: Iterable[Any]) -> dict[str, Having]:
    """Return by filter its values with their labels, and which statements have each, out of rows of `choices`."""
    found: dict[str, Having] = {name: defaultdict(set) for name in _ORDER}
    for names, statement, *texts in rows:
        for name in names.split():
            if name == "speaker":
                _side, kind, page, who, *_nothing = texts
                # Private individuals and those known by a label alone have no page.
                value, label = (f"{kind}:{page}" if kind else ""), who
            else:
                at, beside = _PLACES[name]
                value, label = texts[at], "" if beside is None else texts[beside]
            if value:
                found[name][value, label].add(statement)
    sides, found["column"] = found["column"], defaultdict(set)
    for (side, _label), statements in sides.items():
        found["column"][column_of(Side(side)).value, ""] |= statements
    # Both years are there, or neither is.
    found["year"].pop(("/", ""), None)
    return found


def _facet(name: str, filters: StatementFilter, counted: list[Counted], *, told: bool) -> Facet:
    chosen = str(filters.chosen.get(name, "")).lower()
    most = sorted(counted, key=lambda one: (-one[2], one[1]))
    offered = most[:MOST_CHOICES] + [one for one in most[MOST_CHOICES:] if one[0].lower() == chosen]
    words = dict(_WORDS[name].choices) if name in _WORDS else {}
    return make_facet(name, filters, offered, words=words, caseless=name == "country", told=told)
