"""Who is named in an article: each person and organisation once, under the fullest name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from statements.capture import grammar
from statements.capture.language import Language
from statements.capture.mentions import Mention, Reader
from statements.capture.structure import Document, Sentence

_LESSER = {"deputy", "vice", "assistant", "former", "acting", "ex", "adjoint", "adjointe", "ancien", "vice-président"}


@dataclass(slots=True)
class Entity:
    """A person, an organisation, somebody unnamed or several together."""

    name: str
    kind: str
    words: tuple[str, ...] = ()
    office: str = ""
    heads: set[str] = field(default_factory=set)
    gender: str = ""
    plural: bool = False
    first: int = 0
    definite: bool = False
    members: tuple[Entity, ...] = ()
    same_as: Entity | None = None

    def final(self) -> Entity:
        """Return whom this one turned out to be."""
        entity = self
        for _ in range(8):
            if entity.same_as is None:
                break
            entity = entity.same_as
        return entity


def _fold(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(w.lower().replace("’", "'").strip(".,\"“”'") for w in words)


def _within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Return whether the words of `short` stand in `long` in their order."""
    rest = iter(long)
    return all(word in rest for word in short)


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper())


class People:
    """The register of one article, filled in one pass before any speaker is looked for."""

    def __init__(self, document: Document, reader: Reader) -> None:
        self.language: Language = document.language
        self.entities: list[Entity] = []
        self.by_word: dict[str, list[Entity]] = {}
        self.timeline: list[tuple[int, Entity, bool]] = []  # place, who, whether first in the sentence
        found = [(s, m) for s in document.sentences for m in self._mentions(s, reader)]
        # The longest names first, so that a short one finds its full form wherever that stands.
        for _, mention in sorted(found, key=lambda pair: -len(pair[1].name)):
            self.named(mention)
        seen: Sentence | None = None
        for sentence, mention in found:
            entity = self.named(mention)
            self.timeline.append((mention.start, entity, sentence is not seen))
            if sentence is not seen and not entity.gender and entity.kind == "person":
                entity.gender = self._hint(sentence, mention)
            seen = sentence

    def _mentions(self, sentence: Sentence, reader: Reader) -> Iterator[Mention]:
        position = 0
        classes = sentence.classes
        if sentence.headline:
            return
        while position < len(classes):
            if classes[position] not in "DMNC" or (
                position and classes[position - 1] in "NCD" and classes[position] == "N"
            ):
                position += 1
                continue
            phrase = grammar.after(classes, position, joint=False)
            mention = reader.read(sentence, phrase) if phrase else None
            if phrase is None or mention is None:
                position += 1
                continue
            for one in mention.members or (mention,):
                place = position > 0 and classes[position - 1] in "PI" and len(one.name) == 1 and not one.office
                if (
                    one.name
                    and one.kind in ("person", "organisation")
                    and not (place and self.find(_fold(one.name)) is None)
                ):
                    yield one
            owner = classes.find("S", position, phrase.end)
            if owner > position:
                holder = reader.read(sentence, grammar.Phrase(position, owner))
                if holder is not None and holder.kind == "organisation" and holder.name:
                    yield holder
            # A phrase with complements may hide a second name: go on behind its first part.
            step = next((n for n in range(position + 1, phrase.end) if classes[n] in "PI"), phrase.end)
            behind = phrase.app_end and mention.start > sentence.tokens[phrase.end - 1].start
            applied = mention.name and mention.kind == "person" and phrase.app_end and (behind or mention.head)
            whole = mention.kind == "person" and mention.end == sentence.tokens[phrase.end - 1].end
            position = max(position + 1, phrase.app_end if applied else (phrase.end if whole else step))
        for run in re.finditer(r"(?<!C)C{2,5}(?!C)", classes):
            full = reader.read(sentence, grammar.Phrase(run.start(), run.end()))
            if (
                full is not None
                and full.kind == "person"
                and len(full.name) > 1
                and classes[run.start() - 1 : run.start()] not in ("P", "I", "S")
            ):
                yield full

    def _hint(self, sentence: Sentence, mention: Mention) -> str:
        """Return what the first pronoun after a name that begins its sentence says of the gender."""
        for token, letter in zip(sentence.tokens, sentence.classes, strict=True):
            if token.start >= mention.end and letter == "C":
                return ""
            if token.start >= mention.end and token.low in ("he", "his", "she", "her", "him", "elle", "ella"):
                return self.language.genders.get(token.low, "")
        return ""

    def named(self, mention: Mention) -> Entity:
        """Return the entity that bears the name of `mention`; a new one where none does."""
        words = _fold(mention.name)
        entity = self.find(words, mention)
        if entity is None:
            entity = Entity(" ".join(mention.name), mention.kind, words, first=mention.start)
            self.entities.append(entity)
            for word in set(words):
                self.by_word.setdefault(word, []).append(entity)
        entity.first = min(entity.first, mention.start)
        if mention.gender and (not entity.gender or entity.gender == "n"):
            entity.gender = mention.gender
        if mention.head:
            entity.heads.add(mention.head)
        if mention.office:
            entity.heads.update(w for w in _fold(tuple(mention.office.split())) if w in self.language.sets["offices"])
            if len(mention.office) > len(entity.office) and (not entity.office or entity.first == mention.start):
                entity.office = mention.office
        return entity

    def find(self, words: tuple[str, ...], mention: Mention | None = None) -> Entity | None:
        """Return who has all these words in the name: the same kind first, the last word at the end best."""
        if not words:
            return None
        known = self.by_word.get(words[-1], []) or self.by_word.get(words[0], [])
        fitting = [e for e in known if e.words == words or (len(e.words) > len(words) and _within(words, e.words))]
        if not fitting and mention is not None and len(words) == 1 and len(words[0]) > 1 and mention.name[0].isupper():
            fitting = [e for e in self.entities if _initials(e.name) == mention.name[0].replace(".", "")]
        if mention is not None and mention.kind == "person":
            # A single word is a name's part only where it is a surname or a first name, not “Forum” of a “Forum”.
            fitting = [e for e in fitting if e.kind == "person" or e.words == words or len(words) == 1]
            if mention.gender:
                fitting = [e for e in fitting if not e.gender or e.gender in (mention.gender, "n")] or fitting[:0]
        if not fitting:
            return None
        return max(fitting, key=lambda e: (e.words == words, e.words[-1] == words[-1], e.kind == "person", -e.first))

    def holder(self, head: str, position: int, text: str = "") -> Entity | None:
        """Return who holds an office: the last one named before `position`, or else the first one after it."""
        wanted = {head, self.language.synonyms.get(head, head)}
        wanted |= {w for w, first in self.language.synonyms.items() if first in wanted}
        words = set(_fold(tuple(text.split())))
        before: tuple[int, int, Entity] | None = None
        after: tuple[int, int, Entity] | None = None
        for place, entity, _ in self.timeline:
            if entity.kind != "person" or not entity.heads & wanted:
                continue
            shared = len((words - self.language.sets["articles"]) & set(_fold(tuple(entity.office.split()))))
            exact = 2 if head in entity.heads else 0
            if set(_fold(tuple(entity.office.split()))) & _LESSER - words:
                exact -= 3  # “the minister” is not the deputy minister where there is a minister
            if place <= position and (before is None or (shared + exact, place) >= before[:2]):
                before = (shared + exact, place, entity)
            elif place > position and (after is None or shared + exact > after[0]):
                after = (shared + exact, place, entity)
        best = before or after
        return best[2] if best else None

    def group(self, head: str, position: int, groups: frozenset[str]) -> Entity | None:
        """Return the organisation that “the ministry”, “the group” stands for."""
        general = head in ("group", "organisation", "organization", "agency", "body", "groupe", "grupo", "organización")
        best: tuple[bool, bool, int, Entity] | None = None
        for place, entity, subject in self.timeline:
            fits = head in entity.words or (general and place <= position)
            if entity.kind != "organisation" or not fits:
                continue
            # The last one named before, “the group” rather one that began a sentence; else the first one after.
            leads = subject and general
            rank = (True, leads, place, entity) if place <= position else (False, leads, -place, entity)
            if best is None or rank[:3] >= best[:3]:
                best = rank
        last = best[3] if best else None
        return last if head in groups or last is not None else None
