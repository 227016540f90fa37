"""What a row is to the record: new, changed, the same, ambiguous or wrong, and never by what is hidden."""

from __future__ import annotations

import pytest

from statements.imports import rowwise
from statements.imports.importing import Statements
from statements.imports.telling import FIELDS, tell
from statements.models import Statement, StatementText, StatementTopic, Topic
from tests import factories as make
from tests.statements.imports.rows import Record, given, record
from visits.actions import save_part
from visits.imports.kinds import Given, State
from visits.models import PersonName, User


@pytest.fixture
def known(db: None) -> Record:
    return record()


def judged(by: User | None, *rows: Given, **options: bool):  # type: ignore[no-untyped-def]
    return Statements(by, **options).judge_many(rows, [{}] * len(rows))


def entered(known: Record, **values: str) -> Statement:
    (row,) = judged(known.reviewer, given(**values))
    assert row.planned is not None, row.problems
    return rowwise.enter(row.planned, by=known.reviewer)


def test_a_row_that_is_on_record_is_the_same(known: Record) -> None:
    statement = entered(known, topics="Dams", offices="minister of dams", sources=known.news.public_id)
    for more in ({}, {"topics": "barrages", "sources": "A/HRC/1"}, {"id": statement.public_id, "topics": "Dams"}):
        (row,) = judged(known.reviewer, given(**more))
        assert (row.state, row.found and row.found.pk) == (State.SAME, statement.pk)
        assert row.write is None


def test_an_empty_cell_says_nothing(known: Record) -> None:
    entered(known, topics="Dams", answers="that it broke", original_language="km", words_language="en")
    (row,) = judged(known.reviewer, given())
    assert row.state == State.SAME


def test_a_change_is_told_field_by_field_and_written_by_the_actions(known: Record) -> None:
    statement = entered(known, topics="Dams")
    told = {"id": statement.public_id, "act": "announces", "topics": "Safety | Dams", "words": "“Quite safe.”"}
    (row,) = judged(known.reviewer, given(**told))
    assert row.state == State.CHANGED
    assert {(change.field, change.before, change.after) for change in row.changes} == {
        ("act", "asserts", "announces"),
        ("topics", "Dams", "Safety, Dams"),
        ("words", "“The dam is safe.”", "“Quite safe.”"),
    }
    assert row.write is not None
    row.write(known.reviewer)
    statement.refresh_from_db()
    assert statement.act == "announces"
    assert StatementText.objects.get(statement=statement).text == "“Quite safe.”"
    names = StatementTopic.objects.filter(statement=statement).values_list("topic__name", flat=True)
    assert list(names) == ["Safety", "Dams"]
    assert judged(known.reviewer, given(**told))[0].state == State.SAME


def test_speakers_and_sources_of_a_stored_statement_are_changed_at_the_desk(known: Record) -> None:
    statement = entered(known)
    (row,) = judged(known.reviewer, given(id=statement.public_id, speakers="Ministry of Dams"))
    assert (row.state, [problem.field for problem in row.problems]) == (State.WRONG, ["speakers"])


def test_namesakes_are_ambiguous_with_candidates(known: Record) -> None:
    make.organisation(name="Sok Dara", slug="sok-dara-fund")
    (row,) = judged(known.reviewer, given())
    assert row.state == State.AMBIGUOUS
    (ask,) = row.asks
    assert [choice.key for choice in ask.candidates] == ["person:sok-dara", "organisation:sok-dara-fund"]
    (row,) = Statements(known.reviewer).judge_many([given()], [{ask.key: "organisation:sok-dara-fund"}])
    assert row.planned is not None and row.planned.speakers[0].who.organisation is not None


def test_nobody_enters_a_vocabulary_and_a_label_needs_a_tick(known: Record) -> None:
    (row,) = judged(known.reviewer, given(speakers="Nobody Known"))
    assert (row.waits, row.planned) == (True, None)
    (row,) = judged(known.reviewer, given(speakers="Nobody Known"), labels=True)
    assert row.planned is not None and row.planned.speakers[0].who.label == "Nobody Known"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("act", {"act": "shouts"}),
        ("date", {"date": "31 February"}),
        ("speakers", {"speakers": " "}),
        ("words", {"words": "  "}),
        ("visit", {"visit": "nowhere"}),
        ("meeting", {"meeting": "nowhere"}),
        ("sources", {"sources": "https://nowhere.example/"}),
        ("sources", {"sources": "a | b", "quotations": "one | two | three"}),
        ("topics", {"topics": "Weather"}),
        ("offices", {"offices": "King"}),
        ("on_behalf_of", {"on_behalf_of": "Ministry of Nothing"}),
        ("speaker_pages", {"speaker_pages": "/people/nobody/"}),
        ("sides", {"sides": "left"}),
        ("locators", {"sources": "A/HRC/1", "locators": "x" * 81}),
        ("visibility", {"visibility": "secret"}),
        ("is_example", {"is_example": "perhaps"}),
        ("countries", {"visit": "", "countries": "Atlantis"}),
    ],
)
def test_what_is_wrong_is_told_with_its_cell(known: Record, field: str, values: dict[str, str]) -> None:
    (row,) = judged(known.reviewer, given(**values))
    assert (row.state, {problem.field for problem in row.problems}) == (State.WRONG, {field})
    assert all(problem.reason for problem in row.problems)


def test_a_visit_is_found_by_country_and_day(known: Record) -> None:
    country = known.visit.legs.get().country
    (row,) = judged(known.reviewer, given(visit="", countries=country.iso3))
    assert row.planned is not None and row.planned.visit == known.visit.pk
    make.visit(legs=(known.visit.legs.model(country=country),))
    (row,) = judged(known.reviewer, given(visit="", countries=country.name))
    assert row.state == State.AMBIGUOUS
    assert known.visit.slug in [choice.key for choice in row.asks[0].candidates]


def test_what_is_hidden_is_not_there(known: Record) -> None:
    """An outsider's import meets no confidential meeting, visit or source, and recognises no hidden statement."""
    place = make.compartment(visit=known.visit)
    hidden = {
        "visit": make.visit(slug="hidden", **make.confidential(make.compartment())).slug,
        "meeting": make.meeting(visit=known.visit, **make.confidential(place)).public_id,
        "sources": make.source(**make.confidential(place)).public_id,
    }
    editor = make.user(role="editor")
    for field, key in hidden.items():
        (there,), (nowhere,) = (judged(editor, given(**{field: told})) for told in (key, "0" * 16))
        assert there.state == nowhere.state == State.WRONG
        assert [(p.field, p.reason) for p in there.problems] == [(p.field, p.reason) for p in nowhere.problems]
    said = make.speaker(person=known.minister, side="government")
    statement = make.statement(visit=known.visit, speakers=(said,), **make.confidential(place))
    told = {"words": StatementText.objects.get(statement=statement).text, "date": statement.date}
    for by, state in ((known.reviewer, State.NEW), (None, State.CHANGED), (editor, State.NEW)):
        (row,) = judged(by, given(**told, id=statement.public_id))
        assert row.state == state, row.problems
        assert (row.found is None) == (state == State.NEW)


def test_every_field_is_read(known: Record) -> None:
    """No column is offered of which nothing comes."""
    empty = tell(Given(2, {}))
    empty.problems.clear()
    sample = {
        "date": "2022", "date_basis": "inferred", "is_example": "yes", "visibility": "public", "act": "denies",
        "mode": "mixed", "occasion": "letter", "speakers": "A", "words": "B", "sources": "C",
    }  # fmt: skip
    beside = {"speakers": "A", "words": "B", "sources": "C"}
    for field in FIELDS:
        without = beside | {f"words_{code}": "x" for code in ("ar", "en", "es", "fr", "km", "ru", "zh")}
        without.pop(field.name, None)
        value = "original" if field.name.endswith("_kind") else sample.get(field.name, "x")
        if field.name in {"sides", "roles"}:
            value = {"sides": "media", "roles": "contradicts"}[field.name]
        plain, told = tell(Given(2, without)), tell(Given(2, {**without, field.name: value}))
        plain.problems.clear()
        told.problems.clear()
        assert told != plain, field.name


def test_a_slug_letter_by_letter_goes_before_a_name_that_reads_like_it(known: Record) -> None:
    save_part(part=Topic(slug="dams-2", name="Dams"), by=None)
    make.organisation(name="Rivers", slug="a-club", side="civil_society")
    namesake = make.person(name="dara", slug="dara")
    other = make.person(name="Dara", slug="dara-2")
    for one in (namesake, other):
        save_part(part=PersonName(person=one, text=one.name, preferred=True), by=None)
    (by_slug,) = judged(known.reviewer, given(topics="dams", speakers="rivers", addressees="dara"))
    assert by_slug.planned is not None, (by_slug.problems, by_slug.asks)
    assert by_slug.planned.topics == (known.topic.pk,)
    assert [one.who.mandate for one in by_slug.planned.speakers] == [known.mandate.pk]
    assert [one.person for one in by_slug.planned.addressees] == [namesake.pk]
    (by_name,) = judged(known.reviewer, given(topics="Dams", speakers="Rivers", addressees="Dara"))
    assert by_name.state == State.AMBIGUOUS
    assert [len(ask.candidates) for ask in by_name.asks] == [2, 2, 2]
