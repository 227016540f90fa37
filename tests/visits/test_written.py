"""Gates written down once: the text for each role, this row and this person in it, and no name taken twice."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Case, F, Q, Value, When

from tests import factories
from tests.cast import cast
from visits import written
from visits.access import gate, meeting_gate, visible
from visits.models import Meeting, Organisation, Participant, Person, Visit
from visits.written import Anybody, define

pytestmark = pytest.mark.django_db


@pytest.fixture
def rooms():
    """Return two members with a compartment each, and a confidential visit in each."""
    people = [factories.user(username="one", role="member"), factories.user(username="two", role="member")]
    rooms = [factories.compartment(members=(person,)) for person in people]
    return people, [factories.visit(**factories.confidential(room)) for room in rooms]


def test_each_person_of_a_role_gets_their_own_rooms(rooms):
    people, visits = rooms
    for person, visit in zip(people, visits, strict=True):
        assert list(Visit.objects.filter(gate(person))) == [visit]
    assert not Visit.objects.filter(gate(AnonymousUser()))


def test_who_is_promoted_or_shut_out_is_asked_anew(rooms):
    (one, _two), (visit, _other) = rooms
    draft = factories.visit(workflow="draft")
    one.role = "editor"
    assert set(Visit.objects.filter(gate(one))) == {visit, draft}
    one.is_active = False
    assert not Visit.objects.filter(gate(one))


def test_the_row_may_be_the_queried_one_one_above_it_or_a_joined_one(rooms):
    (one, two), (visit, _other) = rooms
    meeting = factories.meeting(visit=visit, **factories.confidential(visit.compartment))
    named = factories.participant(meeting=meeting, label="x")
    for path in ("meeting__visit", "meeting__visit__version"):
        assert list(Participant.objects.filter(gate(one, path))) == [named]
        assert not Participant.objects.filter(gate(two, path))
        assert list(Participant.objects.exclude(gate(two, path))) == [named]
    assert list(Meeting.objects.filter(meeting_gate(one))) == [meeting]
    assert not Meeting.objects.filter(meeting_gate(two))


def test_a_row_without_the_parent_is_not_reached_through_it():
    factories.source(author_person=None)
    from visits.models import Source

    person = cast().editor
    assert Source.objects.filter(visible(person, "author_person")).count() == 0
    assert Source.objects.exclude(visible(person, "author_person")).count() == 1


def test_it_stands_in_any_place_of_a_query(rooms):
    (one, _two), (visit, other) = rooms
    open_ = factories.visit()
    told = Case(When(gate(one), then=Value("yes")), default=Value("no"))
    rows = Visit.objects.annotate(told=told).order_by("pk").values_list("pk", "told")
    assert list(rows) == [(visit.pk, "yes"), (other.pk, "no"), (open_.pk, "yes")]
    unordered = Visit.objects.order_by()
    inner = unordered.filter(gate(one), pk__in=Visit.objects.filter(gate(one) | Q(pk=other.pk)).values("pk"))
    union = inner.values_list("pk").union(unordered.filter(~gate(one)).values_list("pk"))
    assert sorted(union) == [(visit.pk,), (other.pk,), (open_.pk,)]
    assert Visit.objects.filter(gate(one)).update(version=F("version") + 1) == 2
    assert Visit.objects.filter(pk=other.pk, version=other.version).exists()


def test_a_gate_within_gates_keeps_its_own_names_for_tables(people):
    """Of who is asked for three levels deep in a query that gives its tables the same letters."""
    person = factories.person()
    office = factories.office(person=person, organisation=factories.organisation())
    asked = Organisation.objects.filter(
        visible(people.editor), offices__in=office.__class__.objects.filter(visible(people.editor, "person"))
    )
    assert list(asked.filter(pk__in=asked.values("pk"))) == [office.organisation]


def test_the_text_is_written_once_for_a_role_and_knows_nobody(people):
    list(Person.objects.visible_to(people.member))
    before = dict(written._TEXTS)
    list(Person.objects.visible_to(factories.user(username="another", role="member")))
    assert before == written._TEXTS
    text = before["visible", Person, "member", connection.vendor]
    assert (
        people.member.pk not in text.params
        and written.WHOSE in written._TEXTS["known", Person, "member", connection.vendor].params
    )


@pytest.mark.parametrize("condition, found", [(Q(pk__in=[]), 0), (~Q(pk__in=[]), 2)])
def test_a_condition_of_nobody_or_everybody_is_written_too(rooms, condition, found, monkeypatch):
    monkeypatch.setattr(written, "_DEFINITIONS", dict(written._DEFINITIONS))
    monkeypatch.setattr(written, "_TEXTS", {})
    define("of the test")(lambda _model, _reader: condition)
    assert Visit.objects.filter(written.written("of the test", rooms[0][0])).count() == found


def test_doubled_parentheses_are_left_out():
    assert written._bare("((a) AND ((b OR c)))") == "((a) AND (b OR c))"
    assert written._bare("(((a)))") == "(a)"
    assert written._bare("f((a), (b))") == "f((a), (b))"


def test_anybody_has_a_role_and_no_rooms_of_their_own():
    assert Anybody("editor").pk == written.WHOSE
