"""Beside each choice of each filter the number of visits that it would leave.

One choice per filter: the number beside a choice is that of the rows after replacing the present choice by it.
All numbers come from one query.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.http import urlencode
from django.utils.text import capfirst

from statements.models import MeetingTopic, StatementTopic
from visits.access import meeting_gate, visible
from visits.among import Among
from visits.choices import VisitKind, VisitStatus
from visits.days import YearOf
from visits.filters import Passing, VisitFilter, address_with
from visits.models import Visit, VisitExpert, VisitLeg, VisitMandate
from visits.narrowing import OneChoiceFilter
from visits.pieces import union
from visits.prepared import Given, prepared

if TYPE_CHECKING:
    from visits.access import Reading


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter: what the address carries, what the page shows, how many visits it leaves."""

    value: str
    label: str
    count: int
    chosen: bool
    address: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter with its choices; the first ones are shown at once, the others behind “more”."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    chosen: str
    clear: str
    told: bool = True

    @property
    def first(self) -> tuple[Choice, ...]:
        """Return the choices shown at once, the chosen one among them."""
        return tuple(choice for number, choice in enumerate(self.choices) if number < 8 or choice.chosen)

    @property
    def more(self) -> tuple[Choice, ...]:
        """Return the further choices."""
        return tuple(choice for number, choice in enumerate(self.choices) if number >= 8 and not choice.chosen)


# A value, its label and how many rows have it.
Counted = tuple[str, str, int]
# Statements are many: of more visits, the topics offered are those of the latest entered, without numbers.
MOST_COUNTED = 1000
LATEST = 200
MET = "topic of a meeting alone"
_ORDER = ("status", "region", "country", "mandate", "holder", "year", "topic", "kind")


def facets_of(filters: VisitFilter, passing: Passing) -> list[Facet]:
    """Return the facets of the list, counted in one query; `passing` is `filters.passing()`."""
    ids = {"ids": passing.all} | {name: found for name, found in passing.but.items() if name in _ORDER}
    topical = sorted(passing.but.get("topic", passing.all))
    told = len(topical) <= MOST_COUNTED
    ids["topic"] = topical if told else topical[-LATEST:]
    counted = by_filter(_all_choices(filters.reader, **ids))
    counted["topic"] = _together(counted["topic"], counted[MET])
    counted["year"] = by_year(counted["year"])
    return [_facet(name, filters, counted[name], told=told or name != "topic") for name in _ORDER]


@prepared
def _all_choices(reader: Reading, ids: Given, **others: Given) -> QuerySet[Any]:
    among = {name: others.get(name, ids) for name in _ORDER}
    return union(
        [
            *(_counting(name, among[name]) for name in _ORDER if name != "topic"),
            *_counting_topics(reader, among["topic"]),
        ]
    )


def by_filter(rows: Iterable[Any]) -> dict[str, list[Counted]]:
    """Return by filter its values, labels and numbers, out of the rows that `counting` gives."""
    counted: dict[str, list[Counted]] = defaultdict(list)
    for name, value, label, count in rows:
        counted[name].append((value, label, count))
    return counted


def counting(name: str, found: QuerySet[Any], value: Any, label: Any, key: str = "pk") -> QuerySet[Any]:
    """Return rows of (filter, value, label, number) for one filter: how many `key` there are of each value."""
    text = TextField()
    return (
        found.order_by()
        .annotate(f_value=Cast(value, text), f_label=Cast(label, text))
        .values("f_value", "f_label")
        .annotate(f_name=Value(name, output_field=text), f_count=Count(key, distinct=True))
        .values_list("f_name", "f_value", "f_label", "f_count")
    )


def years_of(column: str) -> Any:
    """Return the first and last year of a partial date, as `by_year` reads them."""
    first, last = (YearOf(f"{column}_{bound}") for bound in ("earliest", "latest"))
    return Concat(first, Value("/"), last, output_field=TextField())


def _counting(name: str, ids: Given) -> QuerySet[Any]:
    """Return rows of (filter, value, label, number of visits) for one filter, of visible visits."""
    rows = Visit.objects.filter(Among("pk", ids))
    text = TextField()
    ways: dict[str, Callable[[], tuple[QuerySet[Any], Any, Any]]] = {
        "status": lambda: (rows, F("status"), F("status")),
        "kind": lambda: (rows, F("kind"), F("kind")),
        "year": lambda: (rows.filter(dates_earliest__isnull=False), years_of("dates"), Value("", output_field=text)),
        "country": lambda: (_parts(VisitLeg, ids, country__isnull=False), F("country__iso3"), F("country__name")),
        "region": lambda: (
            _parts(VisitLeg, ids, country__isnull=False).exclude(country__region=""),
            F("country__region"),
            F("country__region"),
        ),
        "mandate": lambda: (_parts(VisitMandate, ids), F("mandate__slug"), F("mandate__scope")),
        "holder": lambda: (_parts(VisitExpert, ids), F("term__person__slug"), F("term__person__name")),
    }  # fmt: skip
    found, value, label = ways[name]()
    return counting(name, found, value, label, "pk" if found.model is Visit else "visit_id")


def _parts(model: Any, ids: Given, **conditions: Any) -> QuerySet[Any]:
    return model.objects.filter(Among("visit_id", ids), **conditions)


def _counting_topics(reader: Reading, ids: Given) -> list[QuerySet[Any]]:
    """Return the same for topics, in two parts: visits with a statement on one, and those with a meeting alone."""
    said = StatementTopic.objects.filter(visible(reader, "statement__version"))
    met = MeetingTopic.objects.filter(meeting_gate(reader, "meeting"), Among("meeting__visit_id", ids))
    here = said.filter(topic=OuterRef("topic"), statement__visit=OuterRef("meeting__visit"))
    slug, name = F("topic__slug"), F("topic__name")
    return [
        counting("topic", said.filter(Among("statement__visit_id", ids)), slug, name, "statement__visit"),
        counting(MET, met.exclude(Exists(here)), slug, name, "meeting__visit"),
    ]


def _together(one: list[Counted], other: list[Counted]) -> list[Counted]:
    """Return two counts of different rows as one."""
    numbers: Counter[tuple[str, str]] = Counter()
    for value, label, count in (*one, *other):
        numbers[value, label] += count
    return [(value, label, count) for (value, label), count in numbers.items()]


def by_year(spans: list[Counted]) -> list[Counted]:
    """Return a count per year from counts per first and last year: a visit over New Year counts in both."""
    years: Counter[int] = Counter()
    for span, _label, count in spans:
        first, last = (int(part) for part in span.split("/"))
        for year in range(first, last + 1):
            years[year] += count
    return [(str(year), str(year), count) for year, count in years.items()]


def _facet(name: str, filters: VisitFilter, counted: list[Counted], *, told: bool) -> Facet:
    words = {"status": dict(VisitStatus.choices), "kind": dict(VisitKind.choices)}.get(name, {})
    return make_facet(name, filters, counted, words=words, caseless=name in {"country", "region"}, told=told)


def make_facet(
    name: str,
    filters: OneChoiceFilter,
    counted: list[Counted],
    *,
    words: dict[Any, Any],
    caseless: bool = False,
    told: bool = True,
) -> Facet:
    """Return the facet of a filter from its counted values; `words` are the labels of coded ones.

    Where the numbers are not `told`, the choices stand in the same order without them.
    """
    chosen = str(filters.chosen.get(name, ""))
    clear = address_with(filters.data, **{name: ""})
    beginning = clear if clear == "?" else f"{clear}&"
    choices = []
    for raw, label, count in counted:
        value = raw.lower() if caseless else raw
        picked = value == (chosen.lower() if caseless else chosen)
        choices.append(
            Choice(
                value=value,
                label=str(words.get(raw, label)).strip(),
                count=count,
                chosen=picked,
                # As `address_with` would, for a thousand choices.
                address=clear if picked else f"{beginning}{urlencode({name: value})}",
            )
        )
    if name == "year":
        choices.sort(key=lambda choice: -int(choice.value))
    else:
        choices.sort(key=lambda choice: (-choice.count, choice.label))
    # What is chosen and fits nothing is still called by its name.
    shown = next((choice.label for choice in choices if choice.chosen), str(words.get(chosen, chosen)))
    return Facet(
        name=name,
        label=str(filters.filters[name].label),
        choices=tuple(choices),
        chosen=shown,
        clear=clear,
        told=told,
    )


def on_page(facets: list[Facet]) -> dict[str, Any]:
    """Return of the facets of a list what its page shows: those with something to choose, and what is chosen."""
    return {
        "facets": [facet for facet in facets if facet.choices or facet.chosen],
        "chosen": [(facet.label, capfirst(facet.chosen), facet.clear) for facet in facets if facet.chosen],
    }
