"""The pages of the search: facets tell what a click gives, hidden rows change nothing, anything typed gives a page."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from statements.facets import facets_of, latest_of
from statements.filters import StatementFilter
from statements.models import Citation
from tests import factories as make
from tests.cast import Cast, signed_in
from visits.models import VisitLeg

LIST, SEARCH = "/statements/", "/search/"


@pytest.fixture
def record(db: None, people: Cast) -> dict[str, Any]:
    """Return a small record of both sides, with internal, confidential and draft rows among it."""
    country = make.country(iso3="QQA", name="Ruritania", name_fr="Ruritanie")
    other = make.country(iso3="QQB", name="Elbonia")
    holder = make.term(
        person=make.person(name="Ana Holder", slug="ana-holder"), mandate=make.mandate(slug="water", scope="Water")
    )
    here = make.visit(legs=(VisitLeg(country=country),), mandates=(holder.mandate,), title="Ruritania")
    joint = make.visit(legs=(VisitLeg(country=country), VisitLeg(country=other, order=1)), title="Both lands")
    inside = make.visit(legs=(VisitLeg(country=other),), **make.internal(), title="Hidden valley")
    law, water = make.topic(slug="law", name="Law"), make.topic(slug="clean-water", name="Clean water")
    minister = make.office(
        title="Minister", organisation=make.organisation(name="Ministry of Rivers", side="government")
    )
    closed = make.compartment(members=(people.member,))
    secret, shown = make.source(**make.internal(), kind="news"), make.source(kind="report")
    speakers = (
        lambda: (make.speaker(person=minister.person, office=minister),),
        lambda: (make.speaker(person=holder.person, term=holder, side="mandate_holder"),),
        lambda: (make.speaker(organisation=make.organisation(), side="nhri"), make.speaker(label="A", side="affected")),
        lambda: (make.speaker(person=make.person(private=True), side="affected"),),
    )  # fmt: skip
    states = (make.published(), make.internal(), make.draft(), make.confidential(closed), make.published())
    words = (
        "The law bans assemblies.",
        "Clean water for all.",
        "An assembly was banned by law.",
        "Les eaux sont propres.",
    )
    made = []
    for n in range(20):
        visit = (here, joint, None, inside)[n % 4]
        state = states[n % 5] if visit is not inside else make.internal()
        made.append(
            make.statement(
                visit=visit,
                act=("asserts", "asks", "denies", "praises")[n % 4],
                answers_text="it",
                date=("2021", "2021-12/2022-01", "", "2022-08-17")[n % 4],
                speakers=speakers[n % 4](),
                texts=(
                    make.text(words[n % 4], language="fr" if n % 4 == 3 else "en"),
                    make.text(f"secretword {words[(n + 1) % 4]}", language="km", source=secret),
                ),
                citations=(Citation(source=shown, verdict="match"), Citation(source=secret, verdict="paraphrase")),
                topics=((law,), (water,), (law, water), ())[n % 4],
                **state,
            )
        )
    return {"made": made, "here": here, "inside": inside}


def count_on_page(client: Client, address: str) -> int:
    page = client.get(address).content.decode()
    found = re.search(r"<p>\s*([\d,]+) statements?\b", page)
    assert found, page
    return int(found.group(1).replace(",", ""))


QUERIES = ("", "q=assembly", "q=law+OR+water", "q=secretword", "q=-law", "q=country:ruritanie", "q=year:2021-2022+law",
           "column=state", "side=nhri", "act=asks", "topic=law", "country=qqa", "mandate=water", "year=2022",
           "speaker=person:ana-holder", "language=km", "source=report", "verdict=paraphrase",
           "q=law&country=qqa&year=2021", "topic=law&language=en&column=state")  # fmt: skip


@pytest.mark.parametrize("role", ["anonymous", "outsider", "reader", "member", "editor", "reviewer", "admin"])
def test_each_number_is_that_of_the_rows_which_a_click_gives(role: str, record, people: Cast) -> None:
    reader = people.named(role)
    client = signed_in(reader)
    clicked = 0
    for query in QUERIES:
        filters = StatementFilter(QueryDict(query), reader=reader)
        assert count_on_page(client, f"{LIST}?{query}") == filters.narrowed().count()
        for facet in facets_of(filters, latest_of(filters)):
            for choice in facet.choices:
                if choice.chosen:
                    assert choice.count == filters.narrowed().count()
                    continue
                given = StatementFilter(QueryDict(choice.address[1:]), reader=reader)
                assert not given.not_understood
                assert given.narrowed().count() == choice.count > 0, (query, facet.name, choice)
                clicked += 1
    assert clicked > 150


@effort(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_also_of_filters_by_chance(record, people: Cast, data) -> None:
    reader = data.draw(st.sampled_from(list(people)))
    filters = StatementFilter(QueryDict(data.draw(st.sampled_from(QUERIES))), reader=reader)
    for _step in range(3):
        offered = [
            choice for facet in facets_of(filters, latest_of(filters)) for choice in facet.choices if not choice.chosen
        ]
        if not offered:
            break
        choice = data.draw(st.sampled_from(offered))
        filters = StatementFilter(QueryDict(choice.address[1:]), reader=reader)
        assert filters.narrowed().count() == choice.count > 0


def body(client: Client, address: str) -> str:
    # The token of a form is masked anew in each answer.
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", client.get(address).content.decode())


@pytest.mark.parametrize("role", ["anonymous", "reader"])
def test_hidden_rows_change_no_byte(role: str, record, people: Cast) -> None:
    client = signed_in(people.named(role))
    addresses = [f"{LIST}?{query}" for query in QUERIES] + [
        f"{SEARCH}?q={words}"
        for words in ("law", "ruritania", "holder", "valley", "hidden", "secretword", "country:elbonia")
    ]
    before = {address: body(client, address) for address in addresses}
    hidden = make.visit(title="Hidden law of Ruritania", **make.internal())
    make.meeting(visit=hidden, title="Hidden law", **make.internal())
    make.meeting(visit=record["here"], title="Hidden law", public_summary="law", published_as="not")
    make.source(title="Hidden law", **make.internal())
    make.source(title="Hidden law that nobody cites")
    make.person(name="Hidden Law", slug="hidden-law")
    make.organisation(name="Hidden law")
    topic = make.topic(name="Hidden law")
    for state in (make.internal(), make.draft()):
        make.statement(
            visit=record["here"], topics=(topic,), texts=(make.text("law secretword water", language="pt"),),
            speakers=(make.speaker(person=make.person(name="Law Holder")),), **state,
        )  # fmt: skip
    assert {address: body(client, address) for address in addresses} == before


def test_words_are_marked_in_the_version_that_fits_and_may_be_seen(record, people: Cast) -> None:
    page = Client().get(f"{LIST}?q=assembly").content.decode()
    assert "<mark>assemblies</mark>" in page and "<mark>assembly</mark>" in page
    assert "secretword" not in re.sub(r'value="[^"]*"', "", Client().get(f"{LIST}?q=law").content.decode())
    assert "<mark>secretword</mark>" in signed_in(people.member).get(f"{LIST}?q=secretword").content.decode()


def test_both_orders_show_the_same_statements(record, people: Cast) -> None:
    one, two = (
        sorted(re.findall(r'href="(/statements/\w{16}/)"', Client().get(f"{LIST}?q=law{sort}").content.decode()))
        for sort in ("", "&sort=relevance")
    )
    assert one == two != []


def test_the_search_has_sections_of_whatever_fits(record, people: Cast) -> None:
    page = Client().get(f"{SEARCH}?q=ruritanie").content.decode()
    assert re.findall(r'id="found-(\w+)"', page) == ["country", "visit"]
    assert "<mark>Ruritanie</mark>" in page
    page = Client().get(f"{SEARCH}?q=law").content.decode()
    assert re.findall(r'id="found-(\w+)"', page) == ["topic", "statement"]
    assert "hidden" not in Client().get(f"{SEARCH}?q=valley").content.decode().lower()
    assert re.findall(r'id="found-(\w+)"', signed_in(people.member).get(f"{SEARCH}?q=valley").content.decode()) == [
        "visit"
    ]
    assert 'id="found-person"' in Client().get(f"{SEARCH}?q=holder&kind=person").content.decode()


ODD = (
    '"', "OR", "-", "the of and", "😀", "%00", "%00law", "a" * 20_000, "year:soon", "year:0000", "year:9999-0001",
    "speaker:%22", "NOT (a AND", "a*", "' OR 1=1 --", "x:y", "﷽", "%ff%fe", "a " * 9000, "-law", "-%22a b%22",
)  # fmt: skip
MEANINGLESS = (
    "topic=%00", "topic=" + "x" * 5000, "country=abcd", "speaker=nobody", "speaker=cat:dog", "year=0", "act=sings",
    "page=0", "page=x", "sort=sideways", "language=%00",
)  # fmt: skip


@pytest.mark.parametrize("typed", ODD, ids=lambda typed: typed[:12])
def test_anything_typed_gives_a_page(typed: str, record) -> None:
    for address in (f"{SEARCH}?q={typed}", f"{LIST}?q={typed}", f"{LIST}?q={typed}&sort=relevance&page=7"):
        answer = Client().get(address)
        assert answer.status_code == 200
        assert len(answer.content) < 120_000


@effort(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_any_text_gives_a_page(record, typed: str) -> None:
    for address in (SEARCH, LIST):
        assert Client().get(address, {"q": typed}).status_code == 200


@pytest.mark.parametrize("query", MEANINGLESS, ids=lambda query: query[:12])
def test_filters_that_mean_nothing_give_a_page(query: str, record) -> None:
    answer = Client().get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert len(answer.content) < 120_000


def test_a_long_text_is_cut_and_the_page_says_so(record) -> None:
    page = html.unescape(Client().get(f"{LIST}?q={'law ' * 200}").content.decode())
    assert "Only the first 400 characters and 32 words were read." in page
    assert "“of”, “and”" in html.unescape(Client().get(f"{SEARCH}?q=law of and").content.decode())


def test_many_are_told_as_such(record, monkeypatch: pytest.MonkeyPatch) -> None:
    from statements.search import finding

    monkeypatch.setattr(finding, "MOST_COUNTED", 2)
    monkeypatch.setattr(finding, "MOST_RANKED", 1)
    page = Client().get(f"{LIST}?q=law&sort=relevance").content.decode()
    assert "2+ statements" in page
    assert "so common that only the newest" in page
    assert "without numbers" in page and '<span class="num">' not in page
    assert 'href="?q=law&amp;sort=relevance&amp;act=asserts"' in page
    # What replaces a chosen filter is counted where few enough are left.
    page = Client().get(f"{LIST}?q=law&act=denies").content.decode()
    assert "without numbers" not in page and '<span class="num">' in page


def queries(address: str) -> int:
    Client().get(address)
    with CaptureQueriesContext(connection) as found:
        Client().get(address)
    # SQLite alone is asked beforehand whether the words are common.
    return sum("LIMIT 20001" not in query["sql"] for query in found)


@pytest.mark.parametrize(("address", "number"), [(f"{LIST}?q=assembly", 4), (LIST, 4), (f"{SEARCH}?q=assembly", 5)])
def test_pages_cost_the_same_queries_for_one_row_and_for_three(address: str, number: int, db) -> None:
    visit = make.visit()
    make.statement(visit=visit, texts=(make.text("An assembly."),), topics=(make.topic(),))
    first = queries(address)
    for _n in range(2):
        make.statement(
            visit=visit, texts=(make.text("An assembly."), make.text("X", language="fr")), topics=(make.topic(),)
        )
    assert queries(address) == first == number


def test_the_box_in_the_header_leads_to_the_search(db) -> None:
    page = Client().get(reverse("home")).content.decode()
    assert f'action="{reverse("search")}"' in page
