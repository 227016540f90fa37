"""What a name of a country in a cell means, as lists of the UN, of ISO and of the World Bank write them. Pure.

“Congo, Dem. Rep.”, “Tanzania, United Republic of” and “Gambia (the)” are names turned round, in short, with an
article. “Myanmar (Burma)” are two names of one country.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from visits.folding import fold
from visits.imports.resolving import LONGEST, Found, Names, common
from visits.world import STATES

# Words in short, folded. “Federated” and “Federal” are told apart by nobody who shortens them.
_SHORT = {
    "dem": "democratic",
    "rep": "republic",
    "isl": "islamic",
    "fed": "federal",
    "federated": "federal",
    "sts": "states",
    "is": "islands",
    "st": "saint",
    "ste": "sainte",
    "dr": "democratic republic",
    "pdr": "people s democratic republic",
    "dpr": "democratic people s republic",
    "rb": "bolivarian republic",
    "sar": "special administrative region",
}
_LEFT_OUT = frozenset({"the", "of"})
# Words that tell what a State is, and not which: no list names “Republic of” beside China.
_OF_ANY = """
    republic democratic people s peoples federal states state islamic arab kingdom province special administrative
    region bolivarian plurinational united union commonwealth socialist islands former
"""
_TURNED = re.compile(r"(?P<last>[^,()]+)[,(](?P<first>[^,()]+)\)?")
_BRACKETS = re.compile(r"(?P<before>[^()\[\]]+)[(\[](?P<within>[^()\[\]]+)[)\]]")
_FORMER = re.compile(r"(?:the )?(?:former |ex-)", re.I)
_ONCE = re.compile(r"(?:formerly|previously|former|ex|now|today|also known as|also|aka|or)\b[ -]?(?:known as )?", re.I)


class CountryNames(Names):
    """An index of names of countries: with and without “the”, turned round, in short, with another name in brackets."""

    def __init__(self, entries: Iterable[tuple[str, str, Iterable[str]]] = ()) -> None:
        self._codes: dict[str, tuple[str, ...]] = {}
        super().__init__(entries)

    def add_code(self, code: str, keys: Sequence[str]) -> None:
        """Note a code among the names, of one country or of those that followed a State; codes noted before stay.

        It counts in capitals alone: “and” is no Andorra.
        """
        if any(key in self.labels for key in keys):
            self._codes.setdefault(code, tuple(keys))

    def fold(self, text: str) -> str:
        """Return a text as names of countries are compared: with words in full, without “the” and “of”."""
        words = fold(text.replace("&", " and ")).split()
        return " ".join(_SHORT.get(word, word) for word in words if word not in _LEFT_OUT)

    def forms(self, text: str) -> Iterator[str]:
        """Yield `text` as it is written and turned round."""
        yield text
        if len(text) > LONGEST:
            return
        # The article of ISO stands in brackets of its own.
        plain = " ".join(re.sub(r"\(the\)", " ", text, flags=re.I).split())
        if turned := _TURNED.fullmatch(plain):
            yield f"{turned['first'].strip()} {turned['last']}"

    def find(self, text: str) -> Found:
        """Return what `text` means. Names before and within brackets are names of one thing."""
        if found := self.known(text):
            return found
        match = _BRACKETS.fullmatch(text.strip()) if len(text) <= LONGEST else None
        if match is None:
            today = self.known(_FORMER.sub("", text.strip(), count=1)) if _FORMER.match(text.strip()) else None
            return self.alike(text, today.may_be if today else ())
        within = _ONCE.sub("", match["within"].strip(), count=1) if _ONCE.match(match["within"].strip()) else ""
        before, other = self.known(match["before"]), self.known(within or match["within"])
        if before and other:
            return self._both_names(text, before, other)
        if one := before or other:
            # That it is this one, nobody says: “Gambia (Banjul)”, “Sudan (Darfur and the south)”.
            return Found(text, (), one.may_be, both=one.both)
        return self.alike(text)

    def known(self, text: str) -> Found | None:
        """Return what `text` means where it is a name or, in capitals, a code; None where it is neither."""
        keys = self._codes.get(text.strip())
        if keys:
            return Found(text, keys) if len(keys) == 1 else self.of_former(text, keys)
        found = super().known(text)
        if found is None and (match := _FORMER.match(text.strip())):
            # “The former Czechoslovakia” is that State; “the former Sudan” may not be what is called Sudan today.
            found = super().known(text.strip()[match.end() :])
            return replace(found, text=text) if found is not None and found.former else None
        return found

    def _both_names(self, text: str, before: Found, within: Found) -> Found:
        """Return what two names of one thing mean together: what both may be; where they disagree, nothing for sure."""
        if not before.former and not within.former:
            keys = tuple(common(before.may_be, within.may_be))
            return Found(text, keys) if keys else Found(text, (), (*before.may_be, *within.may_be))
        if before.former and within.former:
            narrow, wide = sorted((before, within), key=lambda found: len(found.near))
            if set(narrow.near) <= set(wide.near):
                return Found(text, (), narrow.near, former=True, both=narrow.both)
            return Found(text, (), tuple(dict.fromkeys([*before.near, *within.near])))
        state, today = (before, within) if before.former else (within, before)
        # Which of those that followed, the other name tells.
        keys = tuple(common(today.keys, state.near))
        return Found(text, keys) if keys else Found(text, (), tuple(dict.fromkeys([*before.may_be, *within.may_be])))

    def may_be_one_of(self, part: Found) -> bool:
        """Whether a part of a list that is no name is like one by itself: not “Republic of”."""
        return bool(part.near) and not set(self.fold(part.text).split()) <= set(_OF_ANY.split())

    def may_be_within(self, first: str, second: str) -> bool:
        """Whether “first, second” may tell where the first lies: “Greenland, Denmark”. Two States are two."""
        return first not in STATES or second not in STATES
