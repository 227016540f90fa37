"""The review queue and the page of one statement: who sees what, what a decision does, what is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from statements.models import Citation, Review, ReviewComment, Statement, StatementText
from tests import factories as make
from tests.cast import Cast, signed_in
from visits.access import Role
from visits.models import RemovalRequest, User

pytestmark = pytest.mark.django_db
TEXT = "Before it.\n\nThe minister said “we will open the prisons” on Monday, and left the room."


def in_review(**fields: Any) -> Statement:
    return make.statement(**{"workflow": "in_review", "visibility": "public", **fields})


def quoting(words: str = "we will open the prisons", **fields: Any) -> Statement:
    source = fields.pop("source", None) or make.source(extracted_text=TEXT)
    cited = Citation(source=source, exact=words, verdict="match" if words in TEXT else "differs")
    return in_review(mode="direct", texts=(make.text(words),), citations=(cited,), **fields)


def page(row: Statement) -> str:
    return reverse("review_statement", args=[row.public_id])


def form(row: Statement, **given: Any) -> dict[str, Any]:
    """Return what the form sends: the checklist answered with “none applies”, and publish, unless a test says else."""
    return {"statement": f"{row.public_id}:{row.version}", "decision": "published", "none": "on", **given}


def state(row: Statement) -> str:
    return Statement._base_manager.get(pk=row.pk).workflow


@pytest.mark.parametrize("name", ["review_queue", "review_statement", "review_source"])
def test_only_reviewers_enter(people: Cast, name: str) -> None:
    row = quoting()
    keys = {"review_statement": row.public_id, "review_source": row.citations.get().source.public_id}
    address = reverse(name, args=[keys[name]] if name in keys else [])
    for person, status in ((people.reader, 403), (people.member, 403), (people.editor, 403), (people.reviewer, 200)):
        assert signed_in(person).get(address).status_code == status
    assert Client().get(address).status_code == 302


def test_the_queue_shows_what_waits_longest_first_and_counts_by_source(people: Cast) -> None:
    source = make.source(title="The Paper")
    rows = [quoting(source=source), quoting(source=source), in_review()]
    make.statement(workflow="draft", texts=(make.text("a mere draft"),))
    html = signed_in(people.reviewer).get(reverse("review_queue")).content.decode()
    places = [html.index(page(row)) for row in rows]
    assert places == sorted(places)
    assert "a mere draft" not in html
    assert reverse("review_source", args=[source.public_id]) in html
    assert "2 statements" in " ".join(html.split())


def test_the_queue_is_narrowed_to_a_visit(people: Cast) -> None:
    one, other = in_review(), in_review()
    response = signed_in(people.reviewer).get(reverse("review_queue"), {"visit": one.visit.slug})
    html = response.content.decode()
    assert f"{page(one)}?visit={one.visit.slug}" in html
    assert page(other) not in html
    assert f"{other.visit.title} (1)" in html


def test_what_a_reviewer_may_not_see_is_nowhere_in_the_queue(people: Cast) -> None:
    within = make.compartment()
    secret = {**make.confidential(within), "workflow": "in_review"}
    hidden_visit = make.visit(title="Hidden visit", **make.confidential(within))
    hidden_source = make.source(title="Hidden source", **make.confidential(within))
    rows = [
        in_review(**secret, texts=(make.text("hidden words"),)),
        in_review(visit=hidden_visit, **secret),
        in_review(**secret, citations=(Citation(source=hidden_source),)),
        in_review(citations=(Citation(source=hidden_source), Citation(source=make.source(title="Open source")))),
    ]
    client = signed_in(people.reviewer)
    html = client.get(reverse("review_queue")).content.decode()
    assert "Hidden" not in html and "hidden words" not in html and "Open source" in html
    assert [page(row) in html for row in rows] == [False, False, False, True]
    missing = client.get(reverse("review_statement", args=["nosuchstatement1"]))
    for row in rows[:3]:
        answer = client.get(page(row))
        assert (answer.status_code, answer.content) == (404, missing.content)
        assert client.post(page(row), form(row)).status_code == 404
    seen = client.get(page(rows[3])).content.decode()
    assert "Hidden source" not in seen
    bulk = client.get(reverse("review_source", args=[hidden_source.public_id]))
    assert (bulk.status_code, bulk.content) == (404, missing.content)


def test_the_queue_costs_the_same_at_one_row_and_at_three(people: Cast, django_assert_num_queries: Any) -> None:
    client = signed_in(people.reviewer)
    for _round in range(2):
        quoting(visit=make.visit())
        client.get(reverse("review_queue"))
        with django_assert_num_queries(9):
            client.get(reverse("review_queue"))
        quoting()
        quoting()


def test_a_statement_stands_beside_its_passage(people: Cast) -> None:
    html = signed_in(people.reviewer).get(page(quoting())).content.decode()
    assert "<mark>we will open the prisons</mark>" in html
    assert "The minister said “" in html and "” on Monday, and left the room." in html


def test_words_that_differ_are_marked_and_asked_for(people: Cast) -> None:
    row = quoting("we will close the prisons")
    client = signed_in(people.reviewer)
    html = client.get(page(row)).content.decode()
    assert '<mark class="differs">open</mark>' in html and '<mark class="differs">close</mark>' in html
    assert "to publish them so, write why" in html
    answer = client.post(page(row), form(row))
    assert answer.status_code == 400 and "write why they are published so" in answer.content.decode()
    assert state(row) == "in_review"
    client.post(page(row), form(row, reason="Misprinted there."))
    assert state(row) == "published"
    assert Review.objects.get().reason == "Misprinted there."


@pytest.mark.parametrize(
    ("words", "stored", "told"),
    [
        ("zebra", TEXT, "do not stand in the stored text"),
        ("zebra", "", "is not stored; it is quoted so"),
        ("", TEXT, "No passage is quoted"),
    ],
)
def test_a_passage_that_cannot_be_shown_is_told_of(people: Cast, words: str, stored: str, told: str) -> None:
    source = make.source(extracted_text=stored)
    row = in_review(citations=(Citation(source=source, exact=words),), texts=(make.text("own words"),))
    assert told in signed_in(people.reviewer).get(page(row)).content.decode()


def test_hints_stand_beside_the_questions(people: Cast) -> None:
    person = make.person(private=True, name="Sok Dara")
    row = in_review(speakers=(make.speaker(person=person),), texts=(make.text("They put me in a cell."),))
    html = " ".join(signed_in(people.reviewer).get(page(row)).content.decode().split())
    assert "look twice: Sok Dara" in html and "look twice: cell" in html


def test_pages_of_review_are_the_same_bytes_whatever_harm_stands_in_hidden_words(people: Cast) -> None:
    insider = make.user(role=Role.REVIEWER)
    room = make.compartment(members=(insider,))
    closed, open_one = make.source(**make.confidential(room)), make.source(title="The Paper")
    row = in_review(citations=(Citation(source=open_one),), texts=(make.text("The dam is safe."),))
    note = make.note(meeting=make.meeting(), text="A girl, aged 14, was raped", **make.confidential(room))
    asked = [page(row), reverse("review_source", args=[open_one.public_id]), "/admin/statements/review/"]

    def shown(reader: User) -> list[str]:
        client = signed_in(reader)
        return [
            re.sub(r'name="(csrf|form_)\w+" value=".*?"', "", client.get(address).content.decode()) for address in asked
        ]

    before = shown(people.reviewer)
    Citation.objects.create(statement=row, note=note, exact=note.text)
    StatementText.objects.create(statement=row, kind="editors_words", text="tortured in a cell", source=closed)
    assert shown(people.reviewer) == before
    for html in shown(insider)[:2]:
        words = " ".join(html.split())
        assert "look twice: girl, aged 14" in words and "look twice: tortured, cell" in words


def test_publishing_leads_to_the_next_one_in_the_queue_within_the_visit(people: Cast) -> None:
    first, other, last = in_review(), in_review(), None
    last = in_review(visit=first.visit)
    client = signed_in(people.reviewer)
    html = client.get(page(first)).content.decode()
    assert f'rel="next" href="{page(other)}"' in html and 'rel="prev"' not in html
    kept = f"?visit={first.visit.slug}"
    answer = client.post(page(first) + kept, form(first))
    assert (answer.status_code, answer.headers["Location"]) == (302, page(last) + kept)
    assert state(first) == "published"
    answer = client.post(page(last) + kept, form(last))
    assert answer.headers["Location"] == reverse("review_queue") + kept
    answer = client.post(page(other), form(other))
    assert answer.headers["Location"] == reverse("review_queue")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"none": ""}, "Tick what applies"),
        ({"applies": ["minor"]}, "which is it?"),
        ({"none": "", "applies": ["minor"]}, "Say whether consent is recorded"),
        ({"none": "", "applies": ["minor"], "consent": "recorded"}, "write why it is published all the same"),
        ({"none": "", "applies": ["weather"]}, "weather is not one of the available choices"),
        ({"consent": "perhaps"}, "perhaps is not one of the available choices"),
        ({"decision": "sent_back"}, "Say what the editor should change"),
        ({"decision": "burnt"}, "burnt is not one of the available choices"),
        ({"statement": "nonsense"}, "This form was not understood"),
    ],
)
def test_an_unanswered_form_is_shown_again_with_what_was_typed(people: Cast, given: Any, told: str) -> None:
    row = in_review()
    answer = signed_in(people.reviewer).post(page(row), form(row, **given) | {"reason": given.get("reason", "")})
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert state(row) == "in_review" and not Review.objects.exists()
    if given.get("applies") == ["minor"]:
        assert 'value="minor" checked' in answer.content.decode()


def test_a_statement_that_has_changed_since_is_not_decided(people: Cast) -> None:
    row = in_review()
    for decision in ("published", "sent_back", "changes"):
        answer = signed_in(people.reviewer).post(
            page(row), form(row, decision=decision, statement=f"{row.public_id}:{row.version + 1}", reason="typed")
        )
        assert answer.status_code == 409
        assert "Somebody else has changed this record" in answer.content.decode()
        assert ">typed</textarea>" in answer.content.decode()
    assert state(row) == "in_review" and not Review.objects.exists()


def test_who_comes_after_another_reviewer_is_told(people: Cast) -> None:
    row = in_review()
    late = form(row)
    assert signed_in(people.admin).post(page(row), form(row)).status_code == 302
    answer = signed_in(people.reviewer).post(page(row), late)
    assert answer.status_code == 409
    assert "Somebody else has changed this record" in answer.content.decode()
    assert Review.objects.count() == 1


def test_sending_back_and_asking_for_changes_write_to_the_editor(people: Cast) -> None:
    back, stays = in_review(), in_review()
    client = signed_in(people.reviewer)
    client.post(page(back), form(back, decision="sent_back", reason="Who says so?"))
    client.post(page(stays), form(stays, decision="changes", reason="Add a topic."))
    assert (state(back), state(stays)) == ("draft", "in_review")
    assert set(ReviewComment.objects.values_list("text", flat=True)) == {"Who says so?", "Add a topic."}
    html = client.get(page(stays)).content.decode()
    assert "Add a topic." in html and "changes asked for" in html


def test_with_two_persons_the_author_is_told_and_refused(people: Cast, settings: Any) -> None:
    settings.REQUIRE_SECOND_PERSON = True
    row = in_review()
    Statement.objects.filter(pk=row.pk).update(entered_by=people.reviewer)
    client = signed_in(people.reviewer)
    html = client.get(page(row)).content.decode()
    assert "another person has to publish it" in html and 'value="published"' not in html
    assert client.post(page(row), form(row)).status_code == 400
    assert state(row) == "in_review"
    assert 'value="published"' in signed_in(people.admin).get(page(row)).content.decode()


def test_sources_that_are_not_published_are_published_with_it(people: Cast) -> None:
    source = make.source(workflow="draft", extracted_text=TEXT)
    row = quoting(source=source)
    client = signed_in(people.reviewer)
    assert "publish_sources" in client.get(page(row)).content.decode()
    answer = client.post(page(row), form(row))
    assert answer.status_code == 400 and "published citation" in answer.content.decode()
    client.post(page(row), form(row, publish_sources="on"))
    assert state(row) == "published"
    assert "publish_sources" not in client.get(page(quoting())).content.decode()


def test_a_published_statement_is_withdrawn_with_a_public_note(people: Cast) -> None:
    row = make.statement()
    client = signed_in(people.reviewer)
    html = client.get(page(row)).content.decode()
    address = reverse("review_withdraw", args=[row.public_id])
    assert address in html and 'name="decision"' not in html
    pair = {"statement": f"{row.public_id}:{row.version}"}
    for refused in (pair, {**pair, "note": " "}, {**pair, "note": "x" * 301}, {"note": "x"}):
        client.post(address, refused)
        assert state(row) == "published"
    client.post(address, {"statement": f"{row.public_id}:99", "note": "stale"})
    assert state(row) == "published"
    client.post(address, {**pair, "note": "Said by another person."})
    assert state(row) == "withdrawn"
    answer = Client().get(row.get_absolute_url())
    assert answer.status_code == 410 and "Said by another person." in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_removal_is_asked_for_with_a_reason(people: Cast) -> None:
    row = in_review()
    client, address = signed_in(people.reviewer), reverse("review_removal", args=[row.public_id])
    client.post(address, {"reason": ""})
    assert not RemovalRequest.objects.exists()
    client.post(address, {"reason": "It tells where she lives."})
    found = RemovalRequest.objects.get()
    assert (found.kind, found.public_id, found.asked_by) == ("statement", row.public_id, people.reviewer)
    assert signed_in(people.editor).post(address, {"reason": "x"}).status_code == 403


def test_comments_are_written_and_settled(people: Cast) -> None:
    row = in_review()
    client, address = signed_in(people.reviewer), reverse("review_comment", args=[row.public_id])
    assert client.post(address, {"text": " Which day? "}).headers["Location"] == page(row)
    client.post(address, {"text": ""})
    comment = ReviewComment.objects.get()
    html = client.get(page(row)).content.decode()
    assert "Which day?" in html
    settle = reverse("answer_comment", args=[comment.public_id])
    assert settle in html
    assert "comment open" in client.get(reverse("review_queue")).content.decode()
    assert client.post(settle, {"back": "review"}).headers["Location"] == page(row)
    assert "comment open" not in client.get(reverse("review_queue")).content.decode()
    assert signed_in(people.member).post(address, {"text": "x"}).status_code == 403
