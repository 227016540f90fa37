"""Former names of countries: what the file holds is sound, and what lists say is found."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.seed.reading import read_countries, rows_of
from visits.folding import fold
from visits.imports.country_names import CountryNames
from visits.imports.former_names import former_names, read_former_names

COUNTRIES = read_countries(rows_of("countries"))
FORMER = former_names()


@pytest.fixture(scope="module")
def names() -> CountryNames:
    """Countries as a record has them that nobody has entered aliases into."""
    found = CountryNames((row.iso3, row.values["name"], [row.values["name"]]) for row in COUNTRIES)
    for former in FORMER:
        found.add_former(former.names, former.countries)
    return found


@pytest.mark.parametrize(
    ("iso3", "texts"),
    [
        ("COD", "Zaire; Zaïre"),
        ("BFA", "Upper Volta; Haute-Volta; Alto Volta"),
        ("BEN", "Dahomey"),
        ("MMR", "Burma; Birmanie; Birmania"),
        ("LKA", "Ceylon; Ceylan; Ceilán"),
        ("KHM", "Kampuchea; Democratic Kampuchea; Khmer Republic"),
        ("ZWE", "Rhodesia; Southern Rhodesia"),
        ("DEU", "German Democratic Republic; République démocratique allemande; GDR"),
        ("YEM", "Yemen Arab Republic; Democratic Yemen"),
        ("MKD", "Macedonia; FYROM; the former Yugoslav Republic of Macedonia"),
        ("BLR", "Byelorussian SSR; Byelorussia"),
        ("TLS", "East Timor; Timor oriental"),
        ("CPV", "Cape Verde; Cap-Vert"),
        ("CZE", "Czech Republic; République tchèque; República Checa"),
        ("CIV", "Ivory Coast; Costa de Marfil"),
        ("SWZ", "Swaziland; Swazilandia"),
        ("TUR", "Turkey; Turquie; Turquía"),
        ("LBY", "Libyan Arab Jamahiriya; Jamahiriya Árabe Libia"),
    ],
)
def test_a_name_of_one_country_means_it(iso3: str, texts: str, names: CountryNames) -> None:
    assert {text: names.find(text).key for text in texts.split("; ")} == dict.fromkeys(texts.split("; "), iso3)


@pytest.mark.parametrize(
    ("followed", "texts"),
    [
        ("CZE SVK", "Czechoslovakia; Tchécoslovaquie; Checoslovaquia"),
        ("SRB MNE", "Serbia and Montenegro; Serbie-et-Monténégro; Federal Republic of Yugoslavia"),
        ("BIH HRV MKD MNE SRB SVN", "Yugoslavia; Yougoslavie; the former Yugoslavia; SFRY"),
        ("BES CUW SXM", "Netherlands Antilles; Antilles néerlandaises"),
        ("RUS ARM AZE BLR EST GEO KAZ KGZ LVA LTU MDA TJK TKM UKR UZB", "Soviet Union; USSR; URSS; Unión Soviética"),
    ],
)
def test_a_state_that_several_followed_has_them_as_candidates(followed: str, texts: str, names: CountryNames) -> None:
    for text in texts.split("; "):
        found = names.find(text)
        assert (found.key, found.near, found.former) == ("", tuple(followed.split()), True)


def test_who_is_there_now_is_on_record_and_no_former_name_is_that_of_another_country_today() -> None:
    today: dict[str, set[str]] = {}
    for row in COUNTRIES:
        for text in [row.values["name"], *(row.values[f"name_{code}"] for code in ("fr", "es"))]:
            today.setdefault(fold(text), set()).add(row.iso3)
    codes = {code for row in COUNTRIES for code in (row.iso3, row.values["iso2"])}
    for former in FORMER:
        assert former.names and set(former.countries) <= {row.iso3 for row in COUNTRIES}
        assert len(former.countries) == len(set(former.countries)) > 0
        assert former.code not in codes
        for text in former.names:
            assert today.get(fold(text), set()) <= {former.country}


def test_no_name_and_no_code_stands_twice() -> None:
    texts = Counter(fold(text) for former in FORMER for text in former.names)
    codes = Counter(former.code for former in FORMER if former.code)
    assert [text for text, times in (texts + codes).items() if times > 1] == []


CELL = st.text("abcÄé ", min_size=1, max_size=8).map(str.strip).filter(bool)


@given(
    st.lists(CELL, min_size=3, max_size=6), st.lists(st.sampled_from(["FRA", "DEU", "PER"]), min_size=1, unique=True)
)
def test_a_row_keeps_every_name_once_and_all_countries(cells: list[str], countries: list[str]) -> None:
    row = ",".join([*cells[:3], "; ".join(cells[3:]), "", " ".join(countries)])
    (found,) = read_former_names(["name_en,name_fr,name_es,others,iso3_then,countries", row])
    assert found.names[0] == cells[0]
    assert [fold(text) for text in found.names] == list(dict.fromkeys(fold(text) for text in cells))
    assert (found.countries, found.country) == (tuple(countries), countries[0] if len(countries) == 1 else "")
