"""Who wrote a record, as the rule of two persons asks it."""

from __future__ import annotations

from typing import Any

import pytest

from statements.models import Statement
from tests import factories as make
from tests.cast import Cast
from visits import actions
from visits.second_person import authors_of, needs_another

pytestmark = pytest.mark.django_db


def changed_by(row: Statement, user: Any) -> None:
    """Note in the history that `user` made the latest change, as a request of theirs does."""
    latest = row.history.order_by("-history_id").first()
    row.history.filter(history_id=latest.history_id).update(history_user=user)


def test_authors_are_who_entered_it_and_who_edited_it_last_in_one_query(
    people: Cast, django_assert_num_queries: Any
) -> None:
    rows = [make.statement(workflow="draft", visibility="public") for _n in range(2)]
    Statement.objects.filter(pk=rows[0].pk).update(entered_by=people.editor)
    rows[0].refresh_from_db()
    for user in (people.admin, people.reviewer):
        actions.save_record(record=rows[0], by=None)
        changed_by(rows[0], user)
    actions.submit(record=rows[0], by=people.admin)
    changed_by(rows[0], people.admin)
    stored = list(Statement.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk"))
    with django_assert_num_queries(1):
        found = authors_of(stored)
    assert found == {rows[0].pk: {people.editor.pk, people.reviewer.pk}, rows[1].pk: set()}
    assert authors_of([]) == {}


def test_the_program_itself_is_nobody_and_the_rule_is_off_by_default(people: Cast, settings: Any) -> None:
    row = make.statement(workflow="draft", visibility="public")
    Statement.objects.filter(pk=row.pk).update(entered_by=people.reviewer)
    row.refresh_from_db()
    assert not needs_another(row, people.reviewer)
    settings.REQUIRE_SECOND_PERSON = True
    assert needs_another(row, people.reviewer)
    assert not needs_another(row, None) and not needs_another(row, people.admin)
    assert needs_another(row, people.admin, {people.admin.pk})
