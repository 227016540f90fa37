"""“According to X, …” and “…, according to X”."""

from __future__ import annotations

import re

from statements.capture import grammar
from statements.capture.contents import Content
from statements.capture.cues import Handover
from statements.capture.drafts import Pass
from statements.capture.language import Cue
from statements.capture.mentions import Mention
from statements.capture.people import Entity
from statements.capture.structure import Sentence

_ACCORDING = Cue("according to", frozenset("b"))


class According(Pass):
    """The part of the pass that hears sources named without a verb."""

    def _according(self, sentence: Sentence) -> int | None:
        """“According to X, …” and “…, according to X”; return the token behind the content."""
        tokens, classes = sentence.tokens, sentence.classes
        for n in range(len(tokens)):
            for phrase in self.language.according:
                if tokens[n].low != phrase[0] or not self.contents._phrase(sentence, n, phrase):
                    continue
                found = grammar.after(classes, n + len(phrase))
                mention = self.reader.read(sentence, found) if found else None
                if (
                    found is None
                    or mention is None
                    or (len(phrase) == 1 and phrase[0] == "pour" and (n or not mention.name))
                ):
                    continue
                if n > 1 and any(h.verb < n and h.subject for h in self.finder.handovers(sentence)):
                    return None
                entity = self.speakers.resolve(mention, sentence)
                if entity is None:
                    continue
                behind = max(found.whole_end, found.rel_end)
                return self._according_content(sentence, n, behind, entity, mention, " ".join(phrase))
        return None

    def _according_content(
        self, sentence: Sentence, at: int, behind: int, entity: Entity, mention: Mention, cue: str
    ) -> int:
        classes, tokens = sentence.classes, sentence.tokens
        if at and classes[at - 1] in "&B":
            return behind
        if at <= 1:
            comma = behind
            while comma < len(classes) and classes[comma] != "," and comma < behind + 12:
                comma += 1
            start = comma + 1 if comma < len(classes) and classes[comma] == "," else behind
            if re.match(r"[NR]{1,3},", classes[start:]) or re.match(r"[NPRB]{1,2},", classes[start:]):
                start = classes.index(",", start) + 1
            end = self.contents._end(sentence, start) if start < len(classes) else start
            first = start
        else:
            first, end = 0, at
            while end > first and classes[end - 1] in ",-":
                end -= 1
            if classes[behind : behind + 1] == "," and len(classes) - behind > 6 and classes[at - 1] == ",":
                end = self.contents._end(sentence, behind + 1)
        found = Handover(min(at, len(tokens) - 1), _ACCORDING, cue, mention, at, behind)
        if end > first:
            skip = (at, behind) if first < at < end else (0, 0)
            self._add(sentence, found, Content(first, end, skip, before=bool(at > 1)), entity, mention.text)
        return max(end, behind) if at <= 1 else behind
