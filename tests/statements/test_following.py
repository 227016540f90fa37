"""What feeds and mails carry of a search: public statements by publication, a number of internal ones, nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import QueryDict

from statements import actions as statement_actions
from statements.following import canonical, inner_number, public_rows, told
from statements.models import Citation, Statement
from tests import factories as make
from tests.cast import Cast, again
from visits import actions

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", ""),
        ("page=3&sort=relevance&utm=x", ""),
        ("q=+assembly+", "q=assembly"),
        ("year=2022&q=law&act=denies", "q=law&act=denies&year=2022"),
        ("country=KHM", "country=khm"),
        ("act=sings&year=soon&topic=law", "topic=law"),
        ("q=%00law%00", "q=law"),
        ("speaker=person%3Aana-holder&language=km", "speaker=person%3Aana-holder&language=km"),
    ],
)
def test_a_search_has_one_form(given: str, expected: str) -> None:
    assert canonical(QueryDict(given)) == expected
    assert canonical(QueryDict(expected)) == expected


def test_a_search_cut_short_keeps_its_form() -> None:
    once = canonical(QueryDict("q=" + "law+" * 200))
    assert canonical(QueryDict(once)) == once != ""


def said(hours: int, words: str = "The dam is safe.", **fields: object) -> Statement:
    moment = DAY + timedelta(hours=hours)
    return make.statement(texts=(make.text(words),), **{"published_at": moment, **fields})


def test_the_latest_published_come_first_whatever_the_day_they_were_said(db) -> None:
    early, late, middle = said(1, date="2026"), said(3, date="1999"), said(2, date="")
    assert list(public_rows("")) == [late, middle, early]
    assert list(public_rows("", after=DAY + timedelta(hours=1))) == [late, middle]
    assert list(public_rows("", until=DAY + timedelta(hours=2))) == [middle, early]
    assert list(public_rows("q=nothing")) == []


def test_it_is_told_who_says_what_where_and_when(db) -> None:
    speaker = make.speaker(person=make.person(name="Ada Ink"), side="government")
    source = make.source(title="The gazette", publisher="Gazette House")
    row = said(0, act="denies", answers_text="it", speakers=(speaker,), citations=(Citation(source=source),))
    (one,) = told(public_rows(""))
    assert one.title == "Ada Ink denies: The dam is safe."
    assert one.title == Statement.headings([row], make.user())[row.pk]
    assert (one.published, one.updated) == (DAY, DAY)
    assert [proof.title for proof in one.card.proofs] == ["The gazette"]


def test_an_erratum_is_news_and_no_other_change_is(db) -> None:
    row = said(0)
    row.note = "seen by editors alone"
    with time_machine.travel(DAY + timedelta(days=1), tick=False):
        actions.save_record(record=row, by=None)
    assert told(public_rows(""))[0].updated == DAY
    with time_machine.travel(DAY + timedelta(days=2), tick=False):
        statement_actions.tell_erratum(statement=again(row), text="It was said in May.", by=None)
    assert told(public_rows(""))[0].updated == datetime(2026, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(("kind", "word"), [("retracts", "retracted"), ("disowns", "disowned")])
def test_what_was_taken_back_says_so_and_is_news_from_when_the_public_learned_it(
    db: None, kind: str, word: str
) -> None:
    row = said(0, visit=make.visit())
    (before,) = told(public_rows(""))
    with time_machine.travel(DAY + timedelta(days=1), tick=False):
        hidden = said(0, "Not so.", visit=row.visit, links=((kind, row),), **{**make.internal(), "published_at": DAY})
    (one,) = told(public_rows(""))
    assert (one.title, one.updated) == (before.title, DAY)
    opened = DAY + timedelta(days=3)
    hidden = again(hidden)
    hidden.visibility = "public"
    with time_machine.travel(opened, tick=False):
        actions.save_record(record=hidden, by=None)
    one = next(one for one in told(public_rows("")) if one.card.pk == row.pk)
    assert (one.published, one.updated) == (DAY, opened)
    assert one.title == before.title.replace(": ", f" ({word}): ", 1) != before.title


def test_a_link_made_between_two_public_statements_is_news_on_its_day_and_a_denial_is_none(db: None) -> None:
    row = said(0, visit=make.visit())
    later = said(-1, "Not so.", visit=row.visit, act="denies", answers_text="it")
    for day, kind, expected in ((4, "denies", DAY), (5, "retracts", DAY + timedelta(days=5))):
        with time_machine.travel(DAY + timedelta(days=day), tick=False):
            statement_actions.link_statements(statement=again(later), to=again(row), kind=kind, by=None)
        one = told(public_rows(""))[0]
        assert (one.card.pk, one.updated) == (row.pk, expected)


def test_what_is_opened_to_the_public_is_published_then(db) -> None:
    row = said(0, **{**make.internal(), "published_at": DAY})
    opened = DAY + timedelta(days=5)
    row.visibility = "public"
    with time_machine.travel(opened, tick=False):
        actions.save_record(record=row, by=None)
    assert list(public_rows("", after=DAY)) == [row]
    assert again(row).published_at == opened
    # Any later save leaves it where it is.
    with time_machine.travel(opened + timedelta(days=1), tick=False):
        actions.save_record(record=again(row), by=None)
    assert again(row).published_at == opened


@pytest.mark.parametrize(
    ("role", "number"),
    [("outsider", 0), ("reader", 0), ("member", 2), ("editor", 2), ("reviewer", 2), ("admin", 2)],
)
def test_of_internal_ones_members_and_above_are_told_the_number_and_of_others_nobody(
    role: str, number: int, people: Cast
) -> None:
    person = people.named(role)
    closed = make.compartment(members=(person,))  # type: ignore[arg-type]
    said(0)
    for hours in (1, 2):
        said(hours, **{**make.internal(), "published_at": DAY + timedelta(hours=hours)})
    # Neither what only the compartment shows, nor drafts.
    said(3, **make.confidential(closed))
    said(4, **make.draft(), published_at=None)
    hidden_visit = make.visit(**make.confidential(closed))
    Statement.objects.filter(pk=said(5, **make.internal()).pk).update(visit=hidden_visit)
    found = inner_number("q=dam", person)  # type: ignore[arg-type]
    assert (found.number, found.more) == (number, False)
    assert found.latest == (DAY + timedelta(hours=2) if number else None)
    assert inner_number("q=dam", person, after=DAY + timedelta(hours=1)).number == min(number, 1)  # type: ignore[arg-type]


def test_confidential_words_find_nothing_for_those_who_may_read_them(people: Cast) -> None:
    closed = make.compartment(members=(people.member,))
    secret, open_source = make.source(**make.confidential(closed)), make.source(**make.internal())
    make.statement(
        texts=(make.text("A plain word."), make.text("A whisper.", language="fr", source=secret)),
        citations=(Citation(source=open_source), Citation(source=secret, exact="whisper")),
        **make.internal(),
    )
    assert Statement.objects.search("whisper", people.member).count() == 1
    assert inner_number("q=whisper", people.member).number == 0
    assert inner_number("q=plain", people.member).number == 1


def test_many_are_counted_as_many(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statements.following.MOST_COUNTED", 2)
    for hours in range(3):
        said(hours, **make.internal())
    found = inner_number("", people.member)
    assert (found.number, found.more) == (2, True)
