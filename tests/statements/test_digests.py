"""Mails of saved searches: what is new and nothing else, once, to whoever wants them, stopped by one click."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from django.core import mail, signing
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from statements import digests
from statements.models import Citation, SavedSearch
from tests import factories as make
from tests.cast import Cast, again
from visits.models import User

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SITE = "https://record.example.org"


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.SITE_ADDRESS = SITE


def person(**fields: Any) -> User:
    n = make.number()
    return make.user(**{"email": f"person-{n}@example.org", "role": "reader", **fields})


def saved(by: User | None = None, frequency: str = "daily", **fields: Any) -> SavedSearch:
    """Return a search whose mails began the day before NOON."""
    began = NOON - timedelta(days=1)
    defaults = {"name": "Dams", "query": "q=dam", "told_until": began, "looked_on": began.date()}
    return SavedSearch.objects.create(user=by or person(), frequency=frequency, **{**defaults, **fields})


def said(before: timedelta = timedelta(hours=2), words: str = "The dam is safe.", **fields: Any) -> Any:
    # What makes a row visible holds a moment of its own, which is now.
    fields = {**fields, "published_at": NOON - before if fields.get("published_at", NOON) else None}
    return make.statement(texts=(make.text(words),), **fields)


def send(at: datetime = NOON) -> str:
    """Run the command at a moment and return what it printed."""
    out = StringIO()
    with time_machine.travel(at, tick=False):
        call_command("send_digests", stdout=out, verbosity=0)
    return out.getvalue().strip()


def test_what_is_new_is_sent_as_text_and_as_html(db: None) -> None:
    search = saved()
    source = make.source(title="The gazette", publisher="Gazette House")
    row = said(
        words="The <dam> is safe & sound.", act="denies", answers_text="it", date="2022-08-17",
        speakers=(make.speaker(person=make.person(name="Ada Ink"), side="government"),),
        citations=(Citation(source=source),), visit=make.visit(title="Paperland"),
    )  # fmt: skip
    assert send() == "1 mail sent, 0 searches had nothing new, 0 failed."
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([search.user.email], "Dams: 1 new statement")
    ((page, kind),) = sent.alternatives
    assert kind == "text/html"
    for part in (
        "* Ada Ink denies: The <dam> is safe & sound.",
        "  The <dam> is safe & sound.\n",
        "17 Aug 2022, Paperland",
        "The gazette, Gazette House",
        f"  {SITE}{row.get_absolute_url()}",
        f"{SITE}/statements/?q=dam",
        f"{SITE}/searches/\n",
    ):
        assert part in sent.body, sent.body
    for part in ("Ada Ink denies: The &lt;dam&gt; is safe &amp; sound.</a>", f'href="{SITE}{row.get_absolute_url()}"',
                 "The gazette</a>", f'href="{SITE}/statements/?q=dam"'):  # fmt: skip
        assert part in page, page
    assert " style=" not in page
    assert "<script" not in page


def test_headers_let_any_program_stop_the_mails_by_one_click(db: None) -> None:
    search = saved()
    said()
    send()
    sent = mail.outbox[0].message()
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(r"<(https://record\.example\.org(/searches/stop/[^/>]+/))>", sent["List-Unsubscribe"])
    assert address
    assert address[1] in mail.outbox[0].body
    assert address[1] in str(mail.outbox[0].alternatives[0][0])
    assert sent["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(rf"<{search.public_id}\.\d+@record\.example\.org>", sent["Message-ID"])
    # As the program of a mail server sends it: no cookie, no token of a form.
    answer = Client(enforce_csrf_checks=True).post(address[2], {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "No more mails of this search" in answer.content.decode()
    assert again(search).frequency == "none"


def test_run_twice_it_sends_once_and_the_next_day_only_what_came_since(db: None) -> None:
    saved()
    said()
    send()
    assert send() == "0 mails sent, 0 searches had nothing new, 0 failed."
    assert send(NOON + timedelta(hours=11, minutes=59)).startswith("0 mails sent, 0")
    assert send(NOON + timedelta(days=1)) == "0 mails sent, 1 search had nothing new, 0 failed."
    said(timedelta(days=-1, hours=-5), "Another dam.")
    send(NOON + timedelta(days=2))
    assert ["Another dam." in sent.body for sent in mail.outbox] == [False, True]
    assert "The dam is safe." not in mail.outbox[1].body


def test_nothing_is_told_twice_and_nothing_left_out_at_the_edge_of_two_mails(db: None) -> None:
    saved()
    edge = digests.SETTLED
    said(edge, "Dam at the edge.")
    said(edge - timedelta(seconds=1), "Dam of the last hour.")
    send()
    send(NOON + timedelta(days=1))
    first, second = (sent.body for sent in mail.outbox)
    assert ("Dam at the edge." in first, "Dam at the edge." in second) == (True, False)
    assert ("Dam of the last hour." in first, "Dam of the last hour." in second) == (False, True)


def test_weekly_means_every_seventh_day(db: None) -> None:
    saved(frequency="weekly", looked_on=NOON.date())
    said(timedelta(hours=2))
    sent = []
    for day in range(15):
        send(NOON + timedelta(days=day))
        if len(mail.outbox) > len(sent):
            sent.append(day)
        said(timedelta(days=-day, hours=2), f"Dam {day}.")
    assert sent == [7, 14]


def test_what_was_there_before_is_no_news(db: None) -> None:
    saved()
    said(timedelta(days=3))
    assert send() == "0 mails sent, 1 search had nothing new, 0 failed."
    assert mail.outbox == []


def test_nobody_gets_a_mail_who_wants_none_or_cannot_have_one(db: None) -> None:
    said()
    saved(frequency="none")
    saved(person(email=""))
    saved(person(is_active=False))
    assert send() == "0 mails sent, 0 searches had nothing new, 0 failed."
    assert mail.outbox == []
    assert digests.due(date(2030, 1, 1)).count() == 0


def test_hidden_rows_are_sent_to_nobody_and_their_number_to_members_alone(people: Cast) -> None:
    for role in ("outsider", "reader", "member", "admin"):
        someone: Any = people.named(role)
        someone.email = f"{role}@example.org"
        someone.save()
        saved(someone)
    closed = make.compartment(members=(people.member, people.admin, people.reader))
    said(words="A dam for members.", **make.internal())
    said(words="A dam for the named.", **make.confidential(closed))
    said(words="A dam in a draft.", **{**make.draft(), "published_at": None})
    assert send() == "2 mails sent, 2 searches had nothing new, 0 failed."
    assert [sent.to for sent in mail.outbox] == [["member@example.org"], ["admin@example.org"]]
    for sent in mail.outbox:
        assert sent.subject == "Dams: 1 more statement for members fits"
        assert "Sign in to read them." in sent.body
        assert not re.search("A dam (for|in)", sent.body + str(sent.alternatives[0][0]))


def test_a_role_that_was_lost_is_lost_in_mails_too(people: Cast) -> None:
    people.member.email = "member@example.org"
    people.member.role = "reader"
    people.member.save()
    saved(people.member)
    said(**make.internal())
    assert send() == "0 mails sent, 1 search had nothing new, 0 failed."


def test_of_many_the_latest_fifty_are_told_and_the_number_of_the_others(db: None) -> None:
    saved(query="")
    for n in range(53):
        said(timedelta(hours=2, minutes=n), f"Dam {n}.", visit=None)
    send()
    (sent,) = mail.outbox
    assert sent.subject == "Dams: 53 new statements"
    assert sent.body.count("\n* ") == 50
    assert "Dam 49." in sent.body
    assert "Dam 50." not in sent.body
    assert "and 3 more" in sent.body
    assert "and 3 more" in str(sent.alternatives[0][0])


def test_killed_between_sending_and_settling_it_sends_that_mail_once_more(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved()
    saved(query="q=dam+-river")
    said()

    class Killed(BaseException):
        pass

    real = EmailBackend.send_messages

    def send_and_die(self: Any, messages: Any) -> int:
        real(self, messages)
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(EmailBackend, "send_messages", send_and_die)
        send()
    # At once only the search that was not reached yet: the other may still be on its way.
    assert send().startswith("1 mail sent")
    assert send(NOON + digests.ON_ITS_WAY + timedelta(minutes=1)).startswith("1 mail sent")
    assert send(NOON + timedelta(hours=5)).startswith("0 mails sent")
    first, _other, once_more = (sent.message() for sent in mail.outbox)
    assert first["Message-ID"] == once_more["Message-ID"]
    assert len(mail.outbox) == 3


def test_two_runs_side_by_side_send_nothing_twice(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    saved()
    said()
    real = EmailBackend.send_messages
    within: list[str] = []

    def send_while_sending(self: Any, messages: Any) -> int:
        if not within:
            within.append("")
            within[0] = send()
        return int(real(self, messages))

    monkeypatch.setattr(EmailBackend, "send_messages", send_while_sending)
    assert send().startswith("1 mail sent")
    assert within == ["0 mails sent, 0 searches had nothing new, 0 failed."]
    assert len(mail.outbox) == 1


def test_what_could_not_be_sent_is_told_and_tried_again(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    searches = [saved(), saved()]
    said()
    real = EmailBackend.send_messages

    def send_to_one(self: Any, messages: Any) -> int:
        if messages[0].to == [searches[0].user.email]:
            raise SMTPRecipientsRefused({messages[0].to[0]: (550, b"no such person")})
        return int(real(self, messages))

    out, errors = StringIO(), StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", send_to_one)
        with time_machine.travel(NOON, tick=False), pytest.raises(CommandError, match="Some mails could not be sent"):
            call_command("send_digests", stdout=out, stderr=errors, verbosity=0)
    assert out.getvalue().strip() == "1 mail sent, 0 searches had nothing new, 1 failed."
    # Who it is and what they look for stands in no log.
    assert errors.getvalue().strip() == f"{searches[0].public_id}: smtplib.SMTPRecipientsRefused"
    assert send().startswith("1 mail sent")
    assert {sent.to[0] for sent in mail.outbox} == {search.user.email for search in searches}


def test_a_search_that_cannot_be_told_keeps_nobody_else_from_their_mail(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches = [saved() for _n in range(digests.MOST_FAILURES + 2)]
    said()
    real = digests.mail_of

    def only_the_last(digest: Any) -> Any:
        if digest.search.pk != searches[-1].pk:
            raise ValueError("no address")
        return real(digest)

    out, errors = StringIO(), StringIO()
    monkeypatch.setattr(digests, "mail_of", only_the_last)
    with time_machine.travel(NOON, tick=False), pytest.raises(CommandError, match="Some mails could not be sent"):
        call_command("send_digests", stdout=out, stderr=errors, verbosity=0)
    assert out.getvalue().startswith("1 mail sent")
    assert [sent.to[0] for sent in mail.outbox] == [searches[-1].user.email]
    assert errors.getvalue().count(": ValueError") == digests.MOST_FAILURES + 1


def test_where_the_server_is_gone_it_gives_up(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for _n in range(digests.MOST_FAILURES + 2):
        saved()
    said()
    tried: list[int] = []

    def refuse(_self: Any, _messages: Any) -> int:
        tried.append(1)
        raise ConnectionRefusedError("nobody there")

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        with pytest.raises(CommandError, match="wait for the next run"):
            send()
    assert len(tried) == digests.MOST_FAILURES
    assert send().startswith(f"{digests.MOST_FAILURES + 2} mails sent")


def test_a_search_stopped_while_others_are_sent_is_not_sent(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    saved()
    second = saved()
    said()
    real = EmailBackend.send_messages

    def stop_the_other(self: Any, messages: Any) -> int:
        SavedSearch.objects.filter(pk=second.pk).update(frequency="none")
        return int(real(self, messages))

    monkeypatch.setattr(EmailBackend, "send_messages", stop_the_other)
    assert send().startswith("1 mail sent")


def test_without_an_address_of_the_site_nothing_is_sent(db: None, settings: Any) -> None:
    settings.SITE_ADDRESS = ""
    saved()
    said()
    with pytest.raises(CommandError, match="SITE_ADDRESS is not set"):
        send()
    assert mail.outbox == []


def test_progress_is_shown_where_somebody_looks(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    saved()
    said()
    with time_machine.travel(NOON, tick=False):
        call_command("send_digests", stdout=StringIO())
    assert "Searches" in capsys.readouterr().err


# One-click stop.


def stop_address(search: SavedSearch) -> str:
    return reverse("saved_search_stop", args=[digests.stop_token(search)])


def test_reading_the_page_stops_nothing_and_its_button_does(db: None) -> None:
    search = saved()
    page = Client().get(stop_address(search))
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert again(search).frequency == "daily"
    html = page.content.decode()
    assert f'<form action="{stop_address(search)}" method="post">' in html
    assert "csrfmiddlewaretoken" not in html
    for _n in range(2):
        assert Client(enforce_csrf_checks=True).post(stop_address(search)).status_code == 200
        assert again(search).frequency == "none"


def test_only_the_search_of_the_mail_is_stopped(db: None) -> None:
    someone = person()
    one, other = saved(someone), saved(someone, query="q=river")
    Client().post(stop_address(one))
    assert (again(one).frequency, again(other).frequency) == ("none", "daily")


def test_of_a_deleted_search_and_a_closed_account_there_are_no_mails_either(db: None) -> None:
    search = saved(person(is_active=False))
    address = stop_address(search)
    assert Client().post(address).status_code == 200
    search.delete()
    assert Client().post(address).status_code == 200


def test_a_forged_link_stops_nothing(db: None) -> None:
    search = saved()
    token = digests.stop_token(search)
    for forged in (
        token[:-1] + ("a" if token[-1] != "a" else "b"),
        signing.dumps(search.public_id, salt="another"),
        signing.dumps(search.public_id, key="another", salt="statements.digests.stop"),
        search.public_id,
        "::",
    ):
        for method in ("get", "post"):
            answer = getattr(Client(), method)(reverse("saved_search_stop", args=[forged]))
            assert answer.status_code == 404, forged
    assert again(search).frequency == "daily"


def test_a_link_works_for_a_year_and_then_says_what_to_do(db: None) -> None:
    search = saved()
    with time_machine.travel(NOON, tick=False):
        address = stop_address(search)
    with time_machine.travel(NOON + timedelta(days=366), tick=False):
        for method in ("get", "post"):
            answer = getattr(Client(), method)(address)
            assert answer.status_code == 410
            assert "This link is too old" in answer.content.decode()
        assert again(search).frequency == "daily"
    with time_machine.travel(NOON + timedelta(days=364), tick=False):
        assert Client().post(address).status_code == 200
    assert again(search).frequency == "none"
