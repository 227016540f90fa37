"""What was retracted or disowned says so wherever it is carried away: lines, files, data of the page and of the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests import factories as make
from tests.cast import Cast, signed_in
from tests.visits.citing.reading import FORMS, data, file, html, lines

pytestmark = pytest.mark.django_db

LINKED = {"accept": "application/ld+json"}
FELL = [("retracts", "retracted"), ("disowns", "disowned")]


def files(row: Any, client: Client | None = None) -> list[str]:
    return [file(row, form, client).content.decode() for form in FORMS]


def of_api(row: Any, client: Client | None = None) -> dict[str, Any]:
    answer = (client or Client()).get(f"/api/v1/statements/{row.public_id}/", headers=LINKED)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(("kind", "word"), FELL)
def test_a_fallen_statement_says_so_in_every_line_and_file(world: dict[str, Any], kind: str, word: str) -> None:
    said = world["statement"]
    before = lines(said)
    make.statement(visit=said.visit, links=((kind, said),))
    found = lines(said)
    assert len(found) == 5
    assert all(word in line and word not in before[style] for style, line in found.items())
    assert found["United Nations"].startswith(
        f"Cy Quill, “Statement (denies): Ink & law”, 17 August 2022 ({word}), reported in “‘No’ & <so>”, Vis-à-vis. "
    )
    bib, ris, csl = files(said)
    assert f"note = {{Since then: {word}. Reported in: “No” \\& <so>}}" in bib
    assert f"N1  - Since then: {word}\r\nN1  - Reported in: “No” & <so>\r\n" in ris
    assert json.loads(csl)[0]["note"] == f"Since then: {word}. Reported in: “No” & <so>"
    # The words are those of the head of its page.
    assert f"Cy Quill denies, 17 August 2022 ({word})" in html(said)


@pytest.mark.parametrize("kind", ["denies", "corrects", "supersedes", "clarifies"])
def test_a_statement_that_stands_is_cited_as_before(world: dict[str, Any], kind: str) -> None:
    said = world["statement"]
    before = lines(said), files(said)
    make.statement(visit=said.visit, links=((kind, said),), answers_text="it")
    assert (lines(said), files(said)) == before


@pytest.mark.parametrize(("kind", "word"), [*FELL, ("corrects", "corrected"), ("denies", "disputed")])
def test_data_of_the_page_and_of_the_api_tell_what_became_of_it(world: dict[str, Any], kind: str, word: str) -> None:
    said = world["statement"]
    assert "creativeWorkStatus" not in {**data(said), **of_api(said)}
    make.statement(visit=said.visit, links=((kind, said),), answers_text="it")
    assert data(said)["creativeWorkStatus"] == of_api(said)["creativeWorkStatus"] == word


def test_a_hidden_retraction_is_told_to_nobody_who_does_not_see_it(world: dict[str, Any], people: Cast) -> None:
    said = world["statement"]
    before = lines(said), files(said), data(said), of_api(said)
    make.statement(visit=said.visit, links=(("retracts", said),), **make.internal())
    assert (lines(said), files(said), data(said), of_api(said)) == before
    member = signed_in(people.member)
    assert "(retracted)" in lines(said, member)["Bluebook"]
    assert data(said, member)["creativeWorkStatus"] == "retracted"
