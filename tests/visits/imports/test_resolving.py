"""What a name in a cell means: one, several candidates, or none."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from visits.imports.resolving import Names, entries_of, find_several

# A loaded machine draws slowly.
CALM = effort(deadline=None, suppress_health_check=[HealthCheck.too_slow])
COUNTRIES = {
    "BIH": ["Bosnia and Herzegovina", "Bosnie-Herzégovine", "Босния и Герцеговина"],
    "SRB": ["Serbia", "Сербия"],
    "TUR": ["Türkiye", "Turkey"],
    "CIV": ["Côte d'Ivoire", "Ivory Coast"],
    "COD": ["Democratic Republic of the Congo", "Congo"],
    "COG": ["Republic of the Congo", "Congo"],
    "STP": ["Sao Tome and Principe"],
    "THA": ["Thailand"],
}


@pytest.fixture
def names() -> Names:
    return Names((key, called[0], called) for key, called in COUNTRIES.items())


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("cote d’ivoire", ["CIV"]),
        ("  TURKEY ", ["TUR"]),
        ("Turkiye", ["TUR"]),
        ("Сербия", ["SRB"]),
        ("Bosnia and Herzegovina", ["BIH"]),
        ("Serbia; Thailand", ["SRB", "THA"]),
        ("Serbia and Thailand", ["SRB", "THA"]),
        ("Bosnia and Herzegovina and Serbia", ["BIH", "SRB"]),
        ("Serbia, Bosnia and Herzegovina & Thailand", ["SRB", "BIH", "THA"]),
        ("Sao Tome and Principe/Thailand", ["STP", "THA"]),
    ],
)
def test_names_old_and_new_and_several_in_a_cell_resolve(text: str, keys: list[str], names: Names) -> None:
    assert [found.key for found in find_several(text, names)] == keys


@pytest.mark.parametrize("text", ["Congo", "Sapmi region", "Serbia and Narnia", "Thailandd"])
def test_what_is_several_or_none_is_no_key(text: str, names: Names) -> None:
    assert [found.key for found in find_several(text, names)] == [""]


def test_a_name_of_two_has_both_as_candidates_and_a_slip_those_that_are_like_it(names: Names) -> None:
    assert names.find("Congo").keys == ("COD", "COG")
    assert names.find("Thailandd").near == ("THA",)
    assert names.find("Narnia").near == ()
    assert [entry.label for entry in names.candidates(["COD", "THA"])] == [
        "Democratic Republic of the Congo",
        "Thailand",
    ]


@CALM
@given(st.text(max_size=60))
def test_whatever_is_typed_means_something_or_nothing(text: str) -> None:
    names = Names((key, called[0], called) for key, called in COUNTRIES.items())
    for found in find_several(text, names):
        assert set(found.keys) <= set(COUNTRIES)
        assert set(found.near) <= set(COUNTRIES)


@CALM
@given(st.lists(st.sampled_from(sorted(COUNTRIES)), min_size=1, max_size=4), st.sampled_from(["; ", " | ", ";", "\n"]))
def test_entries_parted_for_sure_are_each_found(keys: list[str], sign: str) -> None:
    names = Names((key, called[0], called) for key, called in COUNTRIES.items())
    text = sign.join(COUNTRIES[key][0] for key in keys)
    assert [found.key for found in find_several(text, names)] == keys
    assert len(entries_of(text)) == len(keys)


def test_a_key_letter_by_letter_goes_before_a_name_that_reads_like_it() -> None:
    names = Names([("food", "Food", ["food", "Food"]), ("food-2", "Food", ["food-2", "Food"])])
    assert names.find("food").keys == ("food",)
    assert names.find("food-2").key == "food-2"
    assert names.find("Food").keys == ("food", "food-2")
