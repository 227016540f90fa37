"""Differences of versions: only what changed is told, with few words around it."""

from __future__ import annotations

from visits.changes import FieldChange, fields, shortened
from visits.differences import IN, OUT, SAME, Run, word_diff


def test_long_unchanged_stretches_are_cut_beside_the_change() -> None:
    many = " ".join(str(n) for n in range(100))
    found = shortened(word_diff(f"{many} old {many} old {many}", f"{many} new {many} new {many}"), around=2)
    assert [piece.text for piece in found] == [
        " … 98 99", " old", " new", " 0 1 … 98 99", " old", " new", " 0 1 … ",
    ]  # fmt: skip
    assert shortened([Run(SAME, many)], around=2) == [Run(SAME, many)]


def test_fields_that_differ_are_told_in_order() -> None:
    assert fields({"a": "1", "b": "2"}, {"b": "3", "a": "1"}) == [
        FieldChange("b", "2", "3", (Run(OUT, "2"), Run(IN, "3")))
    ]
    assert [(change.field, change.old, change.new) for change in fields(None, {"a": "1", "b": ""})] == [("a", "", "1")]
    assert [(change.field, change.old, change.new) for change in fields({"a": "1"}, None)] == [("a", "1", "")]
    assert fields({"a": "1"}, {"a": "1"}) == []
