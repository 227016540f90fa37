"""Review: published or sent back all together, with what could hurt asked, and the decision kept."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from statements import harm, review_actions
from statements.choices import Decision, Mode
from statements.models import Citation, Review, ReviewComment, Statement
from statements.reviewing import facts_of
from tests import factories as make
from tests.cast import Cast, again
from visits import actions
from visits.access import Role
from visits.choices import Workflow
from visits.models import PublicationStamp, Source, StaleVersion, User

pytestmark = pytest.mark.django_db
NONE = harm.answer((), none=True)
HARM = "A girl, aged 14, was raped in detention"


def stamp() -> int:
    return PublicationStamp.objects.filter(pk=1).values_list("value", flat=True).first() or 0


def in_review(**fields: Any) -> Statement:
    return make.statement(**{"workflow": "in_review", "visibility": "public", **fields})


def state(row: Any) -> str:
    found: str = type(row)._base_manager.values_list("workflow", flat=True).get(pk=row.pk)
    return found


def decide(*rows: Statement, **how: Any) -> list[Review]:
    given: dict[str, Any] = {"decision": Decision.PUBLISHED, "answers": NONE, **how}
    return review_actions.review_statements(statements=[(row, row.version) for row in rows], **given)


def test_several_statements_are_published_at_once_with_the_answers_kept(people: Cast) -> None:
    rows, before = [in_review(), in_review()], stamp()
    found = decide(*rows, by=people.reviewer)
    assert [state(row) for row in rows] == [Workflow.PUBLISHED, Workflow.PUBLISHED]
    assert stamp() > before
    assert [(row.decision, row.reviewer, row.answers["answers"]) for row in found] == [
        ("published", people.reviewer, NONE)
    ] * 2
    assert [row.statement_version for row in found] == [1, 1]


def test_one_that_has_changed_since_holds_back_all(people: Cast) -> None:
    rows, before = [in_review(), in_review()], stamp()
    actions.save_record(record=Statement.objects.get(pk=rows[1].pk), by=None)
    for decision in Decision.values:
        with pytest.raises(StaleVersion):
            decide(*rows, by=people.reviewer, decision=decision, reason="because")
        assert [state(row) for row in rows] == ["in_review", "in_review"]
        for row in rows:
            row.refresh_from_db(fields=["workflow"])
    assert not Review.objects.exists() and not ReviewComment.objects.exists()
    assert stamp() == before


def test_a_version_that_was_not_the_one_read_is_refused(people: Cast) -> None:
    row = in_review()
    with pytest.raises(StaleVersion):
        review_actions.review_statements(
            statements=[(row, row.version + 1)], decision="published", answers=NONE, by=people.reviewer
        )


@pytest.mark.parametrize("answers", [None, {}, {"minor": "no"}])
def test_nothing_is_published_unasked(people: Cast, answers: dict[str, str] | None) -> None:
    row = in_review()
    with pytest.raises(ValidationError, match="Answer the questions"):
        decide(row, by=people.reviewer, answers=answers)
    assert state(row) == "in_review"


def test_what_could_hurt_is_published_only_with_reasons(people: Cast) -> None:
    row, answers = in_review(), harm.answer(("detention",), none=False, consent="recorded")
    with pytest.raises(ValidationError, match="could hurt"):
        decide(row, by=people.reviewer, answers=answers, reason=" ")
    decide(row, by=people.reviewer, answers=answers, reason="Named in her own press conference.")
    assert Review.objects.get().reason == "Named in her own press conference."
    assert state(row) == "published"


@pytest.mark.parametrize("mode", Mode.values)
def test_quoted_words_that_differ_are_published_only_with_reasons(people: Cast, mode: str) -> None:
    source = make.source(extracted_text="The governor said: “All is well in the town.”")
    words = make.text("“All is bad in the town.”", source=source)
    row = in_review(mode=mode, texts=(words,), citations=(Citation(source=source, exact="“All is bad in the town.”"),))
    with pytest.raises(ValidationError, match="differ from the source"):
        decide(row, by=people.reviewer)
    assert state(row) == "in_review"
    decide(row, by=people.reviewer, reason="The source misprints it.")
    assert state(row) == "published"


def test_of_hints_the_questions_are_kept_beside_the_answers_and_no_words(people: Cast) -> None:
    person = make.person(private=True, name="Sok Dara")
    row = in_review(speakers=(make.speaker(person=person),), texts=(make.text("They put me in a cell."),))
    (found,) = decide(row, by=people.reviewer)
    assert found.answers["hints"] == ["private_person", "detention", "consent"]


def test_hints_of_old_lose_their_words_and_other_answers_stay(people: Cast) -> None:
    # In the order in which PostgreSQL keeps the names of an object: short ones first.
    old: dict[str, Any] = {"answers": {"minor": "no"}, "hints": {"minor": ["aged 14"], "private_person": ["Sok Dara"]}}
    row = in_review()
    rows = [Review(statement=row, statement_version=1, decision="published", answers=told) for told in (old, {})]
    for review in rows:
        review.save()

    def kept() -> list[Any]:
        return [Review.objects.get(pk=review.pk).answers for review in rows]

    migration = importlib.import_module("statements.migrations.0011_hints_without_words")
    migration.keep_questions(apps, None)
    assert kept() == [{"answers": {"minor": "no"}, "hints": ["minor", "private_person"]}, {}]
    migration.give_shape_back(apps, None)
    assert kept() == [{"answers": {"minor": "no"}, "hints": {"private_person": [], "minor": []}}, {}]


def test_hints_of_a_reviewer_quote_no_hidden_words_and_those_of_an_insider_do(people: Cast) -> None:
    insider = make.user(role=Role.REVIEWER)
    room = make.compartment(members=(insider,))
    hidden = make.confidential(room)
    closed, note = make.source(**hidden), make.note(meeting=make.meeting(), text=HARM, **hidden)

    def words_of_harm() -> Statement:
        row = in_review(
            texts=(make.text("The dam is safe."), make.text("He was tortured in a cell.", source=closed)),
            citations=(Citation(source=make.source()), Citation(source=closed, exact="A girl of nine")),
        )
        actions.save_part(part=Citation(statement=row, note=note, exact=HARM), by=insider)
        return again(row)

    for decision in Decision.values:
        (outside,) = decide(words_of_harm(), by=people.reviewer, decision=decision, reason="because")
        assert outside.answers["hints"] == []
    row = words_of_harm()
    told = {hint.question for hint in harm.hints(facts_of([row.pk], insider)[row.pk])}
    assert told == {"minor", "health", "detention"}
    assert facts_of([row.pk], None) == facts_of([row.pk], insider)


def test_what_is_sent_back_is_a_draft_again_and_its_editor_reads_why(people: Cast) -> None:
    row, before = in_review(by=None), stamp()
    with pytest.raises(ValidationError, match="what the editor should change"):
        decide(row, by=people.reviewer, decision=Decision.SENT_BACK)
    decide(row, by=people.reviewer, decision=Decision.SENT_BACK, reason="Whose words are these?", answers=None)
    assert state(row) == "draft"
    comment = ReviewComment.objects.get()
    assert (comment.statement, comment.author, comment.text, comment.settled) == (
        row, people.reviewer, "Whose words are these?", False,
    )  # fmt: skip
    assert stamp() == before


def test_changes_are_asked_for_while_it_stays_in_review(people: Cast) -> None:
    row = in_review()
    decide(row, by=people.reviewer, decision=Decision.CHANGES, reason="A topic is missing.")
    assert state(row) == "in_review"
    assert ReviewComment.objects.get().text == "A topic is missing."
    with pytest.raises(ValidationError, match="in review"):
        decide(make.statement(), by=people.reviewer, decision=Decision.CHANGES, reason="x")


@pytest.mark.parametrize("name", ["anonymous", "outsider", "reader", "member", "editor"])
def test_nobody_below_reviewer_decides(people: Cast, name: str) -> None:
    row = in_review()
    with pytest.raises(PermissionDenied):
        decide(row, by=people.named(name))
    assert state(row) == "in_review"


def test_a_decision_takes_a_statement_and_a_known_word(people: Cast) -> None:
    with pytest.raises(ValidationError, match="at least one"):
        decide(by=people.reviewer)


def test_the_cited_sources_are_published_with_it_where_that_is_asked(people: Cast) -> None:
    source = make.source(workflow="draft")
    row = in_review(citations=(Citation(source=source),))
    with pytest.raises(ValidationError, match="published citation"):
        decide(row, by=people.reviewer)
    decide(row, by=people.reviewer, publish_sources=True)
    assert (state(row), state(source)) == ("published", "published")


def test_a_hidden_source_is_not_published_by_the_way(people: Cast) -> None:
    hidden = make.source(**{**make.confidential(make.compartment()), "workflow": "draft"})
    row = in_review(citations=(Citation(source=make.source()), Citation(source=hidden)))
    decide(row, by=people.reviewer, publish_sources=True)
    assert (state(row), state(hidden)) == ("published", "draft")


def test_the_log_of_decisions_is_only_added_to(people: Cast) -> None:
    (found,) = decide(in_review(), by=people.reviewer)
    found.reason = "something else"
    with pytest.raises(ValidationError, match="not changed"):
        found.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=found.pk).update(decision="forgot")


def test_reviews_and_comments_reach_editors_of_what_they_see_and_nobody_else(people: Cast) -> None:
    decide(in_review(), by=people.reviewer)
    hidden = make.statement(**make.confidential(make.compartment()))
    review_actions.comment_on(statement=hidden, text="hidden", by=people.editor)
    review_actions.comment_on(statement=make.statement(), text="open", by=people.editor)
    for person in people:
        sees = person in {people.editor, people.reviewer, people.admin}
        assert Review.objects.visible_to(person).count() == (1 if sees else 0)
        assert [row.text for row in ReviewComment.objects.visible_to(person)] == (["open"] if sees else [])


# The rule of two persons.


def written_by(user: User, row: Statement) -> None:
    """Note in the history that `user` made the latest change, as a request of theirs does."""
    latest = row.history.order_by("-history_id").first()
    row.history.filter(history_id=latest.history_id).update(history_user=user)


def test_off_by_default_the_author_may_publish(people: Cast) -> None:
    row = in_review()
    Statement.objects.filter(pk=row.pk).update(entered_by=people.reviewer)
    row.refresh_from_db()
    decide(row, by=people.reviewer)
    assert state(row) == "published"


def test_who_entered_it_does_not_publish_it_alone(people: Cast, settings: Any) -> None:
    settings.REQUIRE_SECOND_PERSON = True
    row = in_review()
    Statement.objects.filter(pk=row.pk).update(entered_by=people.reviewer)
    row.refresh_from_db()
    with pytest.raises(ValidationError, match="another person"):
        decide(row, by=people.reviewer)
    with pytest.raises(ValidationError, match="another person"):
        actions.publish(record=row, by=people.reviewer)
    assert (state(row), row.published_at is None) == ("in_review", False)
    decide(row, by=people.admin)
    assert state(row) == "published"


def test_who_edited_it_last_does_not_publish_it_alone_and_who_submitted_it_may(people: Cast, settings: Any) -> None:
    settings.REQUIRE_SECOND_PERSON = True
    row = make.statement(workflow="draft", visibility="public")
    actions.save_record(record=row, by=None)
    written_by(people.reviewer, row)
    actions.submit(record=row, by=people.admin)
    written_by(people.admin, row)
    with pytest.raises(ValidationError, match="another person"):
        decide(row, by=people.reviewer)
    decide(row, by=people.admin)
    assert state(row) == "published"


def test_other_records_are_published_by_one(people: Cast, settings: Any) -> None:
    settings.REQUIRE_SECOND_PERSON = True
    source = make.source(workflow="draft")
    Source.objects.filter(pk=source.pk).update(entered_by=people.reviewer)
    source.refresh_from_db()
    actions.publish(record=source, by=people.reviewer)
    assert state(source) == "published"


def test_the_admin_publishes_no_statement_unasked() -> None:
    from django.contrib.admin import site

    from statements.models import Position

    names = {model: {act.__name__ for act in site._registry[model].actions} for model in (Statement, Position)}
    assert names[Statement] == {"submit", "withdraw"}
    assert names[Position] == {"submit", "send_back", "publish", "withdraw"}


# Editors.


def test_drafts_are_sent_for_review_together_or_not_at_all(people: Cast) -> None:
    rows = [make.statement(workflow="draft", visibility="public") for _n in range(3)]
    with pytest.raises(StaleVersion):
        review_actions.submit_statements(statements=[(rows[0], 1), (rows[1], 9)], by=people.editor)
    assert [state(row) for row in rows] == ["draft"] * 3
    rows = list(Statement.objects.filter(pk__in=[row.pk for row in rows]))
    assert review_actions.submit_statements(statements=[(row, row.version) for row in rows], by=people.editor) == 3
    assert [state(row) for row in rows] == ["in_review"] * 3


def test_a_comment_is_answered_and_settled(people: Cast) -> None:
    row = in_review()
    comment = review_actions.comment_on(statement=row, text=" Which day? ", by=people.reviewer)
    review_actions.settle_comment(comment=comment, by=people.editor, answer="The 16th.")
    assert [(c.text, c.author, c.settled) for c in ReviewComment.objects.all()] == [
        ("Which day?", people.reviewer, True),
        ("The 16th.", people.editor, False),
    ]
    with pytest.raises(ValidationError, match="Write"):
        review_actions.comment_on(statement=row, text="  ", by=people.reviewer)
    with pytest.raises(PermissionDenied):
        review_actions.comment_on(statement=row, text="x", by=people.member)


@pytest.mark.parametrize("pair", ["", "x", "x:", ":1", "x:-1", "x:1.5", "x:٣", f"x:{'9' * 10}"])
def test_forms_that_say_no_version_are_refused(pair: str) -> None:
    with pytest.raises(ValidationError):
        review_actions.version_pairs([pair])
    assert review_actions.version_pairs(["a:1", "b:22"]) == {"a": 1, "b": 22}
