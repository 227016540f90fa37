"""Where a reported clause ends, and whether a quotation in it is a title."""

from __future__ import annotations

import re

from statements.capture.grammar import NP, TAIL
from statements.capture.language import Language
from statements.capture.structure import Document, Sentence

_NEXT = re.compile(rf"(?<=Q)(?:&|B)(?:(?:{NP})|O){TAIL}K|[,;](?:&|B)?(?:(?:{NP})|O){TAIL}K|,?(?:&|B)[RV]{{0,2}}K|,G")


class Clauses:
    """Ends of clauses in sentences of one text."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.language: Language = document.language

    def _end(self, sentence: Sentence, start: int) -> int:
        """Return where a clause ends: at the next handover or with the sentence, the full stop left out."""
        classes = sentence.classes
        end = len(classes)
        while end > start and classes[end - 1] in ".,;:-" and sentence.tokens[end - 1].text not in (")", "]"):
            end -= 1
        for m in _NEXT.finditer(classes, start + 1, end):
            last = m.end() - 1
            if m.group().endswith("K") and self.language.cues[sentence.tokens[last].low].base:
                continue
            if m.group() == ",G" or m.start() > start + 1:
                end = m.start()
                break
        for n in range(start + 2, end - 1):
            low = sentence.tokens[n + 1].low
            if (
                classes[n] == ","
                and low in ("but", "pero", "mais")
                and classes[n + 2 : n + 3] not in tuple("OCDMQTI")
                and not self._that_again(classes, n + 2)
            ):
                end = n
                break
            if classes[n] == "," and any(
                p[0] == low and self._phrase(sentence, n + 1, p) for p in self.language.according
            ):
                end = n
                break
        return end

    def _that_again(self, classes: str, at: int) -> bool:
        return classes[at : at + 1] == "T"

    def _phrase(self, sentence: Sentence, at: int, phrase: tuple[str, ...]) -> bool:
        return tuple(t.low for t in sentence.tokens[at : at + len(phrase)]) == phrase

    def _inner(self, sentence: Sentence, token: int) -> str:
        quote = self.document.quotes[sentence.tokens[token].quote]
        return self.document.text[quote.inner_start : quote.inner_end]

    def _capital(self, sentence: Sentence, token: int) -> bool:
        inner = self._inner(sentence, token).lstrip(" \u00a0\u202f‘'“\"[")
        return inner[:1].isupper() and " " in inner

    def _title(self, sentence: Sentence, token: int) -> bool:
        """Return whether a quotation is a title: most of its longer words are capitalised."""
        words = [w for w in re.findall(r"[^\W\d_]+", self._inner(sentence, token)[:200]) if len(w) > 3]
        inner = self._inner(sentence, token).rstrip()
        if inner.endswith((".", "!")) and len(words) > 2:
            return False
        return len(words) > 1 and sum(w[0].isupper() for w in words) > 0.6 * len(words)
