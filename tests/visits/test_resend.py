"""A form that came too late is shown again with all that stood in it, to its sender alone, and can be sent again."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from tests import factories as make
from tests.cast import Cast
from visits.models import Meeting, MeetingNote

pytestmark = pytest.mark.django_db
OURS = {"origin": "http://testserver"}
WORDS = "Words of a note:\nthe second line, “quoted” & <marked>."


@pytest.fixture
def page() -> str:
    meeting = make.meeting(**{**make.draft(), "visibility": "internal", "published_as": "not"})
    return f"/desk/meetings/{meeting.public_id}/"


def signed_in(client: Client, people: Cast) -> None:
    client.force_login(people.editor, backend="allauth.account.auth_backends.AuthenticationBackend")


def fields(html: str) -> dict[str, str]:
    """Return what the form of the page sends."""
    form = html[html.index('<form method="post"') :]
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return {name: unescape(value) for name, value in pairs}


def test_who_was_signed_out_loses_nothing_and_sends_it_again(page: str, people: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    signed_in(client, people)
    token = fields(client.get(page).content.decode())["csrfmiddlewaretoken"]
    client.cookies.pop("sessionid")
    note = {"text": WORDS, "visibility": "internal", "form_token": "a token"}
    late = client.post(page, {**note, "csrfmiddlewaretoken": token}, headers=OURS)
    assert late.status_code == 403
    assert late.headers["Cache-Control"] == "private, no-store"
    shown = late.content.decode()
    assert "You were signed out meanwhile" in shown
    kept = fields(shown)
    assert {name: kept[name] for name in note} == note
    # Signing in gives a new token: the form is shown once more, with that.
    signed_in(client, people)
    client.cookies["csrftoken"] = "n" * 32
    again = client.post(page, kept, headers=OURS)
    assert again.status_code == 403 and "has expired" in again.content.decode()
    assert not MeetingNote.objects.exists()
    assert client.post(page, fields(again.content.decode()), headers=OURS).status_code == 302
    assert MeetingNote.objects.get().text == WORDS


def test_a_form_from_another_site_is_not_shown(page: str, people: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    signed_in(client, people)
    for headers in ({}, {"origin": "https://elsewhere.example"}, {"origin": "null"}):
        answer = client.post(page, {"text": WORDS}, headers=headers)
        assert answer.status_code == 403
        assert "Words of a note" not in answer.content.decode()


def test_what_is_typed_to_sign_in_is_never_shown(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"login": "ada", "password": "a secret word"}, headers=OURS)
    assert answer.status_code == 403
    assert "a secret word" not in answer.content.decode()


def test_in_the_administration_too(people: Cast) -> None:
    client = Client()
    answer = client.post("/admin/statements/topic/add/", {"name": "Typed at midnight"}, headers=OURS)
    assert answer.status_code == 403
    assert fields(answer.content.decode())["name"] == "Typed at midnight"


def test_reading_and_scripts_are_led_to_the_way_in(page: str) -> None:
    assert Client().get(page).status_code == 302
    kept = Client().put(f"{page}", "{}", content_type="application/json", headers=OURS)
    assert kept.status_code == 302


def test_what_is_typed_in_a_record_that_was_closed_meanwhile_is_in_the_answer(page: str, people: Cast) -> None:
    meeting = Meeting.objects.get()
    client = Client()
    signed_in(client, people)
    room = make.compartment(members=(people.reviewer,))
    Meeting.objects.filter(pk=meeting.pk).update(visibility="confidential", compartment=room)
    sent = {"text": WORDS, "visibility": "internal"}
    answers = [client.post(address, sent, headers=OURS) for address in (page, "/desk/meetings/nothinghere/")]
    for answer, address in zip(answers, (page, "/desk/meetings/nothinghere/"), strict=True):
        assert answer.status_code == 404 and answer.headers["Cache-Control"] == "private, no-store"
        html = answer.content.decode()
        assert "Nothing of this was stored" in html and fields(html)["text"] == WORDS
        assert f'action="{address}"' in html
    bodies = [
        re.sub(r"/desk/meetings/[a-z0-9]+/|[A-Za-z0-9_-]{64}|nonce=\S+", "", one.content.decode()) for one in answers
    ]
    assert bodies[0] == bodies[1]
    # Without words there is nothing to keep, and a page of another site learns nothing.
    assert "Nothing of this was stored" not in client.post(page, {"state": "done"}, headers=OURS).content.decode()
    other = client.post(page, sent, headers={"origin": "https://evil.example"})
    assert other.status_code == 404 and "second line" not in other.content.decode()


def test_what_somebody_types_whose_role_was_lowered_is_in_the_answer(page: str, people: Cast) -> None:
    client = Client()
    signed_in(client, people)
    people.editor.role = "reader"
    people.editor.save()
    answer = client.post(page, {"text": WORDS, "visibility": "internal"}, headers=OURS)
    assert answer.status_code == 403
    assert fields(answer.content.decode())["text"] == WORDS
