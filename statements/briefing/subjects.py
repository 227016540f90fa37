"""What a briefing is about: a visit, a country, a topic, or a topic compared over visits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import Q
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext

from statements.cards import first_side, show
from statements.compared import places_of, visits_on
from statements.comparison_choices import FIELDS, Chosen, Option, choose, visits_of
from statements.models import StatementTopic, Topic
from visits.choices import Column, Side, column_of
from visits.days import in_years
from visits.models import Country, Visit
from visits.views.sheet import Sheet, sheet_of

if TYPE_CHECKING:
    from statements.briefing.options import Options, Person
    from statements.querysets import StatementQuerySet

EARLIEST, LATEST = "0001", "9999"


class NotRecordedError(Http404):
    """An address chooses what is not on record; `told` says so, of what is hidden and of what is missing alike."""

    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self.told = told


@dataclass(frozen=True, slots=True)
class Fact:
    """A name with what is known under it; `links` are (words, path)."""

    name: str
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The visits of one place that are compared, newest first."""

    name: str
    visits: list[Visit]
    places: dict[int, int]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a briefing is about, as one reader may see it.

    `path` is the page it is about, `options` the page on which it is chosen; `kept` what their addresses name beside
    the options. `scope` narrows statements to those that belong to it.
    """

    kind: str
    title: str
    path: str
    options: str
    file: str
    scope: Callable[[Any], Any]
    kept: tuple[tuple[str, str], ...] = ()
    facts: tuple[Fact, ...] = ()
    sheet: Sheet | None = None
    topic: Any = None
    panels: list[Panel] = field(default_factory=list)

    @property
    def chooses_topics(self) -> bool:
        """Whether its statements are on several topics, of which some can be chosen."""
        return self.topic is None

    @property
    def chooses_years(self) -> bool:
        """Whether it goes over years: what is compared with the visit before cannot leave one out."""
        return self.kind in {"country", "topic"}

    @property
    def names(self) -> set[str]:
        """Return what its addresses may name."""
        found = {"paper", "internal", *self.several}
        if self.chooses_years:
            found |= {"since", "until"}
        if self.kind == "comparison":
            found |= {name for name, _kind, _label in FIELDS}
        return found

    @property
    def several(self) -> set[str]:
        """Return of these names those that have as many values as wanted."""
        return {"column", "language"} | ({"topic"} if self.chooses_topics else set())


# A subject as a reader sees it; Http404 where they see none.
Finder: TypeAlias = Callable[["Person"], Subject]


def visit_subject(slug: str) -> Finder:
    """Return the finder of a visit."""

    def find(reader: Person) -> Subject:
        sheet = sheet_of(slug, reader)
        visit = sheet.visit
        facts = [
            Fact(gettext("Status"), ((sheet.status_label, ""),)),
            Fact(gettext("Kind"), ((sheet.kind_label, ""),)),
            Fact(gettext("Mandates"), tuple(sheet.mandates)),
            Fact(gettext("Members"), tuple((name, url) for name, url in sheet.holders)),
            Fact(gettext("Countries and places"), tuple(_place(leg.name, leg.place, leg.url) for leg in sheet.legs)),
            Fact(gettext("Purpose"), ((visit.purpose, ""),)),
        ]
        return Subject(
            kind="visit",
            title=gettext("Visit to %(place)s") % {"place": sheet.title},
            path=visit.get_absolute_url(),
            options=reverse("visit_briefing", args=[visit.slug]),
            file=visit.slug,
            scope=lambda rows: rows.filter(visit=visit),
            facts=tuple(fact for fact in facts if any(words for words, _path in fact.links)),
            sheet=sheet,
        )

    return find


def _place(name: str, place: str, url: str) -> tuple[str, str]:
    return (f"{name} ({place})" if place else name), url


def country_subject(iso3: str) -> Finder:
    """Return the finder of a country: the statements made on visits to it."""

    def find(reader: Person) -> Subject:
        country = Country.objects.filter(iso3=iso3.upper()).first()
        if country is None:
            raise Http404
        visits = Visit.objects.visible_to(reader).of_country(country)
        invitation = show(country.standing_invitation) or gettext("none recorded")
        return Subject(
            kind="country",
            title=country.name,
            path=country.get_absolute_url(),
            options=reverse("country_briefing", args=[country.iso3.lower()]),
            file=country.iso3.lower(),
            scope=lambda rows: rows.filter(visit__in=visits.order_by().values("pk")),
            facts=(Fact(gettext("Standing invitation"), ((invitation, ""),)),),
        )

    return find


def topic_subject(slug: str) -> Finder:
    """Return the finder of a topic: every statement on it."""

    def find(reader: Person) -> Subject:
        topic = Topic.objects.visible_to(reader).filter(slug=slug).first()
        if topic is None:
            raise Http404
        return Subject(
            kind="topic",
            title=topic.name,
            path=topic.get_absolute_url(),
            options=reverse("topic_briefing", args=[topic.slug]),
            file=topic.slug,
            scope=lambda rows: rows.of_topic(topic),
            topic=topic,
        )

    return find


def comparison_subject(data: QueryDict) -> Finder:
    """Return the finder of a comparison: a topic over the visits to one country or two, of a mandate, or both."""

    def find(reader: Person) -> Subject:
        chosen = choose(data, reader)
        if chosen.unmet:
            raise NotRecordedError(chosen.refusals)
        if chosen.topic is None or not (chosen.countries or chosen.mandate):
            raise Http404
        panels = _panels(chosen.topic, chosen, reader)
        ids = [visit.pk for panel in panels for visit in panel.visits]
        topic = chosen.topic
        kept = tuple((name, chosen.by_field[name].key) for name, _kind, _label in FIELDS if name in chosen.by_field)
        query = QueryDict(mutable=True)
        query.update(dict(kept))
        return Subject(
            kind="comparison",
            title=gettext("%(topic)s: positions compared, %(places)s")
            % {"topic": topic.name, "places": gettext(" and ").join(panel.name for panel in panels)},
            path=f"{reverse('comparison')}?{query.urlencode()}",
            options=reverse("comparison_briefing"),
            file=slugify("-".join(value for _name, value in kept)),
            scope=lambda rows: rows.filter(visit__in=ids, statement_topics__topic_id=topic.pk),
            kept=kept,
            topic=topic,
            panels=panels,
        )

    return find


def unmet(subject: Subject, options: Options, reader: Person) -> list[str]:
    """Return a sentence for each topic chosen that `reader` does not find; a query where any is chosen."""
    if not (subject.chooses_topics and options.topics):
        return []
    known = set(Topic.objects.visible_to(reader).filter(slug__in=options.topics).values_list("slug", flat=True))
    told = gettext("“%(value)s” names nothing here.")
    return [told % {"value": slug[:60]} for slug in options.topics if slug not in known]


def _panels(topic: Option, chosen: Chosen, reader: Person) -> list[Panel]:
    mandate, found = chosen.mandate, []
    countries: list[Option | None] = [*chosen.countries] or [None]
    for country in countries:
        visits = visits_on(topic.pk, visits_of(reader, country, mandate), reader)
        names = [part.name for part in (country, mandate) if part]
        found.append(Panel(" · ".join(names), visits, places_of(visits)))
    return found


def said_on(subject: Subject, options: Options, rows: StatementQuerySet) -> StatementQuerySet:
    """Return of `rows` the statements of the subject that the options ask for."""
    rows = subject.scope(rows)
    if subject.chooses_topics and options.topics:
        on_topics = StatementTopic.objects.filter(topic__slug__in=options.topics)
        rows = rows.filter(pk__in=on_topics.values("statement_id"))
    if subject.chooses_years and (options.since or options.until):
        rows = rows.filter(in_years("date", options.since or EARLIEST, options.until or LATEST))
    if options.columns:
        sides = [side for side in Side if column_of(side).value in options.columns]
        stands = Q(first_side__in=sides)
        if Column.OTHERS in options.columns:
            # Who is not named stands there.
            stands |= Q(first_side__isnull=True)
        rows = rows.annotate(first_side=first_side("pk")).filter(stands)
    return rows
