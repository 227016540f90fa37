"""Rows of several lists read and counted in one query each."""

from __future__ import annotations

from django.db.models import F

from tests import factories as make
from visits.models import Country, Visit
from visits.pieces import count_each, first_of_each


def test_lists_are_counted_in_one_query_and_an_empty_one_as_nought(db, django_assert_num_queries):
    for number in range(3):
        make.visit(title=f"Place {number}")
    asked = {
        "visits": Visit.objects.all(),
        "one": Visit.objects.filter(title="Place 1"),
        "countries": Country.objects.none(),
        "nothing": Visit.objects.filter(title="nowhere"),
    }
    with django_assert_num_queries(1):
        assert count_each(asked) == {"visits": 3, "one": 1, "countries": 0, "nothing": 0}


def test_the_first_of_each_list_stand_in_its_own_order(db, django_assert_num_queries):
    for title, day in (("A", "2021-03-01"), ("B", "2021-05-01"), ("C", "")):
        make.visit(title=title, steps=(f"started {day}", f"ended {day}") if day else ())
    every = Visit.objects.all()
    with django_assert_num_queries(1):
        found = first_of_each(
            {
                "latest": (every, (F("dates_latest").desc(nulls_last=True), "slug"), 2),
                "by_name": (every, ("title",), 5),
                "none": (Visit.objects.filter(title="nowhere"), ("title",), 5),
            }
        )
    assert {name: [visit.title for visit in rows] for name, rows in found.items()} == {
        "latest": ["B", "A"],
        "by_name": ["A", "B", "C"],
        "none": [],
    }
