"""What a person types, as conditions on terms: words, "phrases", OR, -without, filters such as year:2022. Pure.

Any text is understood in some way; what is left aside is told. Conditions are phrases of terms, as the analyser marks
them: a text fits where it has at least one phrase of each group, and none of those to be without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from statements.search.analyser import Term, analyse, stem_of, stemmed_as
from statements.search.scripts import fold

MOST_CHARACTERS = 400
MOST_PARTS = 32
FILTERS = ("speaker", "country", "topic", "year")
# Words are tried in these languages, and in that of the page: their texts are found by stem, others by the exact word.
TRIED = ("en", "fr", "es", "pt", "ru", "ar")
# Words that say nothing by themselves, in the languages that are tried: left aside where others stand beside them,
# unless they are in quotes. None of them means something in another of these languages (“un” is the UN).
_SAYING_NOTHING = (
    "a about an and are as at be been by did do does for from had has have he her him his how i if in into is it its"
    " may of on or our said say says she so that the their them then there these they this those to was we were what"
    " when where which who whom why will with would you"
    " au aux de des du dans et la le les une el los las del una y en por para que da dos em os um uma"
    " в во и из к ко на о об от по при с со у في من على إلى عن مع"
)
COMMON = frozenset(fold(word) for word in _SAYING_NOTHING.split())
# The letters of each language, Latin ones where none are named: in others it has no stems.
_LATIN = re.compile("[a-z]")
_LETTERS = {
    code: re.compile(f"[{letters}]")
    for codes, letters in (
        ("ru", "\u0400-\u052f"), ("sr", "a-z\u0400-\u052f"), ("ar fa", "\u0600-\u06ff"), ("hy", "\u0530-\u058f"),
        ("el", "\u0370-\u03ff"), ("hi ne", "\u0900-\u097f"), ("ta", "\u0b80-\u0bff"), ("yi", "\u0590-\u05ff"),
    )
    for code in codes.split()
}  # fmt: skip

Phrase = tuple[str, ...]
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"') | {"\x00": " "})
_DASHES = "-−–"
_PART = re.compile(rf'(?P<without>[{_DASHES}]?)(?:(?P<name>[a-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))', re.I)
_APOSTROPHE = re.compile("(?<=\\w)['’ʼ`´](?=\\w)")
_POSSESSIVE = re.compile("(?<=\\w)['’ʼ`´][sS]\\b|(?<=[sS])['’ʼ`´]")
_DOTS_OF_INITIALS = re.compile(r"(?<=\b[^\W\d_])\.(?=[^\W\d_]\b)")
_LETTER_BESIDE_FIGURE = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_YEARS = re.compile(r"(\d{4})(?:(?:-|–|\.\.)(\d{4}))?$")


@dataclass(frozen=True, slots=True)
class Part:
    """Words as typed; in quotes they are taken exactly, one after the other."""

    words: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A typed filter: its name (see FILTERS), its value, and whether what it names is left out."""

    name: str
    value: str
    without: bool = False

    @property
    def years(self) -> tuple[int, int]:
        """Return the first and last year of a value such as 2022 or 2019-2022; the parser lets no other through."""
        match = _YEARS.match(self.value)
        first = int(match.group(1)) if match else 0
        last = int(match.group(2) or first) if match else 0
        # The calendar of dates begins with the year 1.
        return max(1, min(first, last)), max(1, first, last)


@dataclass(frozen=True, slots=True)
class Query:
    """What was understood. `groups` are alternatives, one of each has to be there; `without` must not."""

    text: str
    groups: tuple[tuple[Part, ...], ...] = ()
    without: tuple[Part, ...] = ()
    filters: tuple[Narrowing, ...] = ()
    cut: bool = False
    aside: tuple[str, ...] = ()

    @property
    def has_words(self) -> bool:
        """Whether words are asked for or to be left out."""
        return bool(self.groups or self.without)

    def __bool__(self) -> bool:
        """Whether anything is asked at all."""
        return self.has_words or bool(self.filters)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a text has to have: a phrase of each of `groups`, and none of `without`."""

    groups: tuple[tuple[Phrase, ...], ...]
    without: tuple[Phrase, ...]

    def __bool__(self) -> bool:
        """Whether anything is asked of a text: without, every one fits."""
        return bool(self.groups or self.without)


def parse(text: str) -> Query:
    """Return what `text` asks for; whatever it is, something comes back."""
    cut = len(text) > MOST_CHARACTERS
    text = text[:MOST_CHARACTERS].translate(_QUOTES)
    groups: list[list[Part]] = []
    without: list[Part] = []
    filters: list[Narrowing] = []
    aside: list[str] = []
    joined = False
    for number, match in enumerate(_PART.finditer(text)):
        if number >= MOST_PARTS:
            cut = True
            break
        if match.group() in {"OR", "|"}:
            joined = bool(groups)
            continue
        if match.group() in {"AND", "&"}:
            continue
        narrowing = _narrowing(match, aside)
        if narrowing is not None:
            filters += [narrowing] if narrowing.value else []
        else:
            _place(_part(match), bool(match["without"]), groups, without, joined=joined)
        joined = False
    return Query(
        text=text.strip(),
        groups=_telling(groups, aside),
        without=tuple(without),
        filters=tuple(dict.fromkeys(filters)),
        cut=cut,
        aside=tuple(dict.fromkeys(aside)),
    )


def _narrowing(match: re.Match[str], aside: list[str]) -> Narrowing | None:
    """Return the filter that a part of the text is; None for words. One without a meaning is put `aside`."""
    name = (match["name"] or "").lower()
    if name not in FILTERS:
        return None
    value = (match["quoted"] if match["quoted"] is not None else match["bare"]).strip()
    if not (_YEARS.match(value) if name == "year" else analyse(value)):
        aside.append(match.group())
        value = ""
    return Narrowing(name, value, without=bool(match["without"]))


def _part(match: re.Match[str]) -> Part:
    words = match["quoted"] if match["quoted"] is not None else match["bare"]
    if match["name"]:
        words = f"{match['name']} {words}"
    return Part(words, quoted=match["quoted"] is not None)


def _place(part: Part, without: bool, groups: list[list[Part]], left_out: list[Part], *, joined: bool) -> None:
    """Put words where they belong; what has no letter in it belongs nowhere."""
    if not analyse(part.words):
        return
    if without:
        left_out.append(part)
    elif joined:
        groups[-1].append(part)
    else:
        groups.append([part])


def _telling(groups: list[list[Part]], aside: list[str]) -> tuple[tuple[Part, ...], ...]:
    """Return the groups without words that say nothing by themselves, unless there are no others."""
    telling = [group for group in groups if not (len(group) == 1 and _is_common(group[0]))]
    if telling and len(telling) < len(groups):
        aside += [group[0].words for group in groups if group not in telling]
        groups = telling
    return tuple(tuple(group) for group in groups)


def _is_common(part: Part) -> bool:
    # Letters of an organisation, such as WHO, are no common word.
    in_capitals = part.words.isupper() and len(part.words) > 1
    return not part.quoted and not in_capitals and fold(part.words) in COMMON


def languages_for(*languages: str) -> tuple[str, ...]:
    """Return the codes of the languages in which words are tried: the usual ones and those named."""
    named = (stemmed_as(language) for language in languages)
    return tuple(dict.fromkeys(code for code in (*named, *TRIED) if code))


def conditions_of(query: Query, languages: Iterable[str] = TRIED) -> Conditions:
    """Return the conditions of a query whose words are tried in `languages` (codes of `stemmed_as`)."""
    tried = tuple(languages)
    return Conditions(
        groups=tuple(
            tuple(dict.fromkeys(phrase for part in group for phrase in phrases_of(part, tried)))
            for group in query.groups
        ),
        without=tuple(dict.fromkeys(phrase for part in query.without for phrase in phrases_of(part, tried))),
    )


def phrases_of(part: Part, languages: Iterable[str] = TRIED) -> tuple[Phrase, ...]:
    """Return the phrases of terms by which words are found: the exact ones, and unless quoted all stems of a language.

    A text of a language has a stem wherever it has a word, so that no phrase has to mix both. Unless quoted, words are
    tried in other ways of writing them too.
    """
    terms = analyse(part.words)
    if len(terms) > 1 and all(term.other for term in terms[:-1]):
        # A run of syllables: by pairs, of which a text has fewer.
        return (tuple(term.other for term in terms[:-1]),)
    exact = tuple(term.exact for term in terms)
    if part.quoted or any(term.clustered for term in terms):
        return (exact,)
    tried = [terms, *(analyse(words) for words in _otherwise(part.words))]
    return tuple(dict.fromkeys(phrase for terms in tried for phrase in _forms(terms, languages)))


def _otherwise(words: str) -> Iterable[str]:
    """Yield other ways to write words: rapporteur for rapporteur’s, covid 19 for covid19, UN for U.N."""
    ways = ((_APOSTROPHE, ""), (_POSSESSIVE, ""), (_DOTS_OF_INITIALS, ""), (_LETTER_BESIDE_FIGURE, " "))
    for written in (sign.sub(instead, words) for sign, instead in ways):
        if written != words and analyse(written):
            yield written


def _forms(terms: list[Term], languages: Iterable[str]) -> Iterable[Phrase]:
    """Yield the exact words, and their stems in each of the languages that is written in such letters."""
    yield tuple(term.exact for term in terms)
    words = "".join(term.exact[1:] for term in terms)
    for code in languages:
        if _LETTERS.get(code, _LATIN).search(words):
            yield tuple(stem_of(term.root, code) for term in terms)
