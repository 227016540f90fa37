"""The words of a language, read from `languages/*.toml`, and the class of each word in a sentence.

Classes are single letters, so that the grammar can be written as regular expressions over them:
D determiner, C capitalised word of a name, N other word, P preposition, I "to", O subject pronoun, M number,
S possessive ending, & and/or, V verb that is surely one, K word of speech, G the same as a participle, W relative
pronoun, T "that", B word that opens a clause, R adverb, X negation, t word of time, Q quotation, and the punctuation.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

_FOLDER = Path(__file__).parent / "languages"
LANGUAGES = ("en", "fr", "es")
_PUNCTUATION = {
    ",": ",", ":": ":", ";": ";", "(": "(", ")": ")", "[": "(", "]": ")",
    "–": "-", "—": "-", "-": "-", "•": "-", "…": ".", "...": ".", ".": ".", "!": ".", "?": ".",
}  # fmt: skip
_GROUPS = (
    ("times", "t"), ("negations", "X"), ("that", "T"), ("relatives", "W"), ("determiners", "D"), ("pronouns", "O"),
    ("to", "I"), ("prepositions", "P"), ("conjunctions", "&"), ("subordinators", "B"), ("auxiliaries", "V"),
    ("adverbs", "R"), ("numbers", "M"), ("be", "V"), ("modals", "V"), ("verbs", "V"),
)  # fmt: skip
_VOWELS = "aeiou"


class Word(Protocol):
    """What a token shows of itself here."""

    @property
    def text(self) -> str: ...
    @property
    def low(self) -> str: ...
    @property
    def quote(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Cue:
    """A word of speech: its frames (letters, see the TOML files), and whether it is a participle or a bare form."""

    lemma: str
    frames: frozenset[str]
    gerund: bool = False
    base: bool = False


@dataclass(slots=True)
class Language:
    """The words of one language."""

    code: str
    words: dict[str, str]
    sets: dict[str, frozenset[str]]
    genders: dict[str, str]
    cues: dict[str, Cue]
    particles: dict[str, dict[str, str]]
    according: tuple[tuple[str, ...], ...]
    synonyms: dict[str, str]
    token: re.Pattern[str]
    abbreviations: frozenset[str]
    endings: tuple[str, ...]
    stopwords: frozenset[str] = field(default_factory=frozenset)

    def classify(self, tokens: Sequence[Word], *, headline: bool = False) -> str:
        """Return the classes of `tokens`, one letter each."""
        letters: list[str] = []
        for n, token in enumerate(tokens):
            letters.append(self._letter(tokens, n, token, letters, headline))
        return "".join(letters)

    def _letter(self, tokens: Sequence[Word], n: int, token: Word, letters: list[str], headline: bool) -> str:
        text, low = token.text, token.low
        before = letters[-1] if letters else "."
        if token.quote >= 0:
            return "Q"
        if text in _PUNCTUATION:
            return _PUNCTUATION[text]
        if low in ("'s", "'") or (text in ("’", "’s") and letters):
            return "S"
        if text[0].isdigit():
            return "M"
        capital = text[0].isupper() or (len(text) > 3 and text[:3].lower() in ("al-", "el-") and text[3].isupper())
        after = tokens[n + 1].text[:1] if n + 1 < len(tokens) else ""
        known = self.words.get(low)
        if known and not (capital and (known in "VNRBX" and before not in ".:-(Q")):
            if known == "t" and low == "may":
                return "t" if after.isdigit() or before == "M" else ("C" if capital else "V")
            if low in self.sets["name_particles"] and before == "C" and after.isupper():
                return "C"
            return "P" if known == "D" and before in "NC" and low in self.sets["contractions"] else known
        if low in self.sets["name_particles"] and before in "CPDSTNKI" and after.isupper() and not capital:
            return "C"
        if low in self.cues and (
            not capital
            or (not self.cues[low].base and low.endswith("s") and before not in ".:-PD(Q" and low != "states")
            or (self.code == "es" and before == ".")
        ):
            cue = self.cues[low]
            noun = before in "DSPM" and low in self.sets["cue_nouns"]
            article = before == "D" and tokens[n - 1].low in self.sets["articles"]
            before_name = before in "CN" and cue.base and low in self.sets["cue_nouns"] and after != "t"
            if (
                noun
                or article
                or before_name
                or (
                    not headline and before == "N" and low in self.sets["cue_nouns"] and low in self.sets["plain_nouns"]
                )
            ):
                return "N"
            return "G" if cue.gerund else "K"
        if capital and before in ".:-Q" and self._sentence_initial(low):
            return "N" if low in self._roles() or low[:-1] in self._roles() else "V"
        if capital:
            return "C"
        if self.endings and low.endswith(self.endings) and before not in "DSPM":
            return "V"
        return "R" if low.endswith(("ly", "ment")) and self._adverb(low) else "N"

    def _roles(self) -> frozenset[str]:
        return self.sets["people"] | self.sets["offices"]

    def _sentence_initial(self, low: str) -> bool:
        """Return whether a capital at the beginning of a sentence is no sign of a name."""
        if low in self._roles() or (low.endswith("s") and low[:-1] in self._roles()):
            return True
        cue = self.cues.get(low)
        participle = cue is not None and not cue.base
        return participle or (
            low.endswith(self.endings or ("\0",)) and low not in self.genders and not low.endswith(("med", "red"))
        )

    def _adverb(self, low: str) -> bool:
        if self.code == "en":
            return low.endswith("ly") and low not in self.sets["not_adverbs"]
        return self.code == "fr" and low.endswith(("amment", "emment", "lement", "rement", "vement"))


def _english(verb: str) -> Iterator[tuple[str, bool, bool]]:
    """Return the forms of a regular English verb as (form, is a participle, is a bare form)."""
    root = verb[:-1] if verb.endswith("e") else verb
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        yield from ((verb, False, True), (verb[:-1] + "ies", False, False), (verb[:-1] + "ied", False, False))
        yield verb + "ing", True, False
        return
    yield verb, False, True
    yield verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s"), False, False
    yield root + "ed", False, False
    yield root + "ing", True, False


def _french(verb: str) -> Iterator[tuple[str, bool, bool]]:
    """Return the forms of a French verb in -er that reports use."""
    root = verb[:-2]
    soft = root + "e" if root.endswith("g") else (root[:-1] + "ç" if root.endswith("c") else root)
    for ending in ("e", "ent", "é", "èrent"):
        yield root + ending, False, False
    for ending in ("a", "ait", "aient"):
        yield soft + ending, False, False
    yield soft + "ant", True, False


def _spanish(verb: str) -> Iterator[tuple[str, bool, bool]]:
    """Return the forms of a Spanish verb that reports use."""
    root = verb[:-2]
    if verb.endswith("ar"):
        endings, gerund = ("a", "an", "ó", "aron", "aba", "aban", "ado"), "ando"
    else:
        endings, gerund = ("e", "en", "ió", "ieron", "ía", "ían", "ido"), "iendo"
    for ending in endings:
        yield root + ending, False, False
    yield root + gerund, True, False


_FORMS = {"en": _english, "fr": _french, "es": _spanish}


def _cues(code: str, data: dict[str, Any]) -> dict[str, Cue]:
    """Return every form of every word of speech; forms given by hand part with `/`, the participle last."""
    cues: dict[str, Cue] = {}
    for group in data["verbs"]:
        frames = frozenset(group["frames"])
        for entry in group["words"].split():
            forms = entry.split("/")
            lemma = forms[0]
            if len(forms) > 1:
                made = [(f, n == len(forms) - 1, n == 0 and code == "en") for n, f in enumerate(forms)]
                made = made if code == "en" else made[1:]
            else:
                made = list(_FORMS[code](lemma))
            for form, gerund, base in made:
                if form != "-":
                    known = cues.get(form)
                    every = frames | known.frames if known else frames
                    cues[form] = Cue(lemma, every, gerund, base and not (known and not known.base))
    return cues


def _tokens(data: dict[str, Any]) -> re.Pattern[str]:
    short = "|".join(sorted(map(re.escape, data["abbreviations"]["words"].split()), key=len, reverse=True))
    elided = data["tokens"].get("elisions", "")
    enclitic = data["tokens"].get("enclitics", "")
    letter = r"[^\W\d_]"
    word = rf"{letter}+(?:[-‑.]{letter}+|[’'](?!(?:s|ll|ve|d|re|m)\b){letter}+)*"
    parts = [rf"(?<!\w)(?:{short})\.(?=[\s,])", rf"(?<!\w)(?:{letter}\.){{2,}}", r"(?<!\w)[A-ZÀ-Ý]\.(?=\s?[A-ZÀ-Ý])"]
    if elided:
        parts.append(rf"(?<!\w)(?:{elided})[’']")
    if enclitic:
        parts.append(rf"-(?:{enclitic})(?!\w)")
        word = rf"{letter}+(?:(?!-(?:{enclitic})(?!\w))[-‑.]{letter}+|[’'](?!(?:s|ll|ve|d|re|m)\b){letter}+)*"
    parts += [
        word,
        r"[’'](?:s|ll|ve|d|re|m)\b",
        r"\d+(?:[.,:/]\d+)*(?:[-‑]?[^\W\d_]+(?:[-‑][^\W_]+)*)?",
        r"\.{3,}",
        r"[^\w\s]",
        r"\w",
    ]
    return re.compile("|".join(parts))


@lru_cache(maxsize=len(LANGUAGES))
def load(code: str) -> Language:
    """Return the words of the language `code`; English where there is none."""
    code = code if code in LANGUAGES else "en"
    data = tomllib.loads((_FOLDER / f"{code}.toml").read_text(encoding="utf-8"))
    sets = {name: frozenset(words.split()) for name, words in data["words"].items()}
    words: dict[str, str] = {}
    for name, letter in _GROUPS:
        for word in data["words"].get(name, "").split():
            words.setdefault(word, letter)
    return Language(
        code=code,
        words=words,
        sets=sets,
        genders={word: gender for gender, known in data["genders"].items() for word in known.split()},
        cues=_cues(code, data),
        particles={verb: dict(frames) for verb, frames in data.get("particles", {}).items()},
        according=tuple(tuple(phrase.split()) for phrase in data["according"]["phrases"]),
        synonyms={word: first for first, others in data["synonyms"].items() for word in others.split()},
        token=_tokens(data),
        abbreviations=frozenset(word.lower() for word in data["abbreviations"]["words"].split()),
        endings=tuple(data["tokens"].get("endings", [])),
        stopwords=frozenset(data["words"]["common"].split()),
    )


_WORD = re.compile(r"[^\W\d_]+")


def guess(text: str) -> str:
    """Return the language of `text` by its commonest words; English where nothing speaks for another."""
    seen = [m.group().lower() for m in _WORD.finditer(text[:20000])]
    counts = {code: sum(word in load(code).stopwords for word in seen) for code in LANGUAGES}
    return max(LANGUAGES, key=lambda code: counts[code])
