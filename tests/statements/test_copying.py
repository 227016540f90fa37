"""CSV made by PostgreSQL is the CSV made by us, byte by byte, whoever takes it and whatever stands in the record."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statements.exports import COMMITMENTS, STATEMENTS
from statements.meeting_export import MEETINGS
from statements.models import (
    Attribution,
    Citation,
    Commitment,
    CommitmentEvidence,
    Statement,
    StatementAddressee,
    StatementSpeaker,
    StatementText,
    Topic,
)
from statements.vocabulary_exports import COUNTRIES, MANDATES, ORGANISATIONS, PEOPLE, SOURCES, TOPICS
from tests import factories as make
from tests.cast import NAMES, Cast, signed_in
from visits import actions
from visits.exports import copying
from visits.exports.columns import Kind, Taking, rows_of
from visits.exports.copying import copied
from visits.exports.visits import VISITS
from visits.exports.writers import write_csv
from visits.models import Country, Mandate, Meeting, Organisation, Person, Source, Visit, VisitLeg

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="the other database makes no cells")
KINDS: dict[Any, Kind] = {Visit: VISITS, Statement: STATEMENTS, Commitment: COMMITMENTS, Meeting: MEETINGS}
NAMED: dict[Any, Kind] = {
    Person: PEOPLE, Organisation: ORGANISATIONS, Country: COUNTRIES, Mandate: MANDATES, Topic: TOPICS, Source: SOURCES,
}  # fmt: skip
TODAY = datetime(2026, 3, 2, tzinfo=UTC).date()


def both(kind: Kind, ids: list[int], reader: Any) -> tuple[bytes, bytes]:
    """Return a file as PostgreSQL makes it, and as we do."""
    taking = Taking(reader, "https://record.example.org", TODAY, "en")
    ours = b"".join(write_csv(kind.names, rows_of(kind, ids, taking)))
    return b"".join(copied(kind, ids, taking)), ours


@pytest.fixture
def record(people: Cast) -> Statement:
    """Return a statement with all that can belong to one, among rows of each visibility."""
    closed = make.compartment(members=(people.member,))
    hidden = make.source(title="Canary gazette", url="https://canary.example/", **make.internal())
    source = make.source(title="The | gazette", url="https://gazette.example/1", archive_url="https://archive.example/")
    ministry, ngo = make.organisation(name="Ministry, of Ink", side="government"), make.organisation(name="=NGO")
    person, alone = make.person(name='Ada "Ink"'), make.person(name="Bo Alone", private=True)
    office = make.office(person=person, title="Minister", organisation=ministry)
    term = make.term()
    here = make.country(name="Paperland")
    visit = make.visit(
        title="Paperland", purpose=" \n=1+1", duration_as_reported="ten days", experts=((term, ()),),
        legs=(VisitLeg(order=0, country=here), VisitLeg(order=1, territory="the Inland"),
              VisitLeg(order=2, country=here)),
        steps=(make.step("started 2022-08-15", source=source), make.step("ended 2022-08-26", source=hidden),
               make.step("report 2023-03", document="A/HRC/52/1", source=source)),
    )  # fmt: skip
    states = (make.published(), make.internal(), make.draft(), make.confidential(closed))
    said = []
    for state in states:
        said.append(
            make.statement(
                visit=visit, date="2022-08", act="denies", answers_text="+it", original_language="km",
                meeting=make.meeting(visit=visit, **state),
                speakers=(make.speaker(person=person, office=office, attribution="the minister"),
                          make.speaker(organisation=ngo, side="civil_society", on_behalf_of=ministry),
                          make.speaker(mandate=term.mandate, term=term, side="mandate_holder"),
                          make.speaker(person=alone, side="affected"), make.speaker(label="a villager")),
                addressees=(StatementAddressee(label="the press"), StatementAddressee(organisation=ngo)),
                attributions=(Attribution(label="a witness"),),
                texts=(make.text("Canary words", source=hidden),
                       make.text("The dam\r\nis “safe”, they say.", language="fr", preferred=True)),
                citations=(Citation(source=hidden, exact="canary"), Citation(source=source, exact="safe"),
                           Citation(source=source, exact="@ safe", locator="p. 3")),
                topics=(make.topic(name="Water"), make.topic(name="Law")), **state,
            )
        )  # fmt: skip
        make.visit(follows=visit, steps=("requested 2022-01 > 2022/2023",), **state)
        make.visit(follows=visit, steps=("announced 2022-01 > 2022-08-15",), is_example=True, **state)
        make.commitment(statement=said[-1], due="2023", by_whom=ministry, **state)
        make.commitment(
            statement=said[-1],
            due="",
            state="kept",
            **state,
            evidence=(
                CommitmentEvidence(statement=said[0], text="opened"),
                CommitmentEvidence(source=hidden, text="canary"),
                CommitmentEvidence(source=source, text="-seen"),
                CommitmentEvidence(source=make.source(), text="too"),
            ),
        )
    make.statement(visit=None, date="", links=(("disowns", said[0]),), **make.internal())
    make.statement(visit=None, date="2021-01-02/2021-03", links=(("corrects", said[0]), ("denies", said[1])))
    Visit.objects.filter(pk=visit.pk).update(workflow="published")
    return said[0]


@pytest.mark.parametrize("role", NAMES)
def test_a_file_is_the_same_by_either_way_for_each_role(role: str, people: Cast, record: Statement) -> None:
    reader = people.named(role)
    for model, kind in KINDS.items():
        visible = list(model.objects.visible_to(reader).order_by("-pk").values_list("pk", flat=True))
        every = list(model.objects.order_by("pk").values_list("pk", flat=True))
        assert len(every) >= 4
        for ids in (visible, every, [], [0], visible[:1]):
            theirs, ours = both(kind, ids, reader)
            assert theirs == ours, kind.name
        # It is read in the order asked for, and is what the address brings.
        in_order = both(kind, visible[::-1], reader)[0] != both(kind, visible, reader)[0]
        assert in_order or len(visible) < 2
        taken = b"".join(signed_in(reader).get(f"/{kind.name}.csv").streaming_content)
        assert taken.count(b"http://testserver/") >= len(visible)
        hidden = b"anary" in taken if kind is not MEETINGS else b",internal," in taken
        assert hidden == (role not in {"anonymous", "outsider", "reader"}), kind.name


@pytest.mark.parametrize("role", ["anonymous", "member", "editor"])
def test_files_of_names_are_the_same_by_either_way(role: str, people: Cast, record: Statement) -> None:
    Country.objects.filter(name="Paperland").update(
        standing_invitation="2001-03",
        standing_invitation_earliest="2001-03-01",
        standing_invitation_latest="2001-03-31",
    )
    for model, kind in NAMED.items():
        every = list(model.objects.order_by("pk").values_list("pk", flat=True))
        theirs, ours = both(kind, every, people.named(role))
        assert theirs == ours, kind.name
        assert theirs.count(b"\r\n") >= 2


def test_the_way_of_the_database_is_the_way_that_is_taken(record: Statement) -> None:
    with CaptureQueriesContext(connection) as asked:
        taken = b"".join(Client().get("/statements.csv").streaming_content)
    assert record.public_id.encode() in taken
    # The stamp, the ids, and one COPY.
    told = [query["sql"].split()[0] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert told[2:] == ["COPY"] and len(told) == 3


ODD = "=+-@＝＋－＠ \t\r\n\x0b\x0c\x1c\x1f\x85\xa0\u2003\u3000\ufeff\ufffe\uffff\x01\x7f\"',|\\.%{}"
odd = st.text(
    st.one_of(st.characters(exclude_characters="\0", codec="utf-8"), st.sampled_from(ODD)), min_size=1, max_size=12
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(odd, odd, odd)
def test_whatever_stands_in_a_text_makes_the_same_cell(record: Statement, one: str, two: str, three: str) -> None:
    Source.objects.filter(title__contains="gazette").update(title=one[:12], url=two)
    Source.objects.filter(pk__in=Citation.objects.values("source_id")).update(title=one)
    StatementText.objects.update(text=two)
    StatementSpeaker.objects.filter(label__gt="").update(label=three)
    Statement.objects.update(answers_text=three)
    Visit.objects.update(purpose=one, title=two)
    Commitment.objects.update(what=three)
    CommitmentEvidence.objects.update(text=one)
    for model, kind in KINDS.items():
        ids = list(model.objects.order_by("pk").values_list("pk", flat=True))
        theirs, ours = both(kind, ids, AnonymousUser())
        assert theirs == ours


@pytest.mark.parametrize("text", ["\\.", "", "NULL", "\\N", "a\\.", " ", "'", '"', "\r", "\n=", "\x01=1", " | ", "%s"])
def test_what_copy_has_words_of_its_own_for_is_text(text: str, record: Statement) -> None:
    Statement.objects.update(answers_text=text)
    Visit.objects.update(purpose=text)
    for model, kind in KINDS.items():
        theirs, ours = both(kind, list(model.objects.values_list("pk", flat=True)), AnonymousUser())
        assert theirs == ours


@pytest.mark.parametrize(("role", "begun"), [("", 3), ("reader", 1)])
def test_rows_come_in_chunks_and_what_is_hidden_meanwhile_is_in_no_later_one(
    db: None, people: Cast, monkeypatch: pytest.MonkeyPatch, role: str, begun: int
) -> None:
    """`begun` rows are asked for before the first leaves: the next chunk is at work while one for everybody is sent."""
    in_small_chunks(monkeypatch)
    rows = [make.statement(visit=None) for _number in range(6)]
    asked: list[int] = []

    def ids() -> Iterator[int]:
        for row in rows:
            asked.append(row.pk)
            # Of its own chunk this is the second; no row of it has been read.
            if row is rows[4]:
                actions.withdraw(record=row, by=None)
            yield row.pk

    reader = getattr(people, role) if role else AnonymousUser()
    blocks = copied(STATEMENTS, ids(), Taking(reader, "https://x.example", TODAY, "en"))
    assert asked == []
    first = next(blocks)
    assert asked == [row.pk for row in rows[:begun]]
    if role:
        assert rows[0].public_id.encode() in first
        second = next(blocks)
        assert (asked, rows[1].public_id.encode() in second) == ([row.pk for row in rows[:3]], True)
        first += second
    whole = first + b"".join(blocks)
    assert [row.public_id.encode() in whole for row in rows] == [True, True, True, True, False, True]


def in_small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first chunk be of one row and the others of two, and each block of a row, or of what lies in 64 bytes."""
    for name, value in {"FIRST_CHUNK": 1, "LARGEST_CHUNK": 2, "LARGEST_AHEAD": 2, "BLOCK": 64}.items():
        monkeypatch.setattr(copying, name, value)


@pytest.mark.parametrize("role", ["", "editor"])
def test_a_connection_that_is_lost_in_the_middle_leaves_the_database_ready(
    db: None, people: Cast, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    in_small_chunks(monkeypatch)
    rows = [make.statement(visit=None).pk for _number in range(5)]
    reader = getattr(people, role) if role else AnonymousUser()
    blocks = copied(STATEMENTS, rows, Taking(reader, "https://x.example", TODAY, "en"))
    next(blocks)
    # What Django does with what it streams as it closes the answer.
    blocks.close()
    assert connection.connection.info.transaction_status.name != "ACTIVE"
    assert connection.execute_wrappers == []


def test_whoever_sends_a_block_to_somebody_may_ask_the_database_something(
    db: None, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log of what was read does; a connection in the middle of a COPY would wait for itself for ever."""
    in_small_chunks(monkeypatch)
    rows = [make.statement(visit=None).pk for _number in range(3)]
    blocks = copied(STATEMENTS, rows, Taking(people.reader, "https://x.example", TODAY, "en"))
    seen = [(connection.connection.info.transaction_status.name, Statement.objects.count()) for _block in blocks]
    assert seen == [("INTRANS", 3)] * 3


def test_whoever_asks_while_the_next_rows_for_everybody_are_made_is_told_instead_of_waiting_for_ever(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_small_chunks(monkeypatch)
    rows = [make.statement(visit=None).pk for _number in range(3)]
    blocks = copied(STATEMENTS, rows, Taking(AnonymousUser(), "https://x.example", TODAY, "en"))
    next(blocks)
    with pytest.raises(RuntimeError, match="makes the next rows"):
        Statement.objects.count()
    # The last chunk is sent when nothing is made any more.
    assert b"".join(blocks).count(b"/statements/") >= 2
    assert Statement.objects.count() == 3


def test_whoever_takes_slowly_keeps_no_server_at_work(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server makes for everybody is taken from it at once, however little of the file is taken."""
    in_small_chunks(monkeypatch)
    rows = [make.statement(visit=None).pk for _number in range(5)]
    blocks = copied(STATEMENTS, rows, Taking(AnonymousUser(), "https://x.example", TODAY, "en"))
    next(blocks)
    until = time.monotonic() + 20
    while connection.connection.info.transaction_status.name == "ACTIVE" and time.monotonic() < until:
        time.sleep(0.01)
    assert connection.connection.info.transaction_status.name == "INTRANS"
    assert b"".join(blocks).count(b"/statements/") >= 4
