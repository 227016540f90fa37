"""Citation formats of a statement."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from statements.views.citing import Reference, bibtex, in_context, plain, ris

REFERENCE = Reference(
    who="Hun Sen",
    act="denies",
    day="16 August 2022",
    iso="2022-08-16",
    source="News & views, 50% off",
    address="https://example.org/statements/abc/",
    key="abc",
)
UNDATED = replace(REFERENCE, day="", iso="", source="")


@pytest.mark.parametrize(
    ("before", "exact", "after", "expected"),
    [
        ("He said", "no", "twice", ("He said ", " twice")),
        ("He said “", "no", "” twice", ("He said “", "” twice")),
        ("He said ", "no", ", twice", ("He said ", ", twice")),
        ("He said,", "no", "(twice)", ("He said, ", " (twice)")),
        ("", "no", "", ("", "")),
        ("នាយក", "រដ្ឋ", "មន្ត្រី", ("នាយក", "មន្ត្រី")),
    ],
)
def test_a_quotation_stands_apart_from_the_words_around_it_where_its_script_parts_words(
    before: str, exact: str, after: str, expected: tuple[str, str]
) -> None:
    assert in_context(before, exact, after) == expected


def test_plain_leaves_out_what_is_not_known() -> None:
    assert plain(REFERENCE) == (
        "Hun Sen, 16 August 2022. News & views, 50% off. Vis-à-vis, https://example.org/statements/abc/"
    )
    assert plain(UNDATED) == "Hun Sen. Vis-à-vis, https://example.org/statements/abc/"


def test_bibtex_escapes_what_tex_would_read_as_a_command_and_keeps_braces_even() -> None:
    text = bibtex(REFERENCE)
    assert text.startswith("@misc{visavis-abc,\n")
    assert r"News \& views, 50\% off" in text
    assert "year = {2022}" in text
    assert "year" not in bibtex(UNDATED)
    odd = bibtex(replace(REFERENCE, who="A {b} \\ ~"))
    bare = re.sub(r"\\[{}]", "", odd)
    assert bare.count("{") == bare.count("}")


def test_ris_begins_and_ends_as_the_format_says_and_tells_only_the_known_part_of_a_date() -> None:
    lines = ris(REFERENCE).split("\n")
    assert lines[0] == "TY  - ELEC"
    assert lines[-1] == "ER  - "
    assert "DA  - 2022/08/16/" in lines
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)
    assert "DA  - 2022/08//" in ris(replace(REFERENCE, iso="2022-08")).split("\n")
    assert "DA  - 2022/08/01/" in ris(replace(REFERENCE, iso="2022-08-01/2022-08-05")).split("\n")
    assert "DA" not in ris(UNDATED)
