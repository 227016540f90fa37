"""Removing takes two persons and leaves nothing: no row, no history, no log, no file, no private name."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import models

from statements import actions as statement_actions
from statements import review_actions, staging
from statements.models import Attribution, Citation, Commitment, Position, SavedSearch, Statement, StatementAddressee
from tests import factories as make
from tests.cast import Cast, again, signed_in
from visits import actions, admin_drafts, drafts, presence
from visits.after_save import take_out, written
from visits.choices import Workflow
from visits.erasure import erase_record
from visits.merge_undo import undo_merge
from visits.merging import merge_records
from visits.models import (
    Alias,
    AuditEntry,
    AuditKind,
    Draft,
    Meeting,
    Person,
    PersonName,
    PublicationStamp,
    Redirect,
    RemovalRequest,
    Source,
    Visit,
    VisitStep,
)
from visits.removal_actions import (
    ask_removal,
    confirm_removal,
    decline_removal,
    find_record,
    removable,
)
from visits.sending import sending_once
from visits.stored_files import digest, keeping, stored_name

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index_in_step")]
WORD = "endangering"


def stamp() -> int:
    return PublicationStamp.objects.filter(pk=1).values_list("value", flat=True).first() or 0


def where(word: str) -> list[str]:
    """Return every column of every table, histories and logs included, in which `word` stands."""
    found = []
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, models.CharField | models.TextField | models.FileField | models.JSONField):
                rows = model._base_manager.filter(**{f"{column.name}__icontains": word})
                if rows.exists():
                    found.append(f"{model._meta.label}.{column.name}")
    return found


def gone(record: Any) -> bool:
    return not type(record)._base_manager.filter(pk=record.pk).exclude(workflow=Workflow.REMOVED).exists()


def removed(record: Any, people: Cast) -> list[tuple[str, str]]:
    request = ask_removal(record=record, reason=f"{WORD} somebody", by=people.reviewer)
    return confirm_removal(request=request, by=people.admin)


def endangering() -> Statement:
    """Return a public statement in every part of which the word stands."""
    person = make.person(name=f"{WORD} person", private=True)
    PersonName(person=person, text=f"{WORD} name").save()
    make.office(person=person, title=f"{WORD} elder")
    other = make.statement()
    row = make.statement(
        note=f"{WORD} note",
        answers_text=f"{WORD} answers",
        speakers=(make.speaker(person=person, attribution=f"{WORD} printed"),),
        texts=(make.text(f"{WORD} words"),),
        addressees=(StatementAddressee(label=f"{WORD} addressee"),),
        attributions=(Attribution(label=f"{WORD} chain"),),
        citations=(Citation(source=make.source(), exact=f"{WORD} exact", prefix=WORD, suffix=WORD),),
        topics=(make.topic(),),
        links=(("replies_to", other),),
    )
    statement_actions.link_statements(statement=other, to=row, kind="denies", by=None)
    statement_actions.tell_erratum(statement=row, text=f"{WORD} erratum", by=None)
    make.commitment(statement=row, what=f"{WORD} promise")
    make.position(evidence=(row,))
    review_actions.comment_on(statement=row, text=f"{WORD} comment", by=None)
    row.refresh_from_db()
    actions.save_record(record=row, by=None)
    LogEntry.objects.create(
        user=make.user(), content_type=ContentType.objects.get_for_model(Statement), object_id=str(row.pk),
        object_repr=WORD, action_flag=2, change_message=WORD,
    )  # fmt: skip
    return row


def test_of_a_removed_statement_nothing_stays(people: Cast) -> None:
    row, before = endangering(), stamp()
    told = row.public_id
    assert len(where(WORD)) >= 20
    erased = removed(row, people)
    assert where(WORD) == []
    assert ("statement", told) in erased
    assert not Statement._base_manager.filter(public_id=told).exists()
    assert stamp() > before
    # A person in public life, a source and the other statements stay.
    assert Source.objects.exists() and Statement.objects.count() == 1


def test_a_position_that_rested_on_it_is_a_draft_again_and_comes_back_to_nobody(people: Cast) -> None:
    visit = make.visit()
    kept, gone = (make.statement(visit=visit) for _n in range(2))
    position = make.position(visit=visit, evidence=(kept, gone))
    other = make.position(visit=visit, evidence=(kept,))
    actions.withdraw(record=again(gone), by=people.reviewer, note="x")
    assert list(Position.objects.visible_to(people.anonymous)) == [other]
    removed(again(gone), people)
    assert list(Position.objects.visible_to(people.anonymous)) == [other]
    assert again(position).workflow == Workflow.DRAFT
    assert list(again(position).evidence.all()) == [kept]
    assert position in Position.objects.visible_to(people.editor)


def test_searches_that_were_saved_by_a_name_of_the_erased_go_too(people: Cast) -> None:
    person = make.person(name="Sok Example", private=True)
    actions.save_part(part=PersonName(person=again(person), text="Another Name", kind="full"), by=None)
    said = make.statement(speakers=(make.speaker(person=again(person)),))
    for number, (name, query) in enumerate(
        [("x", f"speaker=person%3A{person.slug}"), ("Sok Example speaks", "q=dam"), ("y", "q=another+name"),
         ("Soksan", "q=example"), ("z", "speaker=person%3Asomebody")]
    ):  # fmt: skip
        SavedSearch.objects.create(user=people.reader, name=name, query=f"{query}&year={2000 + number}")
    removed(said, people)
    assert not Person.objects.filter(pk=person.pk).exists()
    assert sorted(SavedSearch.objects.values_list("name", flat=True)) == ["Soksan", "z"]


def test_who_is_named_elsewhere_or_is_no_private_individual_stays(people: Cast) -> None:
    minister, elsewhere, alone = make.person(), make.person(private=True), make.person(private=True)
    row = make.statement(speakers=tuple(make.speaker(person=person) for person in (minister, elsewhere, alone)))
    make.statement(speakers=(make.speaker(person=elsewhere),))
    removed(row, people)
    left = Person._base_manager.filter(pk__in=[minister.pk, elsewhere.pk, alone.pk])
    assert set(left) == {minister, elsewhere}
    assert not Person.history.filter(id=alone.pk).exists()


def test_whom_only_compartments_know_goes_with_the_last_row_that_names_them(people: Cast) -> None:
    """Editors meet what no row names: a removal would tell all of them what was hidden before."""
    room = make.compartment(members=(people.reviewer, people.admin))
    person, twice, public = (make.person(name=f"{WORD} {which}") for which in ("person", "twice", "public"))
    body, employer = (make.organisation(name=f"{WORD} {which}") for which in ("body", "employer"))
    wide = make.topic(name=f"{WORD} wide")
    topic = make.topic(name=f"{WORD} topic", parent=wide)
    make.office(person=person, organisation=employer, title=f"{WORD} elder")
    actions.save_part(part=Alias(organisation=body, text=f"{WORD} alias"), by=None)
    visit = make.visit()
    make.participant(meeting=make.meeting(visit=visit), person=public)
    met = make.meeting(visit=visit, **make.confidential(room))
    for named in (person, twice, public):
        make.participant(meeting=met, person=named)
    make.participant(meeting=met, organisation=body)
    make.statement(
        visit=visit, meeting=met, topics=(topic,), speakers=(make.speaker(person=person),), **make.confidential(room)
    )
    again_met = make.meeting(visit=visit, **make.confidential(room))
    make.participant(meeting=again_met, person=twice)
    editor = signed_in(people.editor)
    assert WORD not in editor.get("/topics/").content.decode()

    removed(met, people)
    assert set(Person.objects.values_list("name", flat=True)) >= {twice.name, public.name}
    assert not Person.history.filter(id=person.pk).exists()
    Person.history.all().delete()
    Person.objects.filter(pk__in=[twice.pk, public.pk]).update(name="Known elsewhere")
    for known in (twice, public):
        written(known)
    assert where(WORD) == []
    assert [editor.get(row.get_absolute_url()).status_code for row in (person, twice, body, topic, public)] == [
        404, 404, 404, 404, 200,
    ]  # fmt: skip


def test_the_audit_keeps_who_when_and_which_and_no_reason(people: Cast) -> None:
    row = make.statement()
    promise = make.commitment(statement=row)
    removed(row, people)
    kept = {audit.kind: audit for audit in RemovalRequest.objects.all()}
    assert set(kept) == {"statement", "commitment"}
    assert (kept["statement"].public_id, kept["commitment"].public_id) == (row.public_id, promise.public_id)
    for audit in kept.values():
        assert (audit.asked_by, audit.second, audit.reason) == (people.reviewer, people.admin, "")
        assert audit.done_at is not None


def test_the_audit_log_has_each_step_of_a_removal(people: Cast) -> None:
    row, other = make.statement(), make.statement()
    confirm_removal(request=ask_removal(record=row, reason="danger", by=people.reviewer), by=people.admin)
    for by in (people.admin, people.reviewer):
        decline_removal(request=ask_removal(record=other, reason="danger", by=people.reviewer), by=by)
    told = AuditEntry.objects.filter(kind=AuditKind.REMOVAL).order_by("pk").values_list("by", "row_kind", "detail")
    first, second = people.reviewer.pk, people.admin.pk
    assert list(told) == [
        (first, "statements.statement", "asked"),
        (second, "statements.statement", f"confirmed, {first} had asked"),
        (first, "statements.statement", "asked"),
        (second, "visits.removalrequest", "declined"),
        (first, "statements.statement", "asked"),
        (first, "visits.removalrequest", "taken back"),
    ]


def test_one_person_alone_removes_nothing(people: Cast) -> None:
    row = make.statement()
    request = ask_removal(record=row, reason="danger", by=people.reviewer)
    with pytest.raises(ValidationError, match="two persons"):
        confirm_removal(request=request, by=people.reviewer)
    with pytest.raises(PermissionDenied):
        confirm_removal(request=request, by=people.editor)
    assert Statement.objects.get(pk=row.pk).workflow == "published"
    with pytest.raises(ValidationError, match="asked for this already"):
        ask_removal(record=row, reason="danger", by=people.admin)
    with pytest.raises(ValidationError, match="whom it endangers"):
        ask_removal(record=make.statement(), reason=" ", by=people.reviewer)
    with pytest.raises(PermissionDenied):
        ask_removal(record=row, reason="danger", by=people.editor)


def test_who_may_not_see_the_record_does_not_confirm_its_removal(people: Cast) -> None:
    named = make.user(role="reviewer")
    row = make.statement(**make.confidential(make.compartment(members=(named,))))
    request = ask_removal(record=row, reason="danger", by=named)
    with pytest.raises(PermissionDenied):
        confirm_removal(request=request, by=people.admin)
    assert not gone(row)


def test_a_request_is_declined_taken_back_and_asked_again(people: Cast) -> None:
    row = make.statement()
    request = ask_removal(record=row, reason="danger", by=people.reviewer)
    decline_removal(request=request, by=people.admin)
    request.refresh_from_db()
    assert (request.second, request.done_at) == (people.admin, None)
    for late in (decline_removal, confirm_removal):
        with pytest.raises(ValidationError, match="closed already"):
            late(request=request, by=people.admin)
    assert not gone(row)
    again = ask_removal(record=row, reason="danger", by=people.reviewer)
    decline_removal(request=again, by=people.reviewer)
    again.refresh_from_db()
    assert again.second is None and again.declined_at is not None
    # Nothing was removed, and yet nothing is kept of what was said about a danger.
    assert set(RemovalRequest.objects.values_list("reason", flat=True)) == {""}


def test_a_removed_source_takes_along_what_rests_on_it_alone(people: Cast) -> None:
    source = make.source(title=f"{WORD} title", extracted_text=f"{WORD} text", url=f"https://example.org/{WORD}")
    other = make.source(title="Other")
    alone = make.statement(citations=(Citation(source=source, exact=f"{WORD} a"),), texts=(make.text(f"{WORD} a"),))
    words = make.statement(
        citations=(Citation(source=source, exact=f"{WORD} b"), Citation(source=other)),
        texts=(make.text(f"{WORD} b", source=source),),
    )
    both = make.statement(
        citations=(Citation(source=source, exact=f"{WORD} c"), Citation(source=other)),
        texts=(make.text("own words"), make.text(f"{WORD} c", source=source, kind="press")),
    )
    actions.enter_source(source=Source(title="Paper", **make.published()), by=None, relays={source: "relays"})
    visit = make.visit(steps=("started 2022-08-15", make.step("ended 2022-08-26", source=source)))
    refused = make.access_note(visit=visit, source=source, according_to=WORD)
    removed(source, people)
    assert where(WORD) == []
    assert gone(alone) and gone(words) and gone(source) and gone(refused)
    both.refresh_from_db()
    assert [(text.text, text.kind) for text in both.texts.all()] == [("own words", "editors_words")]
    assert [citation.source for citation in both.citations.all()] == [other]
    assert VisitStep.objects.filter(visit=visit, source=None).count() == 2


def test_the_stored_file_goes_unless_another_source_has_the_same(
    people: Cast, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    one, two = make.source(), make.source()
    one.stored_file.save("a.txt", ContentFile(b"words"))
    two.stored_file = one.stored_file.name
    two.save()
    path = tmp_path / one.stored_file.name
    with django_capture_on_commit_callbacks(execute=True):
        removed(one, people)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        removed(two, people)
    assert not path.exists()


def test_the_file_of_what_was_merged_into_it_goes_too(
    people: Cast, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    kept, gone, further = make.source(), make.source(), make.source()
    paths = []
    for row in (kept, gone, further):
        row.stored_file.save(f"{row.public_id}.txt", ContentFile(row.public_id.encode()))
        paths.append(tmp_path / row.stored_file.name)
    merge_records(kept=gone, gone=further, by=people.reviewer)
    merge_records(kept=kept, gone=again(gone), by=people.reviewer)
    assert [path.exists() for path in paths] == [True, True, True]
    with django_capture_on_commit_callbacks(execute=True):
        removed(kept, people)
    assert [path.exists() for path in paths] == [False, False, False]


def test_every_version_of_the_file_goes(
    people: Cast, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    source = make.source()
    names = []
    for data in (b"first", b"second"):
        with keeping(data) as name:
            source.stored_file = name
            source.save()
        names.append(tmp_path / name)
    assert all(path.exists() for path in names)
    with django_capture_on_commit_callbacks(execute=True):
        removed(source, people)
    assert not any(path.exists() for path in names)


def test_what_was_handed_in_once_more_goes_too(
    people: Cast, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    data, other = f"{WORD} bytes".encode(), b"something else"
    known = {"extracted_text": f"{WORD} text", "url": f"https://example.org/{WORD}"}
    sources = make.source(sha256=digest(data), **known), make.source()
    merged = make.source(sha256=digest(b"merged"), stored_file=stored_name(digest(b"merged")))
    merge_records(kept=sources[0], gone=merged, by=people.reviewer)
    for by in (people.editor, people.reviewer):
        words = [staging.stage(one, by=by, facts={}) for one in (data, other, b"merged")]
        drafts.keep_draft(by=by, key="source:check", data={"title": [WORD], "staged": [words[0]]})
        drafts.keep_draft(by=by, key="source:check", data={"title": ["mine"], "staged": [words[1]]}, fresh=True)
        drafts.keep_draft(by=by, key="source:new", data={"html": [f"{WORD} bytes"]})
    for typed in ({"text": [f"{WORD} text"]}, {"url": [known["url"]]}, {"text": ["mine"]}):
        for key in ("source:new", admin_drafts.key_of(Source)):
            drafts.keep_draft(by=people.admin, key=key, data=typed, fresh=True)
    with django_capture_on_commit_callbacks(execute=True):
        removed(again(sources[0]), people)
    assert where(WORD) == []
    left = {(row.user, row.key): [sorted(row.data), *row.earlier] for row in Draft.objects.select_related("user")}
    assert left == {
        (people.editor, "source:check"): [["staged", "title"]],
        (people.reviewer, "source:check"): [["staged", "title"]],
        (people.admin, "source:new"): [["text"]],
        (people.admin, admin_drafts.key_of(Source)): [["text"]],
    }
    assert {path.read_bytes() for path in (tmp_path / staging.FOLDER).iterdir()} == {other}


def test_what_reviewers_typed_of_it_and_did_not_send_goes_too(people: Cast) -> None:
    source = make.source()
    row = make.statement(citations=(Citation(source=source),), workflow="in_review", published_at=None)
    kept = make.statement(citations=(Citation(source=source),))
    keys = (f"review:source:{source.public_id}", f"removal:{row.public_id}")
    for key in (*keys, "removal:new", f"comment:{kept.public_id}", f"statement:new:{source.public_id}"):
        text = "mine" if kept.public_id in key or key.startswith("statement:new") else WORD
        drafts.keep_draft(by=people.reviewer, key=key, data={"reason": [text], "public_id": [f"/x/{row.public_id}/"]})
    assert where(WORD)
    removed(row, people)
    assert where(WORD) == []
    assert Draft.objects.count() == 2


def test_of_a_visit_nothing_is_left_that_was_typed_opened_or_sent_under_its_slug(people: Cast) -> None:
    visit = make.visit(slug=f"{WORD}-visit")
    key = f"meeting:new:{visit.slug}"
    drafts.keep_draft(by=people.editor, key=key, data={"title": ["x"]})
    with sending_once(by=people.editor, token=f"{key} token") as sent:
        sent.address = f"/desk/visits/{visit.slug}/meetings/new/"
    presence.seen(by=people.editor, key=f"visit:{visit.slug}")
    removed(visit, people)
    assert where(WORD) == []


def test_a_private_author_and_one_whom_only_an_old_version_names_go(people: Cast) -> None:
    author, once, minister = make.person(private=True), make.person(private=True), make.person()
    source = make.source(author_person=author)
    row = make.statement(speakers=(make.speaker(person=once),), citations=(Citation(source=source),))
    speaker = row.speakers.get()
    speaker.person = minister
    speaker.save()
    Redirect(old_path=f"/people/{WORD}/", new_path=once.get_absolute_url()).save()
    removed(source, people)
    assert list(Person._base_manager.filter(pk__in=[author.pk, once.pk, minister.pk])) == [minister]
    assert where(WORD) == []


def test_parts_that_were_taken_out_before_leave_no_history(people: Cast) -> None:
    once = make.person(private=True)
    row = make.statement(
        speakers=(make.speaker(person=once, attribution=f"{WORD} printed"), make.speaker()),
        texts=(make.text(f"{WORD} words"), make.text()),
    )
    for part in (row.texts.order_by("pk").first(), row.speakers.order_by("pk").first()):
        actions.remove_part(part=part, by=None)
    assert where(WORD)
    removed(again(row), people)
    assert where(WORD) == []
    assert not Person._base_manager.filter(pk=once.pk).exists()
    assert not Person.history.filter(id=once.pk).exists()


def test_words_of_a_source_go_that_a_statement_had_before_or_that_was_taken_out(people: Cast) -> None:
    source, other = make.source(), make.source()
    moved = make.statement(citations=(Citation(source=source, exact=f"{WORD} exact"),))
    citation = moved.citations.get()
    citation.source, citation.exact, citation.prefix, citation.suffix = other, "", "", ""
    actions.save_part(part=citation, by=None)
    taken_out = make.statement(
        note=WORD, citations=(Citation(source=source, exact=WORD),), texts=(make.text(WORD),), **make.draft()
    )
    aside = make.statement(note="other", **make.draft())
    for row in (taken_out, aside):
        take_out(row)
    removed(source, people)
    assert where(WORD) == []
    assert again(moved).citations.get().source == other
    # What did not rest on the source has its history still.
    assert Statement.history.filter(id__isnull=False, note="other").exists()


def test_a_citation_of_what_was_merged_into_the_source_goes_with_it(people: Cast) -> None:
    kept, gone = make.source(), make.source()
    row = make.statement(citations=(Citation(source=gone, exact=f"{WORD} exact"), Citation(source=make.source())))
    actions.remove_part(part=row.citations.order_by("pk").first(), by=None)
    merge_records(kept=kept, gone=gone, by=people.reviewer)
    removed(again(kept), people)
    assert where(WORD) == []
    assert Statement.objects.filter(pk=row.pk).exists()


def test_a_duplicate_that_is_merged_away_keeps_its_history_when_something_else_is_removed(people: Cast) -> None:
    author = make.person(private=True)
    kept = make.source(author_person=make.person())
    duplicate = make.source(author_person=author, title="Duplicate")
    merge = merge_records(kept=kept, gone=duplicate, by=people.reviewer)
    make.statement(speakers=(make.speaker(person=author),))
    removed(Statement.objects.get(), people)
    assert not Person._base_manager.filter(pk=author.pk).exists()
    assert Source.history.filter(title="Duplicate").exists()
    # It comes back without its author.
    undo_merge(merge=merge, by=people.reviewer)
    assert again(duplicate).author_person is None


def test_a_private_person_whose_office_somebody_else_names_stays(people: Cast) -> None:
    elder = make.person(private=True)
    office = make.office(person=elder)
    row = make.statement(speakers=(make.speaker(person=elder, office=office),))
    make.participant(meeting=make.meeting(), person=elder, office=office)
    removed(row, people)
    assert again(office).person == elder


def test_a_removed_meeting_and_its_visit_take_along_their_own(people: Cast) -> None:
    visit = make.visit(title=f"{WORD} visit", purpose=f"{WORD} purpose")
    meeting = make.meeting(visit=visit, title=f"{WORD} meeting", note=WORD)
    make.participant(meeting=meeting, label=f"{WORD} label")
    note = make.note(meeting=meeting, text=f"{WORD} note")
    said = make.statement(meeting=meeting, texts=(make.text(f"{WORD} said"),))
    elsewhere = make.statement(visit=visit, texts=(make.text(f"{WORD} too"),))
    make.position(evidence=(elsewhere,), summary=WORD)
    make.access_note(visit=visit)
    erased = removed(meeting, people)
    assert {kind for kind, _id in erased} == {"meeting", "meetingnote", "statement"}
    assert gone(said) and gone(note) and not gone(elsewhere)
    erased = removed(visit, people)
    assert {kind for kind, _id in erased} == {"visit", "statement", "position", "accessnote"}
    assert where(WORD) == []
    assert not Visit._base_manager.filter(pk=visit.pk).exists()
    assert not Position._base_manager.exists() and not Commitment._base_manager.exists()


def test_a_row_that_something_else_leads_to_stays_without_a_word(people: Cast) -> None:
    visit = make.visit(title=f"{WORD} visit", slug=f"{WORD}-visit", purpose=WORD)
    later = make.visit(follows=visit)
    removed(visit, people)
    assert where(WORD) == []
    left = Visit._base_manager.get(pk=visit.pk)
    assert (left.workflow, left.title, left.slug) == ("removed", "", f"removed-{visit.public_id}")
    assert Visit._base_manager.get(pk=later.pk).follows_id == visit.pk
    for person in people:
        assert not Visit.objects.visible_to(person).filter(pk=visit.pk).exists()


def test_old_addresses_that_lead_to_it_go_too(people: Cast) -> None:
    row, other = make.source(), make.source()
    for new, old in ((row, "/sources/merged-into-it/"), (other, "/sources/merged-into-another/")):
        Redirect(old_path=old, new_path=new.get_absolute_url()).save()
    removed(row, people)
    assert list(Redirect.objects.values_list("old_path", flat=True)) == ["/sources/merged-into-another/"]
    assert Redirect.history.count() == 1


def test_kinds_are_the_records_and_a_hidden_one_is_not_found(people: Cast) -> None:
    assert set(removable()) == {
        "visit", "meeting", "meetingnote", "source", "statement", "position", "commitment", "accessnote",
    }  # fmt: skip
    row = make.statement(**make.confidential(make.compartment()))
    assert find_record(kind="statement", public_id=row.public_id, user=people.reviewer) is None
    assert find_record(kind="person", public_id=row.public_id, user=people.reviewer) is None
    seen = make.meeting()
    assert find_record(kind="meeting", public_id=seen.public_id, user=people.reviewer) == seen
    assert isinstance(seen, Meeting)


def test_erasing_tells_what_it_erased(people: Cast) -> None:
    row = make.statement()
    assert erase_record(row) == [("statement", row.public_id)]
