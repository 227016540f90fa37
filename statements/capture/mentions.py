"""A noun phrase read as somebody who may speak: a name, an office, an organisation, somebody unnamed, a text."""

from __future__ import annotations

import re
from dataclasses import replace

from statements.capture.grammar import Phrase, pieces
from statements.capture.naming import Mention, Naming
from statements.capture.structure import Sentence, Token


class Reader(Naming):
    """Reads noun phrases of one text."""

    def read(self, sentence: Sentence, phrase: Phrase) -> Mention | None:
        """Return the mention in a phrase, its apposition heard."""
        start, end = phrase.start, phrase.end
        if sentence.classes[start] == "R":
            start += 1
        mention = self._joint(sentence, start, end)
        if mention is None:
            return None
        if phrase.rel_end and mention.kind == "unnamed":
            last = sentence.tokens[phrase.rel_end - 1].end
            text = mention.text[0] + self._printed(mention.start, last)[1:]
            mention = replace(mention, end=last, text=text)
        if phrase.app_end:
            mention = self._apposed(sentence, mention, phrase)
        if mention.kind == "text" and mention.issuer is None:
            mention = replace(mention, issuer=self._published_by(sentence, end))
        return mention

    def _published_by(self, sentence: Sentence, end: int) -> Mention | None:
        """“A report published today by X”: who issued a text may stand behind a participle."""
        m = re.compile(r"[VNRt]{1,3}P").match(sentence.classes, end)
        if m is None or sentence.tokens[m.end() - 1].low not in ("by", "par", "por"):
            return None
        piece = next(iter(pieces(sentence.classes, m.end(), len(sentence.classes))), None)
        return self._joint(sentence, *piece) if piece and piece[0] == m.end() else None

    def _apposed(self, sentence: Sentence, mention: Mention, phrase: Phrase) -> Mention:
        """Take the name from the apposition of a description, the office from that of a name."""
        if sentence.classes[phrase.app_start] in "W":
            return mention
        cut = max(sentence.classes.rfind(letter, phrase.start, phrase.end) for letter in "PI")
        if cut > 0 and mention.kind == "unnamed" and not mention.known:
            # “the resignation of the minister, X”: the name belongs to the nearest noun.
            mention = self._one(sentence, cut + 1, phrase.end) or mention
        for start, end in pieces(sentence.classes, phrase.app_start, phrase.app_end):
            stop = sentence.classes.find("&", start, end) if mention.kind == "person" else -1
            other = self._joint(sentence, start, stop if stop > start else end)
            if other is None or not sentence.classes[start:end].strip("M"):
                continue
            if mention.kind == "text" and other.name:
                return replace(mention, issuer=other)
            if not mention.name and mention.kind != "organisation" and other.kind in ("person", "joint"):
                office = mention.text if other.kind == "person" else ""
                gender = other.gender or mention.gender
                return replace(other, office=office or other.office, head=mention.head, gender=gender)
            if (
                mention.kind == "person"
                and not mention.office
                and other.head
                and not other.name
                and (other.known or sentence.classes[start] == "D")
            ):
                last = sentence.tokens[min(end, phrase.app_end) - 1].end
                office = self._bare(self.text[other.start : max(other.end, last)])
                return replace(mention, office=office, head=other.head, gender=mention.gender or other.gender)
            break
        return mention

    def _joint(self, sentence: Sentence, start: int, end: int) -> Mention | None:
        classes = sentence.classes
        if "&" not in classes[start:end] or any(t.text == "&" for t in sentence.tokens[start:end]):
            return self._one(sentence, start, end)
        cut = classes.rindex("&", start, end)
        right = self._one(sentence, cut + 1, end)
        begin = start
        both = sentence.tokens[start].low in ("both", "either") and classes[start : start + 2] == "DD"
        left: list[Mention] = []
        position = begin + (1 if both else 0)
        for piece in [*re.finditer(r"[^,&]+", classes[position:cut])]:
            one = self._one(sentence, position + piece.start(), position + piece.end())
            if one is not None:
                left.append(one)
        if right is None or not left:
            return right or (left[0] if left else None)
        single = left[-1].kind == "organisation" and re.search("P", classes[start:cut]) and classes[cut + 1] != "D"
        text = self._printed(sentence.tokens[start].start, sentence.tokens[end - 1].end)
        whole = Mention(sentence.tokens[start].start, sentence.tokens[end - 1].end, text, "joint", plural=True)
        if single and right.kind != "person":
            return replace(whole, kind="organisation", name=tuple(text.split()), plural=False)
        return replace(whole, members=(*left, right), known=right.known and all(m.known for m in left))

    def _bare(self, text: str) -> str:
        """Return an office without its article."""
        first, _, rest = " ".join(text.split()).partition(" ")
        bare = rest if rest and first.lower() in self.language.sets["articles"] else " ".join(text.split())
        return re.sub(r"^[LlDd][’']", "", bare)

    def _one(self, sentence: Sentence, start: int, end: int) -> Mention | None:
        tokens, classes = sentence.tokens, sentence.classes
        if end - start > 2 and classes[end - 1] == ")":  # “the Agency (IAEA)”
            end = max(start + 1, classes.rfind("(", start, end - 1))
        if start >= end or (classes[start:end] == "M" and tokens[start].text[0].isdigit()):
            return None
        base = Mention(
            tokens[start].start, tokens[end - 1].end, self._printed(tokens[start].start, tokens[end - 1].end), "unnamed"
        )
        if classes[start:end] == "O":
            word = tokens[start].low.lstrip("-").removeprefix("t-")
            if word in ("there", "i", "we", "you", "je", "nous", "on", "yo"):
                return None
            gender = self.language.genders.get(word, "n" if word == "it" else "")
            return replace(
                base, kind="pronoun", gender=gender, plural=gender == "p" or word in ("ellos", "ellas", "elles", "ils")
            )
        base = replace(base, definite=self._definite(tokens[start], classes, start, end))
        possessor = classes.rfind("S", start, end - 1)
        inner = possessor + 1 if possessor >= 0 else start
        stop = next((n for n in range(inner, end) if classes[n] in "PIW" and n > inner), end)
        if classes[inner : inner + 2] in ("DP", "MP"):  # one of the officials
            stop = next((n for n in range(inner + 2, end) if classes[n] in "PI"), end)
        named = self._named(sentence, base, inner, stop, end)
        if named is None and self._head(tokens, inner, stop) not in self.roles | self.organisations | self.texts:
            # “Louise Hargreaves hit back”: a verb that no list knows stands behind the name.
            m = re.compile(r"(?:D?N+)?C{1,6}(?=N{1,3}$)").match(classes, inner, stop)
            named = self._named(sentence, base, inner, m.end(), m.end()) if m and "S" not in m.group() else None
        return named or self._described(sentence, base, inner, stop, end)

    def _definite(self, token: Token, classes: str, start: int, end: int) -> bool:
        sets = self.language.sets
        indefinite = token.low in (
            "a",
            "an",
            "some",
            "one",
            "two",
            "another",
            "several",
            "un",
            "une",
            "una",
            "many",
            "most",
        )
        return (token.low in sets["determiners"] and not indefinite) or "S" in classes[start:end] or (
            classes[start] == "C" and token.low in self.roles
        )  # fmt: skip

    def _described(self, sentence: Sentence, base: Mention, start: int, stop: int, end: int) -> Mention | None:
        tokens, classes = sentence.tokens, sentence.classes
        head = self._head(tokens, start, stop)
        single = head if head in self.roles | self.organisations | self.texts else head.removesuffix("s")
        last = end
        for n in range(stop, end):  # “a tailor in a statement”: how it was said is no part of who said it
            if classes[n] == "P" and self._head(tokens, n + 1, end) in self.texts and single not in self.texts:
                last = n
                break
        plural = single != head or (
            head in self.language.sets["people"] and head.endswith(("s", "women", "men", "people", "police"))
        )
        plural = (plural or classes[start] == "M") and tokens[start].low != "one"
        text = self._printed(base.start, tokens[last - 1].end)
        if (
            tokens[start].low in self.language.sets["articles"] | {"two", "three", "one", "some", "several"}
            and sentence.tokens[0] is tokens[start]
        ):
            text = text[0].lower() + text[1:]
        known = single in self.roles or single in self.organisations or single in self.texts
        mention = replace(
            base,
            head=single,
            plural=plural,
            end=tokens[last - 1].end,
            text=text,
            known=known,
            gender=self.language.genders.get(head, ""),
        )
        if single in self.texts:
            return replace(mention, kind="text", gender="n", issuer=self._issuer(sentence, start, stop, end))
        if single in self.organisations and single not in self.roles:
            capital = any(c == "C" for c in classes[start:end])
            words = tokens[start + (classes[start] == "D") : last]
            name = (
                tuple(self.text[words[0].start : words[-1].end].split())
                if capital and words and classes[start - 1 : start] != "S" and words[0].text[0].isupper()
                else ()
            )
            return replace(mention, kind="organisation", gender="n", name=name)
        return mention

    def _issuer(self, sentence: Sentence, start: int, stop: int, end: int) -> Mention | None:
        by = next(
            (
                n
                for n in range(stop, end)
                if sentence.tokens[n].low in ("by", "from", "de", "del", "par", "of") and sentence.classes[n] == "P"
            ),
            None,
        )
        if by is not None:
            return self._one(sentence, by + 1, end)
        owner = start - 1
        if owner > 0 and sentence.classes[owner] == "S":
            begin = owner
            while begin > 0 and sentence.classes[begin - 1] in "DNCM":
                begin -= 1
            return self._one(sentence, begin, owner)
        return None
