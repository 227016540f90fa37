"""An editor's own statements: drafts sent for review by source, comments answered."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from statements.models import Citation, ReviewComment, Statement
from statements.review_actions import comment_on
from tests import factories as make
from tests.cast import Cast, signed_in
from tests.statements.desk.test_review import state
from visits.models import User

pytestmark = pytest.mark.django_db
MINE = "/desk/statements/"


def draft_of(editor: User, **fields: Any) -> Statement:
    row = make.statement(**{"workflow": "draft", "visibility": "public", **fields})
    Statement.objects.filter(pk=row.pk).update(entered_by=editor)
    return row


def test_my_drafts_stand_by_source_and_nobody_elses_do(people: Cast) -> None:
    one, other = make.source(title="First paper"), make.source(title="Second paper")
    for source in (one, one, other):
        draft_of(people.editor, citations=(Citation(source=source),))
    draft_of(people.editor, citations=())
    draft_of(people.reviewer, texts=(make.text("not mine"),))
    draft_of(people.editor, workflow="in_review", texts=(make.text("waits"),))
    html = " ".join(signed_in(people.editor).get(MINE).content.decode().split())
    assert html.count("First paper") == html.count("Second paper") == 1
    assert "Send all 2 for review" in html and html.count("Send it for review") == 2
    assert html.index("Without a source") > html.index("First paper")
    assert "not mine" not in html


def test_a_hidden_source_of_mine_is_not_named(people: Cast) -> None:
    hidden = make.source(title="Hidden paper", **make.confidential(make.compartment()))
    draft_of(people.editor, citations=(Citation(source=hidden), Citation(source=make.source(title="Open paper"))))
    html = signed_in(people.editor).get(MINE).content.decode()
    assert "Open paper" in html and "Hidden paper" not in html


def test_all_drafts_of_a_source_go_for_review_in_one_click(people: Cast) -> None:
    source = make.source()
    rows = [draft_of(people.editor, citations=(Citation(source=source),)) for _n in range(3)]
    client = signed_in(people.editor)
    pairs = [f"{row.public_id}:{row.version}" for row in rows]
    html = client.get(MINE).content.decode()
    assert all(f'value="{pair}"' in html for pair in pairs)
    assert client.post(f"{MINE}submit/", {"statement": pairs}).headers["Location"] == MINE
    assert [state(row) for row in rows] == ["in_review"] * 3
    assert "3 statements sent for review." in client.get(MINE).content.decode()


def test_a_draft_that_changed_or_is_hidden_holds_back_the_others(people: Cast) -> None:
    row = draft_of(people.editor)
    hidden = make.statement(**{**make.confidential(make.compartment()), "workflow": "draft"})
    good = f"{row.public_id}:{row.version}"
    client = signed_in(people.editor)
    for bad in ([good, f"{row.public_id}:9"], [good, f"{hidden.public_id}:1"], [good, "x:1"], ["nonsense"], []):
        client.post(f"{MINE}submit/", {"statement": bad})
        assert (state(row), state(hidden)) == ("draft", "draft")


def test_comments_of_others_are_shown_to_who_entered_it_here_and_on_the_first_page(people: Cast) -> None:
    row = draft_of(people.editor)
    comment_on(statement=row, text="Which day was it?", by=people.reviewer)
    comment_on(statement=row, text="my own remark", by=people.editor)
    for address in (MINE, "/desk/"):
        html = signed_in(people.editor).get(address).content.decode()
        assert "Which day was it?" in html and "my own remark" not in html
        assert "Which day was it?" not in signed_in(people.admin).get(address).content.decode()


def test_an_answer_settles_a_comment(people: Cast) -> None:
    row = draft_of(people.editor)
    comment = comment_on(statement=row, text="Which day was it?", by=people.reviewer)
    client = signed_in(people.editor)
    client.post(reverse("answer_comment", args=[comment.public_id]), {"text": "The 16th."})
    assert list(ReviewComment.objects.values_list("text", "settled")) == [
        ("Which day was it?", True),
        ("The 16th.", False),
    ]
    assert "Which day" not in client.get(MINE).content.decode()
    answer = client.post(reverse("review_comment", args=[row.public_id]), {"text": "More.", "back": "mine"})
    assert answer.headers["Location"] == MINE


def test_a_comment_on_a_hidden_statement_answers_like_a_missing_one(people: Cast) -> None:
    hidden = make.statement(**make.confidential(make.compartment()))
    comment = comment_on(statement=hidden, text="hidden", by=None)
    client = signed_in(people.editor)
    missing = client.post(reverse("answer_comment", args=["nosuchcomment111"]))
    found = client.post(reverse("answer_comment", args=[comment.public_id]), {"text": "x"})
    assert (found.status_code, found.content) == (404, missing.content)
    assert client.post(reverse("review_comment", args=[hidden.public_id]), {"text": "x"}).status_code == 404
    assert ReviewComment.objects.count() == 1


def test_nobody_below_editor_enters(people: Cast) -> None:
    for person in (people.outsider, people.reader, people.member):
        assert signed_in(person).get(MINE).status_code == 403
    assert Client().get(MINE).status_code == 302


def test_my_statements_cost_the_same_at_one_row_and_at_three(people: Cast, django_assert_num_queries: Any) -> None:
    client = signed_in(people.editor)
    for _round in range(2):
        comment_on(statement=draft_of(people.editor), text="?", by=people.reviewer)
        client.get(MINE)
        with django_assert_num_queries(8):
            client.get(MINE)
        for _more in range(2):
            comment_on(statement=draft_of(people.editor), text="?", by=people.reviewer)
