"""Names of countries as lists of the UN, of ISO and of the World Bank write them, and several of them in a cell."""

from __future__ import annotations

import pytest

from statements.seed.reading import read_countries, rows_of
from visits.imports.country_names import CountryNames
from visits.imports.former_names import former_names
from visits.imports.parting import find_several
from visits.imports.resolving import Found, Names

COUNTRIES = read_countries(rows_of("countries"))


@pytest.fixture(scope="module")
def names() -> CountryNames:
    """Countries as a record has them into which the sample record was entered."""
    found = CountryNames(
        (row.iso3, row.values["name"], [row.values["name"], row.values["formal_name"], *row.aliases])
        for row in COUNTRIES
    )
    for iso3 in found.labels:
        found.add_code(iso3, [iso3])
    for former in former_names():
        found.add_former(former.names, former.countries)
        if former.code:
            found.add_code(former.code, former.countries)
    return found


def keys(text: str, names: Names) -> str:
    """Return what a cell means: keys, “?” for what is asked."""
    return " ".join(found.key or "?" for found in find_several(text, names))


def asked(text: str, names: Names) -> Found:
    """Return what is asked of a cell as a whole."""
    (found,) = find_several(text, names)
    assert (found.text, found.key) == (text, "")
    return found


@pytest.mark.parametrize(
    ("key", "texts"),
    [
        ("COD", "Congo, Dem. Rep.|Congo, DR|DR Congo|Congo (the Democratic Republic of the)|DRC"),
        ("COG", "Congo, Rep.|Congo, Republic of the"),
        ("PRK", "Korea, Dem. People's Rep.|DPR Korea|DPRK|Korea, Democratic People's Republic of (the)"),
        ("KOR", "Korea, Rep.|Korea (the Republic of)"),
        ("HKG", "Hong Kong SAR, China|China, Hong Kong SAR"),
        ("TWN", "Taiwan, Province of China|Taiwan (Province of China)"),
        ("EGY", "Egypt, Arab Rep."),
        ("YEM", "Yemen, Rep."),
        ("IRN", "Iran, Islamic Rep.|Iran (Islamic Republic of)"),
        ("FSM", "Micronesia, Fed. Sts.|Micronesia (Federated States of)"),
        ("VEN", "Venezuela, RB|Venezuela, Bolivarian Republic of"),
        ("GMB", "Gambia, The|Gambia (the)|The Gambia"),
        ("BHS", "Bahamas, The"),
        ("LAO", "Lao PDR|Lao People's Dem. Rep."),
        ("VCT", "St. Vincent & the Grenadines"),
        ("MHL", "Marshall Is."),
        ("MKD", "Macedonia, the former Yugoslav Republic of|FYR Macedonia"),
        ("PSE", "Palestine, State of|Occupied Palestinian Territory|West Bank and Gaza"),
        ("VAT", "Vatican|Holy See (the)"),
        ("USA", "U.S.A.|USA|usa"),
        ("VIR", "Virgin Islands (U.S.)|Virgin Islands, U.S."),
        ("SSD", "Sudan, South"),
    ],
)
def test_names_in_short_and_turned_round_are_found(key: str, texts: str, names: CountryNames) -> None:
    assert {text: keys(text, names) for text in texts.split("|")} == dict.fromkeys(texts.split("|"), key)


@pytest.mark.parametrize(
    ("key", "texts"),
    [
        ("MMR", "Myanmar (Burma)|Burma (Myanmar)"),
        ("SWZ", "Eswatini (formerly Swaziland)|Eswatini (ex-Swaziland)|Eswatini [Swaziland]"),
        ("TUR", "Turkey (Türkiye)"),
        ("CIV", "Côte d'Ivoire (Ivory Coast)"),
        ("FLK", "Falkland Islands (Malvinas)|Falkland Islands (the) [Malvinas]"),
        ("CCK", "Cocos (Keeling) Islands (the)"),
        ("KEN", "Kenya (KEN)"),
        # One of those that followed tells which of them.
        ("RUS", "USSR (Russia)|Russia (USSR)"),
        ("SVK", "Slovakia (former Czechoslovakia)"),
        ("TTO", "Trinidad and Tobago"),
        ("SJM", "Svalbard and Jan Mayen"),
        ("WLF", "Wallis and Futuna"),
        ("SHN", "Saint Helena, Ascension and Tristan da Cunha"),
        ("KEN PER", "Kenya (KEN), Peru"),
    ],
)
def test_a_name_within_brackets_is_another_of_the_same_and_nothing_is_parted_there(
    key: str, texts: str, names: CountryNames
) -> None:
    assert {text: keys(text, names) for text in texts.split("|")} == dict.fromkeys(texts.split("|"), key)


@pytest.mark.parametrize(
    "text",
    [
        "Federal Republic of Yugoslavia (Serbia and Montenegro)",
        "Serbia and Montenegro (Federal Republic of Yugoslavia)",
        "Yugoslavia (Serbia and Montenegro)",
        "FR Yugoslavia",
    ],
)
def test_two_names_of_a_former_state_stop_with_those_that_followed(text: str, names: CountryNames) -> None:
    found = asked(text, names)
    assert (found.near, found.former, found.both) == (("SRB", "MNE"), True, ("SRB", "MNE"))


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Sudan (South Sudan)", "SDN SSD"),
        ("Czechoslovakia (Hungary)", "CZE SVK HUN"),
        ("Gambia (Banjul)", "GMB"),
        ("Kosovo (Serbia)", "SRB"),
        ("Kenya (Uganda and Peru)", "KEN"),
        ("the former Sudan", "SDN"),
        # A comma within a name: of what is no name, no other stays.
        ("Okinawa, Japan", "JPN"),
        ("Kenya, Narnia", "KEN"),
        # Its whole is a name of nobody, and “Republic of” none of a list.
        ("China, Republic of", "CHN TCD CHL GHA IND CZE"),
    ],
)
def test_what_disagrees_and_what_nobody_has_stops_with_candidates(text: str, near: str, names: CountryNames) -> None:
    found = asked(text, names)
    assert (" ".join(found.near), found.former, found.both) == (near, False, ())


def test_that_a_former_state_is_meant_by_what_nobody_says_is_asked(names: CountryNames) -> None:
    found = asked("Czechoslovakia (Prague)", names)
    assert (found.near, found.former, found.both) == (("CZE", "SVK"), False, ("CZE", "SVK"))


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("Hong Kong, China", "HKG CHN"),
        ("Greenland, Denmark", "GRL DNK"),
        ("Puerto Rico, United States", "PRI USA"),
        ("Réunion, France", "REU FRA"),
        ("Macao, China", "MAC CHN"),
        ("Japan, Hong Kong", "JPN HKG"),
    ],
)
def test_where_a_comma_may_tell_where_a_territory_lies_that_is_asked(text: str, both: str, names: CountryNames) -> None:
    found = asked(text, names)
    assert (found.near, found.both) == (tuple(both.split()), tuple(both.split()))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Georgia, USA", "GEO USA"),
        ("Kenya, Uganda", "KEN UGA"),
        ("Greenland and Denmark", "GRL DNK"),
        ("Kenya, Uganda and Narnia", "KEN UGA ?"),
        ("Kenya, Ugandda", "KEN ?"),
        ("Kenya and Korea, Xyz", "KEN ?"),
        ("Narnia, Mordor / Kenya", "? KEN"),
    ],
)
def test_lists_stay_lists(text: str, told: str, names: CountryNames) -> None:
    assert keys(text, names) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [("and", "?"), ("AND", "AND"), ("CAN, AND", "CAN AND"), ("ken", "?"), ("KEN and ZAR", "KEN COD"), ("ZAR", "COD")],
)
def test_a_code_counts_among_names_in_capitals_alone(text: str, told: str, names: CountryNames) -> None:
    assert keys(text, names) == told


def test_a_code_of_a_former_state_is_a_name_of_it(names: CountryNames) -> None:
    found = asked("CSK", names)
    assert (found.near, found.former, found.both) == (("CZE", "SVK"), True, ("CZE", "SVK"))


@pytest.mark.parametrize(
    "text", ["Union of Soviet Socialist Republics (USSR)", "the former USSR", "Soviet Unoin", "SUN"]
)
def test_all_that_followed_a_state_are_offered(text: str, names: CountryNames) -> None:
    found = asked(text, names)
    assert (len(found.near), found.both) == (15, ())


def test_both_are_those_that_followed_and_not_those_on_record() -> None:
    names = CountryNames([("SRB", "Serbia", ["Serbia"]), ("MKD", "North Macedonia", [])])
    names.add_former(["Yugoslavia"], ["SRB", "MKD", "HRV"])
    names.add_former(["Serbia and Montenegro"], ["SRB", "MNE"])
    for text in ("Yugoslavia", "Jugoslavia", "Serbia and Montenegro"):
        assert names.find(text).both == ()


def test_a_code_of_two_former_states_has_what_followed_either(names: CountryNames) -> None:
    codes = Names((row.iso3, "", [row.iso3, row.values["iso2"]]) for row in COUNTRIES)
    for former in former_names():
        codes.add_former([former.code, former.code2], former.countries)
    assert codes.find("CS") == Found("CS", (), ("CZE", "SVK", "SRB", "MNE"), former=True)
    told = {"ZR": "COD", "BU": "MMR", "HV": "BFA", "DY": "BEN", "TP": "TLS", "DD": "DEU", "YD": "YEM", "VD": "VNM"}
    # The code of another today is that.
    told |= {"RH": "ZWE", "NH": "VUT", "GE": "GEO", "SK": "SVK", "AI": "AIA"}
    assert {text: codes.find(text).key for text in told} == told
    assert {text: len(codes.find(text).near) for text in ("SU", "YU", "AN")} == {"SU": 15, "YU": 6, "AN": 3}


def test_what_is_like_a_text_is_remembered_of_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visits.imports.resolving._REMEMBERED", 3)
    names = Names([("KEN", "Kenya", ["Kenya"])])
    for number in range(9):
        assert names.find(f"Kenya{number}").near == ("KEN",)
    assert len(names._near) == 3
