"""The desk's pages of history: as each role, restoring by a form, and the button that undoes the last action."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from statements.models import Citation, Statement
from tests import factories as make
from tests.cast import NAMES, Cast, again, signed_in
from tests.visits.test_budgets import queries
from visits import actions
from visits.models import MergeKind
from visits.removal_actions import ask_removal, confirm_removal
from visits.versions import key_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def later() -> Iterator[Callable[[], None]]:
    """Stand still on a day; each call is two minutes later."""
    with time_machine.travel("2026-02-03 04:05:06+00:00", tick=False) as clock:
        yield lambda: clock.shift(120)


def history(row: Any) -> str:
    return reverse("desk_history", args=[row._meta.model_name, key_of(row)])


def changed(later: Callable[[], None], **state: Any) -> Statement:
    """Return a statement in two versions: asserts, then asks, with other words."""
    said: Statement = make.statement(texts=(make.text("he never said <it>"),), **state)
    later()
    text = again(said).texts.get()
    text.text = "he said <it>"
    actions.save_part(part=text, by=None)
    row = again(said)
    row.act = "asks"
    actions.save_record(record=row, by=None)
    return said


# Reading.


def test_each_role_gets_its_answer(people: Cast, later: Callable[[], None]) -> None:
    room = make.compartment(members=(people.reviewer,))
    rows = {
        "published": (make.statement(), (302, 403, 403, 403, 200, 200, 200)),
        "draft": (make.statement(**make.draft()), (302, 403, 403, 403, 200, 200, 200)),
        "confidential": (make.meeting(**make.confidential(room)), (302, 403, 403, 403, 404, 200, 404)),
        "removed": (make.statement(workflow="removed"), (302, 403, 403, 403, 404, 404, 404)),
    }
    for what, (row, answers) in rows.items():
        found = tuple(signed_in(people.named(name)).get(history(row)).status_code for name in NAMES)
        assert found == answers, what


def test_hidden_missing_and_unknown_answer_with_the_same_bytes(people: Cast) -> None:
    room = make.compartment(members=(people.reviewer,))
    hidden, client = make.meeting(**make.confidential(room)), signed_in(people.editor)
    answers = {
        client.get(path).content
        for path in (history(hidden), "/desk/history/meeting/nothing/", "/desk/history/user/cast-admin/")
    }
    assert len(answers) == 1
    for path in (history(hidden), "/desk/history/meeting/nothing/"):
        answers.add(client.post(path + "restore/", {"to": "1", "version": "1"}).content)
    assert len(answers) == 1


def test_the_words_that_changed_are_marked_and_escaped(people: Cast, later: Callable[[], None]) -> None:
    said = changed(later, **make.draft())
    html = signed_in(people.editor).get(history(said)).content.decode()
    assert "<del> never</del>" in html
    assert "<del>asserts</del><ins>asks</ins>" in html
    assert "<it>" not in html
    assert escape(" said <it>") in html


def test_who_changed_it_through_a_page_is_named(people: Cast, later: Callable[[], None]) -> None:
    said = changed(later, **make.draft())
    client = signed_in(people.editor)
    later()
    answer = client.post(history(said) + "restore/", {"to": "1", "version": str(again(said).version)})
    assert (answer.status_code, answer.headers["Location"]) == (302, history(said))
    html = client.get(history(said)).content.decode()
    assert html.count("· cast-editor") == 1
    assert "Version 1 was restored." in html
    assert again(said).act == "asserts"
    assert [text.text for text in said.texts.all()] == ["he never said <it>"]


def test_every_kind_has_its_page(people: Cast) -> None:
    said = make.statement(act="commits")
    rows = [
        said, said.visit, make.meeting(visit=said.visit), make.note(meeting=make.meeting()), make.source(),
        make.topic(), make.person(), make.organisation(), make.position(), make.commitment(statement=said),
        make.access_note(visit=said.visit),
    ]  # fmt: skip
    client = signed_in(people.reviewer)
    for row in rows:
        answer = client.get(history(row))
        assert answer.status_code == 200, row
        assert "Restore version" not in answer.content.decode()


def test_the_page_costs_the_same_at_one_version_and_at_three(people: Cast, later: Callable[[], None]) -> None:
    said, client = make.statement(**make.draft()), signed_in(people.editor)
    costs = []
    for _round in range(3):
        costs.append(queries(client, history(said)))
        later()
        actions.save_part(part=Citation(statement=again(said), source=make.source()), by=None)
        row = again(said)
        row.note = f"{row.note} again"
        actions.save_record(record=row, by=None)
    assert costs == [29, 29, 29]


def test_long_histories_are_paged(people: Cast, later: Callable[[], None]) -> None:
    topic = make.topic()
    for number in range(24):
        later()
        row = again(topic)
        row.note = str(number)
        row.save()
    client = signed_in(people.editor)
    assert client.get(history(topic)).content.decode().count('class="version"') == 20
    assert client.get(history(topic) + "?page=2").content.decode().count('class="version"') == 5


# Restoring.


@pytest.mark.parametrize(
    ("role", "status"),
    [("anonymous", 302), ("outsider", 403), ("reader", 403), ("member", 403), ("editor", 403), ("reviewer", 302),
     ("admin", 302)],
)  # fmt: skip
def test_what_is_published_is_restored_by_reviewers(
    role: str, status: int, people: Cast, later: Callable[[], None]
) -> None:
    said = changed(later)
    client = signed_in(people.named(role))
    later()
    answer = client.post(history(said) + "restore/", {"to": "1", "version": str(again(said).version)})
    assert answer.status_code == status
    assert again(said).act == ("asserts" if role in {"reviewer", "admin"} else "asks")
    if role == "editor":
        html = client.get(history(said)).content.decode()
        assert "Restore version" not in html
        assert "What is published is restored by reviewers." in html


def test_restoring_from_an_old_page_answers_409_and_writes_nothing(people: Cast, later: Callable[[], None]) -> None:
    said = changed(later, **make.draft())
    answer = signed_in(people.editor).post(history(said) + "restore/", {"to": "1", "version": "1"})
    assert answer.status_code == 409
    assert "Somebody else has changed this record" in answer.content.decode()
    assert again(said).act == "asks"


@pytest.mark.parametrize("to", ["", "0", "99", "one", "²", "9" * 40])
def test_a_version_that_never_was_is_refused(to: str, people: Cast, later: Callable[[], None]) -> None:
    said = changed(later, **make.draft())
    answer = signed_in(people.editor).post(history(said) + "restore/", {"to": to, "version": str(again(said).version)})
    assert answer.status_code == 422


def test_what_could_not_be_restored_is_said(people: Cast, later: Callable[[], None]) -> None:
    said = changed(later)
    from statements.actions import tell_erratum

    later()
    tell_erratum(statement=again(said), text="A name was misspelt.", by=None)
    client = signed_in(people.reviewer)
    answer = client.post(history(said) + "restore/", {"to": "1", "version": str(again(said).version)}, follow=True)
    assert "Not restored: Erratum: never taken back." in answer.content.decode()


# Undoing.


def restored(client: Client, said: Any) -> dict[str, str]:
    """Restore the first version by the form and return what the undo form then sends."""
    client.post(history(said) + "restore/", {"to": "1", "version": str(again(said).version)})
    return {"token": client.session["undo"]["token"], "next": history(said)}


def test_the_last_action_is_undone_by_its_button(people: Cast, later: Callable[[], None]) -> None:
    said, client = changed(later, **make.draft()), signed_in(people.editor)
    assert "Last action" not in client.get(history(said)).content.decode()
    later()
    form = restored(client, said)
    title = f"{said.speakers.get()} asserts: he never said &lt;it&gt;"
    for path in (history(said), "/desk/", "/visits/"):
        html = client.get(path).content.decode()
        assert form["token"] in html
        assert f"Last action: statement: {title}." in html
    assert f"History: {title}</h1>" in client.get(history(said)).content.decode()
    assert form["token"] not in signed_in(people.reviewer).get("/desk/").content.decode()
    later()
    answer = client.post("/desk/undo/", form)
    assert (answer.status_code, answer.headers["Location"]) == (302, history(said))
    assert again(said).act == "asks"
    assert [text.text for text in said.texts.all()] == ["he said <it>"]
    html = client.get(history(said)).content.decode()
    assert "Undone: statement" in html
    assert "Last action" not in html


def test_it_is_undone_once_and_for_a_while(people: Cast, later: Callable[[], None]) -> None:
    said, client = changed(later, **make.draft()), signed_in(people.editor)
    form = restored(client, said)
    client.post("/desk/undo/", form)
    answer = client.post("/desk/undo/", form, follow=True)
    assert "There is nothing to undo any more." in answer.content.decode()
    form = restored(client, said)
    for _minutes in range(8):
        later()
    assert "Last action" not in client.get("/desk/").content.decode()
    client.post("/desk/undo/", form)
    assert again(said).act == "asserts"


def test_where_somebody_has_written_since_it_answers_409(people: Cast, later: Callable[[], None]) -> None:
    said, client = changed(later, **make.draft()), signed_in(people.editor)
    form = restored(client, said)
    row = again(said)
    row.note = "by somebody else"
    actions.save_record(record=row, by=people.reviewer)
    answer = client.post("/desk/undo/", form)
    assert answer.status_code == 409
    assert "Somebody else has changed this record" in answer.content.decode()
    assert (again(said).act, again(said).note) == ("asserts", "by somebody else")


def test_a_wrong_token_and_another_host_lead_nowhere(people: Cast, later: Callable[[], None]) -> None:
    said, client = changed(later, **make.draft()), signed_in(people.editor)
    form = restored(client, said)
    client.post("/desk/undo/", {**form, "token": "guessed"})
    assert again(said).act == "asserts"
    form = restored(client, changed(later, **make.draft()))
    for elsewhere in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        answer = client.post("/desk/undo/", {**form, "next": elsewhere})
        assert answer.headers["Location"] == "/desk/"


def test_a_refused_form_and_one_of_the_admin_offer_nothing(people: Cast, later: Callable[[], None]) -> None:
    said, client = changed(later, **make.draft()), signed_in(people.editor)
    client.post(history(said) + "restore/", {"to": "1", "version": "1"})
    assert "undo" not in client.session
    topic = make.topic()
    client.post(f"/admin/statements/topic/{topic.pk}/change/", {"name": "Other", "slug": topic.slug, "version_read": 1})
    assert "undo" not in client.session


def test_merges_have_an_undo_of_their_own(people: Cast) -> None:
    client, kept, gone = signed_in(people.editor), make.topic(), make.topic()
    client.post(
        reverse("desk_merge", args=[MergeKind.TOPIC]),
        {"kept": kept.slug, "gone": gone.slug, "kept_version": 1, "gone_version": 1},
    )
    assert "undo" not in client.session


def test_sending_for_review_and_withdrawing_are_offered_a_decision_is_not(people: Cast) -> None:
    said, client = make.statement(**make.draft()), signed_in(people.editor)
    said.entered_by = people.editor
    said.save()

    def named() -> str:
        return f"{said.public_id}:{again(said).version}"

    client.post(reverse("submit_drafts"), {"statement": named()})
    assert again(said).workflow == "in_review"
    client.post("/desk/undo/", {"token": client.session["undo"]["token"]})
    assert again(said).workflow == "draft"
    client.post(reverse("submit_drafts"), {"statement": named()})
    reviewer = signed_in(people.reviewer)
    sent = {"statement": named(), "decision": "sent_back", "reason": "Who said it?"}
    assert reviewer.post(reverse("review_statement", args=[said.public_id]), sent).status_code == 302
    assert again(said).workflow == "draft"
    assert "undo" not in reviewer.session
    public = make.statement()
    withdrawn = {"statement": f"{public.public_id}:{public.version}", "note": "The paper has withdrawn it."}
    reviewer.post(reverse("review_withdraw", args=[public.public_id]), withdrawn)
    assert again(public).workflow == "withdrawn"
    assert "undo" in reviewer.session


def test_what_was_removed_since_is_offered_no_more(people: Cast, later: Callable[[], None]) -> None:
    said, client = changed(later, **make.draft()), signed_in(people.editor)
    restored(client, said)
    assert "Last action" in client.get("/desk/").content.decode()
    request = ask_removal(record=again(said), reason="danger", by=people.reviewer)
    confirm_removal(request=request, by=people.admin)
    assert "Last action" not in client.get("/desk/").content.decode()
