"""What the rules refuse the actions refuse too, and the other way round: one set of rules for both ways in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from statements.imports import rowwise
from statements.imports.importing import Statements
from statements.imports.planned import Planned, Proof
from statements.imports.rules import Above, broken
from statements.models import Citation
from tests import factories as make
from tests.statements.imports.rows import Record, given, record


@pytest.fixture
def known(db: None) -> Record:
    return record()


def facts(statements: Statements, known: Record, row: Planned) -> Above:
    """Return what limits a planned statement, as the importer reads it."""
    planner = statements.planner.known
    planner.need_visits([known.visit.slug, known.other.slug, "inner"])
    planner.need_meetings([known.meeting.public_id, known.closed.public_id])
    sources = {fact.id: fact for found in planner.sources.values() for fact in found}
    meetings = {fact.id: fact for fact in planner.meetings.values() if fact is not None}
    visit = planner.visit_numbered(row.visit) if row.visit else None
    return Above(visit, meetings.get(row.meeting or 0), [sources[proof.source] for proof in row.citations])


def cases(known: Record) -> list[tuple[str, dict[str, Any]]]:
    """Return changes of a good statement, named by whether they break a rule."""
    inner = make.visit(slug="inner", **make.internal())
    draft_visit = make.visit(slug="drafted", **make.draft())
    unread = make.source(url="https://paper.example/unread", consulted=False)
    inside = make.source(url="https://paper.example/inside", **make.internal())
    found = {"verdict": "not_held", "how": "", "start": None, "end": None, "prefix": "", "suffix": "", "differing": {}}
    proof = Proof(known.news.pk, found=found)
    differs = Proof(known.held.pk, "no such words", found={**found, "verdict": "differs"})
    return [
        ("good", {}),
        ("good", {"visibility": "public"}),
        ("good", {"citations": (proof,), "publish": True}),
        ("good", {"citations": (proof,), "publish": True, "visibility": "public"}),
        ("good", {"citations": (proof, proof._replace(source=inside.pk)), "visibility": "public"}),
        ("good", {"citations": (proof._replace(source=known.draft.pk),)}),
        ("good", {"act": "denies", "answers_text": "that it broke"}),
        ("good", {"act": "denies"}),
        ("bad", {"act": "denies", "citations": (proof,), "publish": True}),
        ("bad", {"visit": inner.pk, "visibility": "public"}),
        ("good", {"visit": inner.pk}),
        ("bad", {"visit": draft_visit.pk, "citations": (proof,), "publish": True}),
        ("bad", {"meeting": known.meeting.pk, "visit": known.other.pk}),
        ("bad", {"meeting": known.closed.pk}),
        ("bad", {"citations": (proof._replace(source=unread.pk),)}),
        ("bad", {"citations": (proof._replace(source=inside.pk),), "visibility": "public"}),
        ("bad", {"publish": True}),
        ("bad", {"citations": (proof._replace(source=known.draft.pk),), "publish": True}),
        ("bad", {"citations": (differs,), "mode": "direct", "publish": True}),
    ]


def test_rules_and_actions_give_the_same_answer(known: Record) -> None:
    statements = Statements(known.reviewer)
    all_cases = cases(known)
    statements.planner.known.need_sources(
        ["https://paper.example/unread", "https://paper.example/inside", *(
            source.public_id for source in (known.held, known.news, known.draft)
        )]
    )  # fmt: skip
    (row,) = statements.judge_many([given()], [{}])
    assert row.planned is not None
    for expected, changes in all_cases:
        planned = replace(row.planned, **changes)
        statements.planner.known.need_visits(["drafted"])
        refused = list(broken(planned, facts(statements, known, planned), by_somebody=True))
        assert bool(refused) == (expected == "bad"), changes
        with transaction.atomic():
            if expected == "bad":
                with pytest.raises(ValidationError), transaction.atomic():
                    rowwise.enter(planned, by=known.reviewer)
            else:
                statement = rowwise.enter(planned, by=known.reviewer)
                assert statement.workflow == ("published" if planned.publish else "draft")
            transaction.set_rollback(True)


def test_the_verdict_is_that_of_the_actions(known: Record) -> None:
    """Also where quoted words differ or stand across the text of a source."""
    rows = [
        given(2, words="“No one was harmed on the river.”", sources=known.held.public_id, words_language="en"),
        given(3, words="“No one was hurt on the river.”", sources=known.held.public_id, words_language="en"),
        given(4, words="“Nobody.”", sources=known.news.public_id),
        given(5, words="He denied it.", mode="summary", sources=known.held.public_id),
        given(6, words="The dam is safe", sources=known.held.public_id, quotations="The dam is safe"),
    ]
    for row in Statements(None).judge_many(rows, [{}] * len(rows)):
        assert row.planned is not None
        (proof,) = row.planned.citations
        stored = Citation.objects.get(statement=rowwise.enter(row.planned, by=None))
        assert {name: getattr(stored, name) for name in proof.found} == proof.found
    verdicts = list(Citation.objects.order_by("pk").values_list("verdict", flat=True))
    assert verdicts == ["match", "differs", "not_held", "paraphrase", "match"]
