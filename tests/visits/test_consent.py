"""Consent that has ended holds back what rests on it: by itself, everywhere, on kept pages too."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client

from config import page_cache
from statements.models import Attribution, Citation, Statement, StatementAddressee
from statements.package.public import public_record
from tests import factories as make
from tests.cast import Cast, signed_in
from visits.access import Role
from visits.actions import raise_stamp
from visits.consent_actions import set_consent
from visits.models import (
    AccessNote,
    AuditEntry,
    AuditKind,
    Consent,
    Participant,
    Person,
    PublicationStamp,
    Source,
    StaleVersion,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC).date()
BEFORE = TODAY - timedelta(days=1)
NAME, WORDS = "Canary Consenting", "Canary words"


@pytest.fixture
def said(people: Cast):
    """Return a public statement of somebody who also stands at a public meeting, and rests under a position."""
    person = make.person(name=NAME)
    visit = make.visit()
    make.participant(meeting=make.meeting(visit=visit), person=person)
    statement = make.statement(
        visit=visit, speakers=(make.speaker(person=person),), texts=(make.text(WORDS),), date="2022-08-17"
    )
    make.position(evidence=(statement,), summary="Canary words in short")
    make.commitment(statement=statement, what="Canary words kept")
    return statement


def ends(statement: Statement, on, use: str = "publication") -> None:
    """Store the end past the action: nothing says that something has changed, as at midnight."""
    person = Person.objects.get(name=NAME)
    Consent.objects.update_or_create(person=person, use=use, defaults={"ends_on": on})


def addresses(statement: Statement) -> list[str]:
    visit = statement.visit.get_absolute_url()
    return [
        visit, f"{visit}positions/", f"{visit}commitments/", f"{visit}history/", statement.get_absolute_url(), "/",
        f"{visit}briefing.html", f"{visit}feed.atom", f"{visit}visit.ics", "/search/?q=canary",
        f"/embed/statements/{statement.public_id}/", "/statements/?q=canary", "/statements.csv", "/statements.json",
        "/statements.atom", "/statements/feed/", "/meetings.csv", "/meetings.json", "/meetings.atom", "/people/",
        "/commitments.csv", "/commitments.atom", "/people.csv", "/people.popolo.json", "/search/suggest/?q=canary",
        "/api/v1/statements/", "/api/v1/people/", "/api/v1/meetings/", "/api/v1/commitments/", "/positions/",
    ]  # fmt: skip


def told(client: Client, statement: Statement) -> set[str]:
    """Return the addresses at which words or name stand."""
    found = set()
    for address in addresses(statement):
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if b"Canary words" in body or b"Canary Consenting" in body:
            found.add(address)
    return found


@pytest.mark.parametrize("use", ["publication", "name", "attribution"])
def test_on_the_last_day_all_is_there_and_on_the_next_the_public_reads_nothing(people: Cast, said, use) -> None:
    ends(said, TODAY, use)
    shown = told(Client(), said)
    assert len(shown) >= 18, sorted(shown)
    ends(said, BEFORE, use)
    assert told(Client(), said) == told(signed_in(people.reader), said) == set()
    assert len(told(signed_in(people.member), said)) >= 12


AUTHOR = "Canary Writing"


@pytest.fixture
def written(people: Cast):
    """Return a public source that somebody else's statement on a visit cites; its author holds a mandate too."""
    author = make.person(name=AUTHOR)
    make.term(person=author)
    source = make.source(title="A letter", kind="report", author_person=author, author="Canary Writing herself")
    visit = make.visit()
    make.statement(visit=visit, citations=(Citation(source=source),))
    make.access_note(visit=visit, source=source)
    return source


def naming_the_author(client: Client, source: Source) -> set[str]:
    """Return the addresses at which the author of a source is named as that."""
    page = source.get_absolute_url()
    visit = AccessNote.objects.get(source=source).visit.get_absolute_url()
    found = set()
    for address in (
        page, f"{page}cite.bib", f"{page}cite.ris", f"{page}cite.json", "/sources.csv", "/sources.jsonl",
        "/sources.xlsx", "/sources.atom", "/api/v1/sources/",
        f"/api/v1/sources/{source.public_id}/", "/search/?q=writing+herself", f"{visit}briefing.html",
    ):  # fmt: skip
        answer = client.get(address, headers={"Accept": "application/ld+json"} if "/api/v1/sources/" in address else {})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if address.endswith("xlsx"):
            with ZipFile(BytesIO(body)) as file:
                body = b"".join(file.read(name) for name in file.namelist())
        told = AUTHOR.encode() in body if "search" not in address else page.encode() in body
        found |= {address} if told else set()
    return found


@pytest.mark.parametrize("use", ["publication", "name", "attribution"])
def test_who_wrote_a_source_is_named_up_to_the_last_day_and_not_on_the_next(people: Cast, written, use) -> None:
    consent = Consent.objects.create(person=written.author_person, use=use, ends_on=TODAY)
    assert len(naming_the_author(Client(), written)) == 11
    Consent.objects.filter(pk=consent.pk).update(ends_on=BEFORE)
    assert naming_the_author(Client(), written) == naming_the_author(signed_in(people.reader), written) == set()
    # Feeds, and briefings that do not ask for more, are what everybody reads.
    assert len(naming_the_author(signed_in(people.member), written)) == 9
    table = next(table for table in public_record() if table.name == "visits.source")
    rows = [dict(zip([one.attname for one in table.fields], row, strict=True)) for row in table.rows()]
    assert [(row["author"], row["author_person_id"]) for row in rows if row["title"] == "A letter"] == [("", None)]
    # Their own page is there by the mandate that they hold.
    assert Person.objects.visible_to(people.anonymous).filter(name=AUTHOR).exists()


def test_a_kept_page_of_a_source_turns_with_the_day(people: Cast, written, settings, time_machine) -> None:
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = {name: {**memory, "LOCATION": f"source-{name}"} for name in ("default", "pages", "briefings")}
    raise_stamp()
    address, client = written.get_absolute_url(), Client()
    assert AUTHOR.encode() in client.get(address).content
    mark = client.get("/sources.csv").headers["ETag"]
    Consent.objects.create(person=written.author_person, use="name", ends_on=BEFORE)
    assert AUTHOR.encode() in client.get(address).content
    time_machine.move_to(datetime.now(UTC) + timedelta(days=1))
    assert AUTHOR.encode() not in client.get(address).content
    assert client.get("/sources.csv").headers["ETag"] != mark
    caches["pages"].clear()


def test_what_is_said_to_them_or_handed_on_by_them_is_held_back_too(people: Cast, said) -> None:
    person = Person.objects.get(name=NAME)
    rows = [
        make.statement(addressees=(StatementAddressee(person=person),)),
        make.statement(attributions=(Attribution(person=person, order=0),)),
    ]
    visible = Statement.objects.visible_to(people.anonymous).filter(pk__in=[row.pk for row in rows])
    assert visible.count() == 2
    ends(said, BEFORE)
    assert visible.all().count() == 0


def test_somebody_elses_consent_holds_nothing_back(people: Cast, said) -> None:
    Consent.objects.create(person=make.person(), use="name", ends_on=BEFORE)
    ends(said, None)
    assert Statement.objects.visible_to(people.anonymous).filter(pk=said.pk).exists()
    assert Participant.objects.visible_to(people.anonymous).filter(person__name=NAME).exists()


def test_a_kept_page_turns_with_the_day_and_so_does_the_mark_of_a_feed(
    people: Cast, said, settings, time_machine
) -> None:
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = {"default": {**memory, "LOCATION": "a"}, "pages": {**memory, "LOCATION": "b"},
                       "briefings": {**memory, "LOCATION": "c"}}  # fmt: skip
    caches["pages"].clear()
    address, client = said.get_absolute_url(), Client()
    assert client.get(address).status_code == 200
    mark = client.get("/statements.atom").headers["ETag"]
    listed = client.get("/statements.json").headers["ETag"]
    ends(said, BEFORE)
    # The clock of the database goes on as it does: the day of what is kept is that of the site.
    assert client.get(address).status_code == 200
    time_machine.move_to(datetime.now(UTC) + timedelta(days=1))
    assert client.get(address).status_code == 404
    for path, before in (("/statements.atom", mark), ("/statements.json", listed)):
        answer = client.get(path, headers={"If-None-Match": before})
        assert answer.status_code == 200 and answer.headers["ETag"] != before
    caches["pages"].clear()


def test_a_page_that_was_kept_before_the_clock_of_the_database_turned_is_not_kept_for_the_day(
    people: Cast, said, settings, time_machine, monkeypatch
) -> None:
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = {name: {**memory, "LOCATION": f"turn-{name}"} for name in ("default", "pages", "briefings")}
    raise_stamp()
    address, client = said.get_absolute_url(), Client()
    # With the site it is tomorrow already, with the database a moment later.
    time_machine.move_to(datetime.now(UTC) + timedelta(days=1))
    assert client.get(address).status_code == 200
    mark = client.get("/statements.atom").headers["ETag"]
    monkeypatch.setitem(page_cache.TODAY, connection.vendor, "'2031-01-01'")
    ends(said, BEFORE)
    assert client.get(address).status_code == 404
    assert client.get("/statements.atom").headers["ETag"] != mark
    caches["pages"].clear()


def test_reviewers_record_consents_and_it_is_logged(people: Cast, said) -> None:
    person = Person.objects.get(name=NAME)
    fields = {"person": person.get_absolute_url(), "use": "name", "ends_on": BEFORE.isoformat(), "note": "by letter"}
    assert signed_in(people.editor).post("/desk/consents/", fields).status_code == 403
    with pytest.raises(PermissionDenied):
        set_consent(person=person, use="name", ends_on=None, by=people.editor)
    client = signed_in(people.reviewer)
    assert client.post("/desk/consents/", fields).status_code == 302
    html = client.get("/desk/consents/").content.decode()
    assert NAME in html and "ended on" in html and "by letter" in html
    assert Client().get(said.get_absolute_url()).status_code == 404
    client.post("/desk/consents/", fields | {"ends_on": "", "read": read_on(client)})
    assert Client().get(said.get_absolute_url()).status_code == 200 and Consent.objects.count() == 1
    assert client.post("/desk/consents/", fields | {"person": "nobody"}).status_code == 400
    details = AuditEntry.objects.filter(kind=AuditKind.CONSENT, row=person.pk).values_list("detail", flat=True)
    assert json.dumps(list(details)) == json.dumps([f"name until {BEFORE}", "name until further notice"])


def read_on(client: Client) -> str:
    """Return what the form of the page says was read."""
    return read_in(client.get("/desk/consents/").content.decode())


def read_in(html: str) -> str:
    found = re.search(r'name="read"[^>]*? value="([^"]*)"', html)
    return found[1] if found else ""


def test_an_older_form_takes_back_no_end_that_somebody_else_has_stored(people: Cast, said) -> None:
    first, second = signed_in(people.reviewer), signed_in(make.user(role=Role.REVIEWER))
    fields = {"person": NAME, "use": "name", "ends_on": BEFORE.isoformat(), "note": "She withdrew by phone"}
    older = {"person": NAME, "use": "name", "ends_on": "", "note": "She signed “yes” in May"}
    first.post("/desk/consents/", {**fields, "ends_on": TODAY.isoformat(), "read": ""})
    read = read_on(second)
    assert first.post("/desk/consents/", {**fields, "read": read_on(first)}).status_code == 302
    # Sent twice, it is stored once; it has said so already.
    assert first.post("/desk/consents/", {**fields, "read": read}).status_code == 302
    assert AuditEntry.objects.filter(kind=AuditKind.CONSENT).count() == 2
    # Made before there was one, on one before, and on what cannot be read.
    for sent in ("", read, "x:y :: 1", f"{Consent.objects.get().public_id}:{'9' * 300}"):
        answer = second.post("/desk/consents/", {**older, "read": sent})
        html = answer.content.decode()
        assert answer.status_code == 409
        conflict = " ".join(html.partition('id="conflict"')[2].partition("</section>")[0].split())
        assert "She withdrew by phone" in conflict and "ended on" in conflict and "once more" in conflict
        assert "She signed “yes” in May" in html and f'value="{NAME}"' in html
        assert Client().get(said.get_absolute_url()).status_code == 404
    # Whoever has read it there may replace it.
    assert second.post("/desk/consents/", {**older, "read": read_in(html)}).status_code == 302
    assert Client().get(said.get_absolute_url()).status_code == 200
    # One that is gone is no more what was read.
    Consent.objects.all().delete()
    with pytest.raises(StaleVersion):
        person = Person.objects.get(name=NAME)
        set_consent(person=person, use="name", ends_on=None, by=people.reviewer, version=1)


def test_one_that_the_page_was_too_short_for_is_shown_before_it_is_replaced(people: Cast, said, monkeypatch) -> None:
    monkeypatch.setattr("statements.views.desk.consents.SHOWN", 1)
    Consent.objects.create(person=make.person(), use="name", ends_on=BEFORE)
    Consent.objects.create(person=Person.objects.get(name=NAME), use="name", ends_on=TODAY)
    client = signed_in(people.reviewer)
    fields = {"person": NAME, "use": "name", "ends_on": "", "read": read_on(client)}
    answer = client.post("/desk/consents/", fields)
    assert answer.status_code == 409
    assert client.post("/desk/consents/", fields | {"read": read_in(answer.content.decode())}).status_code == 302


def test_the_mark_of_what_is_public_turns_only_with_what_the_public_reads(people: Cast, said) -> None:
    def turned(person: Person, on) -> bool:
        before = raise_stamp()
        set_consent(person=person, use="name", ends_on=on, by=people.reviewer)
        return PublicationStamp.objects.get().value != before

    public, hidden = Person.objects.get(name=NAME), make.person()
    make.participant(meeting=make.meeting(workflow="draft"), person=hidden)
    assert [turned(public, on) for on in (TODAY, BEFORE, BEFORE, None)] == [False, True, False, True]
    assert not turned(hidden, BEFORE)
