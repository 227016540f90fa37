"""The figures above the list of visits are those of its rows, within what the reader may see."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.test import Client
from django.urls import reverse

from tests import factories as make
from visits.models import VisitLeg


def figures(client: Client, query: str = "") -> dict[str, int]:
    """Return the figures that the list shows, by their words."""
    html = client.get(reverse("visit_list") + query).content.decode()
    found = re.search(r'<ul class="figs".*?</ul>', html, re.S)
    return {words.strip(): int(n) for n, words in re.findall(r"<b>(\d+)</b>([^<]+)", found.group())} if found else {}


def test_figures_are_those_of_the_rows_that_pass_the_filters_and_that_the_reader_may_see(db):
    here, there = make.country(), make.country()
    soon = (date.today() + timedelta(days=20)).isoformat()
    kept = make.visit(legs=(VisitLeg(country=here),), steps=("started 2021-03-01", "ended 2021-03-05"))
    make.visit(legs=(VisitLeg(country=there),), steps=(f"announced 2021-03-01 > {soon}",))
    said = make.statement(visit=kept)
    make.commitment(statement=said, due="2021-06")
    make.commitment(statement=said, due="2121-06")
    hidden = make.visit(legs=(VisitLeg(country=here),), visibility="internal")
    inside = make.statement(visit=hidden, visibility="internal")
    make.commitment(statement=inside, due="2021-06", visibility="internal")
    assert figures(Client()) == {
        "visits": 2,
        "countries": 2,
        "mandates": 2,
        "coming up in the next 90 days": 1,
        "commitment overdue": 1,
    }
    assert figures(Client(), f"?country={here.iso3.lower()}") == {
        "visit": 1,
        "country": 1,
        "mandate": 1,
        "coming up in the next 90 days": 0,
        "commitment overdue": 1,
    }
    assert figures(Client(), "?year=1999") == {}
