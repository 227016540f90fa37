"""Several statements of one source: those ticked are decided of together, all of them or none."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from statements.models import Review
from tests import factories as make
from tests.cast import Cast, signed_in
from tests.statements.desk.test_review import TEXT, form, in_review, quoting, state

pytestmark = pytest.mark.django_db


def bulk(source: Any) -> str:
    return reverse("review_source", args=[source.public_id])


def test_statements_of_a_source_are_published_together(people: Cast) -> None:
    source = make.source(extracted_text=TEXT)
    rows, left = [quoting(source=source), quoting(source=source)], quoting("on Monday", source=source)
    elsewhere = in_review(texts=(make.text("elsewhere said"),))
    client = signed_in(people.reviewer)
    html = client.get(bulk(source)).content.decode()
    assert html.count("<mark>") == 3 and "elsewhere said" not in html
    pairs = [f"{row.public_id}:{row.version}" for row in rows]
    answer = client.post(bulk(source), {"statement": pairs, "decision": "published", "none": "on"})
    assert answer.headers["Location"] == bulk(source)
    assert [state(row) for row in (*rows, left, elsewhere)] == ["published", "published", "in_review", "in_review"]
    assert Review.objects.count() == 2
    answer = client.post(bulk(source), {**form(left), "decision": "sent_back", "reason": "Too short."})
    assert answer.headers["Location"] == reverse("review_queue")
    assert "No statement of this source" in client.get(bulk(source)).content.decode()


def test_one_stale_or_hidden_statement_holds_back_all_of_them(people: Cast) -> None:
    source = make.source(extracted_text=TEXT)
    rows = [quoting(source=source), quoting(source=source)]
    hidden = quoting(source=source, **{**make.confidential(make.compartment()), "workflow": "in_review"})
    client = signed_in(people.reviewer)
    good = f"{rows[0].public_id}:{rows[0].version}"
    bodies = []
    for bad in (f"{rows[1].public_id}:99", f"{hidden.public_id}:{hidden.version}", "missing:1"):
        answer = client.post(bulk(source), {"statement": [good, bad], "decision": "published", "none": "on"})
        assert answer.status_code == 409
        assert f'value="{good}" checked' in answer.content.decode()
        bodies.append(answer.content.count(b"Somebody else has changed"))
    assert bodies == [1, 1, 1]
    assert [state(row) for row in rows] == ["in_review", "in_review"]
    for nothing in ({"statement": [good], "decision": "published"}, {"decision": "published", "none": "on"}):
        assert client.post(bulk(source), nothing).status_code == 400
    assert client.post(bulk(source), {"statement": ["x"], "decision": "published", "none": "on"}).status_code == 400


def test_a_source_costs_the_same_at_one_row_and_at_three(people: Cast, django_assert_num_queries: Any) -> None:
    source = make.source(extracted_text=TEXT)
    client = signed_in(people.reviewer)
    for _round in range(2):
        quoting(source=source, visit=make.visit())
        client.get(bulk(source))
        with django_assert_num_queries(11):
            client.get(bulk(source))
        quoting(source=source)
        quoting(source=source)
