"""Filters of the list of commitments, with the number that each choice would leave; overdue is said as of a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters as df
from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from statements.choices import CommitmentState
from statements.models import Commitment
from statements.querysets import CommitmentQuerySet
from visits.facets import Facet, by_filter, counting, make_facet
from visits.models import Country, VisitLeg, VisitMandate
from visits.narrowing import OneChoiceFilter
from visits.pieces import count_each, union

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from visits.models import User

OVERDUE = (("yes", _("overdue")), ("no", _("not overdue")))
BY_DUE_DATE = (F("due_earliest").asc(nulls_last=True), F("due_latest").asc(nulls_last=True), "pk")
_ORDER = ("state", "overdue", "country", "mandate")


class CommitmentFilter(OneChoiceFilter):
    """The filters of `/commitments/`; country and mandate are those of the visit on which it was promised."""

    country = df.CharFilter(method="of_country", label=_("Country"), max_length=3)
    mandate = df.CharFilter(method="of_mandate", label=_("Mandate"), max_length=120)
    state = df.ChoiceFilter(choices=CommitmentState.choices, label=_("State"))
    overdue = df.ChoiceFilter(method="is_overdue", choices=OVERDUE, label=_("Overdue"))

    READ: ClassVar = {"country": str.upper}

    class Meta:
        model = Commitment
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *, reader: User | AnonymousUser, today: date) -> None:
        self.today = today
        super().__init__(data, reader=reader, queryset=Commitment.objects.visible_to(reader))

    @property
    def sorted(self) -> QuerySet[Commitment]:
        """Return the commitments that pass, by the day they are due; those without one come last."""
        rows: QuerySet[Commitment] = self.narrowed().order_by(*BY_DUE_DATE)
        return rows

    def of_country(self, rows: CommitmentQuerySet, _name: str, value: str) -> CommitmentQuerySet:
        """Return what was promised on visits with a leg in the country of this ISO code."""
        legs = VisitLeg.objects.filter(country__iso3=value, visit__isnull=False)
        return rows.filter(visit_id__in=legs.values("visit_id"))

    def of_mandate(self, rows: CommitmentQuerySet, _name: str, value: str) -> CommitmentQuerySet:
        """Return what was promised on visits made for this mandate, alone or jointly."""
        return rows.filter(visit_id__in=VisitMandate.objects.filter(mandate__slug=value).values("visit_id"))

    def is_overdue(self, rows: CommitmentQuerySet, _name: str, value: str) -> QuerySet[Commitment]:
        """Return what is open past its last day, or what is not."""
        late = rows.overdue(on=self.today)
        return late if value == "yes" else rows.exclude(pk__in=late.values("pk"))


def facets_of(filters: CommitmentFilter) -> list[Facet]:
    """Return the facets of the list, counted in one query."""
    counted = by_filter(union(_counting(name, filters) for name in _ORDER))
    words = {"state": dict(CommitmentState.choices), "overdue": dict(OVERDUE)}
    return [make_facet(name, filters, counted[name], words=words.get(name, {}), caseless=True) for name in _ORDER]


def _counting(name: str, filters: CommitmentFilter) -> QuerySet[Any]:
    """Return rows of (filter, value, label, number of commitments) for one filter."""
    text = TextField()
    late = When(Q(state=CommitmentState.OPEN, due_latest__lt=filters.today), then=Value("yes"))
    ways: dict[str, tuple[Any, Any]] = {
        "state": (F("state"), F("state")),
        "overdue": (Case(late, default=Value("no"), output_field=text), Value("", output_field=text)),
        "country": (F("visit__legs__country__iso3"), F("visit__legs__country__name")),
        "mandate": (F("visit__visit_mandates__mandate__slug"), F("visit__visit_mandates__mandate__scope")),
    }
    value, label = ways[name]
    return counting(name, filters.narrowed(but=name), value, label).filter(f_value__isnull=False)


def promises_of(country: Country, user: User | AnonymousUser) -> list[tuple[int, str, str]]:
    """Return figures of what was promised on visits to a country: number, words, address of the list; one query.

    There are none where nothing was promised.
    """
    today = timezone.now().date()
    iso = country.iso3.lower()
    filters = CommitmentFilter(QueryDict(f"country={iso}"), reader=user, today=today)
    rows = filters.narrowed()
    still_open = rows.filter(state=CommitmentState.OPEN)
    counts = count_each({"all": rows, "open": still_open, "overdue": rows.overdue(on=today)})
    if not counts["all"]:
        return []
    address = f"{reverse('commitment_list')}?country={iso}"
    return [
        (counts["all"], ngettext("commitment", "commitments", counts["all"]), address),
        (counts["open"], ngettext("open commitment", "open commitments", counts["open"]), f"{address}&state=open"),
        (
            counts["overdue"],
            ngettext("commitment overdue", "commitments overdue", counts["overdue"]),
            f"{address}&overdue=yes",
        ),
    ]
