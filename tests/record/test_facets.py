"""The number beside a choice in the list of visits is that of the rows which a click gives, for every role."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from tests.record.conftest import ROLES
from visits.facets import facets_of
from visits.filters import VisitFilter

pytestmark = pytest.mark.django_db

QUERIES = (
    "", "region=asia", "country=khm", "status=completed&year=2022", "topic=civic-space", "mandate=cambodia",
    "kind=official&topic=elections", "q=canary", "country=khm&year=2022&status=completed&topic=elections",
)  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_each_number_is_that_of_the_rows_which_a_click_gives(role, people):
    reader = getattr(people, role)
    clicked, topics = 0, 0
    for query in QUERIES:
        filters = VisitFilter(QueryDict(query), reader=reader)
        for facet in facets_of(filters, filters.passing()):
            # Of the long unnarrowed ones the first and the last are clicked.
            choices = facet.choices if query else (*facet.choices[:3], *facet.choices[-3:])
            for choice in choices:
                there = VisitFilter(QueryDict(choice.address[1:]), reader=reader)
                expected = filters if choice.chosen else there
                assert choice.count == expected.narrowed().count() > 0, (query, facet.name, choice)
                clicked += 1
                topics += facet.name == "topic"
    assert clicked > 150 and topics > 15


@pytest.mark.parametrize("role", ["anonymous", "editor"])
def test_ids_read_at_once_are_those_of_each_narrowing(role, people):
    reader = getattr(people, role)
    asked = 0
    for query in (*QUERIES, "q=%22%27", "region=aSiA&year=1&kind=official", "q=cambodia&status=none"):
        filters = VisitFilter(QueryDict(query), reader=reader)
        found = filters.passing()
        assert sorted(found.all) == sorted(filters.narrowed().values_list("pk", flat=True)), query
        for name, ids in found.but.items():
            assert sorted(ids) == sorted(filters.narrowed(but=name).values_list("pk", flat=True)), (query, name)
            asked += 1
    assert asked > 15


def test_of_very_many_visits_the_topics_are_offered_without_numbers(people, monkeypatch):
    monkeypatch.setattr("visits.facets.MOST_COUNTED", 2)
    filters = VisitFilter(QueryDict(""), reader=people.anonymous)
    by_name = {facet.name: facet for facet in facets_of(filters, filters.passing())}
    assert not by_name["topic"].told and by_name["topic"].choices
    assert by_name["country"].told
