"""The life-cycle bar in words: what is shown never contradicts the status beside it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import factories as make
from visits.lifecycle import Stage
from visits.partial_dates import parse
from visits.views.sheet import stage_card


@pytest.mark.parametrize(
    ("stage", "css", "text"),
    [
        (Stage("report", "none"), "none", "none recorded"),
        (Stage("report", "next"), "next", "expected next"),
        (
            Stage("acceptance", "implied", parse("2022-08"), "announced"),
            "implied",
            "implied by the announcement; none recorded",
        ),
        (Stage("acceptance", "done", parse("2022-08"), "dates_agreed"), "done", "dates agreed Aug 2022"),
        (Stage("report", "done", None, "report"), "done", "no date recorded"),
        (Stage("report", "done", parse("2022-10"), "report"), "done", "Oct 2022"),
        (
            Stage("report", "implied", None, "interactive_dialogue"),
            "implied",
            "implied by the interactive dialogue; no symbol recorded",
        ),
        (
            Stage("report", "implied", None, "state_comments"),
            "implied",
            "implied by the comments of the State; no symbol recorded",
        ),
    ],
)
def test_a_stage_is_told_in_words(stage: Stage, css: str, text: str) -> None:
    card = stage_card(stage)
    assert (card.css, card.text) == (css, text)


def test_a_visit_reported_by_its_dialogue_alone_says_so_beside_the_report(db):
    visit = make.visit(steps=("started 2022-08-15", "ended 2022-08-26", "interactive_dialogue 2022-10"))
    assert visit.status == "reported"
    html = Client().get(visit.get_absolute_url()).content.decode()
    assert "<b>Report</b>implied by the interactive dialogue; no symbol recorded" in html
