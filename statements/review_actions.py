"""What editors and reviewers do with statements between draft and publication.

As in `visits.actions`: keyword-only, atomic, `by` acts. The states themselves are changed by
`visits.actions.change_workflow` alone; here stand the questions asked, the log of decisions and the comments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from statements import harm
from statements.choices import CitationRole, Decision, Verdict
from statements.models import Citation, Review, ReviewComment, Statement
from statements.querysets import proof_gate
from statements.reviewing import facts_of
from visits.access import Permission
from visits.actions import change_workflow, check_version, require, submit
from visits.choices import Workflow
from visits.models import Source, StaleVersion, User


@transaction.atomic
def review_statements(
    *,
    statements: Sequence[tuple[Statement, int]],
    decision: str,
    answers: Mapping[str, str] | None = None,
    reason: str = "",
    by: User | None,
    publish_sources: bool = False,
) -> list[Review]:
    """Decide of statements, all of them or none, each given with the version that the reviewer read.

    `answers` is the checklist as `harm.answer` returns it, asked of each statement on publishing. `reason` is
    internal: why something is published although it could hurt or its words differ from the source, or what the
    editor should change. `publish_sources` publishes the cited sources that are not yet. Raises StaleVersion where
    one of them has changed since, ValidationError where the checklist or a reason is missing.
    """
    require(by, Permission.PUBLISH)
    if not statements:
        raise ValidationError(_("Choose at least one statement."))
    reason, answers = reason.strip(), dict(answers or {})
    if decision == Decision.PUBLISHED:
        _check_answers(answers, reason)
    elif not reason:
        raise ValidationError(_("Say what the editor should change."))
    facts = facts_of([statement.pk for statement, _version in statements], by)
    found = []
    for statement, version in statements:
        check_version(statement, version)
        if decision == Decision.PUBLISHED:
            _publish(statement, reason, by, publish_sources)
        else:
            _return(statement, version, decision, reason, by)
        hints = [hint.question for hint in harm.hints(facts[statement.pk])]
        review = Review(
            statement=statement,
            reviewer=by,
            statement_version=version,
            decision=Decision(decision),
            answers={"answers": answers, "hints": hints} if answers else {},
            reason=reason,
        )
        review.save()
        found.append(review)
    return found


def _check_answers(answers: Mapping[str, str], reason: str) -> None:
    try:
        harm.check(answers)
    except ValueError as error:
        raise ValidationError(_("Answer the questions on what could hurt somebody.")) from error
    if harm.needs_reason(answers) and not reason:
        raise ValidationError(_("Something could hurt somebody: write why it is published all the same."))


def differing(statements: Iterable[Statement], by: User | None) -> set[int]:
    """Return the ids of the statements with words in quotation marks that a source has otherwise, in any mode.

    Of the sources, those that `by` may see; None: all.
    """
    keys = [statement.pk for statement in statements]
    rows = Citation._base_manager.filter(statement_id__in=keys, verdict=Verdict.DIFFERS)
    rows = rows.exclude(role=CitationRole.CONTRADICTS)
    if by is not None:
        rows = rows.filter(proof_gate(by))
    return set(rows.values_list("statement_id", flat=True))


def _publish(statement: Statement, reason: str, by: User | None, publish_sources: bool) -> None:
    if differing([statement], by):
        if not reason:
            raise ValidationError(_("The quoted words differ from the source: write why they are published so."))
        if not statement.differs_reason:
            statement.differs_reason = reason
    if publish_sources:
        waiting = {"workflow__in": [Workflow.DRAFT, Workflow.IN_REVIEW]}
        cited = Source.objects.filter(citations__statement=statement, **waiting).distinct()
        for source in cited.visible_to(by) if by is not None else cited:
            change_workflow(record=source, to=Workflow.PUBLISHED, by=by)
    change_workflow(record=statement, to=Workflow.PUBLISHED, by=by)


def _return(statement: Statement, version: int, decision: str, reason: str, by: User | None) -> None:
    """Send a statement back, or ask for changes while it stays in review; the editor reads why."""
    if decision == Decision.SENT_BACK:
        change_workflow(record=statement, to=Workflow.DRAFT, by=by)
    else:
        # Nothing of the statement is saved, so that its version is asked for here.
        if not Statement._base_manager.filter(pk=statement.pk, version=version).exists():
            raise StaleVersion
        if statement.workflow != Workflow.IN_REVIEW:
            raise ValidationError(_("Changes are asked for while a statement is in review."))
    ReviewComment.objects.create(statement=statement, author=by, text=reason)


@transaction.atomic
def submit_statements(*, statements: Sequence[tuple[Statement, int]], by: User | None) -> int:
    """Send drafts for review, all of them or none; return how many."""
    for statement, version in statements:
        submit(record=statement, by=by, version=version)
    return len(statements)


@transaction.atomic
def comment_on(*, statement: Statement, text: str, by: User | None) -> ReviewComment:
    """Write a comment on a statement, for its editor or its reviewer."""
    require(by, Permission.EDIT_RECORD)
    if not text.strip():
        raise ValidationError(_("Write the comment first."))
    return ReviewComment.objects.create(statement=statement, author=by, text=text.strip())


@transaction.atomic
def settle_comment(*, comment: ReviewComment, by: User | None, answer: str = "") -> None:
    """Mark a comment as settled, with an answer where one is written; settled stays settled."""
    require(by, Permission.EDIT_RECORD)
    if answer.strip():
        comment_on(statement=comment.statement, text=answer, by=by)
    ReviewComment.objects.filter(pk=comment.pk).update(settled=True)


def version_pairs(pairs: Iterable[str]) -> dict[str, int]:
    """Return public id → version from “id:version”, as forms send them; raise ValidationError for anything else."""
    found: dict[str, int] = {}
    for pair in pairs:
        key, _colon, version = pair.partition(":")
        if not key or not version.isascii() or not version.isdigit() or len(version) > 9:
            raise ValidationError(_("This form was not understood: reload it."))
        found[key] = int(version)
    return found


def with_versions(rows: Iterable[Any], versions: Mapping[str, int]) -> list[tuple[Statement, int]]:
    """Return the statements that were named and found, each with the version that was read."""
    return [(row, versions[row.public_id]) for row in rows if row.public_id in versions]
