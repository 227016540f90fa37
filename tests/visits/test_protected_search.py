"""Whoever is protected is found by the real name nowhere, whatever the way in which they were entered."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.test import Client

from statements.models import Statement
from tests import factories as make
from tests.cast import Cast
from visits import protected_actions as protecting
from visits.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index_in_step")]
NAME, WORDS = "Aurelia Quillfeather", "They burned our houses."


@pytest.fixture(autouse=True)
def keys(settings) -> None:
    settings.PROTECTED_KEYS = [Fernet.generate_key().decode()]


def found_by_everybody(statement: Statement) -> set[str]:
    """Return where a statement is found by the surname."""
    asked = {"q": "Quillfeather"}
    addresses = ("/search/", "/statements/", "/statements.csv", "/api/v1/statements/")
    answers = {address: Client().get(address, asked) for address in addresses}
    read = {
        address: (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        for address, answer in answers.items()
    }
    return {address for address, told in read.items() if WORDS in told or statement.public_id in told}


def protect(people: Cast, person: Person) -> None:
    room = make.compartment(members=(people.reviewer,))
    # As it was entered: never saved since, and without rows of names.
    assert person.version == 1 and not person.names.exists()
    protecting.protect_person(person=person, code_name="Witness 7", compartment=room, by=people.reviewer)


def test_what_somebody_said_is_not_found_by_a_name_that_was_never_changed(people: Cast) -> None:
    person = make.person(name=NAME, slug="somebody-k3x9", private=True)
    statement = make.statement(speakers=(make.speaker(person=person),), texts=(make.text(WORDS),))
    assert len(found_by_everybody(statement)) == 4
    protect(people, person)
    assert found_by_everybody(statement) == set()
    assert "Witness 7" in Client().get(statement.get_absolute_url()).content.decode()


def test_what_an_organisation_called_after_somebody_said_is_not_found_by_the_name(people: Cast) -> None:
    person = make.person(name=NAME, slug="somebody-k3x9", private=True)
    fund = make.organisation(name=f"Friends of {NAME}", slug="friends-k3x9")
    statement = make.statement(speakers=(make.speaker(organisation=fund),), texts=(make.text(WORDS),))
    assert len(found_by_everybody(statement)) == 4
    protect(people, person)
    assert found_by_everybody(statement) == set()
