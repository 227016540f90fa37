"""Rows of `visits` and `statements` for tests: plain functions, everything optional and by keyword, published and
public by default.

Records go through the actions, as they do in the product; whatever a test names wins over the
default. Names and slugs are numbered, so that no test meets the rows of another by chance.
"""

from __future__ import annotations

from itertools import count
from string import ascii_uppercase
from typing import Any

from django.utils import timezone

from statements import actions as statement_actions
from statements.models import (
    Attribution,
    Citation,
    Commitment,
    CommitmentEvidence,
    Position,
    Statement,
    StatementAddressee,
    StatementSpeaker,
    StatementText,
    Topic,
)
from visits import actions
from visits.access import Role
from visits.after_save import written
from visits.choices import Side, Visibility, Workflow
from visits.models import (
    AccessNote,
    Compartment,
    CompartmentMember,
    Country,
    Deadline,
    Mandate,
    MandateTerm,
    Meeting,
    MeetingNote,
    Office,
    Organisation,
    Participant,
    Person,
    Source,
    User,
    Visit,
    VisitLeg,
    VisitStep,
)

_numbers = count(1)
# Of countries alone: there are 260 codes.
_countries = count(1)


def number() -> int:
    """Return a number that no row has had yet."""
    return next(_numbers)


def published() -> dict[str, Any]:
    """Return what makes a record visible to everybody."""
    return {
        "workflow": Workflow.PUBLISHED,
        "visibility": Visibility.PUBLIC,
        "published_at": timezone.now(),
    }


def internal() -> dict[str, Any]:
    """Return what makes a record visible to members and above."""
    return {**published(), "visibility": Visibility.INTERNAL}


def draft() -> dict[str, Any]:
    """Return what makes a record a public one to be, which only editors and above see yet."""
    return {"workflow": Workflow.DRAFT, "visibility": Visibility.PUBLIC}


def confidential(within: Compartment) -> dict[str, Any]:
    """Return what makes a published record visible to those named in a compartment, and to nobody
    else.
    """
    return {**published(), "visibility": Visibility.CONFIDENTIAL, "compartment": within}


def _saved(row: Any) -> Any:
    """Return a row of the vocabulary, saved and indexed for the search."""
    row.save()
    written(row)
    return row


def user(*, role: str = Role.NONE, **fields: Any) -> User:
    """Return an account that signs in by `force_login`: a usable password costs a third of a
    second.
    """
    row = User(**{"username": f"user-{number()}", "role": role, **fields})
    row.set_unusable_password()
    row.save()
    return row


def compartment(*, members: tuple[User, ...] = (), **fields: Any) -> Compartment:
    """Return a compartment that is open to `members`; without a visit it serves any."""
    row = Compartment(**{"name": f"Compartment {number()}", **fields})
    row.save()
    for member in members:
        CompartmentMember(compartment=row, user=member).save()
    return row


def country(**fields: Any) -> Country:
    """Return a country with codes of its own; the digit in them parts them from those in use."""
    n = next(_countries)
    two = f"{n // 26 % 10}{ascii_uppercase[n % 26]}"
    defaults = {"iso3": f"X{two}", "iso2": two, "m49": f"X{two}", "name": f"Country {number()}"}
    row = Country(**{**defaults, "region": "Asia", **fields})
    return _saved(row)


def mandate(**fields: Any) -> Mandate:
    """Return a thematic mandate; one with a country is a country mandate."""
    n = number()
    defaults = {
        "slug": f"mandate-{n}",
        "kind": "country" if fields.get("country") else "thematic",
        "holder_kind": "SR",
        "name": f"Special Rapporteur on matter {n}",
        "scope": f"Matter {n}",
    }
    row = Mandate(**{**defaults, **fields})
    return _saved(row)


def person(**fields: Any) -> Person:
    """Return somebody who is no private individual."""
    n = number()
    row = Person(**{"slug": f"person-{n}", "name": f"Person {n}", **fields})
    return _saved(row)


def term(**fields: Any) -> MandateTerm:
    """Return the term of a person as holder of a mandate."""
    fields.setdefault("mandate", None)
    fields["mandate"] = fields["mandate"] or mandate()
    fields.setdefault("person", None)
    fields["person"] = fields["person"] or person()
    row = MandateTerm(**{"since": "2020-05", **fields})
    return _saved(row)


def organisation(**fields: Any) -> Organisation:
    """Return an organisation of civil society."""
    n = number()
    defaults = {
        "slug": f"organisation-{n}",
        "name": f"Organisation {n}",
        "side": Side.CIVIL_SOCIETY,
    }
    row = Organisation(**{**defaults, **fields})
    return _saved(row)


def office(**fields: Any) -> Office:
    """Return an office in government, of a new person unless one is given."""
    if "person" not in fields:
        fields["person"] = person()
    row = Office(**{"title": f"Minister {number()}", "side": Side.GOVERNMENT, **fields})
    row.save()
    return row


def step(text: str, **fields: Any) -> VisitStep:
    """Return an unsaved step from “kind [date] [> dates named]”, such as “announced 2022-08-01 >
    2022-08-15”.
    """
    text, _sign, proposed = text.partition(">")
    kind, _space, when = text.strip().partition(" ")
    return VisitStep(**{"kind": kind, "date": when, "proposed": proposed.strip(), **fields})


HELD = ("started 2022-08-15", "ended 2022-08-26")


def visit(
    *,
    steps: tuple[str | VisitStep, ...] = HELD,
    mandates: tuple[Mandate, ...] | None = None,
    legs: tuple[VisitLeg, ...] | None = None,
    experts: tuple[tuple[MandateTerm, tuple[int, ...]], ...] = (),
    **fields: Any,
) -> Visit:
    """Return a visit with its parts; by default one mandate and one leg. `steps` are texts as in
    `step`.
    """
    n = number()
    row = Visit(**{"slug": f"visit-{n}", "title": f"Place {n}", **published(), **fields})
    return actions.enter_visit(
        visit=row,
        by=None,
        mandates=(tuple({term.mandate for term, _legs in experts}) or (mandate(),)) if mandates is None else mandates,
        legs=(VisitLeg(country=country()),) if legs is None else legs,
        experts=experts,
        steps=[step(given) if isinstance(given, str) else given for given in steps],
    )


def leg(*, visit: Visit, **fields: Any) -> VisitLeg:
    """Return a further leg of a visit."""
    if "country" not in fields and "territory" not in fields:
        fields["country"] = country()
    row = VisitLeg(**{"visit": visit, "order": visit.legs.count(), **fields})
    actions.save_part(part=row, by=None)
    return row


def deadline(*, visit: Visit, **fields: Any) -> Deadline:
    """Return a deadline of a visit."""
    row = Deadline(**{"visit": visit, "what": "Comments", "due": "2022-12-01", **fields})
    actions.save_part(part=row, by=None)
    return row


def source(*, traced_by: Visit | None = None, **fields: Any) -> Source:
    """Return a source; `traced_by` gives the visit a step that rests on it, so that readers may see
    it.
    """
    row = Source(**{"title": f"Source {number()}", "published": "2022-08-17", **published(), **fields})
    actions.enter_source(source=row, by=None)
    if traced_by is not None:
        actions.add_step(visit=traced_by, by=None, step=step("reminder", source=row))
    return row


def meeting(*, participants: tuple[Participant, ...] = (), **fields: Any) -> Meeting:
    """Return a meeting that was held and is published in full, of a new visit or the given one."""
    if "visit" not in fields:
        fields["visit"] = visit()
    defaults = {
        "title": f"Ministry {number()}",
        "date": "2022-08-16",
        "status": "held",
        "account": "both",
        "published_as": "full",
    }
    row = Meeting(**{**defaults, **published(), **fields})
    actions.enter_meeting(meeting=row, by=None, participants=participants)
    return row


def participant(*, meeting: Meeting, **fields: Any) -> Participant:
    """Return somebody at a meeting who is named publicly: a new person unless a row or label is
    given.
    """
    if not fields.keys() & {"person", "organisation", "label"}:
        fields["person"] = person()
    defaults = {"side": Side.GOVERNMENT, "named_publicly": True, "meeting": meeting}
    row = Participant(**{**defaults, "order": meeting.participants.count(), **fields})
    actions.save_part(part=row, by=None)
    return row


def note(*, meeting: Meeting, author: User | None = None, **fields: Any) -> MeetingNote:
    """Return an internal note on a meeting."""
    defaults = {
        "text": f"Note {number()}",
        "author": author or user(role=Role.EDITOR),
        **internal(),
    }
    row = MeetingNote(**{**defaults, "meeting": meeting, **fields})
    actions.save_record(record=row, by=None)
    return row


def access_note(*, visit: Visit, **fields: Any) -> AccessNote:
    """Return a note that freedom of movement was refused."""
    defaults = {"guarantee": "movement", "kept": "refused", "according_to": "the mandate holder"}
    row = AccessNote(**{**defaults, **published(), "visit": visit, **fields})
    actions.save_record(record=row, by=None)
    return row


def topic(**fields: Any) -> Topic:
    """Return a topic."""
    n = number()
    row = Topic(**{"slug": f"topic-{n}", "name": f"Topic {n}", **fields})
    return _saved(row)


def speaker(**fields: Any) -> StatementSpeaker:
    """Return an unsaved speaker of government: a new person unless a row or label is given."""
    if not fields.keys() & {"person", "organisation", "mandate", "label"}:
        fields["person"] = person()
    return StatementSpeaker(**{"side": Side.GOVERNMENT, **fields})


def text(words: str = "", **fields: Any) -> StatementText:
    """Return unsaved words of a statement."""
    return StatementText(**{"kind": "editors_words", "text": words or f"Words {number()}", **fields})


def statement(
    *,
    by: User | None = None,
    speakers: tuple[StatementSpeaker, ...] | None = None,
    texts: tuple[StatementText, ...] | None = None,
    citations: tuple[Citation, ...] | None = None,
    topics: tuple[Topic, ...] = (),
    addressees: tuple[StatementAddressee, ...] = (),
    attributions: tuple[Attribution, ...] = (),
    links: tuple[tuple[str, Statement], ...] = (),
    **fields: Any,
) -> Statement:
    """Return a statement of a new visit or the given one: one speaker, one version, a citation of a
    new public source, unless a test says otherwise.
    """
    if "visit" not in fields:
        fields["visit"] = fields["meeting"].visit if fields.get("meeting") else visit()
    defaults = {"act": "asserts", "mode": "indirect", "occasion": "interview", "date": "2022-08-17"}
    return statement_actions.enter_statement(
        statement=Statement(**{**defaults, **published(), **fields}),
        by=by,
        speakers=(speaker(),) if speakers is None else speakers,
        texts=(text(),) if texts is None else texts,
        citations=(Citation(source=source()),) if citations is None else citations,
        topics=topics,
        addressees=addressees,
        attributions=attributions,
        links=links,
    )


def position(*, evidence: tuple[Statement, ...] = (), **fields: Any) -> Position:
    """Return a position of the State, resting on a new statement of its visit or the given ones."""
    evidence = evidence or (statement(**({"visit": fields["visit"]} if "visit" in fields else {})),)
    defaults = {"visit": evidence[0].visit, "column": "state", "summary": f"Summary {number()}"}
    if "topic" not in fields:
        fields["topic"] = topic()
    row = Position(**{**defaults, **published(), **fields})
    return statement_actions.enter_position(position=row, by=None, evidence=evidence)


def commitment(*, evidence: tuple[CommitmentEvidence, ...] = (), **fields: Any) -> Commitment:
    """Return an open commitment of a new statement or the given one, in its visit."""
    if "statement" not in fields:
        fields["statement"] = statement(act="commits")
    defaults = {"visit": fields["statement"].visit, "what": f"Promise {number()}", "due": "2022-10"}
    row = Commitment(**{**defaults, **published(), **fields})
    return statement_actions.enter_commitment(commitment=row, by=None, evidence=evidence)
