"""The page of a comparison: the cells of every visit, ways on where there is nothing, and nothing that is hidden."""

from __future__ import annotations

import html as entities
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from statements.views.comparing import VISITS_PER_PAGE
from tests import factories as make
from tests.cast import signed_in
from visits.models import VisitLeg


def get(client: Client | None = None, **query: object) -> str:
    answer = (client or Client()).get(reverse("comparison"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def text(html: str) -> str:
    """Return what is read, without tags, spaces as one."""
    return re.sub(r"\s+", " ", entities.unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def table(html: str, number: int = 0) -> list[list[str]]:
    """Return the cells of the bodies of a table, row by row: visit, State, mandate holder, civil society, others."""
    body = re.findall(r"<tbody.*?</tbody>", html, re.S)[number]
    return [[text(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
            for row in re.findall(r"<tr.*?</tr>", body, re.S)]  # fmt: skip


class Place:
    """A country with a mandate, and visits to it year by year."""

    def __init__(self) -> None:
        self.country, self.mandate, self.topic = make.country(), make.mandate(), make.topic(name="Assembly")

    def visit(self, year: int, **fields):
        steps = (f"started {year}-03-01", f"ended {year}-03-05")
        return make.visit(
            **{"steps": steps, "mandates": (self.mandate,), "legs": (VisitLeg(country=self.country),), **fields}
        )

    def said(self, visit, words: str, act: str = "asserts", side: str = "government", **fields):
        return make.statement(
            **{
                "visit": visit,
                "act": act,
                "speakers": (make.speaker(side=side),),
                "texts": (make.text(words),),
                "topics": (self.topic,),
                **fields,
            }
        )

    @property
    def query(self) -> dict[str, str]:
        return {"topic": self.topic.slug, "country": self.country.iso3.lower()}


@pytest.fixture
def place(db) -> Place:
    return Place()


def test_each_visit_is_compared_with_the_one_before_it(place):
    first, second = place.visit(2018), place.visit(2021)
    old = place.said(first, "The law protects assembly.")
    place.said(first, "No police will come.", "commits")
    claim = place.said(first, "Marches are banned.", "alleges", "civil_society")
    place.said(second, "The law still protects it.", "asserts", links=(("repeats", old),))
    place.said(second, "A new bill protects more.", "announces")
    place.said(second, "No march was banned.", "denies", links=(("denies", claim),))
    newest, oldest = table(get(**place.query))
    assert oldest[0].endswith("the first visit on record with something on this topic")
    assert oldest[1].startswith("■ State: asserts 1 · commits 1 statements: 2")
    assert "compared with" in newest[0]
    state = newest[1]
    assert "asserts 1 · announces 1 · denies 1" in state
    assert re.search(r"repeated, a link says so: 1 .* The law still protects it\. \( ?repeats Person", state)
    assert re.search(r"newly said: 2 .*A new bill.*No march", state)
    assert re.search(r"dropped: 1 .*No police will come", state)
    assert "the same act again" not in state
    assert re.search(r"left unanswered: 1 .*The law protects assembly", state)
    assert "none recorded" in newest[3]
    assert re.search(r"dropped: 1 .*Marches are banned.*answered: 1 .*Marches are banned.*denied by Person", newest[3])
    assert newest[2] == "◆ Mandate holder: none recorded"
    assert newest[4] == "○ Others: none recorded"


def test_without_a_link_the_page_says_that_only_the_act_is_the_same(place):
    for year in (2018, 2021):
        place.said(place.visit(year), f"Said in {year}.", "warns")
    state = table(get(**place.query))[0][1]
    assert re.search(r"the same act again, no link: 1 .*Said in 2021", state)
    assert "repeated" not in state
    assert "How this is decided" in get(**place.query)


def test_two_countries_stand_side_by_side(place):
    other = Place()
    other.topic = place.topic
    place.said(place.visit(2018), "Here.")
    other.said(other.visit(2019), "There.")
    html = get(**place.query, other=other.country.iso3)
    assert html.count("<table") == 2
    assert "Here." in table(html, 0)[0][1]
    assert "There." in table(html, 1)[0][1]
    assert 'class="panels"' in html


def test_the_visits_of_a_mandate_are_compared_across_countries(place):
    place.said(place.visit(2018), "Here.")
    elsewhere = place.visit(2020, legs=(VisitLeg(country=make.country()),))
    place.said(elsewhere, "There.")
    html = get(topic=place.topic.slug, mandate=place.mandate.slug)
    newest, oldest = table(html)
    assert re.search(r"the same act again, no link: 1 .*There\.", newest[1])
    assert "Here." in oldest[1]
    assert len(table(get(**place.query, mandate=place.mandate.slug))) == 1


def test_a_visit_without_dates_is_shown_last_and_compared_with_none(place):
    place.said(place.visit(2018), "Dated.")
    place.said(place.visit(2018, steps=("requested 2020-01-01",)), "Undated.", date="")
    rows = table(get(**place.query))
    assert "no dates recorded, so compared with none" in rows[1][0]
    assert "Undated." in rows[1][1]


def test_the_last_visit_of_a_page_is_compared_with_the_first_of_the_next(place):
    for n in range(VISITS_PER_PAGE + 2):
        place.said(place.visit(2000 + n), f"Said in {2000 + n}.", "warns")
    first, second = table(get(**place.query)), table(get(**place.query, page=2))
    assert (len(first), len(second)) == (VISITS_PER_PAGE, 2)
    assert "the same act again" in first[-1][1]
    assert "the first visit on record" in second[-1][0]
    assert "There is no such page" in get(**place.query, page=9)


def test_where_nothing_is_chosen_or_recorded_ways_lead_on(place):
    assert "No statement on a topic is recorded yet" in get()
    place.said(place.visit(2018), "Here.")
    assert "Choose a topic, then a country or a mandate" in get()
    other = make.topic(name="Prisons")
    visit = make.visit()
    make.statement(visit=visit, topics=(other,))
    html = get(topic=place.topic.slug)
    assert "Choose a country or a mandate" in html
    address = f'href="/positions/?topic={place.topic.slug}&amp;country={place.country.iso3.lower()}"'
    assert address in html
    html = get(country=place.country.iso3)
    assert "Choose a topic" in html
    assert address in html
    html = get(topic=other.slug, country=place.country.iso3)
    assert "Nothing on this topic is recorded here" in html
    assert address in html
    html = get(topic="nothing", country="zzz")
    assert html.count("it was left aside") == 2
    assert "Only one visit on record has something on this topic" in get(**place.query)


@pytest.mark.parametrize("hidden", ["internal", "draft"])
def test_nothing_hidden_changes_anything(hidden, place, people):
    first, second = place.visit(2018), place.visit(2021)
    old = place.said(first, "The law protects assembly.")
    place.said(second, "It still does.")
    elsewhere = Place()
    elsewhere.said(elsewhere.visit(2018), "Elsewhere.")
    queries = [{}, place.query, {"topic": place.topic.slug}, {"country": place.country.iso3},
               {"topic": elsewhere.topic.slug, "country": place.country.iso3}]  # fmt: skip
    before = [get(**query) for query in queries]
    fields = getattr(make, hidden)()
    place.said(second, "Hidden words.", links=(("repeats", old),), **fields)
    place.said(second, "Hidden answer.", "denies", "civil_society", links=(("denies", old),), **fields)
    place.said(place.visit(2020, **fields), "On a hidden visit.", **fields)
    elsewhere.said(first, "Another topic.", **fields)
    Place().said(place.visit(2019, **fields), "Hidden topic.", **fields)
    assert [get(**query) for query in queries] == before
    shown = text(get(signed_in(people.editor), **place.query))
    for words in ("Hidden words.", "Hidden answer.", "On a hidden visit.", "repeated, a link says so"):
        assert words in shown


def test_it_costs_the_same_queries_whatever_its_size(place):
    costs = []

    def cost(**query: object) -> int:
        get(**query)
        with CaptureQueriesContext(connection) as found:
            get(**query)
        return len(found)

    other = Place()
    other.topic = place.topic
    queries = ({}, {"topic": place.topic.slug}, {"country": place.country.iso3}, place.query,
               {**place.query, "other": other.country.iso3})  # fmt: skip
    years = iter(range(2000, 2020))
    for growth in (1, 2):
        for _ in range(growth):
            year = next(years)
            old = place.said(place.visit(year), "Said.")
            other.said(other.visit(year), "Said.", links=(("repeats", old), ("denies", old)))
        costs.append([cost(**query) for query in queries])
    assert costs == [[1, 2, 2, 4, 5]] * 2
