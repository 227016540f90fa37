"""What matches, in plain Python over the analyser's terms: written without the search's own ways of asking."""

from __future__ import annotations

from statements.search.analyser import analyse
from statements.search.query import Conditions, Phrase


def stands(text: str, language: str, phrase: Phrase) -> bool:
    """Whether the terms of `phrase` stand in `text` one after the other."""
    terms = [{term.exact, term.other} for term in analyse(text, language)]
    return any(
        all(wanted in at_place for wanted, at_place in zip(phrase, terms[first:], strict=False))
        for first in range(len(terms) - len(phrase) + 1)
    )


def fits(text: str, language: str, conditions: Conditions) -> bool:
    """Whether `text` has a phrase of each group and none that it must not have."""
    return all(any(stands(text, language, phrase) for phrase in group) for group in conditions.groups) and not any(
        stands(text, language, phrase) for phrase in conditions.without
    )
