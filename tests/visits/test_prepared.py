"""Prepared queries return what their queryset returns, for every role and other values, and refuse what they cannot."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q, QuerySet, Value
from django.test.utils import CaptureQueriesContext

from tests import factories
from visits.among import Among
from visits.models import Visit
from visits.prepared import Given, Prepared, Slot, prepared

pytestmark = pytest.mark.django_db


@prepared
def by_slug(reader: Any, slug: Given) -> QuerySet[Visit]:
    return Visit.objects.visible_to(reader).filter(slug=slug).select_related("follows")


@prepared
def by_ids(reader: Any, ids: Given) -> QuerySet[Any]:
    return (
        Visit.objects.visible_to(reader).filter(Among("pk", ids)).order_by("slug").values_list("slug", "dates_latest")
    )


@prepared
def since(_reader: Any, day: Given) -> QuerySet[Any]:
    return Visit.objects.filter(dates_latest__gte=day).order_by("pk").values_list("pk", flat=True)


def test_rows_are_those_of_the_queryset_whatever_the_value(people):
    made = [factories.visit() for _number in range(3)]
    Visit.objects.filter(pk=made[0].pk).update(
        dates="2021-03", dates_earliest=date(2021, 3, 1), dates_latest=date(2021, 3, 31)
    )
    Visit.objects.filter(pk=made[2].pk).update(dates="", dates_earliest=None, dates_latest=None)
    for visit in made:
        visit.refresh_from_db()
    for visit in made:
        (found,) = by_slug(people.anonymous, slug=visit.slug)
        assert found == visit and found.dates == visit.dates and found.follows is None
        with CaptureQueriesContext(connection) as asked:
            by_slug(people.anonymous, slug=visit.slug)
        assert len(asked) == 1 and visit.slug in str(asked[0]["sql"])
    assert by_slug(people.anonymous, slug="none") == []
    ids = [visit.pk for visit in made]
    expected = list(Visit.objects.filter(pk__in=ids).order_by("slug").values_list("slug", "dates_latest"))
    assert by_ids(people.anonymous, ids=ids) == expected and len(expected) == 3
    assert by_ids(people.anonymous, ids=[]) == []
    assert since(people.anonymous, day=date(2022, 1, 1)) == [made[1].pk]
    assert since(people.anonymous, day=date(2021, 1, 1)) == [made[0].pk, made[1].pk]


def test_each_role_and_person_has_its_own_view(people):
    hidden = factories.visit(**factories.internal())
    closed = factories.visit(**factories.confidential(factories.compartment(members=(people.editor,))))
    ids = [hidden.pk, closed.pk]
    for reader in (people.anonymous, people.reader, people.member, people.editor, people.reviewer, people.admin):
        seen = set(Visit.objects.visible_to(reader).filter(pk__in=ids).values_list("slug", flat=True))
        assert {slug for slug, _day in by_ids(reader, ids=ids)} == seen
    assert [slug for slug, _day in by_ids(people.anonymous, ids=ids)] == []
    assert len(by_ids(people.editor, ids=ids)) == 2
    # Of two people of one role, only the one who is named.
    assert len(by_ids(factories.user(role="editor"), ids=ids)) == 1


def test_what_can_have_no_row_asks_nothing(people):
    nothing: Prepared[Visit] = Prepared(lambda _reader: Visit.objects.filter(pk__in=[]))
    with CaptureQueriesContext(connection) as asked:
        assert nothing(people.anonymous) == []
    assert len(asked) == 0


def test_a_text_with_signs_of_placeholders_stays_as_it_is(people):
    visit = factories.visit(title="50 % of it, %s")
    percent = Prepared(lambda _reader, pk: Visit.objects.filter(pk=pk, title__contains="%").annotate(sign=Value("%s")))
    (found,) = percent(people.anonymous, pk=visit.pk)
    assert found.sign == "%s"


def test_a_lookup_that_would_change_the_value_is_refused(people):
    wrong = Prepared(lambda _reader, title: Visit.objects.filter(Q(title__icontains=title)))
    if connection.vendor == "sqlite":
        exact = Prepared(lambda _reader, title: Visit.objects.filter(title__iexact=title))
        with pytest.raises(TypeError, match="not known yet"):
            exact(people.anonymous, title="x")
    # A pattern is made of the value by the database.
    visit = factories.visit(title="A Place")
    assert wrong(people.anonymous, title="a pl") == [visit]
    with pytest.raises(TypeError, match="not known yet"):
        str(Slot("x"))


def test_the_kept_text_serves_a_shape_only(people):
    shaped = Prepared(lambda _reader, column, value: Visit.objects.filter(**{column: value}))
    visit = factories.visit()
    assert shaped(people.anonymous, "slug", value=visit.slug) == [visit]
    assert shaped(people.anonymous, "public_id", value=visit.public_id) == [visit]


def test_only_so_many_texts_are_kept(people, monkeypatch):
    monkeypatch.setattr("visits.prepared.MOST_KEPT", 2)
    visit = factories.visit()
    built = []

    def build(_reader: Any, number: int, pk: Given) -> QuerySet[Visit]:
        built.append(number)
        return Visit.objects.filter(pk=pk)

    many = Prepared(build)
    for number in (1, 2, 1, 2, 3, 2, 3, 1):
        assert many(people.anonymous, number, pk=visit.pk) == [visit]
    assert built == [1, 2, 3, 1]
