"""Folding of names: found however they were typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.folding import fold


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Côte d’Ivoire", "cote d ivoire"),
        ("COTE D'IVOIRE", "cote d ivoire"),
        ("Türkiye", "turkiye"),
        ("Viet   Nam\n", "viet nam"),
        ("Bosnia-Herzegovina (and)", "bosnia herzegovina and"),
        ("Straße", "strasse"),
        ("ＬＯＮＤＯＮ", "london"),
        ("ﬁeld", "field"),
        ("...", ""),
        ("", ""),
        ("A/HRC/35/23/Add.1", "a hrc 35 23 add 1"),
    ],
)
def test_case_accents_and_punctuation_do_not_part_names(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text(max_size=80))
def test_what_is_folded_stays_as_it_is_and_has_single_spaces(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert folded == " ".join(folded.split())


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll"]), max_size=40))
def test_case_makes_no_difference(text: str) -> None:
    assert fold(text.casefold()) == fold(text)
