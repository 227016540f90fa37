"""What publishing a statement could do to somebody: the questions asked, and hints where to look twice. Pure.

Words and facts in, hints out. A hint proposes that a question may have the answer “yes”; nothing is decided here.
The words stand in `data/harm.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data" / "harm.toml"
_WORDS = ("minor", "health", "detention", "recognisable")
ADULT = 18

# What could apply to a statement, in the order in which it is asked.
QUESTIONS: tuple[str, ...] = ("private_person", "minor", "health", "detention", "recognisable")
CONSENT = "consent"
# Answers to “is consent recorded?”.
CONSENTS: tuple[str, ...] = ("recorded", "not_needed", "missing")


class Unanswered(ValueError):
    """The checklist is not answered in a way that says something; `code` is none, both or consent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a statement: its words in every version, and who speaks or is named in it."""

    words: str
    private_people: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """A question that may have the answer “yes”, and the words or names for which."""

    question: str
    why: tuple[str, ...]


@lru_cache(maxsize=1)
def _rules() -> tuple[dict[str, re.Pattern[str]], tuple[re.Pattern[str], ...], frozenset[str]]:
    data: dict[str, Any] = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    ages = tuple(re.compile(pattern, re.IGNORECASE) for pattern in data.pop("ages")["patterns"])
    nobody = frozenset(label.casefold() for label in data.pop("labels")["nobody"])
    patterns = {}
    for question in _WORDS:
        words = {word for language in data.values() for word in language[question].split()}
        choice = "|".join(re.escape(word).replace("_", r"\s+") for word in sorted(words, key=len, reverse=True))
        patterns[question] = re.compile(rf"(?<!\w)(?:{choice})(?!\w)", re.IGNORECASE)
    return patterns, ages, nobody


def hints(facts: Facts) -> tuple[Hint, ...]:
    """Return the hints in the order of the questions, each with its reasons, none told twice."""
    patterns, ages, nobody = _rules()
    unnamed = [label for label in facts.labels if label.strip().casefold() not in nobody]
    found: dict[str, list[str]] = {"private_person": list(facts.private_people), "recognisable": [*unnamed]}
    for question, pattern in patterns.items():
        # Words by which somebody could be recognised matter where nobody is named.
        if question != "recognisable" or unnamed:
            found.setdefault(question, []).extend(match.group() for match in pattern.finditer(facts.words))
    found["minor"].extend(_young(facts.words, ages))
    found[CONSENT] = [*facts.private_people, *unnamed]
    return tuple(Hint(name, told) for name in (*QUESTIONS, CONSENT) if (told := _once(found[name])))


def _young(words: str, ages: Collection[re.Pattern[str]]) -> Iterator[str]:
    for pattern in ages:
        yield from (match.group() for match in pattern.finditer(words) if int(match.group(1)) < ADULT)


def _once(told: list[str]) -> tuple[str, ...]:
    return tuple({" ".join(words.casefold().split()): " ".join(words.split()) for words in reversed(told)}.values())[
        ::-1
    ]


def answer(applies: Collection[str], *, none: bool, consent: str = "") -> dict[str, str]:
    """Return the checklist as it was answered: question → yes or no, and consent.

    `applies` are the questions ticked, `none` says that all were asked and none applies. Raises Unanswered: "none"
    where nothing was said, "both" where both were, "consent" where something applies and nothing is said of consent.
    Raises ValueError for a question or a consent that is not known.
    """
    if not set(applies) <= set(QUESTIONS) or (consent and consent not in CONSENTS):
        raise ValueError("an unknown answer")
    if bool(applies) == none:
        raise Unanswered("both" if none else "none")
    if applies and not consent:
        raise Unanswered("consent")
    told = {question: "yes" if question in applies else "no" for question in QUESTIONS}
    return {**told, CONSENT: consent or "not_needed"}


def check(answers: Mapping[str, str]) -> None:
    """Raise ValueError where `answers` are not a whole checklist such as `answer` returns."""
    applies = {question for question in QUESTIONS if answers.get(question) == "yes"}
    if dict(answers) != answer(applies, none=not applies, consent=answers.get(CONSENT, "")):
        raise ValueError("a checklist answers each question once")


def needs_reason(answers: Mapping[str, str]) -> bool:
    """Whether publishing with these answers takes written reasons: something applies, or consent is missing."""
    return any(answers.get(question) == "yes" for question in QUESTIONS) or answers.get(CONSENT) == "missing"
