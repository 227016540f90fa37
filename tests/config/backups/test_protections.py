"""Who was protected since a backup was made is protected again after restoring it: the name stands nowhere again."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import Client

from config.backups.making import make, restore
from tests import factories
from tests.cast import cast
from tests.config.backups.test_drill import emptied, everything, place  # noqa: F401 - fixtures
from visits import kept_removals, merging
from visits.actions import save_part, save_record
from visits.models import Participant, Person, PersonName, ProtectedName
from visits.protected_actions import look, protect_participant, protect_person
from visits.protected_again import ROOM

pytestmark = pytest.mark.django_db(transaction=True)
NAME, OTHER, LABEL = "Aurelia Quillfeather", "Madame Quillfeather", "Old Bran Hollow"
WORDS = ("quillfeather", "hollow")


def standing() -> set[str]:
    """Return the tables in which a word of a name stands, the index of words among them."""
    return {
        table
        for table, rows in everything().items()
        if any(word in (cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell)).casefold()
               for row in rows for cell in row for word in WORDS)
    }  # fmt: skip


def shown() -> set[str]:
    """Return the pages and files of everybody in which it stands."""
    found = set()
    for address in ("/", "/statements.csv", "/meetings.csv", "/people.csv", "/api/v1/people/", "/visits/cast-visit/"):
        answer = Client().get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found |= {address} if any(word in body.decode().casefold() for word in WORDS) else set()
    return found


def entered(people):
    """Enter somebody under two names in two rows, and somebody under a label, in everything that keeps words."""
    person, twin = factories.person(name=NAME), factories.person(name=OTHER)
    save_part(part=PersonName(person=person, text="A. Quillfeather", kind="short"), by=people.editor)
    meeting = factories.meeting(visit=factories.visit(slug="cast-visit"), public_summary=f"{NAME} and {LABEL} came.")
    factories.participant(meeting=meeting, person=person)
    row = factories.participant(meeting=meeting, label=LABEL, side="affected")
    said = factories.statement(
        visit=meeting.visit, speakers=(factories.speaker(person=twin, attribution="Quillfeather"),)
    )
    factories.position(summary=f"Asks what became of {OTHER}.", evidence=(said,))
    meeting.title = "Meeting with a neighbour"
    save_record(record=meeting, by=people.reviewer, version=meeting.version)
    return person, twin, row


def test_a_restored_backup_names_nobody_who_was_protected_since(place, emptied, settings, capsys):  # noqa: F811
    settings.PROTECTED_KEYS = keys = [Fernet.generate_key().decode()]
    people = cast()
    room = factories.compartment(name="Room", members=(people.reviewer,))
    person, twin, row = entered(people)
    before, backup = Person.objects.count(), make(settings.BACKUP_DIR)
    named = standing()
    assert len(named) >= 8 and shown()
    # Since then: one person out of two, somebody new, a new compartment; all of them protected.
    merging.merge_records(kept=person, gone=twin, by=people.reviewer)
    late = factories.person(name="Late Quillfeather")
    younger = factories.compartment(name="Younger", members=(people.reviewer,))
    protect_person(person=Person.objects.get(pk=person.pk), code_name="Witness 7", compartment=room, by=people.reviewer)
    protect_person(person=late, code_name="Witness 8", compartment=room, by=people.reviewer)
    protect_participant(participant=row, code_name="Farmer 1", compartment=younger, by=people.reviewer)
    assert standing() == set() and shown() == set()
    kept = kept_removals.path().read_bytes()
    assert [(one.kind, one.row, one.code) for one in kept_removals.listed().protected] == [
        ("person", person.pk, "Witness 7"), ("person", twin.pk, "Witness 7"), ("person", late.pk, "Witness 8"),
        ("participant", row.pk, "Farmer 1"),
    ]  # fmt: skip
    assert not any(word in kept.decode().casefold() for word in WORDS)

    emptied()
    restore(backup.path, place / "identity")
    assert standing() == named and shown()
    kept_removals.path().write_bytes(b"protected person 5\n")
    with pytest.raises(CommandError, match="no line"):
        call_command("repeat_removals")
    kept_removals.path().write_bytes(kept)
    settings.PROTECTED_KEYS = []
    with pytest.raises(CommandError, match="PROTECTED_KEYS"):
        call_command("repeat_removals")
    assert standing() == named
    settings.PROTECTED_KEYS = keys
    # Somebody else, entered since, has the number of one who was protected.
    other = Person(pk=late.pk, slug="somebody-else", name="Somebody Else")
    other.save(force_insert=True)
    call_command("repeat_removals")
    assert "Protected in the list: 4. Protected again: 3." in capsys.readouterr().out
    assert standing() == set() and shown() == set()
    assert Person.objects.count() == before + 1 and Person.objects.get(pk=late.pk).name == "Somebody Else"
    assert {one.name for one in Person.objects.filter(pk__in=[person.pk, twin.pk])} == {"Witness 7"}
    assert Participant.objects.get(pk=row.pk).label == "Farmer 1"
    rooms = {one.code_name: one.compartment.name for one in ProtectedName.objects.all()}
    assert rooms == {"Witness 7": "Room", "Farmer 1": ROOM}
    sealed = ProtectedName.objects.get(person=person.pk)
    assert look(kept=sealed, by=people.reviewer) == [NAME, "A. Quillfeather"]
    call_command("repeat_removals")
    assert "Protected again: 0." in capsys.readouterr().out
    assert kept_removals.path().read_bytes() == kept


def test_a_code_name_that_became_the_name_is_not_written_down(place, settings):  # noqa: F811
    settings.PROTECTED_KEYS = [Fernet.generate_key().decode()]
    people = cast()
    room = factories.compartment(name="Room", members=(people.reviewer,))
    for number in (1, 2):
        person = factories.person(name=f"{NAME} {number}")
        protect_person(person=person, code_name=f"Witness {number + 2}", compartment=room, by=people.reviewer)
    Person.objects.filter(pk=person.pk).update(name=NAME)
    # The list was lost: of the database it tells what it may.
    kept_removals.path().unlink()
    kept_removals.keep()
    assert [one.code for one in kept_removals.listed().protected] == ["Witness 3"]


def test_who_cannot_be_protected_again_is_told_by_number(place, settings):  # noqa: F811
    settings.PROTECTED_KEYS = [Fernet.generate_key().decode()]
    people = cast()
    row = factories.participant(meeting=factories.meeting(), person=factories.person(name=NAME))
    room = factories.compartment(name="Room", members=(people.reviewer,))
    line = f"protected participant {row.pk} 2090-01-01T00:00:00+00:00 {room.pk} Farmer%201\n"
    kept_removals.path().write_text(line)
    with pytest.raises(CommandError, match=f"by hand before anybody reads: participant {row.pk}."):
        call_command("repeat_removals")
