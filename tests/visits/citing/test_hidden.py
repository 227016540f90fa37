"""What no citation and no data of a page ever tells, and that a day changes them once."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from statements.models import Citation
from tests import factories as make
from tests.cast import Cast, signed_in
from tests.visits.citing.reading import FORMS, data, file, html, lines, meta
from visits import actions
from visits.models import SourceRelay

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["visit", "meeting", "statement", "source"])
def test_what_is_hidden_answers_as_what_was_never_there(kind: str, people: Cast) -> None:
    # A source is seen through what rests on it: something public does.
    more = {"traced_by": make.visit()} if kind == "source" else {}
    row = getattr(make, kind)(**make.draft(), **more)
    missing = Client().get(reverse(f"{kind}_cite", args=["nothing-of-this-name", "bib"]))
    hidden = file(row, "bib")
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert file(row, "bib", signed_in(people.member)).status_code == 404
    assert file(row, "bib", signed_in(people.editor)).status_code == 200


def test_a_withdrawn_record_is_cited_no_more(people: Cast) -> None:
    visit = make.visit()
    actions.withdraw(record=visit, by=people.reviewer, note="A mistake.")
    answer = file(visit, "bib")
    assert answer.status_code == 410
    assert "@misc" not in answer.content.decode()


def test_a_private_individual_is_named_in_no_citation_and_no_data(world: dict[str, Any]) -> None:
    nobody = make.person(name="Private Canary", private=True)
    said = make.statement(speakers=(make.speaker(person=nobody, side="affected"), make.speaker(label="a farmer")))
    source = make.source(author="Canary in print", author_person=nobody, traced_by=world["visit"])
    term = make.term(person=nobody)
    visit = make.visit(mandates=(term.mandate,), experts=((term, ()),))
    # The page of the statement and of the visit do show the name: it could leak into what is told of them.
    assert "Private Canary" in html(said)
    assert "Private Canary" in html(visit)
    for row in (said, source, visit):
        told = [*lines(row).values(), json.dumps(data(row)), json.dumps(meta(row))]
        told += [file(row, form).content.decode() for form in FORMS]
        assert len(told) >= 10
        assert not [text for text in told if "Canary" in text]
    assert lines(said)["APA"].startswith("private individual, & a farmer. (2022, August 17). ")


def test_a_source_that_was_not_opened_was_accessed_on_no_day(world: dict[str, Any]) -> None:
    source = make.source(
        consulted=False, accessed=date(2021, 1, 1), url="https://e.example/", published="", traced_by=world["visit"]
    )
    assert "2021" not in html(source)
    assert "2021" not in file(source, "json").content.decode()


def test_a_hidden_source_is_neither_what_reports_a_statement_nor_what_another_rests_on(people: Cast) -> None:
    hidden = make.source(title="Canary report", **make.internal())
    shown = make.source(title="Open report")
    said = make.statement(citations=(Citation(source=hidden), Citation(source=shown)))
    actions.save_part(part=SourceRelay(source=shown, original=hidden), by=None)
    for row in (said, shown):
        for text in (html(row), *(file(row, form).content.decode() for form in FORMS)):
            assert "Canary" not in text
    assert "Open report" in lines(said)["APA"]
    member = signed_in(people.member)
    assert "Canary report" in lines(said, member)["APA"]
    assert [found["name"] for found in data(shown, member)["isBasedOn"]] == ["Canary report"]


def test_within_a_day_a_page_stays_the_same_and_on_the_next_it_tells_the_next(world: dict[str, Any]) -> None:
    rows = [world[kind] for kind in ("visit", "meeting", "statement")]

    def all_of_them() -> list[bytes]:
        pages = [Client().get(row.get_absolute_url()).content for row in rows]
        return pages + [file(row, form).content for row in rows for form in FORMS]

    with time_machine.travel(datetime(2026, 3, 3, 0, 0, 1, tzinfo=UTC), tick=False):
        morning = all_of_them()
    with time_machine.travel(datetime(2026, 3, 3, 23, 59, 59, tzinfo=UTC), tick=False):
        assert all_of_them() == morning
    with time_machine.travel(datetime(2026, 3, 4, 0, 0, 1, tzinfo=UTC), tick=False):
        after = all_of_them()
    assert all(one != other for one, other in zip(morning, after, strict=True))
    # A source was opened when it was, whatever the day.
    assert "2026" not in "".join(lines(world["source"]).values())
