"""From a mention to who it is: short names, offices, pronouns, “the group”, a statement's issuer."""

from __future__ import annotations

from dataclasses import dataclass

from statements.capture.mentions import Mention
from statements.capture.people import Entity, People
from statements.capture.structure import Sentence


@dataclass(slots=True)
class Spoken:
    """Who spoke last, where, and to whom."""

    entity: Entity
    place: int
    paragraph: int
    addressee: Entity | None = None
    asked: bool = False


class Speakers:
    """Resolves the mentions of one article in the order of the text."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.language = people.language
        self.history: list[Spoken] = []
        self.unnamed: list[Entity] = []
        self.joint: list[Entity] = []
        self.focus: tuple[int, Entity] | None = None  # paragraph and subject of the sentence before

    @property
    def last(self) -> Spoken | None:
        """Who spoke last."""
        return self.history[-1] if self.history else None

    def spoke(self, spoken: Spoken) -> None:
        """Note that somebody spoke."""
        self.history.append(spoken)
        self.people.timeline.append((spoken.place, spoken.entity, True))

    def resolve(self, mention: Mention, sentence: Sentence, lemma: str = "") -> Entity | None:
        """Return who `mention` is; None where a pronoun finds nobody."""
        if mention.kind == "pronoun":
            return self._pronoun(mention, sentence, lemma)
        if mention.members:
            return self._several(mention, sentence)
        if mention.name:
            entity = self.people.named(mention).final()
            if mention.kind == "organisation" and len(mention.name) == 1 and mention.definite:
                return (
                    self._definite(mention, sentence) or entity
                    if entity.words == (mention.name[0].lower(),)
                    else entity
                )
            return entity
        if mention.kind == "text":
            return self._text(mention, sentence)
        if mention.definite or sentence.headline:
            return self._definite(mention, sentence) or self._new(mention)
        return self._new(mention)

    def _new(self, mention: Mention) -> Entity:
        same = next((e for e in self.unnamed if e.name.lower() == mention.text.lower()), None)
        if same:
            return same.final()
        kind = "organisation" if mention.kind == "organisation" else "unnamed"
        entity = Entity(
            mention.text, kind, heads={mention.head}, gender=mention.gender or ("p" if mention.plural else ""),
            plural=mention.plural, first=mention.start, definite=mention.definite,
        )  # fmt: skip
        self.unnamed.append(entity)
        return entity

    def _several(self, mention: Mention, sentence: Sentence) -> Entity:
        members = tuple(e for m in mention.members if (e := self.resolve(m, sentence)) is not None)
        articles = self.language.sets["articles"]
        parts = [
            m.text if e.kind == "organisation" and n else e.name
            for n, (e, m) in enumerate(zip(members, mention.members, strict=False))
        ]
        name = ", ".join(parts[:-1]) + f" {self._and()} " + parts[-1] if len(parts) > 1 else mention.text
        if parts and parts[0].split()[0].lower() in articles and members[0].kind == "organisation":
            name = name.partition(" ")[2]
        same = next((e for e in self.joint if e.name == name), None)
        if same:
            return same
        kind = members[0].kind if members else "unnamed"
        entity = Entity(
            name, kind, gender="p", plural=True, first=mention.start, members=members, office=mention.office
        )
        self.joint.append(entity)
        return entity

    def _and(self) -> str:
        return {"en": "and", "fr": "et", "es": "y"}[self.language.code]

    def _text(self, mention: Mention, sentence: Sentence) -> Entity | None:
        if mention.issuer is not None:
            return self.resolve(mention.issuer, sentence)
        if mention.definite and self.last is not None:
            return self.last.entity
        return self._new(mention)

    def _definite(self, mention: Mention, sentence: Sentence) -> Entity | None:
        groups = self.language.sets["groups"]
        if mention.plural:
            joint = [
                e
                for e in self.joint
                if e.kind == ("organisation" if mention.head in groups or mention.head + "s" in groups else e.kind)
            ]
            if joint and mention.kind == "organisation" and mention.text.count(" ") == 1:
                return joint[-1]
            return self._earlier(mention)
        if mention.kind == "organisation" or mention.head in groups:
            if "S" in sentence.classes and ("’s " in mention.text or "'s " in mention.text):
                return None
            return self.people.group(mention.head, mention.start, groups) or self._earlier(mention)
        if "’s " in mention.text or "'s " in mention.text:
            return self._earlier(mention)
        earlier = self._earlier(mention)
        holder = self.people.holder(mention.head, mention.start, mention.text)
        if earlier and (
            holder is None
            or earlier.first
            > max((p for p, e, _ in self.people.timeline if e is holder and p < mention.start), default=-1)
        ):
            return earlier
        return holder

    def _earlier(self, mention: Mention) -> Entity | None:
        """Return the unnamed one who was introduced with the same word."""
        short = mention.text.count(" ") <= 2
        return next(
            (
                e.final()
                for e in reversed(self.unnamed)
                if short and mention.head in e.heads and e.plural == mention.plural
            ),
            None,
        )

    def _pronoun(self, mention: Mention, sentence: Sentence, lemma: str) -> Entity | None:
        gender = mention.gender
        last = self.last
        if (
            last
            and last.asked
            and last.addressee
            and lemma in self.language.sets["reply"] | {"reply"}
            and self._fits(last.addressee, gender)
        ):
            return last.addressee
        best: tuple[float, Entity] | None = None
        speakers = {id(s.entity.final()): s for s in self.history[-6:]}
        seen: set[int] = set()
        for place, entity, subject in sorted(self.people.timeline, key=lambda t: -t[0]):
            if place >= mention.start or id(entity.final()) in seen:
                continue
            distance = mention.start - place
            if distance > 3000:
                break
            who = entity.final()
            seen.add(id(who))
            if not self._fits(who, gender):
                continue
            spoken = speakers.get(id(who))
            score = -distance / 250 + (0.6 if subject else 0) + (0.4 if who.gender and who.gender == gender else 0)
            if spoken is not None:
                score += 1.2 if spoken is last else 0.2
            if gender == "p" and who.plural:
                score += 0.8
            if self.focus and self.focus[0] == sentence.paragraph and self.focus[1].final() is who:
                score += 2.2
            if place >= sentence.start:
                score += 0.3
            if best is None or score > best[0]:
                best = (score, who)
        if best is None:
            return last.entity if last and gender in ("", "n") else None
        if gender in ("m", "f") and not best[1].gender:
            best[1].gender = gender
        return best[1]

    def _fits(self, entity: Entity, gender: str) -> bool:
        if not gender:
            return True
        if gender == "p":
            return entity.plural or entity.kind == "organisation"
        if entity.plural:
            return False
        if gender == "n":
            return entity.kind == "organisation"
        return entity.kind != "organisation" and entity.gender in ("", gender)

    def subject_of(self, entity: Entity | None) -> Entity | None:
        """Return `entity` where it can speak."""
        return entity if entity and (entity.kind != "organisation" or entity.words) else None
