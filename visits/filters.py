"""Filters of the list of visits; whatever a filter names, it names only through rows the reader may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import django_filters as df
from django.db.models import Case, F, IntegerField, Model, Q, QuerySet, Value, When
from django.db.models.functions import Upper
from django.db.models.lookups import Exact
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from statements.models import MeetingTopic, StatementTopic
from visits.access import visible
from visits.choices import VisitKind, VisitStatus
from visits.days import in_years, year_asked
from visits.folding import fold
from visits.models import Alias, Meeting, PersonName, Visit, VisitExpert, VisitLeg, VisitMandate
from visits.narrowing import OneChoiceFilter
from visits.partial_dates import FIRST_YEAR, LAST_YEAR
from visits.querysets import VisitQuerySet

if TYPE_CHECKING:
    from visits.access import Reading

SORTS = {
    "newest": (_("newest first"), (F("dates_latest").desc(nulls_last=True), "slug")),
    "oldest": (_("oldest first"), (F("dates_earliest").asc(nulls_last=True), "slug")),
    "place": (_("by place"), ("title", F("dates_latest").desc(nulls_last=True), "slug")),
    # Never by the day of a change: that would tell of changes in what the reader may not see.
    "published": (_("latest published first"), (F("published_at").desc(nulls_last=True), "slug")),
}
# More words than this narrow nothing further.
MOST_WORDS = 8


class VisitFilter(OneChoiceFilter):
    """The filters of `/visits/`, each with one value; `reader` is whose view of topics counts."""

    q = df.CharFilter(method="narrow", label=_("Name"), max_length=200)
    country = df.CharFilter(method="narrow", label=_("Country"), max_length=3)
    region = df.CharFilter(method="narrow", label=_("Region"), max_length=60)
    mandate = df.CharFilter(method="narrow", label=_("Mandate"), max_length=120)
    holder = df.CharFilter(method="narrow", label=_("Mandate holder"), max_length=120)
    status = df.ChoiceFilter(method="narrow", choices=VisitStatus.choices, label=_("Status"))
    year = df.NumberFilter(method="narrow", label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    kind = df.ChoiceFilter(method="narrow", choices=VisitKind.choices, label=_("Kind"))
    topic = df.CharFilter(method="narrow", label=_("Topic"), max_length=120)
    sort = df.ChoiceFilter(
        method="narrow",
        choices=[(key, label) for key, (label, _order) in SORTS.items()],
        label=_("Sort"),
    )

    READ: ClassVar = {"country": str.upper, "region": str.upper, "year": year_asked}
    IDLE = frozenset({"sort"})
    PLAIN = frozenset({"q"})

    class Meta:
        model = Visit
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *, reader: Reading) -> None:
        super().__init__(data, reader=reader, queryset=Visit.objects.visible_to(reader))

    def narrowed(self, *, but: str = "") -> VisitQuerySet:
        """Return the visits that pass every filter except `but`."""
        rows: VisitQuerySet = super().narrowed(but=but)
        return rows

    @property
    def sorted(self) -> QuerySet[Visit]:
        """Return the visits that pass, in the order chosen."""
        return self.narrowed().order_by(*SORTS[self.chosen.get("sort", "newest")][1])

    def narrow(self, rows: QuerySet[Visit], name: str, value: Any) -> QuerySet[Visit]:
        """Return the rows that pass the filter `name`."""
        return rows.filter(self.condition(name, value))

    def condition(self, name: str, value: Any) -> Q:
        """Return the condition on a visit by which the filter `name` narrows to `value`."""
        ways = {**CONDITIONS, "topic": lambda slug: about(self.reader, topic__slug=slug)}
        # Signs alone are no word: every visit passes.
        return ways[name](value) or Q(pk__isnull=False)

    def passing(self) -> Passing:
        """Return the ids of the visits that pass, read in one query."""
        names = list(self.asked)
        every = (1 << len(names)) - 1
        found = Passing([], {name: [] for name in names})
        for key, passed in self.read(_nearly_passing):
            if passed == every:
                found.all.append(key)
            for number, name in enumerate(names):
                if passed | 1 << number == every:
                    found.but[name].append(key)
        return found


class Passing(NamedTuple):
    """Ids of the visits that pass every filter, and by the name of each those that pass all the others."""

    all: list[int]
    but: dict[str, list[int]]


def _nearly_passing(filters: VisitFilter) -> QuerySet[Any]:
    """Return rows of (id, filters passed as bits) of the visits that pass all filters but one at most."""
    conditions = [filters.condition(name, value) for name, value in filters.asked.items()]
    passed: Any = Value(0)
    missed: Any = Value(0)
    for number, condition in enumerate(conditions):
        passed = passed + _one_if(condition, 1 << number, 0)
        missed = missed + _one_if(condition, 0, 1)
    rows = filters.queryset.order_by()
    if len(conditions) > 1:
        rows = rows.annotate(missed=missed).filter(missed__lte=1)
    return rows.annotate(passed=passed).values_list("pk", "passed")


def _one_if(condition: Q, yes: int, no: int) -> Case:
    return Case(When(condition, then=Value(yes)), default=Value(no), output_field=IntegerField())


def _in_names(value: str) -> Q:
    """Return the condition that every word of `value` stands in the place, country, mandate or mandate holder."""
    every = Q()
    for word in fold(value).split()[:MOST_WORDS]:
        people = PersonName.objects.filter(folded__contains=word).values("person_id")
        countries = Alias.objects.filter(folded__contains=word, country__isnull=False).values("country_id")
        mandates = Alias.objects.filter(folded__contains=word, mandate__isnull=False).values("mandate_id")
        legs = VisitLeg.objects.filter(Q(country__folded__contains=word) | Q(country_id__in=countries))
        made_for = VisitMandate.objects.filter(Q(mandate__folded__contains=word) | Q(mandate_id__in=mandates))
        every &= (
            Q(folded__contains=word)
            | Q(pk__in=legs.values("visit_id"))
            | Q(pk__in=made_for.values("visit_id"))
            | Q(pk__in=VisitExpert.objects.filter(term__person_id__in=people).values("visit_id"))
        )
    return every


def _part(model: type[Model], column: str) -> Callable[[Any], Q]:
    """Return the condition that a part of the visit has a value in `column`."""
    rows: Any = model._default_manager
    return lambda value: Q(pk__in=rows.filter(**{column: value}).values("visit_id"))


def _in_region(value: Any) -> Q:
    legs = VisitLeg.objects.filter(Exact(Upper("country__region"), value))
    return Q(pk__in=legs.values("visit_id"))


# Of each filter the condition on a visit: what is asked for stands in it, whoever asks.
CONDITIONS: dict[str, Callable[[Any], Q]] = {
    "q": _in_names,
    "country": _part(VisitLeg, "country__iso3"),
    "region": _in_region,
    "mandate": _part(VisitMandate, "mandate__slug"),
    "holder": _part(VisitExpert, "term__person__slug"),
    "status": lambda value: Q(status=value),
    # The dates can include a day of the year.
    "year": lambda value: in_years("dates", value, value),
    "kind": lambda value: Q(kind=value),
}


def about(reader: Reading, **topic: Any) -> Q:
    """Return the condition that a statement or meeting of the visit which `reader` may see is about this topic."""
    said = StatementTopic.objects.filter(visible(reader, "statement__version"), **topic)
    touched = MeetingTopic.objects.filter(meeting__in=Meeting.objects.visible_to(reader), **topic)
    return Q(pk__in=said.values("statement__visit_id")) | Q(pk__in=touched.values("meeting__visit_id"))


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
