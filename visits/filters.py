"""Filters of the list of visits; whatever a filter names, it names only through rows the reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import django_filters as df
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from statements.models import MeetingTopic, Statement, StatementTopic
from visits.choices import VisitKind, VisitStatus
from visits.folding import fold
from visits.models import Alias, Meeting, PersonName, Visit, VisitExpert, VisitLeg, VisitMandate
from visits.narrowing import OneChoiceFilter
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


class VisitFilter(OneChoiceFilter):
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

    READ: ClassVar = {"country": str.upper, "year": int}
    IDLE = frozenset({"sort"})
    PLAIN = frozenset({"q"})

    class Meta:
        model = Visit
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *, reader: User | AnonymousUser) -> None:
        super().__init__(data, reader=reader, queryset=Visit.objects.visible_to(reader))

    def narrowed(self, *, but: str = "") -> VisitQuerySet:
        """Return the visits that pass every filter except `but`."""
        rows: VisitQuerySet = super().narrowed(but=but)
        return rows

    @property
    def sorted(self) -> QuerySet[Visit]:
        """Return the visits that pass, in the order chosen."""
        return self.narrowed().order_by(*SORTS[self.chosen.get("sort", "newest")][1])

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
        return rows.filter(pk__in=VisitLeg.objects.filter(country__iso3=value).values("visit_id"))

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
        return rows.filter(dates_earliest__year__lte=value, dates_latest__year__gte=value)

    def on_topic(self, rows: QuerySet[Visit], _name: str, value: str) -> QuerySet[Visit]:
        """Return the visits in which a visible statement or meeting is about this topic."""
        return rows.filter(about(self.reader, topic__slug=value))


def about(reader: User | AnonymousUser, **topic: Any) -> Q:
    """Return the condition that a statement or meeting of the visit which `reader` may see is about this topic."""
    said = StatementTopic.objects.filter(statement__in=Statement.objects.visible_to(reader), **topic)
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
