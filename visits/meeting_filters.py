"""Filters of the meetings that are taken as a file, feed or calendar, each with one value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import django_filters as df
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from statements.models import MeetingTopic
from visits.choices import MeetingKind, MeetingStatus
from visits.days import in_years, year_asked
from visits.models import Meeting, Participant, VisitLeg, VisitMandate
from visits.narrowing import OneChoiceFilter
from visits.partial_dates import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from visits.access import Reading

LATEST_MEETINGS = (F("date_latest").desc(nulls_last=True), "order", "pk")


class MeetingFilter(OneChoiceFilter):
    """The filters of `/meetings.csv` and its like; country and mandate are those of the visit.

    People and organisations are those who took part, as far as `reader` may see that they did.
    """

    visit = df.CharFilter(method="of_visit", label=_("Visit"), max_length=120)
    country = df.CharFilter(method="in_country", label=_("Country"), max_length=3)
    mandate = df.CharFilter(method="of_mandate", label=_("Mandate"), max_length=120)
    person = df.CharFilter(method="with_person", label=_("Person"), max_length=120)
    organisation = df.CharFilter(method="with_organisation", label=_("Organisation"), max_length=120)
    topic = df.CharFilter(method="on_topic", label=_("Topic"), max_length=120)
    status = df.ChoiceFilter(choices=MeetingStatus.choices, label=_("Status"))
    kind = df.ChoiceFilter(choices=MeetingKind.choices, label=_("Kind"))
    year = df.NumberFilter(method="in_year", label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)

    READ: ClassVar = {"country": str.upper, "year": year_asked}

    class Meta:
        model = Meeting
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *, reader: Reading) -> None:
        super().__init__(data, reader=reader, queryset=Meeting.objects.visible_to(reader))

    @property
    def sorted(self) -> QuerySet[Meeting]:
        """Return the meetings that pass, the latest first."""
        rows: QuerySet[Meeting] = self.narrowed().order_by(*LATEST_MEETINGS)
        return rows

    def of_visit(self, rows: QuerySet[Meeting], _name: str, value: str) -> QuerySet[Meeting]:
        """Return the meetings of the visit with this slug."""
        return rows.filter(visit__slug=value)

    def in_country(self, rows: QuerySet[Meeting], _name: str, value: str) -> QuerySet[Meeting]:
        """Return the meetings on visits with a leg in the country of this ISO code."""
        return rows.filter(visit_id__in=VisitLeg.objects.filter(country__iso3=value).values("visit_id"))

    def of_mandate(self, rows: QuerySet[Meeting], _name: str, value: str) -> QuerySet[Meeting]:
        """Return the meetings on visits made for this mandate."""
        return rows.filter(visit_id__in=VisitMandate.objects.filter(mandate__slug=value).values("visit_id"))

    def with_person(self, rows: QuerySet[Meeting], _name: str, value: str) -> QuerySet[Meeting]:
        """Return the meetings at which somebody with a page of this slug was."""
        return self._with(rows, person__slug=value, person__private=False)

    def with_organisation(self, rows: QuerySet[Meeting], _name: str, value: str) -> QuerySet[Meeting]:
        """Return the meetings at which the organisation of this slug was."""
        return self._with(rows, organisation__slug=value)

    def _with(self, rows: QuerySet[Meeting], **who: Any) -> QuerySet[Meeting]:
        part = Participant.objects.visible_to(self.reader).filter(**who)
        return rows.filter(pk__in=part.values("meeting_id"))

    def on_topic(self, rows: QuerySet[Meeting], _name: str, value: str) -> QuerySet[Meeting]:
        """Return the meetings on this topic."""
        return rows.filter(pk__in=MeetingTopic.objects.filter(topic__slug=value).values("meeting_id"))

    def in_year(self, rows: QuerySet[Meeting], _name: str, value: Any) -> QuerySet[Meeting]:
        """Return the meetings whose date can lie in this year."""
        return rows.filter(in_years("date", value, value))
