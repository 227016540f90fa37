"""Rows by many ids in one parameter, the same on both databases."""

from __future__ import annotations

import pytest

from tests import factories as make
from visits.among import Among
from visits.models import Visit, VisitStep

pytestmark = pytest.mark.django_db


def test_the_rows_with_these_ids_are_found_and_no_others():
    one, two, three = (make.visit() for _number in range(3))
    assert set(Visit.objects.filter(Among("pk", [one.pk, three.pk, 10**12]))) == {one, three}
    assert list(Visit.objects.exclude(Among("pk", [one.pk, three.pk]))) == [two]
    assert not Visit.objects.filter(Among("pk", []))
    assert VisitStep.objects.filter(Among("visit__pk", [two.pk])).count() == two.steps.count()


def test_a_thousand_ids_are_one_parameter():
    sql, params = Visit.objects.order_by().filter(Among("pk", range(1000))).query.sql_with_params()
    assert len(params) == 1 and len(sql) < 2000
