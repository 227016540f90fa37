"""What a text says of itself in its first lines: a headline, a day, its language. Suggestions, never facts."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from babel import Locale

from statements.capture.language import LANGUAGES, load

_LONGEST_HEADLINE = 180
_HEAD = 1_500
_WORD = re.compile(r"[^\W\d_]+")
_ISO = re.compile(r"\b(20\d{2})-(\d{2})-(\d{2})\b")


def headline(text: str) -> str:
    """Return the first paragraph where it is short and no sentence, "" otherwise."""
    first, _blank, rest = text.partition("\n\n")
    ends = first.rstrip('"”’»')[-1:]
    return first if rest and len(first) <= _LONGEST_HEADLINE and ends not in ".,;:" else ""


def language(text: str) -> str:
    """Return the code of the language whose commonest words make a good part of `text`; "" where none do."""
    seen = [word.lower() for word in _WORD.findall(text[:20_000])]
    shares = {code: sum(word in load(code).stopwords for word in seen) for code in LANGUAGES}
    best, *others = sorted(shares, key=lambda code: -shares[code])
    clear = shares[best] * 6 >= len(seen) and all(shares[best] >= 1.5 * shares[other] for other in others)
    return best if len(seen) >= 20 and clear else ""


def day(text: str) -> str:
    """Return the first day that the beginning of `text` writes in full, as ISO text; "" where it writes none."""
    head = text[:_HEAD]
    found = []
    for match in _ISO.finditer(head):
        found.append((match.start(), int(match[1]), int(match[2]), int(match[3])))
    months, before, after = _written()
    for match in before.finditer(head):
        found.append((match.start(), int(match["year"]), months[match["month"].casefold()], int(match["day"])))
    for match in after.finditer(head):
        found.append((match.start(), int(match["year"]), months[match["month"].casefold()], int(match["day"])))
    for _place, year, month, number in sorted(found):
        try:
            return date(year, month, number).isoformat()
        except ValueError:
            continue
    return ""


@lru_cache(maxsize=1)
def _written() -> tuple[dict[str, int], re.Pattern[str], re.Pattern[str]]:
    """Return the months by their names in the languages of the cues, and patterns with the day before and after."""
    months: dict[str, int] = {}
    for code in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in Locale(code).months["format"][width].items():
                months.setdefault(name.casefold().rstrip("."), number)
    names = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    day, year = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er)?", r"(?P<year>(?:19|20)\d{2})\b"
    before = re.compile(rf"\b{day}\s+(?:de\s+)?(?P<month>{names})\.?,?\s+(?:de\s+|del\s+)?{year}", re.I)
    after = re.compile(rf"\b(?P<month>{names})\.?\s+{day},?\s+{year}", re.I)
    return months, before, after
