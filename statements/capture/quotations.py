"""Suggested quotations: text in, list of suggestions out. Offered to an editor, never saved by themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from statements.capture import grammar
from statements.capture.contents import Content, Contents
from statements.capture.cues import Finder, Handover
from statements.capture.language import guess, load
from statements.capture.mentions import Mention, Reader
from statements.capture.people import Entity, People
from statements.capture.speakers import Speakers, Spoken
from statements.capture.structure import Document, Sentence, read, words

_STANDALONE = re.compile(r"[-.]*Q(?:&?Q)*[.-]*")
_INNER = re.compile(r"(?:[—–] ?|, )([^—–,.«»]{3,60})(?:[—–]|[.,])")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One attribution; `text[start:end]` are the words, `parts` their segments without the attribution inside."""

    start: int
    end: int
    mode: str  # direct, indirect, mixed
    speaker: str
    mention: str
    cue: str
    office: str
    kind: str  # person, organisation, unnamed
    confidence: float
    parts: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Draft:
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


class _Article:
    """One pass over the sentences of an article."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text, self.language = document.text, document.language
        self.reader = Reader(document.text, document.language)
        self.people = People(document, self.reader)
        self.speakers = Speakers(self.people)
        self.finder = Finder(self.reader)
        self.contents = Contents(document)
        self.drafts: list[_Draft] = []
        self.subject: tuple[int, Entity] | None = None  # paragraph and subject of the sentence before

    def run(self) -> list[_Draft]:
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

    def _main(self, sentence: Sentence, stop: int) -> Mention | None:
        """Return the subject of the sentence: its first noun phrase that is somebody."""
        classes = sentence.classes
        if m := re.match(r"(?:[PB][^,]{1,60},|R,?)?O", classes[:stop]):
            if mention := self.reader.read(sentence, grammar.Phrase(m.end() - 1, m.end())):
                return mention
        for phrase in grammar.first(classes[:stop]):
            if phrase.start and classes[phrase.start - 1] in "PI":
                continue
            mention = self.reader.read(sentence, phrase)
            if mention is not None and (mention.known or mention.name):
                return mention
        return None

    # What is added.

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
        draft = _Draft(
            first, last, mode, entity, mention, self._cue(sentence, found), 0.9 if found.subject else 0.7, sentence.paragraph,
            parts, sentence.headline, quote_first=mode == "direct" and content.before, named=bool(found.subject and found.subject.kind == "person"),
        )  # fmt: skip
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

    def _record(self, draft: _Draft, place: int, addressee: Entity | None = None, asked: bool = False) -> None:
        if draft.end <= draft.start or any(d.start < draft.end and draft.start < d.end for d in self.drafts[-4:]):
            return
        self.drafts.append(draft)
        if draft.entity is not None:
            self.speakers.spoke(Spoken(draft.entity, place, draft.paragraph, addressee, asked))

    # Sentences without a word of speech.

    def _standalone(self, sentence: Sentence) -> None:
        quotes = [t for t in sentence.tokens if t.quote >= 0]
        start, end = quotes[0].start, quotes[-1].end
        last = self.drafts[-1] if self.drafts else None
        if last and last.paragraph == sentence.paragraph and last.quote_first and self._touches(last, start):
            last.parts.append((start, end))
            last.end = end
            return
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
            _Draft(start, end, "direct", entity, "", cue, 0.8 if cue else 0.5, sentence.paragraph, [(start, end)]),
            start,
        )

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

    def _touches(self, last: _Draft, start: int) -> bool:
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
            return
        begin = 1 if classes[0] == "-" else 0
        phrase = grammar.after(classes, begin) if begin < len(classes) else None
        mention = self.reader.read(sentence, phrase) if phrase else None
        if mention is None or not (mention.known or mention.name):
            mention = self._main(sentence, mark)
        if mention is None:
            return
        entity = self.speakers.resolve(mention, sentence)
        end = mark + 1
        while classes[end + 1 : end + 2] == "Q":
            end += 1
        start, last = sentence.tokens[mark + 1].start, sentence.tokens[end].end
        self._record(
            _Draft(start, last, "direct", entity, mention.text, "", 0.7, sentence.paragraph, [(start, last)]), start
        )

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

    # What later sentences tell about earlier ones.

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

    def _headline_quote(self, sentence: Sentence) -> None:
        quote = next(t for t in sentence.tokens if t.quote >= 0)
        mode = "direct" if sentence.classes[:2] in ("Q:", "Q") or len(sentence.classes) == 1 else "mixed"
        self.drafts.append(
            _Draft(
                quote.start, quote.end, mode, None, "", "", 0.4, sentence.paragraph, [(quote.start, quote.end)], True
            )
        )

    def _headlines(self) -> None:
        """A headline speaks for somebody named below: who says the same words there, or who speaks first."""
        body = [d for d in self.drafts if not d.headline and d.entity is not None]
        for draft in [d for d in self.drafts if d.headline]:
            if draft.entity is None:
                words = _plain(self.text[draft.start : draft.end])
                same = next((d for d in body if words and words in _plain(self.text[d.start : d.end])), None)
                draft.entity = same.entity if same else None
            elif draft.entity.final().kind == "unnamed" and body:
                if draft.entity.plural is False:
                    draft.entity = body[0].entity

    def _introduced_later(self) -> None:
        """“The police commissioner told …” and then, in the next paragraph, her bare name: the same person."""
        body = [d for d in self.drafts if not d.headline]
        for one, other in zip(body, body[1:], strict=False):
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


_ACCORDING = load("en").cues["said"]


def suggest(text: str, language: str | None = None) -> list[Suggestion]:
    """Return the quotations suggested in `text`, in its order; the language is guessed where it is not given."""
    document = read(text, load(language or guess(text)))
    suggestions = []
    for draft in _Article(document).run():
        entity = draft.entity.final() if draft.entity else None
        if entity is None:
            continue
        suggestions.append(
            Suggestion(
                draft.start,
                draft.end,
                draft.mode,
                entity.name,
                draft.mention,
                draft.cue,
                entity.office,
                entity.kind,
                draft.confidence,
                tuple(draft.parts),
            )  # fmt: skip
        )
    return suggestions
