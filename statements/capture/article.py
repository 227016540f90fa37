"""One pass over an article, sentence by sentence."""

from __future__ import annotations

import itertools
import re

from statements.capture.according import According
from statements.capture.cues import Handover
from statements.capture.drafts import Draft
from statements.capture.people import Entity
from statements.capture.speakers import Spoken
from statements.capture.structure import Sentence
from statements.capture.unspoken import Unspoken

_STANDALONE = re.compile(r"[-.]*Q(?:&?Q)*[.-]*")


class Article(According, Unspoken):
    """One pass over the sentences of an article."""

    def run(self) -> list[Draft]:
        for sentence in self.document.sentences:
            before = len(self.drafts)
            self._sentence(sentence)
            self._note_subject(sentence, before)
            self.speakers.focus = self.subject
        self._headlines()
        self._introduced_later()
        return sorted((d for d in self.drafts if d.entity is not None), key=lambda d: (d.start, d.end))

    def _sentence(self, sentence: Sentence) -> None:
        if _STANDALONE.fullmatch(sentence.classes):
            self._standalone(sentence)
            return
        low = 0
        count = len(self.drafts)
        if (end := self._according(sentence)) is not None:
            low = end
        speaking: Entity | None = None
        handovers = list(self.finder.handovers(sentence))
        if (outer := self._outermost(sentence, handovers)) is not None:
            handovers = [outer]
        for found in handovers:
            if found.verb < low or (low and found.start < low and found.subject is not None and found.start < low - 1):
                continue
            content = self.contents.of(sentence, found, low)
            if content is None or content.end <= content.start:
                continue
            entity, mention = self._who(sentence, found, speaking)
            if entity is None:
                continue
            self._add(sentence, found, content, entity, mention)
            speaking = entity
            low = max(content.end, found.end if content.before else 0, content.skip[1])
        if len(self.drafts) == count and "Q" in sentence.classes:
            self._colon(sentence)

    def _outermost(self, sentence: Sentence, handovers: list[Handover]) -> Handover | None:
        """Return “…, she said.” at the end of a sentence without quotation: it governs all that stands before."""
        if len(handovers) < 2 or sentence.classes[:1] == "Q":
            return None
        last = handovers[-1]
        comma = sentence.classes[max(0, last.start - 1) : last.start] == ","
        tail = self.contents._after(sentence, last)
        closes = not sentence.classes[tail:].strip(".,")
        fits = last.subject is not None and "b" in last.cue.frames and not last.inverted
        earlier = handovers[0]
        spoken = (
            earlier.subject is not None
            and earlier.cue.frames & {"q", "o", "u", "a"}
            and earlier.word in self.language.sets["strong"]
        )
        return last if comma and closes and fits and last.start > 4 and not spoken else None

    def _who(self, sentence: Sentence, found: Handover, speaking: Entity | None) -> tuple[Entity | None, str]:
        if found.subject is not None:
            return self.speakers.resolve(found.subject, sentence, self._reply(found)), found.subject.text
        if found.continues:
            if speaking is not None:
                return speaking, ""
            main = self._main(sentence, found.start)
            if main is not None:
                return self.speakers.resolve(main, sentence), main.text
            return None, ""
        if self.subject and self.subject[0] == sentence.paragraph:
            return self.subject[1], ""
        return (self.speakers.last.entity if self.speakers.last else None), ""

    def _reply(self, found: Handover) -> str:
        return "reply" if found.cue.lemma in self.language.sets["reply"] else found.cue.lemma

    def _note_subject(self, sentence: Sentence, before: int) -> None:
        if _STANDALONE.fullmatch(sentence.classes):
            return
        mention = self._main(sentence, min(len(sentence.classes), 60))
        if len(self.drafts) > before and self.drafts[-1].entity is not None:
            self.subject = (sentence.paragraph, self.drafts[-1].entity)
        elif mention is not None and mention.known and mention.kind != "joint":
            fresh = mention.kind != "unnamed" or mention.definite
            entity = self.speakers.resolve(mention, sentence) if fresh else None
            if entity is not None:
                self.subject = (sentence.paragraph, entity)
                if mention.kind != "person":
                    self.people.timeline.append((mention.start, entity, True))
                if (
                    self.speakers.last
                    and self.speakers.last.paragraph == sentence.paragraph
                    and mention.kind in ("person", "unnamed")
                ):
                    self.speakers.history.append(Spoken(entity, mention.start, sentence.paragraph))

    def _headlines(self) -> None:
        """A headline speaks for somebody named below: who says the same words there, or who speaks first."""
        body = [d for d in self.drafts if not d.headline and d.entity is not None]
        for draft in [d for d in self.drafts if d.headline]:
            if draft.entity is None:
                words = _plain(self.text[draft.start : draft.end])
                same = next((d for d in body if words and words in _plain(self.text[d.start : d.end])), None)
                draft.entity = same.entity if same else None
            elif draft.entity.final().kind == "unnamed" and body and draft.entity.plural is False:
                draft.entity = body[0].entity

    def _introduced_later(self) -> None:
        """“The police commissioner told …” and then, in the next paragraph, her bare name: the same person."""
        body = [d for d in self.drafts if not d.headline]
        for one, other in itertools.pairwise(body):
            first, second = (one.entity and one.entity.final()), (other.entity and other.entity.final())
            if first is None or second is None or first is second:
                continue
            fits = first.kind == "unnamed" and first.definite and not first.plural and second.kind == "person"
            fresh = (
                other.named and not second.office and second.first >= one.end and other.paragraph - one.paragraph <= 2
            )
            if fits and fresh and (not first.gender or not second.gender or first.gender == second.gender):
                first.same_as = second
                second.office = second.office or first.name.partition(" ")[2]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
