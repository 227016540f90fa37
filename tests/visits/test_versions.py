"""Versions of a record with its parts: who sees which, and restoring one as a new version through the same checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from statements.actions import tell_erratum
from statements.models import Citation, Erratum, Statement, StatementSpeaker, StatementText
from tests import factories as make
from tests.cast import Cast, again
from visits import actions
from visits.history_actions import restore_version
from visits.merging import merge_records
from visits.models import PublicationStamp, StaleVersion, VisitLeg
from visits.version_cards import told_versions, version_cards
from visits.versions import History, key_of, kinds, parts_of, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def later() -> Iterator[Callable[[], None]]:
    """Stand still on a day; each call is an hour later."""
    with time_machine.travel("2026-02-03 04:05:06+00:00", tick=False) as clock:
        yield lambda: clock.shift(3600)


def edit(row: Any, by: Any = None, **values: Any) -> Any:
    """Save a record or a part with other values, as the desk does."""
    row = again(row)
    for name, value in values.items():
        setattr(row, name, value)
    return (actions.save_record if hasattr(row, "workflow") else _save_part)(record=row, by=by)


def _save_part(*, record: Any, by: Any) -> Any:
    return actions.save_part(part=record, by=by)


def numbers(row: Any, user: Any) -> list[int]:
    return [version.number for version in History(again(row), user).visible()]


def told(row: Any, user: Any) -> list[list[tuple[str, str, dict[str, tuple[str, str]]]]]:
    """Return for each version what it tells: kind, what became of it, and label → before and after."""
    history = History(again(row), user)
    return [
        [(t.kind, t.verb, {label: (change.old, change.new) for label, change in t.fields}) for t in card.told]
        for card in version_cards(history, told_versions(history), history.visible())
    ]


def test_what_has_an_address_of_its_own_has_a_history() -> None:
    assert sorted(kinds()) == [
        "accessnote", "commitment", "importbatch", "meeting", "meetingnote", "organisation", "person", "position",
        "source", "statement", "topic", "visit",
    ]  # fmt: skip
    assert len(parts_of(Statement)) == 8
    topic, note = make.topic(), make.note(meeting=make.meeting())
    assert (key_of(topic), key_of(note)) == (topic.slug, note.public_id)


def test_a_statement_and_its_parts_are_told_together(people: Cast, later: Callable[[], None]) -> None:
    said = make.statement(texts=(make.text("he never said it"),), **make.draft())
    later()
    edit(said.texts.get(), text="he said it")
    later()
    edit(said, act="denies", answers_text="the report")
    versions = told(said, people.editor)
    assert numbers(said, people.editor) == [1, 2, 3]
    assert {kind: verb for kind, verb, _fields in versions[0]} == {
        "Statement": "new", "Speaker": "new", "Version of the words": "new", "Citation": "new",
    }  # fmt: skip
    assert versions[1] == [("Version of the words", "changed", {"Text": ("he never said it", "he said it")})]
    assert versions[2] == [
        ("Statement", "changed", {"Act": ("asserts", "denies"), "Answers": ("", "the report")}),
    ]


def test_a_part_taken_out_is_told(people: Cast, later: Callable[[], None]) -> None:
    said = make.statement(topics=(make.topic(name="Elections"),), **make.draft())
    later()
    actions.remove_part(part=again(said.statement_topics.get()), by=None)
    assert told(said, people.editor)[-1] == [("Topic of a statement", "gone", {"Topic": ("Elections", "")})]


def test_rows_saved_together_are_one_version_and_who_saved_is_named(people: Cast, later: Callable[[], None]) -> None:
    visit = make.visit()
    history = History(again(visit), people.editor)
    # Entering a visit saves it twice: its status follows from its steps.
    assert [version.number for version in history.visible()] == [2]
    assert {row.model.__name__ for row in history.visible()[0].parts} == {"VisitMandate", "VisitLeg", "VisitStep"}


# What is hidden.


def test_versions_of_a_confidential_time_stay_with_the_compartment(people: Cast, later: Callable[[], None]) -> None:
    room = make.compartment(members=(people.reviewer,))
    meeting = make.meeting(**make.confidential(room) | {"title": "a source of ours"})
    make.participant(meeting=meeting, person=None, label="a villager")
    later()
    actions.remove_part(part=again(meeting.participants.get()), by=None)
    later()
    edit(meeting, visibility="internal", compartment=None, title="Ministry")
    assert numbers(meeting, people.reviewer) == [2, 3, 4]
    assert numbers(meeting, people.editor) == [4]
    assert numbers(meeting, people.admin) == [4]
    assert "villager" in str(told(meeting, people.reviewer))
    for hidden_from in (people.editor, people.admin):
        assert "villager" not in str(told(meeting, hidden_from))
        assert "a source of ours" not in str(told(meeting, hidden_from))


def test_a_part_that_named_a_hidden_row_is_left_out(people: Cast, later: Callable[[], None]) -> None:
    room = make.compartment(members=(people.reviewer,))
    secret = make.source(title="Leaked letter", **make.confidential(room))
    said = make.statement(
        citations=(Citation(source=make.source()), Citation(source=secret, exact="the very words")), **make.internal()
    )
    later()
    actions.remove_part(part=again(said.citations.get(source=secret)), by=None)
    assert "the very words" in str(told(said, people.reviewer))
    assert "the very words" not in str(told(said, people.editor))
    assert "Leaked letter" not in str(told(said, people.editor))


def test_a_field_that_named_a_hidden_row_is_left_out(people: Cast, later: Callable[[], None]) -> None:
    room = make.compartment(members=(people.reviewer,))
    secret = make.organisation(name="Secret cell")
    make.participant(meeting=make.meeting(**make.confidential(room)), organisation=secret)
    source = make.source(publisher_organisation=secret, **make.internal())
    # The source is what leads editors there; without it only the meeting does.
    later()
    edit(source, publisher_organisation=None)
    assert not seen(type(secret), people.editor).filter(pk=secret.pk).exists()
    assert "Secret cell" in str(told(source, people.reviewer))
    assert "Secret cell" not in str(told(source, people.editor))
    assert told(source, people.editor)[-1] == []


def test_a_removed_record_has_no_versions(people: Cast, later: Callable[[], None]) -> None:
    said = make.statement()
    actions.remove(record=again(said), by=people.reviewer, second=people.admin)
    assert not seen(Statement, people.reviewer).filter(pk=said.pk).exists()


def test_what_was_merged_since_has_the_name_of_what_was_kept(people: Cast, later: Callable[[], None]) -> None:
    kept, gone = make.person(name="Kept"), make.person(name="Gone")
    said = make.statement(speakers=(make.speaker(person=gone),), **make.draft())
    later()
    actions.save_part(part=make.speaker(statement=again(said), person=None, label="a villager", order=1), by=None)
    later()
    merge_records(kept=kept, gone=gone, by=people.reviewer)
    assert "'Kept'" in str(told(said, people.editor)[0])
    later()
    restore_version(record=again(said), to=1, by=people.editor)
    assert [str(row) for row in said.speakers.all()] == ["Kept"]


# Restoring.


def state(said: Any) -> dict[str, Any]:
    """Return what a statement holds with its parts, in words."""
    said = again(said)
    return {
        "act": said.act,
        "note": said.note,
        "texts": sorted((row.text, row.preferred) for row in said.texts.all()),
        "speakers": [(row.order, str(row)) for row in said.speakers.all()],
        "topics": [(row.order, str(row)) for row in said.statement_topics.all()],
        "citations": sorted((str(row), row.exact) for row in said.citations.all()),
    }


def test_an_old_version_is_written_again_with_its_parts(people: Cast, later: Callable[[], None]) -> None:
    topics = (make.topic(), make.topic())
    said = make.statement(
        texts=(make.text("first words"), make.text("in Khmer", language="km")),
        speakers=(make.speaker(label="a"), make.speaker(label="b")),
        topics=topics,
        citations=(Citation(source=make.source(), exact="quoted"),),
        **make.draft(),
    )
    before = state(said)
    one, two = said.speakers.all()
    later()
    # Two change places, one text goes, another becomes the preferred one, a topic and a citation come.
    StatementSpeaker.objects.filter(pk=one.pk).update(order=9)
    edit(two, order=0)
    edit(one, order=1)
    first, second = said.texts.order_by("id")
    edit(first, preferred=False, text="other words")
    edit(second, preferred=True)
    later()
    actions.remove_part(part=again(said.statement_topics.first()), by=None)
    later()
    actions.save_part(part=Citation(statement=again(said), source=make.source(), exact="more"), by=None)
    edit(said, act="asks", note="a note")
    assert state(said) != before
    version = again(said).version
    later()
    done = restore_version(record=again(said), to=1, by=people.editor, version=version)
    assert done.left == []
    assert state(said) == before
    assert again(said).version == version + 1
    # The old id is used again, with a version that nobody has read before.
    rows = said.statement_topics.order_by("id")
    assert [row.version > 1 for row in rows] == [True, False]
    later()
    restore_version(record=again(said), to=version, by=people.editor)
    assert state(said)["act"] == "asks"
    assert len(state(said)["citations"]) == 2


def test_restoring_from_a_stale_page_is_refused_and_writes_nothing(people: Cast, later: Callable[[], None]) -> None:
    said = make.statement(**make.draft())
    later()
    edit(said, act="asks")
    later()
    edit(said, act="warns")
    with pytest.raises(StaleVersion):
        restore_version(record=again(said), to=1, by=people.editor, version=2)
    assert again(said).act == "warns"


def test_workflow_and_visibility_stay_as_they_are(people: Cast, later: Callable[[], None]) -> None:
    said = make.statement(**make.draft())
    later()
    actions.publish(record=again(said), by=people.reviewer)
    later()
    edit(said, act="asks")
    stamp = PublicationStamp.objects.get(pk=1).value
    restore_version(record=again(said), to=1, by=people.reviewer)
    assert (again(said).act, again(said).workflow) == ("asserts", "published")
    assert PublicationStamp.objects.get(pk=1).value > stamp


def test_an_editor_restores_drafts_only(people: Cast, later: Callable[[], None]) -> None:
    said = make.statement()
    later()
    edit(said, act="asks")
    with pytest.raises(PermissionDenied):
        restore_version(record=again(said), to=1, by=people.editor)
    with pytest.raises(PermissionDenied):
        restore_version(record=again(said), to=1, by=people.member)
    assert again(said).act == "asks"


def test_a_version_that_breaks_a_rule_of_today_is_refused_whole(people: Cast, later: Callable[[], None]) -> None:
    said = make.statement()
    # A published public statement cannot rest on an internal source alone.
    source = said.citations.get().source
    later()
    actions.save_part(part=Citation(statement=again(said), source=make.source()), by=None)
    later()
    actions.remove_part(part=again(said.citations.get(source=source)), by=None)
    later()
    edit(source, visibility="internal")
    now = state(said)
    with pytest.raises(ValidationError):
        restore_version(record=again(said), to=1, by=people.reviewer)
    assert state(said) == now


def test_what_is_hidden_from_who_restores_is_neither_touched_nor_told(people: Cast, later: Callable[[], None]) -> None:
    room = make.compartment(members=(people.reviewer,))
    said = make.statement(**{**make.internal(), "workflow": "draft"})
    later()
    edit(said, act="asks")
    secret = make.source(title="Leaked letter", **make.confidential(room))
    actions.save_part(part=Citation(statement=again(said), source=secret, exact="secret words"), by=None)
    later()
    done = restore_version(record=again(said), to=1, by=people.editor)
    assert done.left == []
    assert said.citations.filter(source=secret).exists()
    assert again(said).act == "asserts"


def test_errata_and_steps_are_never_taken_back(people: Cast, later: Callable[[], None]) -> None:
    said = make.statement()
    later()
    tell_erratum(statement=again(said), text="A name was misspelt.", by=None)
    done = restore_version(record=again(said), to=1, by=people.reviewer)
    assert done.left == ["Erratum: never taken back."]
    assert Erratum.objects.count() == 1
    visit = make.visit()
    number = again(visit).version
    later()
    actions.add_step(visit=again(visit), by=None, step=make.step("report 2023-03-01"))
    later()
    edit(visit, title="Elsewhere")
    done = restore_version(record=again(visit), to=number, by=people.reviewer)
    assert done.left == ["Step: never taken back."]
    assert (again(visit).title, again(visit).status) == (visit.title, "reported")


def test_a_part_on_which_others_rest_is_left_and_said(people: Cast, later: Callable[[], None]) -> None:
    visit = make.visit(**make.draft())
    number = again(visit).version
    later()
    leg = VisitLeg(visit=again(visit), country=make.country(), order=1)
    actions.save_part(part=leg, by=None)
    make.meeting(visit=again(visit), leg=leg, **make.draft())
    done = restore_version(record=again(visit), to=number, by=people.editor)
    assert done.left == ["Leg: Other rows rest on it."]
    assert visit.legs.count() == 2


def test_a_relation_to_what_is_gone_is_left_and_said(people: Cast, later: Callable[[], None]) -> None:
    topic = make.topic()
    lower = make.topic(parent=topic)
    later()
    edit(lower, parent=None)
    topic = again(topic)
    topic.delete()
    done = restore_version(record=again(lower), to=1, by=people.editor)
    assert done.left == ["“under”: what it named is no longer there."]
    assert again(lower).parent is None


def test_file_and_text_of_a_source_are_restored_together_or_not(people: Cast, later: Callable[[], None]) -> None:
    source = make.source(extracted_text="old text", **make.draft())
    later()
    edit(source, extracted_text="new text", sha256="b" * 64)
    later()
    restore_version(record=again(source), to=1, by=people.editor)
    assert (again(source).extracted_text, again(source).sha256) == ("old text", "")
    lost = make.source(extracted_text="old text", stored_file="sources/lost", **make.draft())
    later()
    edit(lost, extracted_text="new text", stored_file="", title="Other")
    done = restore_version(record=again(lost), to=1, by=people.editor)
    assert len(done.left) == 1
    assert (again(lost).extracted_text, again(lost).title) == ("new text", lost.title)


def test_the_vocabulary_is_restored_with_its_names(people: Cast, later: Callable[[], None]) -> None:
    from statements.models import TopicAlias

    topic = make.topic(name="Elections")
    later()
    actions.save_part(part=TopicAlias(topic=again(topic), text="Voting"), by=None)
    edit(topic, name="Polls")
    later()
    restore_version(record=again(topic), to=1, by=people.editor)
    assert (again(topic).name, topic.aliases.count()) == ("Elections", 0)


def test_there_is_no_version_that_never_was(people: Cast, later: Callable[[], None]) -> None:
    said = make.statement(**make.draft())
    for number in (0, 7, -1):
        with pytest.raises(ValidationError, match="no such version"):
            restore_version(record=again(said), to=number, by=people.editor)
    assert StatementText.objects.count() == 1
