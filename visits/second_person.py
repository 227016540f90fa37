"""The rule of two persons: whoever entered or last edited a record does not publish it alone.

Off unless `REQUIRE_SECOND_PERSON` is on. It holds for the models that say so (`TWO_PERSONS`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visits.models import Record, User


def authors_of(records: Sequence[Record]) -> dict[int, set[int]]:
    """Return for each record, all of one model, the ids of who entered it and who edited it last; one query.

    A change of workflow is no edit: whoever sent a record for review has not written it.
    """
    found: dict[int, set[int]] = defaultdict(set)
    if not records:
        return found
    last: dict[int, int | None] = {}
    states: dict[int, str] = {}
    rows = type(records[0]).history.filter(id__in=[record.pk for record in records]).order_by("id", "history_id")
    for pk, workflow, user in rows.values_list("id", "workflow", "history_user_id"):
        if states.get(pk, workflow) == workflow and user is not None:
            last[pk] = user
        states[pk] = workflow
    for record in records:
        found[record.pk] = {user for user in (record.entered_by_id, last.get(record.pk)) if user is not None}
    return found


def needs_another(record: Record, by: User | None, authors: set[int] | None = None) -> bool:
    """Whether `by` may not publish `record` because they wrote it; `authors` where they are known already."""
    if by is None or not settings.REQUIRE_SECOND_PERSON or not record.TWO_PERSONS:
        return False
    return by.pk in (authors_of([record])[record.pk] if authors is None else authors)


def check_second_person(record: Record, by: User | None) -> None:
    """Raise ValidationError where `by` wrote `record` and publishing takes two persons."""
    if needs_another(record, by):
        raise ValidationError(_("You entered or last edited this: another person has to publish it."))
