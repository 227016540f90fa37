"""People with their terms, and mandates, taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import factories as make
from tests.visits.imports.lists import judged, taken_in
from visits.imports.kinds import State
from visits.imports.known import Known
from visits.imports.mandate_names import find_mandate
from visits.models import Alias, Mandate, MandateTerm, Person, PersonName

pytestmark = pytest.mark.django_db

PERSON = {"name": "Ana Souza", "mandate": "SR Food", "from": "2014", "to": "2020-04", "source": "a page"}


@pytest.fixture
def food() -> Mandate:
    return make.mandate(name="Special Rapporteur on the right to food", scope="Food", slug="food")


def test_a_person_is_entered_by_a_tick_with_term_and_other_names(tmp_path: Path, food: Mandate) -> None:
    row = {**PERSON, "names": "A. Souza; Ana de Souza"}
    found = judged("people", row)[0]
    assert (found.state, found.waits) == (State.NEW, True)
    result, failed = taken_in(tmp_path / "a.csv", "people", row)
    assert (result.counts["new"], failed) == (1, [])
    term = MandateTerm.objects.get()
    assert (term.mandate, term.since, term.until, term.source_note) == (food, "2014", "2020-04", "a page")
    assert set(PersonName.objects.values_list("text", "preferred")) == {
        ("Ana Souza", True),
        ("A. Souza", False),
        ("Ana de Souza", False),
    }
    result, failed = taken_in(tmp_path / "a.csv", "people")
    assert (result.counts["same"], failed) == (1, [])


def test_what_a_list_adds_to_somebody_is_told_and_written(tmp_path: Path, food: Mandate) -> None:
    taken_in(tmp_path / "a.csv", "people", {**PERSON, "to": ""})
    row = {**PERSON, "private": "yes", "note": "told by hand"}
    found = judged("people", row)[0]
    assert [(change.field, change.after) for change in found.changes] == [
        ("private", "yes"),
        ("note", "told by hand"),
        ("until", "2020-04"),
    ]
    taken_in(tmp_path / "b.csv", "people", row)
    person = Person.objects.get()
    assert (person.private, person.note, MandateTerm.objects.get().until) == (True, "told by hand", "2020-04")


def test_a_second_term_of_the_same_person_is_asked_for(tmp_path: Path, food: Mandate) -> None:
    taken_in(tmp_path / "a.csv", "people", PERSON)
    other = make.mandate(name="Special Rapporteur on adequate housing", scope="Housing", slug="housing")
    row = {**PERSON, "mandate": "SR Housing", "from": "2021", "to": ""}
    found = judged("people", row)[0]
    assert (found.state, found.waits) == (State.CHANGED, True)
    taken_in(tmp_path / "b.csv", "people", row)
    assert set(MandateTerm.objects.values_list("mandate", "since")) == {(food.pk, "2014"), (other.pk, "2021")}
    assert Person.objects.count() == 1


def test_mandates_in_one_cell_are_each_entered_with_the_dates_at_their_place(tmp_path: Path, food: Mandate) -> None:
    housing = make.mandate(name="Special Rapporteur on adequate housing", scope="Housing", slug="housing")
    row = {
        "name": "Ana Souza",
        "mandates": "housing | food | SR Food",
        "mandates_since": "| 2008 | 2014",
        "mandates_until": "| 2011-05 |",
        "sources": "a page; its note | | another",
    }
    _result, failed = taken_in(tmp_path / "a.csv", "people", row)
    assert failed == []
    assert list(MandateTerm.objects.order_by("pk").values_list("mandate", "since", "until", "source_note")) == [
        (housing.pk, "", "", "a page; its note"),
        (food.pk, "2008", "2011-05", ""),
        (food.pk, "2014", "", "another"),
    ]
    result, failed = taken_in(tmp_path / "a.csv", "people")
    assert (result.counts["same"], failed) == (1, [])
    later = judged("people", {**row, "mandates_until": "2010 | 2011-05 | 2020"})[0]
    assert [(change.field, change.after) for change in later.changes] == [("until", "2010"), ("until", "2020")]


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"name": ""}, "name"),
        ({"mandate": "SR Food; SR Food", "from": "2014"}, "since"),
        ({"mandate": "SR Food; SR Food", "from": "2014; 2019", "to": "2013; 2020", "source": ""}, "until"),
        ({"from": "May 2014"}, "since"),
        ({"from": "2021", "to": "2020"}, "until"),
        ({"order": "first"}, "order"),
        ({"private": "perhaps"}, "private"),
        ({"mandate": "Emperor of Narnia"}, "mandate"),
        ({"name": "x" * 201}, "name"),
        ({"id": "nobody"}, "id"),
    ],
)
def test_a_wrong_cell_of_a_person_is_told(cells: dict[str, str], field: str, food: Mandate) -> None:
    found = judged("people", {**PERSON, **cells})[0]
    assert found.state is State.WRONG
    assert field in {problem.field for problem in found.problems}


MANDATE = {
    "uhri_body": "SR Torture",
    "form": "SR",
    "full_title": "Special Rapporteur on torture",
    "established_year": "1985",
    "established_by": "CHR resolution 1985/33",
}


def test_a_mandate_is_entered_by_a_tick_under_both_its_names(tmp_path: Path) -> None:
    assert judged("mandates", MANDATE)[0].waits
    result, failed = taken_in(tmp_path / "a.csv", "mandates", MANDATE)
    assert (result.counts["new"], failed) == (1, [])
    mandate = Mandate.objects.get()
    assert (mandate.name, mandate.scope, mandate.holder_kind) == ("Special Rapporteur on torture", "Torture", "SR")
    assert (mandate.kind, mandate.established_year) == ("thematic", 1985)
    assert set(Alias.objects.values_list("text", flat=True)) == {"SR Torture"}
    result, _failed = taken_in(tmp_path / "a.csv", "mandates")
    assert result.counts["same"] == 1
    later = {**MANDATE, "established_by": "another"}
    assert [(c.field, c.before, c.after) for c in judged("mandates", later)[0].changes] == [
        ("by", "CHR resolution 1985/33", "another")
    ]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("SR food", "food"),
        ("SR on food", "food"),
        ("Special Rapporteur on food", "food"),
        ("Special Rapporteur on the situation of human rights in Burma", "myanmar"),
        ("IE on food", ""),
        ("Special Rapporteur on foodstuffs", ""),
    ],
)
def test_a_mandate_is_found_by_who_holds_it_and_its_short_name(text: str, slug: str, food: Mandate) -> None:
    myanmar = make.country(iso3="MMR", iso2="MM", m49="104", name="Myanmar")
    make.mandate(name="Special Rapporteur on Myanmar", scope="Myanmar", country=myanmar, slug="myanmar")
    assert find_mandate(text, Known(None)).key == slug


@pytest.mark.parametrize(
    "body",
    [
        "SR on the situation of human rights in Eritrea",
        "Independent Expert on the situation of human rights in Eritrea",
    ],
)
def test_a_mandate_for_a_country_is_one_and_not_like_that_for_another(tmp_path: Path, body: str) -> None:
    eritrea, mali = make.country(name="Eritrea"), make.country(name="Mali")
    make.mandate(
        name="Special Rapporteur on the situation of human rights in Mali", scope="Mali", country=mali, slug="mali"
    )
    assert judged("mandates", {"uhri_body": body})[0].asks[0].candidates == ()
    taken_in(tmp_path / "a.csv", "mandates", {"uhri_body": body})
    mandate = Mandate.objects.exclude(slug="mali").get()
    assert (mandate.kind, mandate.country, mandate.scope) == ("country", eritrea, "Eritrea")
    assert mandate.name.endswith("on the situation of human rights in Eritrea")
    assert not mandate.name.startswith("SR")


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"uhri_body": ""}, "name"),
        ({"form": "XX"}, "holder"),
        ({"established_year": "long ago"}, "year"),
        ({"established_by": "x" * 201}, "by"),
        ({"uhri_body": "Torture", "form": "", "full_title": ""}, "name"),
    ],
)
def test_a_wrong_cell_of_a_mandate_is_told(cells: dict[str, str], field: str) -> None:
    found = judged("mandates", {**MANDATE, **cells})[0]
    assert [problem.field for problem in found.problems] == [field]
