"""Filters of the list of statements, each with one value; what they ask is asked of visible rows alone."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters as df
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from statements.choices import Act, Verdict
from statements.models import Citation, SearchKind, Statement, StatementSpeaker, StatementText, StatementTopic
from statements.querysets import StatementQuerySet, proof_gate
from statements.search.finding import matching
from statements.search.matching import is_common
from statements.search.narrowing import narrowed as narrowed_by_words
from statements.search.query import conditions_of, languages_for, parse
from visits.access import gate_or_none
from visits.among import AmongRows
from visits.choices import Column, Side, SourceKind, column_of
from visits.days import in_years, year_asked
from visits.models import VisitLeg, VisitMandate
from visits.narrowing import Asked, OneChoiceFilter
from visits.partial_dates import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from visits.access import Reading

SORTS = {"newest": _("newest first"), "relevance": _("most relevant first")}
SPEAKERS = ("person", "organisation", "mandate")
# A longer value than any that is offered is none of them.
LONGEST_VALUE = 200


def speaker_asked(value: str) -> Asked:
    """Return a speaker that is named by kind and slug."""
    kind, _colon, slug = value.partition(":")
    return Asked(kind if kind in SPEAKERS else "none", slug)


class StatementFilter(OneChoiceFilter):
    """The filters of `/statements/`; `reader` is whose view of speakers, versions and citations counts."""

    column = df.ChoiceFilter(method="in_column", choices=Column.choices, label=_("Column"))
    side = df.ChoiceFilter(method="of_side", choices=Side.choices, label=_("Side"))
    act = df.ChoiceFilter(choices=Act.choices, label=_("Act"))
    topic = df.CharFilter(method="on_topic", label=_("Topic"), max_length=120)
    country = df.CharFilter(method="in_country", label=_("Country"), max_length=3)
    mandate = df.CharFilter(method="of_mandate", label=_("Mandate"), max_length=120)
    speaker = df.CharFilter(method="spoken_by", label=_("Speaker"), max_length=140)
    organisation = df.CharFilter(method="of_organisation", label=_("Organisation"), max_length=120)
    year = df.NumberFilter(method="in_year", label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    language = df.CharFilter(method="in_language", label=_("Language"), max_length=12)
    source = df.ChoiceFilter(method="cited_from", choices=SourceKind.choices, label=_("Kind of source"))
    verdict = df.ChoiceFilter(method="with_verdict", choices=Verdict.choices, label=_("Verbatim check"))
    sort = df.ChoiceFilter(method="keep", choices=list(SORTS.items()), label=_("Sort"))

    READ: ClassVar = {"column": Asked, "country": str.upper, "speaker": speaker_asked, "year": year_asked}
    IDLE = frozenset({"sort"})
    # The words: they are read here and not by a filter.
    BESIDE = ("q",)

    class Meta:
        model = Statement
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *, reader: Reading) -> None:
        self.query = parse(data.get("q", ""))
        tongue = data.get("language", "")[:LONGEST_VALUE]
        self.conditions = conditions_of(self.query, languages_for(tongue, get_language() or ""))
        rows: Any = narrowed_by_words(Statement.objects.visible_to(reader), SearchKind.STATEMENT, self.query, reader)
        super().__init__(self._told(data), reader=reader, queryset=rows, given=data)

    def _told(self, data: QueryDict) -> QueryDict:
        """Return of an address what the page carries along: values of its own filters, and the words as far as read."""
        told = QueryDict(mutable=True)
        told["q"] = self.query.text
        for name in type(self).base_filters:
            if value := data.get(name, ""):
                told[name] = value[: LONGEST_VALUE + 1].replace("\x00", " ")
        return told

    def narrowed(self, *, but: str = "", words: bool = True) -> StatementQuerySet:
        """Return the statements that pass every filter except `but`; without `words`, whatever words were asked for."""
        rows: Any = super().narrowed(but=but)
        if words:
            rows = matching(rows, SearchKind.STATEMENT, self.conditions, self.reader)
        found: StatementQuerySet = rows
        return found

    @property
    def is_prepared(self) -> bool:
        """Whether the text of a query depends on nothing but which filters are chosen: typed ones are built anew."""
        return not self.query.filters

    @cached_property
    def are_common(self) -> bool:
        """Whether the words stand in so many texts that another way to them is quicker."""
        return is_common(self.conditions)

    @property
    def by_relevance(self) -> bool:
        """Whether what fits best comes first: only words can fit well or badly."""
        return bool(self.conditions.groups) and self.chosen.get("sort") == "relevance"

    def keep(self, rows: QuerySet[Statement], _name: str, _value: str) -> QuerySet[Statement]:
        """Return `rows` as they are: sorting is no narrowing."""
        return rows

    def in_column(self, rows: StatementQuerySet, _name: str, value: Asked) -> StatementQuerySet:
        """Return the statements one of whose speakers stands in this column."""
        return rows.of_sides([side.value for side in Side if column_of(side) == value.literal])

    def of_side(self, rows: StatementQuerySet, _name: str, value: str) -> StatementQuerySet:
        """Return the statements one of whose speakers is of this side."""
        return rows.of_sides([value])

    def on_topic(self, rows: StatementQuerySet, _name: str, value: str) -> StatementQuerySet:
        """Return the statements on this topic."""
        return rows.filter(AmongRows("pk", StatementTopic.objects.filter(topic__slug=value).values("statement_id")))

    def in_country(self, rows: StatementQuerySet, _name: str, value: str) -> StatementQuerySet:
        """Return the statements of visits with a leg in the country of this ISO code."""
        return rows.filter(AmongRows("visit_id", VisitLeg.objects.filter(country__iso3=value).values("visit_id")))

    def of_mandate(self, rows: StatementQuerySet, _name: str, value: str) -> StatementQuerySet:
        """Return the statements of visits made for this mandate."""
        return rows.filter(AmongRows("visit_id", VisitMandate.objects.filter(mandate__slug=value).values("visit_id")))

    def spoken_by(self, rows: StatementQuerySet, _name: str, value: Asked) -> StatementQuerySet:
        """Return the statements of a speaker with a page, named by kind and slug: “person:vitit-muntarbhorn”."""
        kind, slug = value
        ways: dict[str, dict[str, Any]] = {
            "person": {"person__slug": slug, "person__private": False},
            "organisation": {"organisation__slug": slug},
            "mandate": {"mandate__slug": slug},
        }
        if kind not in ways:
            return rows.none()
        said = StatementSpeaker.objects.filter(**ways[kind]).order_by().values("statement_id")
        return rows.filter(AmongRows("pk", said))

    def of_organisation(self, rows: StatementQuerySet, _name: str, value: str) -> QuerySet[Statement]:
        """Return the statements of an organisation: by it, in its name, or by somebody in an office of it."""
        return rows.voiced_by(organisation__slug=value)

    def in_year(self, rows: StatementQuerySet, _name: str, value: Any) -> StatementQuerySet:
        """Return the statements whose date can lie in this year."""
        return rows.filter(in_years("date", value, value))

    def in_language(self, rows: StatementQuerySet, _name: str, value: str) -> StatementQuerySet:
        """Return the statements with a version in this language that the reader may see."""
        texts = StatementText.objects.filter(gate_or_none(self.reader, "source"), language=value)
        return rows.filter(pk__in=texts.values("statement_id"))

    def cited_from(self, rows: StatementQuerySet, _name: str, value: str) -> StatementQuerySet:
        """Return the statements that cite a source of this kind which the reader may see."""
        return self._citing(rows, Q(source__kind=value))

    def with_verdict(self, rows: StatementQuerySet, _name: str, value: str) -> StatementQuerySet:
        """Return the statements with a citation, which the reader may see, of this verdict."""
        return self._citing(rows, Q(verdict=value))

    def _citing(self, rows: StatementQuerySet, condition: Q) -> StatementQuerySet:
        cited = Citation.objects.filter(proof_gate(self.reader), condition)
        return rows.filter(pk__in=cited.values("statement_id"))
