"""Reports of errors and dangers: without an account, without a trace of who sent them, read by reviewers alone."""

from __future__ import annotations

import re
from smtplib import SMTPException
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories as make
from tests.cast import Cast, signed_in
from visits.models import Report, User
from visits.report_actions import finish_reports

pytestmark = pytest.mark.django_db
PAGE, DESK = "/report/", "/desk/reports/"
WORDS = {"kind": "danger", "text": "She was threatened.", "contact": "", "page": "/visits/x/", "website": ""}


@pytest.fixture(autouse=True)
def counted_anew():
    cache.clear()
    yield
    cache.clear()


def send(client: Client | None = None, **fields):
    return (client or Client(REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="AgentOfSomebody")).post(PAGE, WORDS | fields)


def test_every_public_page_leads_to_the_form_and_carries_its_own_address(db) -> None:
    visit = make.visit()
    statement = make.statement(visit=visit)
    for address in (visit.get_absolute_url(), statement.get_absolute_url(), "/", "/visits/", "/corrections/"):
        html = Client().get(f"{address}?q=secret").content.decode()
        path = address.replace("/", "%2F")
        assert f'href="/report/?page={path}"' in html, address
    card = Client().get(reverse("embed_visit", args=[visit.slug])).content.decode()
    assert f"/report/?page=%2Fvisits%2F{visit.slug}%2F" in card
    html = Client().get(PAGE, {"page": visit.get_absolute_url()}).content.decode()
    assert f'value="{visit.get_absolute_url()}"' in html


def test_what_is_not_there_does_not_carry_its_address_nor_does_a_page_of_ones_own(people: Cast) -> None:
    assert 'href="/report/"' in Client().get("/statements/nosuchstatement1/").content.decode()
    assert 'href="/report/"' in signed_in(people.reviewer).get(DESK).content.decode()
    assert 'href="/report/"' in Client().get("/accounts/login/").content.decode()


def test_it_stores_what_was_written_and_nothing_of_who_wrote_it(people: Cast) -> None:
    User.objects.filter(pk=people.reviewer.pk).update(email="reviewer@example.org")
    client = Client(enforce_csrf_checks=True, REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="AgentOfSomebody")
    shown = client.get(PAGE)
    assert set(client.cookies) == {"csrftoken"} and "no-store" in shown.headers["Cache-Control"]
    with patch("django.db.models.fields.DateTimeField.pre_save", side_effect=AssertionError("a moment is stored")):
        answer = send(client, csrfmiddlewaretoken=client.cookies["csrftoken"].value)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/report/?sent")
    assert (
        set(client.cookies) == {"csrftoken"} and "reached the reviewers" in client.get("/report/?sent").content.decode()
    )
    row = Report.objects.values().get()
    assert "203.0.113.9" not in str(row) and "AgentOfSomebody" not in str(row)
    told = {name: row[name] for name in ("kind", "text", "contact", "page", "state")}
    assert told == {"kind": "danger", "text": WORDS["text"], "contact": "", "page": "/visits/x/", "state": "new"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_session")
        assert cursor.fetchone()[0] == 0
    (sent,) = mail.outbox
    assert sent.bcc == ["reviewer@example.org"] and row["public_id"] in sent.subject
    assert "threatened" not in sent.body + sent.subject and "/visits/x/" not in sent.body + sent.subject


def test_a_mail_that_does_not_leave_loses_no_report(db, caplog) -> None:
    with patch("visits.views.reports.EmailMessage.send", side_effect=SMTPException("threatened")):
        assert send().status_code == 302
    assert Report.objects.get().public_id in caplog.text and "threatened" not in caplog.text


def test_a_trap_a_limit_and_what_is_missing(db) -> None:
    assert send(website="https://spam.example").status_code == 302 and not Report.objects.exists()
    assert send(text=" ").status_code == 400
    assert [send().status_code for _again in range(6)] == [302] * 5 + [429]
    refused = send()
    assert Report.objects.count() == 5 and "She was threatened." in refused.content.decode()
    assert send(Client(REMOTE_ADDR="203.0.113.10")).status_code == 302


def sent_from(*addresses: str) -> list[int]:
    """Return the statuses of reports sent from addresses."""
    return [send(Client(REMOTE_ADDR=address)).status_code for address in addresses]


def test_a_flood_from_some_addresses_keeps_nobody_else_from_reporting_a_danger(db) -> None:
    # Thirty networks, each until it is refused.
    for number in range(30):
        assert 429 in sent_from(*(f"198.51.{number}.{host}" for host in range(4) for _again in range(5)))
    assert sent_from("203.0.113.9") == [302]
    assert sent_from("2001:db8:1::1") == [302]


@pytest.mark.parametrize(
    "flood", ["203.0.113.{}", "::ffff:203.0.113.{}", "2001:db8:7:7::{}", "2001:db8:7:{}::1"], ids=str
)
def test_a_network_is_no_more_than_some_addresses(db, flood: str) -> None:
    answers = sent_from(*(flood.format(number) for number in range(1, 40)))
    assert 5 <= answers.count(302) <= 15 and set(answers[15:]) == {429}
    assert sent_from("192.0.2.1", "2001:db8:8::1") == [302, 302]


def test_of_a_flood_reviewers_get_so_many_mails_and_the_desk_has_every_report(people: Cast) -> None:
    User.objects.filter(pk=people.reviewer.pk).update(email="reviewer@example.org")
    sent_from(*(f"198.51.{number}.1" for number in range(70)))
    assert (Report.objects.count(), len(mail.outbox)) == (70, 60)


def test_the_form_says_how_else_to_reach_the_reviewers_where_the_operator_named_a_way(db, settings) -> None:
    assert "reach the reviewers" not in Client().get(PAGE).content.decode()
    settings.REPORT_OTHERWISE = "Signal: reviewers.<77>"
    for answer in (Client().get(PAGE), [send() for _again in range(6)][-1]):
        assert "You also reach the reviewers by another way: Signal: reviewers.&lt;77&gt;" in answer.content.decode()


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example", "javascript:evil(1)", "/\\evil"])
def test_another_sites_address_is_dropped(db, page: str) -> None:
    assert send(page=page).status_code == 302
    assert Report.objects.get().page == ""
    assert "evil" not in Client().get(PAGE, {"page": page}).content.decode()


def test_a_form_that_expired_comes_back_with_its_words_and_asks_nobody_to_sign_in(db) -> None:
    client = Client(enforce_csrf_checks=True, HTTP_ORIGIN="http://testserver")
    answer = client.post(PAGE, WORDS)
    html = answer.content.decode()
    assert answer.status_code == 403 and "She was threatened." in html and "Sign in, in another tab" not in html


def test_reviewers_read_dangers_first_and_what_is_done_is_erased(people: Cast) -> None:
    send(kind="error", text="A typo.")
    send(contact="me@example.org")
    for name in ("outsider", "reader", "member", "editor"):
        assert signed_in(people.named(name)).get(DESK).status_code == 403
    client = signed_in(people.reviewer)
    html = client.get(DESK).content.decode()
    assert html.index("She was threatened.") < html.index("A typo.") and "me@example.org" in html
    row = Report.objects.get(kind="danger")
    answer = reverse("desk_report_answer", args=[row.public_id])
    client.post(answer, {"state": "seen"})
    assert Report.objects.get(pk=row.pk).seen_by == people.reviewer
    client.post(answer, {"state": "new"})
    assert "She was threatened." in client.get(DESK).content.decode()
    client.post(answer, {"state": "done"})
    row.refresh_from_db()
    assert (row.state, row.text, row.contact, row.done_by) == ("done", "", "", people.reviewer)
    assert "She was threatened." not in client.get(DESK).content.decode()
    assert client.post(answer, {"state": "done"}).status_code == 404


def test_of_a_flood_every_report_is_reached_and_what_is_ticked_is_done_at_once(people: Cast) -> None:
    for number in range(205):
        Report(kind="danger", text=f"Flood {number}.", contact="x@example.org").save()
    Report(kind="danger", text="She was threatened.").save()
    client = signed_in(people.reviewer)
    first, last = (client.get(DESK, {"page": number}).content.decode() for number in (1, 3))
    assert "206 reports wait" in first and "Page 1 of 3" in first
    assert first.count("Flood ") == 100 and "She was threatened." not in first
    assert "She was threatened." in last
    kept = Report.objects.get(text="Flood 7.")
    ticked = re.findall(r'name="report" value="(\w+)"', first)
    assert len(ticked) == 100 == len(set(ticked))
    ticked.remove(kept.public_id)
    told = client.post(DESK, {"report": ticked}, follow=True).content.decode()
    assert "99 reports are done." in told
    done = Report.objects.filter(state="done", done_by=people.reviewer)
    assert set(done.values_list("text", "contact")) == {("", "")} and done.count() == 99
    assert Report.objects.get(pk=kept.pk).text == "Flood 7."
    # A page that was open meanwhile: what another has done is not done again.
    other = signed_in(people.admin)
    assert "1 report is done." in other.post(DESK, {"report": [*ticked, kept.public_id]}, follow=True).content.decode()
    assert done.count() == 99
    assert "107 reports wait" in told


def test_ticking_nothing_says_so_and_those_who_read_no_reports_finish_none(people: Cast) -> None:
    rows = [Report(kind="error", text=f"A typo {number}.") for number in range(2)]
    for row in rows:
        row.save()
    answer = signed_in(people.reviewer).post(DESK)
    assert answer.status_code == 400 and "tick the reports that are done" in answer.content.decode()
    for name in ("outsider", "reader", "member", "editor"):
        assert signed_in(people.named(name)).post(DESK, {"report": [row.public_id for row in rows]}).status_code == 403
    with pytest.raises(PermissionDenied):
        finish_reports(public_ids=[rows[0].public_id], by=people.editor)
    assert Report.objects.filter(state="new").exclude(text="").count() == 2


def test_the_page_costs_the_same_with_one_report_and_with_three(people: Cast) -> None:
    client = signed_in(people.reviewer)
    client.get(DESK)
    costs = []
    for more in (1, 2):
        for _number in range(more):
            Report(kind="error", text="A typo.", state="seen", seen_by=people.admin).save()
        with CaptureQueriesContext(connection) as found:
            client.get(DESK)
        costs.append(len(found))
    # The session and whose it is, how many wait, those of the page, how many are done.
    assert costs == [5, 5]
