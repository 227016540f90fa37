"""Reviews, comments and removals in the admin: to be read by those who may, changed by nobody."""

from __future__ import annotations

import pytest
from django.urls import reverse

from statements import harm, review_actions
from statements.models import Review, ReviewComment
from tests import factories as make
from tests.cast import Cast, signed_in
from tests.statements.desk.test_review import in_review
from visits.access import Role
from visits.models import RemovalRequest
from visits.removal_actions import ask_removal, confirm_removal, decline_removal

pytestmark = pytest.mark.django_db


def test_decisions_and_comments_are_read_by_who_sees_the_statement_and_changed_by_nobody(people: Cast) -> None:
    row = in_review()
    hidden = make.statement(**make.confidential(make.compartment()))
    for statement in (row, hidden):
        review_actions.comment_on(statement=statement, text=f"on {statement.public_id}", by=people.reviewer)
    review_actions.review_statements(
        statements=[(row, row.version)], decision="published", answers=harm.answer((), none=True), by=people.reviewer
    )
    client = signed_in(people.editor)
    for model, number in ((Review, 1), (ReviewComment, 1)):
        name = f"admin:statements_{model._meta.model_name}"
        listed = client.get(reverse(f"{name}_changelist"))
        assert listed.status_code == 200 and len(listed.context["cl"].result_list) == number
        assert hidden.public_id not in listed.content.decode()
        change = reverse(f"{name}_change", args=[model.objects.get(statement=row).pk])
        shown = client.get(change)
        assert shown.status_code == 200 and b'name="_save"' not in shown.content
        assert signed_in(people.admin).post(change, {"text": "x", "reason": "x"}).status_code == 403
        assert client.get(reverse(f"{name}_add")).status_code == 403
    closed = reverse("admin:statements_reviewcomment_change", args=[ReviewComment.objects.get(statement=hidden).pk])
    # As for a row that is not there, the admin leads to its first page.
    assert client.get(closed).status_code == 302


def test_removals_that_were_closed_are_read_by_admins_without_reasons(people: Cast) -> None:
    for done in (True, False):
        request = ask_removal(record=make.statement(), reason="danger to her", by=people.reviewer)
        if done:
            confirm_removal(request=request, by=people.admin)
    address = reverse("admin:visits_removalrequest_changelist")
    assert signed_in(people.reviewer).get(address).status_code == 403
    listed = signed_in(people.admin).get(address)
    assert [row.done_at is not None for row in listed.context["cl"].result_list] == [True]
    declined = RemovalRequest.objects.exclude(reason="").get()
    RemovalRequest.objects.filter(pk=declined.pk).update(declined_at=declined.asked_at)
    shown = signed_in(people.admin).get(reverse("admin:visits_removalrequest_change", args=[declined.pk]))
    assert shown.status_code == 200 and b"danger to her" not in shown.content


def test_a_declined_removal_of_a_hidden_record_is_told_to_nobody_who_may_not_see_it(people: Cast) -> None:
    first, second = make.user(role=Role.REVIEWER), make.user(role=Role.ADMIN)
    room = make.compartment(members=(first, second))
    hidden, open_one = make.meeting(**make.confidential(room)), make.meeting()
    for record in (hidden, open_one):
        decline_removal(request=ask_removal(record=record, reason="danger", by=first), by=second)
    address = reverse("admin:visits_removalrequest_changelist")
    request = RemovalRequest.objects.get(public_id=hidden.public_id)
    change = reverse("admin:visits_removalrequest_change", args=[request.pk])
    never = reverse("admin:visits_removalrequest_change", args=[request.pk + 100])
    outside, inside = signed_in(people.admin), signed_in(second)
    for asked in (address, f"{address}?kind=meeting", f"{address}?all="):
        html = outside.get(asked).content.decode()
        assert hidden.public_id not in html and open_one.public_id in html and "1 request for removal" in html
    assert hidden.public_id in inside.get(address).content.decode()
    answers = [outside.get(page) for page in (change, never)]
    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert inside.get(change).status_code == 200
