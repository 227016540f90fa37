"""A small record to cite, on a fixed day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from statements.models import Citation
from tests import factories as make
from visits.models import VisitLeg

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def on_a_day() -> Iterator[None]:
    """Stop the clock on 2 March 2026."""
    with time_machine.travel(DAY, tick=False):
        yield


@pytest.fixture
def world(on_a_day: None) -> dict[str, Any]:
    """Return a visit, a meeting, a statement and its source, all public."""
    holder = make.term(person=make.person(name="Ada Ink"), mandate=make.mandate(name="Special Rapporteur on paper"))
    country = make.country(name="Paperland")
    visit = make.visit(
        title="Paperland",
        mandates=(holder.mandate,),
        experts=((holder, ()),),
        legs=(VisitLeg(country=country),),
        purpose="To see <the> mills & more.",
    )
    meeting = make.meeting(visit=visit, title="Ministry of Ink", date="2022-08-16", place="Quire")
    source = make.source(
        title="“No” & <so>", author="Bo Chan; Di Voss", publisher="The Gazette", published="2022-08",
        url="https://gazette.example/1", archive_url="https://archive.example/1", accessed=date(2022, 9, 1),
        language="en",
    )  # fmt: skip
    statement = make.statement(
        visit=visit,
        meeting=meeting,
        act="denies",
        answers_text="it",
        mode="direct",
        speakers=(make.speaker(person=make.person(name="Cy Quill")),),
        texts=(make.text("We never did.", kind="original", language="en"),),
        citations=(Citation(source=source),),
        topics=(make.topic(name="Ink & law"),),
    )
    return {"visit": visit, "meeting": meeting, "statement": statement, "source": source, "holder": holder}
