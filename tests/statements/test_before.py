"""On the board of a visit the same topic at the previous visit is one click away."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.cast import signed_in
from visits.models import VisitLeg


def visit_of(country, mandate, year: int, **fields):
    steps = (f"started {year}-03-01", f"ended {year}-03-05")
    return make.visit(**{"steps": steps, "mandates": (mandate,), "legs": (VisitLeg(country=country),), **fields})


def earlier(visit, client: Client | None = None) -> list[tuple[str, str, str]]:
    """Return what the board says of earlier visits: of what, the address of the board, that of the comparison."""
    html = (client or Client()).get(reverse("visit_positions", args=[visit.slug])).content.decode()
    return re.findall(
        r'previous visit (?:to|of) the (\w+):\s*<a href="([^"]+)">[^<]+</a> ·\s*<a href="([^"]+)">compare', html
    )


@pytest.fixture
def world(db):
    return make.country(), make.mandate(), make.topic()


def test_the_latest_earlier_visit_to_the_country_on_the_topic_is_linked_with_the_comparison(world):
    country, _mandate, topic = world
    visits = [visit_of(country, make.mandate(), year) for year in (2015, 2017, 2019, 2021, 2023)]
    for number in (0, 1, 3, 4):
        make.statement(visit=visits[number], topics=(topic,))
    # Nothing on the topic was said in 2019, and what comes later or belongs to another country is not before.
    make.statement(visit=visits[2], topics=(make.topic(),))
    make.statement(visit=visit_of(make.country(), make.mandate(), 2020), topics=(topic,))
    query = f"?topic={topic.slug}&amp;country={country.iso3.lower()}"
    board = f"/visits/{visits[1].slug}/positions/#t-{topic.slug}"
    assert earlier(visits[3]) == [("country", board, f"/positions/{query}")]
    assert earlier(visits[0]) == []
    page = Client().get(f"/visits/{visits[1].slug}/positions/").content.decode()
    assert f'id="t-{topic.slug}"' in page
    assert Client().get(f"/positions/{query}".replace("&amp;", "&")).content.decode().count('role="rowheader"') == 4


def test_where_the_country_was_not_visited_before_the_visit_of_the_mandate_is_linked(world):
    country, mandate, topic = world
    elsewhere = visit_of(make.country(), mandate, 2020)
    later, to_country = visit_of(country, mandate, 2022), visit_of(country, make.mandate(), 2010)
    for visit in (elsewhere, later):
        make.statement(visit=visit, topics=(topic,))
    assert earlier(later) == [
        ("mandate", f"/visits/{elsewhere.slug}/positions/#t-{topic.slug}",
         f"/positions/?topic={topic.slug}&amp;mandate={mandate.slug}")
    ]  # fmt: skip
    make.statement(visit=to_country, topics=(topic,))
    assert [row[0] for row in earlier(later)] == ["country"]


def test_a_visit_without_dates_has_none_before_it(world):
    country, mandate, topic = world
    undated = make.visit(steps=("requested 2022-01-01",), mandates=(mandate,), legs=(VisitLeg(country=country),))
    for visit in (visit_of(country, mandate, 2020), undated):
        make.statement(visit=visit, topics=(topic,))
    assert earlier(undated) == []


@pytest.mark.parametrize("hidden", ["internal", "draft"])
def test_what_is_hidden_at_an_earlier_visit_leads_nowhere(hidden, world, people):
    country, mandate, topic = world
    old, new = visit_of(country, mandate, 2020), visit_of(country, mandate, 2022)
    make.statement(visit=new, topics=(topic,))
    make.statement(visit=old, topics=(topic,), **getattr(make, hidden)())
    hidden_visit = visit_of(country, mandate, 2021, **getattr(make, hidden)())
    make.statement(visit=hidden_visit, topics=(topic,), **getattr(make, hidden)())
    assert earlier(new) == []
    assert [row[1] for row in earlier(new, signed_in(people.editor))] == [
        f"/visits/{hidden_visit.slug}/positions/#t-{topic.slug}"
    ]
