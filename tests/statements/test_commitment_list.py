"""The list of commitments: who promised what; filters in the address; overdue as of the day of reading."""

from __future__ import annotations

import html as entities
import re
from datetime import date
from itertools import product

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from statements.commitment_filters import CommitmentFilter, facets_of
from statements.models import CommitmentEvidence
from tests import factories as make
from tests.cast import signed_in
from visits.models import VisitLeg

TODAY = date(2023, 1, 1)


def get(client: Client | None = None, **query: object) -> str:
    answer = (client or Client()).get(reverse("commitment_list"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(html: str) -> list[str]:
    """Return the lines of the table as they are read."""
    body = re.search(r"<tbody>.*?</tbody>", html, re.S)
    found = re.findall(r"<tr>.*?</tr>", body.group(), re.S) if body else []
    return [re.sub(r"\s+", " ", entities.unescape(re.sub(r"<[^>]+>", " ", row))).strip() for row in found]


def promise(what: str, *, visit=None, said: dict | None = None, **fields):
    visit = visit or make.visit()
    statement = make.statement(visit=visit, act="commits", **(said or {}))
    return make.commitment(statement=statement, what=what, **fields)


def test_it_says_who_promised_what_on_which_visit_due_when_and_what_became_of_it(db):
    ministry = make.organisation(name="Ministry of Paper", side="government")
    visit = make.visit(title="Paperland")
    source = make.source(title="The gazette")
    made = promise(
        "Repeal the law",
        visit=visit,
        by_whom=ministry,
        due="2022-10",
        state="partly",
        said={"speakers": (make.speaker(person=make.person(name="Ada Ink")),)},
        evidence=(CommitmentEvidence(source=source, text="half of it"),),
    )
    html = get()
    (row,) = rows(html)
    assert row.startswith("Repeal the law on the visit: Paperland, 15–26 August 2022 Ministry of Paper told by:")
    assert re.search(r"told by: Ada Ink ?, 17 Aug 2022", row)
    assert row.endswith("Oct 2022 partly kept half of it")
    for url in (made.statement.get_absolute_url(), visit.get_absolute_url(), source.get_absolute_url()):
        assert f'href="{url}"' in html


def test_overdue_turns_at_midnight_of_utc_and_is_stored_nowhere(db):
    promise("Due in December", due="2022-12")
    promise("Kept in time", due="2022-12", state="kept")
    promise("Without a date", due="")
    for moment, late in (("2022-12-31T23:59:59Z", []), ("2023-01-01T00:00:00Z", ["Due in December"])):
        with time_machine.travel(moment, tick=False):
            assert [row.split(" on the visit")[0] for row in rows(get(overdue="yes"))] == late
            assert len(rows(get(overdue="no"))) == 3 - len(late)
            assert get().count('class="warn">overdue') == len(late)


def test_they_stand_by_the_day_they_are_due_those_without_one_last(db):
    promise("no day", due="")
    promise("late", due="2024")
    promise("early", due="2022-03-05")
    assert [row.split(" on the visit")[0] for row in rows(get())] == ["early", "late", "no day"]


class World:
    """Commitments of every state, by two countries and mandates, overdue and not, some hidden."""

    def __init__(self) -> None:
        self.countries = [make.country(), make.country()]
        self.mandates = [make.mandate(), make.mandate()]
        joint = make.visit(
            mandates=tuple(self.mandates),
            legs=tuple(VisitLeg(country=country, order=n) for n, country in enumerate(self.countries)),
        )
        alone = make.visit(mandates=(self.mandates[0],), legs=(VisitLeg(country=self.countries[0]),))
        states = ("open", "kept", "partly", "missed", "unclear")
        hidden = (make.published(), make.internal(), make.draft())
        for n, (visit, state, fields) in enumerate(product((joint, alone), states, hidden)):
            promise(f"Promise {n}", visit=visit, state=state, due=("2022-06", "2024", "")[n % 3 - n % 2], **fields)
        statement = make.statement(visit=None, act="commits")
        make.commitment(statement=statement, visit=None, what="On no visit")

    def queries(self) -> list[str]:
        """Return a sample of combinations of the filters."""
        countries = ["", *(country.iso3.lower() for country in self.countries)]
        mandates = ["", *(mandate.slug for mandate in self.mandates)]
        return [
            "&".join(f"{name}={value}" for name, value in zip(("country", "mandate", "state", "overdue"), parts,
                                                             strict=True) if value)
            for parts in product(countries, mandates, ("", "open", "kept"), ("", "yes", "no"))
        ]  # fmt: skip


def test_every_count_is_the_number_of_rows_that_a_click_on_it_gives_for_every_role(people):
    world = World()
    clicked = 0
    for reader in people:

        def filtered(query: str, reader=reader) -> CommitmentFilter:
            return CommitmentFilter(QueryDict(query), reader=reader, today=TODAY)

        numbers: dict[str, int] = {}
        for query in world.queries():
            for facet in facets_of(filtered(query)):
                for choice in facet.choices:
                    if choice.chosen:
                        assert choice.count == filtered(query).sorted.count()
                        continue
                    target = choice.address.removeprefix("?")
                    if target not in numbers:
                        numbers[target] = filtered(target).sorted.count()
                    assert choice.count == numbers[target], (query, facet.name, choice)
                    assert choice.count > 0
                    clicked += 1
    assert clicked > 3000


@pytest.mark.parametrize("hidden", ["internal", "draft"])
def test_nothing_hidden_changes_anything(hidden, people):
    country = make.country()
    visit = make.visit(legs=(VisitLeg(country=country),))
    public = promise("Repeal the law", visit=visit).statement
    addresses = [reverse("commitment_list") + query for query in
                 ("", "?state=open", f"?country={country.iso3}", "?overdue=yes", "?mandate=none")]  # fmt: skip
    addresses.append(country.get_absolute_url())
    before = [Client().get(address).content for address in addresses]
    fields = getattr(make, hidden)()
    make.commitment(statement=public, what="Hidden promise", due="2021", **fields)
    promise("Hidden in a hidden statement", visit=visit, said=fields, **fields)
    promise("Hidden state", visit=make.visit(**fields), said=fields, state="missed", **fields)
    assert [Client().get(address).content for address in addresses] == before
    assert len(rows(get(signed_in(people.editor)))) == 4


def test_where_nothing_fits_or_is_recorded_it_says_what_to_do(db):
    assert "No commitment is recorded yet" in get()
    promise("Repeal the law")
    assert "No commitment fits all of this" in get(state="kept")
    html = get(state="flying", overdue="perhaps", page=9)
    assert html.count("is not understood as") == 2
    assert "There is no such page" in html


def test_the_page_of_a_country_tells_their_number_and_leads_to_them(db):
    country = make.country()
    visit = make.visit(legs=(VisitLeg(country=country),))
    assert "none recorded" in Client().get(country.get_absolute_url()).content.decode()
    promise("Late", visit=visit, due="2021")
    promise("Kept", visit=visit, due="2021", state="kept")
    html = Client().get(country.get_absolute_url()).content.decode()
    figures = re.findall(r'<li><b>(\d+)</b><a href="([^"]+)">([^<]+)</a></li>', html)
    assert [(number, words) for number, _address, words in figures] == [
        ("2", "commitments"), ("1", "open commitment"), ("1", "commitment overdue")
    ]  # fmt: skip
    for number, address, _words in figures:
        assert len(rows(Client().get(entities.unescape(address)).content.decode())) == int(number)


def test_a_filter_of_nobody_reads_like_that_of_the_anonymous(db):
    promise("Repeal the law")
    filters = CommitmentFilter(QueryDict(""), reader=AnonymousUser(), today=TODAY)
    assert [facet.name for facet in facets_of(filters)] == ["state", "overdue", "country", "mandate"]
