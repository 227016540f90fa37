"""Pages of countries, mandates, people and organisations: all that the record holds about each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from config.public import public_page
from statements.bars import bars_of
from statements.cards import cards_of, show
from statements.commitment_filters import promises_of
from statements.models import Statement
from visits.choices import MandateKind, MeetingKind, MeetingStatus, Side
from visits.exports.answers import followed, ways_to_follow, ways_to_take
from visits.models import (
    Country,
    Mandate,
    MandateTerm,
    Meeting,
    Office,
    Organisation,
    Participant,
    Person,
    PersonName,
    Visit,
    VisitExpert,
    VisitMandate,
)
from visits.querysets import LATEST_SAID, LATEST_VISITS
from visits.views.atlas import STANDING_LABELS, drawn, world_of
from visits.views.citing import data_block, person_linked
from visits.views.courses import Told, course_for, course_in, not_visited
from visits.views.lifelines import lifeline_of
from visits.views.rows import page_of_rows, visit_rows
from visits.world import STATES

SHOWN_VISITS = 50
SHOWN_MEETINGS = 50
PEOPLE_PER_PAGE = 200


def _count(rows: QuerySet[Any], owner: str) -> Any:
    """Return how many of `rows` belong to the queried row, as a subquery without a join."""
    mine = rows.filter(**{owner: OuterRef("pk")}).order_by().values(owner)
    return Coalesce(Subquery(mine.annotate(n=Count("visit_id", distinct=True)).values("n")), 0)


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting in a list."""

    url: str
    title: str
    date: str
    kind: str
    status: str
    place: str
    visit_title: str
    visit_url: str
    is_draft: bool
    visibility: str


def _meetings(request: HttpRequest, **who: Any) -> dict[str, Any]:
    """Return the latest meetings in which a person or organisation took part and may be named, and if there are more.

    `who` names the participant: `person=…` or `organisation=…`.
    """
    part = Participant.objects.visible_to(request.user).filter(**who)
    rows = Meeting.objects.visible_to(request.user).filter(pk__in=part.values("meeting_id")).select_related("visit")
    found = list(rows.order_by(F("date_latest").desc(nulls_last=True), "order", "pk")[: SHOWN_MEETINGS + 1])
    shown = [
        MeetingRow(
            url=meeting.get_absolute_url(),
            title=meeting.title,
            date=show(meeting.date),
            kind=str(MeetingKind(meeting.kind).label),
            status=str(MeetingStatus(meeting.status).label),
            place=meeting.place,
            visit_title=meeting.visit.title,
            visit_url=meeting.visit.get_absolute_url(),
            is_draft=meeting.workflow != "published",
            visibility=meeting.visibility,
        )
        for meeting in found[:SHOWN_MEETINGS]
    ]
    ((kind, somebody),) = who.items()
    taken = ways_to_take("meeting_export", f"?{kind}={somebody.slug}")
    return {"meetings": shown, "more_meetings": len(found) > SHOWN_MEETINGS, "take_meetings": taken}


def _follow(kind: str, title: str, **key: str) -> list[tuple[str, str, str, str]]:
    """Return the ways to follow what a page is about."""
    return ways_to_follow(title, reverse(f"{kind}_feed", kwargs=key), reverse(f"{kind}_calendar", kwargs=key))


def _follow_if_public(request: HttpRequest, found: Person | Organisation) -> list[tuple[str, str, str, str]]:
    """Return the same of somebody whom everybody may meet, and nothing of whom only some may."""
    rows = type(found).objects.visible_to(AnonymousUser()).filter(pk=found.pk)
    if request.user.is_authenticated and not rows.exists():
        return []
    return _follow(found._meta.model_name or "", slug=found.slug, title=found.name)


def _page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    visits: QuerySet[Visit],
    said: QuerySet[Statement],
) -> HttpResponse:
    """Return the page of a country, mandate, person or organisation with its visits and statements."""
    shown = list(visits.order_by(*LATEST_VISITS)[: SHOWN_VISITS + 1])
    page, moved = page_of_rows(request, said.select_related("visit").order_by(*LATEST_SAID))
    return render(
        request,
        template,
        {
            "visits": visit_rows(shown[:SHOWN_VISITS], request.user),
            "more_visits": len(shown) > SHOWN_VISITS,
            "cards": cards_of(list(page.object_list), request.user),
            "page": page,
            "page_moved": moved,
            "address": "?",
            "meetings": None,
            **context,
        },
    )


@public_page
def country_list(request: HttpRequest) -> HttpResponse:
    """Countries on a map and in a table, by region, with their visits; those without a visit are told as a number."""
    world = world_of(request.user)
    regions = [
        (region, [row for row in group if row.total]) for region, group in groupby(world, key=lambda row: row.region)
    ]
    context = {
        "section": "countries",
        "regions": [pair for pair in regions if pair[1]],
        "without": [(row.name, row.url) for row in world if not row.total],
        "drawn": drawn(world),
        "standings": STANDING_LABELS,
        "take": ways_to_take("country_export", ""),
        "follow": followed("country", gettext("Countries"), "", calendar=False),
    }
    return render(request, "visits/country_list.html", context)


@public_page
def country_detail(request: HttpRequest, iso3: str) -> HttpResponse:
    """A country: visits to it, statements on these visits, its mandate."""
    country = Country.objects.filter(iso3=iso3.upper()).first()
    if country is None:
        raise Http404
    visits = Visit.objects.visible_to(request.user).of_country(country)
    said = Statement.objects.visible_to(request.user).filter(visit__in=visits)
    context = {
        "section": "countries",
        "country": country,
        "invitation": show(country.standing_invitation),
        "mandates": [(mandate.name, mandate.get_absolute_url()) for mandate in country.mandates.all()],
        "all_visits": reverse("visit_list") + f"?country={country.iso3.lower()}",
        "promises": promises_of(country, request.user),
        "follow": _follow("country", iso3=country.iso3.lower(), title=country.name),
        "told": course_in(country, visits),
        "bars": bars_of("topic", request.user, country=country.iso3.lower()),
    }
    return _page(request, "visits/country_detail.html", context, visits, said)


@public_page
def mandate_list(request: HttpRequest) -> HttpResponse:
    """All mandates, thematic and of countries, with the number of their visits."""
    visible = VisitMandate.objects.filter(visit__in=Visit.objects.visible_to(request.user))
    rows = Mandate.objects.annotate(visits_seen=_count(visible, "mandate_id")).order_by("-kind", "scope")
    groups = [
        (mandates[0].get_kind_display(), [(m.scope, m.get_absolute_url(), m.get_holder_kind_display(), m.visits_seen)
                                          for m in mandates])
        for mandates in (list(group) for _kind, group in groupby(rows, key=lambda row: row.kind))
    ]  # fmt: skip
    context = {
        "section": "mandates",
        "groups": groups,
        "take": ways_to_take("mandate_export", ""),
        "follow": followed("mandate", gettext("Mandates"), "", calendar=False),
    }
    return render(request, "visits/mandate_list.html", context)


@public_page
def mandate_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A mandate: its titles, who held it, its visits and what was said on them in its name."""
    mandate = Mandate.objects.filter(slug=slug).select_related("country").first()
    if mandate is None:
        raise Http404
    terms = MandateTerm.objects.filter(mandate=mandate).select_related("person")
    terms = terms.order_by("-order", F("since_earliest").asc(nulls_last=True), "pk")
    visits = Visit.objects.visible_to(request.user).of_mandate(mandate)
    told = course_for(mandate, visits)
    states = _not_visited(mandate, told)
    said = Statement.objects.visible_to(request.user)
    spoken = said.spoken_by(mandate=mandate, term__mandate=mandate)
    context = {
        "section": "mandates",
        "mandate": mandate,
        "titles": [(t.title, show(t.since), show(t.until)) for t in mandate.titles.all()],
        "terms": [(t.person.name, t.person.get_absolute_url(), show(t.since), show(t.until)) for t in terms],
        "all_visits": reverse("visit_list") + f"?mandate={mandate.slug}",
        "follow": _follow("mandate", slug=mandate.slug, title=mandate.name),
        "told": told,
        "not_visited": states,
        "not_visited_number": sum(len(group) for _region, group in states),
    }
    return _page(request, "visits/mandate_detail.html", context, visits, spoken)


def _not_visited(mandate: Mandate, told: Told) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return by region the States that a thematic mandate has not visited; one on a country is for no other State."""
    if mandate.kind != MandateKind.THEMATIC:
        return []
    states = Country.objects.filter(iso3__in=STATES).order_by("name").values_list("iso3", "name", "region")
    return not_visited(states, told)


@public_page
def person_list(request: HttpRequest) -> HttpResponse:
    """People with a page, by name; private individuals have none."""
    rows = Person.objects.visible_to(request.user).with_a_page().order_by("name")
    page, moved = page_of_rows(request, rows.values("name", "slug"), PEOPLE_PER_PAGE)
    letters = [
        (letter, [(row["name"], reverse("person_detail", args=[row["slug"]])) for row in group])
        for letter, group in groupby(page.object_list, key=lambda row: row["name"][:1].upper())
    ]
    context = {
        "section": "people",
        "letters": letters,
        "take": ways_to_take("person_export", ""),
        "follow": followed("person", gettext("People"), "", calendar=False),
        "page": page,
        "page_moved": moved,
        "address": "?",
    }
    return render(request, "visits/person_list.html", context)


@public_page
def person_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A person: names, offices, terms, and what they said, whatever office they held."""
    person = Person.objects.visible_to(request.user).with_a_page().filter(slug=slug).first()
    if person is None:
        raise Http404
    said = Statement.objects.visible_to(request.user).spoken_by(person=person)
    offices = list(Office.objects.visible_to(request.user).filter(person=person).select_related("organisation"))
    terms = list(MandateTerm.objects.filter(person=person).select_related("mandate"))
    names = list(PersonName.objects.filter(person=person).exclude(text=person.name))
    context = {
        "section": "people",
        "person": person,
        "names": [(name.text, name.get_kind_display()) for name in names],
        "offices": [
            (
                o.title,
                o.organisation,
                Side(o.side).label,
                show(o.since),
                show(o.until),
                show(o.seen),
            )
            for o in offices
        ],
        "terms": [(t.mandate, show(t.since), show(t.until)) for t in terms],
        "lifeline": lifeline_of(terms, offices),
        "linked": data_block(person_linked(request, person, names, terms, offices)),
        "all_visits": reverse("visit_list") + f"?holder={person.slug}",
        "follow": _follow_if_public(request, person),
        **_meetings(request, person=person),
    }
    travelled = VisitExpert.objects.filter(term__person=person).values("visit_id")
    visits = Visit.objects.visible_to(request.user).filter(pk__in=travelled)
    return _page(request, "visits/person_detail.html", context, visits, said)


@public_page
def organisation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """An organisation: its parts, and what was said by it, in its name or by those who held office in it."""
    visible = Organisation.objects.visible_to(request.user)
    organisation = visible.filter(slug=slug).select_related("parent", "country").first()
    if organisation is None:
        raise Http404
    said = Statement.objects.visible_to(request.user)
    spoken = said.voiced_by(organisation=organisation)
    parent = organisation.parent if visible.filter(pk=organisation.parent_id or 0).exists() else None
    context = {
        "section": "people",
        "organisation": organisation,
        "parent": parent,
        "side": Side(organisation.side).label,
        "bars": bars_of("topic", request.user, organisation=organisation.slug),
        "parts": [(part.name, part.get_absolute_url()) for part in visible.filter(parent=organisation)],
        "follow": _follow_if_public(request, organisation),
        **_meetings(request, organisation=organisation),
    }
    visits = Visit.objects.visible_to(request.user).filter(pk__in=spoken.values("visit_id"))
    return _page(request, "visits/organisation_detail.html", context, visits, spoken)
