"""Filters of those lists of the API that no page has; what they ask is asked of rows that the reader may see alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters as df
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from statements.models import MeetingTopic
from visits.access import visible
from visits.choices import HolderKind, MandateKind, MeetingKind, MeetingStatus, Side, SourceKind
from visits.days import in_years, year_asked
from visits.folding import fold
from visits.models import (
    Country,
    Mandate,
    MandateTerm,
    Meeting,
    Office,
    Organisation,
    Person,
    PersonName,
    Source,
    VisitLeg,
    VisitMandate,
)
from visits.narrowing import OneChoiceFilter
from visits.partial_dates import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from visits.access import Reading

# More words than this narrow nothing further.
MOST_WORDS = 8


def slug(label: Any, method: str = "narrow", length: int = 120) -> df.CharFilter:
    """Return the filter by the key of another row."""
    return df.CharFilter(method=method, label=label, max_length=length)


def in_year(label: Any) -> df.NumberFilter:
    """Return the filter by a year in which a partial date can lie."""
    return df.NumberFilter(method="in_year", label=label, min_value=FIRST_YEAR, max_value=LAST_YEAR)


class ApiFilter(OneChoiceFilter):
    """Filters of a list, each a lookup that its `WAYS` name; the day is known to those of which time decides."""

    WAYS: ClassVar[dict[str, str]] = {}
    DATES: ClassVar[str] = "date"

    class Meta:
        abstract = True

    def __init__(self, data: QueryDict, *, reader: Reading, today: date | None = None) -> None:
        super().__init__(data, reader=reader, queryset=self.rows(reader))

    @classmethod
    def rows(cls, reader: Reading) -> QuerySet[Any]:
        """Return the rows that are narrowed: those that the reader may see."""
        return cls._meta.model._default_manager.visible_to(reader)

    def narrow(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Return the rows that pass the filter `name`."""
        return rows.filter(**{self.WAYS.get(name, name): value})

    def in_year(self, rows: QuerySet[Any], _name: str, value: Any) -> QuerySet[Any]:
        """Return the rows whose date can lie in this year."""
        return rows.filter(in_years(self.DATES, value, value))


class MeetingFilter(ApiFilter):
    """Filters of meetings."""

    visit = slug(_("Visit"))
    country = slug(_("Country of the visit"), "in_country", 3)
    mandate = slug(_("Mandate of the visit"), "of_mandate")
    topic = slug(_("Topic"), "on_topic")
    kind = df.ChoiceFilter(choices=MeetingKind.choices, label=_("Kind"))
    status = df.ChoiceFilter(choices=MeetingStatus.choices, label=_("Status"))
    year = in_year(_("Year"))

    READ: ClassVar = {"country": str.upper, "year": year_asked}
    WAYS: ClassVar = {"visit": "visit__slug"}

    class Meta:
        model = Meeting
        fields: tuple[str, ...] = ()

    def in_country(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return the meetings of visits with a leg in this country."""
        return rows.filter(visit_id__in=VisitLeg.objects.filter(country__iso3=value).values("visit_id"))

    def of_mandate(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return the meetings of visits made for this mandate."""
        return rows.filter(visit_id__in=VisitMandate.objects.filter(mandate__slug=value).values("visit_id"))

    def on_topic(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return the meetings on this topic."""
        return rows.filter(pk__in=MeetingTopic.objects.filter(topic__slug=value).values("meeting_id"))


class SourceFilter(ApiFilter):
    """Filters of sources."""

    kind = df.ChoiceFilter(choices=SourceKind.choices, label=_("Kind"))
    language = slug(_("Language"), length=12)
    symbol = slug(_("UN symbol"), length=60)
    year = in_year(_("Year of publication"))

    READ: ClassVar = {"year": year_asked}
    DATES = "published"

    class Meta:
        model = Source
        fields: tuple[str, ...] = ()


class PersonFilter(ApiFilter):
    """Filters of people."""

    q = df.CharFilter(method="named", label=_("Words of the name, in any of its forms"), max_length=200)
    organisation = slug(_("Organisation in which they hold or held office"), "of_organisation")
    mandate = slug(_("Mandate that they hold or held"), "of_mandate")

    class Meta:
        model = Person
        fields: tuple[str, ...] = ()

    @classmethod
    def rows(cls, reader: Reading) -> QuerySet[Any]:
        """Return the people with a page."""
        return Person.objects.visible_to(reader).with_a_page()

    def named(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return the people in one of whose names each word stands."""
        for word in fold(value).split()[:MOST_WORDS]:
            rows = rows.filter(pk__in=PersonName.objects.filter(folded__contains=word).values("person_id"))
        return rows

    def of_organisation(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return the people with an office in this organisation that the reader may see."""
        held = Office.objects.visible_to(self.reader).filter(organisation__slug=value)
        return rows.filter(pk__in=held.values("person_id"))

    def of_mandate(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return the people with a term in this mandate."""
        return rows.filter(pk__in=MandateTerm.objects.filter(mandate__slug=value).values("person_id"))


class OrganisationFilter(ApiFilter):
    """Filters of organisations."""

    side = df.ChoiceFilter(choices=Side.choices, label=_("Side"))
    country = slug(_("Country"), length=3)
    parent = slug(_("Organisation that they are part of"), "part_of")

    READ: ClassVar = {"country": str.upper}
    WAYS: ClassVar = {"country": "country__iso3"}

    class Meta:
        model = Organisation
        fields: tuple[str, ...] = ()

    def part_of(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return the parts of an organisation that the reader may see."""
        return rows.filter(visible(self.reader, "parent"), parent__slug=value)


class OfficeFilter(ApiFilter):
    """Filters of offices."""

    person = slug(_("Person"))
    organisation = slug(_("Organisation"))
    side = df.ChoiceFilter(choices=Side.choices, label=_("Side"))

    WAYS: ClassVar = {"person": "person__slug", "organisation": "organisation__slug"}

    class Meta:
        model = Office
        fields: tuple[str, ...] = ()

    @classmethod
    def rows(cls, reader: Reading) -> QuerySet[Any]:
        """Return the offices of people with a page."""
        people = Q(visible(reader, "person"), person__private=False)
        return Office.objects.visible_to(reader).filter(people)


class MandateFilter(ApiFilter):
    """Filters of mandates."""

    kind = df.ChoiceFilter(choices=MandateKind.choices, label=_("Kind"))
    holder_kind = df.ChoiceFilter(choices=HolderKind.choices, label=_("Held by"))
    country = slug(_("Country"), length=3)

    READ: ClassVar = {"country": str.upper}
    WAYS: ClassVar = {"country": "country__iso3"}

    class Meta:
        model = Mandate
        fields: tuple[str, ...] = ()

    @classmethod
    def rows(cls, reader: Reading) -> QuerySet[Any]:
        """Return all mandates, which are public."""
        return Mandate.objects.all()


class CountryFilter(ApiFilter):
    """Filters of countries."""

    q = df.CharFilter(method="named", label=_("Words of the name, in six languages"), max_length=200)
    region = slug(_("Region"), length=40)

    WAYS: ClassVar = {"region": "region__iexact"}

    class Meta:
        model = Country
        fields: tuple[str, ...] = ()

    @classmethod
    def rows(cls, reader: Reading) -> QuerySet[Any]:
        """Return all countries, which are public."""
        return Country.objects.all()

    def named(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return the countries in whose names each word stands."""
        for word in fold(value).split()[:MOST_WORDS]:
            rows = rows.filter(folded__contains=word)
        return rows
