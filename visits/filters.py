"""Filters of the list of visits, and beside each choice the number of visits that it would leave.

One choice per filter: the number beside a choice is that of the rows after replacing the present choice by it.
All numbers come from one query; whatever a filter names, it names only through rows the reader may see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import django_filters as df
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, ExtractYear
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from statements.models import MeetingTopic, Statement, StatementTopic, Topic
from visits.choices import VisitKind, VisitStatus
from visits.folding import fold
from visits.models import Alias, Meeting, PersonName, Visit, VisitExpert, VisitLeg, VisitMandate
from visits.partial_dates import FIRST_YEAR, LAST_YEAR
from visits.querysets import VisitQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User

SORTS = {
    "newest": (_("newest first"), (F("dates_latest").desc(nulls_last=True), "slug")),
    "oldest": (_("oldest first"), (F("dates_earliest").asc(nulls_last=True), "slug")),
    "place": (_("by place"), ("title", F("dates_latest").desc(nulls_last=True), "slug")),
    # Never by the day of a change: that would tell of changes in what the reader may not see.
    "published": (_("latest published first"), (F("published_at").desc(nulls_last=True), "slug")),
}
# More words than this narrow nothing further.
MOST_WORDS = 8


class VisitFilter(df.FilterSet):
    """The filters of `/visits/`, each with one value; `reader` is whose view of topics counts."""

    q = df.CharFilter(method="in_names", label=_("Name"), max_length=200)
    country = df.CharFilter(method="of_country", label=_("Country"), max_length=3)
    region = df.CharFilter(method="of_region", label=_("Region"), max_length=60)
    mandate = df.CharFilter(method="of_mandate", label=_("Mandate"), max_length=120)
    holder = df.CharFilter(method="of_holder", label=_("Mandate holder"), max_length=120)
    status = df.ChoiceFilter(choices=VisitStatus.choices, label=_("Status"))
    year = df.NumberFilter(method="in_year", label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    kind = df.ChoiceFilter(choices=VisitKind.choices, label=_("Kind"))
    topic = df.CharFilter(method="on_topic", label=_("Topic"), max_length=120)
    sort = df.ChoiceFilter(
        method="keep",
        choices=[(key, label) for key, (label, _order) in SORTS.items()],
        label=_("Sort"),
    )

    class Meta:
        model = Visit
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *, reader: User | AnonymousUser) -> None:
        self.reader = reader
        super().__init__(data, queryset=Visit.objects.visible_to(reader))

    def narrowed(self, *, but: str = "") -> VisitQuerySet:
        """Return the visits that pass every filter except `but`."""
        rows = self.queryset.all()
        for name, value in self.chosen.items():
            if name != but:
                rows = self.filters[name].filter(rows, value)
        return rows

    @property
    def chosen(self) -> dict[str, Any]:
        """Return the understood values of the filters that are set."""
        self.errors  # noqa: B018 - validates the form
        cleaned = self.form.cleaned_data
        return {name: value for name, value in cleaned.items() if value not in (None, "")}

    @property
    def sorted(self) -> QuerySet[Visit]:
        """Return the visits that pass, in the order chosen."""
        return self.narrowed().order_by(*SORTS[self.chosen.get("sort", "newest")][1])

    @property
    def not_understood(self) -> list[str]:
        """Return a sentence for each value that no filter understands; it is left aside."""
        return [
            gettext("“%(value)s” is not understood as %(filter)s and was left aside.")
            % {"value": self.data.get(name, "")[:60], "filter": self.filters[name].label}
            for name in self.errors
        ]

    def keep(self, rows: QuerySet[Visit], _name: str, _value: str) -> QuerySet[Visit]:
        """Return `rows` as they are: sorting is no narrowing."""
        return rows

    def in_names(self, rows: QuerySet[Visit], _name: str, value: str) -> QuerySet[Visit]:
        """Return the visits in whose place, country, mandate or mandate holder every word of `value` stands."""
        for word in fold(value).split()[:MOST_WORDS]:
            people = PersonName.objects.filter(folded__contains=word).values("person_id")
            countries = Alias.objects.filter(folded__contains=word, country__isnull=False).values("country_id")
            mandates = Alias.objects.filter(folded__contains=word, mandate__isnull=False).values("mandate_id")
            legs = VisitLeg.objects.filter(Q(country__folded__contains=word) | Q(country_id__in=countries))
            made_for = VisitMandate.objects.filter(Q(mandate__folded__contains=word) | Q(mandate_id__in=mandates))
            rows = rows.filter(
                Q(folded__contains=word)
                | Q(pk__in=legs.values("visit_id"))
                | Q(pk__in=made_for.values("visit_id"))
                | Q(pk__in=VisitExpert.objects.filter(term__person_id__in=people).values("visit_id"))
            )
        return rows

    def of_country(self, rows: QuerySet[Visit], _name: str, value: str) -> QuerySet[Visit]:
        """Return the visits with a leg in the country of this ISO code."""
        return rows.filter(pk__in=VisitLeg.objects.filter(country__iso3=value.upper()).values("visit_id"))

    def of_region(self, rows: QuerySet[Visit], _name: str, value: str) -> QuerySet[Visit]:
        """Return the visits with a leg in this region of the M49 standard."""
        return rows.filter(pk__in=VisitLeg.objects.filter(country__region__iexact=value).values("visit_id"))

    def of_mandate(self, rows: QuerySet[Visit], _name: str, value: str) -> QuerySet[Visit]:
        """Return the visits made for this mandate, alone or jointly."""
        return rows.filter(pk__in=VisitMandate.objects.filter(mandate__slug=value).values("visit_id"))

    def of_holder(self, rows: QuerySet[Visit], _name: str, value: str) -> QuerySet[Visit]:
        """Return the visits on which this mandate holder travelled."""
        return rows.filter(pk__in=VisitExpert.objects.filter(term__person__slug=value).values("visit_id"))

    def in_year(self, rows: QuerySet[Visit], _name: str, value: Any) -> QuerySet[Visit]:
        """Return the visits whose dates can include a day of this year."""
        return rows.filter(dates_earliest__year__lte=int(value), dates_latest__year__gte=int(value))

    def on_topic(self, rows: QuerySet[Visit], _name: str, value: str) -> QuerySet[Visit]:
        """Return the visits in which a visible statement or meeting is about this topic."""
        return rows.filter(_about(self.reader, topic__slug=value))


def _about(reader: User | AnonymousUser, **topic: Any) -> Q:
    said = StatementTopic.objects.filter(statement__in=Statement.objects.visible_to(reader), **topic)
    touched = MeetingTopic.objects.filter(meeting__in=Meeting.objects.visible_to(reader), **topic)
    return Q(pk__in=said.values("statement__visit_id")) | Q(pk__in=touched.values("meeting__visit_id"))


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

    @property
    def first(self) -> tuple[Choice, ...]:
        """Return the choices shown at once, the chosen one among them."""
        return tuple(choice for number, choice in enumerate(self.choices) if number < 8 or choice.chosen)

    @property
    def more(self) -> tuple[Choice, ...]:
        """Return the further choices."""
        return tuple(choice for number, choice in enumerate(self.choices) if number >= 8 and not choice.chosen)


def address_with(data: QueryDict, **changes: str) -> str:
    """Return the query of an address with `changes` made, "" taking one out; the page number is always dropped."""
    query = data.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    kept = [(name, str(value)) for name, value in query.items() if value]
    fresh = QueryDict(mutable=True)
    for name, value in kept:
        fresh[name] = value
    return "?" + fresh.urlencode()


_ORDER = ("status", "region", "country", "mandate", "holder", "year", "topic", "kind")


def facets_of(filters: VisitFilter) -> list[Facet]:
    """Return the facets of the list, counted in one query."""
    counted: dict[str, list[tuple[str, str, int]]] = {name: [] for name in _ORDER}
    first, *others = (_counting(name, filters) for name in _ORDER)
    for name, value, label, count in first.union(*others, all=True):
        counted[name].append((value, label, count))
    counted["year"] = _by_year(counted["year"])
    return [_facet(name, filters, counted[name]) for name in _ORDER]


def _counting(name: str, filters: VisitFilter) -> QuerySet[Any]:
    """Return rows of (filter, value, label, number of visits) for one filter."""
    rows = filters.narrowed(but=name)
    text = TextField()
    ways: dict[str, Callable[[], tuple[QuerySet[Any], Any, Any]]] = {
        "status": lambda: (rows, F("status"), F("status")),
        "kind": lambda: (rows, F("kind"), F("kind")),
        "year": lambda: (
            rows.filter(dates_earliest__isnull=False),
            Concat(
                Cast(ExtractYear("dates_earliest"), text), Value("/"), Cast(ExtractYear("dates_latest"), text),
                output_field=text,
            ),
            Value("", output_field=text),
        ),
        "country": lambda: (_parts(VisitLeg, rows, country__isnull=False), F("country__iso3"), F("country__name")),
        "region": lambda: (
            _parts(VisitLeg, rows, country__isnull=False).exclude(country__region=""),
            F("country__region"),
            F("country__region"),
        ),
        "mandate": lambda: (_parts(VisitMandate, rows), F("mandate__slug"), F("mandate__scope")),
        "holder": lambda: (_parts(VisitExpert, rows), F("term__person__slug"), F("term__person__name")),
    }  # fmt: skip
    if name == "topic":
        return _counting_topics(filters, rows)
    found, value, label = ways[name]()
    key = "pk" if found.model is Visit else "visit_id"
    return (
        found.order_by()
        .annotate(f_value=Cast(value, text), f_label=Cast(label, text))
        .values("f_value", "f_label")
        .annotate(f_name=Value(name, output_field=text), f_count=Count(key, distinct=True))
        .values_list("f_name", "f_value", "f_label", "f_count")
    )


def _parts(model: Any, rows: QuerySet[Visit], **conditions: Any) -> QuerySet[Any]:
    return model.objects.filter(visit__in=rows, **conditions)


def _counting_topics(filters: VisitFilter, rows: QuerySet[Visit]) -> QuerySet[Any]:
    """Return the same for topics: a visit counts once, be it by a statement or by a meeting."""
    text = TextField()
    about = rows.filter(_about(filters.reader, topic_id=OuterRef(OuterRef("pk")))).order_by()
    number = about.annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return (
        Topic.objects.visible_to(filters.reader)
        .order_by()
        .annotate(f_name=Value("topic", output_field=text), f_count=Coalesce(Subquery(number), 0))
        .annotate(f_value=Cast("slug", text), f_label=Cast("name", text))
        .filter(f_count__gt=0)
        .values_list("f_name", "f_value", "f_label", "f_count")
    )


def _by_year(spans: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """Return a count per year from counts per first and last year: a visit over New Year counts in both."""
    years: Counter[int] = Counter()
    for span, _label, count in spans:
        first, last = (int(part) for part in span.split("/"))
        for year in range(first, last + 1):
            years[year] += count
    return [(str(year), str(year), count) for year, count in years.items()]


def _facet(name: str, filters: VisitFilter, counted: list[tuple[str, str, int]]) -> Facet:
    chosen = str(filters.chosen.get(name, ""))
    words = {"status": dict(VisitStatus.choices), "kind": dict(VisitKind.choices)}.get(name, {})
    choices = []
    for raw, label, count in counted:
        value = raw.lower() if name in {"country", "region"} else raw
        picked = value == chosen.lower() if name in {"country", "region"} else value == chosen
        choices.append(
            Choice(
                value=value,
                label=str(words.get(raw, label)).strip(),
                count=count,
                chosen=picked,
                address=address_with(filters.data, **{name: "" if picked else value}),
            )
        )
    if name == "year":
        choices.sort(key=lambda choice: -int(choice.value))
    else:
        choices.sort(key=lambda choice: (-choice.count, choice.label))
    shown = next((choice.label for choice in choices if choice.chosen), chosen)
    return Facet(
        name=name,
        label=str(filters.filters[name].label),
        choices=tuple(choices),
        chosen=shown,
        clear=address_with(filters.data, **{name: ""}),
    )
