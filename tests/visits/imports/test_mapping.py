"""Which column is which field: the guess, and what is refused."""

from __future__ import annotations

import pytest

from visits.exports.visits import VISITS as EXPORTED
from visits.imports.mapping import check_columns, fits, guess_columns
from visits.imports.people import PEOPLE
from visits.imports.refusals import Refused
from visits.imports.visits import VISITS

# Columns of our own file of visits that say nothing which could be taken in.
DERIVED = {
    # Beside the id.
    "address",
    "mandate_names",
    "dates_earliest",
    "dates_latest",
    "days",
    "follows",
    # Pages here; the addresses are in a column of their own.
    "sources",
    "source_titles",
    "source_archives",
    "is_example",
    "published_at",
    "workflow",
    "visibility",
    "licence",
}


def test_the_columns_of_a_list_are_guessed_by_their_names() -> None:
    found = guess_columns(["No", "State", "Mandate holder(s)", "Start date", "To", "URL", "Evidence_URL", "?"], VISITS)
    assert found == {
        "No": "key",
        "State": "country",
        "Mandate holder(s)": "holders",
        "Start date": "start",
        "To": "end",
        "URL": "addresses",
        "Evidence_URL": "addresses",
        "?": "",
    }


def test_every_column_of_our_own_file_is_read_or_known_to_be_left_aside() -> None:
    found = guess_columns(EXPORTED.names, VISITS)
    assert {name for name, field in found.items() if not field} == DERIVED
    assert found["source_urls"] == "addresses"
    assert (found["id"], found["countries"], found["country_names"]) == ("id", "countries", "country")


def test_a_slip_in_a_name_is_no_matter() -> None:
    assert guess_columns(["Coutry", "Mandats"], VISITS) == {"Coutry": "country", "Mandats": "mandates"}


def test_two_columns_for_one_field_are_refused_but_where_it_takes_several() -> None:
    with pytest.raises(Refused, match="“a” and “b” are both read as country"):
        check_columns({"a": "country", "b": "country"}, VISITS)
    assert check_columns({"a": "addresses", "b": "addresses", "c": ""}, VISITS) == {"a": "addresses", "b": "addresses"}


def test_what_nothing_can_be_entered_without_has_to_be_mapped() -> None:
    with pytest.raises(Refused, match="No column is read as name"):
        check_columns({"a": "note"}, PEOPLE)
    with pytest.raises(Refused, match="no field of this list"):
        check_columns({"a": "password"}, PEOPLE)


def test_a_kept_mapping_fits_a_file_that_has_its_columns() -> None:
    assert fits({"a": "country"}, ["b", "a"])
    assert not fits({"a": "country", "c": "note"}, ["a", "b"])
    assert not fits({}, ["a"])
