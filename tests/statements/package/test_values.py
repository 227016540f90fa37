"""What is stored is what comes back, whatever it is."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from statements.models import Review, Statement
from statements.package.values import cell, is_optional_text, value
from visits.models import Meeting, Merge, Visit

REASON: Any = Visit.history.model._meta.get_field("history_change_reason")
PURPOSE = Visit._meta.get_field("purpose")
# Surrogates alone are no text that a database or a file can hold.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def through(field: Any, given_value: Any) -> Any:
    """Return a value that was written to CSV and read again."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerow(["x", cell(field, given_value), "y"])
    file.seek(0)
    (row,) = csv.reader(file, strict=True)
    assert (row[0], row[2]) == ("x", "y")
    return value(field, row[1])


@given(TEXTS)
def test_texts_come_back(text: str) -> None:
    assert through(PURPOSE, text) == text
    assert through(REASON, text[:100]) == text[:100]


def test_an_empty_text_and_a_missing_one_are_two_things() -> None:
    assert is_optional_text(REASON)
    assert not is_optional_text(PURPOSE)
    assert [through(REASON, text) for text in (None, "", "\\", "\\x")] == [None, "", "\\", "\\x"]


@given(st.datetimes(timezones=st.just(UTC)), st.dates(), st.times(), st.integers(0, 2**31), st.booleans())
def test_other_values_come_back(moment: datetime, day: date, hour: time, number: int, answer: bool) -> None:
    assert through(Visit._meta.get_field("created_at"), moment) == moment
    assert through(Visit._meta.get_field("dates_earliest"), day) == day
    assert through(Meeting._meta.get_field("starts_at"), hour) == hour
    assert through(Statement._meta.get_field("order"), number) == number
    assert through(Visit._meta.get_field("is_example"), answer) is answer
    assert through(Visit._meta.get_field("follows"), None) is None


@given(JSON)
def test_json_comes_back(data: Any) -> None:
    assert through(Merge._meta.get_field("changes"), {"changed": data}) == {"changed": data}
    assert through(Review._meta.get_field("answers"), [data]) == [data]


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("order", "1_0", "no integer"),
        ("order", "٣", "no integer"),
        ("order", " 1", "no integer"),
        ("order", "9" * 30, "no integer"),
        ("order", "", "empty"),
        ("is_example", "yes", "no boolean"),
        ("date_earliest", "2022-02-30", "no date"),
        ("created_at", "2022-02-03T04:05:06", "no datetime"),
        ("act", "a" * 17, "longer than 16"),
    ],
)
def test_what_a_column_cannot_hold_is_refused(field: str, text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        value(Statement._meta.get_field(field), text)


def test_a_field_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="BinaryField"):
        cell(models.BinaryField(name="x"), b"x")
