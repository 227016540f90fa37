"""What a name in a cell means: one, several candidates, or none."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from visits.folding import fold
from visits.imports.country_names import CountryNames
from visits.imports.parting import find_several
from visits.imports.resolving import Found, Names, entries_of

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


@pytest.mark.parametrize("text", ["Congo", "Sapmi region", "Mordor and Narnia", "Thailandd"])
def test_what_is_several_or_none_is_no_key(text: str, names: Names) -> None:
    assert [found.key for found in find_several(text, names)] == [""]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Serbia and Narnia", [("Serbia", "SRB"), ("Narnia", "")]),
        ("Serbia, Thailand, and Turkie", [("Serbia", "SRB"), ("Thailand", "THA"), ("Turkie", "")]),
        ("Narnia / Bosnia and Herzegovina", [("Narnia", ""), ("Bosnia and Herzegovina", "BIH")]),
        # One of its words is a name by itself, and yet all together are meant.
        ("Bosnia and Hercegovina", [("Bosnia and Hercegovina", "")]),
        ("Thailand, Bosnia and Hercegovina", [("Thailand", "THA"), ("Bosnia and Hercegovina", "")]),
        ("Congo, Democratic Republic", [("Congo, Democratic Republic", "")]),
        ("Sao Tome and Prinzipe", [("Sao Tome and Prinzipe", "")]),
    ],
)
def test_of_parts_those_that_are_names_are_kept_and_the_others_stand_by_themselves(
    text: str, parts: list[tuple[str, str]], names: Names
) -> None:
    names.add("BIH", "Bosnia and Herzegovina", ["Bosnia"])
    assert [(found.text, found.key) for found in find_several(text, names)] == parts


def test_what_is_a_name_of_another_kind_is_not_parted_nor_is_it_one_of_these(names: Names) -> None:
    others = Names([("Thailand and the sea", "", ["Thailand and the sea"])])
    assert find_several("Thailand and the Sea", names, others)[0].text == "Thailand and the Sea"
    found = find_several("Serbia, Thailand and the Sea", names, others)
    assert [(entry.text, entry.key) for entry in found] == [("Serbia", "SRB"), ("Thailand and the Sea", "")]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("The Gambia", "GMB"),
        ("Gambia (the)", "GMB"),
        ("Republic of the Gambia", "GMB"),
        ("Gambia, Republic of the", "GMB"),
        ("Trinidad & Tobago", "TTO"),
        ("Gambia (Banjul)", ""),
    ],
)
def test_countries_are_found_as_lists_write_them(text: str, key: str) -> None:
    names = CountryNames(
        [("GMB", "Gambia", ["Gambia", "the Republic of the Gambia"]), ("TTO", "", ["Trinidad and Tobago"])]
    )
    assert names.find(text).key == key


def test_a_state_that_several_followed_means_none_of_them_though_one_alone_is_on_record(names: Names) -> None:
    names.add_former(["Yugoslavia", "Serbia"], ["SRB", "HRV"])
    names.add_former(["Siam"], ["THA"])
    names.add_former(["Zaire"], ["AGO"])
    assert names.find("yugoslavia") == Found("yugoslavia", (), ("SRB",), former=True)
    assert (names.find("Siam").key, names.find("Serbia").key) == ("THA", "SRB")
    assert names.find("Zaire") == Found("Zaire")
    # A slip is no name of it.
    assert names.find("Jugoslavia") == Found("Jugoslavia", (), ("SRB",))
    assert [found.may_be for found in find_several("Thailand and Yugoslavia", names)] == [("THA",), ("SRB",)]


def test_a_name_that_somebody_entered_goes_before_a_former_state(names: Names) -> None:
    names.add("SRB", "Serbia", ["Yugoslavia"])
    names.add_former(["Yugoslavia"], ["SRB", "HRV"])
    assert names.find("Yugoslavia").key == "SRB"


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


def parted_but_at_commas(pieces: list[str], signs: list[str]) -> list[list[str]]:
    """Return the pieces by runs between which commas alone stand; an empty piece has signs on end around it."""
    runs, sign = [[pieces[0]]], ""
    for before, piece in zip(signs, pieces[1:], strict=False):
        sign = sign + before if runs[-1][-1:] == [""] else before
        if sign.strip(", "):
            runs.append([piece])
        else:
            runs[-1].append(piece)
    return runs


PIECES = [*(called[0] for called in COUNTRIES.values()), "Narnia", "Mordor", "Yugoslavia", ""]


@CALM
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=5),
    st.lists(st.sampled_from([" and ", ", ", " / ", ", and ", " & "]), min_size=4, max_size=4),
)
def test_however_a_text_is_parted_its_parts_are_of_it_in_order_and_no_name_in_it_is_lost(
    pieces: list[str], signs: list[str]
) -> None:
    names = CountryNames((key, called[0], called) for key, called in COUNTRIES.items())
    names.add_former(["Yugoslavia"], ["SRB", "BIH"])
    text = "".join(piece + sign for piece, sign in zip(pieces, [*signs[: len(pieces) - 1], ""], strict=True)).strip()
    found, at = find_several(text, names), 0
    for entry in found:
        at = text.index(entry.text, at) + len(entry.text)
    # With more signs than eight a text is not parted.
    if len(pieces) < 4:
        runs = [[piece for piece in run if piece] for run in parted_but_at_commas(pieces, signs)]
        known = [[bool(names.find(piece).may_be) for piece in run] for run in runs]
        # After a comma a name is kept where what else the commas part are names too.
        kept = [fold(piece) for run, told in zip(runs, known, strict=True) for piece in run if all(told)]
        assert [fold(entry.text) for entry in found if entry.may_be] == kept


def test_a_key_letter_by_letter_goes_before_a_name_that_reads_like_it() -> None:
    names = Names([("food", "Food", ["food", "Food"]), ("food-2", "Food", ["food-2", "Food"])])
    assert names.find("food").keys == ("food",)
    assert names.find("food-2").key == "food-2"
    assert names.find("Food").keys == ("food", "food-2")
