"""No refusal depends on what a statement rests on beside what the person sees."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from statements.models import Citation, Statement
from statements.review_actions import differing
from tests import factories as make
from tests.cast import Cast, again
from visits import actions

pytestmark = pytest.mark.django_db

TEXT = "The dam was “never built here”, he said. Others say that it was built."


def cited(people: Cast, *, beside: bool, hidden: dict[str, Any] | None = None, **state: Any) -> Statement:
    """Return a statement that cites what everybody sees and, where `beside`, what only a member sees."""
    within = make.compartment(members=(people.member,))
    sources = [make.source(), *([make.source(**(hidden or {}), **make.confidential(within))] if beside else [])]
    return make.statement(citations=tuple(Citation(source=source) for source in sources), **state)


def refusal(act: Any, **given: Any) -> str:
    with pytest.raises(ValidationError) as told:
        act(**given)
    return " ".join(told.value.messages)


@pytest.mark.parametrize("state", [{}, make.internal(), make.draft()], ids=["published", "internal", "draft"])
def test_the_last_citation_that_one_sees_stays_whatever_is_left(people: Cast, state: dict[str, Any]) -> None:
    told = set()
    for beside in (False, True):
        row = cited(people, beside=beside, **state)
        shown = Citation.objects.visible_to(people.reviewer).get(statement=row)
        told.add(refusal(actions.remove_part, part=shown, by=people.reviewer))
        assert row.citations.count() == 1 + beside
    assert len(told) == 1


def test_of_two_citations_that_one_sees_either_goes(people: Cast) -> None:
    row = make.statement(citations=(Citation(source=make.source()), Citation(source=make.source())), **make.draft())
    actions.remove_part(part=row.citations.first(), by=people.editor)
    assert row.citations.count() == 1


def test_a_hidden_source_that_was_not_opened_hinders_nobody(people: Cast) -> None:
    row = cited(people, beside=True)
    type(row.citations.last().source).objects.filter(pk=row.citations.last().source_id).update(consulted=False)
    row = again(row)
    row.note = "Seen again."
    actions.save_record(record=row, by=people.reviewer)
    assert "opened" in refusal(actions.save_record, record=again(row), by=None)


def quoting(people: Cast, words: str, **state: Any) -> Statement:
    """Return a quotation that cites, beside what everybody sees, a hidden source with `TEXT`."""
    held = {"extracted_text": TEXT, "language": "en"}
    return cited(people, beside=True, hidden=held, mode="direct", texts=(make.text(words, kind="press"),), **state)


def test_words_that_differ_in_a_hidden_source_ask_for_no_reason(people: Cast) -> None:
    row = quoting(people, "“never built there”", **make.draft())
    assert differing([row], people.reviewer) == set() and differing([row], None) == {row.pk}
    actions.submit(record=row, by=people.editor)
    assert "differ" in refusal(actions.publish, record=again(row), by=None)
    actions.publish(record=again(row), by=people.reviewer)
    assert again(row).workflow == "published"


def test_words_that_come_to_differ_from_a_hidden_source_are_saved(people: Cast) -> None:
    words = quoting(people, "“never built here”").texts.get()
    words.text = "“never built there”"
    assert "differ" in refusal(actions.save_part, part=words, by=None)
    words = again(words)
    words.text = "“never built there”"
    actions.save_part(part=words, by=people.reviewer)
    assert "differs" in words.statement.citations.values_list("verdict", flat=True)


def test_the_last_link_that_one_sees_stays_whatever_is_left(people: Cast) -> None:
    within, told = make.compartment(members=(people.member,)), set()
    for beside in (False, True):
        earlier = make.statement()
        links = [("denies", earlier)]
        if beside:
            links.append(("denies", make.statement(**make.confidential(within))))
        row = make.statement(act="denies", links=tuple(links))
        told.add(refusal(actions.remove_part, part=row.links.get(to_statement=earlier), by=people.reviewer))
    assert len(told) == 1
