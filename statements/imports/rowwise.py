"""The row-wise way in: a planned statement is entered, or a stored one changed, through the actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from statements.actions import enter_statement
from statements.imports.planned import Planned, Who
from statements.models import (
    Attribution,
    Citation,
    Statement,
    StatementAddressee,
    StatementSpeaker,
    StatementText,
    StatementTopic,
    Topic,
)
from statements.verdicts import Version
from visits.actions import publish, remove_part, save_part, save_record
from visits.models import User


def _columns(who: Who) -> dict[str, Any]:
    return {
        "person_id": who.person, "organisation_id": who.organisation, "mandate_id": who.mandate, "label": who.label,
    }  # fmt: skip


@transaction.atomic
def enter(row: Planned, *, by: User | None) -> Statement:
    """Enter a planned statement, and publish it where that is asked."""
    statement = Statement(
        act=row.act, mode=row.mode, occasion=row.occasion, visibility=row.visibility, visit_id=row.visit,
        meeting_id=row.meeting, leg_id=row.leg, compartment_id=row.compartment, date=row.date,
        date_basis=row.date_basis, original_language=row.original_language, answers_text=row.answers_text,
        is_example=row.is_example,
    )  # fmt: skip
    topics = Topic._base_manager.in_bulk(row.topics)
    enter_statement(
        statement=statement,
        by=by,
        speakers=[
            StatementSpeaker(
                **_columns(said.who), side=said.side, office_id=said.office, term_id=said.term,
                on_behalf_of_id=said.on_behalf_of, attribution=said.attribution,
            )
            for said in row.speakers
        ],
        texts=[_version(version) for version in row.texts],
        citations=[
            Citation(source_id=proof.source, exact=proof.exact, locator=proof.locator, role=proof.role)
            for proof in row.citations
        ],
        topics=[topics[key] for key in row.topics],
        addressees=[StatementAddressee(**_columns(who)) for who in row.addressees],
        attributions=[Attribution(**_columns(who)) for who in row.chain],
    )  # fmt: skip
    if row.publish:
        publish(record=statement, by=by)
    return statement


def _version(version: Version) -> StatementText:
    return StatementText(
        kind=version.kind, language=version.language, text=version.text, preferred=version.preferred,
        source_id=version.source,
    )  # fmt: skip


@transaction.atomic
def change(key: int, *, by: User | None, plain: dict[str, Any], texts: Sequence[Version], topics: Any) -> Statement:
    """Change a stored statement: columns, versions of its words, and its topics where `topics` is not None."""
    statement = Statement._base_manager.get(pk=key)
    if plain:
        for name, value in plain.items():
            setattr(statement, name, value)
        save_record(record=statement, by=by)
    for version in texts:
        _change_text(statement, version, by)
    if topics is not None:
        _change_topics(statement, topics, by)
    return Statement._base_manager.get(pk=key)


def _change_text(statement: Statement, version: Version, by: User | None) -> None:
    held = StatementText.objects.filter(statement=statement).order_by("-preferred", "pk")
    mine = {"preferred": True} if version.preferred else {"preferred": False, "language": version.language}
    text = held.filter(**mine).first() or StatementText(statement=statement, preferred=version.preferred)
    text.statement = statement
    text.kind, text.language, text.text = version.kind, version.language, version.text
    save_part(part=text, by=by)


def _change_topics(statement: Statement, topics: Sequence[int], by: User | None) -> None:
    held = {row.topic_id: row for row in StatementTopic.objects.filter(statement=statement)}
    for key in held.keys() - set(topics):
        held[key].statement = statement
        remove_part(part=held[key], by=by)
    for order, key in enumerate(topics):
        row = held.get(key) or StatementTopic(statement=statement, topic_id=key)
        row.statement = statement
        if row._state.adding or row.order != order:
            row.order = order
            save_part(part=row, by=by)
