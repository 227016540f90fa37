"""The page of removals: asked by one, confirmed by another; then no address knows the record."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from statements.models import Citation, Statement
from tests import factories as make
from tests.cast import Cast, signed_in
from visits.models import RemovalRequest, Source
from visits.removal_actions import ask_removal

pytestmark = pytest.mark.django_db
PAGE = "/desk/removals/"


def answer_to(row: RemovalRequest) -> str:
    return reverse("removal_answer", args=[row.kind, row.public_id])


def test_one_asks_and_another_confirms_and_nothing_is_left(people: Cast) -> None:
    row = make.statement(texts=(make.text("words that endanger"),))
    address, missing = row.get_absolute_url(), Client().get("/statements/nosuchstatement1/")
    asking = signed_in(people.reviewer)
    asking.post(PAGE, {"kind": "statement", "public_id": f"https://x.org{address}", "reason": "She is in danger."})
    request = RemovalRequest.objects.get()
    html = asking.get(PAGE).content.decode()
    assert "She is in danger." in html and "Remove and erase" not in html
    asking.post(answer_to(request), {"answer": "confirm"})
    assert Statement.objects.filter(pk=row.pk, workflow="published").exists()
    second = signed_in(people.admin)
    assert "Remove and erase" in second.get(PAGE).content.decode()
    second.post(answer_to(request), {"answer": "confirm"})
    for person in ("anonymous", "member", "editor", "reviewer", "admin"):
        client = Client() if person == "anonymous" else signed_in(people.named(person))
        assert client.get(address).status_code == 404
        visit = client.get(row.visit.get_absolute_url())
        assert b"words that endanger" not in visit.content
    gone = Client().get(address)
    assert (gone.status_code, gone.content) == (404, missing.content)
    html = second.get(PAGE).content.decode()
    assert "She is in danger." not in html and row.public_id not in html
    assert second.post(answer_to(request), {"answer": "confirm"}).status_code == 404


def test_what_goes_with_a_source_is_told_before_as_far_as_the_reader_sees_it(people: Cast) -> None:
    source = make.source(title="Dangerous paper")
    make.statement(citations=(Citation(source=source),))
    make.statement(citations=(Citation(source=source),), **make.confidential(make.compartment()))
    make.statement(citations=(Citation(source=source), Citation(source=make.source())))
    ask_removal(record=source, reason="danger", by=people.reviewer)
    html = " ".join(signed_in(people.admin).get(PAGE).content.decode().split())
    assert "Dangerous paper" in html and "With it go: 1 statement </p>" in html


def test_a_request_for_a_hidden_record_is_told_to_nobody_who_may_not_see_it(people: Cast) -> None:
    named = make.user(role="reviewer")
    hidden = make.source(title="Hidden paper", **make.confidential(make.compartment(members=(named,))))
    request = ask_removal(record=hidden, reason="hidden reason", by=named)
    client = signed_in(people.reviewer)
    html = client.get(PAGE).content.decode()
    assert "Hidden paper" not in html and "hidden reason" not in html
    missing = client.post(reverse("removal_answer", args=["source", "nosuchsource1111"]), {"answer": "confirm"})
    for answer in ("confirm", "decline"):
        found = client.post(answer_to(request), {"answer": answer})
        assert (found.status_code, found.content) == (404, missing.content)
    for public_id in (hidden.public_id, "nosuchsource1111"):
        told = client.post(PAGE, {"kind": "source", "public_id": public_id, "reason": "x"})
        assert told.status_code == 400 and "There is no such record." in told.content.decode()
    assert b"Hidden paper" in signed_in(named).get(PAGE).content
    assert Source.objects.filter(pk=hidden.pk, workflow="published").exists()


def test_requests_for_hidden_records_push_none_out_of_the_list(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statements.views.desk.removals.SHOWN", 2)
    named = make.user(role="reviewer")
    within = make.compartment(members=(named,))
    for _ in range(2):
        ask_removal(record=make.source(**make.confidential(within)), reason="hidden", by=named)
    for title in ("First paper", "Second paper", "Third paper"):
        ask_removal(record=make.source(title=title), reason="danger", by=people.reviewer)
    html = signed_in(people.reviewer).get(PAGE).content.decode()
    assert [title in html for title in ("First paper", "Second paper", "Third paper")] == [True, True, False]


def test_a_request_is_declined_or_taken_back(people: Cast) -> None:
    row = make.statement()
    for person in (people.admin, people.reviewer):
        request = ask_removal(record=row, reason="danger", by=people.reviewer)
        signed_in(person).post(answer_to(request), {"answer": "decline"})
        request.refresh_from_db()
        assert request.declined_at is not None and request.done_at is None
    assert "Nobody asks" in signed_in(people.admin).get(PAGE).content.decode()


def test_who_asked_and_is_no_reviewer_any_more_cannot_be_the_first_person(people: Cast) -> None:
    asking = make.user(role="reviewer")
    row = make.statement()
    request = ask_removal(record=row, reason="danger", by=asking)
    asking.role = "member"
    asking.save()
    client = signed_in(people.admin)
    client.post(answer_to(request), {"answer": "confirm"})
    assert "ask anew" in client.get(PAGE).content.decode()
    assert Statement.objects.filter(pk=row.pk, workflow="published").exists()


def test_only_reviewers_enter(people: Cast) -> None:
    request = ask_removal(record=make.statement(), reason="danger", by=people.reviewer)
    for person in (people.outsider, people.member, people.editor):
        assert signed_in(person).get(PAGE).status_code == 403
        assert signed_in(person).post(answer_to(request), {"answer": "confirm"}).status_code == 403
