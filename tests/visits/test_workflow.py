"""How far a record may go from where it is, and who takes it there."""

from __future__ import annotations

from itertools import product

import pytest

from visits.access import ROLES, Permission, Role
from visits.choices import Visibility, Workflow
from visits.workflow import TRANSITIONS, openness, permission_for, reaches_public

EDITS, PUBLISHES = Permission.EDIT_RECORD, Permission.PUBLISH
WAYS = {
    ("draft", "in_review"): EDITS,
    ("in_review", "draft"): EDITS,
    ("draft", "published"): PUBLISHES,
    ("in_review", "published"): PUBLISHES,
    ("published", "withdrawn"): PUBLISHES,
    ("withdrawn", "published"): PUBLISHES,
}


@pytest.mark.parametrize(("old", "new"), list(product(Workflow.values, Workflow.values)))
def test_a_record_goes_only_the_known_ways(old: str, new: str) -> None:
    assert permission_for(old, new) == WAYS.get((old, new))


def test_nothing_leads_to_removed_or_out_of_it() -> None:
    """Removing takes two persons and an action of its own; nothing brings a removed record back."""
    assert all(Workflow.REMOVED not in way for way in TRANSITIONS)


def test_an_editor_never_publishes_and_a_reviewer_does() -> None:
    assert PUBLISHES not in ROLES[Role.EDITOR]
    assert {PUBLISHES, EDITS} <= ROLES[Role.REVIEWER]


def test_an_unknown_state_is_no_state() -> None:
    with pytest.raises(ValueError, match="lost"):
        permission_for("draft", "lost")


def test_confidential_is_less_open_than_internal_and_internal_than_public() -> None:
    assert sorted(Visibility.values, key=openness) == ["confidential", "internal", "public"]
    assert len({openness(value) for value in Visibility.values}) == 3


@pytest.mark.parametrize(("workflow", "visibility"), list(product(Workflow.values, Visibility.values)))
def test_the_public_is_reached_by_what_is_published_or_withdrawn_in_public(workflow: str, visibility: str) -> None:
    expected = (workflow, visibility) in {("published", "public"), ("withdrawn", "public")}
    assert reaches_public(workflow, visibility) is expected
