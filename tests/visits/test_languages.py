"""Codes of languages: those that are, in their usual writing, and what is none."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from visits.languages import usual_tag
from visits.templatetags.record import language_name


@pytest.mark.parametrize(
    ("typed", "usual"),
    [
        ("", ""), (" ", ""), ("en", "en"), ("EN", "en"), ("pt-br", "pt-BR"), ("ZH-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"), ("rhg", "rhg"), ("ksw", "ksw"), (" km ", "km"),
    ],
)  # fmt: skip
def test_a_language_is_written_in_one_way(typed: str, usual: str) -> None:
    assert usual_tag(typed) == usual


@pytest.mark.parametrize(
    "typed", ["und", "xx", "english", "en_US", "en-", "en-XX", "en-Abcd", "en.utf8", "en-x-a", "1"]
)
def test_what_is_no_language_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="is no code of a language"):
        usual_tag(typed)


@given(st.text(max_size=12))
def test_what_is_accepted_stays_as_it_is(typed: str) -> None:
    try:
        usual = usual_tag(typed)
    except ValidationError:
        return
    assert usual_tag(usual) == usual
    assert usual.casefold() == typed.strip().casefold()


def test_a_language_without_a_locale_has_a_name_all_the_same() -> None:
    assert language_name("rhg") == "Rohingya"
    assert language_name("zz") == "zz"
