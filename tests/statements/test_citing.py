"""Quotations among the words around them."""

from __future__ import annotations

import pytest

from statements.views.citing import in_context


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
