"""Where rows of a list of visits say that a visit went: former States, codes and names side by side, brackets."""

from __future__ import annotations

import time

import pytest

from tests import factories as make
from tests.visits.imports.lists import judged
from visits.imports.errors import reason_of
from visits.imports.kinds import BOTH, ENTER, TERRITORY, Judged, State, kind_named
from visits.imports.known import Known
from visits.imports.mandate_names import can_be_entered
from visits.imports.running import Done
from visits.models import Alias, Country, Mandate

pytestmark = pytest.mark.django_db

COUNTRIES = {
    "CZE": ("CZ", "Czechia"),
    "SVK": ("SK", "Slovakia"),
    "HUN": ("HU", "Hungary"),
    "COD": ("CD", "DR Congo"),
    "HKG": ("HK", "Hong Kong"),
    "CHN": ("CN", "China"),
    "AND": ("AD", "Andorra"),
}


@pytest.fixture(autouse=True)
def record() -> None:
    for iso3, (iso2, name) in COUNTRIES.items():
        make.country(iso3=iso3, iso2=iso2, m49=iso2, name=name)
    make.mandate(name="Special Rapporteur on the right to food", scope="Food", slug="food")


def row(country: str, code: str = "") -> dict[str, str]:
    """Return a row that says where a visit went, and else nothing that is asked."""
    return {"country": country, "country_iso3": code, "mandate": "SR Food", "dates": "1990-05", "status": "completed"}


def read(place: str, code: str = "", **answers: str) -> Judged:
    """Return what a row with these places is, with answers to the first question by its field."""
    found = judged("visits", row(place, code))[0]
    given = {ask.key: answers[ask.field] for ask in found.asks if ask.field in answers}
    return judged("visits", row(place, code), answers=given)[0] if given else found


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("Czechoslovakia; Hungary", "CSK; HUN"),
        ("Hungary; Czechoslovakia", "HUN; CSK"),
        ("Hungary and Czechoslovakia", "CS; HU"),
    ],
)
def test_a_former_state_beside_its_code_and_another_country_is_asked_once(country: str, code: str) -> None:
    found = read(country, code)
    assert (found.problems, [ask.text for ask in found.asks]) == ([], ["Czechoslovakia"])
    assert [entry.key for entry in (*found.asks[0].candidates, *found.asks[0].ways)] == ["CZE", "SVK", BOTH, TERRITORY]
    chosen = read(country, code, country=BOTH)
    assert (chosen.problems, chosen.asks) == ([], [])
    assert all(name in chosen.about for name in ("Czechia", "Slovakia", "Hungary"))


def test_a_name_that_is_neither_of_the_codes_is_wrong_though_one_is_that_of_a_former_state() -> None:
    found = read("Hungary", "CSK")
    assert [problem.reason for problem in found.problems] == [
        "The name is that of Hungary, the code that of Czechia, Slovakia."
    ]


def test_a_name_tells_which_of_those_whose_code_of_then_stands_beside_it() -> None:
    found = read("Slovakia", "CSK")
    assert (found.problems, found.asks, found.about) == ([], [], "Slovakia, 1990-05")


@pytest.mark.parametrize(
    ("country", "code", "field"),
    [
        ("", "CSK", "countries"),
        ("CSK", "", "country"),
        ("CSK", "CSK", "country"),
        ("Chechoslovakia", "", "country"),
    ],
)
def test_a_visit_to_both_that_followed_is_offered_by_code_and_by_slip_too(country: str, code: str, field: str) -> None:
    (ask,) = read(country, code).asks
    assert [entry.key for entry in ask.candidates] == ["CZE", "SVK"]
    assert ask.ways[0].label == "both, Czechia and Slovakia"
    assert read(country, code, **{field: BOTH}).about == "Czechia and Slovakia, 1990-05"


def test_codes_are_names_in_capitals() -> None:
    assert [read(text).about for text in ("ZAR", "HUN")] == ["DR Congo, 1990-05", "Hungary, 1990-05"]
    assert read("and").state is State.AMBIGUOUS
    assert read("AND").about == "Andorra, 1990-05"


def test_a_territory_and_where_it_may_lie_are_asked_and_answered() -> None:
    (ask,) = read("Hong Kong, China").asks
    assert [entry.key for entry in (*ask.candidates, *ask.ways)] == ["HKG", "CHN", BOTH, TERRITORY]
    told = {answer: read("Hong Kong, China", country=answer).about for answer in ("HKG", BOTH, TERRITORY)}
    assert told == {
        "HKG": "Hong Kong, 1990-05",
        BOTH: "Hong Kong and China, 1990-05",
        TERRITORY: "Hong Kong, China, 1990-05",
    }


def test_what_is_asked_is_told_with_the_ways_that_are_offered() -> None:
    kind = kind_named("visits")
    assert kind is not None
    told = reason_of(Done(None, read("Narnia (Mordor)")), kind)  # type: ignore[arg-type]
    assert told == "“Narnia (Mordor)” is not on record. What it may be: a territory or region that is no State."
    tick = reason_of(Done(None, judged("visits", {**row("Hungary"), "mandate": "SR Narnia"})[0]), kind)  # type: ignore[arg-type]
    assert tick == "“SR Narnia” is not on record: it needs a tick to be entered."


def test_a_name_that_editors_took_away_is_not_brought_back_by_the_file_of_former_names() -> None:
    zaire = Alias(country=Country.objects.get(iso3="COD"), text="Zaïre")
    zaire.save()
    assert read("Zaire").about == "DR Congo, 1990-05"
    zaire.delete()
    assert [ask.text for ask in read("Zaire").asks] == ["Zaire"]
    # Moved to another it is that, and other names of the file stay.
    Alias(country=Country.objects.get(iso3="HUN"), text="Zaire").save()
    assert (read("Zaire").about, read("Republic of Zaire").about) == ("Hungary, 1990-05", "DR Congo, 1990-05")


@pytest.mark.parametrize("unit", [" ", ", ", "and ", "((", "human rights in ", "former ", "ex-", "Hungary, "])
def test_a_row_of_cells_as_long_as_they_may_be_is_judged_at_once(unit: str) -> None:
    """Seconds part that from minutes, which reading in the square of the length took."""
    run = (unit * 100_000)[:99_900]
    texts = dict.fromkeys(("country", "country_iso3", "mandate", "mandate_holder", "note"), f"Hungary{run}Slovakia")
    begun = time.perf_counter()
    assert judged("visits", row("Hungary") | texts)[0].state is not State.SAME
    assert judged("mandates", {"name": f"SR {run}"})[0].problems
    assert time.perf_counter() - begun < 5


def test_a_cell_of_more_names_than_any_visit_has_is_wrong() -> None:
    told = {"country": "; ".join(f"Narnia {number}" for number in range(5_000)), "country_iso3": "CSK;" * 101}
    found = judged("visits", row("Hungary") | told)[0]
    assert [(entry.field, entry.reason) for entry in found.problems] == [
        ("country", "More than 100 entries."),
        ("countries", "More than 100 entries."),
    ]
    assert read("; ".join(["Hungary"] * 100)).about == "Hungary, 1990-05"


TITLE = "Special Rapporteur on the situation of human rights in the former Czechoslovakia"


def test_a_mandate_for_a_state_that_several_followed_is_entered_for_the_one_that_is_told() -> None:
    assert not can_be_entered(TITLE, Known(None))
    (ask,) = (ask for ask in judged("mandates", {"name": TITLE})[0].asks if ask.field == "country")
    assert [entry.key for entry in ask.candidates] == ["CZE", "SVK"]
    asks = judged("mandates", {"name": TITLE})[0].asks
    answers = {entry.key: "CZE" if entry.field == "country" else ENTER for entry in asks}
    found = judged("mandates", {"name": TITLE}, answers=answers)[0]
    assert found.write is not None
    found.write(None)
    mandate = Mandate.objects.get(name=TITLE)
    assert (mandate.kind, mandate.country) == ("country", Country.objects.get(iso3="CZE"))
    # It is known from then on, and asks no country.
    assert judged("mandates", {"name": TITLE})[0].asks == []


def test_a_list_of_visits_enters_no_mandate_for_a_state_that_several_followed() -> None:
    found = judged("visits", {**row("Hungary"), "mandate": TITLE})[0]
    assert [problem.field for problem in found.problems] == ["mandates"]
