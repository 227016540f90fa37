"""Partial dates in the database: bounds follow the text, and what does not fit is refused there
too.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import factories
from visits.fields import BoundField, PartialDateField, PublicIdField, random_public_id
from visits.models import Country, Visit, VisitLeg
from visits.partial_dates import parse

pytestmark = pytest.mark.django_db


def leg(dates: str = "2022-08-15/2022-08-26") -> VisitLeg:
    return factories.visit(legs=(VisitLeg(territory="Somewhere", dates=dates),)).legs.get()


def bounds(row: VisitLeg) -> tuple[str, str]:
    row.refresh_from_db()
    return str(row.dates_earliest), str(row.dates_latest)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022", ("2022-01-01", "2022-12-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2022-03-05", ("2022-03-05", "2022-03-05")),
        ("2022-08/2022-08-15", ("2022-08-01", "2022-08-15")),
        ("2022-08-15/2022-08", ("2022-08-15", "2022-08-31")),
        ("2021/2022-03", ("2021-01-01", "2022-03-31")),
        ("", ("None", "None")),
    ],
)
def test_a_saved_date_has_the_bounds_of_its_text(text: str, expected: tuple[str, str]) -> None:
    row = leg("2020")
    row.dates = text
    row.save()
    assert bounds(row) == expected


def test_spaces_around_a_date_are_not_stored() -> None:
    row = leg("2020")
    row.dates = "  2022-03 "
    row.full_clean()
    row.save()
    row.refresh_from_db()
    assert row.dates == "2022-03"


def test_rows_stored_together_have_their_bounds() -> None:
    visit = factories.visit(legs=())
    VisitLeg.objects.bulk_create([VisitLeg(visit=visit, order=n, territory="There", dates=f"202{n}") for n in (1, 2)])
    assert [bounds(row)[0] for row in visit.legs.all()] == ["2021-01-01", "2022-01-01"]


def test_rows_changed_together_without_their_bounds_are_refused() -> None:
    """Django's bulk_update asks no field for its value: the constraint keeps the record true."""
    row = leg("2022-03-05")
    row.dates = "2023-05"
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitLeg.objects.bulk_update([row], ["dates"])
    assert bounds(row) == ("2022-03-05", "2022-03-05")


def test_dates_are_compared_with_one_another_in_the_database() -> None:
    row = leg("2022-03-05")
    same = VisitLeg.objects.filter(dates=F("dates"), pk=row.pk)
    assert list(same) == [row]
    assert list(VisitLeg.objects.filter(dates=" 2022-03-05 ", pk=row.pk)) == [row]


@pytest.mark.parametrize("text", ["nonsense", "2022-13", "2022-08-26/2022-08-15", "1066", "2022-02-30"])
def test_what_is_no_date_never_reaches_the_database(text: str) -> None:
    row = leg()
    row.dates = text
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    assert "dates" in refusal.value.message_dict
    with pytest.raises((ValidationError, ValueError)):
        row.save()
    assert bounds(row) == ("2022-08-15", "2022-08-26")


def tamper(row: VisitLeg, **values: str | None) -> None:
    """Change columns of a row past the product, in SQL."""
    columns = ", ".join(f"{name} = %s" for name in values)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            # The names of the columns are those of the table of this test.
            f"UPDATE visits_visitleg SET {columns} WHERE id = %s",  # noqa: S608
            [*values.values(), row.pk],
        )


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2022-03-05", {"dates_earliest": "2022-03-04"}),
        ("2022-03-05", {"dates_latest": "2022-03-06"}),
        ("2022-03-05", {"dates_earliest": None}),
        ("2022-03-05", {"dates_latest": None}),
        ("2022-03-05", {"dates_earliest": None, "dates_latest": None}),
        ("2022-03-05", {"dates": ""}),
        ("2022-03-05", {"dates": "2022-03-06"}),
        ("2022-03-05", {"dates": "2022-03"}),
        ("2022-03", {"dates_earliest": "2022-03-02"}),
        ("2022-03", {"dates_earliest": "2022-02-28"}),
        ("2022-03", {"dates_latest": "2022-04-01"}),
        ("2022", {"dates_earliest": "2022-01-02"}),
        ("2022", {"dates_latest": "2022-12-30"}),
        ("2022", {"dates_latest": "2023-12-31"}),
        ("2022", {"dates": "20"}),
        ("2022", {"dates": "nonsense"}),
        ("2022-08-15/2022-08-26", {"dates_earliest": "2022-08-16"}),
        ("2022-08-15/2022-08-26", {"dates_latest": "2022-08-27"}),
        ("2022-08-15/2022-08-26", {"dates": "2022-08-26/2022-08-15"}),
        ("2022-08-15/2022-08-26", {"dates_earliest": "2022-08-26", "dates_latest": "2022-08-15"}),
        ("", {"dates": "2022"}),
        ("", {"dates_earliest": "2022-01-01"}),
        ("", {"dates_earliest": "2022-01-01", "dates_latest": "2022-12-31"}),
    ],
)
def test_the_database_refuses_bounds_that_are_not_those_of_the_text(text: str, values: dict[str, str | None]) -> None:
    row = leg(text)
    before = bounds(row)
    with pytest.raises(IntegrityError):
        tamper(row, **values)
    assert bounds(row) == before


def test_the_database_takes_a_change_that_fits() -> None:
    """Without this the test above would pass on a table that refuses everything."""
    row = leg("2022-03-05")
    tamper(row, dates="2024-02", dates_earliest="2024-02-01", dates_latest="2024-02-29")
    assert bounds(row) == ("2024-02-01", "2024-02-29")


def test_a_set_wise_update_that_forgets_the_bounds_is_refused() -> None:
    row = leg("2022-03-05")
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitLeg.objects.filter(pk=row.pk).update(dates="2021")
    assert bounds(row) == ("2022-03-05", "2022-03-05")


def test_every_partial_date_of_the_model_has_its_bounds_and_its_constraint() -> None:
    from django.apps import apps

    found = 0
    for model in (
        *apps.get_app_config("visits").get_models(),
        *apps.get_app_config("statements").get_models(),
    ):
        if model.__name__.startswith("Historical"):
            continue
        dates = [f.name for f in model._meta.fields if isinstance(f, PartialDateField)]
        pairs = {(f.of, f.bound) for f in model._meta.fields if isinstance(f, BoundField)}
        assert pairs == {(name, bound) for name in dates for bound in ("earliest", "latest")}
        conditions = " ".join(str(c.condition) for c in model._meta.constraints if hasattr(c, "condition"))
        assert all(f"{name}_earliest" in conditions for name in dates), model
        found += len(dates)
    assert found >= 15


class EveryDateThatIsReadIsTaken(TestCase):
    """Whatever `parse` allows, the database allows too, with the same bounds."""

    DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
    POINTS = st.tuples(DAYS, st.sampled_from([4, 7, 10])).map(lambda pair: str(pair[0])[: pair[1]])

    @effort(max_examples=60, deadline=None)
    @given(POINTS, st.one_of(st.none(), POINTS))
    def test_what_parse_allows_is_stored(self, start: str, end: str | None) -> None:
        text = start if end is None else f"{start}/{end}"
        try:
            value = parse(text)
        except ValueError:
            return
        row = factories.country(standing_invitation=text)
        stored = Country.objects.get(pk=row.pk)
        assert stored.standing_invitation == text
        assert (stored.standing_invitation_earliest, stored.standing_invitation_latest) == (
            value.earliest,
            value.latest,
        )


def test_public_ids_are_random_long_and_without_vowels_or_look_alikes() -> None:
    ids = {random_public_id() for _time in range(500)}
    assert len(ids) == 500
    assert all(len(value) == 16 and not set(value) & set("aeiou01lAEIOUy") for value in ids)


def test_a_record_has_a_public_id_of_its_own_and_its_history_the_same() -> None:
    visit = factories.visit()
    other = factories.visit()
    assert visit.public_id != other.public_id
    assert set(visit.history.values_list("public_id", flat=True)) == {visit.public_id}
    assert visit.history.count() > 1, "the copy of the field in the history is not unique"
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=other.pk).update(public_id=visit.public_id)


def test_fields_are_rebuilt_from_migrations_as_they_are() -> None:
    for field in (
        PartialDateField("when", blank=True),
        BoundField("date", "latest"),
        PublicIdField(),
        PublicIdField(unique=False),
    ):
        _name, _path, args, options = field.deconstruct()
        again = type(field)(*args, **options)
        assert again.deconstruct()[1:] == field.deconstruct()[1:]
        assert again.unique == field.unique


def test_a_bound_is_the_earliest_or_the_latest() -> None:
    with pytest.raises(ValueError, match="earliest"):
        BoundField("date", "middle")
