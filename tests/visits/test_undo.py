"""Undoing the last action at the desk: all of it or nothing, and only while nobody has written since."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from simple_history.models import HistoricalRecords

from statements.actions import link_statements, tell_erratum
from statements.choices import Verdict
from statements.models import Citation, SetAside, Statement, StatementTopic, Topic
from tests import factories as make
from tests.cast import Cast, again
from tests.visits.test_merging import database
from visits import actions, drafts
from visits.models import PublicationStamp, StaleVersion
from visits.removal_actions import ask_removal
from visits.undo import MOST_ROWS, _undoable, offer_undo, undo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index_in_step")]


class Gathered(list[Any]):
    """The history rows of what is done within, as a request gathers them."""

    def __enter__(self) -> Gathered:
        self.request = HttpRequest()
        self.request._undo_rows = self  # type: ignore[attr-defined]
        HistoricalRecords.context.request = self.request
        return self

    def __exit__(self, *_error: object) -> None:
        del HistoricalRecords.context.request

    def named(self) -> list[list[Any]]:
        return [[type(row)._meta.label, stored.history_id] for row, stored in self]


def test_a_changed_statement_is_as_it_was(people: Cast) -> None:
    said = make.statement(topics=(make.topic(), make.topic()), **make.draft())
    before = database()
    with Gathered() as rows:
        row = again(said)
        row.act = "asks"
        actions.save_record(record=row, by=people.editor)
        text = again(said).texts.get()
        text.text = "other words"
        actions.save_part(part=text, by=people.editor)
        actions.remove_part(part=again(said).statement_topics.first(), by=people.editor)
        actions.save_part(part=Citation(statement=again(said), source=make.source()), by=people.editor)
    assert _undoable([pair for pair in rows if not hasattr(pair[0], "title")])
    undo(rows=[row for row in rows.named() if row[0] != "visits.Source"], by=people.editor)
    after = database()
    after["visits.Source"] = after["visits.Source"][: len(before["visits.Source"])]
    assert after == before


def test_what_was_entered_is_gone_with_its_parts(people: Cast) -> None:
    visit, source = make.visit(), make.source()
    before = database()
    with Gathered() as rows:
        make.statement(by=people.editor, visit=visit, citations=(Citation(source=source),), topics=(make.topic(),),
                       speakers=(make.speaker(label="a villager"),), **make.draft())  # fmt: skip
    assert _undoable(rows)
    undo(rows=rows.named(), by=people.editor)
    assert database() == before
    assert not Topic.objects.exists()


def test_undone_only_while_nobody_else_has_written(people: Cast) -> None:
    said = make.statement(**make.draft())
    with Gathered() as rows:
        row = again(said)
        row.act = "asks"
        actions.save_record(record=row, by=people.editor)
    other = again(said)
    other.note = "by somebody else"
    actions.save_record(record=other, by=people.reviewer)
    with pytest.raises(StaleVersion):
        undo(rows=rows.named(), by=people.editor)
    assert (again(said).act, again(said).note) == ("asks", "by somebody else")


def test_what_others_rest_on_since_is_not_taken_out(people: Cast) -> None:
    with Gathered() as rows:
        topic = make.topic()
    make.statement(topics=(topic,), **make.draft())
    with pytest.raises(StaleVersion):
        undo(rows=rows.named(), by=people.editor)
    assert StatementTopic.objects.filter(topic=topic).count() == 1


def test_sending_for_review_is_undone_and_publishing_is_not(people: Cast) -> None:
    said = make.statement(**make.draft())
    with Gathered() as rows:
        actions.submit(record=again(said), by=people.editor)
    assert _undoable(rows)
    undo(rows=rows.named(), by=people.editor)
    assert again(said).workflow == "draft"
    with Gathered() as rows:
        actions.publish(record=again(said), by=people.reviewer)
    assert not _undoable(rows)
    with pytest.raises(ValidationError, match="withdrawn, not undone"):
        undo(rows=rows.named(), by=people.reviewer)
    assert again(said).workflow == "published"


def test_a_withdrawal_is_undone_by_who_may_publish_and_raises_the_stamp(people: Cast) -> None:
    said = make.statement()
    with Gathered() as rows:
        actions.withdraw(record=again(said), by=people.reviewer, note="wrong")
    stamp = PublicationStamp.objects.get(pk=1).value
    with pytest.raises(PermissionDenied):
        undo(rows=rows.named(), by=people.editor)
    undo(rows=rows.named(), by=people.reviewer)
    assert (again(said).workflow, again(said).withdrawn_note) == ("published", "")
    assert PublicationStamp.objects.get(pk=1).value > stamp


def test_a_removal_an_erratum_and_a_step_are_never_offered(people: Cast) -> None:
    said, visit = make.statement(), make.visit()
    with Gathered() as removal:
        actions.remove(record=again(make.statement()), by=people.reviewer, second=people.admin)
    assert not _undoable([pair for pair in removal if isinstance(pair[0], Statement)][-1:])
    with Gathered() as erratum:
        tell_erratum(statement=again(said), text="A name was misspelt.", by=people.reviewer)
    assert not _undoable(erratum)
    with Gathered() as step:
        actions.add_step(visit=again(visit), by=people.reviewer, step=make.step("reminder"))
    assert not _undoable(step)
    assert not _undoable([None] * (MOST_ROWS + 1))


def test_who_may_not_change_it_any_more_does_not_undo(people: Cast) -> None:
    one, two = make.statement(), make.statement()
    with Gathered() as rows:
        link_statements(statement=again(one), to=again(two), kind="clarifies", by=people.reviewer)
    for person in (people.member, people.editor):
        with pytest.raises(PermissionDenied):
            undo(rows=rows.named(), by=person)
    assert one.links.count() == 1
    undo(rows=rows.named(), by=people.reviewer)
    assert one.links.count() == 0


def test_where_the_history_was_erased_there_is_nothing_to_undo(people: Cast) -> None:
    with Gathered() as rows:
        make.topic()
    Topic.history.all().delete()
    with pytest.raises(StaleVersion):
        undo(rows=rows.named(), by=people.editor)


def test_reading_gathers_nothing() -> None:
    request = HttpRequest()
    request.method = "GET"
    offer_undo(lambda _request: HttpResponse())(request)
    assert not hasattr(request, "_undo_rows")


def test_whether_quoted_words_stand_in_a_text_is_found_anew(people: Cast) -> None:
    source = make.source(extracted_text="He said: “We stay here.”", **make.draft())
    said = make.statement(
        mode="direct", texts=(make.text("“We stay here.”", kind="original"),), citations=(Citation(source=source),),
        **make.draft(),
    )  # fmt: skip
    citation = said.citations.get()
    assert again(citation).verdict == Verdict.MATCH
    with Gathered() as rows:
        text = again(said).texts.get()
        text.text = "“We go away.”"
        actions.save_part(part=text, by=people.editor)
    assert again(citation).verdict == Verdict.DIFFERS
    undo(rows=rows.named(), by=people.editor)
    assert again(citation).verdict == Verdict.MATCH


@pytest.mark.parametrize("begun", ["draft", "aside", "removal"])
def test_what_others_have_begun_something_with_is_not_taken_out(begun: str, people: Cast) -> None:
    with Gathered() as rows:
        source = make.source(**make.draft())
    if begun == "draft":
        drafts.keep_draft(by=people.reviewer, key=f"statement:new:{source.public_id}", data={"text": ["mine"]})
    elif begun == "aside":
        SetAside(source=source, start=0, end=3, exact="The", by=people.reviewer).save()
    else:
        ask_removal(record=source, reason="tells where she lives", by=people.reviewer)
    with pytest.raises(StaleVersion):
        undo(rows=rows.named(), by=people.editor)
    assert again(source).pk


def test_ones_own_draft_does_not_hinder_undoing(people: Cast) -> None:
    with Gathered() as rows:
        source = make.source(**make.draft())
    drafts.keep_draft(by=people.editor, key=f"statement:new:{source.public_id}", data={"text": ["mine"]})
    undo(rows=rows.named(), by=people.editor)
    assert not type(source)._base_manager.filter(pk=source.pk).exists()
