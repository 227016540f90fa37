"""The desk's pages of merging: choosing, what moves, merging and taking it back; nothing hidden is told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from statements.views.desk import merge as views
from tests import factories as make
from tests.cast import NAMES, Cast, again, signed_in
from tests.visits.test_budgets import queries
from visits.merging import merge_records
from visits.models import Merge, MergeKind
from visits.versions import key_of

pytestmark = pytest.mark.django_db
LIST = "/desk/merge/"


def page(kind: str) -> str:
    return reverse("desk_merge", args=[kind])


def form(kept: Any, gone: Any) -> dict[str, Any]:
    return {
        "kept": key_of(kept),
        "gone": key_of(gone),
        "kept_version": again(kept).version,
        "gone_version": again(gone).version,
    }


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_only_the_desk_merges(people: Cast) -> None:
    for path in (LIST, *(page(kind) for kind in MergeKind.values)):
        found = tuple(signed_in(people.named(name)).get(path).status_code for name in NAMES)
        assert found == (302, 403, 403, 403, 200, 200, 200)
    assert signed_in(people.editor).get(page("visit")).status_code == 404


@pytest.mark.parametrize("kind", MergeKind.values)
def test_two_are_chosen_shown_merged_and_brought_back(kind: str, people: Cast) -> None:
    name = "title" if kind == "source" else "name"
    kept = getattr(make, kind)(**{name: "Human Rights Watch"})
    gone = getattr(make, kind)(**{name: "Human Right Watch"})
    client = signed_in(people.reviewer)
    html = read(client, page(kind))
    # Suggested, either way round.
    assert f"?kept={key_of(kept)}&amp;gone={key_of(gone)}" in html
    assert f"?kept={key_of(gone)}&amp;gone={key_of(kept)}" in html
    found = read(client, page(kind) + "?q=human")
    assert found.count('type="radio"') == 4
    html = read(client, f"{page(kind)}?kept={key_of(kept)}&gone={key_of(gone)}")
    assert "What moves" in html
    answer = client.post(page(kind), form(kept, gone))
    assert (answer.status_code, answer.headers["Location"]) == (302, LIST)
    assert not type(gone)._base_manager.filter(pk=gone.pk).exists()
    merge = Merge.objects.get()
    assert (merge.by, merge.kind) == (people.reviewer, kind)
    html = read(client, LIST)
    assert "was merged into" in html
    assert merge.public_id in html
    answer = client.post(reverse("desk_merge_undo", args=[merge.public_id]), follow=True)
    assert "was undone." in answer.content.decode()
    assert type(gone)._base_manager.filter(pk=gone.pk).exists()
    assert client.post(reverse("desk_merge_undo", args=[merge.public_id])).status_code == 422


def test_the_preview_counts_what_moves_and_names_it(people: Cast) -> None:
    kept, gone = make.topic(), make.topic()
    both, one = make.statement(topics=(kept, gone)), make.statement(topics=(gone,))
    html = read(signed_in(people.reviewer), f"{page('topic')}?kept={kept.slug}&gone={gone.slug}")
    assert 'Topics of statements <span class="count">2</span>' in html
    assert "1 of them goes" in html
    for said in (both, one):
        assert said.get_absolute_url() in html
    assert f"“{gone.name}” is kept as another name." in html
    assert 'name="kept_version"' in html


def test_published_rows_need_a_reviewer(people: Cast) -> None:
    kept, gone = make.topic(), make.topic()
    make.statement(topics=(gone,))
    client = signed_in(people.editor)
    html = read(client, f"{page('topic')}?kept={kept.slug}&gone={gone.slug}")
    assert "a reviewer has to merge these" in html
    assert 'name="kept_version"' not in html
    assert client.post(page("topic"), form(kept, gone)).status_code == 403
    assert again(gone).pk == gone.pk


def test_nothing_tells_that_a_hidden_row_names_the_duplicate(people: Cast) -> None:
    room = make.compartment(members=(people.reviewer,))
    kept, gone = make.person(), make.person()
    for row in (kept, gone):
        make.statement(speakers=(make.speaker(person=row),), **make.draft())
    editor, reviewer = signed_in(people.editor), signed_in(people.reviewer)
    path = f"{page('person')}?kept={kept.slug}&gone={gone.slug}"
    # But for what is new with each answer.
    without, token = read(editor, path), re.compile(r'csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"')
    meeting = make.meeting(title="Safe house", **make.confidential(room))
    make.participant(meeting=meeting, person=gone, office=make.office(person=gone))
    for words in ("Safe house", "Participants"):
        assert words in read(reviewer, path)
    assert token.sub("", read(editor, path)) == token.sub("", without)
    posted = form(kept, gone)
    answer = editor.post(page("person"), posted, follow=True)
    assert "was merged into" in answer.content.decode()
    assert "Safe house" not in answer.content.decode()
    assert [row.person for row in meeting.participants.all()] == [kept]
    merge = Merge.objects.get()
    answer = editor.post(reverse("desk_merge_undo", args=[merge.public_id]), follow=True)
    assert "was undone." in answer.content.decode()
    assert [row.person for row in meeting.participants.all()] == [gone]


def test_every_merge_is_found_and_undone_however_old(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MERGES_PER_PAGE", 2)
    client = signed_in(people.editor)
    merges = [merge_records(kept=make.topic(), gone=make.topic(), by=people.editor) for _ in range(5)]
    found = [read(client, f"{LIST}?page={number}") for number in (1, 2, 3)]
    for number, merge in enumerate(reversed(merges)):
        assert [merge.public_id in html for html in found] == [number // 2 == place for place in range(3)]
    assert client.post(reverse("desk_merge_undo", args=[merges[0].public_id])).status_code == 302
    assert again(merges[0]).undone_at is not None


def test_merges_that_the_person_may_not_see_leave_no_gap_in_the_pages(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MERGES_PER_PAGE", 1)
    first = merge_records(kept=make.topic(), gone=make.topic(), by=people.editor)
    hidden = make.person()
    room = make.compartment(members=(people.reviewer,))
    make.participant(meeting=make.meeting(**make.confidential(room)), person=hidden)
    merge_records(kept=hidden, gone=make.person(), by=people.reviewer)
    html = read(signed_in(people.editor), LIST)
    assert first.public_id in html
    assert 'class="pager"' not in html
    assert 'class="pager"' in read(signed_in(people.reviewer), LIST)


def test_hidden_rows_are_not_offered_found_or_chosen(people: Cast) -> None:
    room = make.compartment(members=(people.reviewer,))
    hidden, twin = make.person(name="Secret Witness"), make.person(name="Secret Witnes")
    make.participant(meeting=make.meeting(**make.confidential(room)), person=hidden)
    editor, reviewer = signed_in(people.editor), signed_in(people.reviewer)
    for path in (page("person"), page("person") + "?q=Secret"):
        assert hidden.slug in read(reviewer, path)
        assert hidden.slug not in read(editor, path)
        assert twin.slug in read(editor, page("person") + "?q=Secret")
    missing = read(editor, f"{page('person')}?kept={twin.slug}&gone=nobody")
    assert read(editor, f"{page('person')}?kept={twin.slug}&gone={hidden.slug}") == missing
    assert editor.post(page("person"), form(twin, hidden)).status_code == 404
    merge = merge_records(kept=twin, gone=hidden, by=people.reviewer)
    assert merge.public_id in read(reviewer, LIST)
    html = read(editor, LIST)
    assert merge.public_id not in html
    assert "Secret" not in html
    assert editor.post(reverse("desk_merge_undo", args=[merge.public_id])).status_code == 404


def test_an_old_page_is_refused_with_409_and_a_row_with_itself_is_sent_back(people: Cast) -> None:
    kept, gone = make.topic(), make.topic()
    client = signed_in(people.editor)
    posted = form(kept, gone)
    again(gone).save()
    assert client.post(page("topic"), posted).status_code == 409
    assert client.post(page("topic"), form(kept, kept)).headers["Location"] == page("topic")
    assert "Choose two different rows" in read(client, f"{page('topic')}?kept={kept.slug}&gone={kept.slug}")
    assert Merge.objects.count() == 0


def test_the_pages_cost_the_same_at_one_row_and_at_three(people: Cast) -> None:
    client = signed_in(people.editor)
    costs = []

    def grow(number: int) -> None:
        for name in (f"Topic of elections {number}", f"Topic of electons {number}"):
            make.topic(name=name)
        merge_records(kept=make.topic(name=f"kept {number}"), gone=make.topic(name=f"gone {number}"), by=people.editor)

    grow(1)
    for _round in range(2):
        costs.append([queries(client, path) for path in (LIST, page("topic"), page("topic") + "?q=topic")])
        grow(2)
        grow(3)
    # One of the list counts its pages.
    assert costs == [[4, 4, 5]] * 2
