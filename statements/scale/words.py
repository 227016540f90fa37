"""Real words in the measure of real texts: few that stand everywhere, many that hardly ever do."""

from __future__ import annotations

import csv
import random
import re
from functools import cache
from importlib import resources
from itertools import accumulate

from babel import Locale

WORD = re.compile(r"[^\W\d_]{3,}")
# How steeply words grow rare: the n-th is n^-STEEP as frequent as the first.
STEEP = 1.1
LANGUAGES = ("en", "fr", "es")


@cache
def vocabulary() -> tuple[str, ...]:
    """Return some thousand words, always the same in the same order: of the record's own data, and names by CLDR."""
    found: dict[str, None] = {}
    for entry in sorted(resources.files("visits.data").iterdir(), key=lambda path: path.name):
        if entry.name.endswith(".csv"):
            for row in csv.reader(entry.read_text(encoding="utf-8").splitlines()):
                found.update(dict.fromkeys(word.lower() for cell in row for word in WORD.findall(cell)))
    for code in LANGUAGES:
        locale = Locale(code)
        for names in (locale.territories, locale.languages, locale.currencies, locale.scripts):
            for key in sorted(names):
                found.update(dict.fromkeys(word.lower() for word in WORD.findall(str(names[key]))))
    words = list(found)
    # Which word is frequent is drawn once: in the data's order all frequent ones would be names of countries.
    random.Random(1).shuffle(words)  # noqa: S311 - nothing secret
    return tuple(words)


@cache
def _weights() -> list[float]:
    return list(accumulate(1 / rank**STEEP for rank in range(1, len(vocabulary()) + 1)))


def text(draw: random.Random) -> str:
    """Return a text of 100 to 400 characters."""
    wanted = draw.randint(100, 400)
    words = draw.choices(vocabulary(), cum_weights=_weights(), k=wanted // 6 + 6)
    return " ".join(words)[:wanted].rstrip().capitalize() + "."
