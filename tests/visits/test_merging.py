"""Merging: every relation is known, everything moves or is refused, and undoing brings the same database back."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.test import Client

from statements.models import (
    Attribution,
    Citation,
    CommitmentEvidence,
    Position,
    SetAside,
    StatementAddressee,
    StatementSpeaker,
    StatementTopic,
    TopicAlias,
)
from tests import factories as make
from tests.cast import Cast, again, signed_in
from visits import actions
from visits.erasure import erase_record
from visits.merge_plan import NotMergeable, is_removed, model_of, plan_merge, relations
from visits.merge_undo import forget_merges, undo_merge
from visits.merging import merge_records
from visits.models import (
    Alias,
    Consent,
    Merge,
    MergeKind,
    Office,
    Organisation,
    Participant,
    Person,
    PersonName,
    ProtectedName,
    Redirect,
    Source,
    SourceRelay,
    StaleVersion,
    Versioned,
    VisitStep,
)
from visits.removal_actions import ask_removal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index_in_step")]


def database() -> dict[str, list[dict[str, Any]]]:
    """Return every row of the record but for versions, the time of the last change and the log of merges."""
    found = {}
    for model in apps.get_models():
        if issubclass(model, Versioned):
            names = [
                entry.attname
                for entry in model._meta.concrete_fields
                if entry.name != "version" and not getattr(entry, "auto_now", False)
            ]
            found[model._meta.label] = list(model._base_manager.order_by("pk").values(*names))
    return found


# Relations.

RELATIONS = {"person": 11, "organisation": 11, "topic": 5, "source": 8}


def test_all_foreign_keys_to_the_four_models_are_counted() -> None:
    assert {kind: len(relations(model_of(kind))) for kind in MergeKind.values} == RELATIONS
    assert sum(RELATIONS.values()) == 35


def test_a_word_that_is_no_kind_has_no_model() -> None:
    with pytest.raises(KeyError):
        model_of("visit")


def everything_on(kind: str, row: Any, person: Any = None) -> None:
    """Let every relation to `row` be used at least once."""
    visit = make.visit()
    meeting = make.meeting(visit=visit)
    if kind == MergeKind.PERSON:
        office = make.office(person=row)
        term = make.term(person=row)
        PersonName(person=row, text=f"{row.name} long", preferred=True).save()
        Consent(person=row, use="name" if row.note else "publication").save()
        Alias(person=row, text=f"{row.name} alias").save()
        make.participant(meeting=meeting, person=row, office=office)
        make.statement(
            visit=visit,
            speakers=(make.speaker(person=row, term=term, side="mandate_holder"),),
            addressees=(StatementAddressee(person=row),),
            attributions=(Attribution(person=row),),
            citations=(Citation(source=make.source(author_person=row)),),
        )
        make.statement(visit=visit, speakers=(make.speaker(person=row, office=office),))
    elif kind == MergeKind.ORGANISATION:
        office = make.office(organisation=row)
        make.organisation(parent=row)
        Alias(organisation=row, text=f"{row.name} alias").save()
        make.participant(meeting=meeting, organisation=row, on_behalf_of=row)
        make.participant(meeting=meeting, person=office.person, office=office, on_behalf_of=row)
        said = make.statement(
            visit=visit,
            speakers=(make.speaker(organisation=row, on_behalf_of=row),),
            addressees=(StatementAddressee(organisation=row),),
            attributions=(Attribution(organisation=row),),
            citations=(Citation(source=make.source(publisher_organisation=row)),),
        )
        make.commitment(statement=said, by_whom=row)
    elif kind == MergeKind.TOPIC:
        make.topic(parent=row)
        TopicAlias(topic=row, text=f"{row.name} alias").save()
        from statements.actions import name_meeting_topics

        name_meeting_topics(meeting=meeting, topics=[row], by=None)
        said = make.statement(visit=visit, topics=(row,))
        make.position(topic=row, evidence=(said,))
    else:
        actions.add_step(visit=visit, by=None, step=make.step("reminder", source=row))
        said = make.statement(
            visit=visit, citations=(Citation(source=row, exact="words"),), texts=(make.text(source=row),)
        )
        make.commitment(statement=said, evidence=(CommitmentEvidence(source=row),))
        make.access_note(visit=visit, source=row)
        SourceRelay(source=row, original=make.source()).save()
        SetAside(source=row, start=row.pk, end=row.pk + 3, exact="The", by=make.user(role="editor")).save()
        SourceRelay(source=make.source(), original=row).save()


@pytest.mark.parametrize("kind", MergeKind.values)
def test_everything_moves_and_undoing_gives_the_identical_database(kind: str, people: Cast) -> None:
    kept, gone = getattr(make, kind)(), getattr(make, kind)(note="a note")
    everything_on(kind, kept)
    everything_on(kind, gone)
    for entry in relations(type(gone)):
        if entry.model is ProtectedName:
            # Whoever has such a row is not merged: tests/visits/test_protected.py.
            continue
        assert entry.model._base_manager.filter(**{entry.name: gone.pk}).exists(), entry
    before = database()
    moved = {
        entry: entry.model._base_manager.filter(**{f"{entry.name}__in": [kept.pk, gone.pk]}).count()
        for entry in relations(type(gone))
    }
    merge = merge_records(kept=again(kept), gone=again(gone), by=people.reviewer)
    assert not type(gone)._base_manager.filter(pk=gone.pk).exists()
    for entry, number in moved.items():
        rows = entry.model._base_manager
        assert not rows.filter(**{entry.name: gone.pk}).exists(), entry
        # The name of the duplicate is one more.
        more = 1 if entry.model._meta.label in {"visits.PersonName", "statements.TopicAlias"} else 0
        more += entry.model is Alias and kind == "organisation"
        assert rows.filter(**{entry.name: kept.pk}).count() == number + more, entry
    undo_merge(merge=merge, by=people.reviewer)
    assert database() == before
    assert again(merge).undone_by == people.reviewer


@pytest.mark.parametrize("kind", MergeKind.values)
def test_each_moved_row_has_its_history_and_its_whole_a_new_version(kind: str, people: Cast) -> None:
    kept, gone = getattr(make, kind)(), getattr(make, kind)()
    everything_on(kind, gone)
    rows = [row for entry in relations(type(gone)) for row in entry.model._base_manager.filter(**{entry.name: gone.pk})]
    versions = {(type(row), row.pk): row.version for row in rows}
    wholes = {(type(w), w.pk): w.version for row in rows if row.PART_OF and (w := getattr(row, row.PART_OF)) != gone}
    merge_records(kept=kept, gone=gone, by=people.reviewer)
    for (model, key), version in versions.items():
        latest = model.history.filter(id=key).order_by("-history_id").first()
        assert (latest.history_type, latest.version) == ("~", version + 1), model
    for (model, key), version in wholes.items():
        assert model._base_manager.get(pk=key).version > version, model


# Names and addresses.


def test_the_names_of_the_duplicate_become_other_names(people: Cast) -> None:
    one, two = make.person(name="Vitit Muntarbhorn"), make.person(name="V. Muntarbhorn")
    merge_records(kept=one, gone=two, by=people.editor)
    assert [(row.text, row.kind) for row in PersonName.objects.filter(person=one)] == [("V. Muntarbhorn", "full")]
    kept, gone = make.organisation(name="Ministry"), make.organisation(name="The Ministry", short_name="MoJ")
    merge_records(kept=kept, gone=gone, by=people.editor)
    assert {row.text for row in Alias.objects.filter(organisation=kept)} == {"The Ministry", "MoJ"}
    topic, other = make.topic(name="Elections"), make.topic(name="Voting")
    merge_records(kept=topic, gone=other, by=people.editor)
    assert [row.text for row in TopicAlias.objects.filter(topic=topic)] == ["Voting"]


def test_a_name_that_the_kept_one_has_is_not_kept_twice(people: Cast) -> None:
    one, two = make.person(name="Somebody"), make.person(name="somebody")
    merge_records(kept=one, gone=two, by=people.editor)
    assert not PersonName.objects.exists()


def test_the_title_and_address_of_a_source_stay_in_the_note(people: Cast) -> None:
    kept = make.source(url="https://example.org/a", note="first", **make.draft() | {"published_at": None})
    gone = make.source(title="Relayed", url="https://example.org/b", publisher="Daily", note="second", **make.draft())
    merge_records(kept=kept, gone=gone, by=people.editor)
    kept = again(kept)
    assert kept.note == "first\n\nsecond\n\nRelayed https://example.org/b"
    assert (kept.url, kept.publisher) == ("https://example.org/a", "Daily")


def test_the_stored_text_of_the_duplicate_is_taken_where_the_kept_one_has_none(people: Cast) -> None:
    text = {"extracted_text": "the words", "sha256": "a" * 64, "stored_file": "sources/a"}
    kept, gone = make.source(**make.draft()), make.source(**text, **make.draft())
    merge = merge_records(kept=kept, gone=gone, by=people.editor)
    assert (again(kept).extracted_text, str(again(kept).stored_file)) == ("the words", "sources/a")
    undo_merge(merge=merge, by=people.editor)
    assert (again(kept).extracted_text, str(again(kept).stored_file)) == ("", "")
    assert (again(gone).extracted_text, str(again(gone).stored_file)) == ("the words", "sources/a")


def test_the_old_address_leads_to_the_kept_one_also_after_a_second_merge(people: Cast) -> None:
    one, two, three = (make.person() for _ in range(3))
    for row in (one, two, three):
        make.statement(speakers=(make.speaker(person=row),))
    merge_records(kept=two, gone=one, by=people.reviewer)
    second = merge_records(kept=three, gone=again(two), by=people.reviewer)
    for old in (one, two):
        answer = Client().get(old.get_absolute_url())
        assert (answer.status_code, answer.headers["Location"]) == (301, three.get_absolute_url())
    undo_merge(merge=second, by=people.reviewer)
    assert Client().get(one.get_absolute_url()).headers["Location"] == two.get_absolute_url()
    assert Client().get(two.get_absolute_url()).status_code == 200


def test_a_redirect_to_what_the_reader_may_not_open_answers_like_nothing(people: Cast) -> None:
    kept, gone = make.person(), make.person()
    for row in (kept, gone):
        make.statement(speakers=(make.speaker(person=row),), **make.internal())
    merge_records(kept=kept, gone=gone, by=people.reviewer)
    missing = Client().get("/people/nobody-of-this-name/")
    answer = Client().get(gone.get_absolute_url())
    assert (answer.status_code, answer.content) == (404, missing.content)


# Collisions.


def test_two_topics_on_one_statement_become_one(people: Cast) -> None:
    kept, gone = make.topic(), make.topic()
    said = make.statement(topics=(kept, gone))
    before = database()
    merge = merge_records(kept=kept, gone=gone, by=people.reviewer)
    assert [row.topic for row in said.statement_topics.all()] == [kept]
    undo_merge(merge=merge, by=people.reviewer)
    assert database() == before
    assert [row.topic_id for row in StatementTopic.objects.filter(statement=said)] == [kept.pk, gone.pk]


def test_two_positions_of_one_column_are_joined_by_people_first(people: Cast) -> None:
    kept, gone = make.topic(), make.topic()
    first = make.position(topic=kept)
    make.position(topic=gone, evidence=(first.evidence.get(),))
    before = database()
    with pytest.raises(NotMergeable, match="position"):
        merge_records(kept=kept, gone=gone, by=people.reviewer)
    assert database() == before


def test_relays_between_the_two_go_and_come_back(people: Cast) -> None:
    kept, gone, third = make.source(), make.source(), make.source()
    SourceRelay(source=gone, original=kept).save()
    SourceRelay(source=kept, original=gone).save()
    SourceRelay(source=kept, original=third).save()
    SourceRelay(source=gone, original=third).save()
    before = database()
    merge = merge_records(kept=kept, gone=gone, by=people.reviewer)
    assert [(row.source, row.original) for row in SourceRelay.objects.all()] == [(kept, third)]
    undo_merge(merge=merge, by=people.reviewer)
    assert database() == before


def test_of_two_preferred_names_the_kept_ones_stays_so(people: Cast) -> None:
    kept, gone = make.person(), make.person()
    for row in (kept, gone):
        PersonName(person=row, text=row.name + " full", preferred=True).save()
    merge = merge_records(kept=kept, gone=gone, by=people.editor)
    assert PersonName.objects.get(person=kept, preferred=True).text == kept.name + " full"
    undo_merge(merge=merge, by=people.editor)
    assert PersonName.objects.get(person=gone).preferred


@pytest.mark.parametrize("kind", ["organisation", "topic"])
def test_what_stood_under_its_duplicate_takes_the_place_of_it(kind: str, people: Cast) -> None:
    top = getattr(make, kind)()
    gone = getattr(make, kind)(parent=top)
    kept = getattr(make, kind)(parent=gone)
    before = database()
    merge = merge_records(kept=kept, gone=gone, by=people.editor)
    assert again(kept).parent_id == top.pk
    undo_merge(merge=merge, by=people.editor)
    assert database() == before


def test_a_duplicate_under_the_kept_one_goes(people: Cast) -> None:
    kept = make.topic()
    gone = make.topic(parent=kept)
    part = make.topic(parent=gone)
    merge_records(kept=kept, gone=gone, by=people.editor)
    assert again(part).parent_id == kept.pk
    assert again(kept).parent_id is None


def test_nothing_comes_to_stand_under_itself(people: Cast) -> None:
    gone = make.topic()
    kept = make.topic(parent=make.topic(parent=gone))
    with pytest.raises(ValidationError, match="under itself"):
        merge_records(kept=kept, gone=gone, by=people.editor)


# Who may.


@pytest.mark.parametrize("role", ["outsider", "reader", "member"])
def test_below_editor_nobody_merges(role: str, people: Cast) -> None:
    with pytest.raises(PermissionDenied):
        merge_records(kept=make.topic(), gone=make.topic(), by=people.named(role))  # type: ignore[arg-type]


def test_where_published_rows_move_a_reviewer_merges(people: Cast) -> None:
    kept, gone = make.topic(), make.topic()
    make.statement(topics=(gone,))
    before = database()
    assert plan_merge(kept, gone, people.editor).needs_publish
    with pytest.raises(PermissionDenied):
        merge_records(kept=kept, gone=gone, by=people.editor)
    assert database() == before
    merge = merge_records(kept=kept, gone=gone, by=people.reviewer)
    with pytest.raises(PermissionDenied):
        undo_merge(merge=merge, by=people.editor)
    assert again(merge).undone_at is None


def test_drafts_move_by_an_editor(people: Cast) -> None:
    kept, gone = make.topic(), make.topic()
    said = make.statement(topics=(gone,), **make.draft())
    merge_records(kept=kept, gone=gone, by=people.editor)
    assert [row.topic for row in said.statement_topics.all()] == [kept]


def told(plan: Any) -> tuple[Any, ...]:
    """Return what a plan tells the person."""
    return plan.name, plan.filled, plan.hidden, plan.needs_publish, plan.problems


def test_what_is_hidden_from_the_person_moves_untold_and_back_again(people: Cast) -> None:
    room = make.compartment(members=(people.admin,))
    kept, gone = make.person(), make.person()
    for row in (kept, gone):
        make.statement(speakers=(make.speaker(person=row),), **make.draft())
    before = told(plan_merge(kept, gone, people.editor))
    office = make.office(person=gone)
    meeting = make.meeting(**make.confidential(room))
    inside = make.participant(meeting=meeting, person=gone, office=office)
    said = make.statement(meeting=meeting, speakers=(make.speaker(person=gone),), **make.confidential(room))
    # Published, and yet no reviewer is asked for: that would tell of it.
    assert told(plan_merge(kept, gone, people.editor)) == before
    stood, versions = database(), (again(meeting).version, again(said).version)
    merge = merge_records(kept=kept, gone=gone, by=people.editor)
    assert again(inside).person == again(office).person == kept
    assert not Person.objects.filter(pk=gone.pk).exists()
    assert again(meeting).version > versions[0] and again(said).version > versions[1]
    latest = Participant.history.filter(id=inside.pk).order_by("-history_id").first()
    assert (latest.history_type, latest.person_id) == ("~", kept.pk)
    undo_merge(merge=merge, by=people.editor)
    assert database() == stood


def test_the_versions_that_the_person_sees_do_not_tell_of_hidden_rows(people: Cast) -> None:
    room = make.compartment(members=(people.admin,))
    found = []
    for secret in (False, True):
        kept, gone = make.person(), make.person()
        for row in (kept, gone):
            make.statement(speakers=(make.speaker(person=row),), **make.draft())
        if secret:
            meeting = make.meeting(**make.confidential(room))
            make.participant(meeting=meeting, person=gone, office=make.office(person=gone))
        merge = merge_records(kept=kept, gone=gone, by=people.editor)
        found.append([again(kept).version])
        undo_merge(merge=merge, by=people.editor)
        found[-1] += [again(kept).version, again(gone).version]
    assert found[0] == found[1]


def test_a_position_of_a_compartment_moves_beside_that_of_everybody(people: Cast) -> None:
    room = make.compartment(members=(people.admin,))
    kept, gone = make.topic(), make.topic()
    mine = make.position(topic=kept, **make.draft())
    shared = {"visit": mine.visit, "evidence": (mine.evidence.get(),), **make.confidential(room)}
    hidden = [make.position(topic=topic, **shared) for topic in (kept, gone)]
    make.statement(topics=(gone,), **make.draft())
    stood = database()
    merge = merge_records(kept=kept, gone=gone, by=people.editor)
    assert {again(row).topic for row in (mine, *hidden)} == {kept}
    assert not type(gone).objects.filter(pk=gone.pk).exists()
    undo_merge(merge=merge, by=people.editor)
    assert database() == stood


@pytest.fixture
def one_place_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Positions as if one in the open and one of a compartment could not stand in one place: no record is so today."""
    rule = models.UniqueConstraint(fields=["visit", "topic", "column"], name="one_place_for_all")
    monkeypatch.setattr(Position._meta, "constraints", [*Position._meta.constraints, rule])


@pytest.mark.usefixtures("one_place_for_all")
def test_a_hidden_record_whose_place_is_taken_stays_where_those_see_it_who_may(people: Cast) -> None:
    room = make.compartment(members=(people.admin,))
    kept, gone = make.topic(), make.topic()
    mine = make.position(topic=kept, **make.draft())
    hidden = make.position(topic=gone, visit=mine.visit, evidence=(mine.evidence.get(),), **make.confidential(room))
    said = make.statement(topics=(gone,), **make.draft())
    stood = database()
    assert plan_merge(kept, gone, people.editor).problems == []
    merge = merge_records(kept=kept, gone=gone, by=people.editor)
    assert again(hidden).topic == gone
    assert [row.topic for row in said.statement_topics.all()] == [kept]
    topics = type(gone).objects
    assert not topics.visible_to(people.editor).filter(pk=gone.pk).exists()
    assert topics.visible_to(people.admin).filter(pk=gone.pk).exists()
    answer = Client().get(gone.get_absolute_url())
    assert answer.status_code == 404
    undo_merge(merge=merge, by=people.editor)
    assert database() == stood
    # Whoever sees both joins them by hand.
    assert plan_merge(kept, gone, people.admin).problems


@pytest.mark.usefixtures("one_place_for_all")
def test_a_hidden_record_makes_place_for_one_that_the_person_sees(people: Cast) -> None:
    room = make.compartment(members=(people.admin,))
    kept, gone = make.topic(), make.topic()
    mine = make.position(topic=gone, **make.draft())
    hidden = make.position(topic=kept, visit=mine.visit, evidence=(mine.evidence.get(),), **make.confidential(room))
    make.statement(topics=(kept,), **make.draft())
    stood = database()
    merge = merge_records(kept=kept, gone=gone, by=people.editor)
    assert (again(mine).topic, again(hidden).topic) == (kept, gone)
    assert not type(gone).objects.visible_to(people.editor).filter(pk=gone.pk).exists()
    undo_merge(merge=merge, by=people.editor)
    assert database() == stood
    # Where the place is taken since, the hidden one stays with the duplicate.
    merge = merge_records(kept=again(kept), gone=again(gone), by=people.editor)
    mine = again(mine)
    mine.topic = make.topic()
    actions.save_record(record=mine, by=people.editor)
    other = make.position(topic=kept, visit=mine.visit, evidence=(mine.evidence.get(),), **make.draft())
    undo_merge(merge=merge, by=people.editor)
    assert (again(hidden).topic, again(other).topic) == (gone, kept)


def test_a_hidden_row_under_which_the_kept_one_stands_goes_to_the_top(people: Cast) -> None:
    room = make.compartment(members=(people.admin,))
    gone = make.organisation()
    between = make.organisation(parent=gone)
    kept = make.organisation(parent=between)
    make.participant(meeting=make.meeting(**make.confidential(room)), organisation=between)
    for row in (kept, gone):
        make.statement(speakers=(make.speaker(organisation=row),), **make.draft())
    stood = database()
    merge = merge_records(kept=kept, gone=gone, by=people.editor)
    assert again(between).parent is None
    undo_merge(merge=merge, by=people.editor)
    assert database() == stood


def test_whom_only_confidential_rows_name_is_not_told_as_another_name_of_somebody_known(people: Cast) -> None:
    room = make.compartment(members=(people.reviewer,))
    kept, gone = make.person(), make.person(name="Secret Witness", note="hides")
    make.participant(meeting=make.meeting(**make.confidential(room)), person=gone)
    make.statement(speakers=(make.speaker(person=kept),), **make.draft())
    with pytest.raises(NotMergeable, match="Only confidential rows name the duplicate"):
        merge_records(kept=kept, gone=gone, by=people.reviewer)
    # Where the one that stays is known from confidential rows as well, or from none, nobody else sees the names.
    merge_records(kept=make.person(), gone=gone, by=people.reviewer)
    assert not PersonName.objects.visible_to(people.admin).exists()


def test_a_request_to_remove_the_duplicate_asks_for_the_kept_one(people: Cast) -> None:
    kept, gone, third = make.source(), make.source(), make.source()
    request = ask_removal(record=gone, reason="tells where she lives", by=people.reviewer)
    merge = merge_records(kept=kept, gone=gone, by=people.reviewer)
    assert again(request).public_id == kept.public_id
    undo_merge(merge=merge, by=people.reviewer)
    assert again(request).public_id == gone.public_id
    other = ask_removal(record=third, reason="and he too", by=people.admin)
    merge_records(kept=again(gone), gone=third, by=people.reviewer)
    assert again(request).reason == "tells where she lives\n\nand he too"
    assert (again(other).reason, again(other).declined_at is None) == ("", False)


def test_a_double_of_a_record_that_was_erased_since_does_not_hinder_undoing(people: Cast) -> None:
    kept, gone = make.topic(), make.topic()
    said, other = (make.statement(topics=(kept, gone)) for _ in range(2))
    merge = merge_records(kept=kept, gone=gone, by=people.reviewer)
    erase_record(said)
    undo_merge(merge=merge, by=people.reviewer)
    assert [row.topic_id for row in other.statement_topics.all()] == [kept.pk, gone.pk]


def test_what_hangs_on_removed_records_moves_without_history(people: Cast) -> None:
    kept, gone = make.person(), make.person()
    for row in (kept, gone):
        make.statement(speakers=(make.speaker(person=row),), **make.draft())
    said = make.statement(speakers=(make.speaker(person=gone),))
    actions.remove(record=said, by=people.reviewer, second=people.admin)
    speaker = StatementSpeaker.objects.get(statement=said)
    assert is_removed(speaker)
    written = StatementSpeaker.history.filter(id=speaker.pk).count()
    merge = merge_records(kept=kept, gone=gone, by=people.editor)
    assert again(speaker).person_id == kept.pk
    undo_merge(merge=merge, by=people.editor)
    assert again(speaker).person_id == gone.pk
    assert StatementSpeaker.history.filter(id=speaker.pk).count() == written


def test_a_private_individual_is_not_merged_with_who_is_none(people: Cast) -> None:
    with pytest.raises(NotMergeable, match="private individual"):
        merge_records(kept=make.person(), gone=make.person(private=True), by=people.reviewer)


def test_sources_of_two_visibilities_or_states_are_not_merged(people: Cast) -> None:
    with pytest.raises(NotMergeable, match="visibility"):
        merge_records(kept=make.source(), gone=make.source(**make.internal()), by=people.reviewer)
    with pytest.raises(NotMergeable, match="further"):
        merge_records(kept=make.source(**make.draft()), gone=make.source(), by=people.reviewer)


def test_a_row_is_not_merged_with_itself_or_another_kind(people: Cast) -> None:
    topic = make.topic()
    for other in (topic, make.person()):
        with pytest.raises(NotMergeable, match="two different"):
            merge_records(kept=topic, gone=other, by=people.reviewer)


# Versions, stamps, undoing.


def test_who_read_an_old_version_does_not_merge(people: Cast) -> None:
    kept, gone = make.topic(), make.topic()
    again(gone).save()
    with pytest.raises(StaleVersion):
        merge_records(kept=kept, gone=again(gone), by=people.editor, versions=(1, 1))


def test_a_merge_is_undone_once(people: Cast) -> None:
    merge = merge_records(kept=make.topic(), gone=make.topic(), by=people.editor)
    undo_merge(merge=merge, by=people.editor)
    with pytest.raises(NotMergeable, match="already"):
        undo_merge(merge=merge, by=people.editor)


def test_what_was_changed_since_stays_as_it_is(people: Cast) -> None:
    kept, gone, third = make.organisation(), make.organisation(), make.organisation()
    part = make.organisation(parent=gone)
    merge = merge_records(kept=kept, gone=gone, by=people.editor)
    part = again(part)
    part.parent = third
    part.save()
    undo_merge(merge=merge, by=people.editor)
    assert again(part).parent == third
    assert Organisation.objects.filter(pk=gone.pk).exists()


def test_what_is_erased_leaves_nothing_of_its_merges(people: Cast) -> None:
    one, two, three, other = (make.source(note=f"words {n}") for n in range(4))
    merge_records(kept=two, gone=one, by=people.reviewer)
    merge_records(kept=three, gone=again(two), by=people.reviewer)
    undo_merge(merge=merge_records(kept=again(three), gone=other, by=people.reviewer), by=people.reviewer)
    forget_merges(again(three))
    assert not Merge.objects.exists()
    assert not Source.history.filter(id__in=[one.pk, two.pk]).exists()
    # What was parted again has a history of its own.
    assert Source.history.filter(id=other.pk).exists()


def test_a_merge_into_what_was_merged_since_is_not_undone(people: Cast) -> None:
    one, two, three = (make.topic() for _ in range(3))
    first = merge_records(kept=two, gone=one, by=people.editor)
    second = merge_records(kept=three, gone=again(two), by=people.editor)
    with pytest.raises(NotMergeable, match="no longer there"):
        undo_merge(merge=first, by=people.editor)
    undo_merge(merge=second, by=people.editor)
    undo_merge(merge=first, by=people.editor)
    assert Merge.objects.filter(undone_at=None).count() == 0
    assert not Redirect.objects.exists()


def test_a_step_keeps_its_words_and_has_its_source_in_history(people: Cast) -> None:
    visit = make.visit()
    kept, gone = make.source(), make.source(traced_by=visit)
    step = VisitStep.objects.get(source=gone)
    merge_records(kept=kept, gone=gone, by=people.reviewer)
    assert again(step).source == kept
    assert VisitStep.history.filter(id=step.pk).count() == 2


def test_an_office_moves_before_those_who_spoke_in_it(people: Cast) -> None:
    kept, gone = make.person(), make.person()
    office = make.office(person=gone)
    meeting = make.meeting(**make.draft())
    make.participant(meeting=meeting, person=gone, office=office)
    merge_records(kept=kept, gone=gone, by=people.editor)
    assert Office.objects.get().person == kept
    assert Participant.objects.get().person == kept
    assert Person.objects.filter(pk=gone.pk).count() == 0


def test_the_kept_positions_and_sources_are_still_proven(people: Cast) -> None:
    kept, gone = make.source(), make.source()
    said = make.statement(citations=(Citation(source=gone),))
    make.position(evidence=(said,))
    merge_records(kept=kept, gone=gone, by=people.reviewer)
    assert Source.objects.visible_to(people.anonymous).filter(pk=kept.pk).exists()
    assert Position.objects.visible_to(people.anonymous).count() == 1


@pytest.mark.parametrize("role", ["editor", "reviewer", "admin"])
def test_the_admin_tells_no_name_of_a_merge_that_is_hidden_from_its_reader(people: Cast, role: str) -> None:
    room = make.compartment(members=(people.member,))
    met = make.meeting(**make.confidential(room))
    known = make.person(name="Quill Hollow", slug="quill-hollow")
    double = make.person(name="Old Quill", slug="old-quill")
    for person in (known, double):
        make.participant(meeting=met, person=person)
    public, other = make.person(name="Fen Marrow", slug="fen-marrow"), make.person(slug="old-fen")
    make.participant(meeting=make.meeting(), person=public)
    hidden, told = (merge_records(kept=one, gone=two, by=None) for one, two in ((known, double), (public, other)))
    client, redirects = signed_in(getattr(people, role)), {row.old_path: row.pk for row in Redirect.objects.all()}
    pages = ["/admin/visits/merge/", "/admin/visits/redirect/", "/admin/visits/redirect/?q=quil"]
    for merge in (hidden, told):
        pages += [f"/admin/visits/merge/{merge.pk}/{page}/" for page in ("change", "history")]
    for pk in redirects.values():
        pages += [f"/admin/visits/redirect/{pk}/{page}/" for page in ("change", "history")]
    for page in pages:
        html = client.get(page, follow=True).content.decode().lower()
        assert "quill" not in html, page
    assert "/people/old-fen/" in client.get("/admin/visits/redirect/").content.decode()
    assert client.get(f"/admin/visits/redirect/{redirects['/people/old-quill/']}/change/").status_code == 302
