"""Lists as files: the rows of the page for each role, with all that belongs to them, and nothing that is hidden."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from statements.choices import Verdict
from statements.exports import COMMITMENTS, STATEMENTS
from statements.meeting_export import MEETINGS
from statements.models import Citation, CommitmentEvidence, StatementAddressee
from statements.vocabulary_exports import FILTERS, ROWS, VOCABULARY
from tests import factories as make
from tests.cast import NAMES, Cast, signed_in
from visits import actions
from visits.api.resource import RESOURCES
from visits.classification import FieldClass
from visits.exports import answers, columns
from visits.exports.columns import Taking
from visits.exports.visits import VISITS
from visits.exports.writers import write_csv, write_json, write_jsonl
from visits.models import Source, VisitLeg

KINDS = {"visits": VISITS, "statements": STATEMENTS, "commitments": COMMITMENTS}
FORMS = ("csv", "xlsx", "json", "jsonl")
NOT_STATED, NOT_PUBLIC = "not stated: ask whoever runs this site", "not for publication"


def body(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def take(address: str, client: Client | None = None) -> list[dict[str, Any]]:
    """Return the rows of a list, taken as JSON."""
    rows: list[dict[str, Any]] = json.loads(body((client or Client()).get(address)))
    return rows


def names_in(form: str, content: bytes, column: str = "id") -> list[str]:
    """Return a column of a file in any format."""
    if form == "csv":
        return [row[column] for row in csv.DictReader(StringIO(content.decode(), newline=""), strict=True)]
    if form == "xlsx":
        head, *rows = openpyxl.load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)
        return [str(row[head.index(column)]) for row in rows]
    rows = json.loads(content) if form == "json" else [json.loads(line) for line in content.splitlines()]
    return [row[column] for row in rows]


def on_page(client: Client, kind: str, query: str = "") -> list[str]:
    """Return what the rows of a page lead to, in their order: of a commitment, its statement."""
    html = client.get(f"/{kind}/{query}").content.decode()
    # Whatever stands around the rows leads to records as well.
    _before, _heading, rows = html.partition('<h2 class="vh">Results</h2>')
    path = "visits" if kind == "visits" else "statements"
    return list(dict.fromkeys(re.findall(rf'href="(/{path}/[-a-z0-9]+/)"', rows)))


def paths(rows: list[dict[str, Any]]) -> list[str]:
    return [row["address"].removeprefix("http://testserver") for row in rows]


@pytest.fixture
def record(people: Cast) -> dict[str, Any]:
    """Return a record of each visibility: a public visit with all of them in it, and hidden ones."""
    closed = make.compartment(members=(people.member,))
    here = make.country()
    levels = {
        "public": make.published(),
        "internal": make.internal(),
        "draft": make.draft(),
        "confidential": make.confidential(closed),
        "withdrawn": {**make.published(), "workflow": "withdrawn"},
    }
    visit = make.visit(title="Paperland", legs=(VisitLeg(country=here),))
    said = {}
    for number, (name, fields) in enumerate(levels.items()):
        if name != "public":
            # A hidden visit stands in the same country, between the others.
            make.visit(
                title=f"Canary {name}",
                legs=(VisitLeg(country=here),),
                steps=(f"started 2022-08-{10 + number}", f"ended 2022-08-{20 + number}"),
                **fields,
            )
        said[name] = make.statement(
            visit=visit,
            act="commits",
            date=f"2022-08-{15 + number}",
            texts=(make.text(f"The dam {'' if name == 'public' else 'canary'} {name}"),),
            **fields,
        )
        make.commitment(
            statement=said[name], what="Promise" if name == "public" else "Canary", due=f"2022-1{number % 3}", **fields
        )
    return {"visit": visit, "country": here, "said": said}


SEES = {
    "anonymous": {"public"},
    "outsider": {"public"},
    "reader": {"public"},
    "member": {"public", "internal", "confidential"},
    **{name: {"public", "internal", "draft", "withdrawn"} for name in ("editor", "reviewer", "admin")},
}


@pytest.mark.parametrize("role", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_holds_the_rows_of_the_page_in_its_order_for_each_role(
    kind: str, role: str, people: Cast, record: dict[str, Any]
) -> None:
    client = signed_in(people.named(role))
    country, nothing = record["country"].iso3.lower(), make.country()
    queries = ["", f"?country={country}", f"?country={country.upper()}&page=1", f"?country={nothing.iso3}"]
    queries += {
        "visits": ["?sort=oldest", "?sort=place", "?sort=published", "?q=canary", "?status=completed&year=2022"],
        "statements": ["?q=dam", "?q=canary", "?q=-canary", "?act=commits&year=2022", "?column=civil"],
        "commitments": ["?state=open", "?overdue=yes", "?overdue=no"],
    }[kind]
    some = 0
    for query in queries:
        shown = on_page(client, kind, query)
        # Each format once for each role, and every question in the quickest.
        for form in FORMS if query == f"?country={country}" else ("json",):
            content = body(client.get(f"/{kind}.{form}{query}"))
            taken = [address.removeprefix("http://testserver") for address in names_in(form, content, "address")]
            assert taken == shown, (query, form)
        some += len(shown)
    assert some > len(queries) / 2
    assert len(take(f"/{kind}.json", client)) == len(SEES[role])


@pytest.mark.parametrize("role", NAMES)
def test_a_row_says_who_may_see_it_and_what_is_not_public_is_under_no_licence(
    role: str, people: Cast, record: dict[str, Any], settings: Any
) -> None:
    settings.DATA_LICENCE = "CC BY 4.0"
    client = signed_in(people.named(role))
    # Public by itself, within a visit that is not.
    inside = make.visit(**make.internal())
    make.statement(visit=inside, **{**make.internal(), "visibility": "internal"})
    for kind in KINDS:
        for row in take(f"/{kind}.json", client):
            is_open = (row["workflow"], row["visibility"]) == ("published", "public")
            assert row["licence"] == ("CC BY 4.0" if is_open else NOT_PUBLIC)
        text = body(client.get(f"/{kind}.csv")).decode().lower()
        assert ("canary" in text) == (SEES[role] != {"public"}), kind


def test_a_public_row_within_a_hidden_visit_is_under_no_licence_and_reaches_no_stranger(people: Cast) -> None:
    visit = make.visit()
    make.statement(visit=visit)
    type(visit).objects.filter(pk=visit.pk).update(visibility="internal")
    (row,) = take("/statements.json", signed_in(people.member))
    assert (row["visibility"], row["licence"]) == ("public", NOT_PUBLIC)
    assert take("/statements.json") == []


def test_a_statement_brings_its_speakers_words_and_sources_and_no_hidden_source_or_version(people: Cast) -> None:
    source = make.source(title="The gazette", url="https://gazette.example/1", archive_url="https://archive.example/1")
    hidden = make.source(title="Canary gazette", url="https://canary.example/", **make.internal())
    ministry = make.organisation(name="Ministry of Ink", side="government")
    person = make.person(name="Ada Ink")
    office = make.office(person=person, title="Minister", organisation=ministry)
    visit = make.visit(title="Paperland")
    row = make.statement(
        visit=visit, date="2022-08", date_basis="inferred", act="denies", answers_text="it", original_language="km",
        speakers=(make.speaker(person=person, office=office, attribution="the minister"),),
        addressees=(StatementAddressee(label="the press"),),
        texts=(make.text("Canary words", source=hidden), make.text("The dam is safe.", language="fr", preferred=True)),
        citations=(Citation(source=hidden, exact="canary"), Citation(source=source, exact="safe", locator="p. 3")),
        topics=(make.topic(slug="water", name="Water"),),
    )  # fmt: skip
    make.statement(
        visit=visit, date="2021", links=(("disowns", row),), speakers=(make.speaker(label="a villager"),),
        **make.internal(),
    )  # fmt: skip
    (found,) = take("/statements.json")
    site = "http://testserver"
    assert found == {
        "id": row.public_id,
        "address": f"{site}/statements/{row.public_id}/",
        "date": "2022-08",
        "date_earliest": "2022-08-01",
        "date_latest": "2022-08-31",
        "date_precision": "month",
        "date_basis": "inferred",
        "act": "denies",
        "speakers": ["Ada Ink"],
        "speaker_pages": [f"{site}/people/{person.slug}/"],
        "offices": ["Minister, Ministry of Ink"],
        "sides": ["government"],
        "columns": ["state"],
        "on_behalf_of": [""],
        "attributions": ["the minister"],
        "addressees": ["the press"],
        "chain": [],
        "mode": "indirect",
        "occasion": "interview",
        "words": "The dam is safe.",
        "words_language": "fr",
        "words_kind": "editors_words",
        "original_language": "km",
        "answers": "it",
        "standing": "current",
        "topics": ["water"],
        "topic_names": ["Water"],
        "visit": f"{site}/visits/{visit.slug}/",
        "visit_place": "Paperland",
        "countries": [visit.legs.get().country.iso3],
        "mandates": [visit.mandates.get().slug],
        "meeting": "",
        "sources": [f"{site}/sources/{source.public_id}/"],
        "source_titles": ["The gazette"],
        "source_urls": ["https://gazette.example/1"],
        "source_archives": ["https://archive.example/1"],
        "quotations": ["safe"],
        "verdicts": [Verdict.PARAPHRASE],
        "locators": ["p. 3"],
        "is_example": False,
        "published_at": row.published_at.replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        "workflow": "published",
        "visibility": "public",
        "licence": NOT_STATED,
    }
    inner = next(r for r in take("/statements.json", signed_in(people.member)) if r["id"] == row.public_id)
    assert inner["standing"] == "disowned"
    assert inner["source_titles"] == ["Canary gazette", "The gazette"]


def test_a_visit_brings_its_places_people_reports_and_sources_and_no_hidden_source(people: Cast) -> None:
    source = make.source(title="The letter", url="https://letters.example/1")
    hidden = make.source(title="Canary letter", **make.internal())
    earlier = make.visit(**make.internal())
    here, mandate = make.country(name="Paperland"), make.mandate(slug="ink", name="Special Rapporteur on ink")
    term = make.term(mandate=mandate, person=make.person(name="Ada Ink"))
    visit = make.visit(
        title="Paperland and the Inland", follows=earlier, purpose="To look", duration_as_reported="ten days",
        legs=(VisitLeg(order=0, country=here), VisitLeg(order=1, territory="the Inland"),
              VisitLeg(order=2, country=here)),
        experts=((term, ()),), note="canary note",
        steps=(
            make.step("started 2022-08-15", source=source), make.step("ended 2022-08-26", source=hidden),
            make.step("report 2023-03", document="A/HRC/52/1", source=source),
        ),
    )  # fmt: skip
    (found,) = take("/visits.json")
    wanted = {
        "id": visit.public_id,
        "address": f"http://testserver/visits/{visit.slug}/",
        "countries": [here.iso3],
        "country_names": ["Paperland"],
        "territories": ["the Inland"],
        "mandates": ["ink"],
        "mandate_names": ["Special Rapporteur on ink"],
        "mandate_holders": ["Ada Ink"],
        "status": "reported",
        "dates": "2022-08-15/2022-08-26",
        "dates_earliest": "2022-08-15",
        "dates_latest": "2022-08-26",
        "dates_precision": "interval",
        "dates_kind": "actual",
        "days": 12,
        "purpose": "To look",
        "follows": "",
        "reports": ["A/HRC/52/1"],
        "sources": [f"http://testserver/sources/{source.public_id}/"],
        "source_titles": ["The letter"],
        "source_urls": ["https://letters.example/1"],
    }
    assert {name: found[name] for name in wanted} == wanted
    assert "canary" not in json.dumps(found)
    inner = next(row for row in take("/visits.json", signed_in(people.member)) if row["id"] == visit.public_id)
    assert inner["source_titles"] == ["The letter", "Canary letter"]
    assert inner["follows"] == f"http://testserver/visits/{earlier.slug}/"
    # Notes of editors leave in no file, whoever takes it.
    assert "canary note" not in json.dumps(take("/visits.json", signed_in(people.admin)))


def test_no_column_is_made_of_a_field_that_is_held_more_closely_than_names_are() -> None:
    """Names of people are identity: they leave where the page shows them, as speakers, and nowhere else."""
    checked = 0
    named = set()
    for kind in (*KINDS.values(), MEETINGS, *VOCABULARY.values()):
        assert len(set(kind.names)) == len(kind.names)
        for column in kind.columns:
            assert column.fields or column.name == "licence", column.name
            for field in column.fields:
                app, model, name = field.split(".")
                held = apps.get_model(app, model).FIELD_CLASSES[name]  # type: ignore[attr-defined]
                if held is FieldClass.IDENTITY:
                    named.add(model)
                else:
                    assert held is FieldClass.PUBLIC, field
                checked += 1
    # Of participants those alone that are named publicly, whoever takes the file.
    assert named == {"StatementSpeaker", "StatementAddressee", "Attribution", "Participant"}
    assert checked >= 180


@pytest.mark.parametrize("kind", KINDS)
def test_queries_are_as_many_for_one_row_as_for_many_and_two_for_each_chunk(
    kind: str, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert len(take(f"/{kind}.json")) == made
        return len(queries)

    visit = make.visit()
    made = 0
    counts = []
    for wanted in (1, 3, 7):
        while made < wanted:
            row = make.statement(visit=make.visit() if made and kind == "visits" else visit)
            make.commitment(statement=row)
            made += 1
        counts.append(asked())
    # The stamp, the ids, the rows of a chunk and what belongs to them.
    assert counts == [4, 4, 4]
    monkeypatch.setattr(columns, "CHUNK", 2)
    # Seven rows are four chunks, of two queries each.
    assert asked() == 2 + 4 * 2


def test_rows_are_read_as_they_are_asked_for_and_none_is_kept(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(columns, "CHUNK", 2)
    visit = make.visit()
    rows = [make.statement(visit=visit, date=f"2022-08-{20 - number}") for number in range(6)]
    read: list[list[int]] = []
    before = columns._chunk
    monkeypatch.setattr(columns, "_chunk", lambda kind, ids, taking: read.append(ids) or before(kind, ids, taking))
    chunked: list[int] = []
    iterator = QuerySet.iterator
    monkeypatch.setattr(
        QuerySet, "iterator", lambda self, chunk_size: chunked.append(chunk_size) or iterator(self, chunk_size)
    )
    monkeypatch.setattr("visits.exports.writers.BLOCK", 10)
    answer = Client().get("/statements.jsonl")
    assert chunked == [5000]
    assert read == []
    blocks = iter(answer.streaming_content)
    first = next(blocks)
    assert rows[0].public_id.encode() in first
    assert read == [[rows[0].pk, rows[1].pk]]
    # What is hidden before its chunk is read leaves no more.
    actions.withdraw(record=rows[4], by=None)
    rest = b"".join(blocks)
    assert len(read) == 3
    assert rows[4].public_id.encode() not in rest
    assert rows[5].public_id.encode() in rest


@pytest.mark.parametrize("write", [write_csv, write_json, write_jsonl])
def test_a_connection_that_is_lost_in_the_middle_ends_the_reading(
    write: Any, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    monkeypatch.setattr(columns, "CHUNK", 1)
    monkeypatch.setattr("visits.exports.writers.BLOCK", 10)
    visit = make.visit()
    rows = [make.statement(visit=visit).pk for _number in range(3)]
    ended = []

    def ids() -> Iterator[int]:
        try:
            yield from rows
        finally:
            ended.append(True)

    taking = Taking(AnonymousUser(), "https://record.example.org", datetime.now(UTC).date(), "en")
    blocks = write(STATEMENTS.names, columns.rows_of(STATEMENTS, ids(), taking))
    next(blocks)
    assert ended == []
    # What Django does with what it streams as it closes the answer.
    blocks.close()
    assert ended == [True]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_whoever_has_what_is_public_is_told_that_nothing_has_changed(kind: str, form: str, db: None) -> None:
    row = make.statement()
    make.commitment(statement=row)
    make.country(iso3="KHM", iso2="KH", m49="116")
    address = f"/{kind}.{form}"
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False):
        first = Client().get(address)
        body(first)
        assert first.headers["Cache-Control"] == "no-cache"
        again = Client().get(address, headers={"if-none-match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        # What is hidden changes nothing; what is published, does.
        make.visit(**make.draft())
        unchanged = Client().get(address, headers={"if-none-match": first.headers["ETag"]})
        assert unchanged.status_code == 304
        assert Client().get(f"{address}?country=khm").headers["ETag"] != first.headers["ETag"]
        make.visit()
        changed = Client().get(address, headers={"if-none-match": first.headers["ETag"]})
        assert changed.status_code == 200
        body(changed)
    with time_machine.travel(datetime(2026, 3, 3, 12, tzinfo=UTC), tick=False):
        assert Client().head(address).headers["ETag"] != changed.headers["ETag"]


@pytest.mark.parametrize("form", FORMS)
def test_what_somebody_signed_in_takes_is_kept_nowhere_on_its_way(form: str, people: Cast) -> None:
    make.statement()
    for person in (people.outsider, people.member):
        answer = signed_in(person).get(f"/statements.{form}", headers={"if-none-match": "*"})
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in answer.headers
        assert body(answer)


TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_named_after_its_list_and_its_head_reads_no_row(
    kind: str, form: str, db: None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        head = Client().head(f"/{kind}.{form}")
    answer = Client().get(f"/{kind}.{form}")
    body(answer)
    for name in ("Content-Type", "Content-Disposition", "ETag", "X-Robots-Tag"):
        assert head.headers[name] == answer.headers[name]
    assert answer.headers["Content-Type"] == TYPES[form]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{kind}.{form}"'
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_values_that_no_filter_understands_are_told_and_no_wider_list_is_taken_for_what_was_meant(db: None) -> None:
    make.commitment(statement=make.statement())
    wrong = {"visits": "year=never", "statements": "act=odd", "commitments": "state=odd", "meetings": "status=odd"}
    for kind, query in wrong.items():
        value = query.partition("=")[2]
        for end in (*FORMS, "atom", *(["ics"] if kind != "statements" else [])):
            for asked in (query, "country=" + "x" * 300):
                answer = Client().get(f"/{kind}.{end}?{asked}")
                assert answer.status_code == 400, (kind, end, asked)
                told = "xxx" if asked != query else value
                assert f"“{told}" in answer.content.decode() and "is not understood as" in answer.content.decode()
                assert answer.headers["Content-Type"].startswith("text/html")
    for kind in KINDS:
        for query in ("?page=1", "?country=", "?country=&page=2"):
            assert paths(take(f"/{kind}.json{query}")) == on_page(Client(), kind, query.replace("=2", "=1")), query
    # Words are read as typed; elsewhere such an address is refused, as that of the page is.
    for kind in ("visits", "statements"):
        assert paths(take(f"/{kind}.json?q=")) == on_page(Client(), kind, "?q=")
        status = Client().get(f"/{kind}/?q=dam%00").status_code
        assert [Client().get(f"/{kind}.{form}?q=dam%00").status_code for form in FORMS] == [status] * 4
        long = Client().get(f"/{kind}/?q={'x' * 9000}").status_code
        assert Client().get(f"/{kind}.csv?q={'x' * 9000}").status_code == long
    assert Client().get("/visits.pdf").status_code == 404


LISTS = {
    **dict.fromkeys(("visits", "meetings", "commitments"), (*FORMS, "atom", "ics")),
    "statements": (*FORMS, "atom"),
    **dict.fromkeys(VOCABULARY, FORMS),
}


@pytest.mark.parametrize("kind", LISTS)
def test_names_that_are_no_filter_are_told_and_the_whole_list_is_not_taken_for_a_narrowed_one(
    kind: str, db: None
) -> None:
    make.commitment(statement=make.statement())
    known = "kind=x" if kind == "sources" else "country=khm" if kind not in {"people", "countries", "topics"} else "q=x"
    for end in LISTS[kind]:
        for query in ("contry=khm", f"contry=khm&{known}", "contry", "contry=", "Country=khm", "page=1&contry=khm"):
            name = "Country" if "Country" in query else "contry"
            answer = Client().get(f"/{kind}.{end}?{query}")
            assert answer.status_code == 400, (end, query)
            assert f"“{name}” is no filter of this list." in answer.content.decode(), (end, query)
            assert answer.headers["Content-Type"].startswith("text/html")
            assert answer.headers["X-Robots-Tag"] == "noindex"
            assert "ETag" not in answer.headers
        told = Client().get(f"/{kind}.{end}?%3Cb%3E={'x' * 90}&{'y' * 90}=1").content.decode()
        assert "“&lt;b&gt;” is no filter" in told
        assert f"“{'y' * 60}” is no filter" in told
        assert Client().get(f"/{kind}.{end}?page=1").status_code == 200


def test_a_sign_that_nothing_holds_is_no_empty_filter(db: None) -> None:
    make.statement()
    answer = Client().get("/statements.csv?country=%00")
    assert answer.status_code == 400
    assert "is not understood as" in answer.content.decode()
    for address in ("/statements.atom?topic=a%00", "/visits.csv?year=%00", "/meetings.ics?visit=%00"):
        assert Client().get(address).status_code == 400, address


@pytest.mark.parametrize("kind", LISTS)
def test_a_filter_that_stands_twice_is_told_and_none_of_its_values_is_taken(kind: str, db: None) -> None:
    make.commitment(statement=make.statement())
    name = {"people": "q", "countries": "q", "topics": "q", "sources": "year"}.get(kind, "country")
    for end in LISTS[kind]:
        for one, other in (("2022", "2021"), ("2022", "2022"), ("2022", ""), ("", "")):
            answer = Client().get(f"/{kind}.{end}?{name}={one}&{name}={other}")
            assert answer.status_code == 400, (end, one, other)
            assert f"“{name}” stands there more than once." in answer.content.decode()


def test_words_of_statements_that_stand_twice_are_told(db: None) -> None:
    make.statement()
    for end in (*FORMS, "atom"):
        assert "“q” stands there more than once." in Client().get(f"/statements.{end}?q=a&q=b").content.decode()
    refused = Client().get("/statements/feed/?q=a&contry=khm")
    assert refused.status_code == 400
    assert "“contry” is no filter of this list." in refused.content.decode()


def test_no_link_of_a_page_to_a_file_feed_or_calendar_is_refused(people: Cast) -> None:
    here, term = make.country(name="Paperland"), make.term()
    # On record, and nobody went there.
    make.country(iso3="LAO", iso2="LA", m49="418")
    visit = make.visit(title="Paperland", legs=(VisitLeg(country=here),), experts=((term, ()),))
    ministry = make.organisation(name="Ministry of Ink")
    make.participant(meeting=make.meeting(visit=visit), organisation=ministry)
    make.participant(meeting=make.meeting(visit=visit), person=term.person, side="mandate_holder")
    said = make.statement(visit=visit, act="commits", topics=(make.topic(slug="water", name="Water"),))
    make.commitment(statement=said)
    code = here.iso3.lower()
    pages = [
        "/", "/visits/", "/statements/", "/commitments/", "/people/", "/countries/", "/mandates/", "/topics/",
        "/corrections/", f"/visits/{visit.slug}/", f"/countries/{code}/", f"/mandates/{term.mandate.slug}/",
        f"/people/{term.person.slug}/", f"/organisations/{ministry.slug}/", "/topics/water/",
    ]  # fmt: skip
    queries = [
        "", f"?contry=x&country=lao&country={code}&sort=oldest&q=+Paperland+&page=1&state=open&status=flying&act=x",
        f"?country={code}&country=lao", f"?country={code}&sort=sideways", "?q=%22dam&year=0", "?q=a&q=b",
        f"?country={'x' * 300}&mandate=%00",
    ]  # fmt: skip
    link = re.compile(r'href="([^"]+\.(?:csv|xlsx|json|jsonl|atom|ics)(?:\?[^"]*)?|/statements/feed/[^"]*)"')
    met = {}
    for person in (people.anonymous, people.editor):
        for page in (page + query for page in pages for query in queries):
            html = signed_in(person).get(page).content.decode()
            met |= {unescape(address): page for address in link.findall(html)}
    assert len(met) > 60
    for address, page in met.items():
        assert Client().get(address).status_code == 200, (address, page)
    # They bring what the page shows: what it understood, and no more.
    assert f"/visits.csv?q=+Paperland+&country={code}&sort=oldest" in met
    assert f"/commitments.ics?country={code}&state=open" in met
    assert f"/statements.csv?q=Paperland&country={code}" in met


def test_a_workbook_of_too_many_rows_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    for _number in range(3):
        make.visit()
    monkeypatch.setattr(answers, "MOST_IN_BOOK", 3)
    assert len(names_in("xlsx", body(Client().get("/visits.xlsx")))) == 3
    monkeypatch.setattr(answers, "MOST_IN_BOOK", 2)
    refused = Client().get("/visits.xlsx")
    assert refused.status_code == 400
    assert "A workbook holds at most 2 rows. Narrow the list, or take it as CSV." in refused.content.decode()
    assert "ETag" not in refused.headers
    assert len(take("/visits.json")) == 3


def test_addresses_are_those_of_the_site(settings: Any, db: None) -> None:
    row = make.statement()
    settings.SITE_ADDRESS = "https://record.example.org"
    (found,) = take("/statements.json")
    assert found["address"] == f"https://record.example.org/statements/{row.public_id}/"
    assert found["sources"][0].startswith("https://record.example.org/sources/")


def test_pages_offer_the_ways_to_take_what_they_show_with_its_filters(db: None) -> None:
    make.commitment(statement=make.statement())
    make.country(iso3="KHM", iso2="KH", m49="116")
    for kind in KINDS:
        bare = Client().get(f"/{kind}/").content.decode()
        for form in FORMS:
            assert f'href="/{kind}.{form}"' in bare
        narrowed = Client().get(f"/{kind}/?country=khm&year=2022&page=1&state=open").content.decode()
        found = re.search(rf'href="(/{kind}\.csv\?[^"]*)"', narrowed)
        assert found
        assert "country=khm" in found.group(1)
        assert "page=" not in found.group(1)
        assert Client().get(found.group(1).replace("&amp;", "&")).status_code == 200


def test_a_commitment_brings_who_promised_what_by_when_and_whether_it_was_kept(people: Cast) -> None:
    ministry = make.organisation(name="Ministry of Ink", side="government")
    source, hidden = make.source(title="The gazette"), make.source(title="Canary", **make.internal())
    said = make.statement(
        act="commits", speakers=(make.speaker(organisation=ministry),), citations=(Citation(source=source),)
    )
    shown = make.statement()
    make.commitment(
        statement=said, by_whom=ministry, what="Open the dam", due="2023",
        evidence=(
            CommitmentEvidence(statement=shown, text="opened"),
            CommitmentEvidence(source=hidden, text="canary"),
        ),
    )  # fmt: skip
    with time_machine.travel(datetime(2023, 12, 31, 23, tzinfo=UTC), tick=False):
        (found,) = take("/commitments.json")
        assert found["overdue"] is False
    with time_machine.travel(datetime(2024, 1, 1, tzinfo=UTC), tick=False):
        (found,) = take("/commitments.json")
        assert found["overdue"] is True
    wanted = {
        "what": "Open the dam",
        "by_whom": "Ministry of Ink",
        "speakers": ["Ministry of Ink"],
        "said": "2022-08-17",
        "due": "2023",
        "due_earliest": "2023-01-01",
        "due_latest": "2023-12-31",
        "due_precision": "year",
        "state": "open",
        "evidence": [f"http://testserver/statements/{shown.public_id}/"],
        "evidence_texts": ["opened"],
        "source_titles": ["The gazette"],
    }
    assert {name: found[name] for name in wanted} == wanted
    (inner,) = take("/commitments.json", signed_in(people.member))
    assert inner["evidence_texts"] == ["opened", "canary"]
    assert inner["source_titles"] == ["The gazette", "Canary"]


@pytest.mark.parametrize("role", NAMES)
def test_meetings_and_names_are_taken_as_far_as_their_pages_show_them(role: str, people: Cast) -> None:
    client, closed = signed_in(people.named(role)), make.compartment(members=(people.member,))
    visit, topic = make.visit(), make.topic(name="Canary topic")
    for name, state in (("public", make.published()), ("internal", make.internal()), ("draft", make.draft()),
                        ("confidential", make.confidential(closed))):  # fmt: skip
        row = make.meeting(visit=visit, title=name, note="canary note", **state)
        make.participant(meeting=row, person=make.person(name=f"Ada {name}"))
        make.participant(meeting=row, person=make.person(name="Canary person"), named_publicly=False)
        make.participant(meeting=row, organisation=make.organisation(name=f"Ministry {name}"))
        source = make.source(title=f"Paper {name}", extracted_text="canary text", **state)
        seen = state if name in {"draft", "confidential"} else make.internal()
        make.statement(visit=visit, citations=(Citation(source=source),), topics=(topic,), **seen)
    sees = {"public"} if role in {"anonymous", "outsider", "reader"} else SEES[role] - {"withdrawn"}
    assert {row["title"] for row in take("/meetings.json", client)} == sees
    found = {name for row in take("/meetings.json", client) for name in row["participants"]}
    assert found == {f"{kind} {name}" for name in sees for kind in ("Ada", "Ministry")}
    for name in VOCABULARY:
        text = body(client.get(f"/{name}.csv")).decode()
        assert text.count("\r\n") > 1 or name in {"sources", "topics"}, name
        assert "canary text" not in text
        assert ("Canary topic" in text) == (name == "topics" and sees != {"public"}), name
    people_told = {row["name"] for row in take("/people.json", client) if row["name"].startswith("Ada")}
    assert people_told == {f"Ada {name}" for name in sees}


def test_a_private_individual_who_wrote_a_source_is_named_nowhere(people: Cast) -> None:
    private = make.person(name="Secret Witness", private=True)
    known = make.person(name="Ada Known")
    for author, written in ((private, "Secret Witness"), (known, "")):
        source = make.source(author_person=author, author=written, **make.published())
        make.statement(citations=(Citation(source=source),))
    client = signed_in(people.reader)
    texts = [body(client.get(f"/sources.{form}")).decode() for form in ("csv", "jsonl")]
    texts += [
        client.get(row.get_absolute_url()).content.decode() for row in Source.objects.filter(author_person=private)
    ]
    assert not [text for text in texts if "Secret Witness" in text]
    assert all("Ada Known" in text for text in texts[:2])


def test_files_of_names_are_narrowed_as_the_api_narrows_them() -> None:
    # It lets each resource register.
    import config.api  # noqa: F401

    assert FILTERS.keys() == VOCABULARY.keys() == ROWS.keys()
    for name, filters in FILTERS.items():
        assert RESOURCES[name].filter_class is filters, name


def test_files_of_names_read_values_as_the_api_does(people: Cast) -> None:
    here, other = make.country(iso3="QQA", region="Inkia"), make.country(iso3="QQB")
    for title, country in (("Ministry of Ink", here), ("Ministry of Elsewhere", other), ("Canary", here)):
        state = make.internal() if title == "Canary" else make.published()
        ministry = make.organisation(name=title, country=country)
        make.statement(speakers=(make.speaker(organisation=ministry),), **state)
    for title, published in (("Letter", "1998"), ("Report", "1999"), ("Canary", "1999")):
        state = make.internal() if title == "Canary" else make.published()
        source = make.source(title=title, published=published, **state)
        make.statement(citations=(Citation(source=source),), **state)
    for code in ("qqa", "QQA"):
        assert [row["name"] for row in take(f"/organisations.json?country={code}")] == ["Ministry of Ink"]
    inner = take("/organisations.json?country=qqa", signed_in(people.member))
    assert [row["name"] for row in inner] == ["Canary", "Ministry of Ink"]
    assert [row["title"] for row in take("/sources.json?year=1999")] == ["Report"]
    assert [row["iso3"] for row in take("/countries.json?region=inkia")] == ["QQA"]


def test_files_of_names_have_the_filters_of_the_api_and_refuse_others(db: None) -> None:
    for name in ("Olivier De Schutter", "Hilal Elver"):
        make.term(person=make.person(name=name), mandate=make.mandate(slug=name[:5].lower()))
    client = Client()

    def names(address: str) -> list[str]:
        answer = client.get(address)
        text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        return [row["name"] for row in csv.DictReader(StringIO(text))]

    assert names("/people.csv") == ["Hilal Elver", "Olivier De Schutter"]
    assert names("/people.csv?mandate=hilal") == ["Hilal Elver"]
    make.mandate(slug="nobody")
    assert names("/people.csv?mandate=nobody") == []
    assert "“noone” names nothing here." in client.get("/people.csv?mandate=noone").content.decode()
    refused = client.get("/people.csv?bogus=1")
    assert refused.status_code == 400
    assert "“bogus” is no filter of this list." in refused.content.decode()
    assert client.get("/sources.csv?year=x").status_code == 400
