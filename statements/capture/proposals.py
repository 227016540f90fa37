"""What a passage proposes for the form: act, mode, topics, and who speaks where no suggestion says so. Pure.

Everything here is offered to an editor, who sees it in the form before anything is saved.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

from statements.capture.coverage import words_in
from statements.capture.language import LANGUAGES, load
from statements.capture.marks import pair
from statements.capture.structure import paragraphs

Key = TypeVar("Key", bound=Hashable)
_ACTS = Path(__file__).parent / "acts.toml"
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"[.!?…][”\"’»)\]]*\s+(?=[^\sa-z])")
_PRONOUNS = frozenset({"he", "she", "they", "il", "elle", "ils", "elles", "él", "ella", "ellos", "ellas"})
_AND = re.compile(r"\s*,\s+(?:and\s+)?|\s+(?:and|et|y|&)\s+")
_ARTICLE = re.compile(r"(?:the|le|la|les|el|los|las)\s+", re.IGNORECASE)
# So many words may stand between the subject of a sentence and its word of speech (“on Tuesday also”).
_BETWEEN = 4
# Ends of words that do not tell two topics apart.
_ENDINGS = re.compile(r"(?:isations?|izations?|ations?|ings?|ies|es|s|y)$")


@lru_cache(maxsize=1)
def _rules() -> dict[str, list[tuple[str, re.Pattern[str] | None, re.Pattern[str] | None]]]:
    def compiled(pattern: str | None) -> re.Pattern[str] | None:
        return re.compile(pattern, re.IGNORECASE) if pattern else None

    data = tomllib.loads(_ACTS.read_text(encoding="utf-8"))
    return {
        code: [(row["act"], compiled(row.get("cue")), compiled(row.get("words"))) for row in rows]
        for code, rows in data.items()
    }


def act_of(cue: str, passage: str, language: str = "en") -> str:
    """Return the act that the cue says or, where it says nothing special, the words do; else "asserts"."""
    rules = _rules().get(language, [])
    plain = " ".join(cue.split())
    for act, by_cue, _by_words in rules:
        if plain and by_cue is not None and by_cue.fullmatch(plain):
            return act
    for act, _by_cue, by_words in rules:
        if by_words is not None and by_words.search(passage):
            return act
    return "asserts"


def joint_names(speaker: str) -> list[str]:
    """Return the names that `speaker` may be made of, in order and without articles: “A Person and the B Board”.

    Whether each of them is somebody is for the caller to know: “Department of Land and Water” is cut too.
    """
    names = [_ARTICLE.sub("", name.strip(), count=1) if _ARTICLE.match(name.strip()) else name.strip()
             for name in _AND.split(speaker)]  # fmt: skip
    return [name for name in names if name]


def mode_of(passage: str) -> str:
    """Return "direct" where all words stand in quotation marks, "mixed" where some do, "indirect" where none does."""
    quotes = pair(passage, paragraphs(passage))
    if not quotes:
        return "indirect"
    inside = sum(words_in(passage, (quote.start, quote.end)) for quote in quotes)
    return "direct" if inside == words_in(passage, (0, len(passage))) else "mixed"


def topics_in(passage: str, topics: Iterable[tuple[Key, Sequence[str]]]) -> list[Key]:
    """Return the topics of which a name stands in `passage`, in its order; of two at one place the longer name.

    Words are compared without case and common endings: “vaccinations” names “Vaccination”.
    """
    stems = [_stem(word) for word in _WORD.findall(passage.lower())]
    places: dict[str, list[int]] = {}
    for number, word in enumerate(stems):
        places.setdefault(word, []).append(number)
    found: list[tuple[int, int, Key]] = []
    for key, names in topics:
        for name in names:
            wanted = [_stem(word) for word in _WORD.findall(name.lower())]
            if not wanted:
                continue
            for at in places.get(wanted[0], ()):
                if stems[at : at + len(wanted)] == wanted:
                    found.append((at, at + len(wanted), key))
    chosen: list[Key] = []
    reach = -1
    for _start, end, key in sorted(found, key=lambda hit: (hit[0], -hit[1])):
        if end > reach:
            reach = end
            if key not in chosen:
                chosen.append(key)
    return chosen


def _stem(word: str) -> str:
    return _ENDINGS.sub("", word) if len(word) > 4 else word


@dataclass(frozen=True, slots=True)
class Voice(Generic[Key]):
    """Who speaks in a passage that no suggestion covers, and the word of speech that says so."""

    key: Key | None
    cue: str = ""


def voice_of(
    text: str,
    start: int,
    names: Iterable[tuple[Key, Sequence[str]]],
    earlier: Sequence[tuple[int, Key]],
    language: str = "en",
) -> Voice[Key]:
    """Return who speaks in the passage of `text` that begins at `start`; `earlier` are (place, who) of other passages.

    A sentence that begins with a name and a word of speech is that person's; one that begins with a pronoun, the last
    speaker's; a later sentence of a paragraph in which somebody was quoted goes on with them. Else nobody is named.
    """
    begin = max((first for first, last in paragraphs(text) if first <= start < last), default=start)
    ends = [found.end() for found in _SENTENCE.finditer(text, begin, start + 1)]
    sentence = ends[-1] if ends else begin
    before = sorted((place, key) for place, key in earlier if place < start)
    if not _opening(text[sentence:start]):
        rest = text[sentence : sentence + 400]
        word = _WORD.match(rest.lstrip('“"‘« '))
        if word and word.group().lower() in _PRONOUNS and before:
            cue = _cue_after(rest, word.end(), language)
            if cue:
                return Voice(before[-1][1], cue)
        for key, known in names:
            for name in known:
                if rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum():
                    cue = _cue_after(rest, len(name), language)
                    if cue:
                        return Voice(key, cue)
        if before and before[-1][0] >= begin and sentence > begin:
            return Voice(before[-1][1])
    return Voice(None)


def _opening(before: str) -> bool:
    """Whether words of the sentence stand before the passage."""
    return any(char.isalnum() for char in before)


def _cue_after(sentence: str, at: int, language: str) -> str:
    cues = load(language if language in LANGUAGES else "en").cues
    for word in _WORD.findall(sentence[at : at + 80])[: _BETWEEN + 1]:
        if word.lower() in cues:
            return str(word.lower())
    return ""
