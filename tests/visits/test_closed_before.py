"""Whom and what a compartment alone knew stays with it when the row that named them is taken out or names others."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from statements.models import MeetingTopic, Position, Topic
from tests import factories as make
from tests.cast import Cast, signed_in
from visits.actions import remove_part, save_part, save_record
from visits.after_save import take_out
from visits.models import Meeting, Office, Organisation, Participant, Person

pytestmark = pytest.mark.django_db
NAME = "Canary Closed"


@pytest.fixture
def room(people: Cast) -> Any:
    return make.compartment(members=(people.reviewer,))


def meets(people: Cast, row: Any) -> set[str]:
    """Return which of the cast meet a row of the vocabulary."""
    rows: Any = type(row)._default_manager
    return {
        name
        for name in ("anonymous", "reader", "member", "editor", "reviewer", "admin")
        if rows.visible_to(getattr(people, name)).filter(pk=row.pk).exists()
    }


def told(client: Client, person: Person) -> set[str]:
    """Return the addresses at which somebody is told of."""
    page = person.get_absolute_url()
    found = set()
    for address in (
        page, f"/desk/history/person/{person.slug}/", "/people/", "/people.csv", "/search/?q=canary", "/desk/",
        "/search/suggest/?q=canary", "/api/v1/people/?limit=200", f"/api/v1/people/{person.slug}/",
        f"/admin/visits/person/{person.pk}/change/", "/admin/visits/person/?q=canary",
        "/admin/autocomplete/?term=canary&app_label=visits&model_name=participant&field_name=person",
    ):  # fmt: skip
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.status_code == 200 and NAME.encode() in body:
            found.add(address)
    return found


def test_whom_a_compartment_took_out_is_opened_to_no_editor(people: Cast, room) -> None:
    person = make.person(name=NAME)
    part = make.participant(meeting=make.meeting(**make.confidential(room)), person=person)
    editor, reviewer = signed_in(people.editor), signed_in(people.reviewer)
    missing = editor.get("/people/nobody-of-this-name/").content
    assert told(editor, person) == set() and editor.get(person.get_absolute_url()).content == missing
    remove_part(part=part, by=people.reviewer)
    assert told(editor, person) == told(signed_in(people.admin), person) == set()
    assert editor.get(person.get_absolute_url()).content == missing
    # Whoever took them out by mistake finds them again.
    assert len(told(reviewer, person)) >= 8
    assert meets(people, person) == {"reviewer"}


def test_the_record_may_be_opened_afterwards(people: Cast, room) -> None:
    person = make.person()
    meeting = make.meeting(**make.confidential(room))
    remove_part(part=make.participant(meeting=meeting, person=person), by=people.reviewer)
    meeting = Meeting.objects.get(pk=meeting.pk)
    meeting.visibility, meeting.compartment = "public", None
    save_record(record=meeting, by=people.reviewer)
    assert Meeting.objects.visible_to(people.editor).filter(pk=meeting.pk).exists()
    assert meets(people, person) == {"reviewer"}


def test_whom_a_row_names_no_more_is_opened_to_no_editor_either(people: Cast, room) -> None:
    person, other = make.person(), make.person()
    part = make.participant(meeting=make.meeting(**make.confidential(room)), person=person)
    part = Participant.objects.get(pk=part.pk)
    part.person = other
    save_part(part=part, by=people.reviewer)
    assert meets(people, person) == meets(people, other) == {"reviewer"}


def named_within(room) -> dict[str, tuple[Any, Any]]:
    """Return by a name what rows of a compartment name, and the row to take out or to let name something else."""
    closed = make.confidential(room)
    office = make.office(organisation=make.organisation())
    seat = make.participant(meeting=make.meeting(**closed), person=office.person, office=office)
    body = make.organisation()
    came = make.participant(meeting=make.meeting(**closed), organisation=body)
    wide = make.topic()
    topic = make.topic(parent=wide)
    touched = MeetingTopic(meeting=make.meeting(**closed), topic=topic)
    touched.save()
    speaker = make.speaker(person=make.person())
    make.statement(speakers=(speaker,), **closed)
    source = make.source(author_person=make.person(), publisher_organisation=make.organisation(), **closed)
    on, position_topic = make.visit(), make.topic()
    position = Position(visit=on, topic=position_topic, column="state", summary="Closed to most")
    position.visibility, position.compartment = "confidential", room
    save_record(record=position, by=None)
    return {
        "office": (office, seat), "holder": (office.person, seat), "employer": (office.organisation, seat),
        "body": (body, came), "topic": (topic, touched), "wider topic": (wide, touched),
        "speaker": (speaker.person, speaker), "author": (source.author_person, source),
        "publisher": (source.publisher_organisation, source), "topic of a position": (position_topic, position),
    }  # fmt: skip


def test_so_it_is_of_all_that_rows_name(people: Cast, room) -> None:
    rows = named_within(room)
    assert {name: meets(people, row) for name, (row, _by) in rows.items()} == {name: {"reviewer"} for name in rows}
    for naming in {id(by): by for _row, by in rows.values()}.values():
        now = type(naming).objects.get(pk=naming.pk)
        if isinstance(now, Position):
            now.topic = make.topic()
            save_record(record=now, by=people.reviewer)
        elif naming.PART_OF:
            take_out(now)
        else:
            now.author_person = now.publisher_organisation = None
            save_record(record=now, by=people.reviewer)
    assert {name: meets(people, row) for name, (row, _by) in rows.items()} == {name: {"reviewer"} for name in rows}
    # The office goes, and its organisation is not opened by that.
    office, employer = rows["office"][0], rows["employer"][0]
    take_out(Office.objects.get(pk=office.pk))
    assert meets(people, employer) == {"reviewer"}


def test_what_was_named_in_the_open_or_never_is_there_for_every_editor(people: Cast, room) -> None:
    desk = {"editor", "reviewer", "admin"}
    never, once, topic = make.person(), make.person(), make.topic()
    meeting = make.meeting(**make.internal())
    remove_part(part=make.participant(meeting=meeting, person=once), by=people.reviewer)
    touched = MeetingTopic(meeting=make.meeting(**make.draft()), topic=topic)
    touched.save()
    take_out(touched)
    assert meets(people, never) == meets(people, once) == meets(people, topic) == desk
    # Who is closed is there as soon as an open row names them.
    closed = make.person()
    part = make.participant(meeting=make.meeting(**make.confidential(room)), person=closed)
    remove_part(part=part, by=people.reviewer)
    make.participant(meeting=meeting, person=closed)
    assert meets(people, closed) == desk | {"member"}


@pytest.mark.parametrize("model", [Person, Organisation, Office, Topic])
def test_the_history_is_asked_by_indexes(people: Cast, model) -> None:
    """A history has more rows than all else: the database is to find in it by the row that is named."""
    if connection.vendor != "sqlite":
        pytest.skip("on few rows PostgreSQL reads them whole")
    rows: Any = model._default_manager
    plan = rows.visible_to(people.editor).filter(pk=1).explain().splitlines()
    searched = [line for line in plan if "SEARCH" in line and "INDEX" in line]
    read_whole = [line for line in plan if "SCAN" in line and "SUBQUERY" not in line and "CONSTANT" not in line]
    assert len(searched) > 10 and read_whole == []
