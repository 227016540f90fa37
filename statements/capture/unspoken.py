"""Quotations without a word of speech in their sentence: alone, behind a colon, in a headline, spoken within."""

from __future__ import annotations

import re
from dataclasses import replace

from statements.capture import grammar
from statements.capture.drafts import Draft, Pass
from statements.capture.people import Entity
from statements.capture.structure import Sentence, words

_INNER = re.compile(r"(?:[—–] ?|, )([^—–,.«»]{3,60})(?:[—–]|[.,])")


class Unspoken(Pass):
    """The part of the pass that hears quotations without a word of speech."""

    def _standalone(self, sentence: Sentence) -> None:
        quotes = [t for t in sentence.tokens if t.quote >= 0]
        start, end = quotes[0].start, quotes[-1].end
        last = self.drafts[-1] if self.drafts else None
        if last and last.paragraph == sentence.paragraph and last.quote_first and self._touches(last, start):
            last.parts.append((start, end))
            last.end = end
            return None
        if sentence.headline or self.contents._title(sentence, sentence.tokens.index(quotes[0])):
            return self._headline_quote(sentence)
        entity: Entity | None = None
        spoken = self.speakers.last
        if spoken and spoken.paragraph == sentence.paragraph:
            entity = spoken.entity
        if (
            self.subject
            and self.subject[0] == sentence.paragraph
            and (entity is None or spoken is None or spoken.place < self.subject[1].first)
        ):
            entity = self.subject[1]
        if entity is None and spoken:
            entity = spoken.entity
        inner = self._inside(sentence, quotes[0].start, quotes[0].end)
        entity, cue = inner if inner else (entity, "")
        self._record(
            Draft(start, end, "direct", entity, "", cue, 0.8 if cue else 0.5, sentence.paragraph, [(start, end)]),
            start,
        )
        return None

    def _inside(self, sentence: Sentence, start: int, end: int) -> tuple[Entity, str] | None:
        """“« …, a-t-il insisté. … »”, “«… —dijo X—. …»”: the attribution stands within the marks."""
        if self.language.code == "en":
            return None
        for m in _INNER.finditer(self.text, start, end):
            tokens = words(self.text, m.start(1), m.end(1), self.language)
            classes = self.language.classify(tokens)
            verb = classes.find("K")
            if verb < 0 or verb > 2:
                continue
            aside = replace(sentence, tokens=tokens, classes=classes)
            place = classes.find("O") if "O" in classes[:verb] else verb + 1
            phrase = grammar.after(classes, place) if place < len(classes) else None
            mention = self.reader.read(aside, phrase) if phrase else None
            entity = self.speakers.resolve(mention, aside) if mention else None
            entity = entity or (self.subject[1] if self.subject else None)
            if entity is not None:
                return entity, tokens[verb].text
        return None

    def _touches(self, last: Draft, start: int) -> bool:
        """Return whether nothing but the end of the attribution's sentence stands between two quotations."""
        between = self.text[last.parts[-1][1] : start]
        return len(between) < 400 and sum(1 for s in self.document.sentences if last.end <= s.start < start) == 0

    def _colon(self, sentence: Sentence) -> None:
        """“Somebody, 52, cook: “…””, or a sentence about somebody that ends with a colon."""
        classes = sentence.classes
        if sentence.headline and classes[:1] == "Q":
            return self._headline_quote(sentence)
        mark = classes.find(":Q")
        if mark < 0:
            return None
        begin = 1 if classes[0] == "-" else 0
        phrase = grammar.after(classes, begin) if begin < len(classes) else None
        mention = self.reader.read(sentence, phrase) if phrase else None
        if mention is None or not (mention.known or mention.name):
            mention = self._main(sentence, mark)
        if mention is None:
            return None
        entity = self.speakers.resolve(mention, sentence)
        end = mark + 1
        while classes[end + 1 : end + 2] == "Q":
            end += 1
        start, last = sentence.tokens[mark + 1].start, sentence.tokens[end].end
        self._record(
            Draft(start, last, "direct", entity, mention.text, "", 0.7, sentence.paragraph, [(start, last)]), start
        )
        return None

    def _headline_quote(self, sentence: Sentence) -> None:
        quote = next(t for t in sentence.tokens if t.quote >= 0)
        mode = "direct" if sentence.classes[:2] in ("Q:", "Q") or len(sentence.classes) == 1 else "mixed"
        self.drafts.append(
            Draft(quote.start, quote.end, mode, None, "", "", 0.4, sentence.paragraph, [(quote.start, quote.end)], True)
        )
