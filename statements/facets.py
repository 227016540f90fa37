"""Beside each choice of each filter the number of statements that it would leave, all from one query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat

from statements.cards import PAGE, PAGE_KIND
from statements.choices import Act, Verdict
from statements.filters import StatementFilter
from statements.models import Citation, Statement, StatementSpeaker, StatementText, StatementTopic
from statements.models.statement import WHO
from statements.querysets import proof_gate
from visits.access import gate_or_none
from visits.choices import Column, Side, SourceKind, column_of
from visits.facets import Counted, Facet, by_year, count_choices, counting, make_facet, years_of
from visits.templatetags.record import language_name

_ORDER = (
    "column", "side", "act", "topic", "country", "mandate", "speaker", "year", "language", "source", "verdict",
)  # fmt: skip
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


def facets_of(filters: StatementFilter) -> list[Facet]:
    """Return the facets of the list, counted in one query."""
    counted = count_choices({name: counting_of(name, filters) for name in _ORDER})
    counted["year"] = by_year(counted["year"])
    counted["language"] = [(code, language_name(code), count) for code, _label, count in counted["language"]]
    return [_facet(name, filters, counted[name]) for name in _ORDER]


def _facet(name: str, filters: StatementFilter, counted: list[Counted]) -> Facet:
    chosen = str(filters.chosen.get(name, "")).lower()
    most = sorted(counted, key=lambda one: (-one[2], one[1]))
    offered = most[:MOST_CHOICES] + [one for one in most[MOST_CHOICES:] if one[0].lower() == chosen]
    words = dict(_WORDS[name].choices) if name in _WORDS else {}
    return make_facet(name, filters, offered, words=words, caseless=name == "country")


def counting_of(name: str, filters: StatementFilter) -> QuerySet[Any]:
    """Return rows of (filter, value, label, number of statements) for one filter."""
    rows, reader = filters.narrowed(but=name).order_by(), filters.reader
    said: dict[str, Any] = {"statement__in": rows.values("pk")}
    text = TextField()
    blank = Value("", output_field=text)
    ways: dict[str, Callable[[], tuple[QuerySet[Any], Any, Any]]] = {
        "column": lambda: (StatementSpeaker.objects.filter(**said), column_in("side"), blank),
        "side": lambda: (StatementSpeaker.objects.filter(**said), F("side"), blank),
        "act": lambda: (rows, F("act"), blank),
        "topic": lambda: (StatementTopic.objects.filter(**said), F("topic__slug"), F("topic__name")),
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
            StatementSpeaker.objects.filter(Q(person__private=False) | Q(person=None, label=""), **said),
            Concat(PAGE_KIND, Value(":"), PAGE, output_field=text),
            WHO,
        ),
        "year": lambda: (rows.filter(date_earliest__isnull=False), years_of("date"), blank),
        "language": lambda: (
            StatementText.objects.filter(gate_or_none(reader, "source"), **said), F("language"), blank,
        ),
        "source": lambda: (
            Citation.objects.filter(proof_gate(reader), source__isnull=False, **said), F("source__kind"), blank,
        ),
        "verdict": lambda: (Citation.objects.filter(proof_gate(reader), **said), F("verdict"), blank),
    }  # fmt: skip
    found, value, label = ways[name]()
    return counting(name, found, value, label, "pk" if found.model is Statement else "statement_id")
