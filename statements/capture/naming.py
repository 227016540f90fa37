"""What a mention holds, and the names in it: titles, offices before a name, organisations, acronyms, places."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from statements.capture.language import Language
from statements.capture.structure import Sentence, Token


@dataclass(frozen=True, slots=True)
class Mention:
    """What a noun phrase says of whom it names."""

    start: int
    end: int
    text: str
    kind: str  # pronoun, person, organisation, unnamed, text, joint
    name: tuple[str, ...] = ()
    office: str = ""
    head: str = ""
    gender: str = ""
    plural: bool = False
    definite: bool = False
    known: bool = True  # some word of it says that it is somebody
    issuer: Mention | None = None
    members: tuple[Mention, ...] = field(default=())


class Naming:
    """Finds the name in a noun phrase."""

    def __init__(self, text: str, language: Language) -> None:
        self.text, self.language = text, language
        sets = language.sets
        self.offices = sets["offices"]
        self.roles = sets["offices"] | sets["people"]
        self.titles = sets["titles"] | sets["title_offices"]
        self.organisations, self.texts = sets["organisations"], sets["texts"]

    def _printed(self, start: int, end: int) -> str:
        return " ".join(self.text[start:end].split())

    def _named(self, sentence: Sentence, base: Mention, start: int, stop: int, end: int) -> Mention | None:
        tokens, classes = sentence.tokens, sentence.classes
        last = stop
        if (
            self.language.code != "en"
            and end > stop
            and classes[end - 1] == "C"
            and self._head(tokens, start, stop) in self.roles
        ):
            last = end  # l’experte des Nations unies Clémence X: the name stands after the complement
        if last <= start or classes[last - 1] != "C":
            return None
        begin = last
        while begin > start and (classes[begin - 1] == "C" or (classes[begin - 1] == "Q" and begin < last)):
            begin -= 1
        if last == end > stop:
            if last - begin > 2 and tokens[begin].text.isupper() and len(tokens[begin].text) > 1:
                begin += 1
            elif classes[begin - 1] != "N" or last - begin < 2 or tokens[begin - 1].low in self.organisations:
                return self._named(sentence, base, start, stop, stop) if end != stop else None
        title = self._title_end(tokens, begin, last)
        if title == last:
            return None  # nothing but an office
        words = tuple(self.text[t.start : t.end] for t in tokens[title:last])
        lows = [t.low.rstrip(".") for t in tokens[title:last]]
        office_words = tokens[start:title]
        office_words = (
            office_words[1:] if office_words and office_words[0].low in self.language.sets["articles"] else office_words
        )
        if classes[start] != "D" and not any(t.low in self.roles for t in office_words):
            while office_words and office_words[0].text[0].islower():
                office_words = office_words[1:]  # “met Mr Tadic”: a verb that no list knows
        titled = title > begin or any(t.low in self.roles for t in office_words)
        acronym = len(words) == 1 and words[0].isupper() and len(words[0]) > 1 and not title > begin
        country = len(words) == 1 and lows[0] in self.language.sets["countries"] and not titled
        group = any(low in self.organisations for low in (lows if self.language.code == "en" else lows[:1]))
        article = begin == title and begin == start + 1 and classes[start] == "D" and not titled
        if not titled and (group or acronym or country or article):
            stretch = stop
            if begin == title:
                inner = "C" if self.language.code == "en" else "[NC]"
                stretch = end if re.fullmatch(rf"(?:[PI]D?{inner}+)+", classes[stop:end]) else stop
            name = tuple(self.text[tokens[begin].start : tokens[stretch - 1].end].split())
            return replace(
                base,
                kind="organisation",
                name=name,
                head=lows[-1],
                gender="n",
                end=tokens[stretch - 1].end,
                text=self._printed(base.start, tokens[stretch - 1].end),
            )
        office = self.text[office_words[0].start : office_words[-1].end] if office_words else ""
        gender = next(
            (g for t in [*office_words, tokens[title]] if (g := self.language.genders.get(t.low.rstrip("."), ""))), ""
        )
        head = next((t.low for t in reversed(office_words) if t.low in self.roles), "")
        if not head and not titled and classes[start] != "D":
            office = ""  # “met Ivo Tadic”: whatever stands before the name is no office
        if office.lower().rstrip(".") in self.language.sets["titles"]:
            office = ""
        name_end = tokens[last - 1].end
        return replace(
            base, kind="person", name=words, office=" ".join(office.split()), head=head, gender=gender,
            end=name_end, text=self._printed(base.start, name_end),
        )  # fmt: skip

    def _title_end(self, tokens: list[Token], begin: int, end: int) -> int:
        """Return where the name begins: after the last title or office in the run of capitalised words."""
        for n in range(end - 1, begin - 1, -1):
            low = tokens[n].low.rstrip(".")
            if n == end - 1 > begin and low in self.language.abbreviations:
                continue  # “Hun Sen”: a shortened title stands before a name, never at its end
            if low in self.titles or low.rpartition("-")[2] in self.titles:
                return n + 1
        return begin

    def _head(self, tokens: list[Token], start: int, stop: int) -> str:
        every = self.roles | self.organisations | self.texts
        order = range(stop - 1, start - 1, -1) if self.language.code == "en" else range(start, stop)
        for n in order:
            low = tokens[n].low
            if low in every or low.rpartition("-")[2] in self.offices:
                return low
            if low.endswith("s") and low[:-1] in every:
                return low
            if self.language.code == "en":
                return low
        return ""
