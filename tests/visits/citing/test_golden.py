"""Citations as the published rules of the styles ask for them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from visits.choices import SourceKind
from visits.citing.item import KINDS, Item, record_item, source_item, statement_item
from visits.citing.styles import STYLES, all_styles, cite

with (Path(__file__).parent / "golden.toml").open("rb") as _file:
    CASES: list[dict[str, Any]] = tomllib.load(_file)["case"]
LINES = [(case, style) for case in CASES for style in STYLES if style in case]


def item(case: dict[str, Any]) -> Item:
    """Return the item of a case."""
    if facts := case.get("source"):
        return source_item(id="x", **facts)
    if facts := case.get("record"):
        return record_item(id="x", **facts)
    facts = case["statement"]
    return statement_item(id="x", **{**facts, "speakers": tuple(facts["speakers"])})


@pytest.mark.parametrize(("case", "style"), LINES, ids=[f"{case['name']}, {style}" for case, style in LINES])
def test_a_citation_is_what_the_rules_of_its_style_ask_for(case: dict[str, Any], style: str) -> None:
    assert cite(item(case), style) == case[style], case["why"]


def test_the_golden_citations_reach_every_kind_of_source_every_form_and_every_style() -> None:
    assert len(LINES) == 107
    assert {case["source"]["kind"] for case in CASES if "source" in case} == set(KINDS) == set(SourceKind.values)
    forms = {item(case).form for case in CASES}
    for style in STYLES.values():
        assert set(style["forms"]) == forms
    assert list(STYLES) == ["un", "chicago", "bluebook", "oscola", "apa"]
    assert all(style["source"] for style in STYLES.values())


def test_of_many_authors_apa_names_nineteen_and_the_last() -> None:
    names = [f"Name {number}" for number in range(1, 22)]
    text = cite(source_item("news", id="x", title="T", authors="; ".join(names)), "apa")
    assert text == f"{', '.join(names[:19])}, . . . Name 21. (n.d.). T."
    twenty = cite(source_item("news", id="x", title="T", authors="; ".join(names[:20])), "apa")
    assert twenty == f"{', '.join(names[:19])}, & Name 20. (n.d.). T."


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2022/2023", "2022–2023"),
        ("2022-05/2022-08", "May–August 2022"),
        ("2021-12-30/2022-01-02", "30 December 2021 – 2 January 2022"),
        ("2022-05/2022-08-01", "May 2022 – 1 August 2022"),
        ("2022-08-16/2022-08-16", "16 August 2022"),
    ],
)
def test_an_interval_is_told_at_its_precision(date: str, expected: str) -> None:
    assert cite(source_item("law", id="x", title="L", issued=date), "un") == f"L, {expected}."


def test_every_style_is_told_with_its_name() -> None:
    told = all_styles(record_item(id="x", title="T", url="https://e.example/", accessed="2026-01-02"))
    assert [row.name for row in told] == ["United Nations", "Chicago (notes)", "Bluebook", "OSCOLA", "APA"]
