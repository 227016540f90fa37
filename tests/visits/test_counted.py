"""Of closed meetings the public learns a number, or nothing; a small number names people and is not told."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import factories as make
from visits.choices import Side

pytestmark = pytest.mark.django_db
MEETINGS, MET = "further meetings took place", "civil-society organisations were met"


def closed(visit, names: list[str], **fields):
    """Enter a confidential meeting that is published as a count, with organisations of civil society."""
    within = make.compartment(visit=visit)
    about = {"title": "Canary meeting", "published_as": "count", **make.confidential(within), **fields}
    meeting = make.meeting(visit=visit, **about)
    for name in names:
        make.participant(meeting=meeting, organisation=make.organisation(name=name), side=Side.CIVIL_SOCIETY)
    return meeting


def page(visit) -> str:
    return " ".join(Client().get(visit.get_absolute_url()).content.decode().split())


def test_one_consultation_tells_how_many_organisations_were_met_and_none_of_their_names() -> None:
    visit = make.visit()
    meeting = closed(visit, [f"Canary group {number}" for number in range(6)])
    first = meeting.participants.first()
    make.participant(meeting=meeting, organisation=make.organisation(), side=Side.GOVERNMENT)
    other = closed(visit, [])
    make.participant(meeting=other, organisation=first.organisation, side=Side.CIVIL_SOCIETY)
    html = page(visit)
    assert f"6 {MET}" in html and MEETINGS not in html and "Canary" not in html


@pytest.mark.parametrize("fields", [{"published_as": "not"}, {"status": "planned"}, {"workflow": "draft"}])
def test_what_is_not_published_or_was_not_held_is_not_counted(fields) -> None:
    visit = make.visit()
    closed(visit, [f"Canary group {number}" for number in range(6)], **fields)
    assert MET not in page(visit)


def test_fewer_than_five_are_not_told() -> None:
    visit = make.visit()
    closed(visit, ["One", "Two", "Three", "Four"])
    assert MET not in page(visit)
    for _one in range(4):
        closed(visit, ["Five"] if _one == 3 else [])
    html = page(visit)
    assert f"5 {MET}" in html and f"5 {MEETINGS}" in html
