"""A form that was filled in before somebody was protected brings the name back nowhere, and nothing else of it is lost.

Nobody is told by it what a name is: answers depend on versions, not on the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError
from django.test import Client

from tests import factories as make
from tests.admin_form import AdminForm
from tests.cast import Cast, again, signed_in
from visits import actions
from visits import protected_actions as protecting
from visits.models import Alias, Participant, Person, PersonName

pytestmark = pytest.mark.django_db
NAME, CODE = "Aurelia Quillfeather", "Witness 7"


@pytest.fixture(autouse=True)
def keys(settings) -> Iterator[Any]:
    settings.PROTECTED_KEYS = [Fernet.generate_key().decode()]
    yield settings


@pytest.fixture
def room(people: Cast):
    return make.compartment(name="Room", members=(people.reviewer,))


def protect(row: Any, people: Cast, room: Any, settings: Any) -> None:
    """Protect somebody; from then on no key opens what is sealed, as on a server that has lost it."""
    kind = "person" if isinstance(row, Person) else "participant"
    call = getattr(protecting, f"protect_{kind}")
    call(**{kind: again(row)}, code_name=CODE, compartment=room, by=people.reviewer)
    settings.PROTECTED_KEYS = []


def filled_in(client: Client, address: str) -> dict[str, str]:
    return AdminForm(client.get(address).content.decode()).data


def sent(client: Client, address: str, data: dict[str, str], status: int) -> str:
    answer = client.post(address, data)
    assert answer.status_code == status, re.findall(r"errorlist.*?</ul>", answer.content.decode(), re.S)
    return answer.content.decode()


def test_the_form_of_a_person_holds_what_is_stored(people: Cast, room, keys) -> None:
    person = make.person(name=NAME, slug="somebody-k3x9", private=True)
    statement = make.statement(speakers=(make.speaker(person=person),))
    client, address = signed_in(people.editor), f"/admin/visits/person/{person.pk}/change/"
    data = filled_in(client, address)
    protect(person, people, room, keys)
    html = sent(client, address, {**data, "note": "Speaks Khmer"}, 409)
    shown = AdminForm(html).data
    # What was typed is there to be taken over: whether it says what was erased, its writer alone knows.
    assert (shown["name"], shown["note"]) == (CODE, "") and "Speaks Khmer" in html
    assert "Quillfeather" not in html
    assert "written anew since you opened the form" in html
    sent(client, address, {**shown, "note": "Speaks Khmer"}, 302)
    assert (again(person).name, again(person).note) == (CODE, "Speaks Khmer")
    assert NAME not in Client().get(statement.get_absolute_url()).content.decode()


def test_rows_of_names_do_not_come_back_with_the_form(people: Cast, room, keys) -> None:
    person = make.person(name=NAME, slug="somebody-k3x9", private=True)
    actions.save_part(part=PersonName(person=person, text="Madame Quillfeather"), by=people.editor)
    client, address = signed_in(people.editor), f"/admin/visits/person/{person.pk}/change/"
    data = filled_in(client, address)
    assert "Madame Quillfeather" in data.values()
    protect(person, people, room, keys)
    answer = client.post(address, {**data, "note": "Speaks Khmer"})
    again_sent = client.post(address, AdminForm(answer.content.decode()).data)
    assert answer.status_code != 302 and again_sent.status_code != 500
    assert not PersonName.objects.exists() and again(person).name == CODE
    assert not Person.history.filter(name__contains="Quill").exists()


def test_the_form_of_a_meeting_holds_what_is_stored_and_all_else_that_was_typed(people: Cast, room, keys) -> None:
    meeting = make.meeting(workflow="draft", public_summary=f"{NAME} told of it.\n\nIt rained.")
    row = make.participant(meeting=meeting, label=NAME)
    client, address = signed_in(people.editor), f"/admin/visits/meeting/{meeting.pk}/change/"
    data = filled_in(client, address)
    protect(row, people, room, keys)
    data |= {"place": "Town hall", "public_summary": data["public_summary"].replace("rained", "snowed")}
    html = sent(client, address, data, 409)
    shown = AdminForm(html).data
    assert shown["public_summary"].splitlines() == [f"{CODE} told of it.", "", "It rained."] and "snowed" in html
    assert shown["place"] == "Town hall" and "Quillfeather" not in html
    sent(client, address, shown, 302)
    assert (again(row).label, again(meeting).place) == (CODE, "Town hall")
    assert "Quill" not in again(meeting).public_summary


def test_forms_of_the_desk_hold_what_is_stored(people: Cast, room, keys) -> None:
    meeting = make.meeting(workflow="draft", public_summary=f"{NAME} told of it.")
    note = make.note(meeting=meeting, author=people.editor, text=f"{NAME} wept.\n\nIt rained.", workflow="draft")
    row = make.participant(meeting=meeting, label=NAME)
    client = signed_in(people.editor)
    summary = {"public_summary": f"{NAME} told of it. It was late.", "version": str(again(meeting).version)}
    pages = {
        f"/desk/notes/{note.public_id}/edit/": {
            "text": f"{NAME} wept.\n\nIt snowed.", "version": str(note.version), "visibility": note.visibility,
        },
        f"/desk/meetings/{meeting.public_id}/": summary,
    }  # fmt: skip
    protect(row, people, room, keys)
    for (address, data), typed in zip(pages.items(), ("snowed", "It was late"), strict=True):
        html = sent(client, address, data, 409)
        assert typed in html and "Quillfeather" not in html and f"{CODE} " in html
    assert again(note).text == f"{CODE} wept.\n\nIt rained."


def test_a_form_of_an_old_version_tells_no_name_to_who_guesses(people: Cast, room, keys) -> None:
    person = make.person(name=NAME, slug="somebody-k3x9", private=True)
    meeting = make.meeting(workflow="draft", public_summary=f"{NAME} told of it.")
    make.participant(meeting=meeting, person=person)
    first = again(meeting).version
    protect(person, people, room, keys)
    client, address = signed_in(people.editor), f"/desk/meetings/{meeting.public_id}/"
    told = set()
    for guess in (NAME, "Brunhilde Bramblewick"):
        data = {"public_summary": f"{guess} told of it.", "version": str(first)}
        told.add(re.sub(r'(token|nonce)[^>]*"', "", sent(client, address, data, 409)))
    assert len(told) == 1


def test_a_form_of_before_keeps_its_words_where_no_name_was_taken_out(people: Cast, room, keys) -> None:
    meeting = make.meeting(workflow="draft", public_summary=f"{NAME} told of it.", place="Hall")
    row = make.participant(meeting=meeting, label=NAME)
    client, address = signed_in(people.editor), f"/admin/visits/meeting/{meeting.pk}/change/"
    protect(row, people, room, keys)
    # Opened after the protection, and overtaken by somebody else.
    data = filled_in(client, address)
    stored = again(meeting)
    stored.place = "Barn"
    actions.save_record(record=stored, by=people.reviewer)
    html = sent(client, address, {**data, "public_summary": f"{CODE} told of nothing."}, 409)
    assert AdminForm(html).data["public_summary"] == f"{CODE} told of nothing."
    assert "written anew" not in html


def test_what_somebody_protected_is_called_is_changed_by_those_in_the_compartment(people: Cast, room, keys) -> None:
    person = make.person(name=NAME, slug="somebody-k3x9", private=True)
    row = make.participant(meeting=make.meeting(workflow="draft"), label="Old Bran Hollow")
    key = list(keys.PROTECTED_KEYS)
    protect(person, people, room, keys)
    keys.PROTECTED_KEYS = key
    protecting.protect_participant(participant=row, code_name="Farmer 1", compartment=room, by=people.reviewer)

    def save(part: Any, by: Any) -> None:
        part.full_clean()
        actions.save_part(part=part, by=by)

    def named(model: type[Any], pk: int, **fields: str) -> Any:
        found = model.objects.get(pk=pk)
        for name, value in fields.items():
            setattr(found, name, value)
        return found

    other = make.user(role="reviewer")
    for by in (people.editor, other, None):
        # Whether it is the name or another one, the answer is the same.
        for name in (NAME, "Somebody Else"):
            for part in (
                named(Person, person.pk, name=name), PersonName(person=again(person), text=name),
                Alias(person=again(person), text=name), named(Participant, row.pk, label=name),
            ):  # fmt: skip
                with pytest.raises(ValidationError, match="stays as it is"):
                    save(part, by)
    save(named(Person, person.pk, note="Speaks Khmer"), people.editor)
    with pytest.raises(ValidationError, match="must not hold a word of the name"):
        save(named(Person, person.pk, name="Sister Quillfeather"), people.reviewer)
    save(named(Person, person.pk, name="Witness 8"), people.reviewer)
    save(named(Participant, row.pk, label="Farmer 2"), people.reviewer)
    keys.PROTECTED_KEYS = []
    with pytest.raises(ValidationError, match="PROTECTED_KEYS"):
        save(named(Person, person.pk, name="Witness 9"), people.reviewer)
    assert (again(person).name, again(row).label) == ("Witness 8", "Farmer 2")
