"""Cells as long as they may be: they are read at once, whatever is in them."""

from __future__ import annotations

import time

import pytest

from visits.imports.country_names import CountryNames
from visits.imports.parting import find_several
from visits.imports.resolving import entries_of

LONGEST = 100_000
UNITS = [
    " ",
    "\t",
    "\u2003",
    ", ",
    ",",
    "( ",
    ")",
    "((",
    "and ",
    " and , ",
    "the ",
    "; ",
    " ;",
    " | ",
    " \r\n",
    "a, ",
    "a (",
]


@pytest.fixture
def names() -> CountryNames:
    return CountryNames([("KEN", "Kenya", ["Kenya"]), ("BIH", "", ["Bosnia and Herzegovina"])])


@pytest.mark.parametrize("unit", UNITS)
def test_a_cell_as_long_as_it_may_be_is_read_at_once(unit: str, names: CountryNames) -> None:
    """Two seconds part milliseconds from minutes: reading in the square of the length took those."""
    run = (unit * LONGEST)[: LONGEST - 20]
    begun = time.perf_counter()
    for text in (run, f"Kenya{run}Bosnia", f"Kenya{run}", f"the{run}Kenya"):
        entries_of(text)
        names.find(text)
        find_several(text, names)
    assert time.perf_counter() - begun < 2


def test_a_run_of_white_space_is_a_space(names: CountryNames) -> None:
    run = " " * 20_000
    assert [found.key for found in find_several(f"Kenya{run}and{run}Bosnia{run}and Herzegovina", names)] == [
        "KEN",
        "BIH",
    ]


def test_a_text_longer_than_any_list_of_names_is_not_parted(names: CountryNames) -> None:
    text = f"Kenya and {'x' * 500}"
    assert [(found.text, found.key) for found in find_several(text, names)] == [(text, "")]
