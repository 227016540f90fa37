"""Writing the sample record: what is there stays as it is, what is missing is entered, everything is counted.

A record that somebody has edited since is theirs: seeding again changes no row, and enters none twice.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.text import slugify

from statements.seed.reading import Unresolved
from visits.actions import clean_and_save
from visits.choices import Visibility, Workflow
from visits.models import Office, Organisation, Person, PersonName

# The letters of the ids that the model draws at random.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
_LENGTH = 16

Row = TypeVar("Row", bound=models.Model)


def public_id(key: str) -> str:
    """Return the fixed public id of the sample record with this key, whatever other rows there are."""
    number = int.from_bytes(hashlib.sha256(f"sample record: {key}".encode()).digest())
    letters = []
    for _position in range(_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return "".join(letters)


def public() -> dict[str, Any]:
    """Return workflow and visibility of a record that everybody may see."""
    return {
        "workflow": Workflow.PUBLISHED,
        "visibility": Visibility.PUBLIC,
        "published_at": timezone.now(),
    }


@dataclass
class Store:
    """What one run has entered, found and left open. `tick` is called after each row of the sample."""

    tick: Callable[[], Any] = lambda: None
    entered: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    unresolved: list[Unresolved] = field(default_factory=list)

    def count(self, row: models.Model, *, new: bool) -> None:
        """Count a row as entered or as found."""
        (self.entered if new else self.found)[row._meta.label] += 1

    def keep(self, model: type[Row], values: dict[str, Any] | None = None, **lookup: Any) -> tuple[Row, bool]:
        """Return the row that `lookup` names, entered with `values` where it is missing, and whether it was."""
        row = model._default_manager.filter(**lookup).first()
        new = row is None
        if row is None:
            row = model(**lookup, **(values or {}))
            clean_and_save(row)
        self.count(row, new=new)
        return row, new

    def person(self, name: str, *, private: bool = False) -> Person:
        """Return the person of this name, with the name as their preferred full one."""
        person, new = self.keep(Person, {"name": name, "private": private}, slug=slugify(name))
        if new:
            self.keep(PersonName, {"preferred": True}, person=person, text=name, kind="full")
        return person

    def name(self, person: str, text: str, kind: str, **values: Any) -> None:
        """Give a person another name, short or as some source printed it."""
        self.keep(PersonName, values, person=self.person(person), text=text, kind=kind)

    def organisation(self, slug: str) -> Organisation:
        """Return the organisation with this slug, which the sample names before it is used."""
        return Organisation.objects.get(slug=slug)

    def office(
        self,
        person: Person,
        *,
        title: str,
        organisation: Organisation | None,
        side: str,
        seen: str,
    ) -> Office:
        """Return the office of a person, as seen on a day by some source."""
        office, _new = self.keep(
            Office,
            {"seen": seen},
            person=person,
            title=title,
            organisation=organisation,
            side=side,
        )
        return office
