"""Suggestions: what the reader may see, in an order that hidden rows do not shift, at a fixed number of queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from statements.models import TopicAlias
from statements.search.suggesting import MOST, shares, suggestions
from tests import factories as make
from tests.cast import NAMES, Cast, again, signed_in
from visits import actions
from visits.models import Alias, PersonName, VisitLeg

SUGGEST = reverse("suggest")


def told(client: Client, typed: str) -> list[tuple[str, str, str]]:
    """Return label, name and notes of each suggestion in their order."""
    answer = client.get(SUGGEST, {"q": typed})
    assert answer.status_code == 200
    return [
        (group["label"], row["name"], " · ".join(row["notes"]))
        for group in answer.json()["groups"]
        for row in group["rows"]
    ]


def named(client: Client, typed: str) -> list[str]:
    return [name for _label, name, _note in told(client, typed)]


def say(person: Any = None, **more: Any) -> Any:
    """Make a statement, by which its speaker and topics exist for whoever may see it."""
    speakers = (make.speaker(person=person),) if person else (make.speaker(label="A"),)
    return make.statement(speakers=speakers, **more)


@pytest.fixture
def record(db: None) -> dict[str, Any]:
    """Return people, a country, a topic and visits with the word “Ruri…” among their names, all of them public."""
    country = make.country(iso3="QQA", name="Ruritania", name_ru="Руритания", name_zh="鲁里坦尼亚")
    actions.save_part(part=Alias(country=country, text="Old Kingdom"), by=None)
    person = make.person(name="Ána Ruričić", slug="ana-ruricic")
    actions.save_part(part=PersonName(person=person, text="អាណា", kind="full"), by=None)
    topic = make.topic(name="Ruritanian rivers", slug="rivers")
    actions.save_part(part=TopicAlias(topic=topic, text="streams"), by=None)
    visits = [
        make.visit(title="Ruritania", legs=(VisitLeg(country=country),), steps=(f"announced {year} > {year}",))
        for year in (2019, 2021)
    ]
    return {"country": country, "person": person, "topic": topic, "visits": visits,
            "said": say(person, topics=(topic,))}  # fmt: skip


def test_each_kind_is_found_by_any_of_its_names_and_leads_to_its_page(record) -> None:
    groups = Client().get(SUGGEST, {"q": "ruri"}).json()["groups"]
    assert [(group["label"], [row["name"] for row in group["rows"]]) for group in groups] == [
        ("People", ["Ána Ruričić"]),
        ("Countries", ["Ruritania"]),
        ("Topics", ["Ruritanian rivers"]),
        ("Visits", ["Ruritania", "Ruritania"]),
    ]
    for group in groups:
        for row in group["rows"]:
            assert Client().get(row["url"]).status_code == 200
    visits = record["visits"]
    assert [row["url"] for row in groups[-1]["rows"]] == [visits[1].get_absolute_url(), visits[0].get_absolute_url()]
    for typed, name in (
        ("ruricic", "Ána Ruričić"), ("ana rur", "Ána Ruričić"), ("អាណ", "Ána Ruričić"), ("рури", "Ruritania"),
        ("里坦", "Ruritania"), ("old ki", "Ruritania"), ("oldkingdom", "Ruritania"), ("strea", "Ruritanian rivers"),
    ):  # fmt: skip
        assert named(Client(), typed)[:1] == [name], typed
    assert named(Client(), "ruritania 2021") == ["Ruritania"]


def test_another_name_that_fits_is_told_beside_the_one_shown(record) -> None:
    assert ("Topics", "Ruritanian rivers", "streams") in told(Client(), "stre")
    assert ("Countries", "Ruritania", "Old Kingdom") in told(Client(), "old")
    assert ("Countries", "Ruritania", "") in told(Client(), "ruri")


def test_names_that_begin_so_come_first(db) -> None:
    for name in ("Ana Zorn", "Zora Abel", "Bea Zorn", "Zorn Cesar"):
        say(make.person(name=name))
    assert named(Client(), "zor") == ["Zora Abel", "Zorn Cesar", "Ana Zorn", "Bea Zorn"]


def test_what_was_renamed_merged_away_or_taken_out_is_suggested_no_more(record) -> None:
    person = again(record["person"])
    person.name = "Ana Renamed"
    actions.save_part(part=person, by=None)
    assert named(Client(), "renam") == ["Ana Renamed"]
    actions.remove_part(part=again(TopicAlias.objects.get()), by=None)
    assert named(Client(), "streams") == []


@pytest.mark.parametrize("role", NAMES)
def test_hidden_rows_are_never_suggested_and_shift_nothing(role: str, record, people: Cast) -> None:
    client = signed_in(people.named(role))
    typed = ("ruri", "an", "old", "secret", "hidden", "2021", "ruri 2021")
    before = {one: client.get(SUGGEST, {"q": one}).content for one in typed}
    closed = make.compartment(members=())
    nobody = make.confidential(closed)
    for number in range(3):
        # Each would come before what is there: earlier in the alphabet, later in time, its name begun so.
        hidden = make.person(name=f"Ruri A{number} Hidden Secret")
        private = make.person(name=f"Ruri B{number} Hidden Secret", private=True)
        topic = make.topic(name=f"Ruri A{number} hidden secret")
        visit = make.visit(
            title=f"Ruri A{number} hidden secret", legs=(VisitLeg(country=record["country"]),),
            steps=(f"announced 2021-0{number + 1} > 2021-12-3{number % 2}",), **nobody,
        )  # fmt: skip
        say(hidden, topics=(topic,), visit=visit, **nobody)
        say(private, visit=record["visits"][0])
    after = {one: client.get(SUGGEST, {"q": one}).content for one in typed}
    assert after == before


def test_whoever_may_see_hidden_rows_is_suggested_them(record, people: Cast) -> None:
    person, topic = make.person(name="Rurik Inside"), make.topic(name="Rurik things")
    visit = make.visit(title="Rurik valley", **make.internal())
    say(person, topics=(topic,), visit=visit, **make.internal())
    make.visit(title="Rurik draft", **make.draft())
    seen = {role: named(signed_in(people.named(role)), "rurik") for role in NAMES}
    assert seen["anonymous"] == seen["outsider"] == seen["reader"] == []
    assert seen["member"] == ["Rurik Inside", "Rurik things", "Rurik valley"]
    for role in ("editor", "reviewer", "admin"):
        assert sorted(seen[role]) == ["Rurik Inside", "Rurik draft", "Rurik things", "Rurik valley"]


def test_there_are_eight_at_most_and_no_kind_crowds_out_another(record) -> None:
    for number in range(12):
        say(make.person(name=f"Rurik {number:02}"))
        make.visit(title=f"Rurik {number:02}")
    found = told(Client(), "ruri")
    assert len(found) == MOST == 8
    assert [label for label, _name, _note in found] == ["People"] * 3 + ["Countries", "Topics"] + ["Visits"] * 3


@given(st.lists(st.integers(0, 12), max_size=5), st.integers(0, 10))
def test_shares_fill_up_what_there_is(there: list[int], most: int) -> None:
    kept = shares(there, most)
    assert sum(kept) == min(most, sum(there))
    assert all(number <= size for number, size in zip(kept, there, strict=True))
    # Whoever has fewer than somebody else has all there is of it, but for the one that came last.
    assert all(size == number or number >= max(kept) - 1 for number, size in zip(kept, there, strict=True))


def queries(client: Client, typed: str) -> int:
    client.get(SUGGEST, {"q": typed})
    with CaptureQueriesContext(connection) as found:
        client.get(SUGGEST, {"q": typed})
    return len(found)


def test_it_costs_the_same_queries_for_one_row_and_for_three(record, people: Cast) -> None:
    member = signed_in(people.member)
    assert (queries(Client(), "ana"), queries(member, "ana")) == (4, 6)
    for number in range(2):
        say(make.person(name=f"Ana {number}"), topics=(make.topic(name=f"Ana {number}"),))
        make.visit(title=f"Ana {number}")
    assert len(named(Client(), "ana")) >= 7
    assert (queries(Client(), "ana"), queries(member, "ana")) == (4, 6)
    assert (queries(Client(), "ana ru x y z a b c"), queries(Client(), "a"), queries(Client(), "")) == (4, 0, 0)


def test_what_a_signed_in_person_sees_is_kept_nowhere(record, people: Cast) -> None:
    assert signed_in(people.reader).get(SUGGEST, {"q": "ruri"}).headers["Cache-Control"] == "private, no-store"
    answer = Client().get(SUGGEST, {"q": "ruri"})
    assert (answer.headers["Cache-Control"], answer.headers["Content-Type"]) == ("no-cache", "application/json")


def test_how_many_there_are_is_told_in_words(record) -> None:
    for typed, words in (("ruri", "5 suggestions"), ("streams", "1 suggestion"), ("nobody", "No suggestion")):
        assert Client().get(SUGGEST, {"q": typed}).json()["told"] == words


@pytest.mark.parametrize(
    "typed", ['"', "%", "_", "\\", "'; --", "😀", "\x00ruri", "a" * 20_000, "ru " * 9000, "﷽", "-"]
)
def test_anything_typed_is_answered(typed: str, record) -> None:
    assert isinstance(named(Client(), typed), list)
    assert Client().get(f"{SUGGEST}?q=%ff%fe").status_code == 200


def test_suggestions_take_signs_of_patterns_as_they_are(record, people: Cast) -> None:
    assert suggestions("r%i", people.anonymous) == suggestions("r_i", people.anonymous) == []
