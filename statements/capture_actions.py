"""Writes of the capture page: a passage becomes a statement with all that is new in it, or is set aside."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from statements.actions import enter_commitment, enter_statement
from statements.capture.coverage import paragraph_of
from statements.capture.verbatim import SourceText
from statements.capture_forms import Captured
from statements.capture_page import strictest
from statements.capture_proof import Proof
from statements.capture_voices import Named, Spoken
from statements.choices import TextKind
from statements.models import (
    Attribution,
    Citation,
    Commitment,
    SetAside,
    Statement,
    StatementAddressee,
    StatementSpeaker,
    StatementText,
    Topic,
)
from visits.access import Permission
from visits.actions import clean_and_save, require, save_part
from visits.choices import Visibility
from visits.compartments import CHOOSE
from visits.models import MandateTerm, Office, Organisation, Person, PersonName, Source, User
from visits.slugs import new_slug


@transaction.atomic
def capture_statement(*, proof: Proof, captured: Captured, by: User) -> Statement:
    """Store what the form says, with the people, offices, organisations and topics that are new in it.

    The passage is cited as it stands in the text of `proof`, or as typed where it stands there otherwise.
    """
    require_open(proof, by)
    statement = captured.statement
    statement.leg = statement.meeting.leg if statement.meeting is not None else None
    statement.visibility, statement.compartment = strictest(
        proof.row, statement.visit, statement.meeting, wished=captured.visibility
    )
    if statement.visibility == Visibility.CONFIDENTIAL and statement.compartment is None:
        if captured.compartment is None:
            raise ValidationError(CHOOSE)
        statement.compartment = captured.compartment
    topics = [topic if isinstance(topic, Topic) else _new_topic(topic, captured, by) for topic in captured.topics]
    enter_statement(
        statement=statement,
        by=by,
        speakers=[_speaker(spoken, captured, by) for spoken in captured.speakers],
        texts=[_words(proof, captured)],
        citations=[_citation(proof, captured)],
        topics=topics,
        addressees=[StatementAddressee(**_row(named)) for named in captured.addressees],
        attributions=[Attribution(**_row(named), cue=cue) for named, cue in captured.chain],
        links=[captured.reply] if captured.reply else [],
    )
    if captured.promised:
        shared: dict[str, Any] = {"visibility": statement.visibility, "compartment": statement.compartment}
        promise = Commitment(statement=statement, visit=statement.visit, what=captured.promised, **shared)
        promise.due = captured.due
        enter_commitment(commitment=promise, by=by)
    return statement


def require_open(proof: Proof, by: User) -> None:
    """Raise PermissionDenied where `by` may not edit, or may not see what is captured from."""
    require(by, Permission.EDIT_RECORD)
    if not type(proof.row).objects.visible_to(by).filter(pk=proof.row.pk).exists():
        raise PermissionDenied


def _row(named: Named) -> dict[str, Any]:
    """Return the columns that say who it is: exactly one of person, organisation, mandate and label."""
    return {named.who.kind: named.who.row} if named.who is not None else {"label": named.text}


def _speaker(spoken: Spoken, captured: Captured, by: User) -> StatementSpeaker:
    named = spoken.named
    row = _row(named)
    if named.new == "organisation":
        row = {"organisation": _new_organisation(named.text, spoken.side, by)}
    elif named.new == "person":
        person = save_part(part=Person(name=named.text, slug=new_slug(named.text), private=spoken.private), by=by)
        save_part(part=PersonName(person=person, text=named.text, preferred=True), by=by)
        row = {"person": person}
    post = spoken.post.row if spoken.post is not None else None
    speaker = StatementSpeaker(**row, side=spoken.side, attribution=spoken.attribution)
    speaker.term = post if isinstance(post, MandateTerm) else None
    speaker.office = post if isinstance(post, Office) else _new_office(spoken, captured, row.get("person"), by)
    return speaker


def _new_office(spoken: Spoken, captured: Captured, person: Person | None, by: User) -> Office | None:
    """Make the office that the form names and nobody knows: seen on the day of the statement."""
    if person is None or not spoken.office:
        return None
    group: Organisation | str | None = spoken.office_of
    if isinstance(group, str):
        group = _new_organisation(group, spoken.side, by) if group else None
    office = Office(person=person, organisation=group, title=spoken.office, side=spoken.side)
    office.seen, office.date_basis = captured.statement.date, captured.statement.date_basis
    return save_part(part=office, by=by)


def _new_organisation(name: str, side: str, by: User) -> Organisation:
    return save_part(part=Organisation(name=name, slug=new_slug(name), side=side), by=by)


def _new_topic(name: str, captured: Captured, by: User) -> Topic:
    topic = Topic(name=name, slug=new_slug(name), parent=captured.topic_under)
    return save_part(part=topic, by=by)


def _words(proof: Proof, captured: Captured) -> StatementText:
    """Return the words of the statement: the passage, or the editor's own in place of it."""
    if captured.words:
        return StatementText(kind=TextKind.EDITORS_WORDS, text=captured.words, language="en", preferred=True)
    text = StatementText(kind=captured.words_kind, text=captured.passage, language=captured.language, preferred=True)
    text.source = proof.row if isinstance(proof.row, Source) else None
    return text


def _citation(proof: Proof, captured: Captured) -> Citation:
    exact, start, locator = captured.passage, captured.start, ""
    if proof.text:
        place = SourceText(proof.text).locate(captured.passage, near=max(0, captured.start - 1))
        if place.how != "absent":
            start = place.start
            number = paragraph_of(proof.text, start)[0]
            locator = str(_("paragraph %(number)d") % {"number": number})
        if place.how in {"exact", "normalised", "paragraphs"}:
            exact = proof.text[place.start : place.end]
    return proof.citation(exact=exact, start=start, end=start + len(exact), locator=locator)


@transaction.atomic
def set_aside(*, proof: Proof, start: int, end: int, by: User) -> SetAside:
    """Say that a passage is no statement; raise ValidationError where there is none at that place."""
    require_open(proof, by)
    if not 0 <= start < end <= len(proof.text):
        raise ValidationError(_("There is no such passage."))
    known = _aside(proof, start, end).first()
    words = proof.text[start:end]
    if known is not None:
        if known.exact != words:
            known.exact, known.by = words, by
            clean_and_save(known)
        return known
    row = proof.set_aside(start=start, end=end, exact=words, by=by)
    clean_and_save(row)
    return row


@transaction.atomic
def take_back(*, proof: Proof, start: int, end: int, by: User) -> int:
    """Offer again what was set aside at a place; return how many passages that were."""
    require_open(proof, by)
    rows = list(_aside(proof, start, end))
    for row in rows:
        row.delete()
    return len(rows)


def _aside(proof: Proof, start: int, end: int) -> QuerySet[SetAside]:
    return SetAside.objects.filter(**{proof.cites: proof.row}, start=start, end=end)
