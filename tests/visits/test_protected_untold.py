"""Who is protected is known to those in the compartment alone: no refusal tells it to somebody else."""

from __future__ import annotations

import re

import pytest
from cryptography.fernet import Fernet

from tests import factories as make
from tests.cast import Cast, signed_in
from visits import protected_actions as protecting
from visits.compartments import key_of
from visits.models import ProtectedName

pytestmark = pytest.mark.django_db


def test_who_is_protected_is_told_to_nobody_else_by_protecting_them_once_more(people: Cast, settings) -> None:
    insider, key, meeting = make.user(role="reviewer"), [Fernet.generate_key().decode()], make.meeting()
    settings.PROTECTED_KEYS = key
    room, closed = (make.compartment(members=(who,)) for who in (people.reviewer, insider))
    taken, free = (make.person(name=name, private=True) for name in ("Real Name One", "Anna Muster"))
    labels = [make.participant(meeting=meeting, label=label) for label in ("Old Bran Hollow", "Young Fen Marrow")]
    for row in (taken, free):
        make.participant(meeting=meeting, person=row)
    protecting.protect_person(person=taken, code_name="Berta Beispiel", compartment=closed, by=insider)
    protecting.protect_participant(participant=labels[0], code_name="Farmer One", compartment=closed, by=insider)
    named = ("Berta Beispiel", "Anna Muster"), ("Farmer One", "Young Fen Marrow")
    client = signed_in(people.reviewer)

    def asked(name: str, code: str, *, label: bool, of=room, by=client) -> tuple[int, str]:
        whom = {"meeting": meeting.get_absolute_url(), "label": name} if label else {"person": name}
        sent = by.post("/desk/protected/", whom | {"code_name": code, "compartment": key_of(of)})
        words = re.sub(r'(nonce|csrfmiddlewaretoken)"? ?[^>]*', "", sent.content.decode())
        return sent.status_code, words.replace(name, "…").replace(code, "…")

    # What protects nobody tells nothing: a code name that is refused, and any of them where no key is set.
    for label, pair in zip((False, True), named, strict=True):
        assert len({asked(name, name, label=label) for name in pair}) == 1
        settings.PROTECTED_KEYS = []
        assert len({asked(name, "Witness 7", label=label) for name in pair}) == 1
        settings.PROTECTED_KEYS = key
        outside = asked(pair[0], "Witness 7", label=label)
        assert outside[0] == 400 and "ask another reviewer" in outside[1] and "already" not in outside[1]
        inside = asked(pair[0], "Witness 7", label=label, of=closed, by=signed_in(insider))
        assert inside[0] == 400 and "protected already" in inside[1]
    assert ProtectedName.objects.count() == 2
