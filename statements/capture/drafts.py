"""Attributions while an article is read: who may still change with what comes later."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from statements.capture import grammar
from statements.capture.contents import Content, Contents
from statements.capture.cues import Finder, Handover
from statements.capture.mentions import Mention, Reader
from statements.capture.people import Entity, People
from statements.capture.speakers import Speakers, Spoken
from statements.capture.structure import Document, Sentence


@dataclass(slots=True)
class Draft:
    start: int
    end: int
    mode: str
    entity: Entity | None
    mention: str
    cue: str
    confidence: float
    paragraph: int
    parts: list[tuple[int, int]] = field(default_factory=list)
    headline: bool = False
    quote_first: bool = False
    named: bool = False


class Pass:
    """What one pass over the sentences of an article knows, and how it notes an attribution."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text, self.language = document.text, document.language
        self.reader = Reader(document.text, document.language)
        self.people = People(document, self.reader)
        self.speakers = Speakers(self.people)
        self.finder = Finder(self.reader)
        self.contents = Contents(document)
        self.drafts: list[Draft] = []
        self.subject: tuple[int, Entity] | None = None  # paragraph and subject of the sentence before

    def _main(self, sentence: Sentence, stop: int) -> Mention | None:
        """Return the subject of the sentence: its first noun phrase that is somebody."""
        classes = sentence.classes
        m = re.match(r"(?:[PB][^,]{1,60},|R,?)?O", classes[:stop])
        pronoun = self.reader.read(sentence, grammar.Phrase(m.end() - 1, m.end())) if m else None
        if pronoun is not None:
            return pronoun
        for phrase in grammar.first(classes[:stop]):
            if phrase.start and classes[phrase.start - 1] in "PI":
                continue
            mention = self.reader.read(sentence, phrase)
            if mention is not None and (mention.known or mention.name):
                return mention
        return None

    def _add(self, sentence: Sentence, found: Handover, content: Content, entity: Entity, mention: str) -> None:
        tokens, classes = sentence.tokens, sentence.classes
        inside = [n for n in range(content.start, content.end) if not content.skip[0] <= n < content.skip[1]]
        kinds = "".join(classes[n] for n in inside)
        start, end = content.start, content.end
        if "Q" not in kinds:
            mode = "indirect"
        elif re.fullmatch(r"[.,:;&BR-]*(?:Q[.,:;&-]*)+", kinds):
            mode = "direct"
            start = classes.index("Q", content.start)
            end = classes.rindex("Q", content.start, content.end) + 1
        else:
            mode = "mixed"
        first, last = tokens[start].start, tokens[end - 1].end
        parts = [(first, last)]
        if content.skip[1]:
            parts = [(first, tokens[content.skip[0] - 1].end), (tokens[content.skip[1]].start, last)]
        if mode == "indirect" and classes[end : end + 1] == ":" and end >= len(classes) - 1:
            last = self._bullets(sentence, last)
            parts = [(first, last)]
        draft = Draft(
            first,
            last,
            mode,
            entity,
            mention,
            self._cue(sentence, found),
            0.9 if found.subject else 0.7,
            sentence.paragraph,
            parts,
            sentence.headline,
            quote_first=mode == "direct" and content.before,
            named=bool(found.subject and found.subject.kind == "person"),
        )
        addressee = self._addressee(sentence, found, content)
        self._record(
            draft, tokens[found.verb].start, addressee, "w" in found.cue.frames and "b" not in found.cue.frames
        )

    def _cue(self, sentence: Sentence, found: Handover) -> str:
        tokens = sentence.tokens
        if found.verb + 1 < len(tokens) and tokens[found.verb + 1].low in self.language.particles.get(
            found.cue.lemma, {}
        ):
            return f"{found.word} {tokens[found.verb + 1].text}"
        return found.word

    def _bullets(self, sentence: Sentence, last: int) -> int:
        """A list after “called on the government to:” belongs to what is asked."""
        for start, end in self.document.paragraphs:
            if start > last and self.text[start] in "–—-•*·" and start - last < 5:
                last = end - (self.text[end - 1] == ".")
        return last

    def _addressee(self, sentence: Sentence, found: Handover, content: Content) -> Entity | None:
        start, end = content.addressee
        if end <= start or not found.cue.frames & {"o"}:
            return None
        phrase = grammar.after(sentence.classes, start)
        mention = self.reader.read(sentence, phrase) if phrase else None
        if mention is None or mention.kind == "pronoun":
            return None
        return self.speakers.resolve(mention, sentence) if mention.name or mention.definite else None

    def _record(self, draft: Draft, place: int, addressee: Entity | None = None, asked: bool = False) -> None:
        if draft.end <= draft.start or any(d.start < draft.end and draft.start < d.end for d in self.drafts[-4:]):
            return
        self.drafts.append(draft)
        if draft.entity is not None:
            self.speakers.spoke(Spoken(draft.entity, place, draft.paragraph, addressee, asked))
