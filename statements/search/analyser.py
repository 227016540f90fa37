"""A text as terms with their places: the one analyser of both databases, and of what people type. Pure.

At each place stands a word in its folded form (marked x) and its stem in the language of the text (marked s and the
language); in a script without spaces a syllable (x), and that syllable with the next one (b). The marks keep the forms
apart, so that a word typed by somebody who does not know the language finds the exact word, and never another's stem.
Marked terms are of letters and figures alone, which both databases take whole.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from statements.search.scripts import GAP, TOKEN, fold, is_word
from statements.search.spelling import one_spelling

# Longer words are found by their beginning.
MOST_LETTERS = 64
# PostgreSQL counts places up to 16,383, and keeps 255 of each term, a megabyte of terms in all.
MOST_PLACES = 16_000
MOST_OF_ONE = 250
MOST_BYTES = 700_000
# No phrase reaches from one text of a row into the next.
_BETWEEN = 2

# The languages that Snowball stems, by their code.
ALGORITHMS = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "cs": "czech", "da": "danish", "nl": "dutch",
    "en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german",
    "el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "no": "norwegian", "fa": "persian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho", "es": "spanish", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_SAME_LANGUAGE = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi", "prs": "fa"}
# A stemmer serves one thread at a time.
_own = threading.local()


@dataclass(frozen=True, slots=True)
class Term:
    """What stands at one place: its exact form, its other one ("" for none), and from where to where in the text.

    `root` is what is stemmed: the word without its case and accents, of “NGOs” the letters without their plural.
    """

    exact: str
    other: str
    start: int
    end: int
    clustered: bool = False
    root: str = ""


def stemmed_as(language: str) -> str:
    """Return the code under which words of `language` ("pt-BR") are stemmed; "" where they are not."""
    code = language.replace("_", "-").partition("-")[0].lower()
    code = _SAME_LANGUAGE.get(code, code)
    return code if code in ALGORITHMS else ""


def _stemmer(code: str) -> Stemmer.Stemmer:
    known: dict[str, Stemmer.Stemmer] = _own.__dict__.setdefault("known", {})
    if code not in known:
        # Ours is the cache: see `stem_of`.
        known[code] = Stemmer.Stemmer(ALGORITHMS[code], 0)
    return known[code]


@lru_cache(maxsize=100_000)
def stem_of(word: str, code: str) -> str:
    """Return the marked stem of a folded word in the language with this code, which has a stemmer."""
    word = one_spelling(word) if code == "en" else word
    return f"s{code}{_stemmer(code).stemWord(word) or word}"


@lru_cache(maxsize=100_000)
def _words_of(token: str) -> tuple[tuple[str, str], ...]:
    """Return the folded words of a token, each with what is stemmed: mostly one; a fraction such as ½ is two."""
    folded = fold(token)
    if folded.isascii() and folded.isalnum():
        word = folded[:MOST_LETTERS]
        # Stemmers take the s off no word that has no other vowel: NGOs, SDGs.
        is_plural = len(token) > 2 and token.endswith("s") and token[:-1].isupper() and token[:-1].isalpha()
        return ((word, word.removesuffix("s") if is_plural else word),)
    found = (match.group()[:MOST_LETTERS] for match in TOKEN.finditer(folded))
    return tuple((word, word) for word in found if is_word(word))


def analyse(text: str, language: str = "") -> list[Term]:
    """Return the terms of `text` in their order, one for each place; words are stemmed where the language is known."""
    code = stemmed_as(language)
    found: list[Term] = []
    for match in TOKEN.finditer(text):
        start, end = match.span()
        if match.group("cluster"):
            syllable = fold(match.group())[:MOST_LETTERS]
            if is_word(syllable):
                _pair_with_last(found, text, start, syllable)
                found.append(Term(f"x{syllable}", "", start, end, clustered=True))
            continue
        for word, root in _words_of(match.group()):
            found.append(Term(f"x{word}", stem_of(root, code) if code else "", start, end, root=root))
    return found


def _pair_with_last(found: list[Term], text: str, start: int, syllable: str) -> None:
    """Give the last term, where it is a syllable right before `start` but for spaces, both as its other form."""
    last = found[-1] if found else None
    if last is not None and last.clustered and GAP.fullmatch(text, last.end, start):
        found[-1] = Term(last.exact, f"b{last.exact[1:]}{syllable}", last.start, last.end, clustered=True)


# What is stored of a row: at each place its exact and its other form, "" for none.
Places = list[tuple[str, str]]


def places_of(texts: Iterable[tuple[str, str]]) -> Places:
    """Return what is stored of (text, language) pairs, one after the other, within what both databases can hold."""
    places: Places = []
    held = 0
    numbers: Counter[str] = Counter()
    for text, language in texts:
        if places:
            places += [("", "")] * _BETWEEN
        for term in analyse(text, language):
            held += len(term.exact.encode()) + len(term.other.encode())
            if len(places) >= MOST_PLACES or held > MOST_BYTES:
                return places
            numbers[term.exact] += 1
            numbers[term.other] += 1
            places.append((_unless_often(term.exact, numbers), _unless_often(term.other, numbers)))
    return places


def _unless_often(term: str, numbers: Counter[str]) -> str:
    return term if numbers[term] <= MOST_OF_ONE else ""


def has_phrase(places: Sequence[tuple[str, str]], phrase: Sequence[str], at: int) -> bool:
    """Whether the terms of `phrase` stand one after the other from the place `at` on."""
    if at + len(phrase) > len(places):
        return False
    return all(term in places[at + number] for number, term in enumerate(phrase))
