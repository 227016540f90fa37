"""Reads in domain words; each is tried on rows that must not be found too."""

from __future__ import annotations

from datetime import date

import pytest

from tests import factories
from tests.cast import NAMES, Cast
from visits.choices import Visibility, Workflow
from visits.models import (
    Alias,
    Meeting,
    Person,
    PersonName,
    Source,
    SourceRelay,
    Visit,
    VisitExpertLeg,
    VisitLeg,
)

pytestmark = pytest.mark.django_db

INSIDERS = {"member", "editor", "reviewer", "admin"}
DESK = {"editor", "reviewer", "admin"}


def seen_by(people: Cast, rows) -> set[str]:  # type: ignore[no-untyped-def]
    return {name for name in NAMES if rows.visible_to(people.named(name)).exists()}


def announced(dates: str, **fields: object) -> Visit:
    return factories.visit(steps=(f"announced 2021-01-01 > {dates}",), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ("2022-08-15/2022-08-26", True),
        ("2022-08-26/2022-08-30", True),
        ("2022-08-01/2022-08-20", True),
        ("2022-08", True),
        ("2022", True),
        ("2022-08-27", False),
        ("2022-08-19", False),
        ("2022-07", False),
        ("2021", False),
    ],
)
def test_visits_overlap_a_period_where_they_share_a_day_with_it(dates: str, *, found: bool) -> None:
    visit = announced(dates)
    undated = factories.visit(steps=())
    rows = Visit.objects.filter(pk__in=[visit.pk, undated.pk])
    assert (visit in rows.overlapping(date(2022, 8, 20), date(2022, 8, 26))) is found
    assert undated not in rows.overlapping(date(1900, 1, 1), date(2199, 12, 31))


def test_a_visit_has_begun_from_its_first_day_until_its_end_is_recorded() -> None:
    visit = announced("2022-08-15/2022-08-26")
    rows = Visit.objects.filter(pk=visit.pk)
    assert [rows.begun(on=date(2022, 8, day)).exists() for day in (14, 15, 26, 27)] == [False, True, True, True]


@pytest.mark.parametrize("stop", ["cancelled 2022-08-10", "postponed 2022-08-10", "ended 2022-08-16"])
def test_a_visit_that_was_stopped_or_is_over_is_neither_begun_nor_coming_up(stop: str) -> None:
    steps = ("announced 2022-08-01 > 2022-08-15/2022-08-26", stop)
    rows = Visit.objects.filter(pk=factories.visit(steps=steps).pk)
    assert not rows.begun(on=date(2022, 8, 16)).exists()
    assert not rows.coming_up(on=date(2022, 8, 1)).exists()


def test_a_visit_comes_up_until_the_day_before_it_begins() -> None:
    visit = announced("2022-08-15/2022-08-26")
    rows = Visit.objects.filter(pk=visit.pk)
    assert rows.coming_up(on=date(2022, 8, 14)).exists()
    assert not rows.coming_up(on=date(2022, 8, 15)).exists()
    proposed = factories.visit(steps=("requested 2021", "dates_proposed 2021-02-01 > 2022-08-15"))
    assert not Visit.objects.filter(pk=proposed.pk).coming_up(on=date(2022, 8, 1)).exists()


@pytest.mark.parametrize(
    ("steps", "waits"),
    [
        (("requested 2021",), True),
        (("invited 2021",), True),
        (("accepted 2021",), True),
        (("postponed 2021",), True),
        (("started 2021-05-01", "suspended 2021-05-03"), True),
        (("announced 2021 > 2022-08",), False),
        (("declined 2021",), False),
        (("cancelled 2021",), False),
        (factories.HELD, False),
        ((), False),
    ],
)
def test_a_visit_waits_where_a_next_step_is_awaited(steps: tuple[str, ...], *, waits: bool) -> None:
    visit = factories.visit(steps=steps)
    assert Visit.objects.filter(pk=visit.pk).waiting().exists() is waits


def test_a_visit_of_two_legs_and_two_mandates_is_found_once_under_each() -> None:
    here, there, elsewhere = factories.country(), factories.country(), factories.country()
    food, water, neither = factories.mandate(), factories.mandate(), factories.mandate()
    visit = factories.visit(
        legs=(
            VisitLeg(order=0, country=here),
            VisitLeg(order=1, country=there),
            VisitLeg(order=2, country=here),
        ),
        mandates=(food, water),
    )
    for country in (here, there):
        assert list(Visit.objects.of_country(country)) == [visit]
    for mandate in (food, water):
        assert list(Visit.objects.of_mandate(mandate)) == [visit]
    assert not Visit.objects.of_country(elsewhere).exists()
    assert not Visit.objects.of_mandate(neither).exists()


def test_the_public_learns_the_number_of_meetings_published_as_a_count() -> None:
    visit, hidden = factories.visit(), factories.visit(**factories.internal())
    counted = factories.meeting(visit=visit, published_as="count")
    factories.meeting(visit=visit, published_as="full")
    factories.meeting(visit=visit, published_as="not")
    factories.meeting(visit=visit, published_as="count", workflow=Workflow.DRAFT)
    factories.meeting(visit=hidden, published_as="count", **factories.internal())
    rows = Meeting.objects.filter(visit__in=[visit, hidden])
    assert list(rows.counted()) == [counted]


def test_a_withdrawn_record_leaves_a_note_where_the_public_saw_it(people: Cast) -> None:
    shown = factories.visit(workflow=Workflow.WITHDRAWN)
    inside = factories.visit(workflow=Workflow.WITHDRAWN, visibility=Visibility.INTERNAL)
    removed = factories.visit()
    Visit.objects.filter(pk=removed.pk).update(workflow=Workflow.REMOVED)
    current = factories.visit()
    rows = Visit.objects.filter(pk__in=[row.pk for row in (shown, inside, removed, current)])
    assert list(rows.withdrawn_for_everybody(people.anonymous)) == [shown]


def test_no_note_remains_of_a_meeting_whose_visit_is_hidden_or_that_was_only_a_count(
    people: Cast,
) -> None:
    visit, hidden = factories.visit(), factories.visit()
    kept = factories.meeting(visit=visit)
    counted = factories.meeting(visit=visit, published_as="count")
    within = factories.meeting(visit=hidden)
    pks = [kept.pk, counted.pk, within.pk]
    Meeting.objects.filter(pk__in=pks).update(workflow=Workflow.WITHDRAWN)
    Visit.objects.filter(pk=hidden.pk).update(visibility=Visibility.INTERNAL)
    rows = Meeting.objects.filter(pk__in=pks)
    assert list(rows.withdrawn_for_everybody(people.anonymous)) == [kept]


def test_no_note_remains_of_a_source_to_which_nothing_visible_leads(people: Cast) -> None:
    led_to = factories.source(traced_by=factories.visit())
    untraced = factories.source()
    pks = [led_to.pk, untraced.pk]
    Source.objects.filter(pk__in=pks).update(workflow=Workflow.WITHDRAWN)
    rows = Source.objects.filter(pk__in=pks)
    assert list(rows.withdrawn_for_everybody(people.anonymous)) == [led_to]


def test_a_relay_needs_both_of_its_ends(people: Cast) -> None:
    paper, post, secret = (
        factories.source(traced_by=factories.visit()),
        factories.source(),
        factories.source(traced_by=factories.visit(), **factories.internal()),
    )
    for source, original, names in (
        (paper, post, set(NAMES)),
        (paper, secret, INSIDERS),
        (secret, post, INSIDERS),
    ):
        relay = SourceRelay(source=source, original=original)
        relay.save()
        assert seen_by(people, SourceRelay.objects.filter(pk=relay.pk)) == names


def test_a_private_individual_has_no_page() -> None:
    public, private = factories.person(), factories.person(private=True)
    rows = Person.objects.filter(pk__in=[public.pk, private.pk])
    assert list(rows.with_a_page()) == [public]


def test_names_and_aliases_are_as_hidden_as_whom_they_name(people: Cast) -> None:
    shown, hidden = factories.meeting(), factories.meeting(**factories.internal())
    for meeting, names in ((shown, set(NAMES)), (hidden, INSIDERS)):
        person = factories.participant(meeting=meeting).person
        body = factories.organisation()
        factories.participant(meeting=meeting, organisation=body)
        name = PersonName(person=person, text="Another name")
        name.save()
        assert seen_by(people, PersonName.objects.filter(pk=name.pk)) == names
        for fields in ({"person": person}, {"organisation": body}):
            alias = Alias(text="Once called", **fields)
            alias.save()
            assert seen_by(people, Alias.objects.filter(pk=alias.pk)) == names
    old = Alias(text="Old name", country=factories.country())
    old.save()
    assert seen_by(people, Alias.objects.filter(pk=old.pk)) == set(NAMES)


def test_the_legs_of_a_member_are_as_hidden_as_the_visit(people: Cast) -> None:
    for state, names in ((factories.published(), set(NAMES)), (factories.draft(), DESK)):
        visit = factories.visit(experts=((factories.term(), (0,)),), **state)
        rows = VisitExpertLeg.objects.filter(expert__visit=visit)
        assert rows.count() == 1
        assert seen_by(people, rows) == names
