"""Protecting again whom a restored backup has brought back under their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from visits.actions import clean_and_save
from visits.kept_protections import KINDS, Protection
from visits.models import Compartment
from visits.protected_actions import seal_participant, seal_person
from visits.sealing import NoKey

# Where a compartment is younger than the backup. Nobody is in: two persons open it (ADR 0029).
ROOM = "Protected again after a restore"


@transaction.atomic
def protect_again(lines: Iterable[Protection]) -> tuple[int, list[Protection]]:
    """Protect everybody of the list who stands there under their name; return how many, and whom it could not protect.

    The names are those that this record has of them. Raises NoKey where there is no key to seal them by.
    """
    number, left = 0, list[Protection]()
    # Of several lines of one row the last one counts: by then it was in its last compartment, under its last code.
    for line in sorted(lines, key=lambda one: one.at, reverse=True):
        row = KINDS[line.kind]._base_manager.filter(pk=line.row, protected_name=None).first()
        if row is None or not line.is_of(row):
            continue
        about: dict[str, Any] = {"code_name": line.code, "compartment": _room(line), "by": None, "at": line.at}
        try:
            if line.kind == "person":
                seal_person(person=row, **about)
            else:
                seal_participant(participant=row, **about)
        except NoKey:
            raise
        except ValidationError:
            left.append(line)
        else:
            number += 1
    return number, left


def _room(line: Protection) -> Compartment:
    found = Compartment._base_manager.filter(pk=line.room).first()
    if found is None or not line.is_of(found):
        found = Compartment._base_manager.filter(name=ROOM, visit=None).first()
    if found is None:
        found = Compartment(name=ROOM)
        clean_and_save(found)
    return found
