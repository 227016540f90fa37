"""A statement as it is to be written: what a row of a file came to, with the keys of all that it names. Pure."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from statements.choices import CitationRole
from statements.verdicts import Version
from visits.choices import DateBasis, Visibility


class Who(NamedTuple):
    """Exactly one of person, organisation, mandate and label."""

    person: int | None = None
    organisation: int | None = None
    mandate: int | None = None
    label: str = ""


class Spoken(NamedTuple):
    """Who speaks, in which office or term, on which side."""

    who: Who
    side: str
    office: int | None = None
    term: int | None = None
    on_behalf_of: int | None = None
    attribution: str = ""


class Proof(NamedTuple):
    """A citation of a source. `found` is what the verbatim check finds for it (`statements.verdicts.find`)."""

    source: int
    exact: str = ""
    locator: str = ""
    role: str = CitationRole.PRIMARY.value
    found: dict[str, Any] = {}


@dataclass(slots=True)
class Planned:
    """A whole statement. The first of the versions of its words is the preferred one."""

    act: str
    mode: str
    occasion: str
    visibility: str = Visibility.INTERNAL.value
    visit: int | None = None
    meeting: int | None = None
    leg: int | None = None
    compartment: int | None = None
    date: str = ""
    earliest: datetime.date | None = None
    latest: datetime.date | None = None
    date_basis: str = DateBasis.STATED.value
    original_language: str = ""
    answers_text: str = ""
    is_example: bool = False
    # Published with the import, by whoever may; a draft otherwise.
    publish: bool = False
    speakers: tuple[Spoken, ...] = ()
    texts: tuple[Version, ...] = ()
    citations: tuple[Proof, ...] = ()
    topics: tuple[int, ...] = ()
    addressees: tuple[Who, ...] = ()
    chain: tuple[Who, ...] = field(default=())
