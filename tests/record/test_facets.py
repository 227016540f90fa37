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
        for facet in facets_of(filters):
            # Of the long unnarrowed ones the first and the last are clicked.
            choices = facet.choices if query else (*facet.choices[:3], *facet.choices[-3:])
            for choice in choices:
                there = VisitFilter(QueryDict(choice.address[1:]), reader=reader)
                expected = filters if choice.chosen else there
                assert choice.count == expected.narrowed().count() > 0, (query, facet.name, choice)
                clicked += 1
                topics += facet.name == "topic"
    assert clicked > 150 and topics > 15
