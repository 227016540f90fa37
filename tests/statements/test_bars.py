"""Bars of statements: every number is that of the list that a click on it opens, for every role."""

from __future__ import annotations

import re

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from statements.bars import MOST_LINES, Bars, bars_of
from statements.filters import StatementFilter
from statements.models import Statement
from tests import cast
from tests import factories as make
from visits.models import VisitLeg

COLUMNS = {"government": "state", "mandate_holder": "holder", "civil_society": "civil", "academia": "others"}


class Record:
    """Statements of all sides on two topics, some joint, some hidden, in two countries."""

    def __init__(self) -> None:
        self.country, other = make.country(), make.country()
        self.topic, second = make.topic(name="Assembly"), make.topic(name="Water")
        self.ministry = make.organisation(side="government")
        person = make.person()
        office = make.office(person=person, organisation=self.ministry)
        here = make.visit(legs=(VisitLeg(country=self.country, order=0), VisitLeg(country=other, order=1)))
        there = make.visit(legs=(VisitLeg(country=other),))
        self.closed = make.compartment(members=(make.user(role="member"),))
        ways = ({}, {}, make.draft(), make.internal(), make.confidential(self.closed))
        for number, side in enumerate(COLUMNS):
            for fields in ways[: 5 - number] + ways[2:]:
                make.statement(
                    visit=here if number % 2 else there,
                    topics=(self.topic, second) if number else (self.topic,),
                    speakers=(make.speaker(label="Somebody", side=side),),
                    **fields,
                )
        joint = (
            make.speaker(person=person, office=office, order=0),
            make.speaker(organisation=self.ministry, order=1),
            make.speaker(label="A group", side="civil_society", order=2),
        )
        make.statement(visit=here, topics=(self.topic,), speakers=joint)
        make.statement(
            visit=there, topics=(second,), speakers=(make.speaker(label="Envoy", on_behalf_of=self.ministry),)
        )
        make.statement(visit=there, topics=(), speakers=(make.speaker(organisation=self.ministry),), **make.draft())

    def bars(self, user: object) -> list[Bars]:
        """Return the bars of every page that has some."""
        return [
            bars_of("topic", user, country=self.country.iso3.lower()),  # type: ignore[arg-type]
            bars_of("topic", user, organisation=self.ministry.slug),  # type: ignore[arg-type]
            bars_of("country", user, topic=self.topic.slug),  # type: ignore[arg-type]
        ]


def rows_at(address: str, user: object) -> int:
    """Return how many statements the list at `address` has for `user`."""
    path, _sign, query = address.partition("?")
    assert path == "/statements/"
    filters = StatementFilter(QueryDict(query), reader=user)  # type: ignore[arg-type]
    assert not filters.not_understood
    return int(filters.narrowed().count())


@pytest.mark.parametrize("role", cast.NAMES)
def test_every_number_is_that_of_the_rows_a_click_gives(role, people):
    record, user = Record(), people.named(role)
    looked_at = 0
    for bars in record.bars(user):
        assert bars.sides and bars.lines
        for line in (*bars.sides, *bars.lines):
            assert line.count == rows_at(line.url, user) > 0, line
            for one in line.segments:
                assert one.count == rows_at(one.url, user) > 0, one
                looked_at += 1
    assert looked_at >= 20


def test_roles_that_see_more_count_more(people):
    record = Record()
    numbers = [
        sum(line.count for bars in record.bars(user) for line in bars.sides)
        for user in (people.anonymous, people.member, people.editor)
    ]
    assert numbers == sorted(set(numbers))


def test_a_bar_begins_at_its_start_and_the_longest_fills_the_line(people):
    for bars in Record().bars(people.editor):
        for lines in (bars.sides, bars.lines):
            ends = [line.segments[-1].start + line.segments[-1].width for line in lines]
            assert max(ends) == pytest.approx(100, abs=0.02)
            for line in lines:
                at = 0.0
                for one in line.segments:
                    assert one.start == pytest.approx(at, abs=0.02)
                    at = one.start + one.width
        assert [line.segments[0].column for line in bars.sides] == [
            column for column in COLUMNS.values() if column in {line.segments[0].column for line in bars.sides}
        ]
        assert [line.count for line in bars.lines] == sorted((line.count for line in bars.lines), reverse=True)


def test_a_joint_statement_counts_once_for_a_topic_and_once_for_each_side(db):
    topic = make.topic()
    joint = (make.speaker(label="Two"), make.speaker(label="Three", side="civil_society", order=1))
    made = make.statement(topics=(topic,), speakers=joint)
    bars = bars_of("country", cast.cast().anonymous, topic=topic.slug)
    assert [(line.label, line.count) for line in bars.sides] == [("State", 1), ("Civil society", 1)]
    (line,) = bars.lines
    assert line.label == made.visit.legs.get().country.name
    assert (line.count, [one.count for one in line.segments]) == (1, [1, 1])


def test_only_those_with_most_statements_are_drawn_and_the_others_counted(db):
    visit = make.visit()
    topics = [make.topic(name=f"Topic {n:02}") for n in range(MOST_LINES + 2)]
    make.statement(visit=visit, topics=tuple(topics))
    make.statement(visit=visit, topics=(topics[-1],))
    bars = bars_of("topic", cast.cast().anonymous, country=visit.legs.get().country.iso3)
    assert [line.label for line in bars.lines] == ["Topic 11", *(f"Topic {n:02}" for n in range(MOST_LINES - 1))]
    assert bars.more == 2


def test_nothing_said_draws_nothing(db, client):
    country = make.visit().legs.get().country
    bars = bars_of("topic", cast.cast().anonymous, country=country.iso3)
    assert (bars.sides, bars.lines, bars.more) == ((), (), 0)
    assert 'id="bars"' not in client.get(country.get_absolute_url()).content.decode()


def test_the_list_of_an_organisation_has_what_its_page_has_and_is_called_by_its_name(db, client):
    record = Record()
    shown = client.get(record.ministry.get_absolute_url()).content.decode()
    address = re.search(r'href="(/statements/\?organisation=[^"&]+)"', shown)
    assert address is not None
    listed = client.get(address[1]).content.decode()
    assert f"{record.ministry.name} <span aria-hidden" in listed
    said = {*re.findall(r"/statements/([a-z0-9]{6,})/", shown)}
    assert said == {*re.findall(r"/statements/([a-z0-9]{6,})/", listed)}
    assert len(said) == 2
    # Whoever names what nobody knows finds nothing, under the words that were typed.
    assert "nobody-knows" in client.get("/statements/?organisation=nobody-knows").content.decode()


def test_of_very_many_statements_the_newest_are_drawn_and_that_is_said(people, monkeypatch):
    record = Record()
    whole = bars_of("country", people.anonymous, topic=record.topic.slug)
    assert whole.newest == 0 and sum(line.count for line in whole.sides) > 2
    monkeypatch.setattr("statements.search.finding.MOST_COUNTED", 2)
    bars = bars_of("country", people.anonymous, topic=record.topic.slug)
    assert bars.newest == 2
    assert max(line.count for line in (*bars.sides, *bars.lines)) <= 2
    page = Client().get(record.topic.get_absolute_url()).content.decode()
    assert "They are of the newest 2 statements; the list has all." in page


def test_numbers_of_topics_and_of_all_statements_are_told_up_to_a_bound(people, monkeypatch):
    record = Record()
    said = Statement.objects.visible_to(people.anonymous)
    number = said.of_topic(record.topic).count()
    assert number > 2
    assert f"{number} statements" in Client().get(reverse("topic_list")).content.decode()
    assert f"<b>{said.count()}</b>statements" in Client().get(reverse("home")).content.decode()
    monkeypatch.setattr("statements.views.statement.MOST_COUNTED", 2)
    monkeypatch.setattr("visits.views.lists.MOST_STATEMENTS", 2)
    assert "2+ statements" in Client().get(reverse("topic_list")).content.decode()
    assert "<b>2+</b>statements" in Client().get(reverse("home")).content.decode()
