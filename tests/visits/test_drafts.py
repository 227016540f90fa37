"""Drafts are kept for their author alone, offered where their record may be seen, and never typed over unread."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests import factories
from visits import admin_drafts, drafts, presence
from visits.merging import merge_records
from visits.models import Draft, Person, Presence

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(db):
    return factories.meeting()


def keep(by, meeting, text, **more):
    return drafts.keep_draft(by=by, key=f"meeting:{meeting.public_id}", data={"public_summary": [text]}, **more)


def test_a_draft_is_kept_once_per_person_and_form(people, meeting) -> None:
    keep(people.editor, meeting, "one", version=1)
    keep(people.editor, meeting, "two", version=1)
    keep(people.reviewer, meeting, "other")
    key = f"meeting:{meeting.public_id}"
    mine = drafts.draft_of(people.editor, key)
    assert (mine.data, mine.base_version, mine.earlier) == ({"public_summary": ["two"]}, 1, [])
    assert drafts.draft_of(people.reviewer, key).data == {"public_summary": ["other"]}
    assert drafts.draft_of(people.admin, key) is None
    drafts.throw_away(by=people.editor, key=key)
    assert list(Draft.objects.values_list("user__username", flat=True)) == [people.reviewer.username]


def test_what_is_offered_is_kept_apart_when_something_new_is_typed(people, meeting) -> None:
    keep(people.editor, meeting, "typed yesterday", version=1)
    keep(people.editor, meeting, "new", version=2, fresh=True)
    draft = keep(people.editor, meeting, "newer", version=2)
    assert [offer.texts for offer in drafts.offers(draft, {})] == [["newer"], ["typed yesterday"]]
    assert [offer.version for offer in drafts.offers(draft, {})] == [2, 1]
    for n in range(9):
        draft = keep(people.editor, meeting, f"again {n}", fresh=True)
    assert len(draft.earlier) == drafts.MOST_EARLIER


def test_what_the_form_shows_anyway_and_what_is_empty_is_not_offered(people, meeting) -> None:
    draft = keep(people.editor, meeting, "the same")
    assert drafts.offers(draft, {"public_summary": ["the same"]}) == []
    assert len(drafts.offers(draft, {"public_summary": ["another"]})) == 1
    assert drafts.offers(keep(people.editor, meeting, ""), {"public_summary": ["x"]}) == []
    assert drafts.offers(None, {}) == []


def test_the_draft_of_a_record_that_is_hidden_now_is_neither_offered_nor_kept(people, meeting) -> None:
    keep(people.editor, meeting, "secret")
    meeting.visibility, meeting.compartment = "confidential", factories.compartment(members=(people.reviewer,))
    meeting.save()
    assert drafts.draft_of(people.editor, f"meeting:{meeting.public_id}") is None
    with pytest.raises(ValidationError):
        keep(people.editor, meeting, "more")
    assert keep(people.reviewer, meeting, "allowed").pk


def test_of_a_removed_record_no_draft_of_anybody_is_left(people, meeting) -> None:
    other = factories.meeting(visit=meeting.visit)
    for by in (people.editor, people.reviewer):
        keep(by, meeting, "x")
        drafts.keep_draft(by=by, key=f"meetingnote:new:{meeting.public_id}", data={"text": ["x"]})
    keep(people.editor, other, "kept")
    drafts.forget(meeting.public_id)
    assert [row.key for row in Draft.objects.all()] == [f"meeting:{other.public_id}"]


@pytest.mark.parametrize("key", ["", "meeting", "meeting:", "meeting:nothing", "planet:x", "source:new:x", "a" * 500])
def test_a_key_that_leads_nowhere_keeps_nothing(people, key) -> None:
    with pytest.raises(ValidationError):
        drafts.keep_draft(by=people.editor, key=key, data={"a": ["b"]})
    assert not Draft.objects.exists()


def test_a_new_source_belongs_to_no_record_yet(people) -> None:
    assert drafts.keep_draft(by=people.editor, key="source:new", data={"text": ["x"]}).pk


@pytest.mark.parametrize(
    "wrong", [None, [], "text", {"a": "b"}, {"a": [1]}, {"a": [None]}, {str(n): [] for n in range(10_001)}]
)
def test_what_is_no_form_is_refused(wrong) -> None:
    with pytest.raises(ValidationError):
        drafts.typed(wrong)


def test_every_database_takes_what_was_typed(people, meeting) -> None:
    data = drafts.typed({"a\x00": ["x\x00y\r\nz", "half \ud83d"], "csrfmiddlewaretoken": ["t"], "version": ["1"]})
    assert data == {"a": ["xy\nz", "half ?"]}
    assert drafts.keep_draft(by=people.editor, key=f"meeting:{meeting.public_id}", data=data).pk


def test_two_in_one_record_see_each_other_where_both_may_see_it(people, meeting) -> None:
    key = f"meeting:{meeting.public_id}"
    for one in (people.editor, people.reviewer, people.admin):
        presence.seen(by=one, key=key)
        presence.seen(by=one, key=key)
    assert presence.others(people.editor, key) == ["cast-admin", "cast-reviewer"]
    meeting.visibility, meeting.compartment = (
        "confidential",
        factories.compartment(members=(people.editor, people.reviewer)),
    )
    meeting.save()
    assert presence.others(people.editor, key) == ["cast-reviewer"]
    Presence.objects.update(seen_at=timezone.now() - presence.SEEN_WITHIN)
    assert presence.others(people.editor, key) == []


def test_drafts_of_what_was_merged_go_on_with_the_one_that_is_kept(people) -> None:
    kept, gone = factories.source(), factories.source()
    for row, words in ((kept, "of the kept"), (gone, "of the other")):
        drafts.keep_draft(by=people.editor, key=f"source:{row.public_id}", data={"title": [words]})
    drafts.keep_draft(by=people.reviewer, key=f"source:{gone.public_id}", data={"title": ["hers"]})
    drafts.keep_draft(by=people.reviewer, key=f"source:{gone.public_id}", data={"title": ["hers, later"]}, fresh=True)
    merge_records(kept=kept, gone=gone, by=people.reviewer)

    def offered(user):
        return [row.data["title"] for row in drafts.offers(drafts.draft_of(user, f"source:{kept.public_id}"), {})]

    assert offered(people.editor) == [["of the kept"], ["of the other"]]
    assert offered(people.reviewer) == [["hers, later"], ["hers"]]
    assert Draft.objects.count() == 2


def test_a_draft_of_the_admin_follows_a_merge_too(people) -> None:
    kept, gone = factories.person(), factories.person()
    old, new = (admin_drafts.key_of(Person, row.pk) for row in (gone, kept))
    for by, key, text in ((people.editor, old, "of the duplicate"), (people.editor, new, "of both"),
                          (people.reviewer, old, "alone")):  # fmt: skip
        Draft.objects.create(user=by, key=key, data={"note": [text]})
    merge_records(kept=kept, gone=gone, by=people.editor)
    assert set(Draft.objects.values_list("key", flat=True)) == {new}
    mine = Draft.objects.get(user=people.editor)
    assert [offer.texts for offer in drafts.offers(mine, {})] == [["of both"], ["of the duplicate"]]
