"""Words of speech in a sentence: which of them hand somebody's words over, and whose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from statements.capture import grammar
from statements.capture.language import Cue
from statements.capture.mentions import Mention, Reader
from statements.capture.structure import Sentence, Token


@dataclass(frozen=True, slots=True)
class Handover:
    """A word of speech with its subject; the tokens `[start, end)` are the attribution."""

    verb: int
    cue: Cue
    word: str
    subject: Mention | None  # None: the subject of the sentence so far, or nobody named
    start: int
    end: int
    inverted: bool = False
    continues: bool = False


class Finder:
    """Finds handovers in sentences of one text."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.language = reader.language

    def handovers(self, sentence: Sentence) -> Iterator[Handover]:
        """Yield every handover of the sentence, from the left."""
        for n, letter in enumerate(sentence.classes):
            if letter in "KG" and (found := self._at(sentence, n)) is not None:
                yield found

    def _at(self, sentence: Sentence, n: int) -> Handover | None:
        tokens, classes = sentence.tokens, sentence.classes
        cue = self.language.cues[tokens[n].low]
        lead = self._lead(tokens, classes, n)
        helpers = [tokens[k].low for k in range(lead, n)]
        sets = self.language.sets
        progressive = cue.gerund and any(h in sets["be"] for h in helpers)
        if any(classes[k] == "X" for k in range(lead, n)) or any(h in sets["modals"] for h in helpers):
            return None
        if (
            self.language.code == "en"
            and any(h in sets["be"] and h not in ("'s", "been") for h in helpers)
            and not progressive
        ):
            return None  # passive: “was told”
        if "been" in helpers and not cue.gerund:
            return None
        previous = classes[n - 1] if n else "."
        if cue.base and (previous == "I" or (n and tokens[n - 1].low in ("to", "did", "does", "do", "n't", "that"))):
            return None
        if previous in "DS" and self.language.code == "en":
            return None
        if self.language.code == "en" and previous == "T" and n == 1:
            return None  # “That said, …”
        if (
            self.language.code == "en"
            and n + 1 < len(tokens)
            and tokens[n + 1].low == "by"
            and classes[n + 2 : n + 3] in ("D", "C")
        ):
            return None
        if cue.gerund and not progressive:
            if previous in ",&-Q" or (previous in "NCt)R" and self._quoted_next(classes, n)):
                return Handover(n, cue, tokens[n].text, None, n - (previous in ",&-"), n + 1, continues=True)
            return None
        return self._inverted(sentence, n, cue, lead) or self._plain(sentence, n, cue, lead)

    def _lead(self, tokens: list[Token], classes: str, n: int) -> int:
        lead = n
        sets = self.language.sets
        helping = sets["auxiliaries"] | sets["be"] | sets["modals"]
        while lead > 0 and (
            classes[lead - 1] in "RX" or (classes[lead - 1] == "V" and tokens[lead - 1].low in helping)
        ):
            lead -= 1
        if classes[lead - 1 : lead] == "I":
            return n
        return lead

    def _quoted_next(self, classes: str, n: int) -> bool:
        return classes[n + 1 : n + 2] in ("T", "Q", ":") or classes[n + 1 : n + 3] == ",Q"

    def _inverted(self, sentence: Sentence, n: int, cue: Cue, lead: int) -> Handover | None:
        """“…,” said X: the words stand before, the subject behind."""
        classes, tokens = sentence.classes, sentence.tokens
        before = classes[lead - 1] if lead else "."
        if self.language.code == "en" and not (before in "Q-" or (before == "," and lead > 1)):
            return None
        if (
            self.language.code == "en"
            and n + 1 < len(tokens)
            and tokens[n + 1].low in ("he", "she", "they", "it")
            and before != "Q"
        ):
            return None
        if self.language.code == "en" and before == "," and not cue.frames & {"q"}:
            return None
        phrase = grammar.after(classes, n + 1)
        if phrase is None or not cue.frames & set("qbtw"):
            return None
        if self.language.code != "en" and before not in "Q-,":
            return None
        mention = self.reader.read(sentence, phrase)
        if mention is not None and cue.base and not mention.plural:
            return None
        if mention is None or (before == "," and not mention.known and not mention.definite):
            return None
        if before == "," and classes[phrase.whole_end : phrase.whole_end + 1] in ("V", "K", "T", "O", "D", "I"):
            return None  # “X, who was there, said officials had …”
        if (
            before == ","
            and grammar.candidates_before(classes, n)
            and any(c.app_end for c in grammar.candidates_before(classes, n))
        ):
            after = classes[phrase.whole_end : phrase.whole_end + 1]
            if after not in ("", "."):
                return None
        return Handover(n, cue, tokens[n].text, mention, lead, max(phrase.whole_end, phrase.rel_end), inverted=True)

    def _plain(self, sentence: Sentence, n: int, cue: Cue, lead: int) -> Handover | None:
        classes, tokens = sentence.classes, sentence.tokens
        options = grammar.candidates_before(classes, n)
        relative = classes[max(0, lead - 1) : lead] == "W"
        for loose in (False, True):
            for phrase in options:
                if phrase.whole_start and self._extracted(sentence, phrase.start):
                    continue
                mention = self.reader.read(sentence, phrase)
                if mention is None:
                    continue
                if relative and (not loose or not mention.known):
                    continue
                bare = mention.kind == "unnamed" and not mention.known and not mention.definite
                if bare and not (loose and classes[phrase.start] in "DM"):
                    continue
                if cue.base and not (mention.plural or mention.kind == "joint" or classes[phrase.start] == "C"):
                    continue
                return Handover(n, cue, tokens[n].text, mention, phrase.whole_start, n + 1)
        if (
            self.language.code == "es"
            and not relative
            and (lead == 0 or classes[lead - 1] in "Q-." or classes[:lead] == "Q,")
        ):
            return Handover(n, cue, tokens[n].text, None, lead, n + 1)
        if grammar.joins_clause(classes, n) and n > 1 and not cue.base:
            return Handover(n, cue, tokens[n].text, None, lead - 1, n + 1, continues=True)
        return None

    def _extracted(self, sentence: Sentence, start: int) -> bool:
        """“What the minister had written”, “as if she said”: the words themselves are not handed over."""
        before = sentence.tokens[start - 1].low if start else ""
        return before in (
            "what",
            "whatever",
            "which",
            "if",
            "whether",
            "until",
            "unless",
            "before",
            "than",
            "qu'",
            "ce",
        )
