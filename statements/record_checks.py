"""Rules across rows of `statements`, registered with those of `visits`."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db.models import F

from statements.models import Commitment, Position, Statement, StatementSpeaker, Topic
from visits.actions import check_parents
from visits.record_checks import Finding, check_rows, check_tree, finding, register


@register
def statements() -> Iterator[Finding]:
    """Find statements of two visits, more visible than their parents or proof, or without a public citation."""
    rows = Statement._base_manager.select_related("visit", "meeting", "leg", "compartment")
    for row in rows.prefetch_related(
        "citations__source", "citations__note", "speakers", "links", "texts__source"
    ).iterator(chunk_size=500):
        try:
            check_parents(row)
        except ValidationError as error:
            yield finding(row, " ".join(error.messages))


@register
def positions() -> Iterator[Finding]:
    """Find positions whose evidence is of another visit, and published ones without evidence."""
    yield from check_rows(Position, "visit", "compartment")


@register
def commitments() -> Iterator[Finding]:
    """Find commitments more visible than their statement, or of another visit."""
    yield from check_rows(Commitment, "visit", "statement", "compartment")


@register
def topics() -> Iterator[Finding]:
    """Find topics that stand, through others, under themselves."""
    yield from check_tree(Topic)


@register
def offices() -> Iterator[Finding]:
    """Find speakers in an office or term of somebody else."""
    rows = StatementSpeaker._base_manager.select_related("statement")
    for row in rows.filter(office__isnull=False).exclude(office__person=F("person")):
        yield finding(row.statement, "its speaker holds another person's office")
    for row in rows.filter(term__isnull=False, person__isnull=False).exclude(term__person=F("person")):
        yield finding(row.statement, "its speaker holds another person's term")
